"""Bars for the parts of one figure."""

from collections.abc import Callable

from tracker.i18n import Translate
from tracker.model import Breakdown, Indicator, Text
from tracker.site.charts.drawing import Chart, ChartBar
from tracker.site.charts.figures import explain_bounds, format_number, get_number
from tracker.site.charts.findings import describe_largest
from tracker.site.charts.labels import wrap_label

ARROW_SPACE = 8.0
"""Percentage of the width reserved for the arrows of open bounds."""


def make_breakdown_chart(
    breakdown: Breakdown, whole: Indicator, *, t: Translate, localize: Callable[[Text | None], str]
) -> Chart | None:
    """Return the bars of all parts, or None for fewer than two or if one cannot be drawn."""
    numbers = [n for n in map(get_number, breakdown.parts) if n is not None]
    if len(numbers) < 2 or len(numbers) < len(breakdown.parts):
        return None
    is_share = breakdown.unit == "percent"
    full = 100 if is_share else get_number(whole.figure)
    scale = max(full or 0, *numbers) or 1
    bounds = {part.bound for part in breakdown.parts}
    track = 100 - ARROW_SPACE if any(bounds) else 100.0
    bars: list[ChartBar] = []
    top = 0.0
    for part, value in zip(breakdown.parts, numbers, strict=True):
        number = format_number(part, t=t, is_share=is_share)
        lines = wrap_label(localize(part.label), number)
        top = round(top + 1.3 * len(lines) + 0.15, 2)
        bars.append(ChartBar(lines, number, round(track * value / scale, 3), top, part.bound))
        top = round(top + 1.5, 2)
    pairs = zip(breakdown.parts, bars, strict=True)
    parts = "; ".join(f"{localize(part.label)}: {bar.number}" for part, bar in pairs)
    facts = {"by": breakdown.by, "all": format_number(whole.figure, t=t), "unit": whole.unit}
    scale_key = "chart.full-share" if is_share else "chart.full"
    scale_note = (t(scale_key, **facts),) if full and scale == full else ()
    return Chart(
        title=describe_largest(breakdown, whole, t=t, localize=localize),
        name=t("chart.by", figure=localize(whole.title), **facts),
        description=" ".join((t("chart.parts", parts=parts), *scale_note)),
        notes=scale_note + explain_bounds(bounds, kind="bar", t=t),
        bars=tuple(bars),
        track=track,
        height=round(top - 0.7, 2),
    )
