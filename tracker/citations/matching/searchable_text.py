"""A text in which figures, dates, symbols and words are found."""

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
from tracker.citations.matching.numbers import (
    NumberMention,
    find_numbers,
    has_sign_or_fraction,
    is_in_range,
    is_same_notation,
    is_spelled_out,
    is_whole_number,
    spell_number,
)
from tracker.model import UN_SYMBOL, ImpreciseDate

Span = tuple[int, int]

_RANGE_END = re.compile(rf"\s?[{DASHES}]\s?\d")
"""The rest of a range beyond a span, on either side."""
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
        elif when := parse_date(printed):
            found = tuple(self.find_date(when, lo, hi))
            # A month hyphenated over two lines is still found by its letters.
            yield from found or self.find_words(printed, lo, hi)
        else:
            yield from self.find_words(printed, lo, hi)

    def find_letters(self, words: str, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the whole words that are the same in normalized form."""
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
        wanted = tuple(find_numbers(words, language=self.language))
        in_letters = is_spelled_out(words, self.language)
        for span in self.find_letters(words, lo, hi):
            longer = in_letters and not is_whole_number(self.text, span, self.language)
            has_same = self._has_same_numbers(wanted, span) and self._has_same_details(words, span)
            if has_same and not longer:
                yield span
        if len(wanted) == 1 and len(words) > len(wanted[0].text):
            (number,) = wanted  # `eighteen countries` for `18 countries`
            for value in filter(float.is_integer, number.values):
                for form in spell_number(int(value), self.language):
                    spelled = words[: number.start] + form + words[number.end :]
                    yield from self.find_letters(spelled, lo, hi)

    def _has_same_details(self, words: str, span: Span) -> bool:
        """Return whether a match agrees in details that normalizing removes.

        These are the capitals of an abbreviation, sentence ends within the match, and percentage
        points as opposed to per cent.
        """
        found, after = self.text[span[0] : span[1]], self.text[span[1] : span[1] + 9]
        if len(words) <= 6 and words.isalpha() and words.isupper() and not found.isupper():
            return False
        if re.search(r"[.!?;:]\s", found) and not re.search(r"[.!?;:]\s", words):
            return False
        is_percent = normalize_text(words).endswith("percent")
        return not (is_percent and re.match(r"[\s-]*points?\b", after))

    def _has_same_numbers(self, wanted: tuple[NumberMention, ...], span: Span) -> bool:
        start, end = span
        # A number that starts before the span is a different one.
        edge = self.text[max(0, start - 2) : start]
        if self.text[start].isdecimal() and re.search(r"\d[.,]?$", edge):
            return False
        found = self.numbers_between(start, end)
        if len(found) != len(wanted) or any(number.end > end for number in found):
            return False
        return not any(self._is_cut(number, span) for number in found) and all(
            have.scaled & want.scaled and is_same_notation(have.text, want.text)
            if want.values
            else have.text == want.text
            for have, want in zip(found, wanted, strict=True)
        )

    def _is_cut(self, number: NumberMention, span: Span) -> bool:
        """Return whether a span has only part of a date or range, or omits a sign or fraction."""
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
            fits = value in number.scaled and is_same_notation(number.text, written)
            if number.standalone and number.end <= hi and fits:
                date = self.date_at(number.start)
                if date is None or (date.year == value and len(number.text) == 4):
                    yield number.start, number.end
        for form in spell_number(value, self.language) if value >= 2 else ():
            for span in self.find_letters(form, lo, hi):
                if is_whole_number(self.text, span, self.language):
                    yield span

    def find_date(self, when: ImpreciseDate, lo: int = 0, hi: int = sys.maxsize) -> Iterator[Span]:
        """Yield the spans of a date that has its year, in any notation."""
        if when.precision == "span":
            yield from self._find_period(when, lo, hi)
        elif when.precision == "year":
            yield from self.find_number(when.first.year, lo, hi)
        else:
            for mention in self.dates_between(lo, hi):
                if mention.year is not None and _is_date(mention, when) and mention.end <= hi:
                    yield mention.start, mention.end

    def _find_period(self, when: ImpreciseDate, lo: int, hi: int) -> Iterator[Span]:
        first, last = (ImpreciseDate.parse(part) for part in when.text.split("/"))
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


def _is_date(mention: DateMention, when: ImpreciseDate) -> bool:
    if mention.year not in (None, when.first.year):
        return False
    if when.precision == "half-year":
        return mention.half == (1 if when.first.month == 1 else 2)
    if mention.half or mention.month != when.first.month:
        return False
    is_month = when.precision == "month" and mention.year is not None
    return is_month or when.first.day in mention.days


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


def is_symbol(text: str) -> bool:
    """Return whether a text is the symbol of a document."""
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
    part = f"H{mention.half}" if mention.half else f"{mention.month:02d}"
    day = f"-{mention.days[0]:02d}" if mention.days else ""
    try:
        return ImpreciseDate.parse(f"{mention.year}-{part}{day}")
    except ValueError:
        return None
