"""What an import writes into a record that is there already: its own fields, if nobody edited them.

What was written last time is kept beside the files as digests of fields. A field that still has
its digest is the import's own and follows the export; any other is an editor's and stays.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.form import Node, node_of
from tracker.importers.vocabulary import Content

Digests = dict[str, str]
"""By the name of a field, or `positions/<id>` for an item of a list that has ids."""


@dataclass
class Stored:
    """What was written last time into one file: kept beside it, as JSON."""

    rows: dict[str, Content] = field(default_factory=dict)
    """By id: `fields` (digests), `key` of the row in the database, `hash` of its text, `scope`."""
    files: dict[str, str] = field(default_factory=dict)
    """The hash of each file as it was left."""
    made: dict[str, dict[str, Content]] = field(default_factory=dict)
    """The words and sources that the file needs and the project lacks, by collection and id."""

    @classmethod
    def parse(cls, data: bytes) -> "Stored":
        """What JSON holds; nothing where there is none, or where it is damaged."""
        try:
            found = json.loads(data)
            return cls(found["rows"], found["files"], found["made"])
        except (ValueError, KeyError, TypeError):
            return cls()

    def __str__(self) -> str:
        rows = {name: self.rows[name] for name in sorted(self.rows)}
        content = {"rows": rows, "files": self.files, "made": self.made}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def digests_of(record: Content) -> Digests:
    """The digest of each part of a record."""
    return {name: digest(part) for name, part in parts_of(record)}


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def digest(part: Any) -> str:
    """What tells whether a part has changed."""
    text = part if isinstance(part, str) else _written(part)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def parts_of(record: Content) -> Iterator[tuple[str, Any]]:
    """What is merged as one: each field, or each item of a list whose items have ids."""
    for name, content in record.items():
        if name == "id":
            continue
        if isinstance(content, list) and content and isinstance(content[0], dict):
            for item in content:
                yield f"{name}/{item.get('id', '')}", item
        else:
            yield name, content


def plain(node: Node) -> Any:
    """A node as plain content."""
    if node.entries is None:
        return node.text
    if node.is_mapping:
        return {key.text: plain(value) for key, value in node.entries if key}
    return [plain(value) for _, value in node.entries]


def merge(node: Node, record: Content, base: Mapping[str, str]) -> tuple[bool, list[str]]:
    """Brings a record up to an export's, in place; whether it changed, and the parts in which an
    editor says something else than the export."""
    current = dict(parts_of(plain(node)))
    wanted = dict(parts_of(record))
    changed, edited = False, []
    for name in dict.fromkeys([*wanted, *base]):
        have, want = current.get(name), wanted.get(name)
        if have == want:
            continue
        own = name in base and (have is not None and digest(have) == base[name])
        if own or (have is None and name not in base):
            _put(node, name, want)
            changed = True
        elif want is not None:
            edited.append(name)
    return changed, edited


def _put(node: Node, name: str, content: Any) -> None:
    """Sets a part; None takes it away, and a list with its last item."""
    assert node.entries is not None
    key, _, item_id = name.partition("/")
    at = next((n for n, (k, _) in enumerate(node.entries) if k and k.text == key), None)
    if not item_id:
        _replace(node.entries, at, (Node(key), node_of(content)) if content is not None else None)
        return
    if at is None:
        node.entries.append((Node(key), Node(entries=[])))
        at = len(node.entries) - 1
    items = node.entries[at][1].entries
    assert items is not None
    place = next((n for n, (_, i) in enumerate(items) if plain(i).get("id") == item_id), None)
    _replace(items, place, (None, node_of(content)) if content is not None else None)
    if not items:
        del node.entries[at]


def _replace(entries: list[Any], at: int | None, entry: Any) -> None:
    """Puts an entry in the place of another, whose key and comments stay."""
    if at is None:
        if entry:
            entries.append(entry)
    elif entry is None:
        del entries[at]
    else:
        old_key, old = entries[at]
        entry[1].head, entry[1].tail, entry[1].foot = old.head, old.tail, old.foot
        entries[at] = (old_key, entry[1])
