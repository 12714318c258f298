"""The two lock files: what was proved, and what the web answered. One line an entry, sorted.

A lock file is a table of columns divided by tabs, so that one changed entry is one changed line.
Commands write it; nobody edits it by hand.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, get_args

from tracker.problem import Place, Problem

CITATIONS = "data/citations.lock"
LINKS = "data/links.lock"

Result = Literal["not-found", "wrong-place", "not-checkable", "proved", "no-statement"]
RESULTS: tuple[Result, ...] = get_args(Result)
"""What may come of looking for a citation, the worst first."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One citation, and what came of looking for what it states."""

    key: str
    """Where it is written, by ids: `record/positions/p1 source locator`."""
    result: str
    """One of RESULTS."""
    reason: str
    """Why it is not checkable (`no-text`, `scanned`, `login` …); empty otherwise."""
    since: str
    """The day of this result, as 2026-11-24."""
    claim: str
    """Fingerprint of what the record says and cites, 16 hexadecimal digits."""
    text: str
    """SHA-256 of the text, its first 16 digits; empty if no text was at hand."""
    place: str
    """Where it stands: offset of the first statement, and a hash of what surrounds them all."""


@dataclass(frozen=True, slots=True)
class Link:
    """One cited address, and what is known of it from every run so far."""

    url: str
    state: str
    """`alive`, `moved`, `failing`, `dead`, `blocked` … as tracker/links defines them."""
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


Row = TypeVar("Row", Proof, Link)


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A lock file as read: its rows by key, and where each stands."""

    rows: Mapping[str, Row]
    lines: Mapping[str, int]
    problems: tuple[Problem, ...] = ()


def read(text: str, *, kind: type[Row], file: str) -> Table[Row]:
    """A lock file → its rows. A line that cannot be read is a problem `lock-line`."""
    rows: dict[str, Row] = {}
    lines: dict[str, int] = {}
    problems = []
    width = len(columns(kind))
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = ["" if cell == "-" else cell for cell in line.split("\t")]
        if len(cells) != width or cells[0] in rows or not _is_sound(cells, kind):
            facts = {"file": file, "hint": "conflict" if line[:7] in _CONFLICT else ""}
            problems.append(Problem("lock-line", facts=facts, place=Place(file, number, 1)))
            continue
        rows[cells[0]] = kind(*cells)
        lines[cells[0]] = number
    return Table(rows, lines, tuple(problems))


def _is_sound(cells: list[str], kind: type[Row]) -> bool:
    """Whether a proof names a citation, one of the results, a day, and what it was found in."""
    if kind is not Proof:
        return True
    key, result, _, since, claim, text, _ = cells
    return (
        key.count(" ") >= 2
        and result in RESULTS
        and bool(_DAY.fullmatch(since) and _HASH.fullmatch(claim))
        and bool(_HASH.fullmatch(text) if result == "proved" or text else True)
    )


_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_HASH = re.compile(r"[0-9a-f]{16}")


_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


def write(rows: Iterable[Row], *, kind: type[Row], note: str) -> str:
    """Rows → the text of a lock file, sorted by key, with a first line that says what it is."""
    names = columns(kind)
    lines: list[str] = sorted(
        "\t".join(_cell(getattr(one, name)) for name in names) for one in rows
    )
    return "\n".join([f"# {note}", "# " + "\t".join(names), *lines]) + "\n"


def columns(kind: type[Row]) -> tuple[str, ...]:
    """The names of the columns, in order; the first is the key."""
    return tuple(f.name for f in fields(kind))


def _cell(value: str) -> str:
    """A cell is never empty: editors take white space away at the end of a line."""
    return " ".join(value.split()) or "-"
