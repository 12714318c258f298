"""The context of the forms in which records are written, and where their text can be sent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from tracker.i18n import t
from tracker.model import KINDS, FrozenModel, Recommendation, Record, RecordKind, Term
from tracker.model.base import MAX_ID_LENGTH
from tracker.site.context import SiteContext
from tracker.site.form_sections import FormField, FormSection, make_sections

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


def make_form_context(context: SiteContext, kind: RecordKind) -> dict[str, Any]:
    """Return the values for the template of a form."""
    known = _make_choices(context, kind.model)
    if kind.list:
        known["recommendations"] = _make_choice_list(context, "recommendations")
    return {
        "parts": make_sections(kind.model),
        "known": known,
        "ways": tuple(_find_submit_urls(context)),
        "facts": Markup(to_script_json(context, kind)),  # contains no `<`
    }


def _make_choices(
    context: SiteContext, model: type[FrozenModel]
) -> dict[str, tuple[FormChoice, ...]]:
    """Return the records that the fields of a form can refer to, by key."""
    fields = (field for section in make_sections(model) for field in section.fields)
    keys = sorted({field.choices[0] for field in fields if field.control == "record"})
    return {key: _make_choice_list(context, key) for key in keys}


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
    field: FormField, known: Mapping[str, tuple[FormChoice, ...]]
) -> tuple[FormChoice, ...]:
    """Return the checkboxes of a field, if it is a list of a few terms."""
    if not field.many or field.control != "record" or not field.choices[0].startswith("vocabulary"):
        return ()
    choices = known[field.choices[0]]
    return choices if len(choices) <= _MAX_CHECKBOXES else ()


def find_form_name(collection: str) -> str:
    """Return the name of the form for the records of a collection."""
    return next(k.name for k in KINDS.values() if k.collection == collection and not k.list)


def find_part_forms(collection: str) -> tuple[str, ...]:
    """Return the names of the forms for the parts of a collection's records."""
    return tuple(k.name for k in KINDS.values() if k.collection == collection and k.list)


def find_definitions(context: SiteContext, field: FormField) -> tuple[Record, ...]:
    """Return the terms that define the words of a choice, if every word has one."""
    records = tuple(filter(None, map(context.view.find, field.choices)))
    is_complete = field.control == "choice" and len(records) == len(field.choices)
    return records if is_complete and all(isinstance(r, Term) for r in records) else ()


def to_constraints_json(section: FormSection) -> str:
    """Return the constraints of a section as JSON for the script."""
    constraints = [asdict(constraint) for constraint in section.constraints]
    return json.dumps({"together": constraints, "bare": section.allows_bare_value})


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
        "taken": sorted({record.id for _, record in data.records()} | owners.keys()),
        "owners": own_owners,
        "longest": MAX_ID_LENGTH,
        "lines": {key: lines[key] for key in ids if key in lines},
        "ways": _find_submit_urls(context),
        "words": _collect_messages(context.language),
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _find_submit_urls(context: SiteContext) -> dict[str, str]:
    """Return the URLs that accept a text. The script fills in what is left in braces."""
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
