"""`tracker check`: every problem of the records, without network and without texts."""

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import (
    explain_os_error,
    fail,
    find_root,
    open_commit,
    open_project,
    parse_today,
    print_diagnostics,
    print_located_diagnostics,
    style_option,
)
from tracker.cli.fmt import layout_notices
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.model.diagnostics import Diagnostic

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
    root = find_root(path)
    astray = _check_files(root)
    if any(problem.code in _UNREAD for problem in astray):
        print_located_diagnostics([(p.location, p) for p in astray if p.location], style=style)
        sys.exit(1)
    project = open_project(root)
    day, basis = project.latest_date(parse_today(today))
    _warn(str(day), basis, project.files)
    earlier = open_commit(root, against) if against else None
    # Where the date comes from the records, a verification may be newer than all of them.
    until = day if basis != "data" else None
    problems = [
        *astray,
        *project.check_all(day, earlier=earlier, verified_until=until),
        *layout_notices(project.files),
    ]
    before = earlier.files if earlier else project.files
    changed = {file for file, data in project.files.items() if before.get(file) != data}
    print_diagnostics(project.loaded, problems, style=style, changed=changed)
    if any(problem.is_blocking for problem in problems):
        sys.exit(1)
    if style == "text":
        data = project.dataset
        records = sum(1 for _ in data.records())
        click.echo(t("check.sound", records=records, citations=len(data.citations)))


def _check_files(root: Path) -> list["Diagnostic"]:
    """Return the problems with files that must not be there; they are found without opening any."""
    from tracker.project import check_files

    try:
        return list(check_files(root))
    except OSError as error:
        fail(*explain_os_error(error))


def _warn(day: str, basis: str, files: Collection[str]) -> None:
    """Warn on stderr if the date was guessed or no citation has been verified."""
    from tracker.model.lockfiles import CITATIONS

    if basis == "data":
        click.echo(t("check.day", day=day, basis=t("day.data")), err=True)
    if CITATIONS not in files:
        click.echo(t("check.no-proofs", file=CITATIONS), err=True)
