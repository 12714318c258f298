"""Spell numbers in words, and recognize number words such as million."""

import re
from collections.abc import Iterator
from functools import cache

from tracker.citations.matching.normalize import DASHES, SPACES
from tracker.model.text import NUMBER_WORDS

_POWERS = (
    (2, r"hundreds?"),
    (3, r"thousands?|тыс(?:яч\w*)?|mille|tusen"),
    (5, r"lakhs?"),
    (6, r"millions?|mln|milyon\w*|миллион\w*|млн|mill(?:ó|o)n(?:es)?|millioner"),
    (7, r"crores?"),
    (9, r"billions?|bn|mlrd|milyard\w*|миллиард\w*|млрд|milliards?|milliarder"),
    (12, r"trillions?|trilyon\w*|триллион\w*"),
)
_LOCAL_POWERS = {"az": (3, r"min(?:[əadn]\w{0,4})?"), "es": (3, r"mil")}
"""Words that mean something else in other languages: in English, “min” is minutes."""
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_AZ = ("sıfır", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz")
_AZ_TENS = ("on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan")
_AZ_ORDINALS = ("inci", "ıncı", "uncu", "üncü", "nci", "ncı", "ncu", "ncü")
_WORD = re.compile(r"[^\W\d_]+")
_PARTS = frozenset((
    "half", "halves", "third", "thirds", "quarter", "quarters", "fifths", "sixths", "eighths",
    "tenths", "point", "score", "dozen", "fold",
))  # fmt: skip
"""Words that change the number before them: two thirds, two point five."""


def get_power(word: str, language: str | None) -> int:
    """Return the power of ten of a word, 6 for any form of `million`; else 0."""
    sizes = (*_POWERS, *([_LOCAL_POWERS[language]] if language in _LOCAL_POWERS else []))
    return next((n for n, form in sizes if re.fullmatch(form, word, re.IGNORECASE)), 0)


@cache
def spell_number(number: float, language: str | None) -> tuple[str, ...]:
    """Return the forms in words of a number from 0 to 999,999, whole or with a half.

    The forms are English, and for a text in `az` also in that language.
    """
    if not 0 <= number < 1_000_000 or number % 1 not in (0, 0.5):
        return ()
    forms = tuple(dict.fromkeys(_spell_english(int(number))))
    if number % 1:
        return tuple(f"{form} and a half" for form in forms)
    return (*forms, _spell_turkic(int(number))) if language == "az" else forms


def spell_ordinal(number: int, language: str | None) -> tuple[str, ...]:
    """Return the ordinal forms in words: first, birinci."""
    forms = [_make_ordinal(form) for form in spell_number(number, None)]
    if language == "az":
        forms += [_spell_turkic(number) + ending for ending in _AZ_ORDINALS]
    return tuple(forms)


def _spell_english(number: int) -> Iterator[str]:
    if number < 20:
        yield NUMBER_WORDS[number]
    elif number < 100:
        tens, ones = divmod(number, 10)
        yield _EN_TENS[tens - 2] + (f"-{NUMBER_WORDS[ones]}" if ones else "")
    else:
        size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
        count, rest = divmod(number, size)
        for head in (*_spell_english(count), *(("a",) if count == 1 else ())):
            if not rest:
                yield f"{head} {word}"
            for tail in _spell_english(rest) if rest else ():
                yield f"{head} {word} and {tail}"
                yield f"{head} {word} {tail}"


def _make_ordinal(cardinal: str) -> str:
    head, last = re.fullmatch(r"(.*?)([a-z]+)", cardinal, re.DOTALL).groups()  # type: ignore[union-attr]  # every form ends in a word
    ending = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return head + str(_EN_ORDINALS.get(last, ending))


def _spell_turkic(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    tens, ones = divmod(rest, 10)
    words = [_spell_turkic(thousands)] if thousands > 1 else []
    words += ["min"] if thousands else []
    words += [_AZ[hundreds]] if hundreds > 1 else []
    words += ["yüz"] if hundreds else []
    words += [_AZ_TENS[tens - 1]] if tens else []
    words += [_AZ[ones]] if ones or not words else []
    return " ".join(words)


@cache
def _collect_words(language: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the cardinals below a hundred, and their ordinals."""
    cardinals = {*NUMBER_WORDS, *_EN_TENS}
    ordinals = frozenset(map(_make_ordinal, cardinals))
    if language == "az":  # elsewhere, "on" is another word
        cardinals |= {*_AZ, *_AZ_TENS, "yüz"}
    return frozenset(cardinals), ordinals


def _is_power_word(word: str, language: str | None) -> bool:
    return (language == "az" and word == "yüz") or get_power(word, language) > 0


def is_spelled_out(words: str, language: str | None) -> bool:
    """Return whether a text starts or ends with a number in words."""
    cardinals, ordinals = _collect_words(language)
    parts = _WORD.findall(words.lower())
    return bool(parts) and (
        parts[0] in cardinals | ordinals
        or parts[-1] in cardinals
        or _is_power_word(parts[-1], language)
    )


def is_whole_number(text: str, span: tuple[int, int], language: str | None) -> bool:
    """Return whether number words are a whole number, unlike `two` in `twenty-two`."""
    cardinals, ordinals = _collect_words(language)
    start, end = span
    ahead = text[end : end + 30].lower()
    after = _WORD.match(ahead.lstrip(f"\t\n{SPACES}{DASHES}"))
    if after and (after[0] in cardinals | ordinals | _PARTS or _is_power_word(after[0], language)):
        return False
    last = _WORD.findall(text[start:end].lower())[-1:]
    continuation = re.match(r"\s+and\s+(?:a\s+)?([a-z]+)", ahead)
    if continuation and (
        continuation[1] in _PARTS
        or (continuation[1] in cardinals and _is_power_word("".join(last), language))
    ):
        return False  # one hundred and eighteen; two and a half
    before = _WORD.findall(text[max(0, start - 30) : start].lower())
    if not before or re.search(rf"[^{DASHES}\w\s]", text[max(0, start - 3) : start]):
        return True
    if before[-1] == "and":
        return len(before) < 2 or not _is_power_word(before[-2], language)
    return before[-1] not in cardinals and not _is_power_word(before[-1], language)
