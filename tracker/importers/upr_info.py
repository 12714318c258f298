"""Read the CSV export of UPR Info (https://upr-info-database.uwazi.io), old and new."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TextIO

from tracker.importers.encoding import clean_text, split_labels
from tracker.importers.rows import ExportRow, ImportNote, NotAnExportError, ParsedItem
from tracker.model.text import fold_name

DELIMITERS = ",;\t|^~:"

# Names of columns, in lower case and letters only: UPR Info's own, and those of its users.
_COLUMNS: Mapping[str, list[str]] = {
    "states": ["to", "sur", "stateunderreview", "reviewedstate", "reviewedcountry"],
    "text": ["text", "recommendation", "recommendations", "recommendationtext"],
    "recommending": (
        ["from", "smr", "recommendingstate", "recommendingstates", "recommendingcountry"]
    ),
    "response": (
        ["response", "position", "stateresponse", "statesresponse", "responsetorecommendation"]
    ),
    "themes": ["issue", "issues", "theme", "themes", "issuesthemes"],
    "action": ["action", "actioncategory", "categoryofaction"],
    "session": ["session", "uprsession", "sessionno", "sessionnumber", "reviewsession"],
    "cycle": ["cycle", "uprcycle"],
}
_REQUIRED = frozenset({"states", "text"})
_EXPECTED = ("recommending", "response", "themes", "session")
_MAX_PREAMBLE = 10  # lines before the header, such as a title or `sep=;`
# `16`, `16.0`, `Session 16`, `16th session (May 2013)`. Anything else is from another column.
_SESSION = re.compile(
    r"(?:upr\s*)?(?:session\s*|s-)?0*([1-9]\d{0,2})(?:[.,]0)?(?:st|nd|rd|th)?(?:\s*session)?"
    r"(?:\s*[(:,–-]\s*(?:(?:[a-z]+|\d{1,2})[\s.,/–-]+)*\d{4}\)?)?",
    re.I,
)
# `5`, `5.0`, `5 - Specific action`
_ACTION = re.compile(r"[1-5](?:[.,]0)?(?!\S)")
Columns = Mapping[str, list[int]]
"""The indexes of the columns of each field. There are several if a name is repeated."""


def read_upr_info(stream: TextIO) -> Iterator[ParsedItem]:
    """Yield the recommendations of a CSV file, and a note for each row that cannot be read.

    Raises NotAnExportError if there is no heading in the first rows.
    """
    preamble, heading, table = _find_heading(stream)
    columns = _find_columns(heading)
    yield from _check_heading(heading, columns, len(preamble) + 1)
    for number, line in enumerate(preamble, 1):
        if line.strip():
            yield ImportNote("before-heading", number, detail=_shorten([line]))
    name = _fold_heading(heading[columns["states"][0]])
    for number, (cells, error) in enumerate(table, len(preamble) + 2):
        if error:
            yield ImportNote("damaged-row", number, detail=f"{error}: {_shorten(cells)}")
        elif name in map(_fold_heading, cells[columns["states"][0] :][:1]):
            yield ImportNote("repeated-heading", number, detail=_shorten(cells))
        elif any(cell.strip() for cell in cells):
            yield from _read_row(cells, number, columns, heading)


class _Lines:
    """The lines of a file. The lines of a damaged row can be read again as separate rows."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._pending: deque[str] = deque()
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._pending.popleft() if self._pending else next(self._lines)
        self.row.append(line)
        return line

    def rewind(self) -> None:
        """Go back to the second line of the current row."""
        self._pending.extendleft(reversed(self.row[1:]))


def _find_heading(
    stream: TextIO,
) -> tuple[list[str], list[str], Iterator[tuple[list[str], str]]]:
    """Return the lines before the header, the header's cells, and the rows after it."""
    start = list(islice(stream, 2 * _MAX_PREAMBLE))
    for index, line in enumerate(start[:_MAX_PREAMBLE]):
        delimiter = max(DELIMITERS, key=line.count)
        reader = csv.reader(start[index:], delimiter=delimiter)
        heading = next(reader, [])
        if _find_columns(heading).keys() >= _REQUIRED:
            lines = _Lines(chain(start[index + reader.line_num :], stream))
            return start[:index], heading, _read_rows(lines, delimiter, width=len(heading))
    first = next(filter(str.strip, start), "")
    raise NotAnExportError("columns", _shorten([first]))


def _read_rows(lines: _Lines, delimiter: str, *, width: int) -> Iterator[tuple[list[str], str]]:
    """Yield the cells and error of each row. A damaged row has its first line as its only cell.

    After a quotation mark that is never closed, reading continues with the next line.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.row = []
        try:
            cells, error = next(reader), ""
        except StopIteration:
            return
        except csv.Error as csv_error:
            cells, error = [], str(csv_error)
        if len(lines.row) > 1 and not error:
            # If the last line is a complete row, an open quotation mark has swallowed it.
            last = next(csv.reader(lines.row[-1:], delimiter=delimiter))
            error = "unclosed quotation mark" if len(last) == width else ""
        if error:
            lines.rewind()
        yield (lines.row[:1], error) if error else (cells, "")


def _fold_heading(name: str) -> str:
    """Return the letters of a column's name in lower case, without any text in brackets."""
    return fold_name(re.sub(r"\(.*", "", name))


def _find_columns(heading: list[str]) -> dict[str, list[int]]:
    names = [_fold_heading(name) for name in heading]
    indexes = {
        field: [index for index, name in enumerate(names) if name in known]
        for field, known in _COLUMNS.items()
    }
    return {field: columns for field, columns in indexes.items() if columns}


def _check_heading(heading: list[str], columns: Columns, number: int) -> Iterator[ImportNote]:
    """Yield a note for each repeated column, and for each missing one, with the unused names."""
    for indexes in columns.values():
        if len(indexes) > 1:
            yield ImportNote("repeated-column", number, heading[indexes[0]].strip())
    used = set(chain.from_iterable(columns.values()))
    names = (name for index, name in enumerate(heading) if index not in used)
    unused = ", ".join(filter(str.strip, names))
    for field in _EXPECTED:
        if field not in columns:
            name = _COLUMNS[field][0].title()
            yield ImportNote("missing-column", number, name, clean_text(unused)[0][:200])


def _read_row(
    cells: list[str], number: int, columns: Columns, heading: list[str]
) -> Iterator[ParsedItem]:
    """Yield a row and notes about its text, or a note that it cannot be read."""
    width = len(heading)
    if len(cells) <= max(indexes[0] for indexes in columns.values()) or any(
        map(str.strip, cells[width:])
    ):
        detail = f"expected {width} columns, got {len(cells)}: {_shorten(cells)}"
        yield ImportNote("column-count", number, detail=detail)
        return
    values = dict.fromkeys(_COLUMNS, "")
    for field, indexes in columns.items():
        filled = (index for index in indexes if index < len(cells) and cells[index].strip())
        index = next(filled, indexes[0])
        values[field], codes = clean_text(cells[index])
        for code in sorted(codes):
            yield ImportNote(code, number, heading[index].strip(), values[field][:80])
    session = _SESSION.fullmatch(values["session"])
    if "session" in columns and not session:
        name = heading[columns["session"][0]].strip()
        detail = f"{values['session'][:20].strip()} | {values['text'][:80]}"
        yield ImportNote("no-session", number, name, detail)
        return
    if values["action"] and not _ACTION.match(values["action"]):
        name = heading[columns["action"][0]].strip()
        yield ImportNote("unexpected-value", number, name, values["action"][:40])
    cycle = re.search(r"[1-9][0-9]{0,3}", values["cycle"])
    yield ExportRow(
        number=number,
        body="UPR",
        text=values["text"],
        states=split_labels(values["states"]),
        recommending=split_labels(values["recommending"]),
        response=values["response"].lstrip("- "),
        action=values["action"][:1] if _ACTION.match(values["action"]) else "",
        cycle=cycle[0] if cycle else values["cycle"],
        session=session[1] if session else "",
        themes=split_labels(values["themes"].replace(",", ";")),
    )


def _shorten(cells: list[str]) -> str:
    """Return the beginning of a row, for a note."""
    return clean_text(" | ".join(cells)[:80])[0]
