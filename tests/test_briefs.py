"""Briefs: printable one-page summaries of recommendations."""

import html
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.conftest import ROOT, build
from tests.test_publishing import make_context
from tracker.model import ImpreciseDate, Recommendation, find_current_assessments
from tracker.records.loader import LoadResult
from tracker.site.briefs import choose_print_size
from tracker.site.render import render_brief, render_record_page
from tracker.site.template_environment import TEMPLATES


def find_briefs(site: Path) -> list[Path]:
    return sorted(site.glob("recommendations/*/brief/index.html"))


def print_pages(browser: Browser, site: Path) -> Iterator[tuple[str, PdfReader]]:
    """Yield the URL of each brief and the PDF that a browser prints."""
    page = browser.new_page()
    for path in find_briefs(site):
        page.goto(path.as_uri())
        yield path.parts[-3], PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()


def test_each_rated_recommendation_has_a_brief(site: Path, real: LoadResult) -> None:
    """Paragraphs with rated parts have one too. Only the record links to its brief."""
    recommendations = real.dataset.of(Recommendation)
    rated = {r.id for r in recommendations if find_current_assessments(r)}
    parents = {r.part_of for r in recommendations if r.part_of and r.id in rated}
    assert {path.parts[-3] for path in find_briefs(site)} == rated | parents
    for name in sorted(rated | parents):
        text = (site / "recommendations" / name / "index.html").read_text("utf-8")
        assert text.count('href="brief/"') == 1
    index = [path for path in site.glob("search/**/*") if path.is_file()]
    assert index
    others = (site / "recommendations/index.html", site / "index.html", *index)
    for path in others:
        assert b"/brief/" not in path.read_bytes()


def test_brief_is_one_page(browser: Browser, site: Path) -> None:
    """A brief fits one A4 page, with its date and limitations, and without the menu."""
    names = []
    for name, pdf in print_pages(browser, site):
        (page,) = pdf.pages
        names.append(name)
        width, height = page.mediabox.upper_right
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297), name
        content = " ".join(page.extract_text().split())
        assert all(text in content for text in ("Limits", "As of", "Licence: CC BY 4.0."))
        assert not any(text in content for text in ("Full page", "Made with", "Table of contents"))
    assert len(names) > 10


@pytest.mark.slow  # builds the live records
def test_brief_of_live_records_is_one_page(browser: Browser, tmp_path: Path) -> None:
    """If this fails, shorten the evidence of the record, or lower the limit in `briefs`."""
    result = build(ROOT, tmp_path / "site")
    assert result.returncode == 0, result.stdout + result.stderr
    sizes = {name: len(pdf.pages) for name, pdf in print_pages(browser, tmp_path / "site")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size != 1} == {}


def test_brief_shows_each_status_with_its_evidence() -> None:
    """A brief shows every group, three criteria, and a numbered note for each source."""
    context = make_context(site_url="https://example.org/")
    rated = [r for r in context.view.recommendations if find_current_assessments(r)]
    assert rated
    for record in rated:
        page = html.unescape(render_brief(context, record).html)
        for assessment in find_current_assessments(record):
            wanted = [context.label(assessment.label), *map(context.title, assessment.groups)]
            wanted += [context.localize(row.why) for _, row in assessment.rows()]
            assert all(text in page for text in wanted)
        cited = {int(n) for n in re.findall(r'href="#note-(\d+)"', page)}
        notes = [int(n) for n in re.findall(r'id="note-(\d+)"', page)]
        assert notes == sorted(cited) == list(range(1, len(notes) + 1))
        assert f"https://example.org/recommendations/{record.id}/" in page
        assert record.official_text.text or "The official wording has not been added yet." in page


def test_short_briefs_are_printed_larger() -> None:
    """Type is as large as the length allows, and the stylesheet has each size."""
    css = (TEMPLATES / "brief/brief.css").read_text("utf-8")
    for has_parts in (False, True):
        sizes = [choose_print_size(n, has_parts=has_parts).points for n in range(0, 9000, 100)]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[20] >= 9
        assert all(f'[data-print-size="{size}"]' in css for size in {*sizes} - {10.0})


def test_limits_name_the_groups_of_each_date() -> None:
    """If groups have evidence up to different dates, each date has its groups."""
    context = make_context()
    record = next(r for r in context.view.recommendations if len(r.assessments) > 1)
    first, *others = find_current_assessments(record)
    dated = [
        a.model_copy(update={"evidence_up_to": ImpreciseDate.parse(day)})
        for a, day in ((first, "2019"), (others[0], "2020"))
    ]
    changed = record.model_copy(update={"assessments": tuple(dated)})
    page = " ".join(html.unescape(render_brief(context, changed).html).split())
    for assessment in dated:
        groups = ", ".join(map(context.title, assessment.groups))
        assert re.search(rf"<li>[^:]*{assessment.evidence_up_to}.*?</span>: {groups}\.", page)


def test_unrated_recommendation_has_no_brief() -> None:
    """An unrated recommendation has nothing to summarize."""
    context = make_context()
    record = next(r for r in context.view.recommendations if r.assessments)
    unrated = record.model_copy(update={"assessments": ()})
    page = render_record_page(context, "recommendations", unrated).html
    assert "brief/" not in page
