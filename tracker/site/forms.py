"""The context of the forms in which records are written, and where their text can be sent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from markupsafe import Markup

from tracker.i18n import t
from tracker.model import (
    KINDS,
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
    Reply,
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
_UNQUOTED = frozenset({"date", "period", "count", "value"})
"""Controls whose numbers and dates are written without quotation marks."""
EXISTING_ONLY = frozenset({"withdrawn", "corrections", "imported", "texts"})
"""Fields that only an existing record can have."""
_MAX_CHECKBOXES = 16
"""A list with at most this number of known words is shown as checkboxes."""
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
"""The URLs at which a host accepts a text. Other hosts have none."""
_EDIT_MESSAGES = (
    *("problems", "remove", "item", "one", "some", "all", "suggest", "taken", "url.why"),
    *("in-file", "in-place", "command", "copied", "not-copied", "not-read", "languages", "request"),
)
_PROBLEM_MESSAGES = (
    *("missing-field", "bad-id", "bad-id.fix", "bad-id.as.long", "bad-id.fix.long"),
    *("bad-date", "bad-date.fix", "bad-date.as.calendar", "bad-date.fix.calendar"),
    *("bad-url", "bad-url.fix", "figure-form", "figure-form.fix"),
    *("not-a-number", "not-a-number.fix"),
)
_MESSAGE_VALUES = (
    *("n", "field", "fields", "got", "why", "suggest", "limit", "length"),
    *("file", "first", "last", "kind", "id", "name"),
)
"""The values that the script inserts into messages."""


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A record to choose by its title."""

    id: str
    title: str
    group: str
    """The kind of the record, if the list has records of several kinds."""


@dataclass(frozen=True, slots=True)
class FieldConstraint:
    """Fields of which exactly one, at least one, or all or none are required.

    `basis=counted` is a field with this value. The code is that of the model's diagnostic.
    """

    code: str
    fields: tuple[str, ...]
    how: Literal["one", "some", "all"]


_CONSTRAINTS: tuple[tuple[type[FrozenModel], FieldConstraint], ...] = (
    (Source, FieldConstraint("undated", ("date", "undated"), "some")),
    (Correction, FieldConstraint("wrong-or-redaction", ("wrong", "kind=redaction"), "one")),
    (Event, FieldConstraint("undated", ("date", "undated"), "one")),
    (Position, FieldConstraint("undated", ("when", "undated"), "some")),
    (Position, FieldConstraint("reporter", ("mode=reported", "reported_by"), "all")),
    (Indicator, FieldConstraint("one-time", ("as_of", "period", "undated"), "one")),
    (Reply, FieldConstraint("reply-words", ("text", "quote"), "some")),
    (OfficialText, FieldConstraint("text-or-reason", ("text", "missing"), "one")),
    (Recommendation, FieldConstraint("split", ("part_of", "split_by"), "all")),
    (Figure, FieldConstraint("printed-or-counted", ("printed", "basis=counted"), "one")),
)
"""The constraints that a form checks. `tracker check` reports the others."""


def make_form_context(context: SiteContext, kind: RecordKind) -> dict[str, Any]:
    """Return the values for the template of a form."""
    known = _make_choices(context, kind.model)
    if kind.list:
        known["recommendations"] = _make_choice_list(context, "recommendations")
    return {
        "models": _list_models(kind.model),
        "known": known,
        "ways": tuple(_find_submit_urls(context)),
        "facts": Markup(to_script_json(context, kind)),  # contains no `<`
    }


def _make_choices(
    context: SiteContext, model: type[FrozenModel]
) -> dict[str, tuple[FormChoice, ...]]:
    """Return the records that the fields of a form can refer to, by key."""
    fields = (field for inner in _list_models(model) for field in describe_fields(inner).values())
    keys = sorted({get_list_key(field) for field in fields if field.ref})
    return {key: _make_choice_list(context, key) for key in keys}


def _list_models(model: type[FrozenModel]) -> tuple[type[FrozenModel], ...]:
    """Return a model and every model inside it, without repetition."""
    return tuple(dict.fromkeys((model, *iter_part_models(model))))


def get_list_key(field: FieldDescription) -> str:
    """Return the key of the list of records that a field can refer to, or ""."""
    return " ".join((field.ref.collection, *field.ref.kinds)) if field.ref else ""


@lru_cache(maxsize=32)
def _make_choice_list(context: SiteContext, key: str) -> tuple[FormChoice, ...]:
    """Return the records for a key: a collection and kinds of terms. Several forms share it."""
    return tuple(_iter_choices(context, key))


def _iter_choices(context: SiteContext, key: str) -> Iterator[FormChoice]:
    collection, *kinds = key.split(" ")
    for name, record in context.view.data.records():
        if record.withdrawn or name == "exceptions" or collection not in ("", name):
            continue
        if isinstance(record, Recommendation) and record.unassessed_import:
            continue  # there may be thousands: an id can be typed instead
        if isinstance(record, Term) and kinds and record.kind not in kinds:
            continue
        group = "" if collection else f"collection.{name}"
        if isinstance(record, Term) and len(kinds) > 1:
            group = f"term.{record.kind}"
        label = context.translate(group) if group else ""
        yield FormChoice(record.id, context.title(record.id), label)


def make_checkboxes(
    field: FieldDescription, known: Mapping[str, tuple[FormChoice, ...]]
) -> tuple[FormChoice, ...]:
    """Return the checkboxes of a field, if it is a list of a few terms."""
    if not field.many or not field.ref or field.ref.collection != "vocabulary":
        return ()
    choices = known[get_list_key(field)]
    return choices if len(choices) <= _MAX_CHECKBOXES else ()


def find_form_name(collection: str) -> str:
    """Return the name of the form for the records of a collection."""
    return next(k.name for k in KINDS.values() if k.collection == collection and not k.list)


def find_part_forms(collection: str) -> tuple[str, ...]:
    """Return the names of the forms for the parts of a collection's records."""
    return tuple(k.name for k in KINDS.values() if k.collection == collection and k.list)


def find_definitions(context: SiteContext, field: FieldDescription) -> tuple[Record, ...]:
    """Return the terms that define the values of a choice, if every value has one."""
    terms = tuple(r for r in map(context.view.find, field.choices) if isinstance(r, Term))
    return terms if len(terms) == len(field.choices) else ()


def choose_control(field: FieldDescription, model: type[FrozenModel]) -> Control:
    """Return the kind of input for a field of a model."""
    # The value of a statement may be text, such as `12%`.
    return "line" if field.type == Stated and model is Statement else _choose_control(field)


def _choose_control(field: FieldDescription) -> Control:
    if field.part:
        return "part"
    if field.ref:
        return "record"
    if field.choices:
        return "choice"
    return next(control for known, control in _CONTROLS if field.type == known)


def is_unquoted(field: FieldDescription) -> bool:
    """Return whether numbers and dates in a field are written without quotation marks."""
    return _choose_control(field) in _UNQUOTED


def to_constraints_json(model: type[FrozenModel]) -> str:
    """Return the constraints of a model as JSON for the script.

    `allowsBareValue` is true if a part with nothing but its value is written as that value.
    """
    constraints = [asdict(rule) for owner, rule in _CONSTRAINTS if issubclass(model, owner)]
    return json.dumps({"constraints": constraints, "allowsBareValue": model is Statement})


def iter_constraints(
    model: type[FrozenModel],
) -> Iterator[tuple[type[FrozenModel], FieldConstraint]]:
    """Yield the constraints of each model in a form, with the model."""
    for inner in (model, *iter_part_models(model)):
        yield from ((inner, rule) for owner, rule in _CONSTRAINTS if issubclass(inner, owner))


def to_script_json(context: SiteContext, kind: RecordKind) -> str:
    """Return the data for the script of a form, as JSON that is safe inside HTML."""
    data, lines = context.view.data, context.view.record_lines
    owners = {
        part_id: record.id
        for record in data.of(Recommendation)
        for part_id in (*(p.id for p in record.positions), *(a.id for a in record.assessments))
    }
    own_owners = owners if kind.list else {}
    ids = (*(record.id for record in data.collections[kind.collection]), *own_owners)
    values = {
        "kind": kind.name,
        "collection": kind.collection,
        "folder": kind.folder,
        "list": kind.list,
        "part": kind.model.__name__,
        "existing_ids": sorted({record.id for _, record in data.records()} | owners.keys()),
        "owners": own_owners,
        "max_id_length": MAX_ID_LENGTH,
        "lines": {key: lines[key] for key in ids if key in lines},
        "submit_urls": _find_submit_urls(context),
        "messages": _collect_messages(context.language),
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def find_issue_url(context: SiteContext) -> str:
    """Return the URL that opens an issue, with {title} and {text} to fill in if the host allows it.

    Returns an empty text if the site names no repository.
    """
    if not context.repo_url:
        return ""
    return _find_submit_urls(context).get("issue", f"{context.repo_url}/issues")


def _find_submit_urls(context: SiteContext) -> dict[str, str]:
    """Return the URLs that accept a text. The script replaces the parts in braces."""
    host = _HOSTS.get(urlsplit(context.repo_url).hostname or "", {})
    return {
        name: url.replace("{repo}", context.repo_url).replace("{branch}", context.edit_branch)
        for name, url in host.items()
    }


def _collect_messages(language: str) -> dict[str, str]:
    """Return the messages of the script. Placeholders stay in braces."""
    placeholders = {name: f"{{{name}}}" for name in _MESSAGE_VALUES}
    keys = {f"edit.{name}": f"edit.{name}" for name in _EDIT_MESSAGES}
    keys |= {code: f"problem.{code}" for code in _PROBLEM_MESSAGES}
    messages = {name: t(key, language=language, **placeholders) for name, key in keys.items()}
    # A form shows the label of a field, not its name, so it is quoted, not set as code.
    return {name: text.replace("`{field}`", "“{field}”") for name, text in messages.items()}
