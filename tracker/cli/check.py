"""`tracker check`: every problem of the records, without network and without texts."""

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
    stop,
    style_option,
    tell,
    tell_placed,
    tracked,
    why_not,
)
from tracker.cli.fmt import layout_notices
from tracker.words import say

if TYPE_CHECKING:
    from datetime import date

    from tracker.load import Loaded
    from tracker.problem import Problem

_UNREAD = ("link", "not-a-file", "file-name", "file-too-large")
"""Rules of files that are not opened: without them the records are not whole."""


@click.command(
    epilog="""\b
Examples:
  tracker check                      the project around this folder
  tracker check ~/other-tracker      another project
  tracker check --format github      annotations for a pull request
  tracker check --format gitlab      a code quality report for a merge request
  tracker check --against main       and nothing published may vanish

\b
Exit codes: 0 no problem, 1 problems, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@style_option
@click.option(
    "--today",
    help="The day to check dates against, as 2026-11-24; otherwise the last commit's, or"
    " where records were changed since, the clock's.",
)
@click.option("--against", metavar="REF", help="Compare with this commit or branch.")
def check(path: Path, style: str, today: str | None, against: str | None) -> None:
    """Check every record of the project at PATH, and print every problem at once.

    Problems make the published site wrong; notices do not, and do not fail the check.
    """
    from tracker.day import latest_day
    from tracker.load import load

    root = root_of(path)
    astray = _astray(root)
    if any(problem.code in _UNREAD for problem in astray):
        tell_placed([(p.place, p) for p in astray if p.place], style=style)
        sys.exit(1)
    files = files_of(root)
    loaded = load(files)
    day, basis = latest_day(root, loaded.dataset, given=day_given(today))
    _warn(str(day), basis, files)
    before = files_at(root, against) if against else None
    known = day if basis != "data" else None  # the newest record may be older than a check
    found = _problems(loaded, day, before=before, known=known)
    problems = [*astray, *found, *layout_notices(files)]
    changed = {f for f, data in files.items() if before is not None and before.get(f) != data}
    tell(loaded, problems, style=style, changed=changed)
    if any(problem.blocks for problem in problems):
        sys.exit(1)
    if style == "text":
        records = sum(1 for _ in loaded.dataset.records())
        click.echo(say("check.sound", records=records, citations=len(loaded.dataset.citations)))


def _astray(root: Path) -> list["Problem"]:
    """Every file of the project that must not be there."""
    from tracker.checks import BUILT, OPENED, check_tree
    from tracker.files import look, names_in, walk

    try:
        entries = [*walk(root, *OPENED), *filter(None, (look(root, name) for name in BUILT))]
        return list(check_tree(entries, top=names_in(root), tracked=tracked(root)))
    except OSError as error:
        stop(*why_not(error))


def _problems(
    loaded: "Loaded", day: "date", *, before: dict[str, bytes] | None, known: "date | None"
) -> "list[Problem]":
    """Everything that the rules find, also compared with the files of an earlier state."""
    from tracker.checks import check as check_records
    from tracker.checks import check_history, check_proofs, check_proofs_kept
    from tracker.load import load

    problems = [*loaded.problems, *check_records(loaded.dataset, today=day)]
    published = None
    if before is not None:
        earlier = load(before)
        published = earlier.proofs
        where = {key: file for key, (file, _, _) in earlier.record_lines.items()}
        problems += check_history(loaded.dataset, earlier=earlier.dataset, files=where)
        problems += check_proofs_kept(loaded.proofs, earlier=published)
    problems += loaded.links.problems if loaded.links else ()
    if loaded.proofs:
        faulty = frozenset(loaded.record_of(problem) for problem in problems if problem.blocks)
        problems += check_proofs(
            loaded.dataset, loaded.proofs, today=known, faulty=faulty, earlier=published
        )
    return problems


def _warn(day: str, basis: str, files: Collection[str]) -> None:
    """Warn on stderr if the date was guessed or no citation has been verified."""
    from tracker.locks import CITATIONS

    if basis == "data":
        click.echo(say("check.day", day=day, basis=say("day.data")), err=True)
    if CITATIONS not in files:
        click.echo(say("check.no-proofs", file=CITATIONS), err=True)
