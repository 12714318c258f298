"""`tracker schema`: the JSON Schema of each kind of data file."""

from pathlib import Path

import click

from tracker.cli import command, fail
from tracker.cli.common import open_changes, open_project
from tracker.cli.completion import complete_words
from tracker.cli.options import project_option
from tracker.export.json_schema import KINDS, make_schema_files
from tracker.model.suggestions import closest_match


@command
@click.argument("kind", required=False, shell_complete=complete_words(lambda: KINDS))
@project_option
@click.option("--list", "listed", is_flag=True, help="List the kinds with the address of each.")
@click.option("--write", is_flag=True, help="Write every schema into the project.")
def schema(kind: str | None, project: Path, listed: bool, write: bool) -> None:
    """Print one schema or a list of all, or write all."""
    opened = open_project(project)
    files = dict(zip(KINDS, make_schema_files(opened.dataset).items(), strict=True))
    if write:
        _write(opened.root, dict(files.values()))
    elif listed or kind is None:
        click.echo("\n".join(f"{name:16} {address}" for name, (address, _) in files.items()))
    elif kind in files:
        click.echo(files[kind][1], nl=False)
    else:
        near = closest_match(kind, KINDS)
        remedy = f"Did you mean “{near}”?" if near else f"Types: {', '.join(KINDS)}."
        fail(f"there is no type of record {kind}", remedy)


def _write(root: Path, files: dict[str, bytes]) -> None:
    with open_changes(root) as changes:
        changed = [file for file, content in files.items() if changes.read(file) != content]
        for file in changed:
            changes.add(file, files[file])
    click.echo(f"{len(files)} schemas, {len(changed)} changed")
