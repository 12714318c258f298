"""The comparison page, in Python and in a browser."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.test_charts import indicator
from tests.test_overviews import get_text
from tracker.model import Dataset, Discrepancy, Indicator, Recommendation
from tracker.records.loader import LoadResult
from tracker.site.comparison import (
    find_discrepancies,
    group_discrepancies,
    list_position_comparisons,
    list_series,
    list_sources,
)
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_view


@pytest.fixture(scope="module")
def view(real: LoadResult) -> DatasetView:
    verifications = real.verifications.rows if real.verifications else {}
    return DatasetView(real.dataset, date(2026, 11, 25), verifications=verifications)


@pytest.fixture(scope="module")
def html(view: DatasetView) -> str:
    return render_view(SiteContext(view), "compare", page_url="compare/")


def table_after(html: str, anchor: str) -> str:
    """Return the table under a heading."""
    start = html.index(f'id="{anchor}"')
    return html[start : html.index("</table>", start)]


def test_each_series_shows_each_figure_as_printed(view: DatasetView, html: str) -> None:
    """Figures are in order, with unit, citations, their verification status, and age."""
    tables = [series for series in list_series(view) if len(series.figures) > 1]
    assert len(tables) > 5
    for series in tables:
        dates = [f.indicator.as_of or f.indicator.period for f in series.figures]
        assert sorted(d.last for d in dates if d) == [d.last for d in dates if d]
        assert None not in dates[: len([d for d in dates if d])]
        table = table_after(html, series.id)
        values, ages, citations = re.findall(r"<tr><th.*?</tr>", table, re.DOTALL)
        for cells, tag in ((values, "strong"), (ages, "td"), (citations, "p")):
            assert cells.count(f"<{tag}") >= len(series.figures)
        for figure in series.figures:
            indicator = figure.indicator
            assert (indicator.figure.printed or f"{indicator.figure.value}") in unescape(values)
            assert indicator.unit in values
            assert indicator.undated is None or get_text(str(indicator.undated)) in get_text(ages)
            for c in figure.citations:
                state = view.verification.get_status(indicator.id, c.source, c.locator).state
                assert re.search(rf">{re.escape(c.locator)}</a>[^/]*ct-proof--{state}", citations)


def test_figure_has_its_own_citations(view: DatasetView) -> None:
    """A citation for another figure of the record is not shown with this figure."""
    for series in list_series(view):
        for figure in series.figures:
            if figure.indicator.figure.basis == "printed":
                for citation in figure.citations:
                    assert figure.indicator.figure.value in [s.value for s in citation.states]


def test_each_figure_is_in_one_series(view: DatasetView) -> None:
    """No figure is in two series."""
    figures = [(f.indicator, series.name) for series in list_series(view) for f in series.figures]
    assert len({indicator.id for indicator, _ in figures}) == len(figures)
    assert all(indicator.series == name for indicator, name in figures)
    assert len(figures) == sum(i.series is not None for i in view.data.of(Indicator))


def test_series_of_one_figure_has_no_table(view: DatasetView, html: str) -> None:
    """Such a series is listed as having no figure to compare with."""
    single = [series for series in list_series(view) if len(series.figures) == 1]
    assert single
    rest = get_text(html[html.index('id="alone"') :])
    for series in single:
        assert f'id="{series.id}"' not in html
        assert series.name in rest


def test_nothing_is_calculated() -> None:
    """The page shows two figures, and no sum, difference, mean or ratio of them."""
    figures = (indicator(1, 400, as_of="2018-01-01"), indicator(2, 500, as_of="2019-01-01"))
    html = render_view(SiteContext(view_of(figures)), "compare", page_url="x/")
    numbers = set(re.findall(r"\d+", get_text(table_after(html, "series-count-1"))))
    assert {"100", "25", "450", "900"}.isdisjoint(numbers)
    assert {"400", "500"} <= numbers


def view_of(indicators: tuple[Indicator, ...]) -> DatasetView:
    return DatasetView(Dataset({"indicators": indicators}, ()), date(2020, 1, 1))


def test_undated_figure_comes_last() -> None:
    """An undated figure is neither the oldest nor the newest."""
    figures = (indicator(1), indicator(2, as_of="2019"), indicator(3, as_of="2018"))
    (series,) = list_series(view_of(figures))
    assert [f.indicator.id for f in series.figures] == ["count-3", "count-2", "count-1"]


def test_each_contradiction_between_sources_is_shown(view: DatasetView, html: str) -> None:
    """Each is shown once, with every side in its source's column, and which source is right."""
    shown = [comparison for group in group_discrepancies(view).values() for comparison in group]
    expected = [
        d.id
        for d in view.all(Discrepancy)
        if d.kind in ("contradiction", "against-source")
        and len({side.citation.source for side in d.sides}) > 1
    ]
    assert sorted(comparison.record.id for comparison in shown) == sorted(expected)
    for comparison in shown:
        record = comparison.record
        assert isinstance(record, Discrepancy)
        assert sum(len(c.statements) for c in comparison.columns) == len(record.sides)
        start = html.index(f'id="{record.id}"')
        section = get_text(html[start : html.index("</section>", start)])
        assert all(get_text(str(side.says)) in section for side in record.sides)
        right = str(record.right) if record.right else "Unresolved."
        assert get_text(right) in section


def test_cautions_are_excluded(view: DatasetView) -> None:
    """The sides of a caution are not about the same subject."""
    record = next(iter(group_discrepancies(view).values()))[0].record
    caution = record.model_copy(update={"kind": "caution"})
    collections = {**view.data.collections, "discrepancies": (caution,)}
    assert group_discrepancies(replace(view, data=Dataset(collections, view.data.maps))) == {}


def test_only_direct_positions_are_compared(view: DatasetView) -> None:
    """A source that reports the position of another one is not a second source."""
    comparisons = list_position_comparisons(view)
    assert comparisons
    for comparison in comparisons:
        assert isinstance(comparison.record, Recommendation)
        direct = {str(p.says) for p in comparison.record.positions if p.mode == "direct"}
        assert {str(s.text) for c in comparison.columns for s in c.statements} == direct
        assert len(comparison.columns) > 1


def test_columns_are_in_chronological_order(view: DatasetView) -> None:
    """Sources without a date come last."""
    topics = (comparison for group in group_discrepancies(view).values() for comparison in group)
    for comparison in (*list_position_comparisons(view), *topics):
        days = [c.source.date.last if c.source.date else date.max for c in comparison.columns]
        assert days == sorted(days)


def test_series_links_to_its_discrepancies(view: DatasetView) -> None:
    """A discrepancy about one figure of a series belongs to the series."""
    found = {series.name: find_discrepancies(view, series) for series in list_series(view)}
    assert any(found.values())
    for name, ids in found.items():
        members = {i.id for i in view.series(name)}
        for d in view.all(Discrepancy):
            assert (d.id in ids) == bool(members & set(d.about))


@pytest.fixture
def page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address + "compare/")
    return page


def test_selecting_two_sources(page: Page, view: DatasetView, address: str) -> None:
    """Two selects narrow the tables. The URL keeps the selection; back and clear undo it."""
    everything = page.locator("[data-compared]:visible").count()
    comparison = next(
        item
        for group in group_discrepancies(view).values()
        for item in group
        if len(item.columns) > 2
    )
    a, b = (column.source.id for column in comparison.columns[:2])
    page.get_by_label("Source A").select_option(a)
    page.get_by_label("Source B").select_option(b)
    expect(page).to_have_url(f"{address}compare/?a={a}&b={b}")
    page.reload()
    shown = page.locator("[data-compared]:visible")
    expect(page.get_by_label("Source A")).to_have_value(a)
    expect(page.get_by_role("status")).to_have_text(f"Comparisons shown: {shown.count()}")
    assert 0 < shown.count() < everything
    cells = shown.locator("[data-source]:visible").evaluate_all(
        "all => all.map(x => x.dataset.source)"
    )
    assert all({a, b} & set(sources.split()) for sources in cells)
    expect(page.locator(f"[id='{comparison.record.id}']")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Source B")).to_have_value("")
    page.get_by_role("button", name="Clear all filters").click()
    expect(shown).to_have_count(everything)
    expect(page).to_have_url(f"{address}compare/")
    expect(page.get_by_label("Source A")).to_be_focused()
    page.context.close()


def test_unknown_source_in_the_url_is_ignored(page: Page, view: DatasetView, address: str) -> None:
    """A URL with a source that no longer exists shows everything."""
    everything = page.locator("[data-compared]:visible").count()
    page.goto(f"{address}compare/?a=gone&b=<b>")
    assert page.locator("[data-compared]:visible").count() == everything
    options = page.locator("select[name=a] option").evaluate_all("all => all.map(x => x.value)")
    assert options == ["", *(source.id for source in list_sources(view))]
    page.context.close()


def test_everything_is_shown_without_scripts(browser: Browser, address: str) -> None:
    """Without JavaScript there is no form, and every comparison is visible."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "compare/")
    expect(page.locator("form.ct-filter")).to_be_hidden()
    assert page.locator("[data-compared]:visible").count() > 20
    context.close()
