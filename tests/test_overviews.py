"""The overviews: state of play, matrix and history match the records."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from tests.test_render import make_context
from tracker.analysis.freshness import find_latest_rating
from tracker.model import ImpreciseDate, Recommendation, Term, find_current_assessments
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.overview import find_limits, make_age_bars, summarize
from tracker.site.render import render_view

CELL = re.compile(r"<t([dh])\b[^>]*>(.*?)</t\1>", re.DOTALL)


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The frozen records on a fixed day."""
    return SiteContext(DatasetView(real.dataset, make_context().view.today))


def get_text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def read_rows(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [[get_text(cell) for _, cell in CELL.findall(row)] for row in rows]


def test_matrix_shows_each_current_rating(site: Path, real: LoadResult) -> None:
    """Each cell shows the current rating of the group, or that the group is not named."""
    page = (site / "matrix/index.html").read_text("utf-8")
    titles = {t.id: str(t.title) for t in real.dataset.of(Term)}
    seen = 0
    for table in re.findall(r'<table class="ct-matrix".*?</table>', page, re.DOTALL):
        (_, *groups), *rows = read_rows(table)
        for name, *cells in rows:
            (record,) = [r for r in real.dataset.of(Recommendation) if r.title == name]
            rated = {titles[g]: a for a in find_current_assessments(record) for g in a.groups}
            assert set(rated) <= set(groups)
            for group, cell in zip(groups, cells, strict=True):
                status = titles[rated[group].status] if group in rated else "not named"
                assert cell.startswith(status)
                seen += group in rated
    civil_society = [t.id for t in real.dataset.of(Term) if t.voice == "civil-society"]
    rated_groups = sum(
        len(a.groups)
        for r in real.dataset.of(Recommendation)
        for a in find_current_assessments(r)
        if r.made_by not in civil_society
    )
    assert seen == rated_groups


def test_matrix_shows_the_newest_rating_of_a_group() -> None:
    """An older rating that is current for another group is not shown for this one."""
    context = make_context()
    record = next(r for r in context.view.recommendations if r.assessments)
    old = record.assessments[0].model_copy(update={"id": "old", "groups": ("one", "other")})
    newer = {"id": "new", "groups": ("one",), "date": ImpreciseDate.parse("2099-01-01")}
    both = {"assessments": (old, old.model_copy(update=newer)), "groups": ("one", "other", "third")}
    rated = record.model_copy(update=both)
    found = {group: context.view.rating_for(rated, group) for group in ("one", "other", "third")}
    assert {g: a and a.id for g, a in found.items()} == {
        "one": "new",
        "other": "old",
        "third": None,
    }


def test_home_page_shows_each_rating(site: Path, context: SiteContext) -> None:
    """The grid has a cell for each group of each recommendation, with its status and its reason."""
    page = (site / "index.html").read_text("utf-8")
    table = re.search(r'<table class="ct-grid">.*?</table>', page, re.DOTALL)
    assert table
    rows = table[0].split("<tr>")[2:]
    rated = summarize(context.view).rated
    assert len(rows) == len(rated) > 0
    for row, record in zip(rows, rated, strict=True):
        assert context.title(record.id) in row
        cells = row.split("<td ")[1:]
        for group, cell in zip(context.view.rated_groups(rated), cells, strict=True):
            found = context.view.rating_for(record, group)
            assert (
                (f"#{found.id}" in cell and context.title(found.status) in cell)
                if found
                else ("not named" in cell)
            )


def test_first_sentence_counts_the_grid(site: Path, context: SiteContext) -> None:
    """The numbers of the first sentence are those of the grid below it."""
    page = (site / "index.html").read_text("utf-8")
    grid = page.partition('<table class="ct-grid">')[2].partition("</table>")[0]
    rows = grid.split("<tr>")[2:]
    sentence = page.partition('<p class="ct-lead">')[2].partition("</p>")[0]
    partly = sum("ct-cell--partly-implemented" in row for row in rows)
    absent = sum("ct-cell--not-implemented" in row for row in rows)
    assert f"Of the {len(rows)} recommendations" in sentence
    assert f"{partly} are partly implemented" in sentence
    assert f"{absent} are not implemented" in sentence


def test_bar_shows_the_age_of_the_evidence(context: SiteContext) -> None:
    """A bar begins at the recommendation, and its solid part ends at the latest evidence."""
    for bar in make_age_bars(context.view):
        made_on = bar.recommendation.made_on
        assert made_on
        assert bar.evidence is not None
        assert bar.evidence_up_to
        whole = (context.view.today - made_on.first).days
        known = (bar.evidence_up_to.last - made_on.first).days
        length = (bar.evidence - bar.asked) / (100 - bar.asked)
        assert length == pytest.approx(known / whole, abs=0.01)


def test_history_lists_every_rating(site: Path, real: LoadResult) -> None:
    """The list of changes contains every rating."""
    page = (site / "history/index.html").read_text("utf-8")
    given = sum(len(r.assessments) for r in real.dataset.of(Recommendation))
    article = page.partition("<article")[2].partition("</article>")[0]
    assert article.count('<li><span class="ct-when">') == given


def test_latest_rating_has_evidence(context: SiteContext) -> None:
    """The age shown for a recommendation is that of a rating with evidence on the subject."""
    for record in context.view.recommendations:
        current = find_current_assessments(record)
        latest = find_latest_rating(current)
        telling = [a for a in current if a.status != "insufficient-information"]
        dated = [a.evidence_up_to.last for a in telling or current if a.evidence_up_to]
        assert (latest.evidence_up_to.last if latest and latest.evidence_up_to else None) == (
            max(dated, default=None)
        )


def test_limits_name_the_newest_review_without_recommendations(context: SiteContext) -> None:
    """A body whose newest outcome was not added is named, with the years of what is rated."""
    (review,) = find_limits(context.view).missing_reviews
    assert review.id == "cescr-4"
    told = get_text(render_view(context, "limits", page_url=""))
    assert "no recommendation from the newest concluding observations, " in told
    assert "has been added yet. Every recommendation that we rate is from 2013." in told
    document = review.concluding_observations.source
    added = context.view.counted[0].model_copy(update={"document": document})
    view = replace(context.view)
    view._by_kind[Recommendation] = (added, *context.view.recommendations)
    assert find_limits(view).missing_reviews == ()
