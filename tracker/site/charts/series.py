"""Points in time for the figures of a series."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import floor, log10

from tracker.i18n import Translate
from tracker.model import ImpreciseDate, Indicator
from tracker.site.charts.drawing import BASE, TOP, Chart, ChartMark, Shape, Tick, YearAxis
from tracker.site.charts.figures import (
    explain_bounds,
    find_short_periods,
    format_number,
    get_date,
    get_number,
    is_comparable,
)
from tracker.site.charts.findings import capitalize, describe_series
from tracker.site.charts.labels import place_labels


def make_series_chart(
    indicators: Sequence[Indicator], *, t: Translate, format_date: Callable[[ImpreciseDate], str]
) -> Chart | None:
    """Return the marks of all dated numbers.

    Returns None for fewer than two, or if the indicators differ in series or unit.
    """
    if len({(i.series, i.unit) for i in indicators}) != 1 or indicators[0].series is None:
        return None
    points = _sort_points(indicators)
    if len(points) < 2:
        return None
    dates, numbers, drawn = zip(*points, strict=True)
    axis = YearAxis(min(d.first for d in dates).year, max(d.last for d in dates).year)
    highest = max(numbers) or 1
    short = {period: format_date(period) for period in find_short_periods(drawn)}
    marks = place_labels(
        [_make_mark(i, when, short, axis=axis, share=n / highest, t=t) for when, n, i in points]
    )
    lines = _connect_marks(drawn, marks)
    parts = "; ".join(f"{format_date(d)}: {format_number(i.figure, t=t)}" for d, _, i in points)
    facts = {"first": axis.first, "last": axis.last, "unit": indicators[0].unit}
    omitted = [i for i in indicators if i not in drawn]
    notes = (t("chart.axis", **facts), *_explain_omitted(omitted, t=t))
    series = capitalize(indicators[0].series)
    finding = describe_series(drawn, t=t, format_date=format_date)
    if undated := [format_number(i.figure, t=t) for i in omitted if get_date(i) is None]:
        finding = t("chart.also-undated", finding=finding, figures="; ".join(undated))
    return Chart(
        title=t("chart.title", series=series, finding=finding),
        name=t("chart.over-time", series=series),
        description=" ".join((t("chart.times", parts=parts), *notes)),
        notes=(*notes, *_explain_marks(marks, lines, t=t)),
        marks=marks,
        lines=lines,
        axis=axis,
        ticks=_make_ticks(highest),
    )


def _sort_points(
    indicators: Sequence[Indicator],
) -> list[tuple[ImpreciseDate, int | float, Indicator]]:
    """Return the figures that have a date and a number, in the order of their dates."""
    points = (
        (when, number, indicator)
        for indicator in indicators
        if (when := get_date(indicator)) and (number := get_number(indicator.figure)) is not None
    )
    return sorted(points, key=lambda point: (point[0].first, point[0].last, point[2].id))


def _make_mark(
    indicator: Indicator,
    when: ImpreciseDate,
    short: Mapping[ImpreciseDate, str],
    *,
    axis: YearAxis,
    share: float,
    t: Translate,
) -> ChartMark:
    """Return a mark without its label's position.

    `short` has the periods that are shorter than others, in words. `share` is relative to the
    highest mark.
    """
    is_point = when.precision in ("day", "month")
    left, right = axis.get_span(when, is_point=is_point)
    period = short.get(indicator.period, "") if indicator.period else ""
    covered: Shape = "short" if period else "over"
    shape: Shape = "dot" if is_point else covered if indicator.period else "within"
    figure = indicator.figure
    y = round(BASE - (BASE - TOP) * share, 2)
    number = format_number(figure, t=t)
    return ChartMark(number, shape, left, right, y, figure.bound, period=period)


def _connect_marks(
    indicators: Sequence[Indicator], marks: Sequence[ChartMark]
) -> tuple[tuple[ChartMark, ChartMark], ...]:
    """Return each pair of consecutive marks that are comparable."""
    pairs = pairwise(zip(indicators, marks, strict=True))
    return tuple((a, b) for (earlier, a), (later, b) in pairs if is_comparable(earlier, later))


def _make_ticks(highest: float) -> tuple[Tick, ...]:
    """Return zero and one or two round values."""
    power = 10.0 ** floor(log10(highest))
    steps = (0.5 * power, power, 2 * power, 5 * power)
    step = next(s for s in steps if highest < 3 * s and (s >= 1 or isinstance(highest, float)))
    values = (step * n for n in range(int(highest / step) + 1))
    return tuple((round(BASE - (BASE - TOP) * v / highest, 2), f"{v:,.10g}") for v in values)


def _explain_omitted(indicators: Sequence[Indicator], *, t: Translate) -> list[str]:
    """Return notes on the figures that are only in the table: undated ones and text."""
    undated = [format_number(i.figure, t=t) for i in indicators if get_date(i) is None]
    texts = [i.figure.printed or str(i.figure.value) for i in indicators if get_date(i)]
    notes = (("chart.undated", undated), ("chart.no-number", texts))
    return [t(key, figures="; ".join(figures)) for key, figures in notes if figures]


def _explain_marks(
    marks: Sequence[ChartMark], lines: Sequence[tuple[ChartMark, ChartMark]], *, t: Translate
) -> tuple[str, ...]:
    """Return a legend of the shapes that occur."""
    shapes = {mark.shape for mark in marks}
    notes = [t(f"chart.{shape}") for shape in ("over", "within") if shape in shapes]
    if short := dict.fromkeys(mark.period for mark in marks if mark.period):
        notes.append(t("chart.short", periods="; ".join(short)))
    if any(map(_is_visible, lines)):
        notes.append(t("chart.joined"))
    return (*notes, *explain_bounds({mark.bound for mark in marks}, kind="mark", t=t))


def _is_visible(line: tuple[ChartMark, ChartMark]) -> bool:
    """Return whether a line is longer than the marks that it connects are thick."""
    before, after = line
    return after.left - before.right > 1 or abs(after.y - before.y) > 0.5
