"""Hostile text in every field of every kind: every output shows it and none interprets it.

One project contains all texts and is built once. Each output is parsed with a third-party library.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import icalendar
import pytest
import rispy  # type: ignore[import-untyped]  # has none
from atoma import parse_atom_bytes  # type: ignore[import-untyped]  # has none
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page
from pybtex.database import parse_string as parse_bibtex  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

from tests.browser import serving
from tests.conftest import EXAMPLE, CreateOnce
from tests.hostile import TEXTS, make_hostile_data, plain_latex, to_line
from tracker.checks import check
from tracker.cli.scaffold import ProjectSettings, scaffold_project
from tracker.links.site_links import check_site, read_site
from tracker.model import (
    COLLECTIONS,
    PAGED,
    Recommendation,
    Record,
    Source,
    find_current_assessments,
)
from tracker.model.base import MAX_ID_LENGTH
from tracker.records.loader import LoadResult, load, read_files

BUILD = (
    "import tracker.project; tracker.project.check = lambda *_, **__: ();"
    "from mkdocs.__main__ import cli; cli()"
)
"""`mkdocs build` without the rules: the records are valid, but meaningless."""
INJECTED = (
    "[id=evil], [data-evil], [srcdoc], [onerror], [onload], [onmouseover], iframe, base, object,"
    "entry, meta[http-equiv=refresh i], [href^='javascript:' i],"
    "[href*='evil.example']:not([href^='data:'], [href^='../'], [href^='#']),"
    "[src*='evil.example'], [action*='evil.example']"
)
"""Elements that no page has unless a text is interpreted as HTML."""


@pytest.fixture(scope="module")
def built(create_once: CreateOnce) -> Path:
    """The project and its built site."""

    def make(root: Path) -> None:
        files = scaffold_project(ProjectSettings("Hostile", "Borland", "the Committee"), b"")
        files = {path: data for path, data in files.items() if not path.startswith("data/")}
        files |= make_hostile_data(read_files(EXAMPLE))
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        environment = {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://example.org/tracker/"}
        command = [sys.executable, "-c", BUILD, "build", "--quiet"]
        result = subprocess.run(
            command, cwd=root, env=os.environ | environment, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr

    return create_once("hostile", make)


@pytest.fixture(scope="module")
def loaded(built: Path) -> LoadResult:
    result = load(read_files(built))
    assert result.problems == ()
    return result


@pytest.fixture(scope="module")
def records(loaded: LoadResult) -> list[tuple[str, Record]]:
    """Every record that has a page, with its collection."""
    return [(name, record) for name, record in loaded.dataset.records() if name in PAGED]


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[str, LexborHTMLParser]:
    """Every page, parsed, by its path."""
    site = built / "site"
    return {
        path.relative_to(site).as_posix(): LexborHTMLParser(path.read_text("utf-8"))
        for path in site.rglob("*.html")
    }


def test_every_kind_has_every_text(loaded: LoadResult) -> None:
    """Every kind of record has every text, and the rules read them without an exception."""
    for name in COLLECTIONS:
        titles = {str(record.title) for record in loaded.dataset.collections[name]}
        assert set(TEXTS) <= titles, name
    longest = max(len(key) for key in loaded.locations if ":" not in key)
    assert longest == MAX_ID_LENGTH
    assert list(check(loaded.dataset))


def test_texts_are_not_interpreted_as_html(
    pages: dict[str, LexborHTMLParser], records: list[tuple[str, Record]]
) -> None:
    """A parser finds no element that a text could inject, and each title is complete."""
    for path, page in pages.items():
        assert [node.html for node in page.css(INJECTED)] == [], path
        for script in page.css('script[type="application/json"]'):
            json.loads(script.text())
    for name, record in records:
        page = pages[f"{name}/{record.id}/index.html"]
        title = to_line(str(record.title))
        heading, head_title, card_title = (
            page.css_first(one) for one in ("h1", "title", "meta[property='og:title']")
        )
        assert heading
        assert head_title
        assert card_title
        assert to_line(heading.text()) == title
        assert to_line(head_title.text()).startswith(title)
        assert to_line(card_title.attributes["content"] or "") == title


def test_table_of_contents_has_the_headings(pages: dict[str, LexborHTMLParser]) -> None:
    """Each entry of the table of contents has the text of its heading."""
    for path, page in pages.items():
        for link in page.css(".ct-toc a[href^='#']"):
            anchor = (link.attributes["href"] or "")[1:]
            heading = next((h for h in page.css("h1, h2, h3") if h.id == anchor), None)
            if heading:
                assert to_line(heading.text()).startswith(to_line(link.text())), path


def test_link_check_finds_no_external_address(built: Path) -> None:
    """No address on the site leads to another host."""
    found = {problem.code for problem in check_site(read_site(built / "site"), base="/tracker/")}
    assert found <= {"page-anchor", "page-id"}, found  # some texts have broken anchors


def test_data_files_are_complete(built: Path, records: list[tuple[str, Record]]) -> None:
    """The JSON files of records, of the whole dataset and of the search are valid."""
    site = built / "site"
    dataset = json.loads((site / "data/tracker.json").read_bytes())
    for name, record in records:
        document = json.loads((site / name / record.id / "record.json").read_bytes())
        assert record.title in (document["title"], document.get("record", document)["title"])
        assert record.title in [item["title"] for item in dataset[name]]
    for path in (site / "search").rglob("*.json"):
        json.loads(path.read_bytes())


def test_feeds_and_calendar_are_complete(built: Path, loaded: LoadResult) -> None:
    """There is an entry for each rating and review date, with its complete title."""
    site = built / "site"
    recommendations = [r for r in loaded.dataset.of(Recommendation) if not r.withdrawn]
    entries = parse_atom_bytes((site / "feeds/changes.atom").read_bytes()).entries
    assert len(entries) == sum(len(r.assessments) for r in recommendations)
    titles = {to_line(str(r.title)) for r in recommendations if r.assessments}
    entry_titles = [to_line(entry.title.value) for entry in entries]
    assert all(
        any(f", {title} – " in entry_title for entry_title in entry_titles) for title in titles
    )
    calendar = icalendar.Calendar.from_ical((site / "feeds/reviews.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert all(event.has_key("UID") and event.has_key("DTSTART") for event in events)
    # The calendar has only events after the reference date.
    known = {to_line(str(r.title)) for r in recommendations}
    for event in events:
        assert to_line(str(event["SUMMARY"])) != "Forged"
        if "due for review" in str(event["SUMMARY"]):
            lines = str(event["DESCRIPTION"])
            assert any(title in to_line(lines) for title in known)


def test_citation_files_are_complete(
    pages: dict[str, LexborHTMLParser], records: list[tuple[str, Record]]
) -> None:
    """Each page has one entry in each citation format, with its title on one line."""
    for name, record in records:
        page = pages[f"{name}/{record.id}/index.html"]
        links = {
            (link.attributes["download"] or "").rpartition(".")[2]: link.attributes["href"] or ""
            for link in page.css("a[download][href^='data:']")
        }
        files = {ending: unquote(href.partition(",")[2]) for ending, href in links.items()}
        title = to_line(str(record.title))
        entries = parse_bibtex(files["bib"], "bibtex").entries
        ris, csl = rispy.loads(files["ris"]), json.loads(files["json"])
        # A recommendation has an entry for each current assessment, with its groups in the title.
        current = find_current_assessments(record) if isinstance(record, Recommendation) else ()
        current = () if record.withdrawn else current
        ids = [a.id for a in current] or [record.id]
        titles = [to_line(plain_latex(entry.fields["title"])) for entry in entries.values()]
        assert [*entries] == [one["id"] for one in ris] == [one["id"] for one in csl] == ids
        assert titles == [one["title"] for one in ris] == [one["title"] for one in csl]
        if isinstance(record, Source) and record.titled_by == "tracker":
            title = f"[{title}]"
        assert all(
            found.startswith(f"{title}: ") if current else found == title for found in titles
        )


def test_cards_are_valid_images(built: Path) -> None:
    """Every card is a valid image, whatever characters the title has."""
    cards = list((built / "site").rglob("card.png"))
    assert len(cards) > len(TEXTS)
    for card in cards[:: len(cards) // 5]:
        with Image.open(card) as picture:
            picture.verify()


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with serving(built / "site") as base:
        yield base


def list_visited_pages(records: list[tuple[str, Record]]) -> Iterator[str]:
    """Yield the register of each kind, and a page that has all texts."""
    for name in PAGED:
        yield f"{name}/"
        yield next(
            f"{kind}/{record.id}/"
            for kind, record in reversed(records)
            if kind == name and all(text in str(record.title) for text in TEXTS)
        )
    yield from ("", "compare/", "corrections/", "matrix/", "vocabulary/newcomers/", "edit/finding/")


@pytest.mark.parametrize(
    "bypass",
    [
        pytest.param(False, id="with policy", marks=pytest.mark.slow),
        pytest.param(True, id="without policy"),
    ],
)
def test_browser_runs_no_injected_code(
    browser: Browser, address: str, records: list[tuple[str, Record]], bypass: bool
) -> None:
    """A browser shows no dialog, requests no other host, and does not leave the page."""
    context = browser.new_context(bypass_csp=bypass)
    page = context.new_page()
    violations, visited = list[str](), list[str]()

    def dismiss(dialog: Dialog) -> None:
        violations.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    context.on("request", lambda r: None if _is_own(r.url, address) else violations.append(r.url))
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    for path in list_visited_pages(records):
        page.goto(f"{address}{path}")
        violations += page.evaluate(
            "(made) => [...document.querySelectorAll(made)].map((e) => e.outerHTML)", INJECTED
        )
        assert violations == [], path
    _search(page)
    assert violations == [], "search"
    assert visited == [f"{address}{path}" for path in list_visited_pages(records)]
    context.close()


def _is_own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def _search(page: Page) -> None:
    """Search for a word of the texts, and wait for the results."""
    page.keyboard.press("/")
    page.keyboard.type("evil")
    page.locator(".ct-search__hits li").first.wait_for()
    assert page.locator(f".ct-search__hits :is({INJECTED})").count() == 0


def test_downloaded_register_has_no_formula(browser: Browser, address: str) -> None:
    """Each row has every column, and no cell begins like a formula."""
    page = browser.new_page()
    page.goto(f"{address}findings/")
    with page.expect_download() as saved:
        page.locator("[data-save=csv]").click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    page.close()
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert len(rows) >= len(TEXTS)
    assert {len(row) for row in rows} == {len(head)}
    assert [cell for row in rows for cell in row if re.match(r"\s*[=+\-@＝＋－＠]", cell)] == []
    assert {"'" + text for text in TEXTS if text[0] in "=+@"} <= {row[1] for row in rows}
