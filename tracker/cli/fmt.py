"""`tracker fmt`: the data files in their canonical form. No value and no comment ever changes."""

import sys
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import (
    changing,
    fail,
    find_root,
    open_project,
    print_located_diagnostics,
    style_option,
)
from tracker.i18n import t

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.model.diagnostics import Diagnostic
    from tracker.records.formatter import FormattedFile


@click.command(
    epilog="""\b
Examples:
  tracker fmt                        the files of the project around this folder
  tracker fmt data/events.yml        this file only
  tracker fmt --check                change nothing; tell which files are not in that form
  tracker fmt --check --format github

\b
Fields come in the order of the data format, texts in single quotes only where they need any.
Comments stay where they are, Windows line ends too; a byte order mark goes. If a file cannot be
read, or one is a link, nothing at all is written.
Exit codes: 0 in that form now, 1 not in that form (--check) or not readable, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option("--check", is_flag=True, help="Change nothing: only tell.")
@style_option
def fmt(path: Path, check: bool, style: str) -> None:
    """Bring the data files of the project at PATH into their canonical form."""
    root = find_root(path)
    files = _select_files(root, path)
    new = {file: _format(data, file) for file, data in files.items()}
    problems = [problem for one in new.values() for problem in one.problems]
    changed = {file: one.data for file, one in new.items() if one.data != files[file]}
    if check:
        problems += [_find_difference(file, files[file], data) for file, data in changed.items()]
    elif not problems:
        _write(root, files, changed)
    print_located_diagnostics([(p.location, p) for p in problems if p.location], style=style)
    if problems:
        sys.exit(1)
    if style == "text":
        click.echo("".join(f"{file}\n" for file in changed), nl=False)
        key = "fmt.same" if check else "fmt.done"
        click.echo(t(key, files=len(files), changed=len(changed)), err=True)


def _select_files(root: Path, path: Path) -> dict[str, bytes]:
    """The data files below the path, or the one that it names."""
    from tracker.records.loader import is_data

    files = {file: data for file, data in open_project(root).files.items() if is_data(file)}
    if not path.is_file():
        return files
    real = path.resolve()  # of links above the project: there are none in its data
    file = real.relative_to(root).as_posix() if real.is_relative_to(root) else ""
    if file not in files:
        fail(t("fmt.no-data", file=path), t("fmt.no-data.fix"))
    return {file: files[file]}


def layout_notices(files: "Mapping[str, bytes]") -> "Iterator[Diagnostic]":
    """Yield a notice for each data file that is not in canonical form."""
    from tracker.records.formatter import AlteredError, format_file
    from tracker.records.loader import is_data

    for file, data in files.items():
        try:
            new = format_file(data, file=file).data if is_data(file) else data
        except AlteredError:  # a fault of this program, which `tracker fmt` reports
            continue
        if new != data:
            yield replace(_find_difference(file, data, new), severity="notice")


def _format(data: bytes, file: str) -> "FormattedFile":
    from tracker.records.formatter import AlteredError, format_file

    try:
        return format_file(data, file=file)
    except AlteredError:
        fail(t("fmt.altered", file=file), t("fmt.altered.fix"))


def _find_difference(file: str, old: bytes, new: bytes) -> "Diagnostic":
    """Where a file leaves its canonical form."""
    from tracker.model.diagnostics import Diagnostic, SourceLocation

    lines = zip(old.splitlines(keepends=True), new.splitlines(keepends=True), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], lines))
    return Diagnostic("not-canonical", location=SourceLocation(file, same + 1, 1))


def _write(root: Path, files: dict[str, bytes], changed: dict[str, bytes]) -> None:
    """Write every file that changed, unless somebody else changed one since it was read."""
    with changing(root) as changes:
        for file, data in changed.items():
            changes.expect(file, files[file])
            changes.add(file, data)
