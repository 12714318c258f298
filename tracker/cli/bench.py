"""`tracker bench`: what is needed to measure the tracker."""

import sys
from pathlib import Path

import click

from tracker.cli.common import stop, write_whole
from tracker.words import say


@click.group()
def bench() -> None:
    """Make what speed is measured with."""


@bench.command(
    epilog="""\b
Examples:
  tracker bench data 5000 --to /tmp/five-thousand
  tracker check /tmp/five-thousand

\b
The same number and seed give the same records. There is no such State, and nothing of it is true.
Exit codes: 0 written, 2 could not run."""
)
@click.argument("number", type=click.IntRange(min=10))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A folder that is empty, or not there yet.",
)
@click.option("--seed", default=1, show_default=True, help="Other numbers give other records.")
def data(number: int, folder: Path, seed: int) -> None:
    """Write NUMBER invented records of realistic length."""
    from tracker.synthetic import synthetic

    if folder.exists() and any(folder.iterdir()):
        stop(say("bench.not-empty", folder=folder), say("bench.not-empty.fix"))
    for path, content in synthetic(number, seed=seed).items():
        write_whole(folder / path, content)
    if sys.stderr.isatty():
        click.echo(say("bench.written", n=number, folder=folder), err=True)
