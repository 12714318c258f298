"""Records between reading and writing: on the disk, so that memory stays bounded."""

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tracker.importers.mapping import Made
from tracker.importers.rows import Row
from tracker.importers.vocabulary import Content

_TABLE = """CREATE TABLE found
    (file TEXT, id TEXT, key TEXT, line INT, column INT, hash TEXT, scope TEXT, record BLOB)"""

_HELD = "CREATE TABLE held (file TEXT, id TEXT, key TEXT)"
_AFTER_READING = (
    "CREATE INDEX held_id ON held (id)",
    "CREATE INDEX held_key ON held (key)",
    # An id that an export gives to two texts tells neither from the other.
    """UPDATE found SET key = '' WHERE key IN
    (SELECT key FROM found WHERE key != '' GROUP BY key HAVING count(DISTINCT hash) > 1)""",
    """UPDATE found SET file = (SELECT held.file FROM held WHERE held.key = found.key)
    WHERE key != '' AND (SELECT count(*) FROM held WHERE held.key = found.key) = 1""",
    "CREATE INDEX found_id ON found (id, file)",
    # Whoever has an id keeps it, also one with the name of its file; the others get that.
    """UPDATE found SET id = id || '-' || file
    WHERE NOT EXISTS (SELECT 1 FROM held WHERE held.id = found.id AND held.file = found.file)
    AND (EXISTS (SELECT 1 FROM held WHERE held.id IN (found.id, found.id || '-' || found.file))
        OR id IN (SELECT id FROM found GROUP BY id HAVING count(DISTINCT file) > 1))""",
    "CREATE INDEX found_file ON found (file, id, hash, line, column)",
)
Held = tuple[str, str, str]
"""A record of an earlier import: its file, its id, and the id that its row has in the database."""


class Spooled(NamedTuple):
    """A row that waits to be written."""

    id: str
    key: str
    line: int
    column: int
    hash: str
    scope: str
    record: bytes | None
    """Packed, as thousands are in memory at once; None where a filter leaves it out."""

    def content(self) -> Content:
        """The record that the row becomes, under the row's id, also in the ids of its parts."""
        record: Content = marshal.loads(self.record) if self.record else {}
        if record.get("id", self.id) != self.id:
            record["id"] = self.id
            for position in record.get("positions", ()):
                position["id"] = f"{self.id}-response"
        return record


def packed(record: Content) -> bytes:
    """A record as a row holds it."""
    return marshal.dumps(record)


class Spool:
    """All rows of an export, to be taken out again file by file."""

    def __init__(self) -> None:
        # An empty name makes a database on the disk that vanishes with the connection.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA cache_size = -16000")
        self._rows.execute(_TABLE)
        self._rows.execute(_HELD)
        self._rows.execute("BEGIN")
        self._waiting: list[tuple[object, ...]] = []

    def add(self, row: Row, made: Made, *, kept: bool) -> None:
        """Take a row in."""
        record = packed(made.record) if kept else None
        place = row.line, row.column
        self._waiting.append(
            (made.file, made.record["id"], row.key, *place, made.hash, made.scope, record)
        )
        if len(self._waiting) >= 1000:
            self._flush()

    def _flush(self) -> None:
        self._rows.executemany("INSERT INTO found VALUES (?,?,?,?,?,?,?,?)", self._waiting)
        self._waiting.clear()

    def close(self) -> None:
        """Forget all of it."""
        self._rows.close()

    def close_reading(self, held: Iterable[Held] = ()) -> None:
        """After the last row: a row stays in the file where it was, and an id that rows of several
        files would have gets the file's name. `held`: the records of earlier imports."""
        self._flush()
        self._rows.executemany("INSERT INTO held VALUES (?,?,?)", held)
        for statement in _AFTER_READING:
            self._rows.execute(statement)

    def files(self) -> tuple[str, ...]:
        """The names of the files, sorted."""
        found = self._rows.execute("SELECT DISTINCT file FROM found ORDER BY file")
        return tuple(name for (name,) in found)

    def scopes(self) -> frozenset[str]:
        """All that the export has something of."""
        return frozenset(s for (s,) in self._rows.execute("SELECT DISTINCT scope FROM found"))

    def rows(self, file: str) -> Iterator[Spooled]:
        """The rows of a file by id and text: so it is the same one of several that gets their id,
        in whichever order they stand."""
        wanted = "SELECT id, key, line, column, hash, scope, record FROM found WHERE file = ?"
        for row in self._rows.execute(f"{wanted} ORDER BY id, hash, line, column", (file,)):
            yield Spooled(*row)
