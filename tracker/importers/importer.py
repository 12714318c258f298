"""Import a file: read it, filter its rows, map them to records, and merge these into files."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from tracker.i18n import t
from tracker.importers.encoding import open_text
from tracker.importers.folder import ImportFolder
from tracker.importers.mapping import (
    PREFIX,
    ImportRow,
    VocabularyMapper,
    find_skip_reason,
    get_date,
    has_unknown_response,
    to_row,
)
from tracker.importers.rows import (
    INCOMPLETE,
    LOST,
    UNPLACED,
    ExportRow,
    ImportNote,
    NotAnExportError,
    ParsedItem,
)
from tracker.importers.uhri import read_uhri
from tracker.importers.upr_info import read_upr_info
from tracker.model import Dataset, ImpreciseDate
from tracker.model.text import fold_label

# The first bytes of archives, workbooks and PDF files.
_BINARY = re.compile(
    rb"\x1f\x8b|PK[\x03\x05]|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd|\xd0\xcf\x11\xe0|%PDF"
)
_CREATED_ID = re.compile(rb"%s[a-z0-9-]+" % PREFIX.encode())
_COUNTED = ("new", "updated", "unchanged", "duplicate", "own")
_MAX_NOTES = 50_000  # Further notes are counted, but not kept in memory.


@dataclass
class ImportSummary:
    """The result of an import."""

    database: str
    encoding: str
    read: int = 0
    filtered_out: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """The number of rows that are `new`, `updated`, `unchanged`, `duplicate` and `own`."""
    other_kinds: Counter[str] = field(default_factory=Counter)
    """The number of objects that are not recommendations, by kind."""
    labels: Counter[str] = field(default_factory=Counter)
    """The number of rows with each theme or group of persons that is not a label of a term."""
    unmatched: list[str] = field(default_factory=list)
    """Names in the filters that match no row."""
    notes: list[ImportNote] = field(default_factory=list)
    note_counts: Counter[str] = field(default_factory=Counter)

    def add_note(self, note: ImportNote) -> None:
        """Count a note, and keep it unless there are too many."""
        self.note_counts[note.code] += 1
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(note)

    @property
    def unplaced(self) -> int:
        """The number of rows without a record."""
        return sum(self.note_counts[code] for code in UNPLACED)

    @property
    def has_lost_rows(self) -> bool:
        """Whether rows may be missing without a note."""
        return any(self.note_counts[code] for code in LOST)

    @property
    def is_complete(self) -> bool:
        """Whether every row was read. Only then is a record without a row reported as removed."""
        return not any(self.note_counts[code] for code in INCOMPLETE)

    def get_facts(self) -> dict[str, Any]:
        """Return the values of messages about the import."""
        counts = {name: self.counts[name] for name in _COUNTED}
        counts |= {"read": self.read, "placed": sum(self.counts[name] for name in _COUNTED[:3])}
        counts |= {"filtered_out": self.filtered_out, "unplaced": self.unplaced}
        return {
            "database": t(f"import.database.{self.database}"),
            "encoding": self.encoding,
            "kinds": [f"{kind or '–'} ({n:,})" for kind, n in sorted(self.other_kinds.items())],
            "labels": [f"{label} ({n:,})" for label, n in sorted(self.labels.items())],
            **{name: f"{number:,}" for name, number in counts.items()},
        }

    def to_data(self, *, written: int) -> dict[str, Any]:
        """Return the summary as data for `--json`."""
        return {
            "database": self.database,
            "encoding": self.encoding,
            "read": self.read,
            **{name: self.counts[name] for name in _COUNTED},
            "filtered_out": self.filtered_out,
            "unplaced": self.unplaced,
            "unmatched": self.unmatched,
            "other_kinds": dict(sorted(self.other_kinds.items())),
            "labels_without_term": dict(sorted(self.labels.items())),
            "complete": self.is_complete,
            "files_written": written,
            "notes": [note._asdict() for note in self.notes],
        }


@dataclass(frozen=True)
class ImportFilters:
    """The rows to import, by labels of the database or terms of the vocabulary. None means all."""

    states: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    since: ImpreciseDate | None = None
    matched: set[str] = field(default_factory=set, init=False)
    """The names that match a row so far."""

    @property
    def unmatched(self) -> list[str]:
        """The names that match no row so far. They may be misspelt."""
        names = (*self.states, *self.groups, *self.rights, *self.mechanisms)
        return [name for name in dict.fromkeys(names) if name not in self.matched]

    def accept(self, row: ExportRow, vocabulary: VocabularyMapper) -> bool:
        """Return whether a row passes every filter. A row without a date passes `since`."""
        labels = (*row.themes, *row.persons)
        filters = (
            (self.states, row.states, ()),
            (self.mechanisms, (row.body, vocabulary.map_mechanism(row.body)), ()),
            (self.groups, labels, ("group",)),
            (self.rights, labels, ("right",)),
        )
        passed = True
        for wanted, names, kinds in filters:
            folded = set(map(fold_label, names))
            terms = set(vocabulary.find_terms(kinds, names))
            matches = {
                name
                for name in wanted
                if fold_label(name) in folded or terms & {*vocabulary.find_terms(kinds, (name,))}
            }
            self.matched.update(matches)
            passed = passed and (bool(matches) or not wanted)
        made_on, _ = get_date(row)
        return passed and (
            not self.since or not made_on or ImpreciseDate.parse(made_on).last >= self.since.first
        )


def import_file(
    stream: BinaryIO,
    folder: ImportFolder,
    *,
    own: Dataset,
    filters: ImportFilters,
    encoding: str = "",
    on_row: Callable[[int], None] = lambda number: None,
) -> ImportSummary:
    """Import an export from a seekable stream into a folder.

    `own` contains the project's records without earlier imports. `on_row` is called with the number
    of rows read.

    Raises NotAnExportError, UnknownEncodingError, LookupError or UnicodeError for a wrong
    `encoding`, and OSError if the disk is full.
    """
    vocabulary = VocabularyMapper(own)
    rows: list[ImportRow] = []
    with _open_export(stream, encoding) as (database, encoding, items):
        summary = ImportSummary(database, encoding)
        for item in items:
            rows += _iter_rows(item, summary, vocabulary, filters)
            on_row(summary.read)
    summary.unmatched = filters.unmatched
    scopes = frozenset(row.scope for row in rows if summary.is_complete)
    own_ids = frozenset(record.id for _, record in own.records())
    for file, assigned in sorted(folder.assign_files(rows).items()):
        update = folder.update(f"recommendations/{file}", assigned, scopes=scopes, own_ids=own_ids)
        summary.counts += update.counts
        for note in update.notes:
            summary.add_note(note)
    _update_created_records(folder, vocabulary)
    return summary


@contextmanager
def _open_export(
    stream: BinaryIO, encoding: str
) -> Iterator[tuple[str, str, Iterator[ParsedItem]]]:
    """Yield the database, the encoding and the items of an export."""
    if _BINARY.match(stream.read(8)):
        raise NotAnExportError("binary")
    text, encoding = open_text(stream, encoding=encoding)
    try:
        first = text.read(1)
        while first.isspace() or first == "\ufeff":
            first = text.read(1)
        text.seek(0)
        if not first:
            raise NotAnExportError("empty")
        is_json = first in "[{"
        items = read_uhri(text) if is_json else read_upr_info(text)
        yield "uhri" if is_json else "upr-info", encoding, items
    finally:
        text.detach()  # the caller closes the stream


def _iter_rows(
    item: ParsedItem, summary: ImportSummary, vocabulary: VocabularyMapper, filters: ImportFilters
) -> Iterator[ImportRow]:
    """Yield the row of an item, or note why it has none."""
    if isinstance(item, ExportRow) and (reason := find_skip_reason(item)):
        item = ImportNote(reason, item.number, detail=item.text[:80])
    if isinstance(item, ImportNote):
        if item.code == "other-kind":
            summary.other_kinds[item.detail] += 1
        else:
            summary.read += item.code in UNPLACED
            summary.add_note(item)
        return
    summary.read += 1
    is_wanted = filters.accept(item, vocabulary)
    yield to_row(item, vocabulary, database=summary.database, is_wanted=is_wanted)
    if not is_wanted:
        summary.filtered_out += 1
        return
    if has_unknown_response(item):
        summary.add_note(ImportNote("unknown-response", item.number, detail=item.response))
    labels = (*item.themes, *item.persons)
    summary.labels.update(
        label for label in labels if not vocabulary.find_terms(("right", "group"), (label,))
    )


def _update_created_records(folder: ImportFolder, vocabulary: VocabularyMapper) -> None:
    """Write the sources and terms that imported records use, and delete unused ones."""
    used: set[str] = set()
    for collection, users in (("sources", "recommendations"), ("vocabulary", "sources")):
        for text in folder.iter_texts(users):
            used.update(created_id.decode() for created_id in _CREATED_ID.findall(text))
        files: dict[str, list[ImportRow]] = {name: [] for name in folder.list_names(collection)}
        for record_id, content in sorted(vocabulary.created[collection].items()):
            if record_id in used:
                # There are many sources, so they are divided into several files.
                first = record_id.removeprefix(PREFIX).partition("-")[0]
                file = f"sources/{first}" if collection == "sources" else collection
                row = ImportRow(record_id, file, record=json.dumps(content).encode())
                files.setdefault(file, []).append(row)
        for name, rows in sorted(files.items()):
            folder.update(name, rows, unused_ids=frozenset(folder.read_state(name).rows) - used)
