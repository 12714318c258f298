"""Find numbers written in digits, with separators and words such as million."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.citations.matching.characters import DASHES, SPACES

COMMA_DECIMAL = ("az", "ru", "fr", "es", "no", "de", "tr")
"""Languages with a decimal comma, which write 7,4 and 1.237 for 7.4 and 1,237."""

_DIGIT_RUN = re.compile(rf"\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+(?:[.,·]\d+)*(?!\d)|\d+(?:[.,·]\d+)*")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_POWERS = (
    (2, r"hundreds?"),
    (3, r"thousands?|тыс(?:яч\w*)?|mille|tusen"),
    (6, r"millions?|mln|milyon\w*|миллион\w*|млн|mill(?:ó|o)n(?:es)?|millioner"),
    (9, r"billions?|bn|mlrd|milyard\w*|миллиард\w*|млрд|milliards?|milliarder"),
    (12, r"trillions?|trilyon\w*|триллион\w*"),
)
_LOCAL_POWERS = {"az": (3, r"min(?:[əadn]\w{0,4})?"), "es": (3, r"mil")}
"""Words that mean something else in other languages: in English, “min” is minutes."""
_GAP = rf"(?:[{SPACES}\n\t]{{0,3}}|[{DASHES}])\(?"


def get_power(word: str, language: str | None) -> int:
    """Return the power of ten of a word, 6 for any form of `million`; else 0."""
    sizes = (*_POWERS, *([_LOCAL_POWERS[language]] if language in _LOCAL_POWERS else []))
    return next((n for n, form in sizes if re.fullmatch(form, word, re.IGNORECASE)), 0)


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text with its possible values."""

    start: int
    end: int
    text: str
    values: frozenset[float]
    """Possible values of the digits: none for `3.0.1`, two for an ambiguous `1.237`."""
    scaled: frozenset[float]
    """The values multiplied by a following word: `1.2 million`."""
    standalone: bool
    """False within a symbol, a URL, a range, or a name such as COVID-19."""


def find_numbers(text: str, *, language: str | None = None) -> Iterator[NumberMention]:
    """Yield the numbers in digits, in the order of the text."""
    for found in _DIGIT_RUN.finditer(text):
        for start, end in _split_row(text, found):
            written = text[start:end]
            readings = frozenset(_iter_values(written, comma=language in COMMA_DECIMAL))
            power = _read_power(text, end, language)
            scaled = frozenset(round(r * 10**power, 6) for r in readings)
            yield NumberMention(
                start, end, written, readings, scaled, _is_standalone(text, start, end)
            )


def is_same_notation(first: str, second: str) -> bool:
    """Return False if only one of two notations may be a year: 2016 and the figure 2,016."""
    years = [bool(_YEAR.fullmatch(written)) for written in (first, second)]
    return not first or not second or years[0] == years[1]


def _split_row(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield one span for `1 237`, but three for the table row `2018 376 310`."""
    start, end = found.span()
    if not any(space in found[0] for space in SPACES):
        yield start, end
        return
    row = re.search(rf"\d[{SPACES}]+$", text[max(0, start - 4) : start])
    if row or re.match(rf"[{SPACES}]+\d", text[end : end + 4]):
        for part in re.finditer(r"[\d.,'’]+", found[0]):
            yield start + part.start(), start + part.end()
    else:
        yield start, end


def _iter_values(written: str, *, comma: bool) -> Iterator[float]:
    tight = re.sub(rf"[{SPACES}'’]", "", written)
    if re.search(r"\s|·", tight):
        return  # broken over a line, or with a middle dot, which is ambiguous
    separators = re.sub(r"\d", "", tight)
    if tight != written and "," in separators and "." in separators:
        return
    parts = re.split(r"[.,]", tight)
    thousands = 1 <= len(parts[0]) <= 3 and parts[0] != "0" and all(len(p) == 3 for p in parts[1:])
    if not separators:
        yield float(tight)
    elif len(set(separators)) == 2:
        if separators.index(separators[-1]) == len(separators) - 1 and all(
            len(p) == 3 for p in parts[1:-1]
        ):
            yield float("".join(parts[:-1]) + "." + parts[-1])
    elif len(separators) > 1:
        if thousands:
            yield float("".join(parts))
    elif tight != written:
        yield float(".".join(parts))
    else:
        alone = separators == "," or comma
        if thousands and alone:
            yield float("".join(parts))
        if not thousands or separators == "." or comma:
            yield float(".".join(parts))


_NEXT_WORD = re.compile(rf"{_GAP}([^\W\d_]+)")


def _read_power(text: str, end: int, language: str | None) -> int:
    word = _NEXT_WORD.match(text, end)
    return get_power(word[1], language) if word else 0


_RANGE_BEFORE = re.compile(rf"\d\s?[{DASHES}]\s?$")
_RANGE_AFTER = re.compile(rf"\s?[{DASHES}]\s?\d")
_FRACTION = re.compile(rf"[{SPACES}]?(?:[¼½¾⅐-⅞]|\d/\d)")
_SIGN = re.compile(r"\u2212$|\(-$|(?:^|\s)[.,]$")
"""A minus sign or a decimal point before a number."""
_CODE = re.compile(r"[\w/.\-()#?=&:@]*")
_YEAR = re.compile(r"(?:19|20)\d\d")


def is_in_range(text: str, start: int, end: int) -> bool:
    """Return True if a number other than a year is one end of a range."""
    if _YEAR.fullmatch(text[start:end]):
        return False
    before = text[max(0, start - 4) : start]
    return bool(_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(text, end))


def has_sign_or_fraction(text: str, start: int, end: int) -> bool:
    """Return True if a sign before or a fraction after changes the number: −10, .5, 2½."""
    return bool(_SIGN.search(text[max(0, start - 2) : start]) or _FRACTION.match(text, end))


def _is_standalone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 60) : start], text[end : end + 60]
    if before[-1:].isalpha() or re.search(rf"[A-ZА-Я][{DASHES}]$", before):
        return False
    if is_in_range(text, start, end) or has_sign_or_fraction(text, start, end):
        return False
    if after[:1].isalpha() and not _ORDINAL.match(after):
        return False
    left = _CODE.match(before[::-1])
    right = _CODE.match(after)
    code = (left[0][::-1] if left else "") + "0" + (right[0] if right else "")
    return not re.search(r"[^\W\d_]/|/[^\W\d_]|[@=_]", code)
