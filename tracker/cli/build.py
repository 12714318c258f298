"""`tracker build`: build the site."""

import sys
from pathlib import Path

import click

from tracker.cli import command
from tracker.cli.common import find_site, run_mkdocs
from tracker.cli.options import path_argument


@command
@path_argument
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the site; by default, site/ in the project.",
)
def build(path: Path, target: Path | None) -> None:
    """Run MkDocs once; a warning fails the build."""
    root = find_site(path)
    # Never --quiet: it hides warnings, so --strict would pass.
    folder = ["--site-dir", str(target.resolve())] if target else []
    sys.exit(min(1, run_mkdocs(["build", "--strict", *folder], root)))
