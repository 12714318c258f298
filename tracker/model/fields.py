"""Descriptions of the fields of models, for forms, prompts, the formatter and messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from tracker.model.base import FrozenModel, Ref


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field of a record, or of a part of one."""

    name: str
    description: str
    examples: tuple[str, ...]
    required: bool
    many: bool
    """True if it is a list of values."""
    type: Any
    """The annotated type of one value."""
    part: type[FrozenModel] | None
    """The model of one value, if it has fields itself."""
    choices: tuple[str, ...]
    """The allowed values, if the field is an enumeration."""
    ref: Ref | None
    """The records that it can refer to, if it is an id."""
    default: str
    instead: str
    """A word accepted instead of a list, such as `nothing`; empty if there is none."""

    def accepts(self, value: Any) -> bool:
        """Return whether one value has the right form. Does not check that an id exists."""
        try:
            TypeAdapter(self.type).validate_python(value)
        except ValidationError:
            return False
        return True


@cache
def describe_fields(model: type[FrozenModel]) -> dict[str, FieldDescription]:
    """Return the fields of a model by name, in the order of the model."""
    hints = get_type_hints(model, include_extras=True)
    return {name: _describe(model, name, hints[name]) for name in model.model_fields}


def _describe(model: type[FrozenModel], name: str, annotation: Any) -> FieldDescription:
    info = model.model_fields[name]
    value, many = _unwrap(annotation)
    marks = getattr(value, "__metadata__", ())
    plain = get_args(value)[0] if get_origin(value) is Annotated else value
    extra = info.json_schema_extra
    return FieldDescription(
        name=name,
        description=info.description or "",
        examples=tuple(map(str, info.examples or ())),
        required=info.is_required(),
        many=many,
        type=value,
        part=plain if isinstance(plain, type) and issubclass(plain, FrozenModel) else None,
        choices=tuple(map(str, get_args(plain))) if get_origin(plain) is Literal else (),
        ref=next((mark for mark in marks if isinstance(mark, Ref)), None),
        default=info.default if isinstance(info.default, str) else "",
        instead=str(extra.get("instead", "")) if isinstance(extra, dict) else "",
    )


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """Return the type of one value without `None`, and whether the field takes a list of them."""
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (a for a in get_args(annotation) if a is not type(None))
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0], True
    return annotation, False


def find_field(model: type[FrozenModel], path: tuple[str | int, ...]) -> FieldDescription | None:
    """Return the field at a path of field names and list numbers; None if there is none."""
    field, part = None, model if path else None
    for step in path:
        if isinstance(step, int):
            continue
        if part is None and field and field.accepts({step: "x"}):
            return field  # the language of a text
        field = describe_fields(part).get(step) if part else None
        if field is None:
            return None
        part = field.part
    return field


def iter_part_models(model: type[FrozenModel]) -> Iterator[type[FrozenModel]]:
    """Yield the models of all parts inside a model, depth first, each as often as it occurs."""
    for field in describe_fields(model).values():
        if field.part:
            yield field.part
            yield from iter_part_models(field.part)


def iter_scalar_types(annotation: Any) -> Iterator[type]:
    """Yield the plain types that an annotation is made of: `int` and `str` of `int | str`."""
    arguments = get_args(annotation)
    if isinstance(annotation, type) and not arguments:
        yield annotation
    for argument in arguments:
        yield from iter_scalar_types(argument)
