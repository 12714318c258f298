"""Proposals of civil society are listed and counted separately from recommendations."""

import re
from pathlib import Path

import pytest

from tests.conftest import FROZEN
from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.model import Recommendation, Term
from tracker.site.context import SiteContext
from tracker.site.generated_files import make_cards
from tracker.site.registers import find_neighbours, make_register
from tracker.site.search_index import make_record_page


@pytest.fixture(scope="module")
def context() -> SiteContext:
    return make_context(FROZEN, today="2026-11-30")


def split_ids(context: SiteContext) -> tuple[set[str], set[str]]:
    """Return the ids of all recommendations and of all proposals."""
    makers = {t.id for t in context.view.data.of(Term) if t.voice == "civil-society"}
    records = context.view.data.of(Recommendation)
    proposals = {r.id for r in records if r.made_by in makers}
    return {r.id for r in records} - proposals, proposals


def test_registers_list_each_once(context: SiteContext) -> None:
    """The two registers share no record and together list all of them."""
    recommendations, proposals = split_ids(context)
    assert len(proposals) == 14
    assert {r.id for r in make_register(context, "recommendations").records} == recommendations
    assert {r.id for r in make_register(context, "proposals").records} == proposals


def test_previous_and_next_are_in_the_same_register(context: SiteContext) -> None:
    """The previous and next records of a proposal are proposals."""
    _, proposals = split_ids(context)
    for record in context.view.recommendations:
        for other in find_neighbours(context.view, "recommendations", record):
            assert other is None or (other.id in proposals) == (record.id in proposals)


def test_views_show_no_proposal(site: Path, context: SiteContext) -> None:
    """The home page's grid, the matrix and the list of recommendations contain no proposal."""
    _, proposals = split_ids(context)
    home = (site / "index.html").read_text("utf-8")
    grid = "".join(re.findall(r'<table class="ct-grid">.*?</table>', home, re.DOTALL))
    assert grid
    pages = {
        name: (site / name / "index.html").read_text("utf-8")
        for name in ("matrix", "recommendations", "proposals")
    }
    for name in proposals:
        link = f"recommendations/{name}/"
        assert link not in grid
        assert link not in pages["matrix"]
        assert link not in pages["recommendations"]
        assert link in pages["proposals"]
    rows = re.findall(r'<article class="ct-card">.*?</article>', pages["proposals"], re.DOTALL)
    assert len(rows) == len(proposals)
    assert "cescr-2013-9" not in "".join(re.findall(r"<h3>.*?</h3>", "".join(rows)))


def test_counts_agree(site: Path, context: SiteContext) -> None:
    """Counts of recommendations exclude proposals, which are counted separately."""
    view = context.view
    assessable = {r.id for r in view.assessable}
    recommendations, proposals = (ids & assessable for ids in split_ids(context))
    assert view.count_recommendations() == len(recommendations)
    assert view.count_recommendations(proposals=True) == len(proposals)
    for term in view.terms("right"):
        used = view.referrers_by_collection(term.id)
        assert {r.id for r in used.get("recommendations", ())} <= recommendations
        assert {r.id for r in used.get("proposals", ())} <= proposals
    rated = [r for r in view.recommendations if r.assessments and r.id in recommendations]
    cards = make_cards(SiteContext(view, site_url="https://example.org/"), about="")
    assert f"recommendations: {len(rated)}." in cards[""].dates[0]


def test_page_and_search_say_proposal(site: Path, context: SiteContext) -> None:
    """The page of a proposal links to the proposals, and the search shows its kind."""
    record = context.view.find("foundation-2020-r30")
    assert record
    page = (site / f"recommendations/{record.id}/index.html").read_text("utf-8")
    kicker = page.partition('class="ct-kicker"')[2].partition("</p>")[0]
    assert 'href="../../proposals/"' in kicker
    found = make_record_page(context, "recommendations", record, address="")
    assert found.kind == "Proposal"
    history = get_text((site / "history/index.html").read_text("utf-8"))
    assert f"{context.title(record.id)} (proposal)" in history
    feed = (site / "feeds/changes.atom").read_text("utf-8")
    assert f"{context.title(record.id)} (proposal) – " in feed


def test_menu_links_to_proposals(site: Path) -> None:
    """The proposals have a menu entry, and the page shows their status."""
    assert 'href="../proposals/"' in (site / "recommendations/index.html").read_text("utf-8")
    page = get_text((site / "proposals/index.html").read_text("utf-8"))
    assert "Proposals of the report" in page
    assert "What happened to them" in page
