"""Charts: bars for the parts of a figure, points in time for a series, and the home page's bars.

Widths are percentages, so that charts shrink with the screen. Heights are in em, so that text keeps
its size. Nothing is smoothed or interpolated. The title of a chart is its finding, in one sentence
that claims no trend between figures that are not comparable.
"""

from tracker.site.charts.breakdown import make_breakdown_chart
from tracker.site.charts.drawing import Chart, Span, YearAxis
from tracker.site.charts.series import make_series_chart

__all__ = ["Chart", "Span", "YearAxis", "make_breakdown_chart", "make_series_chart"]
