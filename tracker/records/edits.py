"""Edit a data file: set a field of a record, or take a record out."""

from typing import Any

from tracker.model import Path
from tracker.records.formatter import format_tree
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import YamlNode, to_node


class FileEdit:
    """A data file that is changed record by record. Comments stay."""

    def __init__(self, data: bytes, file: str) -> None:
        self._data, self._file = data, file
        self._root = read_yaml(data, file=file).root

    def find(self, record_id: str, list_name: str = "") -> YamlNode:
        """Return a record, or the item of a list in any record. Raises KeyError."""
        nodes = [node for _, node in self._root.entries or ()]
        if list_name:
            lists = (node.get_entry(list_name) for node in nodes)
            nodes += [item for entry in lists if entry for _, item in entry[1].entries or ()]
        found = next((node for node in nodes if node.get_text("id") == record_id), None)
        if found is None:
            raise KeyError(record_id)
        return found

    def remove(self, record_id: str) -> YamlNode:
        """Take a record out, with its comments, and return it. Raises KeyError."""
        node = self.find(record_id)
        self._root.entries = [e for e in self._root.entries or () if e[1] is not node]
        return node

    def add(self, record: YamlNode) -> None:
        """Add a record at the end."""
        self._root.entries = [*(self._root.entries or ()), (None, record)]

    def format(self) -> bytes:
        """Return the new content in canonical form."""
        return format_tree(self._root, file=self._file, like=self._data)


def set_field(node: YamlNode, path: Path, value: Any) -> None:
    """Set a field at a path in a record; None removes it. Missing lists and mappings are created.

    Raises TypeError if a value is in the way, and IndexError if a list would get a gap.
    """
    step, *rest = path
    entry = node.get_entry(step)
    if node.entries is None or node.is_mapping == isinstance(step, int):
        raise TypeError(step)
    if rest and entry:
        if entry[1].entries is None and entry[1].text == "":
            entry[1].entries, entry[1].is_mapping = [], isinstance(rest[0], str)
        set_field(entry[1], tuple(rest), value)
        if not entry[1].entries and value is None:
            node.entries.remove(entry)
    elif entry and value is None:
        node.entries.remove(entry)
    elif value is not None:
        new = YamlNode(entries=[], is_mapping=isinstance(rest[0], str)) if rest else to_node(value)
        if rest:
            set_field(new, tuple(rest), value)
        _replace(node, step, entry, new)


def _replace(
    node: YamlNode, step: str | int, entry: tuple[YamlNode | None, YamlNode] | None, new: YamlNode
) -> None:
    assert node.entries is not None
    if entry:
        old = entry[1]
        new.head, new.tail, new.foot = old.head, old.tail, old.foot
        node.entries[node.entries.index(entry)] = (entry[0], new)
    elif isinstance(step, int) and step != len(node.entries):
        raise IndexError(step)
    else:
        node.entries.append((YamlNode(step) if isinstance(step, str) else None, new))


def append_item(node: YamlNode, field: str, value: Any) -> None:
    """Add an item to a list of a record."""
    entry = node.get_entry(field)
    set_field(node, (field, len(entry[1].entries or ()) if entry else 0), value)
