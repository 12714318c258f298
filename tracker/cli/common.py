"""What the commands share: finding the project, its files and the day, and stopping."""

import os
import stat
import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

import click

from tracker.words import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

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
        stop(say("check.unreadable", file=error.filename, why=error.strerror), "")


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
        listed = git("ls-tree", "-r", "-z", "--name-only", name, "--", "data").decode()
        return {
            file: git("show", f"{name}:./{file}")
            for file in listed.split("\0")
            if is_data(file) or file in (CITATIONS, LINKS)
        }
    except (OSError, subprocess.CalledProcessError):
        stop(say("check.no-ref", ref=ref), "")


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
        key = "check.problem" if len(groups) == 1 else "check.problems"
        click.echo(say(key, count=len(groups)), err=True)


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


class Writing:
    """Files that are written at the end of a block, all of them, or none where it fails: until then
    each waits beside its place, so that nothing is ever half-written.

    A file that is there keeps its mode, and a link to it stays a link. With `within`, the command
    stops (exit code 2) if a link leads out of that folder.
    """

    def __init__(self, within: Path | None = None) -> None:
        self._within = within
        self._waiting: dict[Path, tuple[Path, Path]] = {}

    def __enter__(self) -> Self:
        return self

    def add(self, file: Path, content: str | bytes) -> None:
        """Have a file written at the end."""
        target = inside(self._within, file) if self._within else file.resolve()
        unfinished = target.with_name(f".{target.name}.unfinished")
        self._waiting[file] = unfinished, target
        with _told(file):
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.unlink(missing_ok=True)
            with unfinished.open("xb") as new:  # never through a link that somebody laid there
                new.write(content.encode() if isinstance(content, str) else content)
            if target.exists():
                unfinished.chmod(stat.S_IMODE(target.stat().st_mode))

    def now(self, file: Path) -> Path:
        """Where the content stands that a file will have at the end."""
        return self._waiting[file][0] if file in self._waiting else file

    @property
    def files(self) -> "Collection[Path]":
        """All that will be written."""
        return self._waiting.keys()

    def __exit__(self, failed: object, *rest: object) -> None:
        try:
            for file, (unfinished, target) in self._waiting.items() if not failed else ():
                with _told(file):
                    unfinished.replace(target)
        finally:
            for unfinished, _ in self._waiting.values():
                with suppress(OSError):
                    unfinished.unlink(missing_ok=True)


@contextmanager
def _told(file: Path) -> "Iterator[None]":
    """Stops the command where a file cannot be written."""
    try:
        yield
    except OSError as error:
        stop(say("write.failed", file=file, why=error.strerror), "")


def write_whole(file: Path, content: str | bytes, *, within: Path | None = None) -> None:
    """Write a file at once or not at all, as `Writing` does."""
    with Writing(within) as writing:
        writing.add(file, content)


def inside(root: Path, file: Path) -> Path:
    """Where a file really lies; stops the command if a link leads out of the root."""
    target = file.resolve()
    if not target.is_relative_to(root.resolve()):
        stop(say("write.outside", file=file, target=target), say("write.outside.fix"))
    return target


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
