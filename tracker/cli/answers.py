"""Interpret the answers at prompts, and suggest corrections."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.checks.references import suggest_place
from tracker.checks.values import explain_form
from tracker.i18n import has_message, t
from tracker.model import Dataset, Path
from tracker.model.citation import Statement
from tracker.model.fields import FieldDescription, iter_scalar_types
from tracker.model.suggestions import suggest_value
from tracker.records.drafts import parse_statement, parse_value, split_values
from tracker.records.validation import complete_url, to_digits

_MEANINGS = {
    "mode.direct": "you cite the speaker's own document",
    "mode.reported": "another source says what the speaker said",
    "mode.inferred": "you conclude it",
    "state.in-place": "complete and in force",
    "state.begun": "started, or only a part is in force",
    "state.absent": "a source says that it does not exist",
    "state.unknown": "no source says",
    "kind.problem": "something that falls short",
    "kind.progress": "something that got better",
    "kind.neutral": "a fact without a judgement",
    "kind.law": "a law or other general rules",
    "kind.treaty": "a treaty signed, ratified or in force",
    "kind.review": "a review by a committee or another body",
    "kind.decision": "a decision on one matter, or a judgment",
    "kind.programme": "a plan, project or programme",
    "kind.statement": "something said in public",
    "kind.practice": "what is done in practice",
}
"""Meanings of choices that have no title in the catalog or the vocabulary."""


def describe_choice(field: FieldDescription, choice: str, data: Dataset) -> str:
    """Return the meaning of a choice in a few words, or an empty string."""
    key = f"{field.name}.{choice}"
    if key in _MEANINGS:
        return _MEANINGS[key]
    for name in (f"{key}.means", key):
        if has_message(name):
            return t(name)
    term = data.find(choice) if field.name in ("status", "reason") else None
    return str(term.title) if term else ""


def understand(field: FieldDescription, text: str, data: Dataset, *, item: bool = False) -> Any:
    """Return the value of a field as a person types it. Raises AmbiguousDateError."""
    if field.choices:
        values = [_find_choice(field, part, data) for part in split_values(text)] or [text]
        return values if field.many and not item else _find_choice(field, text, data)
    if field.name == "date" and text.lower() == "today":
        return date.today().isoformat()
    if int in iter_scalar_types(field.type) and not field.part:
        return to_digits(text) or text
    value = parse_value(field, text, item=item)
    if field.part is Statement:
        return [*map(_to_figure, value)] if isinstance(value, list) else _to_figure(value)
    return value


def understand_figure(text: str) -> dict[str, str]:
    """Return the value of a figure, as printed, and its bound if it has one."""
    figure = _to_figure(parse_statement(text))
    return figure if isinstance(figure, dict) else {"value": text}


def _to_figure(value: str | dict[str, str]) -> str | dict[str, str]:
    if isinstance(value, dict):
        return value
    form = explain_form(value)
    if not form.get("suggest") or form.get("hint") == "order":
        return value
    bound = {"bound": form["bound"]} if form.get("bound") else {}
    return {"value": form["suggest"], "printed": value, **bound}


def _find_choice(field: FieldDescription, text: str, data: Dataset) -> str:
    """Return the choice with this number in the list, or this name or meaning."""
    if text.isdecimal() and 0 < int(text) <= len(field.choices):
        return field.choices[int(text) - 1]
    for choice in field.choices:
        key = f"{field.name}.{choice}"
        names = (choice, describe_choice(field, choice, data), t(key) if has_message(key) else "")
        if text and text.casefold() in map(str.casefold, names):
            return choice
    return text


def find_problem(field: FieldDescription, value: Any, source: str, data: Dataset) -> str:
    """Return why the check would refuse a value of the right form, or an empty string.

    `source` is the source that a citation names.
    """
    if field.name == "locator":
        return _explain_place(str(value), source, data)
    text = str(value["value"] if isinstance(value, dict) else value)
    is_figure = field.part is Statement or field.name == "value"
    if is_figure and explain_form(text).get("hint") == "nothing":
        return "Give only what the source states. If it states nothing, leave it out."
    if is_figure and explain_form(text).get("hint") == "order":
        return f"{text} can be two dates. Write it like 17 May 2013."
    return ""


def _explain_place(place: str, source: str, data: Dataset) -> str:
    passages = next(([b.id for b in m.blocks] for m in data.maps if m.source == source), [])
    if place in passages:
        return ""
    suggested = suggest_place(place, passages)
    if not passages and suggested == place:
        return ""
    hint = f" Did you mean {suggested}?" if suggested else ""
    if passages:
        return f"{source} has no passage {place}.{hint} Its passages: {', '.join(passages)}"
    return f"Name one place, such as paragraph 9, article 6, page 23 or section 2.{hint}"


def suggest_answer(field: FieldDescription, text: str, source: str, data: Dataset) -> str:
    """Return the probable meaning of a refused answer, or an empty string."""
    if field.name == "locator":
        passages = next(([b.id for b in m.blocks] for m in data.maps if m.source == source), [])
        return suggest_place(text, passages)
    if field.name == "url":
        return complete_url(text)
    return ""


def format_answer(fields: Mapping[str, Any], path: Path) -> str:
    """Return the value at a path as a person would type it; empty for parts with fields."""
    value: Any = fields
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    values = value if isinstance(value, list) else [value]
    return ", ".join(
        str(v.get("printed", v.get("value", "")) if isinstance(v, dict) else v) for v in values
    )


def explain_choice(field: FieldDescription, text: str) -> str:
    """Return what to type instead of a word that is not one of the choices."""
    params = suggest_value(text, field.choices)
    code = "unknown-status" if field.name == "status" else "unknown-value"
    if near := params.get("suggest"):
        return f"That is not one of the choices. Did you mean {near}?"
    key = f"problem.{code}.fix.{params.get('hint', '')}"
    if has_message(key):
        return f"That is not one of the choices. {t(key, field=field.name, got=text)}"
    return "That is not one of the choices. Type one of them, or its number."
