"""Options, input and output that several commands share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import click

from tracker import files
from tracker.checks import ci_report, report
from tracker.checks.report import Lines, explain_os_error
from tracker.cli import fail
from tracker.files import FileChanges
from tracker.model.dataset import Dataset
from tracker.model.diagnostics import Diagnostic
from tracker.project import Project, UnknownCommitError
from tracker.records.loader import find_project

F = TypeVar("F", bound=Callable[..., Any])


def format_option(*styles: str, help: str) -> Callable[[F], F]:
    """Return the option `--format` with these choices, the first by default."""
    kinds = click.Choice(styles)
    return click.option("--format", "style", type=kinds, default=styles[0], help=help)


style_option = format_option(
    *("text", "github", "gitlab", "json"), help="For people, for pull requests, or for programs."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="As one JSON document, for programs."
)


def get_program() -> str:
    """Return `tracker`, or the path by which it was called if the shell does not find it."""
    called = sys.argv[0]
    return called if Path(called).name == "tracker" and not shutil.which("tracker") else "tracker"


def find_root(path: Path) -> Path:
    """Return the root of the project at or around a path; exit if there is none."""
    root = find_project(path) if path.exists() else None
    if root is None:
        fail(
            (
                f"no project found at {path}: no data/recommendations.yml or data/vocabulary.yml "
                "there or in a parent folder"
            ),
            "Name a project folder: tracker check PATH",
        )
    return root


def open_project(path: Path, *, imported: bool = True) -> Project:
    """Open the project at or around a path; exit if there is none."""
    root = find_root(path)
    with exit_on_os_error():
        project = Project.open(root, imported=imported)
    return project


def open_commit(root: Path, ref: str) -> Project:
    """Open the project as it was at a commit; exit if there is no such commit."""
    try:
        return Project.open_commit(root, ref)
    except UnknownCommitError:
        fail(f"unknown commit: {ref}")


@contextmanager
def exit_on_os_error(key: str = "check.unreadable") -> Iterator[None]:
    """Exit with the message `key` if the block cannot read or write a file."""
    try:
        yield
    except OSError as error:
        fail(*explain_os_error(error, key))


def print_diagnostics(
    project: Project,
    diagnostics: Iterable[Diagnostic],
    *,
    style: str,
    changed: Collection[str] = (),
    counts: bool = True,
) -> None:
    """Print diagnostics with their locations, and their number on stderr if `counts`.

    GitHub shows a limited number: those of the files in `changed` come first.
    """
    located = project.loaded.locate_all(diagnostics)
    lines = project.loaded.get_line
    print_located_diagnostics(located, style=style, lines=lines, changed=changed, counts=counts)


def print_located_diagnostics(
    located: list[Diagnostic],
    *,
    style: str,
    lines: Lines | None = None,
    changed: Collection[str] = (),
    counts: bool = True,
) -> None:
    """Print diagnostics whose locations are known, and their number on stderr if `counts`."""
    if not located and style == "text":
        return
    groups = report.group_by_cause(located)
    if style == "json":
        click.echo(report.to_json(item for group in groups for item in group))
    elif style == "github":
        for line in ci_report.format_annotations(groups, changed=changed, lines=lines):
            click.echo(line)
        _write_step_summary(groups)
    elif style == "gitlab":
        click.echo(ci_report.format_gitlab_report(item for group in groups for item in group))
    else:
        click.echo(report.format_diagnostics(located, lines=lines))
    if groups and counts:
        click.echo(report.format_counts(groups), err=True)


def _write_step_summary(groups: list[list[Diagnostic]]) -> None:
    """Add all diagnostics to the summary of a GitHub Actions step, if this is one."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name or not groups:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(ci_report.format_summary(groups))
    except OSError as error:
        click.echo(f"cannot write {name}: {error.strerror}", err=True)


def warn_about_unread(data: Dataset) -> None:
    """Print a warning if some records cannot be read and are left out."""
    if data.invalid_ids or data.unreadable:
        click.echo("Some records could not be read and are left out. Run: tracker check", err=True)


@contextmanager
def open_changes(folder: Path) -> Iterator[FileChanges]:
    """Collect changes to files and write them at the end of the block, all or none.

    Exits if a file cannot be written.
    """

    def report_waiting() -> None:
        command = click.get_current_context().command_path
        click.echo(f"{command} is waiting: another command is writing in {folder}", err=True)

    with exit_on_os_error("write.failed"), FileChanges(folder, on_wait=report_waiting) as changes:
        yield changes


def write_named(path: Path, content: bytes, *, siblings: Mapping[str, bytes] | None = None) -> None:
    """Write a file named on the command line, and others next to it: all or none."""
    with exit_on_os_error("write.failed"):
        folder, name = split_path(path)
    with open_changes(folder) as changes:
        changes.add(name, content)
        for other, data in (siblings or {}).items():
            changes.add(PurePosixPath(name).with_name(other).as_posix(), data)


def split_path(path: Path) -> tuple[Path, str]:
    """Split a path of the command line into an existing folder and the rest. Raises OSError."""
    real = files.resolve_path(path)
    folder = next(parent for parent in real.parents if parent.exists())
    return folder, real.relative_to(folder).as_posix()


def run_mkdocs(arguments: list[str], root: Path) -> int:
    """Run MkDocs until it ends, and return its exit code."""
    # Material's own switch for its notice about MkDocs 2, which pyproject.toml excludes.
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", *arguments]
    with subprocess.Popen(command, cwd=root, env=environment) as process:
        with suppress(KeyboardInterrupt):  # MkDocs receives it too, cleans up, and ends
            process.wait()
        return process.wait()


def find_site(path: Path) -> Path:
    """Return the root of the project at or around a path; exit if it has no site."""
    root = find_root(path)
    if not (root / "mkdocs.yml").is_file():
        fail(f"{root} has no mkdocs.yml, so there is no site to show")
    return root


def parse_today(text: str | None) -> date | None:
    """Parse the value of --today; exit if it is not a date."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        fail(f"{text} is not a date; write it like 2026-11-24")
