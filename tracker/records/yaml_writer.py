"""A tree → its canonical text: order and types from the model, comments where they stood."""

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


class _Known(NamedTuple):
    """An entry of a mapping: where it stands, how its first line begins, and what it may hold."""

    at: int
    start: str
    part: Model | None
    """The model of its parts."""
    typed: bool
    """Whether its numbers and dates are no text."""


def emit_file(node: YamlNode, model: Model | None, *, more: Iterable[YamlNode] = ()) -> list[str]:
    """A whole file: a list of records of this model, or one mapping of it, or only comments.

    A record of a list is one piece of several lines: there may be very many. `more` are records
    behind those of the list, which need not all be there at once.
    """
    lines: list[str] = []
    _emit_comments(lines, [*node.head, *(YamlComment(text) for text in node.tail)], 0)
    if node.is_mapping and node.entries:
        _emit_children(lines, node, 0, model, typed=False)
        return lines
    begun = len(lines)
    for item in chain((value for _, value in node.entries or ()), more):
        at = len(lines)
        _emit_item(lines, item, 0, model, typed=False)
        lines[at:] = ["\n".join(lines[at:])]
    if len(lines) == begun and node.entries is not None:
        lines.append(_emit_empty(node))
    _emit_foot(lines, node, 0)
    return lines


@cache
def _get_fields(model: Model) -> dict[str, tuple[Model | None, bool]]:
    """Each field in its order: the model of its parts, and whether its numbers are no text."""
    found: dict[str, tuple[Model | None, bool]] = {}
    for name, field in describe_fields(model).items():
        found[name] = field.part, any(t in _TYPED for t in iter_scalar_types(field.type))
    return found


@lru_cache(maxsize=1024)
def _plan_keys(keys: tuple[str, ...], indent: int, model: Model | None) -> tuple[_Known, ...]:
    """The entries of a mapping in order: a model's fields first; what it does not know keeps its
    order behind them. Thousands of records have the same keys."""
    fields = _get_fields(model) if model else {}
    places = {name: place for place, name in enumerate(fields)}
    order = sorted(range(len(keys)), key=lambda at: places.get(keys[at], len(places)))
    return tuple(
        _Known(at, f"{' ' * indent}{emit_scalar(keys[at])}:", *fields.get(keys[at], (None, False)))
        for at in order
    )


def _plan_entries(node: YamlNode, indent: int, model: Model | None) -> tuple[_Known, ...]:
    return _plan_keys(tuple([key.text for key, _ in node.entries or () if key]), indent, model)


def _emit_children(
    lines: list[str],
    node: YamlNode,
    indent: int,
    model: Model | None,
    *,
    typed: bool,
    hoisted: bool = False,
) -> None:
    """Adds a list or mapping. `hoisted`: what stands before its first entry is written."""
    entries = node.entries or []
    if not node.is_mapping:
        for _, value in entries:
            _emit_item(lines, value, indent, model, typed=typed, hoisted=hoisted)
            hoisted = False
    else:
        for at, start, part, as_typed in _plan_entries(node, indent, model):
            key, value = entries[at]
            assert key is not None
            if key.head and not hoisted:
                _emit_comments(lines, key.head, indent)
            hoisted = False
            tail = key.tail + value.tail
            if not value.entries:
                _emit_leaf(lines, start, value, indent + 2, tail, typed=as_typed)
                continue
            lines.append(" ".join([start, *tail]))
            within = indent + 2 if value.is_mapping else indent
            _emit_children(lines, value, within, part, typed=as_typed)
    _emit_foot(lines, node, indent)


def _emit_item(
    lines: list[str],
    value: YamlNode,
    indent: int,
    model: Model | None,
    *,
    typed: bool,
    hoisted: bool = False,
) -> None:
    if not hoisted:
        _emit_comments(lines, _get_comments_before(value, model), indent)
    start = f"{' ' * indent}-"
    if not value.entries:
        _emit_leaf(lines, start, value, indent + 2, value.tail, typed=typed)
        return
    first = len(lines)
    _emit_children(lines, value, indent + 2, model, typed=typed, hoisted=True)
    lines[first] = f"{start} {lines[first][indent + 2 :]}"


def _get_comments_before(item: YamlNode, model: Model | None) -> Sequence[YamlComment]:
    """The comments before the hyphen of an item: its own, and those of the first thing in it."""
    if not item.entries:
        return item.head
    at = _plan_entries(item, 0, model)[0].at if item.is_mapping else 0
    key, value = item.entries[at]
    inner = key.head if key else _get_comments_before(value, model)
    return [*item.head, *(YamlComment(text) for text in item.tail), *inner]


def _emit_leaf(
    lines: list[str],
    start: str,
    value: YamlNode,
    indent: int,
    tail: tuple[str, ...],
    *,
    typed: bool,
) -> None:
    """Adds a text, or an empty list or mapping, behind its key or hyphen."""
    first = len(lines)
    if value.entries is None:
        lines += emit_lines(start, value.text, indent, typed)
    else:
        lines.append(f"{start} {_emit_empty(value)}")
    if tail:
        # Inside a block of several lines a comment would be text.
        at = first if lines[first][len(start) + 1] == "|" else -1
        lines[at] = " ".join([lines[at], *tail])


def _emit_empty(node: YamlNode) -> str:
    return "{}" if node.is_mapping else "[]"


def _emit_foot(lines: list[str], node: YamlNode, indent: int) -> None:
    _emit_comments(lines, node.foot, indent)
    if node.foot and lines[-1] == "":
        lines.pop()


def _emit_comments(lines: list[str], comments: Sequence[YamlComment], indent: int) -> None:
    """Adds comments on lines of their own, with a blank line where one or more stood."""
    for comment in comments:
        if comment.blank_before and lines and lines[-1] != "":
            lines.append("")
        lines.append(" " * indent + comment.text)
        if comment.blank_after:
            lines.append("")
