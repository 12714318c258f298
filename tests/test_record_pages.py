"""Record pages: navigation, order, length and repetition."""

import html
import re
from dataclasses import replace

import pytest
from markupsafe import escape
from playwright.sync_api import Browser

from tests.test_render import NOTICE, make_context
from tracker.model import PAGED, Indicator, Term, find_current_assessments
from tracker.records.loader import LoadResult
from tracker.site.charts.paths import series_picture
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.dates import format_date
from tracker.site.render import render_record_page, render_view


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The frozen records on a fixed day."""
    return SiteContext(DatasetView(real.dataset, make_context().view.today))


def render_page(context: SiteContext, record_id: str) -> str:
    """Return the HTML of a record."""
    record = context.view.data.find(record_id)
    assert record
    return render_record_page(context, context.view.data.collection_of(record_id), record).html


def get_neighbours(page: str) -> dict[str, str]:
    """Return the ids of the previous and next records."""
    return dict(re.findall(r'<a rel="(prev|next)" href="\.\./([^"/]+)/"', page))


def test_next_and_previous_visit_every_record(context: SiteContext) -> None:
    """From the first record of a kind, `next` visits all records, and `prev` leads back."""
    for name in PAGED:
        published = [r for r in context.view.data.collections[name] if r.withdrawn is None]
        neighbours = {
            record.id: get_neighbours(render_record_page(context, name, record).html)
            for record in published
        }
        # Terms are ordered by kind, and proposals are separate from recommendations.
        kinds = {
            r.id: r.kind if isinstance(r, Term) else context.view.get_register_name(name, r)
            for r in published
        }
        for kind in set(kinds.values()):
            wanted = {i for i in kinds if kinds[i] == kind}
            first = [i for i in wanted if "prev" not in neighbours[i]]
            assert len(first) == 1
            visited = first
            while "next" in neighbours[visited[-1]]:
                assert neighbours[neighbours[visited[-1]]["next"]]["prev"] == visited[-1]
                visited.append(neighbours[visited[-1]]["next"])
            assert set(visited) == wanted


def test_withdrawn_record_has_no_neighbours() -> None:
    """No record links to a withdrawn one as previous or next, or the other way round."""
    context = make_context(find="- id: found-1\n", put=NOTICE)
    assert get_neighbours(render_page(context, "found-1")) == {}
    pages = (
        render_record_page(context, "findings", r).html
        for r in context.view.data.collections["findings"]
    )
    assert "found-1" not in {to for page in pages for to in get_neighbours(page).values()}


def test_answer_comes_before_folded_sections(context: SiteContext) -> None:
    """Each current status is shown with its groups, a reason and its id, unfolded."""
    for record in context.view.recommendations:
        page = render_page(context, record.id)
        answer = page[: page.index("<details")]
        for rated in find_current_assessments(record):
            row = answer[answer.index(f'<tr id="{rated.id}">') :].partition("</tr>")[0]
            why = context.localize(rated.why).split(". ")[0]
            wanted = [context.title(rated.status), *map(context.title, rated.groups), why]
            assert all(str(escape(text)) in row for text in wanted)


def test_unfolded_part_is_short(context: SiteContext) -> None:
    """The unfolded part has at most 600 words; folded sections have their anchors."""
    for record in context.view.recommendations:
        page = render_page(context, record.id)
        unfolded = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
        assert len(re.sub(r"<[^>]+>", " ", unfolded).split()) <= 600
        for anchor in ("asked", "positions", "rating", "wording", "record", "cite", "download"):
            assert page.count(f'id="{anchor}"') == 1


def test_texts_are_not_repeated(context: SiteContext) -> None:
    """Benchmarks, reasons of a rating and the nearest other status are shown once."""
    for record in context.view.recommendations:
        page = render_page(context, record.id)
        texts = [record.done_when.law, record.done_when.results] if record.done_when else []
        for rated in find_current_assessments(record):
            texts += [row.why for _, row in rated.rows()]
            texts += [rated.nearest.why_not] if rated.nearest else []
        for text in texts:
            assert page.count(str(escape(context.localize(text)))) == texts.count(text)


def test_charts_of_a_recommendation_have_their_table(context: SiteContext) -> None:
    """Each chart shows one series; the table below it has every figure."""
    drawn = 0
    names = {i.series for i in context.view.all(Indicator)}
    for record in context.view.recommendations:
        page = render_page(context, record.id)
        for after in page.split('<figure class="ct-chart"')[1:]:
            file = re.findall(r'href="[./]*(charts/[^"]+)"', after)[0]
            (name,) = [n for n in names if n and series_picture(n) == file]
            table = after[: after.index("</table>")]
            series = context.view.series(name)
            assert html.unescape(after).lower().count(f">{name.lower()}: ") == 1
            assert len(series) > 1
            assert all(f'indicators/{i.id}/"' in table for i in series)
            drawn += 1
        for indicator in context.view.indicators(record):
            assert f'indicators/{indicator.id}/"' in page
    assert drawn > 0


def test_text_of_another_language_is_marked() -> None:
    """A title in another language has a `lang` attribute."""
    context = make_context(
        find="title: The register opened", put="title: {az: Reyestr açıldı & “bax”}"
    )
    marked = '<span lang="az">Reyestr açıldı &amp; “bax”</span>'
    assert f'<h1 id="top">{marked}</h1>' in render_page(context, "opened")
    assert marked in render_view(context, "events", page_url="events/")
    assert "lang=" not in render_page(make_context(), "opened")


def test_link_to_a_source_has_its_language() -> None:
    """A link to a source has `hreflang` if the source is in another language."""
    symbol = "  symbol: E/C.12/EXA/CO/1\n"  # whose official address would be the link
    other = make_context(find=symbol, put="  language: az\n")
    ours = make_context(find=symbol, put="  language: en\n")
    page = render_page(other, "observations")
    assert 'hreflang="az"' in page
    assert "hreflang" not in render_page(ours, "observations")


def test_citation_texts_are_complete(context: SiteContext) -> None:
    """Citations name body, symbol and paragraph, or tracker, record, date, address and licence."""
    named = replace(context, site_name="A Tracker", site_url="https://example.org/")
    for record in named.view.recommendations:
        page = render_page(named, record.id)
        printed = re.sub(r'<div class="[^"]*ct-screen.*?</div>', "", page, flags=re.DOTALL)
        texts = re.findall(r'<p class="ct-quote">(.*?)</p>', printed, re.DOTALL)
        document, *ours = (html.unescape(text) for text in texts)
        source = named.view.source(record.document)
        nested = str.maketrans("“”", "‘’")
        author = str(source.author or source.publisher)
        described = named.title(source.id).removeprefix(f"{author}: ")
        wanted = [author, f"[{described}]", *filter(None, [source.symbol])]
        places = [document.index(text) for text in (*wanted, record.paragraph)]
        assert places == sorted(places)
        current = find_current_assessments(record)
        assert len(ours) == len(current or [record])
        assert not any("\n" in plain.strip() for plain in (document, *ours))
        address = f"https://example.org/recommendations/{record.id}/"
        title = named.title(record.id).translate(nested)
        start, end = f"A Tracker contributors, “{title}”", "Licence: CC BY 4.0."
        record_day = f"as of {named.view.today.isoformat()}. {address}"
        for plain, rated in zip(ours, current or [None], strict=True):
            middle = [f"record {record.id}", record_day]
            if rated:
                day = format_date(rated.date, named.translate)
                middle = [f"assessment {rated.id}", day, f"{address}#{rated.id}"]
            places = [plain.index(text) for text in (start, *middle, end)]
            assert places == sorted(places)


def test_folded_parts_are_printed(browser: Browser, address: str) -> None:
    """Sections that are folded on a screen are printed."""
    page = browser.new_page()
    page.goto(address + "health/")
    folded = page.locator("details.ct-more table")
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    page.close()


def test_citation_link_has_a_label() -> None:
    """The label has the short title of the source, the place and the result."""
    context = make_context(find="access: public", put="access: public\n  short_title: The paper")
    page = render_page(context, "observations")
    assert "The paper" not in page  # its own page has the full title
    for record in context.view.recommendations:
        for label in re.findall(
            r'aria-label="(The paper, [^"]+)"', render_page(context, record.id)
        ):
            assert label.count(",") >= 2


def test_shared_state_is_one_notice(context: SiteContext) -> None:
    """If all evidence of a record is overdue, one notice says so instead of each row."""
    for record in context.view.recommendations:
        current = find_current_assessments(record)
        found = [context.view.review_status(a, record) for a in current]
        if current and {status.state for status in found if status} == {"overdue"}:
            answer = render_page(context, record.id).partition("<details")[0]
            assert answer.count("ct-fresh--overdue") == 1
