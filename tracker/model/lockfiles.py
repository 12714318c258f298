"""The two lock files: what was checked against source texts, and what the web answered.

A lock file is a table with tab-separated columns, so that one changed entry is one changed line.
Commands write it. It is untrusted input all the same: every cell is validated when it is read.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Generic, Literal, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from tracker.model import Url
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.text import is_unprintable

CITATIONS = "data/citations.lock"
LINKS = "data/links.lock"
MAX_BYTES = 10_000_000
"""Bytes of a lock file that are read: about 80,000 lines."""
MAX_TITLE = 200
"""Characters of a web page's title that are kept."""
MAX_NAME = 60
"""Characters of a name or role."""

Result = Literal["not-found", "wrong-place", "not-checkable", "accepted", "proved", "no-statement"]
RESULTS: tuple[Result, ...] = get_args(Result)
"""The possible results of checking a citation, worst first."""
VERIFIED = ("accepted", "proved")
"""Results that let a citation pass: accepted unverified by a person, or found in the text."""
KEPT = ("not-found", "wrong-place", *VERIFIED)
"""Results that the lock file keeps. A citation without a line has not been compared yet."""

LINK_STATES = (
    "alive", "moved", "moved-temporarily", "soft-404", "changed", "failing", "dead", "blocked",
    "login", "rate-limited", "too-large", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of checking one citation against the text of its source."""

    key: str
    """The citation, by ids: `record/positions/p1/citations source locator`."""
    result: str
    """One of KEPT; in files of older versions also another of RESULTS."""
    by: str
    """The name or role of whoever ran the check; empty in files of older versions."""
    since: str
    """The date of this result, as 2026-11-24."""
    claim: str
    """Fingerprint of source, place and statements, 16 hexadecimal digits."""
    text: str
    """SHA-256 of the text, its first 16 digits; empty if it was accepted without one."""
    place: str
    """Offset of the first statement in the text, and a hash of what surrounds them all."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """One cited address, and what is known of it from every run so far."""

    url: str
    state: str
    """One of LINK_STATES; `failing` with its cause, as in `failing:dns`."""
    since: str
    """The day on which it came into this state."""
    first_seen: str
    last_alive: str
    """The last day on which it answered with its page; empty if never."""
    failures: str
    """Days of failures one after another since it was last alive, divided by commas."""
    final: str
    """Where redirects led; empty if nowhere else."""
    archived: str
    """An archived copy that the archive named; empty if none is known."""
    archived_on: str
    """The day of that copy."""
    text: str
    """SHA-256 of the text of the page, its first 16 digits."""
    title: str
    """The page's own title; last, as the only free text."""


LockRow = TypeVar("LockRow", Verification, LinkState)


@dataclass(frozen=True)
class LockTable(Generic[LockRow]):
    """A lock file as read: its rows by key, and the line of each."""

    rows: Mapping[str, LockRow]
    lines: Mapping[str, int]
    problems: tuple[Diagnostic, ...] = ()


def parse_lock(data: bytes, *, kind: type[LockRow], file: str) -> LockTable[LockRow]:
    """Parse a lock file. Each line that is not valid gives a problem `lock-line`."""
    if len(data) > MAX_BYTES:
        facts = {"size": len(data), "limit": MAX_BYTES, "hint": "lock"}
        return LockTable(
            {}, {}, (Diagnostic("too-large", params=facts, location=SourceLocation(file, 1, 1)),)
        )
    rows: dict[str, LockRow] = {}
    lines: dict[str, int] = {}
    problems = []
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        line = line.removesuffix("\r")
        if not line or line.startswith("#"):
            continue
        cells = ["" if cell == "-" else cell for cell in line.split("\t")]
        if kind is LinkState:  # written by strangers, perhaps before it was cleaned
            cells[-1] = clean_text(cells[-1])
        wrong = _wrong_cell(cells, kind)
        if wrong is None and cells[0] in rows:
            wrong = 0
        if wrong is not None:
            problems.append(_problem(file, number, line, wrong, kind))
            continue
        row = kind(*cells)
        rows[row.key if isinstance(row, Verification) else row.url] = row
        lines[cells[0]] = number
    return LockTable(rows, lines, tuple(problems))


def _problem(file: str, number: int, line: str, wrong: int, kind: type[LockRow]) -> Diagnostic:
    cells = line.split("\t")
    column = sum(len(cell) + 1 for cell in cells[:wrong]) + 1
    hint = "verification" if kind is Verification else "link"
    if line[:7] in _CONFLICT:
        hint = "conflict"
    names = get_columns(kind)
    facts = {"file": file, "hint": hint, "column": names[min(wrong, len(names) - 1)]}
    facts["got"] = cells[wrong][:MAX_TITLE] if wrong < len(cells) else ""
    return Diagnostic("lock-line", params=facts, location=SourceLocation(file, number, column))


def _wrong_cell(cells: list[str], kind: type[LockRow]) -> int | None:
    """The index of the first cell that is not valid; None if all are."""
    names = get_columns(kind)
    if len(cells) != len(names):
        return 0
    for index, (name, cell) in enumerate(zip(names, cells, strict=True)):
        if not _VALID[kind.__name__, name](cell):
            return index
    if kind is Verification and cells[1] == "proved" and not cells[5]:
        return 5
    return None


def clean_text(text: str, *, limit: int = MAX_TITLE) -> str:
    """Return text on one line without control, formatting and bidirectional characters."""
    kept = ("" if is_unprintable(c) else c for c in " ".join(text.split()))
    return " ".join("".join(kept).split())[:limit].rstrip()


def is_name(text: str) -> bool:
    """Whether a text can be the name or role of a person who checked something."""
    return bool(text) and len(text) <= MAX_NAME and text == clean_text(text) and text != "-"


def is_date(text: str) -> bool:
    """Whether a text is a date that exists, as 2026-11-24."""
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_key(text: str) -> bool:
    return text.count(" ") >= 2 and text == clean_text(text, limit=len(text))


def is_url(text: str) -> bool:
    """Whether a text is an address that a record may cite."""
    try:
        return bool(_URL.validate_python(text))
    except ValidationError:
        return False


def _is_state(text: str) -> bool:
    name, colon, cause = text.partition(":")
    caused = name == "failing" and bool(_CAUSE.fullmatch(cause))
    return name in LINK_STATES and (caused or not colon)


def _empty_or(valid: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: not text or valid(text)


_URL = TypeAdapter(Url)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CAUSE = re.compile(r"[a-z0-9-]{1,30}")
_HASH = re.compile(r"[0-9a-f]{16}")
_PLACE = re.compile(r"[0-9]{1,9}:[0-9a-f]{8}")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
_VALID: Mapping[tuple[str, str], Callable[[str], bool]] = {
    ("Verification", "key"): _is_key,
    ("Verification", "result"): lambda text: text in RESULTS,
    ("Verification", "by"): _empty_or(is_name),
    ("Verification", "since"): is_date,
    ("Verification", "claim"): lambda text: bool(_HASH.fullmatch(text)),
    ("Verification", "text"): _empty_or(lambda text: bool(_HASH.fullmatch(text))),
    ("Verification", "place"): _empty_or(lambda text: bool(_PLACE.fullmatch(text))),
    ("LinkState", "url"): is_url,
    ("LinkState", "state"): _is_state,
    ("LinkState", "since"): is_date,
    ("LinkState", "first_seen"): is_date,
    ("LinkState", "last_alive"): _empty_or(is_date),
    ("LinkState", "failures"): _empty_or(
        lambda text: text.count(",") < 10 and all(map(is_date, text.split(",")))
    ),
    ("LinkState", "final"): _empty_or(is_url),
    ("LinkState", "archived"): _empty_or(is_url),
    ("LinkState", "archived_on"): _empty_or(is_date),
    ("LinkState", "text"): _empty_or(lambda text: bool(_HASH.fullmatch(text))),
    ("LinkState", "title"): lambda text: text == clean_text(text),
}
"""Whether a cell of a kind of row, and of a column, is valid."""


def format_lock(rows: Iterable[LockRow], *, kind: type[LockRow], note: str) -> str:
    """Format rows as a lock file, sorted by key, with a first line that says what it is."""
    names = get_columns(kind)
    lines: list[str] = sorted(
        "\t".join(_format_cell(getattr(one, name)) for name in names) for one in rows
    )
    return "\n".join([f"# {note}", "# " + "\t".join(names), *lines]) + "\n"


def get_columns(kind: type[LockRow]) -> tuple[str, ...]:
    """The names of the columns, in order; the first is the key."""
    return tuple(f.name for f in fields(kind))


def _format_cell(value: str) -> str:
    """Return a cell, which is never empty: editors remove white space at the end of a line."""
    return " ".join(value.split()) or "-"
