"""`tracker import`: import recommendations from other databases into a folder that git ignores."""

import codecs
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tracker.cli.common import (
    changing,
    explain_os_error,
    fail,
    find_root,
    named,
    open_project,
    print_located_diagnostics,
)
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.importers.folder import ImportFolder
    from tracker.importers.importer import ImportSummary
    from tracker.model import ImpreciseDate

_REPORT = "report.txt"


@click.command(
    "import",
    epilog="""\b
Examples:
  tracker import upr-info.csv                      a whole export of UPR Info
  tracker import uhri.json --state NAME            one State from the UN's index
  tracker import uhri.json --group migrants --since 2015
  tracker import export.csv --json > summary.json

\b
Writes data/imported/, which git ignores and the site includes. Importing the same export again
changes nothing; a newer one updates what changed in it. What an editor has written stays, and no
record is deleted. data/imported/report.txt lists every row that was not imported.
Exit codes: 0 every row was imported or filtered out, 1 some were not, 2 could not run.""",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option("--state", "states", multiple=True, help="Only those addressed to this State.")
@click.option("--group", "groups", multiple=True, help="Only those on this group: id or label.")
@click.option("--right", "rights", multiple=True, help="Only those on this right: id or label.")
@click.option("--mechanism", "mechanisms", multiple=True, help="Only those of this mechanism.")
@click.option("--since", help="Only those from this date on, such as 2013 or 2013-05-17.")
@click.option("--encoding", default="", help="The encoding, if it is not guessed correctly.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Another folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def import_(
    file: Path,
    path: Path,
    since: str | None,
    encoding: str,
    to: Path | None,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> None:
    """Import the recommendations in FILE, an export of the UN's Universal Human Rights Index or of
    UPR Info, into the project at PATH."""
    from tracker.importers.filters import ImportFilters
    from tracker.importers.folder import ImportFolder
    from tracker.importers.importer import import_export
    from tracker.importers.report import format_report
    from tracker.records.loader import IMPORTED

    root = find_root(path)
    _check_encoding(encoding)
    filters = ImportFilters(**chosen, since=_parse_since(since))
    own = open_project(root, imported=False).dataset
    place = _resolve_folder(to) if to else (root, IMPORTED)
    with changing(place[0]) as changes, _stop_on_errors(encoding):
        folder = ImportFolder(*place, changes)
        given: dict[str, Any] = {"own": own, "filters": filters, "encoding": encoding}
        with _open_seekable(file) as stream:
            summary = import_export(stream, folder, **given, on_row=_progress(stream))
        folder.write(_REPORT, format_report(file.name, summary))
    _print_summary(file.name, summary, folder, as_json=as_json, guessed=not encoding)
    if summary.unplaced or summary.has_lost_rows or folder.problems:
        sys.exit(1)


def _print_summary(
    file: str, summary: "ImportSummary", folder: "ImportFolder", *, as_json: bool, guessed: bool
) -> None:
    """Print what became of the rows, after the problems of files that could not be updated."""
    from tracker.importers import report
    from tracker.importers.encoding import LEGACY

    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    print_located_diagnostics(folder.problems, style="text")
    if as_json:
        data = report.to_data(file, summary, written=folder.written)
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        guessed = guessed and summary.encoding in LEGACY
        click.echo("\n".join(report.format_summary(file, summary, guessed=guessed)))
        click.echo(t("import.done.files", written=folder.written, report=folder.path / _REPORT))


def _resolve_folder(path: Path) -> tuple[Path, str]:
    """Return the part of a path that exists, and the rest."""
    try:
        return named(path)
    except OSError as error:
        fail(*explain_os_error(error, "write.failed"))


@contextmanager
def _stop_on_errors(encoding: str) -> Iterator[None]:
    """Stop the command if the file is no export, or the disk is full."""
    from tracker.files import RefusedError
    from tracker.importers.encoding import UnknownEncodingError
    from tracker.importers.rows import NotAnExportError

    try:
        yield
    except NotAnExportError as error:
        what, *got = error.args
        fail(t(f"import.no-export.{what}", got=got), t("import.no-export.fix"))
    except UnknownEncodingError:
        fail(t("import.unknown-encoding"), t("import.unknown-encoding.fix"))
    except UnicodeError:
        if not encoding:
            raise
        fail(t("import.other-encoding", got=encoding), t("import.other-encoding.fix"))
    except RefusedError:
        raise
    except (OSError, sqlite3.OperationalError) as error:
        fail(t("import.no-room", why=error), t("import.no-room.fix"))


@contextmanager
def _open_seekable(file: Path) -> Iterator[BinaryIO]:
    """Open a file; copy a pipe first, as guessing the encoding needs a second reading."""
    with file.open("rb") as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            yield copy


def _parse_since(text: str | None) -> "ImpreciseDate | None":
    from tracker.model import ImpreciseDate

    try:
        return ImpreciseDate.parse(text) if text else None
    except ValueError:
        fail(t("import.bad-since", got=text), t("import.bad-since.fix"))


def _check_encoding(name: str) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        fail(t("import.no-encoding", got=name), t("import.no-encoding.fix"))


def _progress(stream: BinaryIO) -> Callable[[int], None]:
    """Return a callback that shows the share of the file read so far, on a terminal."""
    if not sys.stderr.isatty():
        return lambda number: None
    size = max(1, os.fstat(stream.fileno()).st_size)
    shown = time.monotonic()

    def show(number: int) -> None:
        nonlocal shown
        if number % 500 == 0 and time.monotonic() > shown + 0.2:
            shown = time.monotonic()
            share = round(100 * stream.tell() / size)
            text = t("import.progress", rows=f"{number:,}", share=share)
            click.echo(f"\r{text}", nl=False, err=True)

    return show
