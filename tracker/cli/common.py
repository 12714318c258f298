"""What the commands share: finding the project, its files and the day, and stopping."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

import click

from tracker.words import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tracker.files import Changes
    from tracker.load import Loaded
    from tracker.model import Dataset
    from tracker.problem import Problem
    from tracker.telling import Lines, Told


style_option = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "gitlab", "json"]),
    default="text",
    help="For people, for pull requests, or for programs.",
)

project_option = click.option(
    "--project", type=click.Path(path_type=Path), default=".", help="A folder of the project."
)


def root_of(path: Path) -> Path:
    """The project at or around a path; stops the command if there is none."""
    from tracker.load import find_project

    root = find_project(path) if path.exists() else None
    if root is None:
        stop(say("check.no-project", path=path), say("check.no-project.fix"))
    return root


def files_of(root: Path, *, imported: bool = True) -> dict[str, bytes]:
    """The data files of a project by path; stops the command if one cannot be read."""
    from tracker.load import read_files

    try:
        return read_files(root, imported=imported)
    except OSError as error:
        stop(*why_not(error))


def loaded_of(root: Path) -> "Loaded":
    """Load the records of a project."""
    from tracker.load import load

    return load(files_of(root))


def files_at(root: Path, ref: str) -> dict[str, bytes]:
    """The data files and lock files of an earlier commit, by path below the root."""

    from tracker.load import is_data
    from tracker.locks import CITATIONS, LINKS

    def git(*arguments: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=True
        ).stdout

    try:
        # `--` after the ref and a verified hash: a ref can never be read as an option.
        commit = git("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        name = commit.decode().strip()
        listed = os.fsdecode(git("ls-tree", "-r", "-z", "--name-only", name, "--", "data"))
        return {
            file: git("show", f"{name}:./{file}")
            for file in listed.split("\0")
            if is_data(file) or file in (CITATIONS, LINKS)
        }
    except (OSError, subprocess.CalledProcessError):
        stop(say("check.no-ref", ref=ref), "")


def tracked(root: Path) -> dict[str, str]:
    """The mode of each file that git keeps, by its path below the root; none without git."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--stage"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    rows = (row.split("\t", 1) for row in os.fsdecode(listed).split("\0") if row)
    return {path: facts.split(" ")[0] for facts, path in rows}


def tell(
    loaded: "Loaded", problems: "Iterable[Problem]", *, style: str, changed: "Collection[str]" = ()
) -> None:
    """Print every problem with its place, and their number on stderr.

    `changed` names the files of which GitHub shows the problems first.
    """
    placed = [(loaded.locate(p), p) for p in problems]
    tell_placed(placed, style=style, lines=loaded.line, changed=changed)


def tell_placed(
    placed: "list[Told]",
    *,
    style: str,
    lines: "Lines | None" = None,
    changed: "Collection[str]" = (),
) -> None:
    """The same for problems whose places are known."""
    if not placed and style == "text":
        return
    from tracker import telling
    from tracker.telling import github, gitlab

    groups = telling.by_cause(placed)
    if style == "json":
        click.echo(telling.as_json(one for group in groups for one in group))
    elif style == "github":
        for line in github.annotated(groups, changed=changed, lines=lines):
            click.echo(line)
        _summarise(groups)
    elif style == "gitlab":
        click.echo(gitlab.as_report(one for group in groups for one in group))
    else:
        click.echo(telling.as_texts(placed, lines=lines))
    if groups:
        click.echo(telling.counted(groups), err=True)


def _summarise(groups: "list[list[Told]]") -> None:
    """Add every problem to the summary of the step, where GitHub has named a file for it."""
    from tracker.telling import github

    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name or not groups:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(github.summary(groups))
    except OSError as error:
        click.echo(say("write.failed", file=name, why=error.strerror), err=True)


def warn_of_unread(data: "Dataset") -> None:
    """Say on stderr that some records are left out, if some cannot be read."""
    if data.unsound or data.unread:
        click.echo(say("unread"), err=True)


@contextmanager
def changing(folder: Path) -> "Iterator[Changes]":
    """Files of a folder that are written at the end of a block; see `files.Changes`.

    Stops the command if one cannot be written.
    """
    from tracker.files import Changes

    def waits() -> None:
        command = click.get_current_context().command_path
        click.echo(say("write.waits", command=command, folder=folder), err=True)

    try:
        with Changes(folder, waits=waits) as changes:
            yield changes
    except OSError as error:
        stop(*why_not(error, "write.failed"))


def write_named(path: Path, content: bytes, *, beside: "Mapping[str, bytes] | None" = None) -> None:
    """Write a file that was named on the command line, and others beside it: all or none."""
    try:
        folder, name = named(path)
    except OSError as error:
        stop(*why_not(error, "write.failed"))
    with changing(folder) as changes:
        changes.add(name, content)
        for other, data in (beside or {}).items():
            changes.add(PurePosixPath(name).with_name(other).as_posix(), data)


def named(path: Path) -> tuple[Path, str]:
    """A path of the command line as a folder that is there, and the rest. May raise OSError."""
    from tracker import files

    real = files.named(path)
    folder = next(one for one in real.parents if one.exists())
    return folder, real.relative_to(folder).as_posix()


def why_not(error: OSError, key: str = "check.unreadable") -> tuple[str, str]:
    """Why a file is not opened, and what to do about it."""
    from tracker.files import RefusedError
    from tracker.problem import Problem
    from tracker.telling import message
    from tracker.telling.excerpt import visible

    if isinstance(error, RefusedError):
        return message(Problem(error.rule, facts={"file": os.fsdecode(error.filename)}))
    return say(key, file=visible(error.filename), why=error.strerror), ""


def day_given(text: str | None) -> date | None:
    """The day given with --today, if one is."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(say("check.bad-day", got=text), "")


def stop(what: str, remedy: str) -> NoReturn:
    """End the command, which could not run: exit code 2."""
    click.echo(f"tracker: {what}", err=True)
    if remedy:
        click.echo(f"    {remedy}", err=True)
    sys.exit(2)
