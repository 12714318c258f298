"""The fields of each form and the constraints between them, derived from the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tracker.model import (
    Correction,
    Event,
    FrozenModel,
    ImpreciseDate,
    Indicator,
    OfficialText,
    Position,
    Recommendation,
    Source,
    Statement,
    Text,
)
from tracker.model.base import Count, Id, Line, Sha256, TextHash
from tracker.model.citation import Figure, Stated, Symbol, Url, Value
from tracker.model.dates import PartialDate
from tracker.model.fields import FieldDescription, describe_fields, iter_part_models

Control = Literal[
    "id", "line", "text", "date", "period", "count", "value", "url", "choice", "record", "part"
]
_CONTROLS: tuple[tuple[Any, Control], ...] = (
    (Id, "id"),
    (Count, "count"),
    (Value, "value"),
    (Stated, "value"),
    (PartialDate, "date"),
    (ImpreciseDate, "period"),
    (Url, "url"),
    (Symbol, "line"),
    (Sha256, "line"),
    (TextHash, "line"),
    (Line, "line"),
    (Text, "text"),
)
_UNQUOTED = ("date", "period", "count", "value")
"""Controls whose numbers and dates are written without quotation marks."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form."""

    name: str
    help: str
    examples: tuple[str, ...]
    control: Control
    required: bool
    many: bool
    unquoted: bool
    choices: tuple[str, ...] = ()
    """The words of a choice. For a record, the one key of its list of records."""
    part: str = ""
    existing_only: bool = False
    """True if only an existing record can have the field."""
    default: str = ""


@dataclass(frozen=True, slots=True)
class FieldConstraint:
    """Fields of which exactly one, at least one, or all or none are required.

    `basis=counted` is a field with this value. The code is that of the model's diagnostic.
    """

    code: str
    fields: tuple[str, ...]
    how: Literal["one", "some", "all"]


@dataclass(frozen=True, slots=True)
class FormSection:
    """The fields of one model, in order, and their constraints."""

    name: str
    fields: tuple[FormField, ...]
    constraints: tuple[FieldConstraint, ...]
    allows_bare_value: bool
    """True if a section with nothing but its value is written as that value."""


_CONSTRAINTS: tuple[tuple[type[FrozenModel], FieldConstraint], ...] = (
    (Source, FieldConstraint("undated", ("date", "undated"), "some")),
    (Correction, FieldConstraint("wrong-or-redaction", ("wrong", "kind=redaction"), "one")),
    (Event, FieldConstraint("undated", ("date", "undated"), "one")),
    (Position, FieldConstraint("undated", ("when", "undated"), "some")),
    (Position, FieldConstraint("reporter", ("mode=reported", "reported_by"), "all")),
    (Indicator, FieldConstraint("one-time", ("as_of", "period", "undated"), "one")),
    (OfficialText, FieldConstraint("text-or-reason", ("text", "missing"), "one")),
    (Recommendation, FieldConstraint("split", ("part_of", "split_by"), "all")),
    (Figure, FieldConstraint("printed-or-counted", ("printed", "basis=counted"), "one")),
)
"""Those that a form checks. `tracker check` reports the others."""


@cache
def make_sections(model: type[FrozenModel]) -> tuple[FormSection, ...]:
    """Return the sections of a model and of every model inside it, without repetition."""
    return tuple(map(_make_section, dict.fromkeys((model, *iter_part_models(model)))))


def iter_constraints(
    model: type[FrozenModel],
) -> Iterator[tuple[type[FrozenModel], FieldConstraint]]:
    """Yield the constraints of each model in a form, with the model."""
    for inner in (model, *iter_part_models(model)):
        yield from ((inner, rule) for owner, rule in _CONSTRAINTS if issubclass(inner, owner))


def _make_section(model: type[FrozenModel]) -> FormSection:
    fields = tuple(_make_field(model, field) for field in describe_fields(model).values())
    constraints = tuple(rule for owner, rule in _CONSTRAINTS if issubclass(model, owner))
    return FormSection(model.__name__, fields, constraints, model is Statement)


def _make_field(model: type[FrozenModel], field: FieldDescription) -> FormField:
    control = _choose_control(field)
    key = " ".join((field.ref.collection, *field.ref.kinds)) if field.ref else ""
    return FormField(
        name=field.name,
        help=field.description,
        examples=field.examples,
        # The value of a statement may be text, such as `12%`.
        control="line" if control == "value" and model is Statement else control,
        required=field.required,
        many=field.many,
        unquoted=control in _UNQUOTED,
        choices=(key,) if field.ref else field.choices,
        part=field.part.__name__ if field.part else "",
        existing_only=field.name in ("withdrawn", "corrections", "imported", "texts"),
        default=field.default,
    )


def _choose_control(field: FieldDescription) -> Control:
    if field.part:
        return "part"
    if field.ref:
        return "record"
    if field.choices:
        return "choice"
    return next(control for known, control in _CONTROLS if field.type == known)
