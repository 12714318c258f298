"""A project opened: its records, and what is wrong with them, with nothing done twice."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from tracker.checks import check
from tracker.load import Loaded, Memory
from tracker.problem import Problem


def memory_of(root: Path) -> Memory:
    """Where a project's runs remember what they made; it may be thrown away at any time."""
    return Memory(root / ".cache" / "tracker")


def problems_of(
    loaded: Loaded, *, memory: Memory | None = None, today: date | None = None
) -> list[Problem]:
    """Every problem of the records on a day, or those that no day decides.

    Files that were found sound are so until one of them, the day or the program changes.
    """
    key = _name(loaded.files, today)
    if memory and memory.get(key) is not None:
        return []
    found = [*loaded.problems, *check(loaded.dataset, today=today)]
    if memory and not found:
        memory.put(key, b"")
    return found


def _name(files: Mapping[str, bytes], today: date | None) -> str:
    seen = sha256(f"sound {today}".encode())
    for file, data in sorted(files.items()):
        seen.update(f"\n{file} {sha256(data).hexdigest()}".encode())
    return seen.hexdigest()
