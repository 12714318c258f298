"""Parse YAML into a tree with comments, each attached to the node that it belongs to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from tracker.records.yaml_reader import LOADER

_HEADER_COMMENT = re.compile(r"[|>][^\n#]*(#[^\n]*)")


@dataclass(frozen=True)
class YamlComment:
    """A comment including its `#`, with its column and the blank lines around it."""

    text: str
    column: int = 0
    blank_before: bool = False
    blank_after: bool = False


@dataclass(slots=True)
class YamlNode:
    """A scalar, or a list or mapping of entries, with its comments."""

    text: str = ""
    entries: "list[tuple[YamlNode | None, YamlNode]] | None" = None
    is_mapping: bool = False
    column: int = 0
    head: tuple[YamlComment, ...] = ()
    """Comments on lines of their own before it."""
    tail: tuple[str, ...] = ()
    """Comments at the end of its line."""
    foot: tuple[YamlComment, ...] = ()
    """Comments after the last entry, and no less indented than it."""


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


def read_nodes(text: str) -> YamlNode:
    """Parse text that `read_yaml` accepts. Without content, the node has no entries."""
    reader = _Reader(text)
    for event in yaml.parse(text, Loader=LOADER):
        reader.handle(event)
    return reader.root


class _Reader:
    """Builds the tree from parse events and finds the comments in the text between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = YamlNode()
        self.levels: list[YamlNode] = []
        self.key: YamlNode | None = None
        self.position = 0
        self.pending: list[YamlComment] = []
        self.last: YamlNode | None = None
        """The node to which a comment at the end of its line belongs."""

    def handle(self, event: Any) -> None:
        if isinstance(event, yaml.StreamStartEvent):
            return  # its mark counts a byte order mark
        at_end = isinstance(event, yaml.StreamEndEvent)
        self._read_comments(len(self.text) if at_end else event.start_mark.index)
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event, is_mapping=isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.StreamEndEvent):
            self.root.foot += tuple(self.pending)
        self.position = max(self.position, event.end_mark.index)

    def _read_comments(self, end: int) -> None:
        """Record the comments between the previous event and the next."""
        gap = self.text[self.position : end]
        if "#" not in gap:
            return
        begin = self.text.rfind("\n", 0, self.position) + 1
        lines = (self.text[begin : self.position] + gap).split("\n")
        # The end mark of a literal block is after the blank lines that follow it.
        blank, first_new = self.text.endswith("\n\n", 0, self.position), len(self.pending)
        for number, line in enumerate(lines):
            before = self.position - begin if number == 0 else 0
            mark = line.find("#", before)
            if mark >= 0:
                self._add_comment(line, mark, blank=blank, same_line=number == 0)
            elif 0 < number < len(lines) - 1 and len(self.pending) > first_new and not line.strip():
                self._set_blank_after()
            blank = not line.strip()

    def _add_comment(self, line: str, mark: int, *, blank: bool, same_line: bool) -> None:
        text = line[mark:].rstrip()
        if same_line and self.last and line[:mark].strip():
            self.last.tail += (text,)
        else:
            self.pending.append(YamlComment(text, mark, blank_before=blank))

    def _set_blank_after(self) -> None:
        last = self.pending[-1]
        self.pending[-1] = YamlComment(last.text, last.column, last.blank_before, blank_after=True)

    def _open(self, event: Any, *, is_mapping: bool) -> None:
        node = YamlNode(entries=[], is_mapping=is_mapping, column=event.start_mark.column)
        self._add(node)
        self.levels.append(node)

    def _take_scalar(self, event: Any) -> None:
        node = YamlNode(event.value)
        if event.style in ("|", ">"):
            match = _HEADER_COMMENT.match(self.text, event.start_mark.index)
            node.tail = (match[1].rstrip(),) if match else ()
        self._add(node)
        self.last = node

    def _add(self, node: YamlNode) -> None:
        """Add a node to its parent, with the comments before it."""
        level = self.levels[-1] if self.levels else None
        if level is None or level.entries is None:
            self._take_pending(node)
            self.root = node
        elif not level.is_mapping:
            self._take_pending(node)
            level.entries.append((None, node))
        elif self.key is None:
            self._take_pending(node)
            self.key = node
            return
        else:
            if node.entries is None:
                self._take_pending(self.key)
            level.entries.append((self.key, node))
            self.key = None

    def _take_pending(self, node: YamlNode) -> None:
        node.head += tuple(self.pending)
        self.pending = []

    def _close(self, event: Any) -> None:
        """Close a list or mapping with the comments that are indented like its entries."""
        node = self.levels.pop()
        in_brackets = event.end_mark.index > event.start_mark.index
        while self.pending and node.entries:
            column = self.pending[0].column
            if not in_brackets and not event.start_mark.column < column >= node.column:
                break
            node.foot += (self.pending.pop(0),)
        if in_brackets:
            self.last = node
