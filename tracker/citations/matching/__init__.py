"""Is this figure, date, symbol or name in this text? Deterministic; a near miss is no match."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from tracker.citations.matching.normalize import normalize_text
from tracker.citations.matching.number_words import spell_ordinal
from tracker.citations.matching.searchable_text import (
    SearchableText,
    Span,
    find_date,
    find_number,
    find_symbol,
    find_words,
    is_symbol,
    parse_date,
    parse_number,
)
from tracker.model import ImpreciseDate


def find_printed(reading: SearchableText, printed: str, *, lo: int, hi: int) -> Iterator[Span]:
    """Where a print stands between two offsets: as a number, date or symbol if it is just that,
    in any of their written forms; otherwise word for word."""
    if is_symbol(printed):
        yield from find_symbol(reading, printed, lo, hi)
    elif values := parse_number(printed):
        for value in sorted(values):
            yield from find_number(reading, value, lo, hi, written=printed)
    elif when := parse_date(printed):
        found = tuple(find_date(reading, when, lo, hi))
        # A month that is broken over two lines is still found by its letters.
        yield from found or find_words(reading, printed, lo, hi)
    else:
        yield from find_words(reading, printed, lo, hi)


_WORD_FOR_ONE = re.compile(r"\b(?:a|an|only|once|one|first|bir)\b", re.IGNORECASE)


def matches_value(printed: str, value: int | float | str, *, language: str | None = None) -> bool:
    """Whether a print can stand for a value: the same number, date, symbol; the same numbers in
    other words. A date may be printed without its year; the year is then sought beside it."""
    if printed == value:
        return not (_DATE_LIKE.match(printed) and parse_date(printed) is None)
    # Unknown languages may write numbers either way.
    readings = [
        SearchableText(printed, name) for name in ([language] if language else [None, "az"])
    ]
    if not isinstance(value, str):
        # Of two numbers in one print, nobody could tell which is meant.
        single = len(readings[0].numbers) <= 1
        return single and any(_has_number(reading, abs(value)) for reading in readings)
    if is_symbol(value):
        return any(find_symbol(readings[0], value, 0, len(printed)))
    when = parse_date(value)
    if when:
        return any(_has_date(reading, when) for reading in readings)
    if _DATE_LIKE.match(value):
        return False  # no day that exists
    wanted = Counter(number.text for number in SearchableText(value).numbers)
    return all(_count_occurrences(readings[0], number) >= count for number, count in wanted.items())


_DATE_LIKE = re.compile(r"\d{4}-(?:H\d|\d\d)\b")


def _count_occurrences(reading: SearchableText, number: str) -> int:
    """How often a print has a number, in digits or in words."""
    written = sum(other.text == number for other in reading.numbers)
    if written:
        return written
    whole = 0, len(reading.text)
    values = parse_number(number)
    found = {span for value in values for span in find_number(reading, value, *whole)}
    return len(found) or int(1 in values and bool(_WORD_FOR_ONE.search(reading.text)))


def _has_number(reading: SearchableText, value: float) -> bool:
    digits = any(value in number.scaled for number in reading.numbers)
    whole = 0, len(reading.text)
    words = any(find_number(reading, value, *whole)) or any(
        any(find_words(reading, form, *whole))
        for form in (spell_ordinal(int(value), reading.language) if value == int(value) else ())
    )
    one = value == 1 and _WORD_FOR_ONE.search(reading.text)
    return bool(digits or words or one)


def _has_date(reading: SearchableText, when: ImpreciseDate) -> bool:
    whole = 0, len(reading.text)
    if any(find_date(reading, when, *whole)):
        return True
    # Without its year: any date that would do with the year added.
    dated = SearchableText(f"{reading.text} {when.first.year}", reading.language)
    yearless = not re.search(r"\d{4}", reading.text)
    return yearless and any(find_date(dated, when, 0, len(dated.text)))


def iter_alterations(printed: str) -> Iterator[str]:
    """A print with one digit changed, in every way."""
    for position, character in enumerate(printed):
        if character.isdecimal():
            for other in "0123456789":
                if other != character:
                    yield printed[:position] + other + printed[position + 1 :]


def find_closest_text(reading: SearchableText, printed: str, *, lo: int, hi: int) -> str:
    """What stands there and is most like a print; nothing if nothing is. A hint, never a match."""
    wanted = normalize_text(printed)
    if parse_number(printed):
        candidates = [n.text for n in reading.numbers_between(lo, hi)]
    elif parse_date(printed):
        candidates = [reading.text[m.start : m.end] for m in reading.dates_between(lo, hi)]
    else:
        words = reading.text[lo:hi].split()
        count = len(printed.split())
        candidates = [" ".join(words[i : i + count]) for i in range(len(words) - count + 1)]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    best, score = "", 0.6
    for candidate in dict.fromkeys(candidates):
        matcher.set_seq1(normalize_text(candidate))
        if matcher.real_quick_ratio() > score and matcher.ratio() > score:
            best, score = candidate, matcher.ratio()
    return best
