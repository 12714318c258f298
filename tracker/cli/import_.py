"""`tracker import`: recommendations of other databases, into a folder that git ignores."""

import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tracker.cli.common import changing, files_of, named, root_of, stop, tell_placed, why_not
from tracker.words import say

if TYPE_CHECKING:
    from tracker.files import Changes
    from tracker.importers import Spool, Spooled, Stored, Summary, Target, Terms, Told, Updated
    from tracker.model import Dataset, When

_BESIDE = ".import"
"""What was written last time is kept in this folder, for the next import."""
_REPORT = "report.txt"


@click.command(
    "import",
    epilog="""\b
Examples:
  tracker import upr-info.csv                      all of an export of UPR Info
  tracker import uhri.json --state NAME            one State, of the UN's index
  tracker import uhri.json --group migrants --since 2015
  tracker import export.csv --json > summary.json

\b
Files come into data/imported/, which git ignores, and are read as further records. A second import
changes nothing; one of a newer export changes what changed there. What an editor has written
stays, and no record is ever deleted. Rows without a place stand in data/imported/report.txt.
Exit codes: 0 all rows have a place, 1 some have none, 2 could not run.""",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option("--state", "states", multiple=True, help="Only those to this State.")
@click.option("--group", "groups", multiple=True, help="Only those on this group: id or label.")
@click.option("--right", "rights", multiple=True, help="Only those on this right: id or label.")
@click.option("--mechanism", "mechanisms", multiple=True, help="Only those of this mechanism.")
@click.option("--since", help="Only those from this date on, as 2013 or 2013-05-17.")
@click.option("--encoding", default="", help="If it is not UTF-8 and is guessed wrongly.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Another folder.")
@click.option("--json", "as_json", is_flag=True, help="The summary, for programs.")
def import_(
    file: Path,
    path: Path,
    since: str | None,
    encoding: str,
    to: Path | None,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> None:
    """Import the recommendations in FILE, an export of the UN's index or of UPR Info, into the
    project at PATH."""
    from tracker.importers import LEGACY, Filters, Spool, Terms
    from tracker.load import IMPORTED

    root = root_of(path)
    own = _own_records(root)
    filters = Filters(**chosen, since=_since(since))
    terms = Terms(own)
    base, name = _place(to) if to else (root, IMPORTED)
    with (
        changing(base) as changes,
        _room(),
        closing(Spool()) as spool,
        _opened(file) as stream,
    ):
        folder = _Folder(base, name, changes)
        summary = _read(
            stream, spool, encoding=encoding, terms=terms, filters=filters, held=folder.held()
        )
        known = frozenset(record.id for _, record in own.records())
        _write(folder, summary, spool, terms, known)
        folder.write(_REPORT, _report(file, summary))
    guessed = not encoding and summary.encoding in LEGACY
    _tell(file, folder, summary, as_json=as_json, guessed=guessed)
    if summary.unplaced or summary.lost or folder.broken:
        sys.exit(1)


def _place(to: Path) -> tuple[Path, str]:
    """The folder that was named: one that is there, and the rest of the path."""
    try:
        return named(to)
    except OSError as error:
        stop(*why_not(error, "write.failed"))


@contextmanager
def _room() -> Iterator[None]:
    """Stops where there is no room on the disk for what waits, before anything is written."""
    from tracker.files import RefusedError

    try:
        yield
    except RefusedError:
        raise
    except (OSError, sqlite3.OperationalError) as error:
        stop(say("import.no-room", why=error), say("import.no-room.fix"))


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """A file that is read twice, as its encoding has to be guessed: of a pipe, a copy."""
    with file.open("rb") as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            yield copy


def _own_records(root: Path) -> "Dataset":
    """The records of the project itself, without those of earlier imports."""
    from tracker.load import load

    return load(files_of(root, imported=False)).dataset


def _since(text: str | None) -> "When | None":
    from tracker.model import When

    try:
        return When.parse(text) if text else None
    except ValueError:
        stop(say("import.bad-since", got=text), say("import.bad-since.fix"))


def _read(stream: BinaryIO, spool: "Spool", *, encoding: str, **more: Any) -> "Summary":
    from tracker.importers import NoExportError, UnknownEncodingError, open_export, read

    try:
        with open_export(stream, encoding=encoding) as export:
            return read(export, spool, watch=_watch(stream), **more)
    except NoExportError as error:
        what, *got = error.args
        stop(say(f"import.no-export.{what}", got=got), say("import.no-export.fix"))
    except UnknownEncodingError:
        stop(say("import.unknown-encoding"), say("import.unknown-encoding.fix"))
    except LookupError:
        stop(say("import.no-encoding", got=encoding), "")
    except UnicodeError:
        stop(say("import.other-encoding", got=encoding), say("import.other-encoding.fix"))


def _watch(stream: BinaryIO) -> Callable[[int], None]:
    """Shows how far the reading is, where somebody looks at a terminal."""
    if not sys.stderr.isatty():
        return lambda number: None
    size = max(1, os.fstat(stream.fileno()).st_size)
    shown = time.monotonic()

    def watch(number: int) -> None:
        nonlocal shown
        if number % 500 == 0 and time.monotonic() > shown + 0.2:
            shown = time.monotonic()
            share = round(100 * stream.tell() / size)
            click.echo(
                "\r" + say("import.progress", rows=f"{number:,}", share=share), nl=False, err=True
            )

    return watch


class _Folder:
    """The folder of imports: its files, and beside them what was written last time."""

    def __init__(self, base: Path, name: str, changes: "Changes") -> None:
        self.folder = base / name
        self.base = base
        self.name = name
        self.changes = changes
        self.written = 0
        self.broken = False

    def write(self, name: str, content: str | bytes) -> None:
        """Have a file written, unless it is so already."""
        path = f"{self.name}/{name}"
        data = content.encode() if isinstance(content, str) else content
        if self.changes.read(path) != data:
            self.changes.add(path, data)
            self.written += 1

    def stored(self, name: str) -> "Stored":
        """What was written under a name, now or last time."""
        from tracker.importers import Stored

        return Stored.parse(self.changes.added(f"{self.name}/{_BESIDE}/{name}.json") or b"")

    def beside(self) -> list[str]:
        """The names of all files of this import and of earlier ones."""
        from tracker.files import checked

        beside = f"{self.name}/{_BESIDE}"
        there = (one.path for one in checked(self.base, beside) if one.kind == "file")
        files = {path for path in (*there, *self.changes.names) if path.startswith(f"{beside}/")}
        known = (path for path in files if path.endswith(".json"))
        return sorted(path.removeprefix(f"{beside}/").removesuffix(".json") for path in known)

    def held(self) -> Iterator[tuple[str, str, str]]:
        """The file, id and key of each record of earlier imports."""
        for name in self.beside():
            collection, _, file = name.partition("/")
            if collection == "recommendations":
                rows = self.stored(name).rows
                yield from ((file, row_id, row["key"]) for row_id, row in rows.items())

    def target(self, collection: str, name: str, **more: Any) -> "Target":
        """Where rows go, with what is there."""
        from tracker.importers import Target

        target = Target(collection, name, self.stored(name), **more)
        number = 1
        while (found := self.changes.read(f"{self.name}/{target.file(number)}")) is not None:
            target.files[target.file(number)] = found
            number += 1
        return target

    def update(
        self, target: "Target", rows: Iterable["Spooled"], summary: "Summary", **facts: Any
    ) -> "Updated":
        """Write what an import makes of a target; nothing where a file there cannot be read."""
        from tracker.importers import update

        found = update(target, rows, **facts)
        if found.problems:
            self.broken = True
            placed = [(p.place, p) for p in found.problems if p.place]
            there = [(replace(at, file=str(self.folder / at.file)), p) for at, p in placed]
            tell_placed(there, style="text")
            return found
        for name, text in found.texts.items():
            self.write(name, text)
        if found.stored.rows:
            self.write(f"{_BESIDE}/{target.name}.json", str(found.stored))
        for told in found.told:
            summary.tell(told)
        return found


def _write(
    folder: _Folder, summary: "Summary", spool: "Spool", terms: "Terms", known: frozenset[str]
) -> None:
    """Every file of recommendations, then the words and sources that they need."""
    scopes = spool.scopes() if summary.whole else frozenset()
    for name in spool.files():
        target = folder.target("recommendations", f"recommendations/{name}", made=terms.made)
        found = folder.update(target, spool.rows(name), summary, scopes=scopes, known=known)
        for what, number in found.counts.items():
            summary.counts[what] += number
    _write_made(folder, summary)


def _write_made(folder: _Folder, summary: "Summary") -> None:
    from tracker.importers import Spooled, file_of, packed

    needed: dict[str, dict[str, Any]] = {"vocabulary": {}, "sources": {}}
    for name in folder.beside():
        for collection, made in folder.stored(name).made.items():
            needed[collection] |= made
    for collection, made in needed.items():
        before = [name for name in folder.beside() if name.split("/")[0] == collection]
        files: dict[str, list[Spooled]] = {name: [] for name in before}
        for name in sorted(made):
            row = Spooled(name, "", 0, 0, "", "", packed(made[name]))
            files.setdefault(file_of(collection, name), []).append(row)
        for name, rows in sorted(files.items()):
            needless = folder.stored(name).rows.keys() - {row.id for row in rows}
            target = folder.target(collection, name, needless=frozenset(needless))
            folder.update(target, rows, summary, scopes=frozenset(), known=frozenset())


def _report(file: Path, summary: "Summary") -> str:
    """What the export holds and what has no place, for people: the same after each import of it."""
    parts = [say("import.report.head", file=file.name, **_facts(summary))]
    parts += [say("import.report.not-whole")] if not summary.whole else []
    parts += _kinds(summary)
    if summary.labels:
        labels = [f"{label} ({n:,})" for label, n in sorted(summary.labels.items())]
        parts.append(say("import.report.labels", labels=labels))
    for what, number in sorted(summary.number_told.items()):
        lines = [_line(place) for place in summary.told if place.what == what]
        lines += [say("import.report.more", n=f"{number - len(lines):,}")] * (number > len(lines))
        head = say(f"import.told.{what}")
        parts.append("\n".join([f"{head} ({number:,}):", *lines]))
    return "\n\n".join(parts) + "\n"


def _kinds(summary: "Summary") -> list[str]:
    """What else the export holds, in one sentence; none where it holds recommendations only."""
    kinds = [f"{kind or '–'} ({number:,})" for kind, number in sorted(summary.kinds.items())]
    return [say("import.kinds", kinds=kinds)] if kinds else []


def _line(told: "Told") -> str:
    if not told.line:
        return f"  {told.of}"
    place = say("import.place", line=told.line)
    if told.column > 1:
        place = say("import.place.column", line=told.line, column=told.column)
    return f"  {place}: {told.of}".rstrip(": ")


def _facts(summary: "Summary") -> dict[str, Any]:
    placed = sum(summary.counts[what] for what in ("new", "updated", "same"))
    return {
        "database": say(f"import.database.{summary.database}"),
        "encoding": summary.encoding,
        "read": f"{summary.read:,}",
        "placed": f"{placed:,}",
        "left_out": f"{summary.left_out:,}",
        "unplaced": f"{summary.unplaced:,}",
        **{what: f"{number:,}" for what, number in summary.counts.items()},
    }


def _tell(file: Path, folder: _Folder, summary: "Summary", *, as_json: bool, guessed: bool) -> None:
    """The summary, at the end."""
    from tracker.importers import LOST, MENDED, UNPLACED

    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    if as_json:
        click.echo(json.dumps(_as_data(file, folder, summary), ensure_ascii=False, indent=1))
        return
    click.echo(say("import.done", file=file.name, **_facts(summary)))
    click.echo(say("import.done.records", **_facts(summary)))
    for sentence in _kinds(summary):
        click.echo(sentence)
    if guessed:
        click.echo(say("import.done.guessed"))
    if summary.unmet:
        click.echo(say("import.done.unmet", names=summary.unmet))
    for name, whats in (("unplaced", UNPLACED), ("lost", LOST), ("mended", MENDED)):
        numbers = [(say(f"import.told.{w}"), summary.number_told[w]) for w in whats]
        told = [f"{what} ({number:,})" for what, number in numbers if number]
        if told:
            click.echo(say(f"import.done.{name}", told=told))
    for what in ("vanished", "edited"):
        if summary.number_told[what]:
            click.echo(say(f"import.done.{what}", n=f"{summary.number_told[what]:,}"))
    report = folder.folder / _REPORT
    click.echo(say("import.done.files", written=f"{folder.written:,}", report=report))


def _as_data(file: Path, folder: _Folder, summary: "Summary") -> dict[str, Any]:
    told = [place._asdict() for place in summary.told]
    return {
        "file": file.name,
        "database": summary.database,
        "encoding": summary.encoding,
        "read": summary.read,
        **summary.counts,
        "left_out": summary.left_out,
        "unplaced": summary.unplaced,
        "unmet": summary.unmet,
        "other_kinds": dict(sorted(summary.kinds.items())),
        "labels_without_word": dict(sorted(summary.labels.items())),
        "whole": summary.whole,
        "files_written": folder.written,
        "told": told,
    }
