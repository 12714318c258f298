"""Charts of indicators: bars for the parts of one figure, points in time for a series.

Widths are percentages, so that charts shrink with the screen. Heights are in em, so that text keeps
its size. Nothing is smoothed or interpolated.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal
from unicodedata import east_asian_width

from tracker.i18n import Translate
from tracker.model import Breakdown, ImpreciseDate, Indicator, Text
from tracker.model.citation import Bound, Figure

Anchor = Literal["start", "middle", "end"]
Shape = Literal["dot", "over", "within"]
"""A dot, the period that a figure covers, or the period that contains its date."""
Span = tuple[float, float]
"""Left and right, in percentages of the width."""

MIN_WIDTH = 21.6
"""Width of the narrowest screen (320 pixels), in em. Labels are wrapped and placed to fit it."""
ARROW_SPACE = 8.0
"""Percentage of the width reserved for the arrows of open bounds."""
TOP, BASE, HEIGHT = 2.6, 9.6, 11.4
"""Position of the highest mark, position of zero, and total height of a series, in em."""
MAX_LINE_DAYS = 366
"""Marks further apart are not connected."""
_LABEL_HEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class ChartBar:
    """The bar of one part. `width` is a percentage, `top` is in em."""

    lines: tuple[str, ...]
    number: str
    width: float
    top: float
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class ChartMark:
    """The mark of one figure in time. Horizontal positions are percentages, vertical ones em."""

    number: str
    shape: Shape
    left: float
    right: float
    y: float
    bound: Bound | None = None
    anchor: Anchor = "middle"
    label_y: float = 0.0

    @property
    def middle(self) -> float:
        """Horizontal centre of the mark."""
        return round((self.left + self.right) / 2, 3)

    @property
    def label_x(self) -> float:
        """Horizontal position of the label's anchor."""
        return {"start": 0.0, "middle": self.middle, "end": 100.0}[self.anchor]


@dataclass(frozen=True, slots=True)
class YearAxis:
    """A horizontal axis of whole years. Positions are percentages of its width."""

    first: int
    last: int

    def get_position(self, day: date, *, end: bool = False) -> float:
        """Return the position of the start of a day, or of its end."""
        start, stop = date(self.first, 1, 1).toordinal(), date(self.last, 12, 31).toordinal() + 1
        return round(100 * (day.toordinal() + end - start) / (stop - start), 3)

    def get_span(self, when: ImpreciseDate, *, is_point: bool = False) -> Span:
        """Return the positions of the first and last day, or twice the middle for a point."""
        left, right = self.get_position(when.first), self.get_position(when.last, end=True)
        middle = round((left + right) / 2, 3)
        return (middle, middle) if is_point else (left, right)

    def get_ticks(self) -> tuple[float, ...]:
        """Return the start of each year, and the end of the last one."""
        starts = (self.get_position(date(y, 1, 1)) for y in range(self.first, self.last + 1))
        return (*starts, 100.0)

    def get_year_labels(self) -> tuple[tuple[float, int], ...]:
        """Return at most seven years with the positions of their middles."""
        count = self.last - self.first + 1
        labelled = range(self.first, self.last + 1, -(-count // 7))
        return tuple((round(100 * (y - self.first + 0.5) / count, 3), y) for y in labelled)


@dataclass(frozen=True, slots=True)
class Chart:
    """Either bars of the parts of one figure, or marks of the figures of a series on an axis."""

    title: str
    description: str
    notes: tuple[str, ...]
    height: float = HEIGHT
    bars: tuple[ChartBar, ...] = ()
    """In the order of the source."""
    track: float = 100.0
    """The width of the longest possible bar."""
    marks: tuple[ChartMark, ...] = ()
    lines: tuple[tuple[ChartMark, ChartMark], ...] = ()
    """Consecutive marks that a thin line connects."""
    axis: YearAxis | None = None
    base: float = BASE


def make_breakdown_chart(
    breakdown: Breakdown, whole: Indicator, *, t: Translate, localize: Callable[[Text | None], str]
) -> Chart | None:
    """Return the bars of all parts, or None for fewer than two or if one cannot be drawn."""
    numbers = [n for n in map(_get_number, breakdown.parts) if n is not None]
    if len(numbers) < 2 or len(numbers) < len(breakdown.parts):
        return None
    is_share = breakdown.unit == "percent"
    full = 100 if is_share else _get_number(whole.figure)
    scale = max(full or 0, *numbers) or 1
    bounds = {part.bound for part in breakdown.parts}
    track = 100 - ARROW_SPACE if any(bounds) else 100.0
    bars: list[ChartBar] = []
    top = 0.0
    for part, value in zip(breakdown.parts, numbers, strict=True):
        number = _format_number(part, t=t, is_share=is_share)
        lines = _wrap_label(localize(part.label), number)
        top = round(top + 1.3 * len(lines) + 0.15, 2)
        bars.append(ChartBar(lines, number, round(track * value / scale, 3), top, part.bound))
        top = round(top + 1.5, 2)
    pairs = zip(breakdown.parts, bars, strict=True)
    parts = "; ".join(f"{localize(part.label)}: {bar.number}" for part, bar in pairs)
    facts = {"by": breakdown.by, "all": _format_number(whole.figure, t=t), "unit": whole.unit}
    scale_key = "chart.full-share" if is_share else "chart.full"
    scale_note = (t(scale_key, **facts),) if full and scale == full else ()
    return Chart(
        title=t("chart.by", figure=localize(whole.title), **facts),
        description=" ".join((t("chart.parts", parts=parts), *scale_note)),
        notes=scale_note + _explain_bounds(bounds, kind="bar", t=t),
        bars=tuple(bars),
        track=track,
        height=round(top - 0.7, 2),
    )


def make_series_chart(
    indicators: Sequence[Indicator], *, t: Translate, format_date: Callable[[ImpreciseDate], str]
) -> Chart | None:
    """Return the marks of all dated numbers.

    Returns None for fewer than two, or if the indicators differ in series or unit.
    """
    if len({(i.series, i.unit) for i in indicators}) != 1 or indicators[0].series is None:
        return None
    points = sorted(
        (
            (when, number, indicator)
            for indicator in indicators
            if (when := _get_date(indicator))
            and (number := _get_number(indicator.figure)) is not None
        ),
        key=lambda point: (point[0].first, point[0].last, point[2].id),
    )
    if len(points) < 2:
        return None
    dates, numbers, drawn = zip(*points, strict=True)
    axis = YearAxis(min(d.first for d in dates).year, max(d.last for d in dates).year)
    highest = max(numbers) or 1
    marks = _place_labels(
        [_make_mark(i, when, axis=axis, share=n / highest, t=t) for when, n, i in points]
    )
    lines = _connect_marks(drawn, marks)
    parts = "; ".join(f"{format_date(d)}: {_format_number(i.figure, t=t)}" for d, _, i in points)
    facts = {"first": axis.first, "last": axis.last, "unit": indicators[0].unit}
    omitted = [i for i in indicators if i not in drawn]
    notes = (t("chart.axis", **facts), *_explain_omitted(omitted, t=t))
    return Chart(
        title=t("chart.over-time", series=indicators[0].series),
        description=" ".join((t("chart.times", parts=parts), *notes)),
        notes=(*notes, *_explain_marks(drawn, marks, has_lines=bool(lines), t=t)),
        marks=marks,
        lines=lines,
        axis=axis,
    )


def _get_number(figure: Figure) -> int | float | None:
    """Return the number to draw, or None for text, rates of change and negative numbers."""
    value = figure.value
    if isinstance(value, str) or figure.change is not None or value < 0:
        return None
    return value


def _format_number(figure: Figure, *, t: Translate, is_share: bool = False) -> str:
    """Return the text of a label: the number, preceded by its bound."""
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:,}"
    if is_share:
        value = t("chart.share", n=value)
    return f"{t(f'bound.{figure.bound}')} {value}" if figure.bound else value


def _get_date(indicator: Indicator) -> ImpreciseDate | None:
    return indicator.as_of or indicator.period


def _make_mark(
    indicator: Indicator, when: ImpreciseDate, *, axis: YearAxis, share: float, t: Translate
) -> ChartMark:
    """Return a mark without its label's position. `share` is relative to the highest mark."""
    is_point = when.precision in ("day", "month")
    left, right = axis.get_span(when, is_point=is_point)
    shape: Shape = "dot" if is_point else "over" if indicator.period else "within"
    figure = indicator.figure
    y = round(BASE - (BASE - TOP) * share, 2)
    return ChartMark(_format_number(figure, t=t), shape, left, right, y, figure.bound)


def _connect_marks(
    indicators: Sequence[Indicator], marks: Sequence[ChartMark]
) -> tuple[tuple[ChartMark, ChartMark], ...]:
    """Return each pair of consecutive marks that are comparable."""
    pairs = pairwise(zip(indicators, marks, strict=True))
    return tuple((a, b) for (earlier, a), (later, b) in pairs if _is_comparable(earlier, later))


def _is_comparable(earlier: Indicator, later: Indicator) -> bool:
    """Return whether figures are exact, at most a year apart, and of similar, separate periods."""
    before, after = _get_date(earlier), _get_date(later)
    if before is None or after is None or earlier.figure.bound or later.figure.bound:
        return False
    days = (after.first - before.last).days
    same_kind = (earlier.period is None) == (later.period is None)
    return same_kind and 0 < days <= MAX_LINE_DAYS and not _has_uneven_periods([earlier, later])


def _has_uneven_periods(indicators: Sequence[Indicator]) -> bool:
    """Return whether the lengths of the periods differ by more than a tenth."""
    lengths = [(p.last - p.first).days + 1 for i in indicators if (p := i.period)]
    return bool(lengths) and max(lengths) > 1.1 * min(lengths)


Box = tuple[float, float, float, float]
"""Left, right, top and bottom, in em."""


def _place_labels(marks: Sequence[ChartMark]) -> tuple[ChartMark, ...]:
    """Return the marks with labels that overlap no mark or other label on a narrow screen."""
    boxes = [_get_mark_box(mark) for mark in marks]
    placed = []
    for n, mark in enumerate(marks):
        half, middle = _measure_width(mark.number) / 2, mark.middle * MIN_WIDTH / 100
        anchor: Anchor = "middle"
        if middle < half:
            anchor, middle = "start", half
        elif middle > MIN_WIDTH - half:
            anchor, middle = "end", MIN_WIDTH - half
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
    """Return the vertical offsets to try, best first. None is on the arrow of the bound."""
    if bound == "at-most":
        return [-0.75, -1.9, 2.5]
    if bound in ("more-than", "at-least"):
        return [1.45, -1.6, 2.5]
    return [-0.75, 1.45, -1.9, 2.5]


def _get_mark_box(mark: ChartMark) -> Box:
    left, right = mark.left * MIN_WIDTH / 100, mark.right * MIN_WIDTH / 100
    above = 1.3 if mark.bound in ("more-than", "at-least") else 0.3
    below = 1.3 if mark.bound == "at-most" else 0.3
    return left - 0.3, right + 0.3, mark.y - above, mark.y + below


def _overlaps(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _explain_omitted(indicators: Sequence[Indicator], *, t: Translate) -> list[str]:
    """Return notes on the figures that are only in the table: undated ones and text."""
    undated = [_format_number(i.figure, t=t) for i in indicators if _get_date(i) is None]
    texts = [i.figure.printed or str(i.figure.value) for i in indicators if _get_date(i)]
    notes = (("chart.undated", undated), ("chart.no-number", texts))
    return [t(key, figures="; ".join(figures)) for key, figures in notes if figures]


def _explain_marks(
    indicators: Sequence[Indicator], marks: Sequence[ChartMark], *, has_lines: bool, t: Translate
) -> tuple[str, ...]:
    """Return a legend of the shapes that occur."""
    shapes = {mark.shape for mark in marks}
    notes = [t(f"chart.{shape}") for shape in ("over", "within") if shape in shapes]
    if _has_uneven_periods(indicators):
        notes.append(t("chart.uneven"))
    if has_lines:
        notes.append(t("chart.joined"))
    return (*notes, *_explain_bounds({mark.bound for mark in marks}, kind="mark", t=t))


def _explain_bounds(bounds: set[Bound | None], *, kind: str, t: Translate) -> tuple[str, ...]:
    keys = ("more-than", "at-least", "at-most", "about")
    return tuple(t(f"chart.{kind}.{key}") for key in keys if key in bounds)


def _wrap_label(label: str, number: str) -> tuple[str, ...]:
    """Wrap a label to the narrowest screen, with space for the number on the last line."""
    lines = [""]
    for word in (part for long in label.split() for part in textwrap.wrap(long, 24)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _measure_width(longer) > MIN_WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    if _measure_width(f"{lines[-1]} {number}") + 0.3 > MIN_WIDTH:
        lines.append("")
    return tuple(lines)


def _measure_width(text: str) -> float:
    """Return the approximate width of a text in em, rather too wide than too narrow."""
    return sum(map(_measure_character, text))


def _measure_character(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.0
    if character in "iljtfrI.,;:’'|()[] -":
        return 0.34
    return 0.78 if character in "mwMW%@" or character.isupper() else 0.57
