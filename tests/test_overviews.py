"""The overviews: state of play, matrix and history match the records."""

import re
from html import unescape
from pathlib import Path

from tests.test_render import make_context
from tracker.model import ImpreciseDate, Recommendation, Term, find_current_assessments
from tracker.records.loader import LoadResult

CELL = re.compile(r"<t([dh])\b[^>]*>(.*?)</t\1>", re.DOTALL)


def get_text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def read_rows(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [[get_text(cell) for _, cell in CELL.findall(row)] for row in rows]


def test_matrix_shows_each_current_rating(site: Path, real: LoadResult) -> None:
    """Each cell shows the current rating for the group, or that the group is not named."""
    page = (site / "matrix/index.html").read_text("utf-8")
    titles = {t.id: str(t.title) for t in real.dataset.of(Term)}
    seen = 0
    for table in re.findall(r'<table class="ct-matrix">.*?</table>', page, re.DOTALL):
        (_, *groups), *rows = read_rows(table)
        for name, *cells in rows:
            (record,) = [r for r in real.dataset.of(Recommendation) if r.title == name]
            rated = {titles[g]: a for a in find_current_assessments(record) for g in a.groups}
            assert set(rated) <= set(groups)
            for group, cell in zip(groups, cells, strict=True):
                status = titles[rated[group].status] if group in rated else "not named"
                assert cell.startswith(status)
                seen += group in rated
    rated_groups = sum(
        len(a.groups) for r in real.dataset.of(Recommendation) for a in find_current_assessments(r)
    )
    assert seen == rated_groups


def test_matrix_shows_the_newest_rating_of_a_group() -> None:
    """An older rating that is current for another group is not shown for this one."""
    context = make_context()
    record = next(r for r in context.view.recommendations if r.assessments)
    old = record.assessments[0].model_copy(update={"id": "old", "groups": ("one", "other")})
    newer = {"id": "new", "groups": ("one",), "date": ImpreciseDate.parse("2099-01-01")}
    rated = record.model_copy(update={"assessments": (old, old.model_copy(update=newer))})
    found = {group: context.view.rating_for(rated, group) for group in ("one", "other", "third")}
    assert {g: a and a.id for g, a in found.items()} == {
        "one": "new",
        "other": "old",
        "third": None,
    }


def test_home_page_shows_each_recommendation(site: Path, real: LoadResult) -> None:
    """The home page shows the rating, evidence, age and review of each recommendation."""
    page = (site / "index.html").read_text("utf-8")
    table = re.search(r'<table class="ct-table ct-state">.*?</table>', page, re.DOTALL)
    assert table
    _, *rows = read_rows(table[0])
    items = [r for r in real.dataset.of(Recommendation) if r.part_of]
    assert [row[0] for row in rows] == [r.title for r in items]
    titles = {t.id: str(t.title) for t in real.dataset.of(Term)}
    for row, record in zip(rows, items, strict=True):
        for assessment in find_current_assessments(record):
            assert titles[assessment.status] in row[1]
            assert all(titles[group] in row[1] for group in assessment.groups)
        assert re.search(r"Evidence up to .+\(\d+ years.*\)", row[2])
        assert "out of date since" in row[2]


def test_history_lists_every_rating(site: Path, real: LoadResult) -> None:
    """The list of changes contains every rating."""
    page = (site / "history/index.html").read_text("utf-8")
    given = sum(len(r.assessments) for r in real.dataset.of(Recommendation))
    article = page.partition("<article")[2].partition("</article>")[0]
    assert article.count('<li><span class="ct-when">') == given
