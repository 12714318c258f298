"""`tracker export`: all records as the site publishes them."""

import sys
from pathlib import Path

import click

from tracker.cli import command
from tracker.cli.common import open_project, parse_today, write_named
from tracker.cli.options import path_argument
from tracker.cli.text import Titles
from tracker.export.json_export import to_json

NAME = "tracker.json"
"""The file's name in the site's data/ folder."""


@command
@path_argument
@click.option("--output", metavar="FILE|FOLDER/", help="Write to a file instead of the terminal.")
@click.option("--today", help="Calculate ages as of this day, such as 2026-11-24.")
def export(path: Path, output: str | None, today: str | None) -> None:
    """Print or write all records as JSON."""
    project = open_project(path)
    if any(diagnostic.is_blocking for diagnostic in project.check()):
        click.echo("the records have errors, so nothing was exported. Run: tracker check", err=True)
        sys.exit(1)
    day = project.reference_date(parse_today(today))
    label = Titles(project.dataset).label
    document = to_json(project.verification_summary(), today=day, label=label)
    if output is None:
        click.echo(document, nl=False)
    else:
        target = Path(output)
        is_folder = target.is_dir() or output.endswith(("/", "\\"))
        write_named(target / NAME if is_folder else target, document)
