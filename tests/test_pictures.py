"""Downloadable pictures: standalone files with finding, numbers, sources, dates and address."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.test_render import make_context
from tracker.model import Indicator, Recommendation
from tracker.records.loader import LoadResult
from tracker.site.charts.labels import wrap_text
from tracker.site.charts.paths import TIMELINE, breakdown_picture, series_picture
from tracker.site.charts.statuses import make_status_bar
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.overview import make_grid
from tracker.site.pictures import WIDTH, iter_pictures, render_picture
from tracker.site.render import render_view

TODAY = make_context().view.today
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The frozen records on a fixed day, with a site URL."""
    view = DatasetView(real.dataset, make_context().view.today)
    return SiteContext(view, site_name="Tracker", site_url="https://example.org/")


def read_texts(picture: ElementTree.Element) -> str:
    return " ".join(" ".join(text.itertext()) for text in picture.iter(f"{SVG}text"))


def test_files_are_standalone(context: SiteContext) -> None:
    """Each is valid XML of one width, on white, without references, variables or other units."""
    pictures = list(iter_pictures(context))
    assert len({p.path for p in pictures}) == len(pictures) > 15
    for picture in pictures:
        content = render_picture(context, picture).decode()
        root = ElementTree.fromstring(content)
        assert root.get("width") == str(WIDTH)
        assert root.find(f"{SVG}rect[@fill='#fff']") is not None
        assert not re.search(r"href|var\(|@import|url\((?!#)|<script| style=", content)
        assert not re.search(r'="-?[\d.]+(em|%)"', content.partition("<rect")[2].partition(">")[2])


def test_files_have_their_metadata(context: SiteContext) -> None:
    """The picture has its finding, sources, evidence date, reference date and address."""
    for picture in iter_pictures(context):
        told = read_texts(ElementTree.fromstring(render_picture(context, picture)))
        assert picture.title in told
        assert "Sources: " in told or f"Source: records of Tracker, as of {TODAY}" in told
        assert ", whole;" not in told
        assert ", whole." not in told
        for source in picture.sources:
            assert " ".join(source.split()) in told
        assert picture.evidence in told
        assert picture.evidence or picture.path == TIMELINE
        assert f"as of {context.view.today}" in told
        assert f"https://example.org/{picture.path}" in told


def test_markup_in_records_is_text_in_files() -> None:
    """Markup in a title is shown as text."""
    hostile = 'title: "<b>&]]><script>"'
    context = make_context(find="title: Homes for newcomers", put=hostile)
    told = [read_texts(ElementTree.fromstring(render_picture(context, p))) for p in
            iter_pictures(context)]  # fmt: skip
    assert any("<b>&]]><script>" in text for text in told)


def test_pictures_are_linked_where_they_are_shown(site: Path, real: LoadResult) -> None:
    """Each file is linked on the page that shows the picture, and each link has its file."""
    linked = set()
    for page in site.rglob("index.html"):
        for path in re.findall(r'href="([^"]*charts/[^"]+\.svg)"', page.read_text("utf-8")):
            linked.add((page.parent / path).resolve())
    assert linked == {file.resolve() for file in (site / "charts").glob("*.svg")}
    for record in real.dataset.of(Indicator):
        paths = [breakdown_picture(record, b) for b in record.breakdowns]
        paths += [series_picture(record.series)] if record.series else []
        page_text = (site / f"indicators/{record.id}/index.html").read_text("utf-8")
        drawn = [path for path in paths if (site / path).exists()]
        assert all(f"../../{path}" in page_text for path in drawn)


def test_status_bar_counts_the_grid(context: SiteContext) -> None:
    """Segments, legend and title count the cells of the grid."""
    bar = make_status_bar(context)
    assert bar is not None
    page = render_view(context, "state-of-play", page_url="")
    grid, legend = re.sub(r"\s+(?=<)", "", page).split('class="ct-legend"')
    for segment in bar.segments:
        label = f"{context.label(segment.label)}</span>"
        assert grid.count(f"{label}</a></td>") == segment.count
        assert f"{label}</th><td>{segment.count}</td>" in legend
    total = sum(segment.count for segment in bar.segments)
    assert total == make_grid(context.view).count_labels().total()
    assert bar.title.startswith(f"Of {total} ratings, ")
    assert sum(segment.width for segment in bar.segments) == pytest.approx(100, abs=0.1)


def rate(*ratings: tuple[str, str]) -> SiteContext:
    """Return the example with one rating per status and state of results, each for one group."""
    context = make_context()
    record = next(r for r in context.view.recommendations if r.assessments)
    groups = [term.id for term in context.view.terms("group")][: len(ratings)]
    rated = []
    for number, (group, (status, results)) in enumerate(zip(groups, ratings, strict=True), 1):
        (first, *_) = record.assessments
        state = first.results.model_copy(update={"state": results})
        change = {"id": f"a{number}", "groups": (group,), "status": status, "results": state}
        rated.append(first.model_copy(update=change))
    kept = record.model_copy(update={"groups": tuple(groups), "assessments": tuple(rated)})
    context.view._by_kind[Recommendation] = (kept,)
    return context


def test_status_bar_counts_statuses_before_qualifiers() -> None:
    """The title adds up the labels of a status. Labels with a qualifier have a striped edge."""
    context = rate(("partly-implemented", "begun"), ("partly-implemented", "unknown"))
    bar = make_status_bar(context)
    assert bar is not None
    assert bar.title == (
        "Of 2 ratings, none is “Implemented”; "
        "2 are “Partly implemented” (1 of them: results not shown)"
    )
    page = render_view(context, "state-of-play", page_url="")
    picture, legend = page.partition('class="ct-chart"')[2].split('class="ct-legend"')
    assert picture.count("url(#statuses-stripes)") == legend.count("url(#statuses-stripes)") == 1
    assert "from 2 assessments in force" in page


def test_addresses_are_broken_after_punctuation() -> None:
    """An address that is too long for a line is not broken inside a word."""
    address = "https://organisation.example.org/charts/applicants-for-refugee-status.svg"
    lines = wrap_text(address, 20)
    assert "".join(lines) == address
    assert all(line[-1] in "/-." for line in lines[:-1])
    assert len(wrap_text("x" * 100, 20)) > 1


def test_files_of_charts_have_the_notes_of_records() -> None:
    """A note that limits the figures of a chart is in its file, and a place is in words."""
    note = "role: context\n  note: The bands leave out persons aged 51."
    context = make_context(find="role: context", put=note)
    notes = [text for p in iter_pictures(context) for text in p.notes if "aged 51" in text]
    assert notes
