"""Titles of charts: each is a finding that the figures support."""

import pytest

from tests.test_charts import BOUNDS, bars, figure, find_by_class, indicator, points, svg
from tracker.i18n import t
from tracker.model import Breakdown
from tracker.site.charts import make_breakdown_chart


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([("2018", 376), ("2019", 404)], "rose from 376 (2018) to 404 (2019)"),
        ([("2018", 9), ("2019", 4), ("2020", 2)], "fell from 9 (2018) to 2 (2020)"),
        ([("2018", 5), ("2019", 7), ("2020", 6)], "between 5 and 7 persons, 2018 to 2020"),
        ([("2012", 3585), ("2016", 3585)], "3,585 persons in each of 2 figures, 2012 to 2016"),
        ([("2015", 3), ("2017", 9)], "first figure 3 (2015), latest figure 9 (2017)"),
        (
            [("2018", 376), ("2019", 404), ("2020-H1", 51)],
            "rose from 376 (2018) to 404 (2019); "
            "latest figure, not compared: 51 (first half of 2020)",
        ),
        ([("2018", 5), ("2018", 7)], "5; 7 persons, all for 2018"),
    ],
)
def test_title_is_a_finding_without_a_false_trend(
    rows: list[tuple[str, int]], finding: str
) -> None:
    """The title mentions a rise or fall only if the figures are comparable and monotonic."""
    chart = points(*(indicator(n, value=v, period=p) for n, (p, v) in enumerate(rows)))
    assert chart is not None
    assert chart.title == f"Newcomers: {finding}"


@pytest.mark.parametrize("bound", BOUNDS)
def test_bound_allows_no_trend_and_no_largest_part(bound: str) -> None:
    """A figure with a bound is neither compared nor the largest."""
    chart = points(
        indicator(1, value=9, period="2018", bound=bound), indicator(2, value=4, period="2019")
    )
    parts = bars({"a": figure(50, bound=bound), "b": 40})
    assert chart is not None
    assert parts is not None
    told = t(f"bound.{bound}")
    assert chart.title == f"Newcomers: first figure {told} 9 (2018), latest figure 4 (2019)"
    assert parts.title == "2 parts by age, with no exact comparison"


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        ({"men": 60, "women": 40}, "Men: 60 of 100 persons, the largest part"),
        ({"men": 50, "women": 50}, "Men, women: 50 each of 100 persons, the largest parts"),
    ],
)
def test_title_of_bars_is_the_largest_part(parts: dict[str, int], title: str) -> None:
    """The largest part is named, or each of the largest."""
    chart = bars(parts)
    assert chart is not None
    assert chart.title == title


def test_part_that_combines_all_others_is_never_the_largest() -> None:
    """The largest named part is the finding, however large the rest is."""
    rest = figure(40, kind="residual")
    chart = bars({"north": 35, "south": 25, "elsewhere": rest})
    assert chart is not None
    assert chart.title == "North: 35 of 100 persons, the largest named part"
    only = bars({"a": figure(50, kind="residual"), "b": figure(50, kind="residual")})
    assert only is not None
    assert only.title == "2 parts by age, with no exact comparison"


def test_no_nationality_is_in_a_title() -> None:
    """The title of a breakdown by nationality says what is broken down."""
    breakdown = Breakdown.model_validate(
        {
            "by": "nationality",
            "parts": [{"label": name, **figure(50)} for name in ("Arland", "Borland")],
        }
    )
    chart = make_breakdown_chart(breakdown, indicator(), t=t, localize=str)
    assert chart is not None
    assert chart.title == "100 persons in 2 parts, by nationality"


def test_shorter_period_looks_different_and_is_named() -> None:
    """A figure of half a year has a hollow line and its period in the label and the legend."""
    chart = points(indicator(1, value=404, period="2019"), indicator(2, value=51, period="2020-H1"))
    assert chart is not None
    picture = svg(chart)
    assert len(find_by_class(picture, "ct-chart__hollow")) == 1
    assert len(find_by_class(picture, "ct-chart__span--short")) == 1
    assert "51 first half of 2020" in ["".join(e.itertext()) for e in picture.iter("text")]
    assert t("chart.short", periods="first half of 2020") in chart.notes


def test_title_names_undated_figures() -> None:
    """A figure without a date may be the newest, so the finding does not pass over it."""
    chart = points(
        indicator(1, value=61, period="2017"),
        indicator(2, value=75, period="2018"),
        indicator(3, value=70, bound="about"),
    )
    assert chart is not None
    assert chart.title == ("Newcomers: rose from 61 (2017) to 75 (2018); without a date: about 70")
