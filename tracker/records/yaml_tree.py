"""YAML text → a tree that keeps the comments too, each where it belongs."""

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
    """A comment with its `#`, its column, and whether blank lines stand around it."""

    text: str
    column: int = 0
    blank_before: bool = False
    blank_after: bool = False


@dataclass(slots=True)
class YamlNode:
    """A text, or a list or mapping of entries, with the comments that belong to it."""

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


_key = lru_cache(maxsize=1024)(YamlNode)


def to_node(value: Any) -> YamlNode:
    """The tree of plain content: mappings, lists, and what `str` turns into text.

    Keys that are alike are one node: no comment may be added to them.
    """
    if isinstance(value, str):  # first: it is what most values are
        return YamlNode(value)
    if isinstance(value, (dict, Mapping)):
        return YamlNode("", [(_key(str(key)), to_node(item)) for key, item in value.items()], True)
    if isinstance(value, (list, Sequence)):
        return YamlNode("", [(None, to_node(item)) for item in value])
    return YamlNode(str(value))


def read_nodes(text: str) -> YamlNode:
    """The tree of a text that the strict loader takes. Without content the node has none."""
    reader = _Reader(text)
    for event in yaml.parse(text, Loader=LOADER):
        reader.take(event)
    return reader.root


class _Reader:
    """Builds the tree from parse events, and finds the comments in the gaps between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = YamlNode()
        self.levels: list[YamlNode] = []
        self.key: YamlNode | None = None
        self.position = 0
        self.pending: list[YamlComment] = []
        self.last: YamlNode | None = None

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.StreamStartEvent):
            return  # it would count a byte order mark
        ended = isinstance(event, yaml.StreamEndEvent)
        self._comments_until(len(self.text) if ended else event.start_mark.index)
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event, is_mapping=isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.StreamEndEvent):
            self.root.foot += tuple(self.pending)
        self.position = max(self.position, event.end_mark.index)

    def _comments_until(self, end: int) -> None:
        """Notes the comments that stand between the last event and the next."""
        gap = self.text[self.position : end]
        if "#" not in gap:
            return
        begin = self.text.rfind("\n", 0, self.position) + 1
        lines = (self.text[begin : self.position] + gap).split("\n")
        # A text in a block ends behind the blank lines that follow it.
        blank, first_new = self.text.endswith("\n\n", 0, self.position), len(self.pending)
        for number, line in enumerate(lines):
            before = self.position - begin if number == 0 else 0
            mark = line.find("#", before)
            if mark >= 0:
                self._note(line, mark, blank=blank, same_line=number == 0)
            elif 0 < number < len(lines) - 1 and len(self.pending) > first_new and not line.strip():
                self._mark_blank()
            blank = not line.strip()

    def _note(self, line: str, mark: int, *, blank: bool, same_line: bool) -> None:
        text = line[mark:].rstrip()
        if same_line and self.last and line[:mark].strip():
            self.last.tail += (text,)
        else:
            self.pending.append(YamlComment(text, mark, blank_before=blank))

    def _mark_blank(self) -> None:
        last = self.pending[-1]
        self.pending[-1] = YamlComment(last.text, last.column, last.blank_before, blank_after=True)

    def _open(self, event: Any, *, is_mapping: bool) -> None:
        node = YamlNode(entries=[], is_mapping=is_mapping, column=event.start_mark.column)
        self._add(node)
        self.levels.append(node)

    def _take_scalar(self, event: Any) -> None:
        node = YamlNode(event.value)
        if event.style in ("|", ">"):
            found = _HEADER_COMMENT.match(self.text, event.start_mark.index)
            node.tail = (found[1].rstrip(),) if found else ()
        self._add(node)
        self.last = node

    def _add(self, node: YamlNode) -> None:
        """Puts a node where it belongs, and the comments before it to its entry."""
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
        """Ends a list or mapping; comments that are indented like its entries are its own."""
        node = self.levels.pop()
        in_brackets = event.end_mark.index > event.start_mark.index
        while self.pending and node.entries:
            column = self.pending[0].column
            if not in_brackets and not event.start_mark.column < column >= node.column:
                break
            node.foot += (self.pending.pop(0),)
        if in_brackets:
            self.last = node
