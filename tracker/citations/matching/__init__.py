"""Find figures, dates, symbols and names in a text. Deterministic, without approximate matches."""

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


def find_printed(searchable: SearchableText, printed: str, *, lo: int, hi: int) -> Iterator[Span]:
    """Yield the matches of a printed statement between two offsets.

    Numbers, dates and symbols match in any notation, everything else word for word.
    """
    if is_symbol(printed):
        yield from find_symbol(searchable, printed, lo, hi)
    elif values := parse_number(printed):
        for value in sorted(values):
            yield from find_number(searchable, value, lo, hi, written=printed)
    elif when := parse_date(printed):
        found = tuple(find_date(searchable, when, lo, hi))
        # A month hyphenated over two lines is still found by its letters.
        yield from found or find_words(searchable, printed, lo, hi)
    else:
        yield from find_words(searchable, printed, lo, hi)


_WORD_FOR_ONE = re.compile(r"\b(?:a|an|only|once|one|first|bir)\b", re.IGNORECASE)


def matches_value(printed: str, value: int | float | str, *, language: str | None = None) -> bool:
    """Return True if a printed statement can express a value.

    It has the same number, date or symbol, or the same numbers among other words. The year of a
    date may be missing; the caller then has to find it.
    """
    if printed == value:
        return not (_DATE_LIKE.match(printed) and parse_date(printed) is None)
    # Unknown languages may write numbers either way.
    candidates = [
        SearchableText(printed, name) for name in ([language] if language else [None, "az"])
    ]
    if not isinstance(value, str):
        # With two numbers, it is unclear which one is meant.
        single = len(candidates[0].numbers) <= 1
        return single and any(_has_number(searchable, abs(value)) for searchable in candidates)
    if is_symbol(value):
        return any(find_symbol(candidates[0], value, 0, len(printed)))
    when = parse_date(value)
    if when:
        return any(_has_date(searchable, when) for searchable in candidates)
    if _DATE_LIKE.match(value):
        return False  # not a date of the calendar
    wanted = Counter(number.text for number in SearchableText(value).numbers)
    return all(
        _count_occurrences(candidates[0], number) >= count for number, count in wanted.items()
    )


_DATE_LIKE = re.compile(r"\d{4}-(?:H\d|\d\d)\b")


def _count_occurrences(searchable: SearchableText, number: str) -> int:
    """Return how often a text has a number, in digits or in words."""
    written = sum(other.text == number for other in searchable.numbers)
    if written:
        return written
    whole = 0, len(searchable.text)
    values = parse_number(number)
    found = {span for value in values for span in find_number(searchable, value, *whole)}
    return len(found) or int(1 in values and bool(_WORD_FOR_ONE.search(searchable.text)))


def _has_number(searchable: SearchableText, value: float) -> bool:
    digits = any(value in number.scaled for number in searchable.numbers)
    whole = 0, len(searchable.text)
    words = any(find_number(searchable, value, *whole)) or any(
        any(find_words(searchable, form, *whole))
        for form in (spell_ordinal(int(value), searchable.language) if value == int(value) else ())
    )
    one = value == 1 and _WORD_FOR_ONE.search(searchable.text)
    return bool(digits or words or one)


def _has_date(searchable: SearchableText, when: ImpreciseDate) -> bool:
    whole = 0, len(searchable.text)
    if any(find_date(searchable, when, *whole)):
        return True
    # Without its year, a date counts if adding the year makes it match.
    dated = SearchableText(f"{searchable.text} {when.first.year}", searchable.language)
    yearless = not re.search(r"\d{4}", searchable.text)
    return yearless and any(find_date(dated, when, 0, len(dated.text)))


def iter_alterations(printed: str) -> Iterator[str]:
    """Yield every string that differs in one digit."""
    for position, character in enumerate(printed):
        if character.isdecimal():
            for other in "0123456789":
                if other != character:
                    yield printed[:position] + other + printed[position + 1 :]


def find_closest_text(searchable: SearchableText, printed: str, *, lo: int, hi: int) -> str:
    """Return the most similar text between two offsets as a hint, or ""."""
    wanted = normalize_text(printed)
    if parse_number(printed):
        candidates = [n.text for n in searchable.numbers_between(lo, hi)]
    elif parse_date(printed):
        candidates = [searchable.text[m.start : m.end] for m in searchable.dates_between(lo, hi)]
    else:
        words = searchable.text[lo:hi].split()
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
