"""What readers come for, from beginning to end, as each of them comes."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from re import findall
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.conftest import FROZEN, ROOT
from tests.test_render import make_context
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_record_page

HEALTH = "recommendations/cescr-2013-9-health/"
REPOSITORY = "https://example.org/someone/tracker"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """The window of somebody at a desk."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A narrow one with nothing kept."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Page]:
    """As narrow, without JavaScript."""
    page = browser.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    yield page
    page.close()


def test_from_the_question_to_its_proof(bare: Page, address: str) -> None:
    """On a phone without scripts, three steps: home, what was asked, the place in the source."""
    bare.goto(address)
    bare.locator("article").get_by_role("link", name="Access to health care").first.click()
    for text in ("Partly implemented", "Our rating", "Asylum seekers"):
        expect(bare.locator(".ct-answer")).to_contain_text(text)
    expect(bare.locator(".ct-answer + p")).to_contain_text("Evidence up to")
    bare.locator("#rating").click()
    bare.locator(".ct-fold:has(#rating) a.ct-cite", has_text="P4.2").first.click()
    assert bare.url == f"{address}sources/report/#P4.2"
    place = bare.locator("tr[id='P4.2']")
    expect(place).to_be_in_viewport()
    expect(place.get_by_role("link", name="Access to health care", exact=True)).to_be_visible()


def test_from_a_figure_to_its_source_by_keys(page: Page, address: str) -> None:
    """With the keyboard alone: search a figure, open it, follow its place in the source."""
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("1,237")
    expect(page.locator(".ct-search__hits mark").first).to_have_text("1237")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators/detained-2019/**")
    place = page.locator(PLACE).first
    named = place.text_content()
    for _ in range(60):
        page.keyboard.press("Tab")
        if place.evaluate("place => place === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sources/report/#{named}")


PLACE = "article a[href*='sources/report/#']"


def shown(page: Page) -> list[str]:
    """The titles of the cards that can be seen."""
    return page.locator("article .ct-card:visible h3").all_text_contents()


def tick(page: Page, facet: str, choice: str) -> None:
    part = page.locator("[data-facet]", has=page.locator("legend", has_text=facet))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_label(choice).click()


def saved(page: Page, button: Locator) -> tuple[str, str]:
    """The name and the text of what a click saves."""
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes().decode()


@pytest.fixture(scope="module")
def sent(page: Page, address: str) -> str:
    """The address of a filtered view, as its first reader copies it."""
    page.goto(f"{address}recommendations/")
    for facet, choice in (
        ("Status", "Not implemented"),
        ("Right", "Adequate housing"),
        ("Group", "Asylum seekers"),
    ):
        tick(page, facet, choice)
    assert shown(page) == ["Access to adequate housing"]
    return page.url


def test_view_that_is_sent_is_the_same_view(phone: Page, sent: str) -> None:
    """A fresh window shows the same, and saves it with citation and licence, to be read back."""
    phone.goto(sent)
    assert shown(phone) == ["Access to adequate housing"]
    row, *others = csv.DictReader(
        io.StringIO(saved(phone, phone.get_by_role("button", name="CSV"))[1].lstrip("\ufeff"))
    )
    document = json.loads(saved(phone, phone.get_by_role("button", name="JSON"))[1])
    assert others == []
    assert document["address"] == sent
    assert [record["id"] for record in document["records"]] == [row["ID"]]
    names = {"Status by group": "ratings", "Licence": "licence", "Page": "address",
             "Cite as": "citation", "ID": "id"}  # fmt: skip
    for record in ({names.get(name, name): row[name] for name in row}, document["records"][0]):
        assert "Not implemented (one source): Asylum seekers" in record["ratings"]
        assert record["licence"] == "CC BY 4.0"
        phone.goto(record["address"])
        _, document = phone.locator(".ct-reference").first.locator(".ct-quote").all_text_contents()
        assert record["citation"].startswith(document)
        title = phone.locator("h1").text_content()
        assert f"“{title}”, record cescr-2013-9-" in record["citation"]


def test_status_of_one_group_is_not_that_of_another(phone: Page, sent: str) -> None:
    """Who asks for a status and a group is not shown what another group is rated."""
    phone.goto(sent.replace("asylum-seekers", "stateless-persons"))
    assert shown(phone) == []
    phone.goto(sent.replace("asylum-seekers", "stateless-persons").replace("not-implemented",
               "insufficient-information"))  # fmt: skip
    assert shown(phone) == ["Access to adequate housing"]


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The real records on a fixed day, with the lines where they are written."""
    lines = {id: (w.file, w.first_line, w.last_line) for id, w in real.locations.items()}
    return SiteContext(DatasetView(real.dataset, make_context().view.today, lines))


def test_record_is_quoted_in_each_form(page: Page, address: str) -> None:
    """The document and our assessments apart: as text, as footnotes and in three files each."""
    page.goto(address + HEALTH)
    about = "Committee on Economic, Social and Cultural Rights, E/C.12/AZE/CO/3, paragraph 9"
    page.locator("#cite summary").click()
    document, ours = page.locator(".ct-reference").all()
    assert (document.locator(".ct-quote").last.text_content() or "").startswith(about)
    forms = {"BibTeX": "bib", "RIS": "ris", "CSL-JSON": "json"}
    for part, name in ((document, "cescr-2013-9-health-document"), (ours, "cescr-2013-9-health")):
        files = {form: saved(page, part.get_by_role("link", name=form)) for form in forms}
        names = [name for name, _ in files.values()]
        assert names == [f"{name}.{end}" for end in forms.values()]
    assert all("Access to health care" in text and about in text for _, text in files.values())
    items = json.loads(files["CSL-JSON"][1])
    texts = ours.locator(".ct-quote").all_text_contents()
    assert len(texts) == 2 * len(items)
    for item, plain, footnote in zip(items, texts, texts[len(items) :], strict=False):
        year, month, day = item["issued"]["date-parts"][0]
        written = f"{day} {date(year, month, day):%B} {year}"
        for text in (plain, footnote, files["BibTeX"][1], files["RIS"][1]):
            assert all(part in text for part in (item["id"], written))
        assert f"DA  - {year}/{month:02}/{day:02}" in files["RIS"][1]


def test_record_is_corrected_where_it_is_written(context: SiteContext) -> None:
    """With a repository: a form that names the record, the file at its lines, and the way."""
    known = replace(context, repo_url=REPOSITORY)
    for collection, record in (("recommendations", "cescr-2013-9-health"), ("sources", "report")):
        found = context.view.data.find(record)
        assert found
        html = render_record_page(known, collection, found).html
        form, file = (urlsplit(unescape(a)) for a in findall(rf'href="({REPOSITORY}/[^"]+)"', html))
        asked = {field: values[0] for field, values in parse_qs(form.query).items()}
        assert form.path == "/someone/tracker/issues/new"
        assert record in asked.pop("title")
        known_to = (ROOT / ".github/ISSUE_TEMPLATE" / asked.pop("template")).read_text("utf-8")
        fields = {field["id"]: field for field in yaml.safe_load(known_to)["body"] if "id" in field}
        assert asked == {"record": record, "kind": collection}
        assert set(asked) <= set(fields)
        assert collection in fields["kind"]["attributes"]["options"]
        first, last = (int(line.strip("L")) for line in file.fragment.split("-"))
        written = (FROZEN / file.path.partition("/blob/HEAD/")[2]).read_text("utf-8").splitlines()
        begun = [line for line in written[first - 1 : last] if line.startswith("- id: ")]
        assert begun == [written[first - 1]] == [f"- id: {record}"]


def test_form_without_a_repository_explains_how_to_send(bare: Page, address: str) -> None:
    """The file and its lines can be read, and a page tells what to do with them."""
    bare.goto(address + HEALTH)
    bare.get_by_role("heading", name="About this record").click()
    expect(bare.get_by_text("data/recommendations.yml, lines")).to_be_visible()
    bare.get_by_role("link", name="how to suggest a change").click()
    expect(bare.get_by_role("heading", name="Step by step")).to_be_visible()


def test_paper_can_be_quoted_from(page: Page, address: str) -> None:
    """On A4: addresses of sources, day and licence, rows as a table; nothing to press."""
    page.emulate_media(color_scheme="dark")
    page.goto(address + HEALTH)
    paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    told = " ".join(" ".join(leaf.extract_text() for leaf in paper.pages).split())
    width, height = paper.pages[0].mediabox.upper_right
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    for text in (
        "Partly implemented",
        "Evidence up to 27 July 2020",
        "Reference Checked for Source check",
        "https://mondaq.com/",
        "Licence: CC BY 4.0",
        "Data as of",
    ):
        assert text in told
    for text in ("Table of contents", "Previous", "Made with", "Switch to"):
        assert text not in told
    page.emulate_media(media="print")
    colours = page.evaluate(COLOURS)
    page.emulate_media(media="screen", color_scheme="light")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


COLOURS = """() => [
  getComputedStyle(document.querySelector('.ct-status')).color,
  getComputedStyle(document.body).backgroundColor,
]"""
