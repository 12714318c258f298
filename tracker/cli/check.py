"""`tracker check`: every problem of the records, without network and without source texts."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from tracker.analysis.reference_date import find_given_date
from tracker.checks.report import group_by_cause
from tracker.cli import command
from tracker.cli.common import (
    exit_on_os_error,
    find_root,
    open_commit,
    open_project,
    parse_today,
    print_diagnostics,
    print_located_diagnostics,
    style_option,
)
from tracker.cli.completion import complete_commit
from tracker.cli.fmt import iter_format_notices
from tracker.cli.options import path_argument
from tracker.i18n import t
from tracker.model.diagnostics import Diagnostic
from tracker.model.lockfiles import CITATIONS
from tracker.project import Project, check_files

_UNREADABLE = ("link", "not-a-file", "file-name", "file-too-large")
"""Rules about files that are not opened: without them the records are incomplete."""


@command
@path_argument
@style_option
@click.option(
    "--today",
    help="The day to check dates against, such as 2026-11-24. By default, the day of the last"
    " commit, or today if records have changed since.",
)
@click.option(
    "--against",
    metavar="REF",
    shell_complete=complete_commit,
    help="Compare with this commit or branch.",
)
def check(path: Path, style: str, today: str | None, against: str | None) -> None:
    """Check every record of the project at PATH, and print every problem at once.

    Problems make the published site wrong; notices do not, and do not fail the check.
    """
    root = find_root(path)
    with exit_on_os_error():
        unwanted = list(check_files(root))
    if any(diagnostic.code in _UNREADABLE for diagnostic in unwanted):
        print_located_diagnostics(unwanted, style=style)
        sys.exit(1)
    project = open_project(root)
    given = parse_today(today)
    day, basis = project.latest_date(given)
    _print_warnings(project, given)
    earlier = open_commit(root, against) if against else None
    # If the date comes from the records, a verification may be newer than all of them.
    until = day if basis != "data" else None
    diagnostics = [*unwanted, *project.check_all(day, earlier=earlier, verified_until=until)]
    diagnostics += _iter_layout_notices(project, diagnostics)
    before = earlier.files if earlier else project.files
    changed = {file for file, data in project.files.items() if before.get(file) != data}
    is_valid = not any(diagnostic.is_blocking for diagnostic in diagnostics)
    is_summed_up = is_valid and style == "text"
    print_diagnostics(project, diagnostics, style=style, changed=changed, counts=not is_summed_up)
    if is_summed_up:
        click.echo(_sum_up(project, diagnostics))
    if not is_valid:
        sys.exit(1)


def _sum_up(project: Project, notices: list[Diagnostic]) -> str:
    """Return the last line of a check without problems."""
    records, citations = sum(1 for _ in project.dataset.records()), len(project.dataset.citations)
    count = len(group_by_cause(notices))
    found = f"no problems, {t('check.notice', n=count)}" if count else "no problems"
    return f"{_count(records, 'record')} and {_count(citations, 'citation')} checked: {found}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _iter_layout_notices(project: Project, diagnostics: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield notices about layout, except at a line that has to be corrected anyway."""
    located = project.loaded.locate_all(d for d in diagnostics if d.is_blocking)
    faulty = {(d.place.file, d.place.line) for d in located}
    cut = {d.place.file for d in located if d.params.get("hint") == "cut"}
    for notice in iter_format_notices(project.loaded):
        at = notice.place
        if (at.file, at.line) not in faulty and at.file not in cut:
            yield notice


def _print_warnings(project: Project, given: date | None) -> None:
    """Warn on stderr if the reference date was guessed or no citation has been verified."""
    if find_given_date(project.root, given=given) is None:
        day = project.reference_date()
        click.echo(t("check.day", day=day, basis=t("day.data")), err=True)
    if CITATIONS not in project.files:
        click.echo(
            f"{CITATIONS} does not exist yet, so no citation has been checked. "
            "Type: make verify TEXTS=folder",
            err=True,
        )
