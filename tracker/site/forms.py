"""Model → the forms in which a record is written in a browser, and where its text can be sent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from markupsafe import Markup

from tracker.i18n import t
from tracker.model import (
    KINDS,
    Assessment,
    Correction,
    Event,
    FrozenModel,
    ImpreciseDate,
    Indicator,
    OfficialText,
    Position,
    Recommendation,
    Record,
    RecordKind,
    Ref,
    Source,
    Statement,
    Term,
    Text,
)
from tracker.model.base import MAX_ID_LENGTH, Count, Id, Line, Sha256, TextHash
from tracker.model.citation import Figure, Stated, Symbol, Url, Value
from tracker.model.dates import PartialDate
from tracker.model.fields import FieldDescription, describe_fields, iter_part_models
from tracker.site.context import SiteContext

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
_TYPED = ("date", "period", "count", "value")
"""Controls whose numbers and dates are written without quotation marks."""
_BOXES = 16
"""A list that takes at most so many known words is shown as boxes to tick."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as a form asks for it."""

    name: str
    help: str
    examples: tuple[str, ...]
    control: Control
    required: bool
    many: bool
    typed: bool
    choices: tuple[str, ...] = ()
    """For a choice, its words; for a record, the one key under which `choices` has them."""
    part: str = ""
    later: bool = False
    """Whether only a record that is there can have it."""
    default: str = ""


@dataclass(frozen=True, slots=True)
class FieldConstraint:
    """Fields of which exactly one, at least one, or all or none are given.

    `basis=counted` stands for a field with this value. The code is that of the model's problem.
    """

    code: str
    fields: tuple[str, ...]
    how: Literal["one", "some", "all"]


@dataclass(frozen=True, slots=True)
class FormSection:
    """One model with its fields in their order, and what must be given together."""

    name: str
    fields: tuple[FormField, ...]
    together: tuple[FieldConstraint, ...]
    bare: bool
    """Whether it is written as one word where its value is all that it has."""


_TOGETHER: tuple[tuple[type[FrozenModel], FieldConstraint], ...] = (
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
"""What the models demand of several fields. What is not here, `tracker check` alone tells."""


@cache
def make_sections(model: type[FrozenModel]) -> tuple[FormSection, ...]:
    """A model and every model inside it, each once, itself first."""
    return tuple(map(_make_section, dict.fromkeys((model, *iter_part_models(model)))))


def iter_constraints(
    model: type[FrozenModel],
) -> Iterator[tuple[type[FrozenModel], FieldConstraint]]:
    """What each model in a form demands of several fields, with the model."""
    for inner in (model, *iter_part_models(model)):
        yield from ((inner, rule) for of, rule in _TOGETHER if issubclass(inner, of))


def _make_section(model: type[FrozenModel]) -> FormSection:
    fields = tuple(_make_field(model, field) for field in describe_fields(model).values())
    together = tuple(rule for of, rule in _TOGETHER if issubclass(model, of))
    return FormSection(model.__name__, fields, together, model is Statement)


def _make_field(model: type[FrozenModel], field: FieldDescription) -> FormField:
    control = _choose_control(field)
    return FormField(
        name=field.name,
        help=field.description,
        examples=field.examples,
        # What a place states may be text, such as `12%`.
        control="line" if control == "value" and model is Statement else control,
        required=field.required,
        many=field.many,
        typed=control in _TYPED,
        choices=(_make_key(field.ref),) if field.ref else field.choices,
        part=field.part.__name__ if field.part else "",
        later=field.name in ("withdrawn", "corrections", "imported", "texts"),
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


def _make_key(ref: Ref) -> str:
    return " ".join((ref.collection, *ref.kinds))


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A record to choose by its title."""

    id: str
    title: str
    group: str
    """What it is, where the list holds several kinds."""


def make_choices(
    context: SiteContext, model: type[FrozenModel]
) -> dict[str, tuple[FormChoice, ...]]:
    """For each set of records that a form can name, those that stand, in file order."""
    keys = {f.choices[0] for p in make_sections(model) for f in p.fields if f.control == "record"}
    return {key: _make_choice_list(context, key) for key in sorted(keys)}


@lru_cache(maxsize=32)
def _make_choice_list(context: SiteContext, key: str) -> tuple[FormChoice, ...]:
    """Found once: several forms have the same."""
    return tuple(_iter_choices(context, key))


def _iter_choices(context: SiteContext, key: str) -> Iterator[FormChoice]:
    collection, *kinds = key.split(" ")
    for name, record in context.view.data.records():
        if record.withdrawn or name == "exceptions" or collection not in ("", name):
            continue
        if isinstance(record, Recommendation) and record.unassessed_import:
            continue  # thousands: they can be named by their ids
        if isinstance(record, Term) and kinds and record.kind not in kinds:
            continue
        group = "" if collection else f"collection.{name}"
        if isinstance(record, Term) and len(kinds) > 1:
            group = f"term.{record.kind}"
        told = t(group, language=context.language) if group else ""
        yield FormChoice(record.id, context.title(record.id), told)


def make_boxes(
    field: FormField, known: Mapping[str, tuple[FormChoice, ...]]
) -> tuple[FormChoice, ...]:
    """The boxes to tick of a list that takes few known words; none for any other field."""
    if not field.many or field.control != "record" or not field.choices[0].startswith("vocabulary"):
        return ()
    found = known[field.choices[0]]
    return found if len(found) <= _BOXES else ()


def find_form_name(collection: str) -> str:
    """The name of the form in which a record of this collection is written."""
    return next(k.name for k in KINDS.values() if k.collection == collection and not k.list)


def find_part_forms(collection: str) -> tuple[str, ...]:
    """The names of the forms in which parts of its records are written."""
    return tuple(k.name for k in KINDS.values() if k.collection == collection and k.list)


_HOSTS: Mapping[str, Mapping[str, str]] = {
    "github.com": {
        "new": "{repo}/new/{branch}/{folder}?filename={name}&value={text}",
        "edit": "{repo}/edit/{branch}/{file}",
        "issue": "{repo}/issues/new?title={title}&body={text}",
    },
    "gitlab.com": {
        "start": "{repo}/-/new/{branch}/{folder}?file_name={name}",
        "edit": "{repo}/-/edit/{branch}/{file}",
        "issue": "{repo}/-/issues/new?issue[title]={title}&issue[description]={text}",
    },
    "codeberg.org": {
        "start": "{repo}/_new/{branch}/{folder}",
        "edit": "{repo}/_edit/{branch}/{file}",
        "issue": "{repo}/issues/new?title={title}&body={text}",
    },
}
"""What each host takes in an address. Anything else is left to the reader's own tools."""


def find_submit_addresses(context: SiteContext) -> dict[str, str]:
    """The addresses that take a text, with what the script fills in between braces."""
    host = _HOSTS.get(urlsplit(context.repo_url).hostname or "", {})
    return {
        way: address.replace("{repo}", context.repo_url).replace("{branch}", context.edit_branch)
        for way, address in host.items()
    }


def make_form_context(context: SiteContext, kind: RecordKind) -> dict[str, Any]:
    """What the template of a form needs."""
    known = make_choices(context, kind.model)
    if kind.list:
        known["recommendations"] = _make_choice_list(context, "recommendations")
    return {
        "parts": make_sections(kind.model),
        "known": known,
        "ways": tuple(find_submit_addresses(context)),
        "facts": Markup(to_script_json(context, kind)),  # JSON without any <
    }


def to_constraints_json(part: FormSection) -> str:
    """What a part demands of its fields, for the script, as JSON."""
    return json.dumps({"together": [asdict(rule) for rule in part.together], "bare": part.bare})


def to_script_json(context: SiteContext, kind: RecordKind) -> str:
    """What the script of a form must know, as JSON that may stand in a page."""
    owners = _map_owners(context) if kind.list else {}
    known = {
        "kind": kind.name,
        "collection": kind.collection,
        "folder": kind.folder,
        "list": kind.list,
        "part": kind.model.__name__,
        "taken": sorted(
            {r.id for _, r in context.view.data.records()} | _map_owners(context).keys()
        ),
        "owners": owners,
        "longest": MAX_ID_LENGTH,
        "lines": {
            key: context.view.record_lines[key]
            for key in (*(r.id for r in context.view.data.collections[kind.collection]), *owners)
            if key in context.view.record_lines
        },
        "ways": find_submit_addresses(context),
        "words": _collect_messages(context.language),
    }
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _map_owners(context: SiteContext) -> dict[str, str]:
    """The recommendation of each position and assessment."""
    return {
        part.id: record.id
        for record in context.view.data.of(Recommendation)
        for part in _get_named_parts(record)
    }


def _get_named_parts(record: Recommendation) -> tuple[Position | Assessment, ...]:
    return (*record.positions, *record.assessments)


_PROBLEMS = (
    "missing-field",
    "bad-id",
    "bad-id.fix",
    "bad-id.as.long",
    "bad-id.fix.long",
    "bad-date",
    "bad-date.fix",
    "bad-date.as.calendar",
    "bad-date.fix.calendar",
    "bad-url",
    "bad-url.fix",
    "figure-form",
    "figure-form.fix",
    "not-a-number",
    "not-a-number.fix",
)
_FILLED = (
    *("n", "field", "fields", "got", "why", "suggest", "limit", "length"),
    *("file", "first", "last", "kind", "id", "name"),
)
"""What the script puts into the texts."""
_TOLD = (
    "edit.problems",
    "edit.remove",
    "edit.item",
    "edit.one",
    "edit.some",
    "edit.all",
    "edit.suggest",
    "edit.taken",
    "edit.url.why",
    "edit.in-file",
    "edit.in-place",
    "edit.command",
    "edit.copied",
    "edit.not-copied",
    "edit.not-read",
    "edit.languages",
    "edit.request",
)


def _collect_messages(language: str) -> dict[str, str]:
    """The texts of the script; what it fills in stays between braces."""
    kept = {name: f"{{{name}}}" for name in _FILLED}
    keys = {key: key for key in _TOLD} | {code: f"problem.{code}" for code in _PROBLEMS}
    found = {name: t(key, language=language, **kept) for name, key in keys.items()}
    # Labels are no code in a form.
    return {name: text.replace("`{field}`", "“{field}”") for name, text in found.items()}


def find_definitions(context: SiteContext, field: FormField) -> tuple[Record, ...]:
    """The words of a choice as the vocabulary defines them; none if it does not define all."""
    found = tuple(filter(None, map(context.view.data.find, field.choices)))
    whole = field.control == "choice" and len(found) == len(field.choices)
    return found if whole and all(isinstance(r, Term) for r in found) else ()
