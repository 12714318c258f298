"""Chart labels: measure, wrap and place them without overlaps."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import east_asian_width

from tracker.model.citation import Bound
from tracker.site.charts.drawing import BASE, Anchor, ChartMark

MIN_WIDTH = 21.6
"""Width of the narrowest screen (320 pixels), in em. Labels are wrapped and placed to fit it."""
GUTTER = 4.2
"""Width of the values of the vertical axis, in em."""
_PLOT_WIDTH = MIN_WIDTH - GUTTER
_LABEL_HEIGHT = 0.8

_PIECE = re.compile(r"[^/._-]+[/._-]*|[/._-]+")

Box = tuple[float, float, float, float]
"""Left, right, top and bottom, in em."""


def place_labels(marks: Sequence[ChartMark]) -> tuple[ChartMark, ...]:
    """Return the marks with labels that overlap no mark or other label on a narrow screen."""
    boxes = [_get_mark_box(mark) for mark in marks]
    placed = []
    for n, mark in enumerate(marks):
        half, middle = measure_width(mark.label) / 2, mark.middle * _PLOT_WIDTH / 100
        anchor: Anchor = "middle"
        if middle < half:
            anchor, middle = "start", half
        elif middle > _PLOT_WIDTH - half:
            anchor, middle = "end", _PLOT_WIDTH - half
        heights = [mark.y + offset for offset in _get_label_offsets(mark.bound)]
        candidates = [
            (y, (middle - half, middle + half, y - _LABEL_HEIGHT, y + 0.1))
            for y in heights
            if _LABEL_HEIGHT <= y < BASE - 0.2
        ]
        others = boxes[:n] + boxes[n + 1 :]
        free = (c for c in candidates if not any(_overlaps(c[1], box) for box in others))
        y, box = next(free, candidates[0])
        boxes.append(box)
        placed.append(replace(mark, anchor=anchor, label_y=round(y, 2)))
    return tuple(placed)


def _get_label_offsets(bound: Bound | None) -> list[float]:
    """Return the vertical offsets to try, best first. No offset overlaps the arrow of the bound."""
    if bound == "at-most":
        return [-0.75, -1.9, 2.5]
    if bound in ("more-than", "at-least"):
        return [1.45, -1.6, 2.5]
    return [-0.75, 1.45, -1.9, 2.5]


def _get_mark_box(mark: ChartMark) -> Box:
    left, right = mark.left * _PLOT_WIDTH / 100, mark.right * _PLOT_WIDTH / 100
    above = 1.3 if mark.bound in ("more-than", "at-least") else 0.3
    below = 1.3 if mark.bound == "at-most" else 0.3
    return left - 0.3, right + 0.3, mark.y - above, mark.y + below


def _overlaps(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def wrap_label(label: str, number: str) -> tuple[str, ...]:
    """Wrap a label to the narrowest screen, with space for the number on the last line."""
    lines = wrap_text(label, MIN_WIDTH)
    if measure_width(f"{lines[-1]} {number}") + 0.3 > MIN_WIDTH:
        lines.append("")
    return tuple(lines)


def wrap_text(text: str, width: float) -> list[str]:
    """Return the lines of a text of this width in em. At least one line."""
    lines = [""]
    for word in (part for long in text.split() for part in _split_word(long, width)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _split_word(word: str, width: float) -> list[str]:
    """Return a word, or its parts if it is too wide: an address is broken after punctuation."""
    if measure_width(word) <= width:
        return [word]
    parts = [""]
    for piece in _PIECE.findall(word):
        if measure_width(parts[-1] + piece) <= width:
            parts[-1] += piece
        else:
            length = int(len(piece) * width / measure_width(piece))
            parts += textwrap.wrap(piece, max(length, 1), break_on_hyphens=False)
    return [part for part in parts if part]


def measure_width(text: str) -> float:
    """Return the approximate width of a text in em, rather too wide than too narrow."""
    return sum(map(_measure_character, text))


def _measure_character(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.0
    if character in "iljtfrI.,;:’'|()[] -":
        return 0.34
    return 0.78 if character in "mwMW%@" or character.isupper() else 0.57
