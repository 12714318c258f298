"""Update one file of records from the staged rows of an export."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tracker.importers.merge import ImportState, digest_fields, merge_record, to_content
from tracker.importers.rows import ImportNote
from tracker.importers.staging import StagedRow
from tracker.model.diagnostics import Diagnostic
from tracker.records.formatter import format_records
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import YamlNode, read_nodes, to_node


@dataclass(frozen=True, kw_only=True)
class ImportTarget:
    """A file that rows go into, as it is now."""

    collection: str
    file: str
    """Its path, for messages."""
    data: bytes | None
    """Its content; None if there is no such file."""
    state: ImportState
    unneeded: frozenset[str] = frozenset()
    """Ids of records that nothing refers to: they are deleted unless an editor changed them."""


@dataclass
class FileUpdate:
    """What an import makes of a target."""

    state: ImportState
    text: str = ""
    """The new content; empty if nothing changes."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many rows are `new`, `updated`, `unchanged`, `duplicate`, or `own`: the project has the
    record in its own data."""
    notes: list[ImportNote] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    """Why the file cannot be read. Then it stays as it is."""


def update_file(
    target: ImportTarget,
    rows: Iterable[StagedRow],
    *,
    scopes: frozenset[str] = frozenset(),
    own_ids: frozenset[str] = frozenset(),
) -> FileUpdate:
    """Merge rows into a file.

    `scopes` are those that the export covers completely: a record in one of them without a row is
    noted as vanished. `own_ids` are the ids of the project's own records, which stay untouched.
    """
    update = FileUpdate(target.state)
    arrived: dict[str, StagedRow] = {}
    seen = set()
    for row in _assign_ids(rows, target.state, update):
        seen.add(row.id)
        if row.id in own_ids:
            update.counts["own"] += 1
        elif row.record is not None:
            arrived[row.id] = row
    update.notes.sort(key=lambda note: note.row)
    for row_id, before in target.state.rows.items():
        if row_id not in seen and before["scope"] in scopes:
            update.notes.append(ImportNote("vanished", detail=row_id))
    if _is_unchanged(target, arrived):
        update.counts["unchanged"] += len(arrived)
    elif arrived or target.unneeded:
        _merge_rows(target, arrived, update)
    for row_id in sorted(arrived.keys() & update.state.rows.keys()):
        for name in update.state.rows[row_id]["edited"]:
            update.notes.append(ImportNote("edited", detail=f"{row_id}: {name}"))
    return update


def _assign_ids(
    rows: Iterable[StagedRow], state: ImportState, update: FileUpdate
) -> Iterator[StagedRow]:
    """Yield each row once, under the id that its record had before, or else its own."""
    keys = Counter(before["key"] for before in state.rows.values())
    ids = {b["key"]: row_id for row_id, b in state.rows.items() if b["key"] and keys[b["key"]] == 1}
    given: dict[str, StagedRow] = {}
    for row in rows:
        longer = f"{row.id}-{row.hash[:8]}"
        own = longer if longer in state.rows else row.id
        names = (ids.get(row.key, own), own)
        row_id = next((name for name in names if _is_free(name, row, given, state)), longer)
        other = given.setdefault(row_id, row)
        if other is row:
            yield row._replace(id=row_id)
        elif row.record is not None:
            update.counts["duplicate"] += 1
            code = "duplicate" if _has_same_facts(other, row) else "duplicate-differs"
            update.notes.append(ImportNote(code, row.number, detail=f"{row_id}, {other.number}"))


def _is_free(name: str, row: StagedRow, given: Mapping[str, StagedRow], state: ImportState) -> bool:
    """Return True if no other text has an id, in this export or from an earlier one."""
    if name in given:
        return given[name].hash == row.hash
    before = state.rows.get(name)
    if not before or before.get("hash") == row.hash:
        return True
    return "" in (before["key"], row.key) or row.key == before["key"]


def _has_same_facts(one: StagedRow, other: StagedRow) -> bool:
    """Return True if two rows with one text agree in all facts, as far as they are known."""
    if one.record is None or other.record is None:
        return True
    facts, others = (dict(row.content()["imported"], row="") for row in (one, other))
    return facts == others


def _is_unchanged(target: ImportTarget, arrived: Mapping[str, StagedRow]) -> bool:
    """Return True if neither the file nor the rows have changed since the last import."""
    rows = target.state.rows
    return (
        _hash(target.data or b"") == target.state.file
        and not target.unneeded
        and arrived.keys() <= rows.keys()
        and all(rows[name]["fields"] == digest_fields(r.content()) for name, r in arrived.items())
    )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _merge_rows(target: ImportTarget, arrived: Mapping[str, StagedRow], update: FileUpdate) -> None:
    """Merge rows into the file, and store what was written."""
    document = read_yaml(target.data or b"[]", file=target.file)
    update.problems = document.problems
    if update.problems or not isinstance(document.content, list):
        return
    root = YamlNode(entries=[])
    if target.data:
        root = read_nodes(target.data.decode().replace("\r\n", "\n"))
    nodes = {str(to_content(node).get("id", "")): node for _, node in root.entries or ()}
    rows = dict(target.state.rows)
    for row_id, row in arrived.items():
        record = row.content()
        edited: list[str] = []
        what = "new"
        if row_id in nodes:
            digests = rows.get(row_id, {}).get("fields", {})
            changed, edited = merge_record(nodes[row_id], record, digests)
            what = "updated" if changed else "unchanged"
        update.counts[what] += 1
        rows[row_id] = {
            "fields": digest_fields(record),
            "key": row.key,
            "hash": row.hash,
            "scope": row.scope,
            "edited": edited,
        }
    for row_id in target.unneeded & nodes.keys():
        if digest_fields(to_content(nodes[row_id])) == rows[row_id]["fields"]:
            del nodes[row_id], rows[row_id]
    # One at a time: the nodes of a record are several times as large as its text.
    records = (
        nodes.get(name) or to_node(arrived[name].content())
        for name in sorted(nodes.keys() | arrived.keys())
    )
    root.entries = []
    update.text = format_records(target.collection, root, more=records)
    update.state = ImportState(rows, _hash(update.text.encode()))
