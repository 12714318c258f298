"""`tracker check`: every problem of the records, without network and without texts."""

import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import (
    day_given,
    files_at,
    files_of,
    root_of,
    style_option,
    tell,
    tell_placed,
)
from tracker.locks import CITATIONS
from tracker.processes import no_garbage
from tracker.words import say

if TYPE_CHECKING:
    from datetime import date

    from tracker.day import Basis
    from tracker.load import Memory


@click.command(
    epilog="""\b
Examples:
  tracker check                      the project around this folder
  tracker check ~/other-tracker      another project
  tracker check --format github      annotations for a pull request
  tracker check --against main       and nothing published may vanish

\b
Exit codes: 0 no problem, 1 problems, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@style_option
@click.option("--today", help="The day to check dates against, as 2026-11-24.")
@click.option("--against", metavar="REF", help="Compare with this commit or branch.")
def check(path: Path, style: str, today: str | None, against: str | None) -> None:
    """Check every record of the project at PATH, and print every problem at once."""
    from tracker.day import day_told
    from tracker.opening import memory_of, state_of

    root = root_of(path)
    files, memory = files_of(root), memory_of(root)
    told = day_told(root, given=day_given(today))
    key = state_of(files, "check", told)
    known = None if against else memory.get(key)
    if known:  # that all of it is sound, as it stands
        day, basis, records, cited = json.loads(known)
        _begin(day, basis, files)
        tell_placed([], style=style)
    else:
        day, basis, records, cited = _checked(root, files, memory, told, style, against)
        memory.put(key, json.dumps((day, basis, records, cited)).encode())
    if style == "text":
        click.echo(say("check.sound", records=records, citations=cited))


def _begin(day: str, basis: str, files: Collection[str]) -> None:
    """Say what the check rests on, where that is less than it could be."""
    if basis == "data":
        click.echo(say("check.day", day=day, basis=say("day.data")), err=True)
    if CITATIONS not in files:
        click.echo(say("check.no-proofs", file=CITATIONS), err=True)


@no_garbage()
def _checked(
    root: Path,
    files: dict[str, bytes],
    memory: "Memory",
    told: "tuple[date, Basis] | None",
    style: str,
    against: str | None,
) -> tuple[str, str, int, int]:
    """The day, what it rests on, and how many records and citations are sound; ends the command
    with every problem if there is one."""
    from tracker.day import day_of
    from tracker.load import load
    from tracker.opening import problems_of, unproved_of

    loaded = load(files, memory=memory)
    day, basis = told or day_of(root, loaded.dataset)
    _begin(str(day), basis, files)
    problems = problems_of(loaded, memory=memory, today=day)
    changed: set[str] = set()
    if against:
        from tracker.checks import check_history, check_proofs_kept

        before = files_at(root, against)
        changed = {file for file, data in files.items() if before.get(file) != data}
        earlier = load(before)
        problems += check_history(loaded.dataset, earlier=earlier.dataset)
        problems += check_proofs_kept(loaded.proofs, earlier=earlier.proofs)
    problems += loaded.links.problems if loaded.links else ()
    known = day if basis != "data" else None  # the newest record may be older than a proof
    faulty = frozenset(loaded.record_of(problem) for problem in problems)
    problems += unproved_of(loaded, memory=memory, today=known, faulty=faulty)
    memory.forget()
    tell(loaded, problems, style=style, changed=changed)
    if problems:
        sys.exit(1)
    records = sum(1 for _ in loaded.dataset.records())
    return str(day), basis, records, len(loaded.dataset.citations)
