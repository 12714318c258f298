"""The figures of a chart: their numbers, dates and texts, and whether they are comparable."""

from collections.abc import Sequence

from tracker.i18n import Translate
from tracker.model import ImpreciseDate, Indicator
from tracker.model.citation import Bound, Figure

MAX_LINE_DAYS = 366
"""Figures further apart are not compared."""


def get_number(figure: Figure) -> int | float | None:
    """Return the number to draw, or None for text, rates of change and negative numbers."""
    value = figure.value
    if isinstance(value, str) or figure.change is not None or value < 0:
        return None
    return value


def format_number(figure: Figure, *, t: Translate, is_share: bool = False) -> str:
    """Return the text of a label: the number, preceded by its bound."""
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:,}"
    if is_share:
        value = t("chart.share", n=value)
    return f"{t(f'bound.{figure.bound}')} {value}" if figure.bound else value


def get_date(indicator: Indicator) -> ImpreciseDate | None:
    """Return the date of the count, or the period that it covers."""
    return indicator.as_of or indicator.period


def is_comparable(earlier: Indicator, later: Indicator) -> bool:
    """Return whether figures are exact, at most a year apart, and of similar, separate periods."""
    before, after = get_date(earlier), get_date(later)
    if before is None or after is None or earlier.figure.bound or later.figure.bound:
        return False
    days = (after.first - before.last).days
    same_kind = (earlier.period is None) == (later.period is None)
    return same_kind and 0 < days <= MAX_LINE_DAYS and not has_uneven_periods([earlier, later])


def has_uneven_periods(indicators: Sequence[Indicator]) -> bool:
    """Return whether the lengths of the periods differ by more than a tenth."""
    return bool(find_short_periods(indicators))


def find_short_periods(indicators: Sequence[Indicator]) -> list[ImpreciseDate]:
    """Return the periods that are shorter than the longest one by more than a tenth."""
    periods = [i.period for i in indicators if i.period]
    longest = max(map(_count_days, periods), default=0)
    return [period for period in periods if longest > 1.1 * _count_days(period)]


def _count_days(period: ImpreciseDate) -> int:
    return (period.last - period.first).days + 1


def explain_bounds(bounds: set[Bound | None], *, kind: str, t: Translate) -> tuple[str, ...]:
    """Return the explanations of the bounds that occur."""
    keys = ("more-than", "at-least", "at-most", "about")
    return tuple(t(f"chart.{kind}.{key}") for key in keys if key in bounds)
