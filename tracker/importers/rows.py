"""Exports of two databases → rows of one kind: what was asked, of whom, by whom, and the answer."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple, TextIO

from tracker.importers.encoding import cleaned, reading
from tracker.importers.uhri import read_json
from tracker.importers.upr_info import Cells, read_csv
from tracker.model import When

UPR_INFO = "upr-info"
INDEX = "uhri"

# The columns of UPR Info's exports, old and new, by their letters.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "states": ("to", "sur", "stateunderreview", "reviewedstate", "reviewedcountry"),
    "text": ("text", "recommendation", "recommendations", "recommendationtext"),
    "by": ("from", "smr", "recommendingstate", "recommendingstates", "recommendingcountry"),
    "response": (
        "response",
        "position",
        "stateresponse",
        "statesresponse",
        "responsetorecommendation",
    ),
    "themes": ("issue", "issues", "theme", "themes", "issuesthemes"),
    "session": ("session", "uprsession", "sessionno", "sessionnumber", "reviewsession"),
    "cycle": ("cycle", "uprcycle"),
}
_NEEDED = frozenset({"states", "text"})
_EXPECTED = ("by", "response", "themes", "session")
# `16`, `16.0`, `Session 16`, `16th session (May 2013)`: anything longer is another column's.
_SESSION = re.compile(
    r"(?:upr\s*)?(?:session\s*|s-)?0*([1-9]\d{0,2})(?:[.,]0)?(?:st|nd|rd|th)?(?:\s*session)?"
    r"(?:\s*[(:,–-]\s*(?:(?:[a-z]+|\d{1,2})[\s.,/–-]+)*\d{4}\)?)?",
    re.I,
)
# A paragraph's number at the beginning of a text: `24.`, `136.12`, `24 (a)`, `24. (a)(i)`, `§ 24`,
# `24-26.`, `[24]`. A number before a small letter counts something: `24 houses`.
_PARAGRAPH = re.compile(
    r"(?:§+\s*|[Pp]ara(?:graph)?s?\.?\s+|[\[(])?"
    r"(\d{1,3}(?:\.\d{1,3})?(?:\s?[–-]\s?\d{1,3})?)"
    r"(?:[.)]?((?:\s*\([a-z]{1,4}\))+)|[.)\]:]+\s|\s(?![a-z])|\.(?=\D))",
    re.ASCII,
)
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")
# The fields of the index that are read, by their letters. Each holds a text or a list of texts.
_FIELDS = (
    "annotationid",
    "annotationtype",
    "body",
    "symbol",
    "publicationdate",
    "countries",
    "themes",
    "affectedpersons",
    "text",
    "uprcycle",
    "uprsession",
    "uprpositions",
    "uprrecommendingcountry",
)
# How archives, workbooks and printed documents begin.
_NO_TEXT = re.compile(
    rb"\x1f\x8b|PK[\x03\x05]|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd|\xd0\xcf\x11\xe0|%PDF"
)
# Of an earlier day is no document of the UN; programs write one where they know none.
_EARLIEST, _LATEST = "1945", "2100"


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

    LookupError for an encoding that nobody knows, UnknownEncodingError for one to be named.
    """
    if _NO_TEXT.match(stream.read(8)):
        raise NoExportError("no-text")
    text, encoding = reading(stream, encoding=encoding)
    try:
        yield _export(text, encoding)
    finally:
        text.detach()  # whoever opened the stream closes it


def _export(text: TextIO, encoding: str) -> Export:
    first = text.read(1)
    while first.isspace() or first == "\ufeff":
        first = text.read(1)
    text.seek(0)
    if not first:
        raise NoExportError("empty")
    if first in "[{":
        return Export(INDEX, encoding, _index_rows(text))
    return Export(UPR_INFO, encoding, _upr_info_rows(text))


class NoExportError(Exception):
    """No export of a known kind: `empty`, `no-text`; `columns` or `fields`, and which."""


def _upr_info_rows(text: TextIO) -> Iterator[Found]:
    lines = read_csv(text, is_heading=lambda cells: _columns(cells).keys() >= _NEEDED)
    heading = next(lines, Cells(1, []))
    header = heading.cells
    columns = _columns(header)
    if not columns.keys() >= _NEEDED:
        raise NoExportError("columns", _label(", ".join(filter(str.strip, header)))[:80])
    place = columns["states"][0]
    name = _letters(header[place])
    twice = [header[places[0]].strip() for places in columns.values() if len(places) > 1]
    if twice:
        yield Told("column-twice", heading.line, of=_label(", ".join(twice)))
    missing = [_COLUMNS[field][0] for field in _EXPECTED if field not in columns]
    if missing:
        taken = {at for places in columns.values() for at in places}
        there = [name for at, name in enumerate(header) if at not in taken]
        of = f"{', '.join(missing)} | {_label(', '.join(filter(str.strip, there)))[:200]}"
        yield Told("no-column", heading.line, of=of)
    for line in lines:
        again = len(line.cells) > place and _letters(line.cells[place]) == name
        if again or line.mended in ("before-heading", "too-large"):
            what = "heading-again" if again else line.mended
            yield Told(what, line.line, of=_beginning(line.cells))
        else:
            yield from _upr_info_row(line, columns, width=len(header))


def _letters(name: str) -> str:
    """A name of a column or field as it is compared."""
    return "".join(c for c in name.casefold() if c.isalpha())


def _columns(header: list[str]) -> dict[str, list[int]]:
    """Which columns hold what; what stands in brackets in their names tells nothing more."""
    names = [_letters(re.sub(r"\(.*", "", name)) for name in header]
    places = {
        field: [place for place, name in enumerate(names) if name in known]
        for field, known in _COLUMNS.items()
    }
    return {field: found for field, found in places.items() if found}


def _upr_info_row(line: Cells, columns: Mapping[str, list[int]], *, width: int) -> Iterator[Found]:
    """The row of a line behind what was mended in it; or only why it has none."""
    cells = line.cells
    last = max(places[0] for places in columns.values())
    if len(cells) <= last or any(cell.strip() for cell in cells[width:]):
        what = "too-long" if len(cells) > width else "too-short"
        yield Told(what, line.line, of=_beginning(cells))
        return
    found = {field: _first(cells, places) for field, places in columns.items()}
    text, mended = cleaned(found["text"])
    mended |= _mended_labels(content for field, content in found.items() if field != "text")
    for what in sorted({*mended, *filter(None, [line.mended])}):
        yield Told(what, line.line, of=text[:80])
    session = _SESSION.fullmatch(found.get("session", "").strip())
    if "session" in columns and not session:
        yield Told("no-session", line.line, of=f"{found['session'][:20].strip()} | {text[:80]}")
        return
    yield Row(
        line=line.line,
        column=1,
        body="UPR",
        text=text,
        states=_labels(found["states"]),
        by=_labels(found.get("by")),
        response=_label(found.get("response", "")),
        cycle=_number(found.get("cycle", "")),
        session=session[1] if session else "",
        themes=_labels(_label(found.get("themes")).replace(",", ";")),
    )


def _beginning(cells: list[str]) -> str:
    """By what a row is known that is not read."""
    return cleaned(" | ".join(cells)[:80])[0]


def _first(cells: list[str], places: list[int]) -> str:
    """The first cell among some that holds anything."""
    return next((cells[at] for at in places if at < len(cells) and cells[at].strip()), "")


def _mended_labels(labels: Iterable[str]) -> frozenset[str]:
    """What is not as it should be in any of some labels, as `cleaned` tells."""
    return cleaned(" | ".join(labels))[1]


def _index_rows(text: TextIO) -> Iterator[Found]:
    first, known = None, False
    for line, column, value, fault, beginning in read_json(text, is_row=_is_of_index):
        if fault and not value:
            yield Told(fault, line, column, cleaned(beginning)[0])
            continue
        first = value if first is None else first
        known = known or any(_field(name) in _FIELDS for name in value)
        yield from _index_row(line, column, value, fault)
    if first is not None and not known:
        raise NoExportError("fields", _label(", ".join(first))[:80])


def _index_row(line: int, column: int, value: dict[str, Any], fault: str) -> Iterator[Found]:
    named = {_field(name): content for name, content in value.items()}
    value = {field: named.get(field) for field in _FIELDS}
    kind = _label(value["annotationtype"])
    text, mended = cleaned(_string(value["text"]))
    mended |= _mended_labels(_string(value[field]) for field in _FIELDS if field != "text")
    if "recommendation" not in kind.casefold():
        yield Told("other-kind" if kind else "no-kind", line, column, kind or text[:80])
        return
    for what in sorted({*mended, *filter(None, [fault])}):
        yield Told(what, line, column, text[:80])
    row = Row(
        line=line,
        column=column,
        body=_label(value["body"]),
        text=text,
        states=_labels(value["countries"]),
        by=_labels(value["uprrecommendingcountry"]),
        response=", ".join(_labels(value["uprpositions"])),
        cycle=_number(value["uprcycle"]),
        session=_number(value["uprsession"]),
        symbol=_symbol(value["symbol"]),
        paragraph=_paragraph(text),
        date=_day(value["publicationdate"]),
        themes=_labels(value["themes"]),
        persons=_labels(value["affectedpersons"]),
        key=_key(value["annotationid"]),
    )
    for what, of in _doubts(value, row):
        yield Told(what, line, column, f"{of}: {text[:80]}")
    yield row


def _is_of_index(names: Iterable[str]) -> bool:
    """Whether an object with such fields is one of the index: two of them may be chance."""
    known = {_field(name) for name in names} & {*_FIELDS}
    return len(known) > 2 or bool(known & {"annotationid", "annotationtype"})


_field = lru_cache(maxsize=1 << 10)(_letters)


def _doubts(value: Mapping[str, Any], row: Row) -> Iterator[tuple[str, str]]:
    """What counts as missing in a row, with the field or what it holds."""
    for field in _FIELDS:
        if _is_odd(value[field]):
            yield "odd-value", field
        elif field == "annotationid" and value[field] and not row.key:
            yield "odd-value", f"{field} {_label(value[field])[:40]}"
        elif field == "publicationdate" and value[field] and not row.date:
            yield "odd-date", _label(value[field])[:40]


def _is_odd(content: Any) -> bool:
    """Whether something other than texts and numbers stands where only these can be read."""
    items = content if isinstance(content, list) else [content]
    return any(isinstance(item, (dict, list, bool)) for item in items)


def _paragraph(text: str) -> str:
    """The number with which a text begins, as `24(a)`; empty if it has none."""
    found = _PARAGRAPH.match(text)
    return re.sub(r"\s", "", found[1] + (found[2] or "")) if found else ""


def without_paragraph(text: str) -> str:
    """A text without the number with which it begins."""
    found = _PARAGRAPH.match(text)
    return text[found.end() :].strip() if found else text


def _string(value: Any) -> str:
    """A text, a number, or several in a list, as one text; nothing of anything else."""
    if isinstance(value, str):
        return value
    items = value if isinstance(value, list) else [value]
    held = (i for i in items if isinstance(i, (str, int, float)) and not isinstance(i, bool))
    return " ".join(str(item) for item in held)


def _label(value: Any) -> str:
    """A label in one line, without the hyphen that the index puts before each."""
    return _label_of(_string(value))


@lru_cache(maxsize=1 << 12)
def _label_of(text: str) -> str:
    return cleaned(text)[0].lstrip("-–—•* ")


def _labels(value: Any) -> tuple[str, ...]:
    """Every label once, as they stand; in a text semicolons or strokes divide them."""
    if isinstance(value, list):
        return tuple(dict.fromkeys(label for item in value if (label := _label(item))))
    return _divided(_string(value))


@lru_cache(maxsize=1 << 12)
def _divided(text: str) -> tuple[str, ...]:
    return _labels(re.split("[;|]", _label_of(text)))


def _symbol(value: Any) -> str:
    """The symbol of a document without blanks around its strokes; none has no digit."""
    symbol = re.sub(r"\s*/\s*", "/", _label(value))
    return symbol if any(c.isdigit() for c in symbol) else ""


def _key(value: Any) -> str:
    """A row's own id, if it is letters, digits and hyphens: damaged, it is none."""
    key = _label(value).strip("{}")
    return key if _KEY.fullmatch(key) else ""


def _number(value: Any) -> str:
    """The number in a label such as `Session 16`; else the label."""
    label = next(iter(_labels(value)), "")
    found = re.search(r"[1-9][0-9]{0,3}", label)
    return found[0] if found else label


def _day(value: Any) -> str:
    """The day of a time; empty if there is none, or none on which the UN can have published."""
    day = _string(value)[:10]
    try:
        return When.parse(day).text if _EARLIEST <= day < _LATEST else ""
    except ValueError:
        return ""
