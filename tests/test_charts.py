"""Charts: every drawn value is in the records, and unknown values are not drawn."""

from collections.abc import Mapping
from functools import partial
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tests.test_render import make_context
from tracker.i18n import t
from tracker.model import Breakdown, Indicator, Text
from tracker.records.loader import LoadResult
from tracker.site import dates
from tracker.site.charts import Chart, make_breakdown_chart, make_series_chart
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_record_page
from tracker.site.template_environment import make_environment

BOUNDS = ("more-than", "at-least", "at-most", "about")


def figure(value: object, **more: object) -> dict[str, object]:
    return {"value": value, "printed": str(value), **more}


def indicator(number: int = 1, /, value: object = 100, **more: object) -> Indicator:
    """Return an invented indicator. `bound` and `change` are fields of its figure."""
    of_figure = {key: more.pop(key) for key in ("bound", "change") if key in more}
    timed = {} if {"as_of", "period"} & more.keys() else {"undated": "Nobody says."}
    fields = {
        "id": f"count-{number}",
        "title": "Newcomers",
        "counts": "People.",
        "population": "All.",
        "unit": "persons",
        "role": "context",
        "series": "newcomers",
        "figure": figure(value, **of_figure),
        "citations": [],
    }
    return Indicator.model_validate(fields | timed | more)


def bars(
    parts: Mapping[str, object], *, whole: Indicator | None = None, unit: str = "same"
) -> Chart | None:
    """Return the bars of parts, each a value or the fields of a figure."""
    found = [
        {"label": label, **(part if isinstance(part, dict) else figure(part))}
        for label, part in parts.items()
    ]
    breakdown = Breakdown.model_validate({"by": "age", "unit": unit, "parts": found})
    return make_breakdown_chart(breakdown, whole or indicator(), t=t, localize=str)


def points(*indicators: Indicator) -> Chart | None:
    return make_series_chart(indicators, t=t, format_date=partial(dates.format_date, translate=t))


def render_chart(chart: Chart, *, name: str) -> str:
    """Return the HTML of a chart with its caption."""
    template = make_environment().get_template("chart.html")
    return str(vars(template.module)["figure"](chart, name))


def svg(chart: Chart | None) -> ElementTree.Element:
    """Return the parsed picture of a chart."""
    assert chart is not None
    found = ElementTree.fromstring(render_chart(chart, name="c")).find("svg")
    assert found is not None
    return found


def find_by_class(picture: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in picture.iter() if name in e.get("class", "").split()]


def percent(element: ElementTree.Element, key: str) -> float:
    return float(element.get(key, "0%").removesuffix("%"))


def em(element: ElementTree.Element, key: str) -> float:
    return float(element.get(key, "0em").removesuffix("em"))


def labels(picture: ElementTree.Element) -> list[str]:
    """Return the numbers in a picture."""
    return ["".join(e.itertext()) for e in find_by_class(picture, "ct-chart__number")]


def test_bar_lengths_are_proportional() -> None:
    """Lengths are proportional to the parts, in the order of the source."""
    picture = svg(bars({"18–35": 61, "under 18": 7, "over 35": 32}))
    lengths = [percent(e, "width") for e in find_by_class(picture, "ct-chart__bar")]
    assert lengths == [61, 7, 32]
    assert labels(picture) == ["61", "7", "32"]
    assert [e.text for e in picture.iter("text")] == ["18–35 ", "under 18 ", "over 35 "]


def test_shares_are_scaled_to_100_percent() -> None:
    """Parts in per cent are scaled to 100, whatever the figure is, and the notes say so."""
    picture = svg(bars({"north": 40, "south": 60}, whole=indicator(value=1237), unit="percent"))
    assert [percent(e, "width") for e in find_by_class(picture, "ct-chart__bar")] == [40, 60]
    assert labels(picture) == ["40%", "60%"]
    assert "100% of 1,237 persons" in "".join(picture.itertext())


@pytest.mark.parametrize("bound", BOUNDS)
def test_bound_of_a_bar_has_a_text_and_a_shape(bound: str) -> None:
    """A bound is in the label, has a separate shape, and is explained."""
    chart = bars({"a": figure(50, bound=bound), "b": 50})
    picture = svg(chart)
    assert labels(picture) == [f"{t(f'bound.{bound}')} 50", "50"]
    hatched = [e.get("fill") for e in find_by_class(picture, "ct-chart__bar")]
    assert hatched == ["url(#c-hatch)" if bound in ("at-most", "about") else None, None]
    assert len(find_by_class(picture, "ct-chart__arrow")) == (bound != "about")
    assert chart is not None
    assert t(f"chart.bar.{bound}") in chart.notes


def test_arrow_of_the_longest_bar_fits_the_chart() -> None:
    """The scale leaves space for arrows."""
    picture = svg(bars({"a": figure(100, bound="at-least"), "b": 0}))
    assert percent(find_by_class(picture, "ct-chart__bar")[0], "width") == 92
    assert percent(find_by_class(picture, "ct-chart__track")[0], "width") == 92


@pytest.mark.parametrize("part", ["1 in 8", {"value": 5, "printed": "5", "change": "rise"}, -1])
def test_values_without_a_length_have_no_chart(part: object) -> None:
    """Text, rates of change and negative numbers are only in the table."""
    assert bars({"a": part, "b": 5}) is None


def test_marks_are_at_their_date_and_value() -> None:
    """Heights are proportional to the values, and the mark of a year spans the year."""
    picture = svg(
        points(indicator(1, value=404, period="2019"), indicator(2, value=51, period="2020-H1"))
    )
    spans = find_by_class(picture, "ct-chart__span--over")
    base = em(find_by_class(picture, "ct-chart__axis")[0], "y")
    heights = [base - em(e, "y1") for e in spans]
    assert [round(404 * h / heights[0]) for h in heights] == pytest.approx([404, 51], abs=1)
    assert percent(spans[0], "x1") == 0
    assert percent(spans[0], "x2") == percent(spans[1], "x1") == pytest.approx(50, abs=0.1)
    assert percent(spans[1], "x2") == pytest.approx(75, abs=0.2)
    assert labels(picture) == ["404", "51"]


def test_imprecise_date_is_a_dashed_line() -> None:
    """The count on an unknown day of a year looks different from the count of that year."""
    picture = svg(points(indicator(1, as_of="2017"), indicator(2, as_of="2018-07")))
    assert len(find_by_class(picture, "ct-chart__span--within")) == 1
    assert len(find_by_class(picture, "ct-chart__dot")) == 1


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ({"as_of": "2018-07"}, {"as_of": "2019-03"}, True),
        ({"period": "2018"}, {"period": "2019"}, True),
        ({"as_of": "2015"}, {"as_of": "2016"}, True),
        ({"as_of": "2015"}, {"as_of": "2017"}, False),
        ({"as_of": "2012-01-01"}, {"as_of": "2015-01-01"}, False),
        ({"period": "2019"}, {"period": "2020-H1"}, False),
        ({"period": "2018"}, {"as_of": "2019-03"}, False),
        ({"period": "2008/2018"}, {"period": "2008/2019"}, False),
        ({"as_of": "2018-07", "bound": "about"}, {"as_of": "2019-03"}, False),
    ],
)
def test_only_comparable_marks_are_connected(
    one: dict[str, object], other: dict[str, object], joined: bool
) -> None:
    """No line crosses missing years, or connects different periods or a bound."""
    chart = points(indicator(1, **one), indicator(2, **other))
    assert chart is not None
    assert bool(chart.lines) is joined


@pytest.mark.parametrize("bound", BOUNDS)
def test_bound_of_a_mark_has_a_text_and_a_shape(bound: str) -> None:
    """A bound has an arrow or a ring, a text in the label, and an explanation."""
    chart = points(indicator(1, as_of="2018-07", bound=bound), indicator(2, as_of="2019-07"))
    picture = svg(chart)
    assert labels(picture) == [f"{t(f'bound.{bound}')} 100", "100"]
    assert len(find_by_class(picture, "ct-chart__arrow")) == (bound != "about")
    assert len(find_by_class(picture, "ct-chart__dot--about")) == (bound == "about")
    assert chart is not None
    assert t(f"chart.mark.{bound}") in chart.notes


def test_omitted_figures_are_in_the_notes() -> None:
    """The notes name figures that are undated or text."""
    chart = points(
        indicator(1, as_of="2018"),
        indicator(2, as_of="2019"),
        indicator(3, value=82),
        indicator(4, value="1 in 8", as_of="2020"),
    )
    assert chart is not None
    assert t("chart.undated", figures="82") in chart.notes
    assert t("chart.no-number", figures="1 in 8") in chart.notes
    assert len(chart.marks) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"series": "others"},
        {"unit": "families"},
        {"change": "rise"},
        {"value": "many"},
        {"as_of": None, "undated": "Nobody says."},
    ],
)
def test_incomparable_figures_have_no_chart(other: dict[str, object]) -> None:
    """Different series or units, rates, text and undated figures are not on one axis."""
    assert points(indicator(1, as_of="2018"), indicator(2, **{"as_of": "2019"} | other)) is None


def test_labels_do_not_overlap() -> None:
    """The labels of two marks that almost touch do not overlap."""
    chart = points(
        indicator(1, value=1529, period="2008/2018"), indicator(2, value=1619, period="2008/2019")
    )
    assert chart is not None
    one, other = chart.marks
    assert abs(one.label_y - other.label_y) > 1


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("value", [0, 3, 50, 100])
def test_label_does_not_overlap_its_arrow(bound: str, value: int) -> None:
    """The label of an arrow is above or below it."""
    mark = indicator(1, value=value, as_of="2018-07", bound=bound)
    chart = points(mark, indicator(2, as_of="2019-07"))
    assert chart is not None
    off = chart.marks[0].label_y - chart.marks[0].y
    across = {"at-most": 0 < off < 2.2, "about": False}.get(bound, -1.5 < off < 0)
    assert not across


def test_chart_has_a_name_and_a_description() -> None:
    """A screen reader reads the finding, which is visible, and every number."""
    chart = bars({"a": 40, "b": 60})
    assert chart is not None
    picture = svg(chart)
    named = {e.get("id"): e for e in ElementTree.fromstring(render_chart(chart, name="c")).iter()}
    assert picture.get("role") == "img"
    assert named[picture.get("aria-labelledby")].text == chart.title
    assert chart.name == "Newcomers, by age"
    told = named[picture.get("aria-describedby")].text
    assert told == "Bars, in table order: a: 40; b: 60. Full width: 100 persons."


@pytest.mark.parametrize(("value", "visible"), [(99, False), (50, True)])
def test_legend_explains_visible_lines_only(value: int, visible: bool) -> None:
    """Marks that touch are connected by a line that nobody can see."""
    chart = points(indicator(1, period="2018"), indicator(2, value=value, period="2019"))
    assert chart is not None
    assert (t("chart.joined") in chart.notes) is visible


def test_page_says_a_bound_in_the_language_of_the_site() -> None:
    """The number comes first, with its bound, and the published form is named as such."""
    context = make_context()
    record = context.view.all(Indicator)[0]
    stated = {"value": 70, "printed": "təxminən 70", "bound": "about"}
    record = record.model_copy(update={"figure": record.figure.model_copy(update=stated)})
    page = BeautifulSoup(render_record_page(context, "indicators", record).html, "html.parser")
    headline = page.select_one(".ct-figure")
    assert headline
    assert " ".join(headline.get_text(" ").split()) == f"about 70 {record.unit}"
    assert "təxminən 70" in page.get_text()


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, ["0", "1"]),
        (1, ["0", "1"]),
        (2, ["0", "1", "2"]),
        (51, ["0", "20", "40"]),
        (404, ["0", "200", "400"]),
        (3585, ["0", "2,000"]),
        (620_422, ["0", "500,000"]),
        (0.4, ["0", "0.2", "0.4"]),
    ],
)
def test_axis_has_two_or_three_round_values(highest: float, ticks: list[str]) -> None:
    """Values of the axis are round, start at zero and are at their height."""
    chart = points(indicator(1, value=highest, as_of="2018"), indicator(2, value=0, as_of="2019"))
    assert chart is not None
    assert [value for _, value in chart.ticks] == ticks
    mark, zero = chart.marks
    assert chart.ticks[0][0] == zero.y
    for y, value in chart.ticks if highest else ():
        share = float(value.replace(",", "")) / highest
        assert y == pytest.approx(zero.y - (zero.y - mark.y) * share, abs=0.02)


def test_markup_in_labels_is_escaped() -> None:
    """Markup in a record is shown as text."""
    chart = bars({"<b>&": 40, '"><script>': 60})
    assert chart is not None
    html = render_chart(chart, name="c")
    assert "<script>" not in html
    assert "<b>" not in html
    assert [e.text for e in svg(chart).iter("text")] == ["<b>& ", '"><script> ']


def test_long_labels_are_wrapped() -> None:
    """A label wider than the narrowest screen is wrapped without loss."""
    label = "people who were registered long ago at a place where they have never lived"
    chart = bars({label: 40, "b": 60})
    assert chart is not None
    assert len(chart.bars[0].lines) > 1
    assert " ".join(chart.bars[0].lines).strip() == label


def test_chart_does_not_depend_on_order() -> None:
    """The order of the indicators does not matter."""
    one, other = indicator(1, as_of="2018"), indicator(2, as_of="2019")
    assert points(one, other) == points(other, one)
    chart = points(one, other)
    assert chart is not None
    assert render_chart(chart, name="c") == render_chart(chart, name="c")


def test_example_page_has_charts() -> None:
    """Charts are above the tables of breakdowns and series, and have unique ids."""
    context = make_context()
    record = context.view.data.find("count-1")
    assert record
    page = render_record_page(context, "indicators", record).html
    assert [page.count(f'id="chart-{n}-name"') for n in ("1", "2", "series")] == [1, 1, 1]
    assert page.index("chart-1-name") < page.index("ct-parts")


def iter_charts(context: SiteContext) -> list[tuple[Chart, tuple[object, ...]]]:
    """Return every chart of a site, with the values that it may show."""

    def text(value: Text | None) -> str:
        return context.localize(value)

    day = partial(dates.format_date, translate=t)
    found: list[tuple[Chart, tuple[object, ...]]] = []
    for record in context.view.all(Indicator):
        for b in record.breakdowns:
            if chart := make_breakdown_chart(b, record, t=t, localize=text):
                found.append((chart, tuple(p.value for p in b.parts)))
    for name in sorted({i.series for i in context.view.all(Indicator) if i.series}):
        series = context.view.series(name)
        if line := make_series_chart(series, t=t, format_date=day):
            found.append((line, tuple(i.figure.value for i in series)))
    return found


def test_real_charts_show_recorded_numbers(real: LoadResult) -> None:
    """Each number in a chart of the frozen records is in its table. There is no style or script."""
    found = iter_charts(make_real_context(real))
    assert len(found) > 15
    for chart, values in found:
        html = render_chart(chart, name="c")
        shown = {label.split()[-1].rstrip("%") for label in labels(svg(chart))}
        assert shown <= {f"{v:,}" for v in values if not isinstance(v, str)}
        assert " style=" not in html
        assert "<script" not in html


def make_real_context(real: LoadResult) -> SiteContext:
    assert real.problems == ()
    return SiteContext(DatasetView(real.dataset, make_context().view.today))
