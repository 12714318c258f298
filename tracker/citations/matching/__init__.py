"""Find figures, dates, symbols and names in a text, deterministically and without fuzzy matches."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import chain

from tracker.citations.matching.normalize import normalize_text
from tracker.citations.matching.number_words import spell_ordinal
from tracker.citations.matching.searchable_text import (
    SearchableText,
    Span,
    get_symbol_series,
    is_symbol,
    parse_date,
    parse_number,
)
from tracker.model import ImpreciseDate

_WORD_FOR_ONE = re.compile(r"\b(?:a|an|only|once|one|first|bir)\b", re.IGNORECASE)
_DATE_LIKE = re.compile(r"\d{4}-(?:H\d|\d\d)\b")
_WINDOW = 400
"""Characters searched on each side of a figure."""
_BOUNDARY = re.compile(
    r"[;:!?()\[\]]|[,.](?=\s|$)|\n\s*\n|\s(?:and|but|while|whereas|və|и|а)\s", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TABLE_ROW = re.compile(r"^[^\n]*\S(?:\t| {3,}|[^\S\n]*\|[^\S\n]*)\S[^\n]*$", re.MULTILINE)


def matches_value(printed: str, value: int | float | str, *, language: str | None = None) -> bool:
    """Return whether a printed statement can express a value.

    It must have the same number, date or symbol, or the same numbers among other words. The year
    of a date may be missing; the caller must then find it.
    """
    if printed == value:
        return not (_DATE_LIKE.match(printed) and parse_date(printed) is None)
    # Unknown languages may write numbers either way.
    languages = [language] if language else [None, "az"]
    candidates = [SearchableText(printed, name) for name in languages]
    if not isinstance(value, str):
        # With two numbers, it is ambiguous.
        single = len(candidates[0].numbers) <= 1
        return single and any(_has_number(searchable, abs(value)) for searchable in candidates)
    if is_symbol(value):
        return bool(get_symbol_series(value, printed)) or any(candidates[0].find_symbol(value))
    when = parse_date(value)
    if when:
        return any(_has_date(searchable, when) for searchable in candidates)
    if _DATE_LIKE.match(value):
        return False  # not a valid date
    wanted = Counter(number.text for number in SearchableText(value).numbers)
    return all(
        _count_occurrences(candidates[0], number) >= count for number, count in wanted.items()
    )


def _count_occurrences(searchable: SearchableText, number: str) -> int:
    """Return how often a text has a number, in digits or in words."""
    written = sum(other.text == number for other in searchable.numbers)
    if written:
        return written
    values = parse_number(number)
    spans = {span for value in values for span in searchable.find_number(value)}
    return len(spans) or int(1 in values and bool(_WORD_FOR_ONE.search(searchable.text)))


def _has_number(searchable: SearchableText, value: float) -> bool:
    if value == 1 and _WORD_FOR_ONE.search(searchable.text):
        return True
    if any(value in number.scaled for number in searchable.numbers):
        return True
    ordinals = spell_ordinal(int(value), searchable.language) if value == int(value) else ()
    words = chain(searchable.find_number(value), *map(searchable.find_words, ordinals))
    return any(words)


def _has_date(searchable: SearchableText, date: ImpreciseDate) -> bool:
    if any(searchable.find_date(date)):
        return True
    # Without its year, a date counts if adding the year makes it match.
    dated = SearchableText(f"{searchable.text} {date.first.year}", searchable.language)
    return not re.search(r"\d{4}", searchable.text) and any(dated.find_date(date))


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


def is_in_same_clause(searchable: SearchableText, span: Span, near: str) -> bool:
    """Return whether the clause around a span contains a word.

    Clauses end at punctuation, conjunctions and table rows, but not within a date or at a colon
    directly before the figure. Except in a table, no other figure may be between the two. Brackets
    belong to the preceding clause unless that contains a figure.
    """
    start, end = span
    text = searchable.text
    lo, hi = max(0, start - _WINDOW), min(len(text), end + _WINDOW)
    window = _blank_brackets(text[lo:hi], start - lo, end - lo)
    word_spans = [(a + lo, b + lo) for a, b in SearchableText(window).find_letters(near)]
    matches = (match.span() for match in _BOUNDARY.finditer(window))
    boundary_spans = sorted(
        (a + lo, b + lo)
        for a, b in chain(matches, _iter_row_breaks(text[lo:hi]))
        if not (start <= a + lo < end)
        and not (text[a + lo : b + lo] == ":" and not text[b + lo : start].strip())
        and searchable.date_at(a + lo) is None
        and not any(first <= a + lo < last for first, last in word_spans)
    )
    left = max((b for _, b in boundary_spans if b <= start), default=lo)
    right = min((a for a, _ in boundary_spans if a >= end), default=hi)
    in_table = any(a + lo <= start < b + lo for a, b in _find_table_rows(window))
    for a, b in word_spans:
        inside = left <= a and b <= right
        if inside and (in_table or not _has_figure(searchable, min(b, end), max(a, start))):
            return True
    before = max((b for _, b in boundary_spans if b < left), default=lo)
    return (
        text[left - 1 : left] in ("(", "[")
        and not _has_figure(searchable, before, left)
        and any(before <= a and b <= left for a, b in word_spans)
    )


def _has_figure(searchable: SearchableText, lo: int, hi: int) -> bool:
    """Return whether another figure between two offsets could be the one the word refers to."""
    return any(number.standalone for number in searchable.numbers_between(lo, hi))


def _find_table_rows(window: str) -> list[Span]:
    """Return the rows of tables, recognized by widely spaced cells."""
    return [row.span() for row in _TABLE_ROW.finditer(window)]


def _iter_row_breaks(window: str) -> Iterator[Span]:
    """Yield the line breaks around the rows of tables."""
    for start, end in _find_table_rows(window):
        for at in (start - 1, end):
            if at > 0 and window.startswith("\n", at):
                yield at, at + 1


def _blank_brackets(window: str, start: int, end: int) -> str:
    """Replace brackets by spaces unless the span is in them."""

    def blank(match: re.Match[str]) -> str:
        inside = match.start() <= start and end <= match.end()
        return match[0] if inside else " " * len(match[0])

    return _BRACKETS.sub(blank, window)
