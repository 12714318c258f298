"""A project opened: its records, and what is wrong with them, with nothing done twice."""

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from tracker.load import Loaded, Memory
from tracker.problem import Problem


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
