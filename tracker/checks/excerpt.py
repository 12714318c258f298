"""One line of a file with a caret below the fault, as wide as a terminal shows it."""

import unicodedata

from tracker.model.diagnostics import SourceLocation
from tracker.model.text import is_unprintable

WIDTH = 76
"""Columns that the line may take, without its number."""

BEFORE = 40
"""Columns kept before the caret where a long line is cut."""

_AROUND = 4 * WIDTH
"""Characters looked at on each side of the caret; some take no column."""


def mark_invisible(text: str) -> str:
    """The text with a sign for each character that cannot be seen, or that a terminal obeys."""
    return (
        "".join(map(_show_character, text)) if not (text.isascii() and text.isprintable()) else text
    )


def _show_character(character: str) -> str:
    if character == "\t":
        return "→"
    blank = character.isspace() and character != " "
    return "▯" if blank or is_unprintable(character) else character


def format_excerpt(line: str, place: SourceLocation, *, length: str = "") -> list[str]:
    """The line at a place, and carets below `length` if it stands there, else below one letter."""
    if not line.strip():
        return []
    at = min(place.column - 1, len(line))
    marked = length if length and line.startswith(length, at) else line[at : at + 1] or " "
    # Only what may be shown is looked at: a line may be a whole file, with many faults in it.
    start, before = _cut_before(mark_invisible(line[max(0, at - _AROUND) : at]))
    rest, end = _cut_after(mark_invisible(line[at : at + _AROUND]), WIDTH - _measure_width(before))
    number = f"{place.line:>6} | "
    carets = "^" * max(1, min(_measure_width(mark_invisible(marked)), _measure_width(rest)))
    gutter = " " * 6 + " | " + " " * (len(start) + _measure_width(before))
    return [number + start + before + rest + end, gutter + carets]


def _cut_before(text: str) -> tuple[str, str]:
    """What stands before the caret, its beginning left out if it is long."""
    if _measure_width(text) <= BEFORE:
        return "", text
    kept = ""
    for character in reversed(text):
        if _measure_width(character + kept) > BEFORE:
            break
        kept = character + kept
    return "…", kept


def _cut_after(text: str, room: int) -> tuple[str, str]:
    kept = ""
    width = 0
    for character in text:
        width += _measure_width(character)
        if width > room:
            return kept, "…"
        kept += character
    return kept, ""


def _measure_width(text: str) -> int:
    """Columns that a terminal takes for a text: wide letters two, combining marks none."""
    return sum(map(_count_columns, text))


def _count_columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
