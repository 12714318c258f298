"""`tracker import`: import recommendations from other databases into a folder that git ignores."""

import codecs
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from tracker.cli import command, common, fail, print_json
from tracker.cli.completion import complete_ref
from tracker.cli.options import path_argument
from tracker.cli.text import print_template, render_template
from tracker.files import RefusedError
from tracker.i18n import t
from tracker.importers.encoding import LEGACY, UnknownEncodingError
from tracker.importers.folder import ImportFolder
from tracker.importers.importer import ImportFilters, ImportSummary, import_file
from tracker.importers.rows import DOUBTFUL, LOST, UNPLACED, NotAnExportError, OtherLanguageError
from tracker.model.base import Ref
from tracker.model.dates import ImpreciseDate
from tracker.records.loader import IMPORTED

_REPORT = "report.txt"
_GROUP = complete_ref(Ref("vocabulary", ("group",)))
_RIGHT = complete_ref(Ref("vocabulary", ("right",)))
_BODY = complete_ref(Ref("vocabulary", ("mechanism",)))


@command
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@path_argument
@click.option("--state", "states", multiple=True, help="Only those addressed to this State.")
@click.option(
    "--group",
    "groups",
    multiple=True,
    shell_complete=_GROUP,
    help="Only those on this group: ID or label.",
)
@click.option(
    "--right",
    "rights",
    multiple=True,
    shell_complete=_RIGHT,
    help="Only those on this right: ID or label.",
)
@click.option(
    "--mechanism",
    "mechanisms",
    multiple=True,
    shell_complete=_BODY,
    help="Only those of this mechanism.",
)
@click.option("--since", help="Only those from this date onwards, such as 2013 or 2013-05-17.")
@click.option("--encoding", default="", help="The encoding, if detection gets it wrong.")
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
    """Import an export file and print a summary."""
    root = common.find_root(path)
    _check_encoding(encoding)
    filters = ImportFilters(**chosen, since=_parse_since(since))
    own = common.open_project(root, imported=False).dataset
    target = (root, IMPORTED)
    if to:
        with common.exit_on_os_error("write.failed"):
            target = common.split_path(to)
    with common.open_changes(target[0]) as changes, _exit_on_errors(encoding):
        folder = ImportFolder(*target, changes)
        with _open_seekable(file) as stream:
            summary = import_file(
                stream,
                folder,
                own=own,
                filters=filters,
                encoding=encoding,
                on_row=_make_progress(stream),
            )
        report = render_template(
            "import-report", file=file.name, summary=summary, facts=summary.get_facts()
        )
        folder.write(_REPORT, f"{report}\n")
    _print_summary(file.name, summary, folder, as_json=as_json, guessed=not encoding)
    if summary.unplaced or summary.has_lost_rows or folder.problems:
        sys.exit(1)


def _print_summary(
    file: str, summary: ImportSummary, folder: ImportFolder, *, as_json: bool, guessed: bool
) -> None:
    """Print the files that could not be updated, and the number of rows by outcome."""
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    common.print_located_diagnostics(folder.problems, style="text")
    if as_json:
        print_json({"file": file, **summary.to_data(written=folder.written)})
    else:
        print_template(
            "import",
            file=file,
            summary=summary,
            facts=summary.get_facts(),
            guessed=guessed and summary.encoding in LEGACY,
            written=folder.written,
            report=folder.path / _REPORT,
            unplaced=UNPLACED,
            lost=LOST,
            doubtful=DOUBTFUL,
        )


@contextmanager
def _exit_on_errors(encoding: str) -> Iterator[None]:
    """Exit if the file is not an export, its encoding is wrong, or the disk is full."""
    try:
        yield
    except NotAnExportError as error:
        what, *got = error.args
        fail(
            t(f"import.no-export.{what}", got=got),
            (
                "Give an export of the Universal Human Rights Index (JSON: a list of "
                "objects) or of UPR Info (CSV with the columns To, Text, From, Response, "
                "Issue and Session, in any order; rename columns with other names). "
                "Unpack an archive first; save a workbook as CSV (UTF-8)."
            ),
        )
    except OtherLanguageError as error:
        _exit_on_other_language(str(error))
    except UnknownEncodingError:
        fail(
            "the file is not UTF-8, and its encoding cannot be guessed: whole words are in a "
            "script other than Latin",
            "Name it with --encoding, such as cp1251 (Cyrillic), cp1253 (Greek), "
            "cp1256 (Arabic) or gb18030 (Chinese), or save the file as UTF-8.",
        )
    except UnicodeError:
        if not encoding:
            raise
        fail(
            f"the file cannot be read as {encoding}",
            "Give another --encoding, or leave the option out.",
        )
    except RefusedError:
        raise
    except OSError as error:
        fail(
            f"nothing imported: {error}",
            "If the disk is full, free some space or set TMPDIR to a folder on another disk.",
        )


def _exit_on_other_language(language: str) -> NoReturn:
    click.echo(
        f"tracker: this export is in {language}, and only English ones can be imported\n"
        "    Download the same results in English and type: "
        "tracker import FILE",
        err=True,
    )
    sys.exit(1)


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


def _parse_since(text: str | None) -> ImpreciseDate | None:
    try:
        return ImpreciseDate.parse(text) if text else None
    except ValueError:
        fail(f"{text} is not a date", "Write 2013, 2013-05 or 2013-05-17.")


def _check_encoding(name: str) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        fail(
            f"unknown encoding: {name}",
            (
                "Python’s documentation lists the names: "
                "https://docs.python.org/3/library/codecs.html#standard-encodings"
            ),
        )


def _make_progress(stream: BinaryIO) -> Callable[[int], None]:
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
