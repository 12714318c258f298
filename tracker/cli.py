"""The `tracker` command: reads arguments, prints, and picks the exit code."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

import click

from tracker import __version__
from tracker.words import say


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Covenant Tracker: recommendations, what was done, and the proof.

    Exit codes: 0 all is well, 1 problems in the data, 2 could not run.
    """


@main.command(
    epilog="""\b
Examples:
  tracker check                      the project around this folder
  tracker check ~/other-tracker      another project
  tracker check --format github      annotations for a pull request
  tracker check --against main       and nothing published may vanish"""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="For people, for pull requests, or for programs.",
)
@click.option("--today", help="The day to check dates against, as 2026-11-24.")
@click.option("--against", metavar="REF", help="Compare with this commit or branch.")
def check(path: Path, style: str, today: str | None, against: str | None) -> None:
    """Check every record of the project at PATH, and print every problem at once."""
    from tracker import telling
    from tracker.checks import check as check_data
    from tracker.checks import check_history
    from tracker.day import day_of
    from tracker.load import find_project, load
    from tracker.model import citations_in

    root = find_project(path) if path.exists() else None
    if root is None:
        _stop(say("check.no-project", path=path), say("check.no-project.fix"))
    loaded = load(_files(root))
    day, basis = day_of(root, loaded.dataset, given=_day(today))
    if basis == "data":
        click.echo(say("check.day", day=day, basis=say("day.data")), err=True)
    problems = [*loaded.problems, *check_data(loaded.dataset, today=day)]
    if against:
        earlier = load(_files_at(root, against)).dataset
        problems += check_history(loaded.dataset, earlier=earlier)
    told = sorted(((loaded.locate(p), p) for p in problems), key=telling.in_order)
    if style == "json":
        click.echo(telling.as_json(told))
    elif told:
        word = telling.as_github if style == "github" else telling.as_text
        click.echo("\n".join(word(one) for one in told))
    if told:
        key = "check.problem" if len(told) == 1 else "check.problems"
        click.echo(say(key, count=len(told)), err=True)
        sys.exit(1)
    if style == "text":
        records = sum(1 for _ in loaded.dataset.records())
        cited = sum(1 for _, r in loaded.dataset.records() for _ in citations_in(r))
        click.echo(say("check.sound", records=records, citations=cited))


def _files(root: Path) -> dict[str, bytes]:
    from tracker.load import read_files

    try:
        return read_files(root)
    except OSError as error:
        _stop(say("check.unreadable", file=error.filename, why=error.strerror), "")


def _files_at(root: Path, ref: str) -> dict[str, bytes]:
    """The data files of an earlier commit, by path below the root."""

    from tracker.load import is_data

    def git(*arguments: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=True
        ).stdout

    try:
        # `--` after the ref and a verified hash: a ref can never be read as an option.
        commit = git("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        name = commit.decode().strip()
        listed = git("ls-tree", "-r", "-z", "--name-only", name, "--", "data").decode()
        return {
            file: git("show", f"{name}:./{file}") for file in listed.split("\0") if is_data(file)
        }
    except (OSError, subprocess.CalledProcessError):
        _stop(say("check.no-ref", ref=ref), "")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        _stop(say("check.bad-day", got=text), "")


def _stop(what: str, remedy: str) -> NoReturn:
    click.echo(f"tracker: {what}", err=True)
    if remedy:
        click.echo(f"    {remedy}", err=True)
    sys.exit(2)
