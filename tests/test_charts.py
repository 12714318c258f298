"""Charts: what is drawn equals what is recorded, and nothing is drawn that is not known."""

from collections.abc import Mapping
from functools import partial
from xml.etree import ElementTree

import pytest

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
    """An indicator of an invented count; `bound` and `change` go into its figure."""
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
    """The bars of parts, each a value or the fields of a figure."""
    found = [
        {"label": label, **(part if isinstance(part, dict) else figure(part))}
        for label, part in parts.items()
    ]
    breakdown = Breakdown.model_validate({"by": "age", "unit": unit, "parts": found})
    return make_breakdown_chart(breakdown, whole or indicator(), t=t, localize=str)


def points(*indicators: Indicator) -> Chart | None:
    return make_series_chart(indicators, t=t, format_date=partial(dates.format_date, translate=t))


def render_chart(chart: Chart, *, name: str) -> str:
    """The chart with its caption."""
    template = make_environment().get_template("chart.html")
    return str(vars(template.module)["figure"](chart, name))


def svg(chart: Chart | None) -> ElementTree.Element:
    """The picture, read back."""
    assert chart is not None
    found = ElementTree.fromstring(render_chart(chart, name="c")).find("svg")
    assert found is not None
    return found


def classed(picture: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in picture.iter() if name in e.get("class", "").split()]


def percent(element: ElementTree.Element, key: str) -> float:
    return float(element.get(key, "0%").removesuffix("%"))


def em(element: ElementTree.Element, key: str) -> float:
    return float(element.get(key, "0em").removesuffix("em"))


def labels(picture: ElementTree.Element) -> list[str]:
    """The numbers that stand in the picture."""
    return ["".join(e.itertext()) for e in classed(picture, "ct-chart__number")]


def test_bars_are_as_long_as_their_parts() -> None:
    """Each length, times the whole, gives the number back, in the order of the source."""
    picture = svg(bars({"18–35": 61, "under 18": 7, "over 35": 32}))
    lengths = [percent(e, "width") for e in classed(picture, "ct-chart__bar")]
    assert lengths == [61, 7, 32]
    assert labels(picture) == ["61", "7", "32"]
    assert [e.text for e in picture.iter("text")] == ["18–35 ", "under 18 ", "over 35 "]


def test_shares_are_of_a_hundred() -> None:
    """Parts in per cent are measured by 100, whatever the figure is, and say so."""
    picture = svg(bars({"north": 40, "south": 60}, whole=indicator(value=1237), unit="percent"))
    assert [percent(e, "width") for e in classed(picture, "ct-chart__bar")] == [40, 60]
    assert labels(picture) == ["40%", "60%"]
    assert "100% of 1,237 persons" in "".join(picture.itertext())


@pytest.mark.parametrize("bound", BOUNDS)
def test_bound_of_a_bar_has_words_and_a_shape(bound: str) -> None:
    """No bound looks like an exact number: it is said, drawn, and explained."""
    chart = bars({"a": figure(50, bound=bound), "b": 50})
    picture = svg(chart)
    assert labels(picture) == [f"{t(f'bound.{bound}')} 50", "50"]
    hatched = [e.get("fill") for e in classed(picture, "ct-chart__bar")]
    assert hatched == ["url(#c-hatch)" if bound in ("at-most", "about") else None, None]
    assert len(classed(picture, "ct-chart__arrow")) == (bound != "about")
    assert chart is not None
    assert t(f"chart.bar.{bound}") in chart.notes


def test_arrow_of_the_longest_bar_stays_in_the_picture() -> None:
    """Where there is an arrow, the scale leaves room for it."""
    picture = svg(bars({"a": figure(100, bound="at-least"), "b": 0}))
    assert percent(classed(picture, "ct-chart__bar")[0], "width") == 92
    assert percent(classed(picture, "ct-chart__track")[0], "width") == 92


@pytest.mark.parametrize("part", ["1 in 8", {"value": 5, "printed": "5", "change": "rise"}, -1])
def test_what_has_no_length_gets_no_bars(part: object) -> None:
    """Text, rates of change and numbers below zero are left to the table."""
    assert bars({"a": part, "b": 5}) is None


def test_marks_stand_in_their_time_and_height() -> None:
    """Heights, measured by the highest, give the numbers back; a year covers its year."""
    picture = svg(
        points(indicator(1, value=404, period="2019"), indicator(2, value=51, period="2020-H1"))
    )
    spans = classed(picture, "ct-chart__span--over")
    base = em(classed(picture, "ct-chart__axis")[0], "y")
    heights = [base - em(e, "y1") for e in spans]
    assert [round(404 * h / heights[0]) for h in heights] == pytest.approx([404, 51], abs=1)
    assert percent(spans[0], "x1") == 0
    assert percent(spans[0], "x2") == percent(spans[1], "x1") == pytest.approx(50, abs=0.1)
    assert percent(spans[1], "x2") == pytest.approx(75, abs=0.2)
    assert labels(picture) == ["404", "51"]


def test_imprecise_day_is_a_broken_line() -> None:
    """A count of some day in a year is no count of that year, and no dot in its middle."""
    picture = svg(points(indicator(1, as_of="2017"), indicator(2, as_of="2018-07")))
    assert len(classed(picture, "ct-chart__span--within")) == 1
    assert len(classed(picture, "ct-chart__dot")) == 1


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
def test_only_neighbours_that_compare_are_joined(
    one: dict[str, object], other: dict[str, object], joined: bool
) -> None:
    """No line leads over years without a figure, between unlike periods, or to a bound."""
    chart = points(indicator(1, **one), indicator(2, **other))
    assert chart is not None
    assert bool(chart.lines) is joined


@pytest.mark.parametrize("bound", BOUNDS)
def test_bound_of_a_mark_has_words_and_a_shape(bound: str) -> None:
    """As for bars: an arrow or a ring, the words, and how to read them."""
    chart = points(indicator(1, as_of="2018-07", bound=bound), indicator(2, as_of="2019-07"))
    picture = svg(chart)
    assert labels(picture) == [f"{t(f'bound.{bound}')} 100", "100"]
    assert len(classed(picture, "ct-chart__arrow")) == (bound != "about")
    assert len(classed(picture, "ct-chart__dot--about")) == (bound == "about")
    assert chart is not None
    assert t(f"chart.mark.{bound}") in chart.notes


def test_what_cannot_be_drawn_is_said() -> None:
    """A figure without a date, and one that is text, are named beneath the picture."""
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
def test_no_axis_without_two_figures_of_one_measure(other: dict[str, object]) -> None:
    """Other measures, other units, rates, text and undated figures never share an axis."""
    assert points(indicator(1, as_of="2018"), indicator(2, **{"as_of": "2019"} | other)) is None


def test_labels_keep_apart() -> None:
    """Two marks that almost touch have labels that do not."""
    chart = points(
        indicator(1, value=1529, period="2008/2018"), indicator(2, value=1619, period="2008/2019")
    )
    assert chart is not None
    one, other = chart.marks
    assert abs(one.label_y - other.label_y) > 1


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("value", [0, 3, 50, 100])
def test_no_label_lies_on_its_arrow(bound: str, value: int) -> None:
    """An arrow upwards has its label beneath or above it, never across it; so downwards."""
    mark = indicator(1, value=value, as_of="2018-07", bound=bound)
    chart = points(mark, indicator(2, as_of="2019-07"))
    assert chart is not None
    off = chart.marks[0].label_y - chart.marks[0].y
    across = {"at-most": 0 < off < 2.2, "about": False}.get(bound, -1.5 < off < 0)
    assert not across


def test_picture_has_a_name_and_a_description() -> None:
    """Who cannot see it hears what it is and every number."""
    picture = svg(bars({"a": 40, "b": 60}))
    named = {e.get("id"): e for e in picture.iter()}
    assert picture.get("role") == "img"
    assert named[picture.get("aria-labelledby")].text == "Newcomers, by age"
    told = named[picture.get("aria-describedby")].text
    assert told == "Bars, in table order: a: 40; b: 60. Full width: 100 persons."


def test_labels_stay_text() -> None:
    """Markup in a record is shown, never followed."""
    chart = bars({"<b>&": 40, '"><script>': 60})
    assert chart is not None
    html = render_chart(chart, name="c")
    assert "<script>" not in html
    assert "<b>" not in html
    assert [e.text for e in svg(chart).iter("text")] == ["<b>& ", '"><script> ']


def test_long_labels_break() -> None:
    """A label that no narrow screen holds takes several lines, and loses nothing."""
    label = "people who were registered long ago at a place where they have never lived"
    chart = bars({label: 40, "b": 60})
    assert chart is not None
    assert len(chart.bars[0].lines) > 1
    assert " ".join(chart.bars[0].lines).strip() == label


def test_same_figures_same_bytes() -> None:
    """Nothing depends on the run, nor on the order in which a series is given."""
    one, other = indicator(1, as_of="2018"), indicator(2, as_of="2019")
    assert points(one, other) == points(other, one)
    chart = points(one, other)
    assert chart is not None
    assert render_chart(chart, name="c") == render_chart(chart, name="c")


def test_example_page_has_its_charts() -> None:
    """Charts stand above the tables of breakdowns and series, each with ids of its own."""
    context = make_context()
    record = context.view.data.find("count-1")
    assert record
    page = render_record_page(context, "indicators", record).html
    assert [page.count(f'id="chart-{n}-name"') for n in ("1", "2", "series")] == [1, 1, 1]
    assert page.index("chart-1-name") < page.index("ct-parts")


def pictures(context: SiteContext) -> list[tuple[Chart, tuple[object, ...]]]:
    """Every chart of a context, with the values that it may show."""

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
    """Of the real records: each number in a picture is one of its table; no style, no script."""
    found = pictures(book_of_real(real))
    assert len(found) > 15
    for chart, values in found:
        html = render_chart(chart, name="c")
        shown = {label.split()[-1].rstrip("%") for label in labels(svg(chart))}
        assert shown <= {f"{v:,}" for v in values if not isinstance(v, str)}
        assert " style=" not in html
        assert "<script" not in html


def book_of_real(real: LoadResult) -> SiteContext:
    assert real.problems == ()
    return SiteContext(DatasetView(real.dataset, make_context().view.today))
