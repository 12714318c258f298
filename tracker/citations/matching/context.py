"""Decide whether a figure and a word are in the same clause."""

import re
from collections.abc import Iterator
from itertools import chain

from tracker.citations.matching.normalize import NormalizedText, is_whole_word, normalize_text
from tracker.citations.matching.searchable_text import SearchableText, Span

_WINDOW = 400
"""Characters searched on each side of a figure."""
_BOUNDARY = re.compile(
    r"[;:!?()\[\]]|[,.](?=\s|$)|\n\s*\n|\s(?:and|but|while|whereas|və|и|а)\s", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def is_in_same_clause(searchable: SearchableText, span: Span, near: str) -> bool:
    """Return True if the clause around a span contains a word.

    Clauses end at punctuation, conjunctions and rows of a table, but not within a date or at a
    colon directly before the figure. Except in a table, no other figure may be between the two.
    Brackets belong to the clause before them unless it has a figure of its own.
    """
    start, end = span
    lo, hi = max(0, start - _WINDOW), min(len(searchable.text), end + _WINDOW)
    window = _blank_brackets(searchable.text[lo:hi], start - lo, end - lo)
    named = _find_word(window, near)
    cuts = sorted(
        (cut.start() + lo, cut.end() + lo)
        for cut in chain(_BOUNDARY.finditer(window), _iter_row_breaks(searchable.text[lo:hi]))
        if not (start <= cut.start() + lo < end)
        and not (cut[0] == ":" and not searchable.text[cut.end() + lo : start].strip())
        and searchable.date_at(cut.start() + lo) is None
        and not any(a <= cut.start() < b for a, b in named)
    )
    left = max((b for _, b in cuts if b <= start), default=lo)
    right = min((a for a, _ in cuts if a >= end), default=hi)
    inside = [(a + lo, b + lo) for a, b in named if left <= a + lo and b + lo <= right]
    in_table = any(
        row.start() + lo <= start < row.end() + lo for row in _TABLE_ROW.finditer(window)
    )
    if any(
        in_table or not _has_figure_between(searchable, min(b, end), max(a, start))
        for a, b in inside
    ):
        return True
    opening = searchable.text[left - 1 : left] in ("(", "[")
    before = max((b for _, b in cuts if b < left), default=lo)
    return (
        opening
        and not _has_figure_between(searchable, before, left)
        and any(before <= a + lo and b + lo <= left for a, b in named)
    )


def _has_figure_between(searchable: SearchableText, lo: int, hi: int) -> bool:
    """Return True if another figure between two offsets could be the one the word refers to."""
    return any(number.standalone for number in searchable.numbers_between(lo, hi))


def _iter_row_breaks(window: str) -> Iterator[re.Match[str]]:
    """Yield the line breaks around table rows, recognized by widely spaced cells."""
    for row in _TABLE_ROW.finditer(window):
        for at in (row.start() - 1, row.end()):
            if at > 0 and (match := _LINE_BREAK.match(window, at)):
                yield match


_TABLE_ROW = re.compile(r"^[^\n]*\S(?:\t| {3,}|[^\S\n]*\|[^\S\n]*)\S[^\n]*$", re.MULTILINE)
_LINE_BREAK = re.compile(r"\n")


def _blank_brackets(window: str, start: int, end: int) -> str:
    """Replace brackets by spaces unless the span is in them."""

    def blank(match: re.Match[str]) -> str:
        inside = match.start() <= start and end <= match.end()
        return match[0] if inside else " " * len(match[0])

    return _BRACKETS.sub(blank, window)


def _find_word(window: str, near: str) -> tuple[Span, ...]:
    matches = NormalizedText(window).find(normalize_text(near), 0, len(window))
    return tuple(span for span in matches if is_whole_word(window, *span))
