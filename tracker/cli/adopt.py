"""`tracker adopt`: turn imported records into records of the project."""

from pathlib import Path

import click

from tracker.cli import command, fail
from tracker.cli.changes import open_valid, save_changes
from tracker.cli.completion import complete_id
from tracker.cli.options import project_option
from tracker.cli.text import exit_without_record
from tracker.model import find_references
from tracker.project import Project
from tracker.records.edits import FileEdit
from tracker.records.loader import IMPORTED


@command
@click.argument("ids", metavar="ID...", nargs=-1, required=True, shell_complete=complete_id)
@click.option("--dry-run", is_flag=True, help="List the files and write nothing.")
@project_option
def adopt(ids: tuple[str, ...], dry_run: bool, project: Path) -> None:
    """Move imported records, with the sources and terms they need, to separate files."""
    opened = open_valid(project)
    for record_id in ids:
        _require_imported(opened, record_id)
    changed, moved = _move(opened, _collect(opened, ids))
    save_changes(opened, changed, dry_run=dry_run)
    click.echo("\n".join(moved))
    if not dry_run:
        click.echo(
            "The official text comes from the database: make sure that you may publish it.\n"
            "Next: make check, then propose the files above.",
            err=True,
        )


def _is_imported(project: Project, record_id: str) -> bool:
    location = project.loaded.locations.get(record_id)
    return location is not None and location.file.startswith(f"{IMPORTED}/")


def _require_imported(project: Project, record_id: str) -> None:
    if _is_imported(project, record_id):
        return
    if project.dataset.find(record_id):
        fail(f"{record_id} is a record of this project already; nothing adopted")
    exit_without_record(record_id, project.dataset)


def _collect(project: Project, ids: tuple[str, ...]) -> list[str]:
    """Return the ids with those of all imported records that they refer to."""
    wanted = list(dict.fromkeys(ids))
    for record_id in wanted:  # grows in the loop
        record = project.dataset.find(record_id)
        for _, key, _ in find_references(record) if record else ():
            if key not in wanted and _is_imported(project, key):
                wanted.append(key)
    return wanted


def _move(project: Project, ids: list[str]) -> tuple[dict[str, bytes], list[str]]:
    """Return the content of all changed files, and the names of the new ones."""
    edits: dict[str, FileEdit] = {}
    new: dict[str, bytes] = {}
    for record_id in ids:
        old = project.loaded.locations[record_id].file
        edit = edits.setdefault(old, FileEdit(project.files[old], old))
        file = f"data/{project.dataset.collection_of(record_id)}/{record_id}.yml"
        target = FileEdit(project.files.get(file, b""), file)
        target.add(edit.remove(record_id))
        new[file] = target.format()
    return new | {file: edit.format() for file, edit in edits.items()}, list(new)
