"""Keep the rows of an export on disk until all of them are read, grouped by file.

The whole UN index has 267,500 rows: in memory they would take more than 400 MB.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tracker.importers.mapping import RESPONSE_ID, ImportedRecord
from tracker.importers.vocabulary import Content

_TABLES = """
CREATE TABLE staged (file TEXT, id TEXT, key TEXT, number INT, hash TEXT, scope TEXT, record TEXT);
CREATE TABLE existing (file TEXT, id TEXT, key TEXT);
"""
_BATCH = 1000  # rows
_ASSIGN = """
CREATE INDEX existing_id ON existing (id);
CREATE INDEX existing_key ON existing (key);
-- A key that an export gives to two texts identifies neither.
UPDATE staged SET key = '' WHERE key IN
    (SELECT key FROM staged WHERE key != '' GROUP BY key HAVING count(DISTINCT hash) > 1);
-- A record stays in its file, even if its row is now addressed to other States.
UPDATE staged SET file = (SELECT existing.file FROM existing WHERE existing.key = staged.key)
    WHERE key != '' AND (SELECT count(*) FROM existing WHERE existing.key = staged.key) = 1;
CREATE INDEX staged_id ON staged (id, file);
-- Where rows of several files want one id, the record that has it keeps it (also the longer one);
-- the others get the name of their file.
UPDATE staged SET id = id || '-' || file
    WHERE NOT EXISTS (SELECT 1 FROM existing WHERE existing.id = staged.id
        AND existing.file = staged.file)
    AND (EXISTS (SELECT 1 FROM existing
        WHERE existing.id IN (staged.id, staged.id || '-' || staged.file))
        OR id IN (SELECT id FROM staged GROUP BY id HAVING count(DISTINCT file) > 1));
CREATE INDEX staged_file ON staged (file, id, hash, number);
"""
_encode = json.JSONEncoder(ensure_ascii=False).encode
ExistingRecord = tuple[str, str, str]
"""A record of an earlier import: its file, its id, and its row's own id in the database."""


class StagedRow(NamedTuple):
    """A row to be merged into a file."""

    id: str
    key: str
    number: int
    hash: str
    scope: str
    record: str | None
    """The record as JSON; None if a filter left it out."""

    def content(self) -> Content:
        """Return the record under the id of the row, also in the ids of its positions."""
        content: Content = json.loads(self.record) if self.record else {}
        if content.get("id", self.id) != self.id:
            content["id"] = self.id
            for position in content.get("positions", ()):
                position["id"] = f"{self.id}{RESPONSE_ID}"
        return content


class StagingTable:
    """A temporary database of all rows of an export, read back file by file."""

    def __init__(self) -> None:
        # An empty name makes SQLite keep the database on disk and delete it when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA cache_size = -16000")  # KiB
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._batch: list[tuple[str | int | None, ...]] = []

    def add(self, record: ImportedRecord, *, key: str, number: int, is_wanted: bool) -> None:
        """Add the record of a row; only its id if it is not wanted."""
        content = record.content
        text = _encode(content) if is_wanted else None
        row = (record.file, content["id"], key, number, record.text_hash, record.scope, text)
        self._batch.append(row)
        if len(self._batch) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO staged VALUES (?,?,?,?,?,?,?)", self._batch)
        self._batch.clear()

    def assign_ids(self, existing: Iterable[ExistingRecord]) -> None:
        """After the last row, give each its final file, and an id that no other file has."""
        self._flush()
        self._database.executemany("INSERT INTO existing VALUES (?,?,?)", existing)
        self._database.executescript(_ASSIGN)

    def close(self) -> None:
        """Delete the rows."""
        self._database.close()

    def list_files(self) -> tuple[str, ...]:
        """Return the names of the files, sorted."""
        files = self._database.execute("SELECT DISTINCT file FROM staged ORDER BY file")
        return tuple(file for (file,) in files)

    def list_scopes(self) -> frozenset[str]:
        """Return every scope that the export has a row in."""
        scopes = self._database.execute("SELECT DISTINCT scope FROM staged")
        return frozenset(scope for (scope,) in scopes)

    def iter_rows(self, file: str) -> Iterator[StagedRow]:
        """Yield the rows of a file, in an order that does not depend on the export's."""
        columns = ", ".join(StagedRow._fields)
        query = f"SELECT {columns} FROM staged WHERE file = ? ORDER BY id, hash, number"
        yield from map(StagedRow._make, self._database.execute(query, (file,)))
