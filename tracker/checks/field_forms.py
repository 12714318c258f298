"""Rules about fields that hold a place, a word or a number."""

import re
from collections.abc import Iterator
from functools import cache

from tracker.checks.registry import CheckContext, register_rule
from tracker.model import FILES, Cycle, Indicator, iter_values
from tracker.model.base import Text
from tracker.model.diagnostics import Diagnostic
from tracker.model.fields import describe_fields, iter_part_models
from tracker.model.text import NUMBER_WORDS

_PLACEHOLDER = re.compile(r"n/?\.?a\.?|tb[acd]|to ?do|x{2,}|lorem ipsum.*", re.IGNORECASE)
_MAY_BE_NUMBER = ("title", "short_title", "right", "label")
"""Texts that can be a number alone: a title, which of two figures is right, a range of ages."""
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


@register_rule("text-form")
def check_texts(context: CheckContext) -> Iterator[Diagnostic]:
    """A text has words: a number, a sign or a placeholder such as “N/A” or “TBD” is not a text."""
    for _, record in context.data.records():
        for path, text in iter_values(record):
            if path[-1] not in _list_text_fields() or not isinstance(text, str):
                continue
            plain = text.strip(" .()[]“”\"'")
            if _PLACEHOLDER.fullmatch(plain):
                params = {"got": text, "field": str(path[-1]), "hint": "placeholder"}
                yield Diagnostic("text-form", record.id, path, params)
            elif path[-1] not in _MAY_BE_NUMBER and not any(c.isalpha() for c in text):
                yield Diagnostic("text-form", record.id, path, {"got": text, "field": path[-1]})


@cache
def _list_text_fields() -> frozenset[str]:
    """Return the names of all fields that hold a text for readers."""
    parts = {part for model in FILES.values() for part in (model, *iter_part_models(model))}
    fields = (field for part in parts for field in describe_fields(part).values())
    return frozenset(field.name for field in fields if field.type == Text)


@register_rule("unit-form")
def check_units(context: CheckContext) -> Iterator[Diagnostic]:
    """A unit is a word, such as persons or percent."""
    for indicator in context.data.of(Indicator):
        unit = indicator.unit
        if not any(c.isalpha() for c in unit):
            suggest = "percent" if unit.strip() == "%" else ""
            yield Diagnostic(
                "unit-form", indicator.id, ("unit",), {"got": unit, "suggest": suggest}
            )


@register_rule("cycle-number")
def check_cycle_numbers(context: CheckContext) -> Iterator[Diagnostic]:
    """The number of a review is written in digits, such as 3, or 2-4 for combined reports."""
    for cycle in context.data.of(Cycle):
        if not re.fullmatch(r"[1-9][0-9]?(-[1-9][0-9]?)?", cycle.number):
            params = {"got": cycle.number, "suggest": _to_cycle_number(cycle.number)}
            yield Diagnostic("cycle-number", cycle.id, ("number",), params)


def _to_cycle_number(text: str) -> str:
    """Return an ordinal, a Roman number or a range in other notation in digits, or ""."""
    words = re.split(r"\s*(?:-|–|to|and|,|&)\s*", text.lower().strip(" ."))
    words = [
        re.sub(r"\b(?:the|combined|cycle|review|periodic|report|no\.?)\b", "", w) for w in words
    ]
    numbers = [_to_number(word.strip()) for word in words]
    return "-".join(map(str, numbers)) if all(numbers) and len(numbers) <= 2 else ""


def _to_number(word: str) -> int:
    digits = re.fullmatch(r"([1-9][0-9]?)(?:st|nd|rd|th|\.)?", word)
    if digits:
        return int(digits[1])
    if word == "initial":
        return 1
    for words, first in ((_ORDINALS, 1), (_ROMAN, 1), (NUMBER_WORDS, 0)):
        if word in words:
            return words.index(word) + first
    return 0
