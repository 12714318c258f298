"""Format one line of a file with carets below the error."""

import unicodedata

from tracker.model.diagnostics import SourceLocation
from tracker.model.text import is_unprintable

MAX_WIDTH = 76
"""Maximum columns of the line, without its number."""

MAX_BEFORE = 40
"""Columns kept before the caret when a long line is cut."""

_CONTEXT = 4 * MAX_WIDTH
"""Characters examined on each side of the caret; a line may be a whole file with many errors."""


def mark_invisible(text: str) -> str:
    """Replace invisible and terminal control characters with visible signs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_mark_character, text))


def _mark_character(character: str) -> str:
    if character == "\t":
        return "→"
    blank = character.isspace() and character != " "
    return "▯" if blank or is_unprintable(character) else character


def format_excerpt(line: str, location: SourceLocation, *, marked: str = "") -> list[str]:
    """Return the line and carets below `marked`, or below one character if it is not there."""
    if not line.strip():
        return []
    at = min(location.column - 1, len(line))
    marked = marked if marked and line.startswith(marked, at) else line[at : at + 1] or " "
    before, rest = mark_invisible(line[max(0, at - _CONTEXT) : at]), line[at : at + _CONTEXT]
    before, start = _cut(before[::-1], MAX_BEFORE)
    before = before[::-1]
    indent = _measure_width(before)
    rest, end = _cut(mark_invisible(rest), MAX_WIDTH - indent)
    carets = "^" * max(1, min(_measure_width(mark_invisible(marked)), _measure_width(rest)))
    return [
        f"{location.line:>6} | {start}{before}{rest}{end}",
        f"{'':6} | {' ' * (len(start) + indent)}{carets}",
    ]


def _cut(text: str, max_width: int) -> tuple[str, str]:
    """Return the beginning of a text that fits, and an ellipsis if anything was cut."""
    width = 0
    for position, character in enumerate(text):
        width += _measure_width(character)
        if width > max_width:
            return text[:position], "…"
    return text, ""


def _measure_width(text: str) -> int:
    """Count terminal columns: wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me")
        else 2 if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )  # fmt: skip
