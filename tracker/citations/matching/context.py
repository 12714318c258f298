"""The clause around a figure, and whether it names the word that the figure stands by."""

import re
from collections.abc import Iterator
from itertools import chain

from tracker.citations.matching.normalize import NormalizedText, is_whole_word, normalize_text
from tracker.citations.matching.searchable_text import SearchableText, Span

_WINDOW = 400
_BOUNDARY = re.compile(
    r"[;:!?()\[\]]|[,.](?=\s|$)|\n\s*\n|\s(?:and|but|while|whereas|və|и|а)\s", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def is_in_same_clause(reading: SearchableText, span: Span, near: str) -> bool:
    """Whether the clause of a span names a word.

    Clauses end at commas, semicolons, colons, joining words and the ends of sentences, but not
    within a date, nor at a colon right before the figure. No other figure may stand between, but
    in a row of a table. What stands in brackets belongs to what stands before them, unless that
    has a figure of its own.
    """
    start, end = span
    lo, hi = max(0, start - _WINDOW), min(len(reading.text), end + _WINDOW)
    window = _blank_brackets(reading.text[lo:hi], start - lo, end - lo)
    named = _find_word(window, near)
    cuts = sorted(
        (cut.start() + lo, cut.end() + lo)
        for cut in chain(_BOUNDARY.finditer(window), _iter_row_breaks(reading.text[lo:hi]))
        if not (start <= cut.start() + lo < end)
        and not (cut[0] == ":" and not reading.text[cut.end() + lo : start].strip())
        and reading.date_at(cut.start() + lo) is None
        and not any(a <= cut.start() < b for a, b in named)
    )
    left = max((b for _, b in cuts if b <= start), default=lo)
    right = min((a for a, _ in cuts if a >= end), default=hi)
    inside = [(a + lo, b + lo) for a, b in named if left <= a + lo and b + lo <= right]
    in_table = any(
        row.start() + lo <= start < row.end() + lo for row in _TABLE_ROW.finditer(window)
    )
    if any(
        in_table or not _has_figure_between(reading, min(b, end), max(a, start)) for a, b in inside
    ):
        return True
    opening = reading.text[left - 1 : left] in ("(", "[")
    before = max((b for _, b in cuts if b < left), default=lo)
    return (
        opening
        and not _has_figure_between(reading, before, left)
        and any(before <= a + lo and b + lo <= left for a, b in named)
    )


def _has_figure_between(reading: SearchableText, lo: int, hi: int) -> bool:
    """Whether another figure stands between two offsets: then that is meant by the word."""
    return any(number.standalone for number in reading.numbers_between(lo, hi))


def _iter_row_breaks(window: str) -> Iterator[re.Match[str]]:
    """The line breaks before and after the rows of a table, whose cells stand well apart."""
    for row in _TABLE_ROW.finditer(window):
        for at in (row.start() - 1, row.end()):
            found = _LINE_BREAK.match(window, at) if at > 0 else None
            if found:
                yield found


_TABLE_ROW = re.compile(r"^[^\n]*\S(?:\t| {3,}|[^\S\n]*\|[^\S\n]*)\S[^\n]*$", re.MULTILINE)
_LINE_BREAK = re.compile(r"\n")


def _blank_brackets(window: str, start: int, end: int) -> str:
    """The window with brackets that the span is not in made blank."""

    def blank(found: re.Match[str]) -> str:
        inside = found.start() <= start and end <= found.end()
        return found[0] if inside else " " * len(found[0])

    return _BRACKETS.sub(blank, window)


def _find_word(window: str, near: str) -> tuple[Span, ...]:
    found = NormalizedText(window).find(normalize_text(near), 0, len(window))
    return tuple(span for span in found if is_whole_word(window, *span))
