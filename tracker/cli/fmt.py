"""`tracker fmt`: format the data files. No value and no comment ever changes."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import click

from tracker.cli import command, fail
from tracker.cli.common import (
    find_root,
    open_changes,
    open_project,
    print_located_diagnostics,
    style_option,
)
from tracker.cli.options import path_argument
from tracker.i18n import t
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.records.formatter import AlteredError, FormattedFile, format_file
from tracker.records.loader import LoadResult


@command
@path_argument
@click.option("--check", is_flag=True, help="Change nothing: only report.")
@style_option
def fmt(path: Path, check: bool, style: str) -> None:
    """Format the data files of the project at PATH."""
    root = find_root(path)
    loaded = open_project(root).loaded
    files = _select_files(loaded, root, path)
    formatted = {file: _format(loaded, file) for file in files}
    problems = [problem for result in formatted.values() for problem in result.problems]
    changed = {file: r.data for file, r in formatted.items() if r.data != files[file]}
    if check:
        problems += [_find_difference(file, files[file], data) for file, data in changed.items()]
    elif not problems:
        with open_changes(root) as changes:
            for file, data in changed.items():
                changes.expect(file, files[file])
                changes.add(file, data)
    print_located_diagnostics(problems, style=style)
    if problems:
        sys.exit(1)
    if style == "text":
        click.echo("".join(f"{file}\n" for file in changed), nl=False)
        key = "fmt.same" if check else "fmt.done"
        click.echo(t(key, files=len(files), changed=len(changed)), err=True)


def _select_files(loaded: LoadResult, root: Path, path: Path) -> dict[str, bytes]:
    """Return the data files of the project, or the one that the path names."""
    files = {file: loaded.files[file] for file in loaded.documents}
    if not path.is_file():
        return files
    real = path.resolve()  # follows links above the project; its data contains none
    file = real.relative_to(root).as_posix() if real.is_relative_to(root) else ""
    if file not in files:
        fail(
            f"{path} is not a data file of this project",
            "Name a project folder, or a file such as data/events.yml.",
        )
    return {file: files[file]}


def iter_format_notices(loaded: LoadResult) -> Iterator[Diagnostic]:
    """Yield a notice for each data file that is not in canonical form."""
    for file, document in loaded.documents.items():
        data = loaded.files[file]
        try:
            new = format_file(data, file=file, document=document).data
        except AlteredError:  # a bug in the formatter, which `tracker fmt` reports
            continue
        if new != data:
            yield replace(_find_difference(file, data, new), severity="notice")


def _format(loaded: LoadResult, file: str) -> FormattedFile:
    try:
        return format_file(loaded.files[file], file=file, document=loaded.documents[file])
    except AlteredError:
        fail(
            f"formatting {file} would change its values, so nothing was written",
            "This is a bug. Please report it with the file.",
        )


def _find_difference(file: str, old: bytes, new: bytes) -> Diagnostic:
    """Return a diagnostic at the first line that is not in canonical form."""
    lines = zip(old.splitlines(keepends=True), new.splitlines(keepends=True), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], lines))
    return Diagnostic("not-canonical", location=SourceLocation(file, same + 1, 1))
