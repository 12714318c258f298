"""Elements of charts: bars, marks, axes and texts."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.model import ImpreciseDate
from tracker.model.citation import Bound

Anchor = Literal["start", "middle", "end"]
Shape = Literal["dot", "over", "short", "within"]
"""A dot, the period that a figure covers (`short` if others are longer), or the period that
contains its date."""
Span = tuple[float, float]
"""Left and right, in percentages of the width."""
Tick = tuple[float, str]
"""The vertical position of a round value, in em, and the value."""

TOP, BASE, HEIGHT = 2.6, 9.6, 11.4
"""Position of the highest mark, position of zero, and total height of a series, in em."""


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
    period: str = ""
    """The period in words, if it is shorter than others."""

    @property
    def label(self) -> str:
        """The text next to the mark."""
        return f"{self.number} {self.period}".rstrip()

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
    """The finding."""
    name: str
    """A description of the chart."""
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
    ticks: tuple[Tick, ...] = ()
    """Round values of the vertical axis, from zero."""
