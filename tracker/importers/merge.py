"""Merge a newer export into a record, field by field, without losing what an editor changed.

A digest of each field that an import writes is stored next to the files. A field that still has
its digest follows the export. Any other field was changed by an editor and stays.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.importers.mapping import Content
from tracker.records.yaml_tree import YamlNode, to_content, to_node


@dataclass
class ImportState:
    """The rows that the last import wrote into a file, stored as JSON next to it."""

    rows: dict[str, Content] = field(default_factory=dict)
    """By record id: `fields` (digest by field), `key`, `hash`, `scope` and `edited`."""
    file: str = ""
    """Hash of the file."""

    @classmethod
    def parse(cls, data: bytes) -> "ImportState":
        """Return the state in a JSON file, or an empty one if it is missing or damaged."""
        try:
            content = json.loads(data)
            return cls(content["rows"], content.get("file", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def to_json(self) -> str:
        """Return the state as JSON, sorted by record id."""
        content = {"rows": dict(sorted(self.rows.items())), "file": self.file}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def digest_fields(record: Content) -> dict[str, str]:
    """Return the digest of each field, as `name`, or `name/id` for the items of a list."""
    return {name: _digest(value) for name, value in _iter_fields(record)}


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _digest(value: Any) -> str:
    text = value if isinstance(value, str) else _encode(value)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _iter_fields(record: Content) -> Iterator[tuple[str, Any]]:
    """Yield the units of a merge: each field, or each item of a list of items with ids."""
    for name, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ((f"{name}/{item.get('id', '')}", item) for item in value)
        elif name != "id":
            yield name, value


def merge_record(
    node: YamlNode, record: Content, digests: Mapping[str, str]
) -> tuple[bool, list[str]]:
    """Update a record in place from the export's, given the digests of the last import.

    Return whether it changed, and the fields that an editor changed and the export has too.
    """
    current = dict(_iter_fields(to_content(node)))
    exported = dict(_iter_fields(record))
    changed, edited = False, []
    for name in dict.fromkeys([*exported, *digests]):
        old, new = current.get(name), exported.get(name)
        if old == new:
            continue
        digest = None if old is None else _digest(old)
        if digest == digests.get(name):  # no editor changed, added or deleted it
            _set_field(node, name, new)
            changed = True
        elif new is not None:
            edited.append(name)
    return changed, edited


def _set_field(node: YamlNode, name: str, value: Any) -> None:
    """Set a field or an item of a list. None removes it, and a list that becomes empty."""
    assert node.entries is not None
    key, _, item_id = name.partition("/")
    at = next((n for n, (k, _) in enumerate(node.entries) if k and k.text == key), None)
    new = None if value is None else to_node(value)
    if not item_id:
        _replace(node.entries, at, YamlNode(key), new)
        return
    if at is None:
        node.entries.append((YamlNode(key), YamlNode(entries=[])))
        at = len(node.entries) - 1
    items = node.entries[at][1].entries
    assert items is not None
    index = next((n for n, (_, i) in enumerate(items) if to_content(i).get("id") == item_id), None)
    _replace(items, index, None, new)
    if not items:
        del node.entries[at]


def _replace(
    entries: list[Any], at: int | None, key: YamlNode | None, new: YamlNode | None
) -> None:
    """Replace, append or delete an entry. The old key and comments stay."""
    if at is None:
        entries += [(key, new)] if new else []
    elif new is None:
        del entries[at]
    else:
        old_key, old = entries[at]
        new.head, new.tail, new.foot = old.head, old.tail, old.foot
        entries[at] = (old_key, new)
