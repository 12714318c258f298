"""Search a text for figures, dates, symbols and words."""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from operator import attrgetter

from tracker.citations.matching.dates import DATE_JOINER, DateMention, find_dates
from tracker.citations.matching.normalize import (
    DASHES,
    is_whole_word,
    normalize_characters,
    normalize_text,
)
from tracker.citations.matching.number_words import (
    is_spelled_out,
    is_whole_number,
    spell_number,
)
from tracker.citations.matching.numbers import (
    NumberMention,
    find_numbers,
    has_sign_or_fraction,
    is_in_range,
    is_same_notation,
)
from tracker.model import UN_SYMBOL, ImpreciseDate

Span = tuple[int, int]

_RANGE_END = re.compile(rf"\s?[{DASHES}]\s?\d")
"""The rest of a range outside a span, on either side."""
_PERIOD_GAP = 40
"""Maximum characters between the two ends of a period."""
_LOOKALIKES = {
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ", "J": "Ј",
}  # fmt: skip
"""Cyrillic and Greek letters that look like Latin capitals."""
_get_start = attrgetter("start")


@dataclass(frozen=True)
class SearchableText:
    """A text with its numbers and dates, each found on first use."""

    text: str
    language: str | None = None

    @cached_property
    def numbers(self) -> tuple[NumberMention, ...]:
        """The numbers in digits."""
        return tuple(find_numbers(self.text, language=self.language))

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates."""
        return find_dates(self.text, self.language)

    @cached_property
    def _normalized(self) -> tuple[str, list[int]]:
        return normalize_characters(self.text)

    def numbers_between(self, lo: int, hi: int) -> tuple[NumberMention, ...]:
        """Return the numbers that start between two offsets."""
        first, last = (bisect_left(self.numbers, at, key=_get_start) for at in (lo, hi))
        return self.numbers[first:last]

    def dates_between(self, lo: int, hi: int) -> tuple[DateMention, ...]:
        """Return the dates that start between two offsets."""
        first, last = (bisect_left(self.dates, at, key=_get_start) for at in (lo, hi))
        return self.dates[first:last]

    def date_at(self, offset: int) -> DateMention | None:
        """Return the date that includes the character at an offset."""
        index = bisect_left(self.dates, offset + 1, key=_get_start) - 1
        date = self.dates[index] if index >= 0 else None
        return date if date and offset < date.end else None

    def find_printed(self, printed: str, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the matches of a printed statement between two offsets.

        Numbers, dates and symbols match in any notation, everything else word for word.
        """
        if is_symbol(printed):
            yield from self.find_symbol(printed, lo, hi)
        elif values := parse_number(printed):
            for value in sorted(values):
                yield from self.find_number(value, lo, hi, written=printed)
        elif date := parse_date(printed):
            spans = tuple(self.find_date(date, lo, hi))
            # The letters of a month still match if it is hyphenated at a line break.
            yield from spans or self.find_words(printed, lo, hi)
        else:
            yield from self.find_words(printed, lo, hi)

    def find_letters(self, words: str, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the spans of whole words with the same normalized form."""
        letters, offsets = self._normalized
        needle = normalize_text(words)
        begin, end = bisect_left(offsets, lo), bisect_left(offsets, hi)
        at = letters.find(needle, begin, end) if needle else -1
        while at >= 0:
            span = offsets[at], offsets[at + len(needle) - 1] + 1
            if is_whole_word(self.text, *span):
                yield span
            at = letters.find(needle, at + 1, end)

    def find_words(self, words: str, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the whole-word matches of a text that have the same numbers."""
        expected = tuple(find_numbers(words, language=self.language))
        is_spelled = is_spelled_out(words, self.language)
        for span in self.find_letters(words, lo, hi):
            is_partial = is_spelled and not is_whole_number(self.text, span, self.language)
            has_same = self._has_same_numbers(expected, span) and self._has_same_details(
                words, span
            )
            if has_same and not is_partial:
                yield span
        if len(expected) == 1 and len(words) > len(expected[0].text):
            (number,) = expected  # `eighteen countries` for `18 countries`
            for value in filter(float.is_integer, number.values):
                for form in spell_number(int(value), self.language):
                    spelled = words[: number.start] + form + words[number.end :]
                    yield from self.find_letters(spelled, lo, hi)

    def _has_same_details(self, words: str, span: Span) -> bool:
        """Return whether a match agrees in details that normalizing removes.

        These are capitals in abbreviations, sentence ends within the match, and the difference
        between percentage points and per cent.
        """
        matched, after = self.text[span[0] : span[1]], self.text[span[1] : span[1] + 9]
        if len(words) <= 6 and words.isalpha() and words.isupper() and not matched.isupper():
            return False
        if re.search(r"[.!?;:]\s", matched) and not re.search(r"[.!?;:]\s", words):
            return False
        is_percent = normalize_text(words).endswith("percent")
        return not (is_percent and re.match(r"[\s-]*points?\b", after))

    def _has_same_numbers(self, expected: tuple[NumberMention, ...], span: Span) -> bool:
        start, end = span
        # A number that starts before the span is a different one.
        edge = self.text[max(0, start - 2) : start]
        if self.text[start].isdecimal() and re.search(r"\d[.,]?$", edge):
            return False
        numbers = self.numbers_between(start, end)
        if len(numbers) != len(expected) or any(number.end > end for number in numbers):
            return False
        return not any(self._is_cut(number, span) for number in numbers) and all(
            number.scaled & other.scaled and is_same_notation(number.text, other.text)
            if other.values
            else number.text == other.text
            for number, other in zip(numbers, expected, strict=True)
        )

    def _is_cut(self, number: NumberMention, span: Span) -> bool:
        """Return whether a span cuts off a date, range, sign or fraction."""
        start, end = span
        date = self.date_at(number.start)
        if date and len(number.text) < 3 and (date.start < start or date.end > end):
            return True
        if has_sign_or_fraction(self.text, number.start, number.end):
            return True
        if number.start != start and number.end != end:
            return False
        before = self.text[max(0, start - 3) : start][::-1]
        beyond = _RANGE_END.match(before) or _RANGE_END.match(self.text, end)
        return bool(beyond) and is_in_range(self.text, number.start, number.end)

    def find_number(
        self, value: float, lo: int = 0, hi: int = sys.maxsize, *, written: str = ""
    ) -> Iterator[Span]:
        """Yield the spans of a number, in digits or words, that is not part of a date or name."""
        for number in self.numbers_between(lo, hi):
            is_match = value in number.scaled and is_same_notation(number.text, written)
            if number.standalone and number.end <= hi and is_match:
                date = self.date_at(number.start)
                if date is None or (date.year == value and len(number.text) == 4):
                    yield number.start, number.end
        for form in spell_number(value, self.language) if value >= 2 else ():
            for span in self.find_letters(form, lo, hi):
                if is_whole_number(self.text, span, self.language):
                    yield span

    def find_date(self, date: ImpreciseDate, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the spans of a date that has its year, in any notation."""
        if date.precision == "span":
            yield from self._find_period(date, lo, hi)
        elif date.precision == "year":
            yield from self.find_number(date.first.year, lo, hi)
        else:
            for mention in self.dates_between(lo, hi):
                if mention.year is not None and _is_date(mention, date) and mention.end <= hi:
                    yield mention.start, mention.end

    def _find_period(self, period: ImpreciseDate, lo: int, hi: int) -> Iterator[Span]:
        first, last = (ImpreciseDate.parse(part) for part in period.text.split("/"))
        precisions = {first.precision, last.precision}
        short = re.compile(rf"[/–-]{last.first.year % 100:02d}(?!\d)")
        for start, end in self.find_date(first, lo, hi):
            if precisions == {"day"} and self._is_in_one_mention(first, last, start):
                yield start, end
            for near, far in self.find_date(last, end, min(hi, end + _PERIOD_GAP)):
                if DATE_JOINER.fullmatch(self.text, end, near):
                    yield start, far
            if precisions == {"year"} and (ending := short.match(self.text, end, hi)):
                yield start, ending.end()

    def _is_in_one_mention(self, first: ImpreciseDate, last: ImpreciseDate, start: int) -> bool:
        """Return whether one mention has both ends: `19–24 May 2014`."""
        mention = self.date_at(start)
        if mention is None or not _is_date(mention, last):
            return False
        return (mention.days[0], mention.days[-1]) == (first.first.day, last.first.day)

    def find_symbol(self, symbol: str, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the spans of a whole symbol: `CO/3` does not match in `CO/3/Add.1`."""
        for match in _compile_symbol(symbol).finditer(self.text, lo, hi):
            yield match.span()


def _is_date(mention: DateMention, date: ImpreciseDate) -> bool:
    if mention.year not in (None, date.first.year):
        return False
    if date.precision == "half-year":
        return mention.half == (1 if date.first.month == 1 else 2)
    if mention.half or mention.month != date.first.month:
        return False
    is_month = date.precision == "month" and mention.year is not None
    return is_month or date.first.day in mention.days


@cache
def _compile_symbol(symbol: str) -> re.Pattern[str]:
    parts = []
    for character in symbol:
        lookalikes = _LOOKALIKES.get(character.upper(), "")
        parts.append(f"[{re.escape(character)}{lookalikes}]")
        if character in "/.-":
            parts.append(r"\s*")  # a line may break here
    body = "".join(parts)
    return re.compile(
        rf"(?<![\w/]){body}(?!\w|\s?/\s?\w|\.\w|[{DASHES}](?-i:(?![A-Z]+/)[A-Z\d])|[(:]\w)",
        re.IGNORECASE,
    )


def is_symbol(text: str) -> bool:
    """Return whether a text is the symbol of a document."""
    return bool(UN_SYMBOL.fullmatch(text))


def get_symbol_series(symbol: str, printed: str) -> str:
    """Return the part that a shortened symbol omits, or "": `E/C.12/XYZ/` for `RQ/4`."""
    is_short = is_symbol(symbol) and re.search(r"[A-Z]/", printed) and not is_symbol(printed)
    return symbol.removesuffix(printed) if is_short and symbol.endswith(f"/{printed}") else ""


@lru_cache  # called for each of many spans with the same text
def parse_number(text: str) -> frozenset[float]:
    """Return the possible values of a text that is a number in digits: `1,237`, not `1,237 men`."""
    numbers = tuple(find_numbers(text.strip()))
    is_number = len(numbers) == 1 and numbers[0].text == text.strip()
    return numbers[0].values if is_number else frozenset()


@lru_cache
def parse_date(text: str) -> ImpreciseDate | None:
    """Return the date that makes up a whole text: `May 17, 2013`, not `in May 2013`."""
    try:
        return ImpreciseDate.parse(text)
    except ValueError:
        pass
    mentions = find_dates(text, "az" if text.islower() else None)
    if len(mentions) != 1 or (mentions[0].start, mentions[0].end) != (0, len(text)):
        return None
    mention = mentions[0]
    if mention.year is None or len(mention.days) > 1:
        return None
    part = f"H{mention.half}" if mention.half else f"{mention.month:02d}"
    day = f"-{mention.days[0]:02d}" if mention.days else ""
    try:
        return ImpreciseDate.parse(f"{mention.year}-{part}{day}")
    except ValueError:
        return None
