"""A project opened: its records, what is wrong with them, and the book that pages are made from,
with nothing done twice."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.day import Basis, day_of, day_told
from tracker.load import Loaded, Memory, load, read_files
from tracker.problem import Problem

if TYPE_CHECKING:
    from tracker.render import Book


class Unsound(Exception):
    """Says every problem of the records, worded for a person."""


def memory_of(root: Path) -> Memory:
    """Where a project's runs remember what they made; it may be thrown away at any time."""
    return Memory(root / ".cache" / "tracker")


def state_of(files: Mapping[str, bytes], *facts: object) -> str:
    """By what two states of a project's files, seen with these facts, are known to be alike."""
    seen = sha256(repr(facts).encode())
    for file, data in sorted(files.items()):
        seen.update(f"\n{file} {sha256(data).hexdigest()}".encode())
    return seen.hexdigest()


def problems_of(
    loaded: Loaded, *, memory: Memory | None = None, today: date | None = None
) -> list[Problem]:
    """Every problem of the records on a day, or those that no day decides.

    Files that were found sound are so until one of them, the day or the program changes.
    """

    def found() -> list[Problem]:
        from tracker.checks import check  # with all that it needs: not for what is known

        return [*loaded.problems, *check(loaded.dataset, today=today)]

    return _unless_sound(f"records {today}", loaded.files, memory, found)


def unproved_of(
    loaded: Loaded, *, memory: Memory, today: date | None, faulty: frozenset[str]
) -> list[Problem]:
    """Every citation that is not proved as it stands, remembered likewise; `faulty` names the
    records with other problems. None for a project without proofs."""

    def found() -> list[Problem]:
        from tracker.checks import check_proofs

        proofs = loaded.proofs
        return [*check_proofs(loaded.dataset, proofs, today=today, faulty=faulty)] if proofs else []

    return _unless_sound(f"proofs {today}", loaded.files, None if faulty else memory, found)


def _unless_sound(
    what: str,
    files: Mapping[str, bytes],
    memory: Memory | None,
    find: Callable[[], list[Problem]],
) -> list[Problem]:
    key = state_of(files, what)
    if memory and memory.get(key) is not None:
        return []
    found = find()
    if memory and not found:
        memory.put(key, b"")
    return found


def book_of(root: Path, **site: str) -> "Book":
    """The records of a project for a site, of which the fields of a book tell. Unsound if anything
    is wrong with them; OSError if a file cannot be read."""
    return _book(root, tuple(read_files(root).items()), day_told(root), **site)


@lru_cache(maxsize=2)
def _book(
    root: Path, files: tuple[tuple[str, bytes], ...], told: tuple[date, Basis] | None, **site: str
) -> "Book":
    """Read and check once for the plugin and the macros; anew with another file or `told`, the day
    and what it rests on."""
    from tracker import telling
    from tracker.render import Book  # with all that it needs: not for a check

    memory = memory_of(root)
    loaded = load(dict(files), memory=memory)
    # Without a day: a build of an old day for comparison must not call newer dates wrong.
    problems = problems_of(loaded, memory=memory)
    memory.forget()
    if problems:
        placed = [(loaded.locate(p), p) for p in problems]
        raise Unsound(telling.as_texts(placed, lines=loaded.line))
    day, _ = told or day_of(root, loaded.dataset)
    lines = {key: (w.file, w.first_line, w.last_line) for key, w in loaded.where.items()}
    proofs = loaded.proofs.rows if loaded.proofs else {}
    links = loaded.links.rows if loaded.links else {}
    state = state_of(loaded.files, day, site)
    return Book(loaded.dataset, day, lines, proofs, links, **site, state=state)
