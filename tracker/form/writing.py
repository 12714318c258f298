"""A tree → its canonical text: order and types from the model, comments where they stood."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from tracker.form.nodes import Comment, Node
from tracker.form.scalars import scalar, written
from tracker.model import Frozen, When

_TYPED = (When, int, float)
Model = type[Frozen]


def lines_of(node: Node, model: Model | None) -> list[str]:
    """A whole file: a list of records of this model, or one mapping of it, or only comments."""
    lines = _comments([*node.head, *(Comment(text) for text in node.tail)], 0)
    if node.entries:
        below = _below(node, 0, model, typed=False)
        lines += below[1:] if lines[-1:] == below[:1] == [""] else below
    else:
        lines += [_empty(node)] if node.entries is not None else []
        lines += _foot(node, 0)
    return lines[1:] if lines[:1] == [""] else lines


@cache
def _fields(model: Model) -> dict[str, tuple[Model | None, bool]]:
    """Each field in its order: the model of its parts, and whether its numbers are no text."""
    found: dict[str, tuple[Model | None, bool]] = {}
    for name, info in model.model_fields.items():
        types = list(_types(info.annotation))
        part = next((t for t in types if issubclass(t, Frozen)), None)
        found[info.alias or name] = part, any(t in _TYPED for t in types)
    return found


def _types(annotation: Any) -> Iterator[type]:
    parts = get_args(annotation)
    if isinstance(annotation, type) and not parts:
        yield annotation
    for part in parts:
        yield from _types(part)


def _in_order(node: Node, model: Model | None) -> list[tuple[Node | None, Node]]:
    """The entries, a model's fields first; what it does not know keeps its order behind them."""
    places = {name: place for place, name in enumerate(_fields(model) if model else ())}
    return sorted(
        node.entries or [], key=lambda e: places.get(e[0].text, len(places)) if e[0] else 0
    )


def _below(
    node: Node, indent: int, model: Model | None, *, typed: bool, hoisted: bool = False
) -> list[str]:
    """The lines of a list or mapping. `hoisted`: what stands before its first entry is written."""
    lines: list[str] = []
    for key, value in _in_order(node, model):
        known = hoisted and not lines
        if key is None:
            lines += [] if known else _comments(_before(value, model), indent)
            lines += _item(value, indent, model, typed=typed)
        else:
            lines += [] if known else _comments(key.head, indent)
            lines += _field(key, value, indent, model)
    return lines + _foot(node, indent)


def _before(item: Node, model: Model | None) -> list[Comment]:
    """The comments before the hyphen of an item: its own, and those of the first thing in it."""
    comments = [*item.head]
    if item.entries:
        comments += [Comment(text) for text in item.tail]
        key, value = _in_order(item, model)[0]
        comments += key.head if key else _before(value, model)
    return comments


def _item(value: Node, indent: int, model: Model | None, *, typed: bool) -> list[str]:
    pad = " " * indent
    if not value.entries:
        return _leaf(f"{pad}-", value, indent + 2, value.tail, typed=typed)
    first, *more = _below(value, indent + 2, model, typed=typed, hoisted=True)
    return [f"{pad}- {first.lstrip(' ')}", *more]


def _field(key: Node, value: Node, indent: int, model: Model | None) -> list[str]:
    part, typed = _fields(model).get(key.text, (None, False)) if model else (None, False)
    name = f"{' ' * indent}{scalar(key.text)}:"
    tail = key.tail + value.tail
    if not value.entries:
        return _leaf(name, value, indent + 2, tail, typed=typed)
    within = indent + 2 if value.is_mapping else indent
    return [" ".join([name, *tail]), *_below(value, within, part, typed=typed)]


def _leaf(start: str, value: Node, indent: int, tail: list[str], *, typed: bool) -> list[str]:
    """A text, or an empty list or mapping, behind its key or hyphen."""
    if value.entries is None:
        lines = written(value.text, before=len(start) + 1, indent=indent, typed=typed)
    else:
        lines = [_empty(value)]
    lines[0] = f"{start} {lines[0]}"
    # Inside a block of several lines a comment would be text.
    at = 0 if lines[0][len(start) + 1] == "|" else -1
    lines[at] = " ".join([lines[at], *tail])
    return lines


def _empty(node: Node) -> str:
    return "{}" if node.is_mapping else "[]"


def _foot(node: Node, indent: int) -> list[str]:
    lines = _comments(node.foot, indent)
    return lines[:-1] if lines[-1:] == [""] else lines


def _comments(comments: list[Comment], indent: int) -> list[str]:
    """Comments on lines of their own, with a blank line where one or more stood."""
    lines: list[str] = []
    for comment in comments:
        if comment.blank_before and lines[-1:] != [""]:
            lines.append("")
        lines.append(" " * indent + comment.text)
        lines += [""] if comment.blank_after else []
    return lines
