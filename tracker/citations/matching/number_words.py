"""Spell numbers in words, and recognize number words that are part of a longer number."""

import re
from collections.abc import Iterator
from functools import cache

from tracker.citations.matching.characters import DASHES, SPACES
from tracker.citations.matching.numbers import get_power
from tracker.model.text import NUMBER_WORDS

_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_AZ = ("sıfır", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz")
_AZ_TENS = ("on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan")


@cache
def spell_number(number: float, language: str | None) -> tuple[str, ...]:
    """Return the forms in words of a number from 0 to 999,999, whole or with a half.

    In English, and also in `az` for a text in that language.
    """
    if not 0 <= number < 1_000_000:
        return ()
    if number % 1:
        half = number % 1 == 0.5
        return tuple(f"{form} and a half" for form in _spell_english(int(number))) if half else ()
    number = int(number)
    forms = tuple(dict.fromkeys(_spell_english(number)))
    return (*forms, _spell_turkic(number)) if language == "az" else forms


def spell_ordinal(number: int, language: str | None) -> tuple[str, ...]:
    """Return the ordinal forms in words: first, birinci."""
    forms = tuple(_make_ordinal(form) for form in spell_number(number, None))
    if language == "az":
        forms += tuple(_spell_turkic(number) + ending for ending in _AZ_ORDINALS)
    return forms


_AZ_ORDINALS = ("inci", "ıncı", "uncu", "üncü", "nci", "ncı", "ncu", "ncü")


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
    words = []
    if thousands:
        words += ([_spell_turkic(thousands)] if thousands > 1 else []) + ["min"]
    if hundreds:
        words += ([_AZ[hundreds]] if hundreds > 1 else []) + ["yüz"]
    words += [_AZ_TENS[tens - 1]] if tens else []
    words += [_AZ[ones]] if ones or not words else []
    return " ".join(words)


_WORD = re.compile(r"[^\W\d_]+")


_PARTS = frozenset((
    "half", "halves", "third", "thirds", "quarter", "quarters", "fifths", "sixths", "eighths",
    "tenths", "point", "score", "dozen", "fold",
))  # fmt: skip
"""Words that change the number before them: two thirds, two point five."""


@cache
def _collect_words(language: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return the cardinals below a hundred, and their ordinals."""
    small = {*NUMBER_WORDS, *_EN_TENS}
    if language == "az":  # elsewhere, "on" is another word
        small |= {*_AZ, *_AZ_TENS, "yüz"}
    return frozenset(small), frozenset(_make_ordinal(word) for word in (*NUMBER_WORDS, *_EN_TENS))


def _is_size(word: str, language: str | None) -> bool:
    return (language == "az" and word == "yüz") or get_power(word, language) > 0


def is_spelled_out(words: str, language: str | None) -> bool:
    """Return True if a text starts or ends with a number in words."""
    small, ranks = _collect_words(language)
    found = _WORD.findall(words.lower())
    return bool(found) and (
        found[0] in small | ranks or found[-1] in small or _is_size(found[-1], language)
    )


def is_whole_number(text: str, span: tuple[int, int], language: str | None) -> bool:
    """Return False if number words are part of a longer number: `two` in `twenty-two`."""
    small, ranks = _collect_words(language)
    start, end = span
    ahead = text[end : end + 30].lower()
    after = _WORD.match(ahead.lstrip(f"\t\n{SPACES}{DASHES}"))
    if after and (after[0] in small | ranks | _PARTS or _is_size(after[0], language)):
        return False
    last = _WORD.findall(text[start:end].lower())[-1:]
    more = re.match(r"\s+and\s+(?:a\s+)?([a-z]+)", ahead)
    if more and (more[1] in _PARTS or (more[1] in small and _is_size("".join(last), language))):
        return False  # one hundred and eighteen; two and a half
    before = _WORD.findall(text[max(0, start - 30) : start].lower())
    if not before or re.search(rf"[^{DASHES}\w\s]", text[max(0, start - 3) : start]):
        return True
    if before[-1] == "and":
        return len(before) < 2 or not _is_size(before[-2], language)
    return before[-1] not in small and not _is_size(before[-1], language)
