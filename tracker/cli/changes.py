"""Save changes to records: show them, check the whole project, and write all files or none."""

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from tracker.cli import fail
from tracker.cli.common import open_changes, open_project, print_diagnostics
from tracker.model.diagnostics import Diagnostic
from tracker.project import Project

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def open_valid(root: Path) -> Project:
    """Open the project of a command that changes records; exit if it has problems already."""
    project = open_project(root)
    if find_problems(project):
        fail("the project already has problems; nothing saved", "Fix them first: tracker check")
    return project


def find_problems(project: Project) -> list[Diagnostic]:
    """Return the problems without notices: a source may be written before it is cited."""
    return [diagnostic for diagnostic in project.check() if diagnostic.is_blocking]


def save_changes(project: Project, changed: Mapping[str, bytes], *, dry_run: bool) -> None:
    """Write changed files; exit with 1 and write nothing if the project would have problems."""
    after = project.with_files(changed)
    if problems := find_problems(after):
        print_diagnostics(after, problems, style="text")
        click.echo("Nothing saved.", err=True)
        sys.exit(1)
    if dry_run:
        return
    with open_changes(project.root) as changes:
        for file, data in changed.items():
            changes.expect(file, project.files.get(file))
            changes.add(file, data)


def print_file_diff(file: str, old: bytes, new: bytes, *, hide_old: bool = False) -> None:
    """Print the changed lines of a file, as git does; `hide_old` leaves out all others."""
    lines = difflib.unified_diff(
        old.decode().splitlines(), new.decode().splitlines(), file, file, n=2, lineterm=""
    )
    for line in lines:
        if hide_old and line[:1] in "- " and not line.startswith("---"):
            continue
        colour = None if line.startswith(("+++", "---")) else _COLOURS.get(line[:1])
        click.echo(click.style(line, fg=colour))
