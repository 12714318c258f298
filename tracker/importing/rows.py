"""Exports of two databases → rows of one kind: what was asked, of whom, by whom, and the answer."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, TextIO

from tracker.importing.characters import cleaned, reading
from tracker.importing.csv_rows import Cells, read_csv
from tracker.importing.json_rows import NotAnArrayError, read_json
from tracker.model import When

UPR_INFO = "upr-info"
INDEX = "uhri"

# The columns of UPR Info's exports, old and new, by their letters.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "states": ("to", "stateunderreview", "reviewedstate"),
    "text": ("text", "recommendation", "recommendationtext"),
    "by": ("from", "recommendingstate", "recommendingstates"),
    "response": ("response", "position"),
    "themes": ("issue", "issues", "theme", "themes"),
    "session": ("session", "uprsession"),
    "cycle": ("cycle", "uprcycle"),
}
# `16`, `16.0`, `Session 16`, `16th session`: anything longer is another column's.
_SESSION = re.compile(
    r"(?:upr\s*)?(?:session\s*)?(\d{1,3})(?:\.0)?(?:st|nd|rd|th)?(?:\s*session)?", re.I
)
# A paragraph's number at the beginning of a text: `24.`, `136.12`, `24 (a)`, `24. (a)`.
_PARAGRAPH = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)(?:[.)]?\s*\(([a-z]{1,4})\)|[.)]?\s|\.(?=\D))")


class Told(NamedTuple):
    """What there is to tell of a place in an export."""

    what: str
    line: int
    column: int = 1
    of: str = ""
    """The beginning of its text, or what else it is known by."""


@dataclass(frozen=True, slots=True)
class Row:
    """A recommendation as a database has it; its texts are clean, and may be empty."""

    line: int
    column: int
    body: str
    text: str
    states: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    response: str = ""
    cycle: str = ""
    session: str = ""
    symbol: str = ""
    paragraph: str = ""
    date: str = ""
    themes: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    key: str = ""
    """Its own id in the database."""


Found = Row | Told


@dataclass(frozen=True, slots=True)
class Export:
    """An opened export: which database it is of, how it is encoded, and what stands in it."""

    database: str
    encoding: str
    found: Iterator[Found]


@contextmanager
def open_export(stream: BinaryIO, *, encoding: str = "") -> Iterator[Export]:
    """An export in a stream that can seek. Reading it may raise NoExportError, too.

    LookupError for an encoding that nobody knows.
    """
    text, encoding = reading(stream, encoding=encoding)
    try:
        yield _export(text, encoding)
    finally:
        text.detach()  # whoever opened the stream closes it


def _export(text: TextIO, encoding: str) -> Export:
    first = text.read(1)
    while first.isspace():
        first = text.read(1)
    text.seek(0)
    if not first:
        raise NoExportError("empty")
    if first in "[{":
        return Export(INDEX, encoding, _index_rows(text))
    return Export(UPR_INFO, encoding, _upr_info_rows(text))


class NoExportError(Exception):
    """The file is no export of a known kind: `empty`, `not-an-array`, or `columns` and which."""


def _upr_info_rows(text: TextIO) -> Iterator[Found]:
    lines = read_csv(text)
    header = next(lines).cells
    columns = _columns(header)
    if not {"states", "text"} <= columns.keys():
        raise NoExportError("columns", ", ".join(name for name in header if name.strip()))
    for line in lines:
        yield from _upr_info_row(line, columns, width=len(header))


def _columns(header: list[str]) -> dict[str, int]:
    """Which column holds what."""
    names = ["".join(c for c in name.casefold() if c.isalpha()) for name in header]
    return {
        field: next(n for n, name in enumerate(names) if name in known)
        for field, known in _COLUMNS.items()
        if any(name in known for name in names)
    }


def _upr_info_row(line: Cells, columns: Mapping[str, int], *, width: int) -> Iterator[Found]:
    """The row of a line behind what was mended in it; or only why it has none."""
    cells = line.cells
    if len(cells) <= max(columns.values()) or any(cell.strip() for cell in cells[width:]):
        what = "too-long" if len(cells) > width else "too-short"
        yield Told(what, line.line, of=" | ".join(cells)[:80])
        return
    found = {field: cells[column] for field, column in columns.items()}
    text, mended = cleaned(found["text"])
    for what in sorted({*mended, *filter(None, [line.mended])} - {"markup"}):
        yield Told(what, line.line, of=text[:80])
    session = _SESSION.fullmatch(found.get("session", "").strip())
    if "session" in columns and not session:
        yield Told("no-session", line.line, of=text[:80] or found["session"])
        return
    yield Row(
        line=line.line,
        column=1,
        body="UPR",
        text=text,
        states=_labels(found["states"]),
        by=_labels(found.get("by", "").split(";")),
        response=_label(found.get("response", "")),
        cycle=_label(found.get("cycle", "")),
        session=session[1] if session else "",
        themes=_labels(found.get("themes", "").split(",")),
    )


def _index_rows(text: TextIO) -> Iterator[Found]:
    try:
        for line, column, value, fault in read_json(text):
            if fault and not value:
                yield Told(fault, line, column)
            else:
                yield from _index_row(line, column, value, fault)
    except NotAnArrayError:
        raise NoExportError("not-an-array") from None


def _index_row(line: int, column: int, value: dict[str, Any], fault: str) -> Iterator[Found]:
    kind = _label(value.get("AnnotationType"))
    text, mended = cleaned(_string(value.get("Text")))
    if "recommendation" not in kind.casefold():
        yield Told("other-kind", line, column, kind)
        return
    for what in sorted({*mended, *filter(None, [fault])} - {"markup"}):
        yield Told(what, line, column, text[:80])
    yield Row(
        line=line,
        column=column,
        body=_label(value.get("Body")),
        text=text,
        states=_labels(value.get("Countries")),
        by=_labels(value.get("UprRecommendingCountry")),
        response=next(iter(_labels(value.get("UprPositions"))), ""),
        cycle=_number(value.get("UprCycle")),
        session=_number(value.get("UprSession")),
        symbol=_label(value.get("Symbol")),
        paragraph=_paragraph(text),
        date=_day(value.get("PublicationDate")),
        themes=_labels(value.get("Themes")),
        persons=_labels(value.get("AffectedPersons")),
        key=_label(value.get("AnnotationId")),
    )


def _paragraph(text: str) -> str:
    """The number with which a text begins, as `24(a)`; empty if it has none."""
    found = _PARAGRAPH.match(text)
    letter = f"({found[2]})" if found and found[2] else ""
    return f"{found[1]}{letter}" if found else ""


def without_paragraph(text: str) -> str:
    """A text without the number with which it begins."""
    found = _PARAGRAPH.match(text)
    return text[found.end() :].strip() if found else text


def _string(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _label(value: Any) -> str:
    """A label in one line, without the hyphen that the index puts before each."""
    return cleaned(_string(value))[0].removeprefix("- ").strip()


def _labels(value: Any) -> tuple[str, ...]:
    """Every label once, as they stand; one that is no list is a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(label for item in items if (label := _label(item))))


def _number(value: Any) -> str:
    """The number in a label such as `Session 16`; else the label."""
    label = next(iter(_labels(value)), "")
    found = re.search(r"\d+", label)
    return found[0] if found else label


def _day(value: Any) -> str:
    """The day of a time; empty if there is none."""
    day = _string(value)[:10]
    try:
        return When.parse(day).text
    except ValueError:
        return ""
