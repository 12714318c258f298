"""The finding of a chart in one sentence, which is its title."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from tracker.i18n import Translate
from tracker.model import Breakdown, ImpreciseDate, Indicator, Text
from tracker.site.charts.figures import format_number, get_date, get_number, is_comparable


def describe_series(
    indicators: Sequence[Indicator], *, t: Translate, format_date: Callable[[ImpreciseDate], str]
) -> str:
    """Return how the figures changed, if they are comparable, or else the first and the latest.

    The indicators have dates and are in their order.
    """
    days = [format_date(when) for i in indicators if (when := get_date(i))]
    texts = [format_number(i.figure, t=t) for i in indicators]
    unit, last = indicators[0].unit, len(indicators) - 1
    facts = {"a": texts[0], "b": texts[-1], "first": days[0], "last": days[-1], "unit": unit}
    if days[0] == days[-1]:
        return t("chart.same-date", **facts | {"a": "; ".join(texts)})
    if len(set(texts)) == 1:
        return t("chart.same", **facts, count=len(texts))
    start, end = _find_longest_run(indicators)
    if start == end:
        return t("chart.first-latest", **facts)
    run = facts | {"a": texts[start], "b": texts[end], "first": days[start], "last": days[end]}
    finding = _describe_run(indicators[start : end + 1], run, t=t)
    return finding if end == last else t("chart.also-latest", **facts, finding=finding)


def describe_largest(
    breakdown: Breakdown, whole: Indicator, *, t: Translate, localize: Callable[[Text | None], str]
) -> str:
    """Return the largest part or parts, or how many there are if a bound leaves that open.

    A part that combines all others is not compared: its size depends on what the source names. No
    nationality is named in a title.
    """
    numbers = [get_number(part) or 0 for part in breakdown.parts]
    facts = {"by": breakdown.by, "all": format_number(whole.figure, t=t), "unit": whole.unit}
    if breakdown.by_nationality:
        return t("chart.parts.by", **facts, count=len(numbers))
    if get_number(whole.figure) is None or any(part.bound for part in breakdown.parts):
        return t("chart.parts.open", **facts, count=len(numbers))
    named = [
        (part, number)
        for part, number in zip(breakdown.parts, numbers, strict=True)
        if part.kind == "named"
    ]
    if not named:
        return t("chart.parts.open", **facts, count=len(numbers))
    most = max(number for _, number in named)
    largest = [part for part, number in named if number == most]
    labels = ", ".join(localize(part.label) for part in largest)
    number = format_number(largest[0], t=t, is_share=breakdown.unit == "percent")
    key = "chart.largest" if len(largest) == 1 else "chart.largest.equal"
    if len(named) < len(numbers):
        key += ".named"
    return capitalize(t(key, **facts, labels=labels, number=number))


def capitalize(text: str) -> str:
    """Return a text that begins a sentence."""
    return text[:1].upper() + text[1:]


def _find_longest_run(indicators: Sequence[Indicator]) -> tuple[int, int]:
    """Return the first and last place of the most consecutive comparable figures, or the latest."""
    start = 0
    runs = [(0, 0)]
    for place, (earlier, later) in enumerate(pairwise(indicators), 1):
        start = start if is_comparable(earlier, later) else place
        runs.append((start, place))
    return max(reversed(runs), key=lambda run: run[1] - run[0])


def _describe_run(run: Sequence[Indicator], facts: dict[str, str], *, t: Translate) -> str:
    """Return how comparable figures changed. Ups and downs are a range, not a trend."""
    numbers = [get_number(i.figure) or 0 for i in run]
    if len(set(numbers)) == 1:
        return t("chart.same", **facts, count=len(numbers))
    if numbers == sorted(numbers):
        return t("chart.rose", **facts)
    if numbers == sorted(numbers, reverse=True):
        return t("chart.fell", **facts)
    low, high = f"{min(numbers):,}", f"{max(numbers):,}"
    return t("chart.range", **facts, low=low, high=high)
