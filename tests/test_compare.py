"""Comparisons: side by side stands what the records say, with its place, and no sum of it."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.test_charts import indicator
from tests.test_overviews import words
from tracker.model import Dataset, Discrepancy, Indicator, Recommendation
from tracker.records.loader import LoadResult
from tracker.site.comparison import (
    find_discrepancies,
    list_position_comparisons,
    list_series,
    list_sources,
    list_topics,
)
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_view


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    proofs = real.verifications.rows if real.verifications else {}
    return SiteContext(DatasetView(real.dataset, date(2026, 11, 25), verifications=proofs))


@pytest.fixture(scope="module")
def html(context: SiteContext) -> str:
    return render_view(context, "compare", here="compare/")


def table_after(html: str, anchor: str) -> str:
    """The table under a heading."""
    start = html.index(f'id="{anchor}"')
    return html[start : html.index("</table>", start)]


def test_each_series_shows_each_figure_as_printed(context: SiteContext, html: str) -> None:
    """Oldest first, undated last, with its unit, its place, how that is proved, and its age."""
    several = [s for s in list_series(context) if len(s.figures) > 1]
    assert len(several) > 5
    for found in several:
        table = table_after(html, found.id)
        whens = [f.figure.as_of or f.figure.period for f in found.figures]
        assert sorted(w.last for w in whens if w) == [w.last for w in whens if w]
        assert None not in whens[: len([w for w in whens if w])]
        values, ages, places = re.findall(r"<tr><th.*?</tr>", table, re.DOTALL)
        for cells, part in ((values, "strong"), (ages, "td"), (places, "p")):
            assert cells.count(f"<{part}") >= len(found.figures)
        for dated in found.figures:
            figure = dated.figure.figure
            assert (figure.printed or f"{figure.value}") in unescape(values)
            assert dated.figure.unit in values
            assert dated.figure.undated is None or words(str(dated.figure.undated)) in words(ages)
            for place in dated.places:
                state = context.view.verification.get_status(
                    dated.figure.id, place.source, place.locator
                ).state
                assert re.search(rf">{re.escape(place.locator)}</a>[^/]*ct-proof--{state}", places)


def test_places_of_a_figure_state_it(real: LoadResult, context: SiteContext) -> None:
    """A place that the record cites for another figure is not shown as a place of this one."""
    for found in list_series(context):
        for dated in found.figures:
            if dated.figure.figure.basis == "printed":
                for place in dated.places:
                    assert dated.figure.figure.value in [s.value for s in place.states]


def test_what_measures_another_thing_stands_elsewhere(context: SiteContext) -> None:
    """No figure stands in two series, and none in one that it does not name."""
    names = [
        (f.figure.id, f.figure.series, s.name) for s in list_series(context) for f in s.figures
    ]
    assert len({id for id, _, _ in names}) == len(names)
    assert all(own == name for _, own, name in names)
    assert len(names) == sum(i.series is not None for i in context.view.data.of(Indicator))


def test_single_figure_is_an_honest_gap(context: SiteContext, html: str) -> None:
    """A series of one figure has no table; it is listed as having nothing to compare with."""
    alone = [s for s in list_series(context) if len(s.figures) == 1]
    assert alone
    rest = words(html[html.index('id="alone"') :])
    for found in alone:
        assert f'id="{found.id}"' not in html
        assert found.name in rest


def test_nothing_is_reckoned() -> None:
    """Of two figures the page shows the two, and no third number but dates and ages."""
    two = (indicator(1, 400, as_of="2018-01-01"), indicator(2, 500, as_of="2019-01-01"))
    html = render_view(
        SiteContext(DatasetView(Dataset({"indicators": two}, ()), date(2020, 1, 1))),
        "compare",
        here="x/",
    )
    table = table_after(html, "series-count-1")
    assert {"100", "25", "450", "900"}.isdisjoint(re.findall(r"\d+", words(table)))
    assert {"400", "500"} <= set(re.findall(r"\d+", words(table)))


def test_undated_figure_comes_last() -> None:
    """What has no date is neither the oldest nor the newest."""
    figures = (indicator(1), indicator(2, as_of="2019"), indicator(3, as_of="2018"))
    (found,) = list_series(
        SiteContext(DatasetView(Dataset({"indicators": figures}, ()), date(2020, 1, 1)))
    )
    assert [dated.figure.id for dated in found.figures] == ["count-3", "count-2", "count-1"]


def test_each_contradiction_between_sources_is_there(context: SiteContext, html: str) -> None:
    """Once each, every side in the column of its source, and which is right if a source tells."""
    shown = [sides for topic in list_topics(context) for sides in topic.sides]
    wanted = [
        d.id
        for d in context.view.all(Discrepancy)
        if d.kind in ("contradiction", "against-source")
        and len({s.citation.source for s in d.sides}) > 1
    ]
    assert sorted(sides.record.id for sides in shown) == sorted(wanted)
    for sides in shown:
        record = sides.record
        assert isinstance(record, Discrepancy)
        assert sum(len(column.said) for column in sides.columns) == len(record.sides)
        start = html.index(f'id="{record.id}"')
        section = words(html[start : html.index("</section>", start)])
        assert all(words(str(side.says)) in section for side in record.sides)
        told = str(record.right) if record.right else "No source tells which is right."
        assert words(told) in section


def test_caution_is_no_comparison(context: SiteContext) -> None:
    """Places that do not speak of one thing are not set against each other."""
    record = list_topics(context)[0].sides[0].record
    kept = {
        **context.view.data.collections,
        "discrepancies": (record.model_copy(update={"kind": "caution"}),),
    }
    assert (
        list_topics(
            replace(context, view=replace(context.view, data=Dataset(kept, context.view.data.maps)))
        )
        == ()
    )


def test_only_own_voices_stand_beside_each_other(context: SiteContext) -> None:
    """What one source reports of another is no second source."""
    found = list_position_comparisons(context)
    assert found
    for sides in found:
        assert isinstance(sides.record, Recommendation)
        direct = {str(p.says) for p in sides.record.positions if p.mode == "direct"}
        said = [str(said.says) for column in sides.columns for said in column.said]
        assert set(said) == direct
        assert len(sides.columns) > 1


def test_columns_are_in_order_of_time(context: SiteContext) -> None:
    """The oldest source first, those without a date last."""
    for sides in [
        *list_position_comparisons(context),
        *(s for topic in list_topics(context) for s in topic.sides),
    ]:
        days = [c.source.date.last if c.source.date else date.max for c in sides.columns]
        assert days == sorted(days)


def test_series_names_what_does_not_fit(context: SiteContext) -> None:
    """A series that a discrepancy touches links to it."""
    touched = {s.name: find_discrepancies(context, s) for s in list_series(context)}
    assert any(touched.values())
    for name, ids in touched.items():
        members = {i.id for i in context.view.series(name)}
        for d in context.view.all(Discrepancy):
            assert (d.id in ids) == bool(members & set(d.about))


@pytest.fixture
def page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address + "compare/")
    return page


def test_two_sources_alone(page: Page, context: SiteContext, address: str) -> None:
    """Two selects narrow the tables; the address keeps the choice; back and clear undo it."""
    everything = page.locator("[data-compared]:visible").count()
    sides = next(s for topic in list_topics(context) for s in topic.sides if len(s.columns) > 2)
    a, b = (column.source.id for column in sides.columns[:2])
    page.get_by_label("One source").select_option(a)
    page.get_by_label("Another source").select_option(b)
    expect(page).to_have_url(f"{address}compare/?a={a}&b={b}")
    page.reload()
    shown = page.locator("[data-compared]:visible")
    expect(page.get_by_label("One source")).to_have_value(a)
    expect(page.get_by_role("status")).to_have_text(f"Comparisons shown: {shown.count()}")
    assert 0 < shown.count() < everything
    held = shown.locator("[data-source]:visible").evaluate_all(
        "all => all.map(x => x.dataset.source)"
    )
    assert all({a, b} & set(sources.split()) for sources in held)
    expect(page.locator(f"[id='{sides.record.id}']")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Another source")).to_have_value("")
    page.get_by_role("button", name="Clear all filters").click()
    expect(shown).to_have_count(everything)
    expect(page).to_have_url(f"{address}compare/")
    expect(page.get_by_label("One source")).to_be_focused()
    page.context.close()


def test_unknown_source_in_the_address_is_left_out(
    page: Page, context: SiteContext, address: str
) -> None:
    """An address with a source that is gone shows everything; each source can be chosen."""
    everything = page.locator("[data-compared]:visible").count()
    page.goto(f"{address}compare/?a=gone&b=<b>")
    assert page.locator("[data-compared]:visible").count() == everything
    options = page.locator("select[name=a] option").evaluate_all("all => all.map(x => x.value)")
    assert options == ["", *(source.id for source in list_sources(context))]
    page.context.close()


def test_everything_is_there_without_scripts(browser: Browser, address: str) -> None:
    """Without JavaScript there is no form, and every comparison."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "compare/")
    expect(page.locator("form.ct-filter")).to_be_hidden()
    assert page.locator("[data-compared]:visible").count() > 20
    context.close()
