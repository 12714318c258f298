"""What the commands share: finding the project, its files and the day, and stopping."""

import os
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

import click

from tracker.i18n import t

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tracker.checks.report import Lines, LocatedDiagnostic
    from tracker.files import FileChanges
    from tracker.model import Dataset
    from tracker.model.diagnostics import Diagnostic
    from tracker.project import Project
    from tracker.records.loader import LoadResult


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


def find_root(path: Path) -> Path:
    """The project at or around a path; stops the command if there is none."""
    from tracker.records.loader import find_project

    root = find_project(path) if path.exists() else None
    if root is None:
        fail(t("check.no-project", path=path), t("check.no-project.fix"))
    return root


def open_project(path: Path, *, imported: bool = True) -> "Project":
    """Open the project at or around a path; end the command if there is none."""
    from tracker.project import Project

    root = find_root(path)
    try:
        return Project.open(root, imported=imported)
    except OSError as error:
        fail(*explain_os_error(error))


def open_commit(root: Path, ref: str) -> "Project":
    """Open the project as it was at a commit; end the command if git knows no such commit."""
    from tracker.project import Project, UnknownCommitError

    try:
        return Project.open_commit(root, ref)
    except UnknownCommitError:
        fail(t("check.no-ref", ref=ref), "")


def explain_os_error(error: OSError, key: str = "check.unreadable") -> tuple[str, str]:
    """Return why a file was not opened, and what to do about it."""
    from tracker.checks import report

    return report.explain_os_error(error, key)


def print_diagnostics(
    loaded: "LoadResult",
    problems: "Iterable[Diagnostic]",
    *,
    style: str,
    changed: "Collection[str]" = (),
) -> None:
    """Print every problem with its place, and their number on stderr.

    `changed` names the files of which GitHub shows the problems first.
    """
    placed = [(loaded.locate(p), p) for p in problems]
    print_located_diagnostics(placed, style=style, lines=loaded.get_line, changed=changed)


def print_located_diagnostics(
    placed: "list[LocatedDiagnostic]",
    *,
    style: str,
    lines: "Lines | None" = None,
    changed: "Collection[str]" = (),
) -> None:
    """The same for problems whose places are known."""
    if not placed and style == "text":
        return
    from tracker.checks import github_report, gitlab_report, report

    groups = report.group_by_cause(placed)
    if style == "json":
        click.echo(report.to_json(one for group in groups for one in group))
    elif style == "github":
        for line in github_report.format_annotations(groups, changed=changed, lines=lines):
            click.echo(line)
        _summarise(groups)
    elif style == "gitlab":
        click.echo(gitlab_report.format_report(one for group in groups for one in group))
    else:
        click.echo(report.format_diagnostics(placed, lines=lines))
    if groups:
        click.echo(report.format_counts(groups), err=True)


def _summarise(groups: "list[list[LocatedDiagnostic]]") -> None:
    """Add every problem to the summary of the step, where GitHub has named a file for it."""
    from tracker.checks import github_report

    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name or not groups:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(github_report.format_summary(groups))
    except OSError as error:
        click.echo(t("write.failed", file=name, why=error.strerror), err=True)


def warn_about_unread(data: "Dataset") -> None:
    """Say on stderr that some records are left out, if some cannot be read."""
    if data.invalid_ids or data.unreadable:
        click.echo(t("unread"), err=True)


@contextmanager
def changing(folder: Path) -> "Iterator[FileChanges]":
    """Files of a folder that are written at the end of a block; see `files.Changes`.

    Stops the command if one cannot be written.
    """
    from tracker.files import FileChanges

    def waits() -> None:
        command = click.get_current_context().command_path
        click.echo(t("write.waits", command=command, folder=folder), err=True)

    try:
        with FileChanges(folder, on_wait=waits) as changes:
            yield changes
    except OSError as error:
        fail(*explain_os_error(error, "write.failed"))


def write_named(path: Path, content: bytes, *, beside: "Mapping[str, bytes] | None" = None) -> None:
    """Write a file that was named on the command line, and others beside it: all or none."""
    try:
        folder, name = named(path)
    except OSError as error:
        fail(*explain_os_error(error, "write.failed"))
    with changing(folder) as changes:
        changes.add(name, content)
        for other, data in (beside or {}).items():
            changes.add(PurePosixPath(name).with_name(other).as_posix(), data)


def named(path: Path) -> tuple[Path, str]:
    """A path of the command line as a folder that is there, and the rest. May raise OSError."""
    from tracker import files

    real = files.resolve_path(path)
    folder = next(one for one in real.parents if one.exists())
    return folder, real.relative_to(folder).as_posix()


def parse_today(text: str | None) -> date | None:
    """The day given with --today, if one is."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(t("check.bad-day", got=text), "")


def fail(what: str, remedy: str) -> NoReturn:
    """End the command, which could not run: exit code 2."""
    click.echo(f"tracker: {what}", err=True)
    if remedy:
        click.echo(f"    {remedy}", err=True)
    sys.exit(2)
