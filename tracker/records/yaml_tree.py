"""A YAML file as a tree of values with positions and comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tracker.model import Path


@dataclass(frozen=True, slots=True)
class YamlComment:
    """A comment including its `#`, with its column and the blank lines around it."""

    text: str
    column: int = 1
    blank_before: bool = False
    blank_after: bool = False


@dataclass(slots=True)
class YamlNode:
    """A scalar, or a list or mapping of entries. Lines and columns count from 1."""

    text: str = ""
    entries: "list[tuple[YamlNode | None, YamlNode]] | None" = None
    is_mapping: bool = False
    line: int = 0
    """0 if it was not read from a file."""
    column: int = 0
    end_line: int = 0
    refused: bool = False
    """True if it is a value in a mapping that is not part of the content."""
    head: tuple[YamlComment, ...] = ()
    """Comments on separate lines before it."""
    tail: tuple[str, ...] = ()
    """Comments at the end of its line."""
    foot: tuple[YamlComment, ...] = ()
    """Comments after the last entry, indented at least as much."""

    def get_entry(self, step: str | int) -> "tuple[YamlNode | None, YamlNode] | None":
        """Return the key and value of a field, or the item of a list; None if there is none."""
        entries = self.entries or []
        if isinstance(step, int):
            return entries[step] if not self.is_mapping and step < len(entries) else None
        return next((entry for entry in entries if entry[0] and entry[0].text == step), None)

    def get_text(self, field: str) -> str:
        """Return the text of a field; empty if there is none."""
        entry = self.get_entry(field)
        return entry[1].text if entry else ""

    def find_nearest(self, path: Path, *, at_key: bool = False) -> "YamlNode":
        """Return the value or key at a path, or the nearest mapping or list around it."""
        key, node = None, self
        for step in path:
            entry = node.get_entry(step)
            if entry is None:
                return node
            key, node = entry
        return key if at_key and key else node


_make_key = lru_cache(maxsize=1024)(YamlNode)


def to_node(value: Any) -> YamlNode:
    """Convert mappings, lists and scalars to a tree.

    Equal keys share one node, so comments must not be added to keys.
    """
    if isinstance(value, str):  # most values are
        return YamlNode(value)
    if isinstance(value, (dict, Mapping)):
        return YamlNode(
            "", [(_make_key(str(key)), to_node(item)) for key, item in value.items()], True
        )
    if isinstance(value, (list, Sequence)):
        return YamlNode("", [(None, to_node(item)) for item in value])
    return YamlNode(str(value))


def to_content(node: YamlNode) -> Any:
    """Convert a tree to mappings, lists and strings."""
    if node.entries is None:
        return node.text
    if node.is_mapping:
        return {k.text: to_content(v) for k, v in node.entries if k and not v.refused}
    return [to_content(value) for _, value in node.entries]
