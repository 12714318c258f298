"""Figures → what a chart draws: bars for the parts of one figure, marks in time for a series.

Lengths across are per cent of the width, so that bars shrink with the screen; heights are in em,
so that letters never do. Nothing is smoothed, filled in, or joined over years without a figure.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal
from unicodedata import east_asian_width

from tracker.model import Breakdown, ImpreciseDate, Indicator, Text
from tracker.model.citation import Bound, Figure

Say = Callable[..., str]
Pick = Callable[[Text | None], str]
ChartNumber = int | float

WIDTH = 21.6
"""The width in em on the narrowest screen, 320 pixels: labels are broken and kept apart for it."""
ARROW_ROOM = 8.0
"""Per cent of the width kept free for arrows of open bounds."""

TOP, BASE, FLOOR = 2.6, 9.6, 11.4
"""In em: where the highest mark of a series lies, where zero lies, and the height of it all."""
LEAST_GAP_DAYS = 366
"""Marks with more days than this between them are not joined."""


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One part: its label in lines, its number in words, and how long it is in per cent."""

    lines: tuple[str, ...]
    told: str
    width: float
    top: float
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """The parts of one figure, in the order of the source, against the whole."""

    title: str
    desc: str
    notes: tuple[str, ...]
    bars: tuple[ChartBar, ...]
    track: float
    height: float
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class ChartMark:
    """One figure in time: a dot, the span it covers, or the span within which its day lies."""

    told: str
    shape: Literal["dot", "over", "within"]
    left: float
    right: float
    y: float
    bound: Bound | None = None
    anchor: Literal["start", "middle", "end"] = "middle"
    label_y: float = 0.0

    @property
    def middle(self) -> float:
        """Half-way, in per cent of the width."""
        return round((self.left + self.right) / 2, 3)

    @property
    def label_x(self) -> float:
        """Where its label is tied, in per cent of the width."""
        return {"start": 0.0, "middle": self.middle, "end": 100.0}[self.anchor]


@dataclass(frozen=True, slots=True)
class ChartJoin:
    """A thin line between two marks that follow each other."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class PointChart:
    """The figures of one series on an axis of whole years, counted from zero."""

    title: str
    desc: str
    notes: tuple[str, ...]
    marks: tuple[ChartMark, ...]
    joins: tuple[ChartJoin, ...]
    ticks: tuple[float, ...]
    years: tuple[tuple[float, int], ...]
    base: float = BASE
    height: float = FLOOR
    kind: Literal["points"] = "points"


Chart = BarChart | PointChart


def get_number(figure: Figure) -> ChartNumber | None:
    """The number to draw; None for text, rates of change, and what lies below zero."""
    value = figure.value
    drawn = not isinstance(value, str) and figure.change is None and value >= 0
    return value if drawn and not isinstance(value, str) else None


def format_number(figure: Figure, *, t: Say, share: bool = False) -> str:
    """The number as a label says it, with its bound before it."""
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:,}"
    if share:
        value = t("chart.share", n=value)
    return f"{t(f'bound.{figure.bound}')} {value}" if figure.bound else value


def make_breakdown_chart(
    breakdown: Breakdown, whole: Indicator, *, t: Say, text: Pick
) -> BarChart | None:
    """Bars of all parts; None if there are not two, or one of them has no number to draw."""
    numbers = [n for n in map(get_number, breakdown.parts) if n is not None]
    if len(numbers) < 2 or len(numbers) < len(breakdown.parts):
        return None
    share = breakdown.unit == "percent"
    full = 100 if share else get_number(whole.figure)
    scale = max(full or 0, *numbers) or 1
    track = 100 - ARROW_ROOM if any(p.bound for p in breakdown.parts) else 100.0
    bars: list[ChartBar] = []
    top = 0.0
    for part, value in zip(breakdown.parts, numbers, strict=True):
        says = format_number(part, t=t, share=share)
        lines = _wrap_label(text(part.label), says)
        top = round(top + 1.3 * len(lines) + 0.15, 2)
        bars.append(ChartBar(lines, says, round(track * value / scale, 3), top, part.bound))
        top = round(top + 1.5, 2)
    parts = [f"{text(p.label)}: {bar.told}" for p, bar in zip(breakdown.parts, bars, strict=True)]
    facts = {"by": breakdown.by, "all": format_number(whole.figure, t=t), "unit": whole.unit}
    key = "chart.full-share" if share else "chart.full"
    said = (t(key, **facts),) if full and scale == full else ()
    return BarChart(
        title=t("chart.by", figure=text(whole.title), **facts),
        desc=" ".join((t("chart.parts", parts="; ".join(parts)), *said)),
        notes=said + _explain_bounds({p.bound for p in breakdown.parts}, kind="bar", t=t),
        bars=tuple(bars),
        track=track,
        height=round(top - 0.7, 2),
    )


def make_series_chart(
    indicators: Sequence[Indicator], *, t: Say, day: Callable[[ImpreciseDate], str]
) -> PointChart | None:
    """Marks of all dated numbers; None if fewer than two, or if they measure different things."""
    if len({(i.series, i.unit) for i in indicators}) != 1 or indicators[0].series is None:
        return None
    drawn = sorted(
        (
            (w, n, i)
            for i in indicators
            if (w := _get_time(i)) and (n := get_number(i.figure)) is not None
        ),
        key=lambda found: (found[0].first, found[0].last, found[2].id),
    )
    if len(drawn) < 2:
        return None
    times = [when for when, _, _ in drawn]
    axis = Axis(min(w.first for w in times).year, max(w.last for w in times).year)
    highest = max(n for _, n, _ in drawn) or 1
    marks = _place_labels([_mark(i, axis=axis, share=n / highest, t=t) for _, n, i in drawn])
    joins = _make_joins([i for _, _, i in drawn], marks)
    parts = [f"{day(when)}: {format_number(i.figure, t=t)}" for when, _, i in drawn]
    span = {"first": axis.first, "last": axis.last, "unit": indicators[0].unit}
    said = t("chart.axis", **span), *_explain_rest(indicators, t=t, drawn={i.id for *_, i in drawn})
    return PointChart(
        title=t("chart.over-time", series=indicators[0].series),
        desc=" ".join((t("chart.times", parts="; ".join(parts)), *said)),
        notes=(*said, *_explain_marks([i for *_, i in drawn], marks, joined=bool(joins), t=t)),
        marks=marks,
        joins=joins,
        ticks=axis.ticks(),
        years=axis.years(),
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole years from the first to the last."""

    first: int
    last: int

    def at(self, day: date, *, end: bool = False) -> float:
        """Where a day begins or ends, in per cent of the width."""
        start, stop = date(self.first, 1, 1).toordinal(), date(self.last, 12, 31).toordinal() + 1
        return round(100 * (day.toordinal() + end - start) / (stop - start), 3)

    def ticks(self) -> tuple[float, ...]:
        """Where each year begins, and where the last one ends."""
        begin = (self.at(date(y, 1, 1)) for y in range(self.first, self.last + 1))
        return (*begin, 100.0)

    def years(self) -> tuple[tuple[float, int], ...]:
        """The middles of the years that are named: not more than fit a narrow screen."""
        count = self.last - self.first + 1
        named = range(self.first, self.last + 1, -(-count // 7))
        return tuple((round(100 * (y - self.first + 0.5) / count, 3), y) for y in named)


def _get_time(indicator: Indicator) -> ImpreciseDate | None:
    return indicator.as_of or indicator.period


def _choose_shape(indicator: Indicator) -> Literal["dot", "over", "within"]:
    when = _get_time(indicator)
    if when is None or when.precision in ("day", "month"):
        return "dot"
    return "over" if indicator.period else "within"


def _mark(indicator: Indicator, *, axis: Axis, share: float, t: Say) -> ChartMark:
    when = _get_time(indicator)
    assert when is not None  # only dated figures are drawn
    left, right = axis.at(when.first), axis.at(when.last, end=True)
    shape = _choose_shape(indicator)
    if shape == "dot":
        left = right = round((left + right) / 2, 3)
    figure = indicator.figure
    y = round(BASE - (BASE - TOP) * share, 2)
    return ChartMark(format_number(figure, t=t), shape, left, right, y, figure.bound)


def _make_joins(
    indicators: Sequence[Indicator], marks: Sequence[ChartMark]
) -> tuple[ChartJoin, ...]:
    """Lines from the end of one to the beginning of the next, where the two compare."""
    joins = []
    for (one, a), (other, b) in pairwise(zip(indicators, marks, strict=True)):
        if _compare(one, other):
            joins.append(ChartJoin(a.right, a.y, b.left, b.y))
    return tuple(joins)


def _compare(one: Indicator, other: Indicator) -> bool:
    """Whether a line may join them: exact, no overlap, a year apart at most, alike in length."""
    before, after = _get_time(one), _get_time(other)
    if before is None or after is None or one.figure.bound or other.figure.bound:
        return False
    apart = (after.first - before.last).days
    alike = (one.period is None) == (other.period is None)
    return alike and 0 < apart <= LEAST_GAP_DAYS and not _is_uneven([one, other])


def _is_uneven(indicators: Sequence[Indicator]) -> bool:
    """Whether some cover a longer period than others, by more than a tenth."""
    lengths = [(p.last - p.first).days + 1 for i in indicators if (p := i.period)]
    return bool(lengths) and max(lengths) > 1.1 * min(lengths)


def _place_labels(marks: Sequence[ChartMark]) -> tuple[ChartMark, ...]:
    """The marks with their labels where none lies on another, or on a mark, on a narrow screen."""
    taken = [_get_box(mark) for mark in marks]
    placed = []
    for own, mark in enumerate(marks):
        half, middle = _measure_width(mark.told) / 2, mark.middle * WIDTH / 100
        anchor: Literal["start", "middle", "end"] = "middle"
        if middle < half:
            anchor, middle = "start", half
        elif middle > WIDTH - half:
            anchor, middle = "end", WIDTH - half
        lifts = [-0.75, 1.45, -1.9, 2.5]
        if mark.bound == "at-most":  # an arrow falls there
            lifts = [-0.75, -1.9, 2.5]
        if mark.bound in ("more-than", "at-least"):  # an arrow rises there
            lifts = [1.45, -1.6, 2.5]
        free = [
            (
                mark.y + lift,
                (middle - half, middle + half, mark.y + lift - 0.8, mark.y + lift + 0.1),
            )
            for lift in lifts
            if 0.8 <= mark.y + lift < BASE - 0.2
        ]
        others = taken[:own] + taken[own + 1 :]
        best = next((f for f in free if not any(_overlaps(f[1], o) for o in others)), free[0])
        taken.append(best[1])
        placed.append(_add_label(mark, anchor=anchor, y=round(best[0], 2)))
    return tuple(placed)


Box = tuple[float, float, float, float]


def _get_box(mark: ChartMark) -> Box:
    left, right = mark.left * WIDTH / 100, mark.right * WIDTH / 100
    up = 1.3 if mark.bound in ("more-than", "at-least") else 0.3
    down = 1.3 if mark.bound == "at-most" else 0.3
    return left - 0.3, right + 0.3, mark.y - up, mark.y + down


def _overlaps(one: Box, other: Box) -> bool:
    across = one[0] < other[1] and other[0] < one[1]
    return across and one[2] < other[3] and other[2] < one[3]


def _add_label(
    mark: ChartMark, *, anchor: Literal["start", "middle", "end"], y: float
) -> ChartMark:
    return ChartMark(
        mark.told, mark.shape, mark.left, mark.right, mark.y, mark.bound, anchor=anchor, label_y=y
    )


def _explain_rest(indicators: Sequence[Indicator], *, t: Say, drawn: set[str]) -> tuple[str, ...]:
    """What is in the table and not in the picture, and why."""
    rest = [i for i in indicators if i.id not in drawn]
    undated = [format_number(i.figure, t=t) for i in rest if _get_time(i) is None]
    wordy = [i.figure.printed or str(i.figure.value) for i in rest if _get_time(i) is not None]
    said = []
    if undated:
        said.append(t("chart.undated", figures="; ".join(undated)))
    if wordy:
        said.append(t("chart.no-number", figures="; ".join(wordy)))
    return tuple(said)


def _explain_marks(
    indicators: Sequence[Indicator], marks: Sequence[ChartMark], *, joined: bool, t: Say
) -> tuple[str, ...]:
    """How to read the shapes that are there, and only those."""
    shapes = {mark.shape for mark in marks}
    said = [t(f"chart.{shape}") for shape in ("over", "within") if shape in shapes]
    if _is_uneven(indicators):
        said.append(t("chart.uneven"))
    if joined:
        said.append(t("chart.joined"))
    return (*said, *_explain_bounds({mark.bound for mark in marks}, kind="mark", t=t))


def _explain_bounds(bounds: set[Bound | None], *, kind: str, t: Say) -> tuple[str, ...]:
    keys = ("more-than", "at-least", "at-most", "about")
    return tuple(t(f"chart.{kind}.{key}") for key in keys if key in bounds)


def _wrap_label(label: str, says: str) -> tuple[str, ...]:
    """A label in lines that fit a narrow screen, the last with room for the number."""
    lines = [""]
    for word in (piece for long in label.split() for piece in textwrap.wrap(long, 24)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _measure_width(longer) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    if _measure_width(f"{lines[-1]} {says}") + 0.3 > WIDTH:
        lines.append("")
    return tuple(lines)


def _measure_width(text: str) -> float:
    """About how many em a text takes; rather more than less."""
    return sum(map(_measure_letter, text))


def _measure_letter(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.0
    if character in "iljtfrI.,;:’'|()[] -":
        return 0.34
    return 0.78 if character in "mwMW%@" or character.isupper() else 0.57
