"""Update a file of records from the rows of an export."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tracker.importers.merge import ImportState, digest_fields, merge_record
from tracker.importers.rows import ImportNote
from tracker.importers.staging import StagedRow
from tracker.model.diagnostics import Diagnostic
from tracker.records.formatter import format_records
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import to_content, to_node


@dataclass
class FileUpdate:
    """A file, and the changes that an import makes to it."""

    name: str
    """Collection and file without its ending: `recommendations/arland-upr`."""
    data: bytes | None
    """The content before the import; None if there is no such file."""
    state: ImportState
    text: str = ""
    """The new content; empty if nothing changes."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many rows are `new`, `updated`, `unchanged`, `duplicate`, or `own`: the project has the
    record in its own data."""
    notes: list[ImportNote] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    """Why the file cannot be read. Then it stays as it is."""

    @property
    def file(self) -> str:
        """The path of the file in the folder of the import."""
        return f"{self.name}.yml"

    def merge(
        self,
        rows: Iterable[StagedRow],
        *,
        unneeded: frozenset[str] = frozenset(),
        scopes: frozenset[str] = frozenset(),
        own_ids: frozenset[str] = frozenset(),
    ) -> None:
        """Merge rows into the file.

        `unneeded` are ids of records that nothing refers to: they are deleted unless an editor
        changed them. `scopes` are those that the export covers completely: a record in one of them
        without a row is noted as vanished. `own_ids` are the ids of the project's own records,
        which stay untouched.
        """
        assigned = list(self._assign_ids(rows))
        ids = {row.id for row in assigned}
        self.counts["own"] = len(ids & own_ids)
        incoming = {r.id: r for r in assigned if r.record is not None and r.id not in own_ids}
        self.notes.sort(key=lambda note: note.row)
        for row_id, before in self.state.rows.items():
            if row_id not in ids and before["scope"] in scopes:
                self.notes.append(ImportNote("vanished", detail=row_id))
        if not unneeded and self._is_unchanged(incoming):
            self.counts["unchanged"] += len(incoming)
        elif incoming or unneeded:
            self._merge_rows(incoming, unneeded)
        for row_id in sorted(incoming.keys() & self.state.rows.keys()):
            for name in self.state.rows[row_id]["edited"]:
                self.notes.append(ImportNote("edited", detail=f"{row_id}: {name}"))

    def _assign_ids(self, rows: Iterable[StagedRow]) -> Iterator[StagedRow]:
        """Yield each row once, under the id that its record had before, or else its own."""
        known = self.state.rows
        keys = Counter(before["key"] for before in known.values())
        ids = {b["key"]: row_id for row_id, b in known.items() if b["key"] and keys[b["key"]] == 1}
        assigned: dict[str, StagedRow] = {}
        for row in rows:
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

    def _is_free(self, row_id: str, row: StagedRow, assigned: dict[str, StagedRow]) -> bool:
        """Return True if no other text has an id, in this export or from an earlier one."""
        if row_id in assigned:
            return assigned[row_id].hash == row.hash
        before = self.state.rows.get(row_id)
        if not before or before.get("hash") == row.hash:
            return True
        return "" in (before["key"], row.key) or row.key == before["key"]

    def _is_unchanged(self, incoming: dict[str, StagedRow]) -> bool:
        """Return True if neither the file nor its rows have changed since the last import."""
        known = self.state.rows
        return (
            _hash(self.data or b"") == self.state.file
            and incoming.keys() <= known.keys()
            and all(known[n]["fields"] == digest_fields(r.content()) for n, r in incoming.items())
        )

    def _merge_rows(self, incoming: dict[str, StagedRow], unneeded: frozenset[str]) -> None:
        """Set the new content and state of the file."""
        document = read_yaml(self.data or b"[]", file=self.file)
        self.problems = document.problems
        root = document.root
        if self.problems or root.entries is None or root.is_mapping:
            return
        nodes = {str(to_content(node).get("id", "")): node for _, node in root.entries or ()}
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
        for row_id in unneeded & nodes.keys():
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


def _has_same_facts(row: StagedRow, other: StagedRow) -> bool:
    """Return True if two rows with one text agree in all facts, as far as they are known."""
    if row.record is None or other.record is None:
        return True
    facts, others = (dict(r.content()["imported"], row="") for r in (row, other))
    return facts == others


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
