"""Rules about the form of values: bare numbers, ISO dates, no quotation marks of the editor."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tracker.checks.figures import iter_all_figures, iter_figures
from tracker.checks.registry import CheckContext, register_rule
from tracker.model import UN_SYMBOL, Figure, Indicator
from tracker.model.dates import suggest_date
from tracker.model.diagnostics import Diagnostic
from tracker.model.suggestions import find_synonym
from tracker.model.text import NUMBER_WORDS

_NOTHING = re.compile(
    r"n\.?\s?/?\s?a\.?|not (?:available|applicable|known|stated|given)|none|nil|null|unknown|"
    r"tb[ac]|[-–—?…]+|\.{2,}|no (?:data|figure|information)|missing|empty",
    re.IGNORECASE,
)
_DIGITS = r"\d{1,3}(?:[ ,’'\u2009\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_PEOPLE = (
    r"persons|people|applicants|applications|refugees|families|households|children|pupils|women|"
    r"men|cases|couples|marriages|countries|migrants|students|nəfər|человека?|лица?"
)
_ROUGHLY = r"approx\.?|approximately|estimated?|est\.?|about|circa|or so"
_NUMBER = re.compile(
    rf"(?P<before>[^\d\W][^\d\n]{{0,20}}?|[<>=~≈≤≥+]{{1,2}})?\s*(?P<number>{_DIGITS})\s*"
    rf"(?P<after>\+|%|per ?cent|percent|\.|\?|\(?(?:{_ROUGHLY})\)?|{_PEOPLE})?",
    re.IGNORECASE,
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: n for n, word in enumerate(NUMBER_WORDS)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
_POWERS = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_DIGIT_LIKE = str.maketrans("OoОоlІI−–٠١٢٣٤٥٦٧٨٩", "0000111--0123456789")
"""Letters that are mistaken for digits, other signs for minus, and Arabic digits."""
_SHORT_POWERS = {"k": 1000, "mln": 1_000_000, "mio": 1_000_000, "bln": 10**9, "mlrd": 10**9}
"""Abbreviations; “1 million” in full is a text that a source may write."""
_BOUNDS = ("more-than", "at-least", "at-most", "about")
_PERCENT = ("percent", "per cent", "%", "percentage points", "share", "rate")
_QUOTES = "“”„«»‘‚"


@register_rule("value-form")
def check_value_forms(context: CheckContext) -> Iterator[Diagnostic]:
    """A value is in its normal form: a bare number such as 376, a date such as 2021-04-01, or a
    name. What the source writes, such as "about 376" or "1 April 2021", is in `printed`, and a
    limit is in `bound`. There is no value that means "not available"."""
    for _, record in context.data.records():
        for path, figure in iter_all_figures(context, record):
            if isinstance(figure.value, str) and (params := explain_form(figure.value)):
                given = {**params, "got": figure.value, "printed": figure.printed or figure.value}
                if given.get("hint") in _GARBLED and (number := _read_number(figure.printed)):
                    given["suggest"] = number
                if (
                    given["hint" if "hint" in given else "got"] == "nothing"
                    and "states" not in path
                ):
                    given["hint"] = "no-figure"
                is_bare = figure.printed == figure.value and path[-2:-1] == ("states",)
                if is_bare and given.get("suggest"):
                    given |= {"lines": f"- value: {given.pop('suggest')}", "hint": "bare"}
                yield Diagnostic("value-form", record.id, (*path, "value"), given)


_GARBLED = ("letters", "rounded", "zeros", "formula")
"""Hints for numbers that say less than what is printed."""


def _read_number(printed: str | None) -> str:
    """Return the number that is printed, without separators, or ""."""
    text = (printed or "").strip()
    form = {"suggest": text} if re.fullmatch(r"\d+(?:\.\d+)?", text) else explain_form(text)
    return str(form.get("suggest", "")) if text[:1].isdigit() else ""


@lru_cache(maxsize=1 << 12)
def explain_form(value: str) -> dict[str, Any]:
    """Return message arguments for a text that is not in normal form; empty for a normal one."""
    text = value.strip(f" {_QUOTES}’\"'")
    if _NOTHING.fullmatch(text):
        return {"hint": "nothing"}
    if unusual := _explain_unusual(text):
        return unusual
    if match := _NUMBER.fullmatch(text):
        return _explain_number(match)
    number = _parse_words(text)
    if number is not None:
        return {"suggest": str(number)}
    iso = suggest_date(text) if re.search(r"\d{4}", text) else ""
    if iso and iso != text and not re.fullmatch(r"(?!(?:19|20)\d\d/(?:19|20)\d\d).*/.*", iso):
        day, month = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", text), 12
        unsure = day and int(day[1]) <= month and int(day[2]) <= month and day[1] != day[2]
        return {"suggest": iso, "hint": "order" if unsure else ""}
    return {}


def _explain_unusual(text: str) -> dict[str, Any]:
    """Return message arguments for a number with letters or signs that are not digits, and for a
    symbol with spaces; empty for other texts."""
    digits = text.translate(_DIGIT_LIKE)
    if digits != text and re.search(r"\d", text) and re.fullmatch(r"-?\d+(?:\.\d+)?", digits):
        return {"suggest": digits, "hint": "letters"}
    if re.fullmatch(r"\d(?:[.,]\d+)?E[+-]?\d+", text):
        return {"hint": "rounded"}
    if match := re.fullmatch(r"(\d+(?:\.\d+)?) ?([a-z]+)\.?", text, re.IGNORECASE):
        power = _SHORT_POWERS.get(match[2].lower())
        return {"suggest": f"{float(match[1]) * power:.10g}", "hint": "zeros"} if power else {}
    if re.match(r"#(?:VALUE|REF|N/A|NAME|DIV/0|NUM|NULL)\b|#{3,}|=[A-Z]+\(", text):
        return {"hint": "formula"}
    symbol = re.sub(r"\s*/\s*", "/", text)
    return {"suggest": symbol} if symbol != text and UN_SYMBOL.fullmatch(symbol) else {}


def _explain_number(match: re.Match[str]) -> dict[str, Any]:
    """Return message arguments for a number with separators, or with words around it."""
    before, after = (match["before"] or "").strip(), match["after"] or ""
    number = _to_plain(match["number"])
    if not before and (after or number != match["number"]):
        limit = "at-least" if after == "+" else ""
        limit = "about" if re.search(_ROUGHLY, after, re.IGNORECASE) else limit
        bound = {"bound": limit, "hint": "bound"} if limit else {}
        return {"suggest": number, **bound}
    synonym = find_synonym(before, _BOUNDS)
    if synonym.hint == "less-than":
        is_normal = before == "fewer than" and number == match["number"]
        return {} if is_normal else {"suggest": f"fewer than {number}"}
    words = before.lower().replace(" ", "-")
    bound_word = words if words in _BOUNDS else "".join(synonym.values)
    return {"suggest": number, "bound": bound_word, "hint": "bound"} if bound_word else {}


def _to_plain(number: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:[ ,’'\u2009\u202f]\d{3})+(?:\.\d+)?", number):
        return re.sub(r"[^\d.]", "", number)
    return number.replace(",", ".")


def _parse_words(text: str) -> int | None:
    """Return the whole number that English words spell, or None."""
    words = [word for word in re.split(r"[\s-]+", text.lower()) if word != "and"]
    total = part = 0
    if not words or (len(words) == 1 and words[0] in _POWERS):
        return None
    for position, word in enumerate(words):
        if word in _SMALL:
            part += _SMALL[word]
        elif word in ("a", "an") and position == 0 and len(words) > 1:
            part = 1
        elif word == "hundred" and part:
            part *= 100
        elif word in _POWERS and part:
            total, part = total + part * _POWERS[word], 0
        else:
            return None
    return total + part


@register_rule("negative-count")
def check_negative_counts(context: CheckContext) -> Iterator[Diagnostic]:
    """A count is not negative. A fall is a positive number with `change: fall`."""
    for indicator in context.data.of(Indicator):
        for path, figure in iter_figures(indicator):
            value = figure.value
            if isinstance(value, str) or value >= 0 or _may_be_negative(indicator, figure):
                continue
            params = {"got": str(value), "suggest": str(abs(value))}
            yield Diagnostic("negative-count", indicator.id, (*path, "value"), params)


def _may_be_negative(indicator: Indicator, figure: Figure) -> bool:
    is_rate = any(word in indicator.unit.lower() for word in _PERCENT)
    return figure.computed is not None or (is_rate and figure.change is None)


@register_rule("printed-quotes")
def check_printed_quotes(context: CheckContext) -> Iterator[Diagnostic]:
    """`printed` has no quotation marks around it: they are not the source's."""
    for _, record in context.data.records():
        for path, figure in iter_all_figures(context, record):
            printed = figure.printed
            if printed and printed[0] in _QUOTES and printed[-1] in f"{_QUOTES}’":
                params = {"got": printed, "suggest": printed[1:-1].strip()}
                is_bare = figure.value == printed and path[-2:-1] == ("states",)
                at = path if is_bare else (*path, "printed")
                yield Diagnostic("printed-quotes", record.id, at, params)
