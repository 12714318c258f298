"""Read and write the lock files: results of verifying citations and of checking links.

A lock file is a table with tab-separated columns, so that one changed entry is one changed line.
It is untrusted input: every cell is validated when it is read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from tracker.model import Url
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.text import is_unprintable

CITATIONS = "data/citations.lock"
LINKS = "data/links.lock"
MAX_BYTES = 10_000_000
"""Maximum size of a lock file in bytes, about 80,000 lines."""
MAX_TITLE = 200
"""Maximum length of the title of a web page; longer ones are truncated."""
MAX_NAME = 60
"""Maximum length of a name or role."""

Result = Literal["not-found", "wrong-place", "not-checkable", "accepted", "proved", "no-statement"]
RESULTS: tuple[Result, ...] = get_args(Result)
"""The possible results of checking a citation, worst first."""
VERIFIED = ("accepted", "proved")
"""Results of verified citations: accepted by a person, or found in the text."""
KEPT = ("not-found", "wrong-place", *VERIFIED)
"""Results that are stored. A citation without a row has not been compared yet."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


def clean_text(text: str, *, limit: int = MAX_TITLE) -> str:
    """Return text on one line without control, formatting and bidirectional characters."""
    kept = ("" if is_unprintable(c) else c for c in " ".join(text.split()))
    return " ".join("".join(kept).split())[:limit].rstrip()


def is_name(text: str) -> bool:
    """Return whether a text is a valid name or role of a person."""
    return bool(text) and len(text) <= MAX_NAME and text == clean_text(text) and text != "-"


def is_date(text: str) -> bool:
    """Return whether a text is an existing date such as 2026-11-24."""
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_url(text: str) -> bool:
    """Return whether a text is an address that a record may cite."""
    try:
        return bool(_URL.validate_python(text))
    except ValidationError:
        return False


def _is_key(text: str) -> bool:
    return text.count(" ") >= 2 and text == clean_text(text, limit=len(text))


def _are_dates(text: str) -> bool:
    return text.count(",") < 10 and all(map(is_date, text.split(",")))


def _require(is_valid: Callable[[str], bool]) -> AfterValidator:
    def check(text: str) -> str:
        if not is_valid(text):
            raise ValueError
        return text

    return AfterValidator(check)


_URL = TypeAdapter(Url)
_Empty = Literal[""]
_Date = Annotated[str, _require(is_date)]
_Hash = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of checking one citation against the text of its source."""

    key: Annotated[str, _require(_is_key)]
    """The citation, by ids: `record/positions/p1/citations source locator`."""
    result: Annotated[str, _require(lambda text: text in RESULTS)]
    """One of KEPT; files of older versions may contain any of RESULTS."""
    by: Annotated[str, _require(is_name)] | _Empty
    """The name or role of the person who ran the check; empty in files of older versions."""
    since: _Date
    """The date of this result, such as 2026-11-24."""
    claim: _Hash
    """Fingerprint of source, place and statements, 16 hexadecimal digits."""
    text: _Hash | _Empty
    """The first 16 digits of the text's SHA-256; empty if it was accepted without a text."""
    place: Annotated[str, Field(pattern="^([0-9]{1,9}:[0-9a-f]{8})?$")]
    """Offset of the first statement, and a hash of the text around all statements."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """The state of a cited address, from all runs so far."""

    url: Url
    state: Annotated[
        str,
        Field(
            pattern="^(alive|moved|moved-temporarily|soft-404|changed|dead|blocked|login"
            "|insecure|unclear|rate-limited|too-large|refused|failing(:[a-z0-9-]{1,30})?)$"
        ),
    ]
    """The result of the last run; `failing` with its cause, as in `failing:dns`."""
    since: _Date
    """The first day in this state."""
    first_seen: _Date
    last_alive: _Date | _Empty
    """The last day on which the page was served; empty if never."""
    failures: Annotated[str, _require(_are_dates)] | _Empty
    """Days of consecutive failures since it was last alive, separated by commas."""
    final: Url | _Empty
    """The address after redirects; empty if there were none."""
    archived: Url | _Empty
    """The address of an archived copy; empty if none is known."""
    archived_on: _Date | _Empty
    """The day of that copy."""
    text: _Hash | _Empty
    """The first 16 digits of the SHA-256 of the page's text."""
    title: Annotated[str, AfterValidator(clean_text)]
    """The title of the page, which is untrusted free text and therefore the last column."""


LockRow = TypeVar("LockRow", Verification, LinkState)
_ADAPTERS: Mapping[type, TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Verification, LinkState)
}


@dataclass(frozen=True)
class LockTable(Generic[LockRow]):
    """The rows of a lock file by key, the line number of each, and problems."""

    rows: Mapping[str, LockRow]
    lines: Mapping[str, int]
    problems: tuple[Diagnostic, ...] = ()


def parse_lock(data: bytes, *, kind: type[LockRow], file: str) -> LockTable[LockRow]:
    """Parse a lock file. Each invalid line becomes a `lock-line` diagnostic."""
    if len(data) > MAX_BYTES:
        facts = {"size": len(data), "limit": MAX_BYTES, "hint": "lock"}
        problem = Diagnostic("too-large", params=facts, location=SourceLocation(file))
        return LockTable({}, {}, (problem,))
    rows: dict[str, LockRow] = {}
    lines: dict[str, int] = {}
    problems = []
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        line = line.removesuffix("\r")
        if not line or line.startswith("#"):
            continue
        cells = ["" if cell == "-" else cell for cell in line.split("\t")]
        row = _parse_row(cells, kind)
        if not isinstance(row, int) and cells[0] in rows:
            row = 0
        if isinstance(row, int):
            problems.append(_report_line(file, number, line, row, kind))
        else:
            rows[cells[0]] = row
            lines[cells[0]] = number
    return LockTable(rows, lines, tuple(problems))


def _parse_row(cells: list[str], kind: type[LockRow]) -> LockRow | int:
    """Return a row, or the index of its first invalid cell."""
    names = get_columns(kind)
    if len(cells) != len(names):
        return 0
    try:
        row: LockRow = _ADAPTERS[kind].validate_python(dict(zip(names, cells, strict=True)))
    except ValidationError as error:
        return names.index(str(error.errors()[0]["loc"][0]))
    if isinstance(row, Verification) and row.result == "proved" and not row.text:
        return names.index("text")
    return row


def _report_line(
    file: str, number: int, line: str, invalid: int, kind: type[LockRow]
) -> Diagnostic:
    cells = line.split("\t")
    column = sum(len(cell) + 1 for cell in cells[:invalid]) + 1
    hint = "verification" if kind is Verification else "link"
    if line[:7] in _CONFLICT:
        hint = "conflict"
    names = get_columns(kind)
    facts = {"file": file, "hint": hint, "column": names[min(invalid, len(names) - 1)]}
    facts["got"] = cells[invalid][:MAX_TITLE] if invalid < len(cells) else ""
    return Diagnostic("lock-line", params=facts, location=SourceLocation(file, number, column))


def format_lock(rows: Iterable[LockRow], *, kind: type[LockRow], note: str) -> str:
    """Format rows as a lock file, sorted by key; `note` is the comment in the first line."""
    names = get_columns(kind)
    lines: list[str] = sorted(
        "\t".join(_format_cell(getattr(row, name)) for name in names) for row in rows
    )
    return "\n".join([f"# {note}", "# " + "\t".join(names), *lines]) + "\n"


def get_columns(kind: type[LockRow]) -> tuple[str, ...]:
    """Return the names of the columns in order; the first is the key."""
    return tuple(f.name for f in fields(kind))


def _format_cell(value: str) -> str:
    """Return the text of a cell. Empty cells become `-`: editors remove trailing white space."""
    return " ".join(value.split()) or "-"
