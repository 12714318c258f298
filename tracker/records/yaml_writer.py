"""Write a YAML tree as canonical text, with fields in the order of the model."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from tracker.model import FrozenModel, ImpreciseDate
from tracker.model.fields import describe_fields, iter_scalar_types
from tracker.records.yaml_scalars import emit_lines, emit_scalar
from tracker.records.yaml_tree import YamlComment, YamlNode

_TYPED = (ImpreciseDate, int, float)
Model = type[FrozenModel]


class _Entry(NamedTuple):
    """The position, key and types of an entry of a mapping."""

    at: int
    """The index in the mapping."""
    start: str
    """The start of its first line."""
    part: Model | None
    """The model of its parts, if it has any."""
    typed: bool
    """True if numbers and dates in it are not text."""


def emit_file(node: YamlNode, model: Model | None, *, more: Iterable[YamlNode] = ()) -> list[str]:
    """Return the lines of a file: a list of records of a model, or one mapping, or only comments.

    To save memory, each record of a list is a single string. `more` may be lazy.
    """
    writer = _Writer()
    lines = writer.lines
    writer.emit_comments([*node.head, *map(YamlComment, node.tail)], 0)
    if node.is_mapping and node.entries:
        writer.emit_children(node, 0, model, typed=False)
        return lines
    first = len(lines)
    for item in chain((value for _, value in node.entries or ()), more):
        at = len(lines)
        writer.emit_item(item, 0, model, typed=False)
        lines[at:] = ["\n".join(lines[at:])]
    if len(lines) == first and node.entries is not None:
        lines.append(_emit_empty(node))
    writer.emit_foot(node, 0)
    return lines


@cache
def _get_fields(model: Model) -> dict[str, tuple[Model | None, bool]]:
    """Return the fields of a model in order, with `part` and `typed` as in _Entry."""
    return {
        name: (field.part, any(t in _TYPED for t in iter_scalar_types(field.type)))
        for name, field in describe_fields(model).items()
    }


@lru_cache(maxsize=1024)
def _plan_keys(keys: tuple[str, ...], indent: int, model: Model | None) -> tuple[_Entry, ...]:
    """Return the entries of a mapping in order: the fields of the model first, unknown keys last.

    Cached because thousands of records have the same keys.
    """
    fields = _get_fields(model) if model else {}
    positions = {name: position for position, name in enumerate(fields)}
    order = sorted(range(len(keys)), key=lambda at: positions.get(keys[at], len(positions)))
    return tuple(
        _Entry(at, f"{' ' * indent}{emit_scalar(keys[at])}:", *fields.get(keys[at], (None, False)))
        for at in order
    )


def _plan_entries(node: YamlNode, indent: int, model: Model | None) -> tuple[_Entry, ...]:
    return _plan_keys(tuple([key.text for key, _ in node.entries or () if key]), indent, model)


def _get_comments_before(item: YamlNode, model: Model | None) -> Sequence[YamlComment]:
    """Return the comments before the hyphen of an item: its own, and those of its first entry."""
    if not item.entries:
        return item.head
    at = _plan_entries(item, 0, model)[0].at if item.is_mapping else 0
    key, value = item.entries[at]
    inner = key.head if key else _get_comments_before(value, model)
    return [*item.head, *map(YamlComment, item.tail), *inner]


def _emit_empty(node: YamlNode) -> str:
    return "{}" if node.is_mapping else "[]"


class _Writer:
    """Appends values to the lines of a file. `typed` is as in _Entry."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def emit_children(
        self,
        node: YamlNode,
        indent: int,
        model: Model | None,
        *,
        typed: bool,
        hoisted: bool = False,
    ) -> None:
        """Append a list or mapping; with `hoisted`, without the comments before its first entry."""
        entries = node.entries or []
        if not node.is_mapping:
            for _, value in entries:
                self.emit_item(value, indent, model, typed=typed, hoisted=hoisted)
                hoisted = False
        else:
            for at, start, part, as_typed in _plan_entries(node, indent, model):
                key, value = entries[at]
                assert key is not None
                if not hoisted:
                    self.emit_comments(key.head, indent)
                hoisted = False
                tail = key.tail + value.tail
                if not value.entries:
                    self._emit_leaf(start, value, indent + 2, tail, typed=as_typed)
                    continue
                self.lines.append(" ".join([start, *tail]))
                within = indent + 2 if value.is_mapping else indent
                self.emit_children(value, within, part, typed=as_typed)
        self.emit_foot(node, indent)

    def emit_item(
        self,
        value: YamlNode,
        indent: int,
        model: Model | None,
        *,
        typed: bool,
        hoisted: bool = False,
    ) -> None:
        if not hoisted:
            self.emit_comments(_get_comments_before(value, model), indent)
        start = f"{' ' * indent}-"
        if not value.entries:
            self._emit_leaf(start, value, indent + 2, value.tail, typed=typed)
            return
        first = len(self.lines)
        self.emit_children(value, indent + 2, model, typed=typed, hoisted=True)
        self.lines[first] = f"{start} {self.lines[first][indent + 2 :]}"

    def _emit_leaf(
        self, start: str, value: YamlNode, indent: int, tail: tuple[str, ...], *, typed: bool
    ) -> None:
        """Append a scalar, or an empty list or mapping, after its key or hyphen."""
        lines = [f"{start} {_emit_empty(value)}"]
        if value.entries is None:
            lines = [*emit_lines(start, value.text, indent, typed)]
        if tail:
            # Inside a literal block, a comment would be text.
            at = 0 if lines[0][len(start) + 1] == "|" else -1
            lines[at] = " ".join([lines[at], *tail])
        self.lines += lines

    def emit_foot(self, node: YamlNode, indent: int) -> None:
        self.emit_comments(node.foot, indent)
        if node.foot and self.lines[-1] == "":
            self.lines.pop()

    def emit_comments(self, comments: Sequence[YamlComment], indent: int) -> None:
        """Append comments on separate lines, with the blank lines around them."""
        for comment in comments:
            if comment.blank_before and self.lines and self.lines[-1] != "":
                self.lines.append("")
            self.lines.append(" " * indent + comment.text)
            if comment.blank_after:
                self.lines.append("")
