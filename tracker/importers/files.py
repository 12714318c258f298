"""The rows of one file, and what stands in it → the file anew, and what there is to tell of it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tracker.form import Node, node_of, read_nodes, records_text
from tracker.importers.merge import Stored, digests_of, merge, plain
from tracker.importers.rows import Told
from tracker.importers.staging import Spooled
from tracker.importers.vocabulary import PREFIX, Content
from tracker.load.yaml_text import read_yaml
from tracker.problem import Problem

LARGEST = 6_000_000  # characters: the loader takes no file of more than eight million bytes
_MADE = re.compile(rb"%s[a-z0-9-]+" % PREFIX.encode())
COUNTED = ("new", "updated", "same", "double", "known")
"""What becomes of a row: it is written, it changes its record or not, another row is the same, or
the project has the record itself."""


@dataclass
class Updated:
    """What became of the rows of one file."""

    texts: dict[str, bytes] = field(default_factory=dict)
    """What each file should hold, by name; none where all is as it was left."""
    stored: Stored = field(default_factory=Stored)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    told: list[Told] = field(default_factory=list)
    """Rows that stand twice, records that vanished from the export, parts that are an editor's."""
    problems: list[Problem] = field(default_factory=list)
    """Why a file that is there cannot be read: nothing of it is written then."""


@dataclass(frozen=True)
class Target:
    """Where rows go: a collection, the first of its files, and what is there already."""

    collection: str
    name: str
    """Without its ending. A second file, where one would be too large, is `<name>.2.yml`."""
    stored: Stored
    files: dict[str, bytes] = field(default_factory=dict)
    """Those that are there, by name."""
    made: Mapping[str, Mapping[str, Content]] = field(default_factory=dict)
    """Words and sources that the project lacks and rows may name, by collection and id."""
    needless: frozenset[str] = frozenset()
    """Ids of records that nothing needs any more: they go if nobody has edited them."""

    def file(self, number: int) -> str:
        """The name of the file of this number, from 1 on."""
        return f"{self.name}.yml" if number == 1 else f"{self.name}.{number}.yml"


def update(
    target: Target, rows: Iterable[Spooled], *, scopes: frozenset[str], known: frozenset[str]
) -> Updated:
    """What an import makes of files. `scopes`: what the export has wholly; `known`: the ids of the
    project's own records."""
    found = Updated()
    arrived: dict[str, Spooled] = {}
    seen = set()
    for row in _with_ids(rows, target.stored, found):
        seen.add(row.id)
        if row.id in known:
            found.counts["known"] += 1
        elif row.record is not None:
            arrived[row.id] = row
    found.told.sort(key=lambda told: (told.line, told.column))
    for row_id, before in target.stored.rows.items():
        if row_id not in seen and before["scope"] in scopes:
            found.told.append(Told("vanished", 0, of=row_id))
    if not arrived and not target.needless:
        found.stored, edited = target.stored, {}
    elif _as_left(target, arrived):
        found.stored = target.stored
        found.counts["same"] += len(arrived)
        edited = {row_id: target.stored.rows[row_id]["edited"] for row_id in arrived}
    else:
        edited = _merge_all(target, arrived, found)
    found.told += [
        Told("edited", 0, of=f"{row_id}: {name}")
        for row_id in sorted(edited)
        for name in edited[row_id]
    ]
    return found


def _as_left(target: Target, arrived: Mapping[str, Spooled]) -> bool:
    """Whether neither the files nor the rows have changed since the last import."""
    stored = target.stored
    hashes = {name: _hash(data) for name, data in target.files.items()}
    return (
        hashes == stored.files
        and not target.needless
        and arrived.keys() <= stored.rows.keys()
        and all(
            stored.rows[row_id]["fields"] == digests_of(row.content())
            for row_id, row in arrived.items()
        )
    )


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _merge_all(
    target: Target, arrived: Mapping[str, Spooled], found: Updated
) -> dict[str, list[str]]:
    """Merges every row into what is there; what editors have changed, by record."""
    root, nodes = _nodes(target, found)
    edited: dict[str, list[str]] = {}
    found.stored.rows = dict(target.stored.rows)
    for row_id, row in arrived.items():
        base = target.stored.rows.get(row_id, {}).get("fields", {})
        record = row.content()
        if row_id in nodes:
            changed, edited[row_id] = merge(nodes[row_id], record, base)
            found.counts["updated" if changed else "same"] += 1
        else:
            found.counts["new"] += 1
        found.stored.rows[row_id] = {
            "fields": digests_of(record),
            "key": row.key,
            "hash": row.hash,
            "scope": row.scope,
            "edited": edited.get(row_id, []),
        }
    for row_id in target.needless & nodes.keys():
        if digests_of(plain(nodes[row_id])) == target.stored.rows[row_id]["fields"]:
            del nodes[row_id], found.stored.rows[row_id]
    if found.problems:
        found.stored = target.stored
    else:
        found.texts = _texts(target, root, nodes, arrived)
        found.stored.files = {name: _hash(data) for name, data in found.texts.items()}
        found.stored.made = _needed(target, found.texts.values())
    return edited


def _needed(target: Target, texts: Iterable[bytes]) -> dict[str, dict[str, Content]]:
    """The made words and sources that texts name, with the words that these sources name."""
    named = {name.decode() for text in texts for name in _MADE.findall(text)}
    needed: dict[str, dict[str, Content]] = {}
    for collection in ("sources", "vocabulary"):
        known = target.stored.made.get(collection, {}) | dict(target.made.get(collection, {}))
        needed[collection] = {name: known[name] for name in sorted(named & known.keys())}
        named |= {str(content.get("type")) for content in needed[collection].values()}
    return needed


def _nodes(target: Target, found: Updated) -> tuple[Node, dict[str, Node]]:
    """A list without records, with the comments around all that are there; and these as trees, by
    id."""
    root = Node(entries=[])
    nodes: dict[str, Node] = {}
    for name, data in target.files.items():
        document = read_yaml(data, file=name)
        found.problems += document.problems
        if document.problems or not isinstance(document.content, list):
            continue
        tree = read_nodes(data.decode().replace("\r\n", "\n"))
        root.head, root.tail = root.head + tree.head, root.tail + tree.tail
        root.foot += tree.foot
        nodes |= {str(plain(node).get("id", "")): node for _, node in tree.entries or ()}
    return root, nodes


def _texts(
    target: Target, root: Node, nodes: Mapping[str, Node], arrived: Mapping[str, Spooled]
) -> dict[str, bytes]:
    """The files in which the records stand: one, or several where one would be too large."""

    def text(around: Node, ids: Iterable[str]) -> str:
        # The tree of a new record is as large as all its texts: there is one at a time.
        records = (nodes.get(name) or node_of(arrived[name].content()) for name in ids)
        return records_text(target.collection, around, more=records)

    ids = sorted(nodes.keys() | arrived.keys())
    texts = [text(root, ids)]
    parts = -(-len(texts[0]) // LARGEST)
    if parts > 1:
        size = -(-len(ids) // parts)
        texts = [
            text(Node(entries=[]) if at else root, ids[at : at + size])
            for at in range(0, len(ids), size)
        ]
    texts += ["[]\n"] * (len(target.files) - len(texts))
    return {target.file(number): text.encode() for number, text in enumerate(texts, 1)}


def _with_ids(rows: Iterable[Spooled], stored: Stored, found: Updated) -> Iterator[Spooled]:
    """Each row under the id that it had before, or else its own; one that stands twice once."""
    number = Counter(before["key"] for before in stored.rows.values())
    ids = {b["key"]: row_id for row_id, b in stored.rows.items() if number[b["key"]] == 1}
    given: dict[str, Spooled] = {}
    for row in rows:
        longer = f"{row.id}-{row.hash[:8]}"
        own = longer if longer in stored.rows else row.id
        names = (ids.get(row.key, own) if row.key else own, own)
        wanted = next((name for name in names if _is_free(name, row, given, stored)), longer)
        other = given.get(wanted)
        if other and row.record is not None:
            found.counts["double"] += 1
            what = "double" if _alike(other, row) else "double-differs"
            found.told.append(Told(what, row.line, row.column, f"{wanted}, {other.line}"))
        elif not other:
            given[wanted] = row
            yield row._replace(id=wanted)


def _is_free(name: str, row: Spooled, given: Mapping[str, Spooled], stored: Stored) -> bool:
    """Whether no other text has an id, in this export or as another row in an earlier one."""
    if name in given:
        return given[name].hash == row.hash
    before = stored.rows.get(name, {"key": ""})
    same_row = "" in (before["key"], row.key) or row.key == before["key"]
    return same_row or before.get("hash") == row.hash


def _alike(one: Spooled, other: Spooled) -> bool:
    """Whether two rows with one text say the same; unknown where a filter left one out."""
    if one.record is None or other.record is None:
        return True
    pair = [dict(row.content()["imported"], row="") for row in (one, other)]
    return pair[0] == pair[1]
