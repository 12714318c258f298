"""Search a text for figures, dates, symbols and words."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from tracker.citations.matching.characters import DASHES
from tracker.citations.matching.dates import DATE_JOINER, DateMention, find_dates
from tracker.citations.matching.normalize import NormalizedText, is_whole_word, normalize_text
from tracker.citations.matching.number_words import is_spelled_out, is_whole_number, spell_number
from tracker.citations.matching.numbers import (
    NumberMention,
    find_numbers,
    has_sign_or_fraction,
    is_in_range,
    is_same_notation,
)
from tracker.model import UN_SYMBOL, ImpreciseDate

Span = tuple[int, int]


@dataclass(frozen=True)
class SearchableText:
    """A text with its numbers and dates, each found on first use."""

    text: str
    language: str | None = None

    @cached_property
    def normalized(self) -> NormalizedText:
        """The normalized text."""
        return NormalizedText(self.text)

    @cached_property
    def numbers(self) -> tuple[NumberMention, ...]:
        """The numbers in digits."""
        return tuple(find_numbers(self.text, language=self.language))

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates."""
        return find_dates(self.text, self.language)

    @cached_property
    def _number_starts(self) -> list[int]:
        return [number.start for number in self.numbers]

    @cached_property
    def _date_starts(self) -> list[int]:
        return [mention.start for mention in self.dates]

    def numbers_between(self, lo: int, hi: int) -> tuple[NumberMention, ...]:
        """Return the numbers that start between two offsets."""
        starts = self._number_starts
        return self.numbers[bisect_left(starts, lo) : bisect_left(starts, hi)]

    def dates_between(self, lo: int, hi: int) -> tuple[DateMention, ...]:
        """Return the dates that start between two offsets."""
        starts = self._date_starts
        return self.dates[bisect_left(starts, lo) : bisect_left(starts, hi)]

    def date_at(self, offset: int) -> DateMention | None:
        """Return the date that includes the character at an offset."""
        index = bisect_left(self._date_starts, offset + 1) - 1
        date = self.dates[index] if index >= 0 else None
        return date if date and offset < date.end else None


def find_words(searchable: SearchableText, words: str, lo: int, hi: int) -> Iterator[Span]:
    """Yield the whole-word matches of a text that have the same numbers."""
    wanted = tuple(find_numbers(words, language=searchable.language))
    in_letters = is_spelled_out(words, searchable.language)
    for span in searchable.normalized.find(normalize_text(words), lo, hi):
        whole = is_whole_word(searchable.text, *span) and _has_same_numbers(
            searchable, wanted, *span
        )
        longer = in_letters and _continues(searchable, span)
        if whole and not longer and _has_same_details(searchable, words, span):
            yield span
    if len(wanted) == 1 and len(words) > len(wanted[0].text):
        for spelled in _iter_spelled(words, wanted[0], searchable.language):
            for start, end in searchable.normalized.find(normalize_text(spelled), lo, hi):
                if is_whole_word(searchable.text, start, end):
                    yield start, end


def _has_same_details(searchable: SearchableText, words: str, span: Span) -> bool:
    """Return True if a match agrees in details that normalizing removes.

    These are the capitals of an abbreviation, sentence ends within the match, and percentage points
    as opposed to per cent.
    """
    found, after = searchable.text[span[0] : span[1]], searchable.text[span[1] : span[1] + 9]
    if len(words) <= 6 and words.isalpha() and words.isupper() and not found.isupper():
        return False
    if re.search(r"[.!?;:]\s", found) and not re.search(r"[.!?;:]\s", words):
        return False
    return not (normalize_text(words).endswith("percent") and re.match(r"[\s-]*points?\b", after))


def _continues(searchable: SearchableText, span: Span) -> bool:
    return not is_whole_number(searchable.text, span, searchable.language)


def _iter_spelled(words: str, number: NumberMention, language: str | None) -> Iterator[str]:
    """Yield a text with its number in words: `eighteen countries` for `18 countries`."""
    for value in number.values:
        if value.is_integer():
            for form in spell_number(int(value), language):
                yield words[: number.start] + form + words[number.end :]


def _has_same_numbers(
    searchable: SearchableText, wanted: tuple[NumberMention, ...], start: int, end: int
) -> bool:
    text = searchable.text
    # A number that starts before the span is a different one.
    edge = text[max(0, start - 2) : start]
    if text[start].isdecimal() and re.search(r"\d[.,]?$", edge):
        return False
    found = searchable.numbers_between(start, end)
    if len(found) != len(wanted) or any(number.end > end for number in found):
        return False
    return not any(_is_cut(searchable, number, start, end) for number in found) and all(
        have.scaled & want.scaled and is_same_notation(have.text, want.text)
        if want.values
        else have.text == want.text
        for have, want in zip(found, wanted, strict=True)
    )


def _is_cut(searchable: SearchableText, number: NumberMention, start: int, end: int) -> bool:
    """Return True if a span has only part of a date or range, or omits a sign or fraction."""
    date = searchable.date_at(number.start)
    if date and len(number.text) < 3 and (date.start < start or date.end > end):
        return True
    at_edge = number.start == start or number.end == end
    beyond = _RANGE_END.match(searchable.text[max(0, start - 3) : start][::-1])
    ahead = _RANGE_END.match(searchable.text, end)
    ranged = at_edge and is_in_range(searchable.text, number.start, number.end)
    return (ranged and bool(beyond or ahead)) or has_sign_or_fraction(
        searchable.text, number.start, number.end
    )


_RANGE_END = re.compile(rf"\s?[{DASHES}]\s?\d")
"""The rest of a range beyond a span, on either side."""


def find_number(
    searchable: SearchableText, value: float, lo: int, hi: int, *, written: str = ""
) -> Iterator[Span]:
    """Yield the spans of a number, in digits or words, that is not part of a date or name."""
    for number in searchable.numbers_between(lo, hi):
        fits = value in number.scaled and is_same_notation(number.text, written)
        if number.standalone and number.end <= hi and fits:
            date = searchable.date_at(number.start)
            if date is None or (date.year == value and len(number.text) == 4):
                yield number.start, number.end
    if value >= 2:
        for form in spell_number(value, searchable.language):
            for start, end in searchable.normalized.find(normalize_text(form), lo, hi):
                if is_whole_word(searchable.text, start, end) and not _continues(
                    searchable, (start, end)
                ):
                    yield start, end


def find_date(searchable: SearchableText, when: ImpreciseDate, lo: int, hi: int) -> Iterator[Span]:
    """Yield the spans of a date that has its year, in any notation."""
    if when.precision == "span":
        yield from _find_period(searchable, when, lo, hi)
        return
    if when.precision == "year":
        yield from find_number(searchable, when.first.year, lo, hi)
        return
    for mention in searchable.dates_between(lo, hi):
        if mention.year is not None and _is_date(mention, when) and mention.end <= hi:
            yield mention.start, mention.end


def _is_date(mention: DateMention, when: ImpreciseDate) -> bool:
    if mention.year not in (None, when.first.year):
        return False
    if when.precision == "half-year":
        return mention.half == (1 if when.first.month == 1 else 2)
    if mention.half or mention.month != when.first.month:
        return False
    return (
        when.precision == "month" and mention.year is not None
    ) or when.first.day in mention.days


_PERIOD_GAP = 40
"""Maximum characters between the two ends of a period."""


def _find_period(
    searchable: SearchableText, when: ImpreciseDate, lo: int, hi: int
) -> Iterator[Span]:
    first, last = (ImpreciseDate.parse(part) for part in when.text.split("/"))
    for start, end in find_date(searchable, first, lo, hi):
        if first.precision == last.precision == "day" and _is_in_one_mention(
            searchable, first, last, start
        ):
            yield start, end
        for near, far in find_date(searchable, last, end, min(hi, end + _PERIOD_GAP)):
            if DATE_JOINER.fullmatch(searchable.text, end, near):
                yield start, far
        short = re.compile(rf"[/–-]{last.first.year % 100:02d}(?!\d)").match(
            searchable.text, end, hi
        )
        if first.precision == last.precision == "year" and short:
            yield start, short.end()


def _is_in_one_mention(
    searchable: SearchableText, first: ImpreciseDate, last: ImpreciseDate, start: int
) -> bool:
    """Return True if one mention has both ends: `19–24 May 2014`."""
    mention = searchable.date_at(start)
    return bool(
        mention
        and _is_date(mention, last)
        and mention.days[0] == first.first.day
        and mention.days[-1] == last.first.day
    )


_LOOKALIKES = {
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ", "J": "Ј",
}  # fmt: skip
"""Cyrillic and Greek letters that look like Latin capitals."""


@cache
def _compile_symbol(symbol: str) -> re.Pattern[str]:
    parts = []
    for character in symbol:
        twins = _LOOKALIKES.get(character.upper(), "")
        parts.append(f"[{re.escape(character)}{twins}]")
        if character in "/.-":
            parts.append(r"\s*")  # a line may break here
    body = "".join(parts)
    return re.compile(
        rf"(?<![\w/]){body}(?!\w|\s?/\s?\w|\.\w|[{DASHES}](?-i:[A-Z\d])|[(:]\w)", re.IGNORECASE
    )


def find_symbol(searchable: SearchableText, symbol: str, lo: int, hi: int) -> Iterator[Span]:
    """Yield the spans of a whole symbol: `CO/3` does not match in `CO/3/Add.1`."""
    for match in _compile_symbol(symbol).finditer(searchable.text, lo, hi):
        yield match.span()


def find_lookalike_letters(text: str) -> tuple[str, ...]:
    """Return the letters of a symbol that are not Latin."""
    return tuple(sorted({c for c in text if c.isalpha() and not c.isascii()}))


def is_symbol(text: str) -> bool:
    """Return True if a text is the symbol of a document."""
    return bool(UN_SYMBOL.fullmatch(text))


@lru_cache  # called for each of many spans with the same text
def parse_number(text: str) -> frozenset[float]:
    """Return the possible values of a text that is a number in digits: `1,237`, not `1,237 men`."""
    found = tuple(find_numbers(text.strip()))
    whole = len(found) == 1 and found[0].text == text.strip()
    return found[0].values if whole else frozenset()


@lru_cache
def parse_date(text: str) -> ImpreciseDate | None:
    """Return the date that makes up a whole text: `May 17, 2013`, not `in May 2013`."""
    try:
        return ImpreciseDate.parse(text)
    except ValueError:
        pass
    found = find_dates(text, "az" if text.islower() else None)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return None
    mention = found[0]
    if mention.year is None or len(mention.days) > 1:
        return None
    if mention.half:
        return ImpreciseDate.parse(f"{mention.year}-H{mention.half}")
    day = f"-{mention.days[0]:02d}" if mention.days else ""
    try:
        return ImpreciseDate.parse(f"{mention.year}-{mention.month:02d}{day}")
    except ValueError:
        return None
