"""The folder of imported files, and the changes that rows make to it.

The state of the last import is stored next to the files.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tracker.files import FileChanges, walk_safely
from tracker.importers.mapping import ImportRow
from tracker.importers.merge import ImportState, digest_fields, merge_record
from tracker.importers.rows import ImportNote
from tracker.model.diagnostics import Diagnostic
from tracker.records.formatter import format_records
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import to_content, to_node

_STATE = ".import"


@dataclass
class FileUpdate:
    """A file, and the changes that an import makes to it."""

    name: str
    """Collection and file without its extension: `recommendations/arland-upr`."""
    data: bytes | None
    """The content before the import; None if the file does not exist."""
    state: ImportState
    text: str = ""
    """The new content; empty if nothing changes."""
    counts: Counter[str] = field(default_factory=Counter)
    """The number of rows that are `new`, `updated`, `unchanged`, `duplicate`, or `own`, which the
    project has in its own data."""
    notes: list[ImportNote] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    """The errors in the file. If there are any, it is not changed."""

    @property
    def file(self) -> str:
        """The path of the file in the folder of the import."""
        return f"{self.name}.yml"

    def merge(
        self,
        rows: Iterable[ImportRow],
        *,
        unused_ids: frozenset[str] = frozenset(),
        scopes: frozenset[str] = frozenset(),
        own_ids: frozenset[str] = frozenset(),
    ) -> None:
        """Merge rows into the file.

        Records with `unused_ids`, which nothing refers to, are deleted unless an editor changed
        them. The export covers `scopes` completely: a record in one of them without a row is noted
        as vanished. The project's own records, with `own_ids`, stay untouched.
        """
        assigned = list(self._assign_ids(rows))
        ids = {row.id for row in assigned}
        self.counts["own"] = len(ids & own_ids)
        incoming = {r.id: r for r in assigned if r.record is not None and r.id not in own_ids}
        self.notes.sort(key=lambda note: note.row)
        for row_id, stored in self.state.rows.items():
            if row_id not in ids and stored["scope"] in scopes:
                self.notes.append(ImportNote("vanished", detail=row_id))
        if not unused_ids and self._is_unchanged(incoming):
            self.counts["unchanged"] += len(incoming)
        elif incoming or unused_ids:
            self._merge_rows(incoming, unused_ids)
        for row_id in sorted(incoming.keys() & self.state.rows.keys()):
            for name in self.state.rows[row_id]["edited"]:
                self.notes.append(ImportNote("edited", detail=f"{row_id}: {name}"))

    def _assign_ids(self, rows: Iterable[ImportRow]) -> Iterator[ImportRow]:
        """Yield each row once, with the id that its record had before, or else its own."""
        known = self.state.rows
        keys = Counter(row["key"] for row in known.values())
        ids = {row["key"]: id for id, row in known.items() if row["key"] and keys[row["key"]] == 1}
        assigned: dict[str, ImportRow] = {}
        # The order of the rows in the export must not matter.
        for row in sorted(rows, key=lambda row: (row.id, row.hash, row.number)):
            longer = f"{row.id}-{row.hash[:8]}"
            default = longer if longer in known else row.id
            candidates = (ids.get(row.key, default), default)
            row_id = next((c for c in candidates if self._is_free(c, row, assigned)), longer)
            other = assigned.setdefault(row_id, row)
            if other is row:
                yield row._replace(id=row_id)
            elif row.record is not None:
                self.counts["duplicate"] += 1
                code = "duplicate" if _has_same_facts(other, row) else "duplicate-differs"
                self.notes.append(ImportNote(code, row.number, detail=f"{row_id}, {other.number}"))

    def _is_free(self, row_id: str, row: ImportRow, assigned: dict[str, ImportRow]) -> bool:
        """Return whether no other text has an id, in this export or an earlier one."""
        if row_id in assigned:
            return assigned[row_id].hash == row.hash
        stored = self.state.rows.get(row_id)
        if not stored or stored.get("hash") == row.hash:
            return True
        return "" in (stored["key"], row.key) or row.key == stored["key"]

    def _is_unchanged(self, incoming: dict[str, ImportRow]) -> bool:
        """Return whether neither the file nor its rows have changed since the last import."""
        known = self.state.rows
        return (
            _hash(self.data or b"") == self.state.file
            and incoming.keys() <= known.keys()
            and all(known[n]["fields"] == digest_fields(r.content()) for n, r in incoming.items())
        )

    def _merge_rows(self, incoming: dict[str, ImportRow], unused_ids: frozenset[str]) -> None:
        """Set the new content and state of the file."""
        document = read_yaml(self.data or b"[]", file=self.file)
        self.problems = document.problems
        root = document.root
        if self.problems or root.entries is None or root.is_mapping:
            return
        nodes = {str(to_content(node).get("id", "")): node for _, node in root.entries}
        rows = dict(self.state.rows)
        for row_id, row in incoming.items():
            record = row.content()
            edited: list[str] = []
            result = "new"
            if row_id in nodes:
                digests = rows.get(row_id, {}).get("fields", {})
                changed, edited = merge_record(nodes[row_id], record, digests)
                result = "updated" if changed else "unchanged"
            self.counts[result] += 1
            fields = digest_fields(record)
            facts = {"key": row.key, "hash": row.hash, "scope": row.scope, "edited": edited}
            rows[row_id] = {"fields": fields, **facts}
        for row_id in unused_ids & nodes.keys():
            if digest_fields(to_content(nodes[row_id])) == rows[row_id]["fields"]:
                del nodes[row_id], rows[row_id]
        # A generator: the nodes of a record are several times as large as its text.
        records = (
            nodes.get(row_id) or to_node(incoming[row_id].content())
            for row_id in sorted(nodes.keys() | incoming.keys())
        )
        root.entries = []
        self.text = format_records(self.name.partition("/")[0], root, more=records)
        self.state = ImportState(rows, _hash(self.text.encode()))


def _has_same_facts(row: ImportRow, other: ImportRow) -> bool:
    """Return whether two rows with the same text agree in all known facts."""
    if row.record is None or other.record is None:
        return True
    facts, others = (dict(r.content()["imported"], row="") for r in (row, other))
    return facts == others


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


class ImportFolder:
    """Reads and updates the files of this import and of earlier ones, at `root` / `name`."""

    def __init__(self, root: Path, name: str, changes: FileChanges) -> None:
        self._root, self._name, self._changes = root, name, changes
        self.path = root / name
        self.written = 0
        """The number of files that this import changes."""
        self.problems: list[Diagnostic] = []
        """Why files could not be updated: an editor left an error in them."""

    def write(self, name: str, content: str) -> None:
        """Write a file at the end of the import if its content changes."""
        data = content.encode()
        if self._read(name) != data:
            self._changes.add(f"{self._name}/{name}", data)
            self.written += 1

    def _read(self, name: str) -> bytes | None:
        """Return the content of a file, including a change that is not written yet."""
        return self._changes.read_pending(f"{self._name}/{name}")

    def read_state(self, name: str) -> ImportState:
        """Return the state of a file that this import stored, or else the last one."""
        return ImportState.parse(self._read(f"{_STATE}/{name}.json") or b"")

    def list_names(self, collection: str) -> list[str]:
        """Return the names of the files of a collection, without their extension."""
        states = f"{self._name}/{_STATE}/"
        stored = (e.path for e in walk_safely(self._root, states[:-1]) if e.kind == "file")
        paths = {path for path in (*stored, *self._changes.names) if path.startswith(states)}
        names = (path.removeprefix(states).removesuffix(".json") for path in paths)
        return sorted(name for name in names if name.partition("/")[0] == collection)

    def iter_texts(self, collection: str) -> Iterator[bytes]:
        """Yield the content of each file of a collection."""
        yield from (self._read(f"{name}.yml") or b"" for name in self.list_names(collection))

    def assign_files(self, rows: list[ImportRow]) -> dict[str, list[ImportRow]]:
        """Return the rows by their final file, with ids that no other file has."""
        files_by_key: dict[str, list[str]] = defaultdict(list)
        files_by_id: dict[str, set[str]] = defaultdict(set)
        for name in self.list_names("recommendations"):
            for row_id, stored in self.read_state(name).rows.items():
                files_by_key[stored["key"]].append(name.partition("/")[2])
                files_by_id[row_id].add(name.partition("/")[2])
        # A key that two texts of an export share identifies neither.
        hashes: dict[str, str] = {}
        shared = {row.key for row in rows if hashes.setdefault(row.key, row.hash) != row.hash}
        rows_with_file = []
        for row in rows:
            key = "" if row.key in shared else row.key
            # A record stays in its file, even if its row now addresses other States.
            known = files_by_key.get(key, []) if key else []
            file = known[0] if len(known) == 1 else row.file
            rows_with_file.append(row._replace(key=key, file=file))
        files: dict[str, str] = {}
        conflicting_ids = {r.id for r in rows_with_file if files.setdefault(r.id, r.file) != r.file}
        assigned: dict[str, list[ImportRow]] = defaultdict(list)
        for row in rows_with_file:
            # If rows of several files have the same id, the record that has it already keeps it, in
            # its short or long form. The others get the name of their file added.
            longer = f"{row.id}-{row.file}"
            taken = row.id in conflicting_ids or not files_by_id.keys().isdisjoint((row.id, longer))
            is_other = taken and row.file not in files_by_id.get(row.id, ())
            assigned[row.file].append(row._replace(id=longer) if is_other else row)
        return assigned

    def update(self, name: str, rows: Iterable[ImportRow], **options: Any) -> FileUpdate:
        """Merge rows into a file, with the options of `FileUpdate.merge`, and write it."""
        update = FileUpdate(name, self._read(f"{name}.yml"), self.read_state(name))
        update.merge(rows, **options)
        for problem in update.problems:
            if problem.location:
                file = str(self.path / update.file)
                place = replace(problem.location, file=file)
                self.problems.append(replace(problem, location=place))
        if update.text:
            self.write(update.file, update.text)
        if update.state.rows and not update.problems:
            self.write(f"{_STATE}/{name}.json", update.state.to_json())
        return update
