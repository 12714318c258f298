"""End-to-end tests of readers' main tasks."""

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
    """A desktop browser page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A phone-sized page with empty storage."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


@pytest.fixture(scope="module")
def phone_without_js(browser: Browser) -> Iterator[Page]:
    """A phone-sized page without JavaScript."""
    page = browser.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    yield page
    page.close()


def test_from_home_page_to_cited_passage(phone_without_js: Page, address: str) -> None:
    """Without scripts, a reader gets from the home page to the cited passage in three steps."""
    phone_without_js.goto(address)
    phone_without_js.locator("article").get_by_role(
        "link", name="Access to health care"
    ).first.click()
    for text in ("Partly implemented", "Our rating", "Asylum seekers"):
        expect(phone_without_js.locator(".ct-answer")).to_contain_text(text)
    expect(phone_without_js.locator(".ct-answer + p")).to_contain_text("Evidence up to")
    phone_without_js.locator("#rating").click()
    phone_without_js.locator(".ct-fold:has(#rating) a.ct-cite", has_text="P4.2").first.click()
    assert phone_without_js.url == f"{address}sources/report/#P4.2"
    place = phone_without_js.locator("tr[id='P4.2']")
    expect(place).to_be_in_viewport()
    expect(place.get_by_role("link", name="Access to health care", exact=True)).to_be_visible()


def test_from_figure_to_source_with_the_keyboard(page: Page, address: str) -> None:
    """With the keyboard only, a reader finds a figure and follows its citation."""
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("1,237")
    expect(page.locator(".ct-search__hits mark").first).to_have_text("1237")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators/detained-2019/**")
    place = page.locator(PLACE).first
    locator = place.text_content()
    for _ in range(60):
        page.keyboard.press("Tab")
        if place.evaluate("place => place === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sources/report/#{locator}")


PLACE = "article a[href*='sources/report/#']"


def visible_titles(page: Page) -> list[str]:
    """Return the titles of the visible cards."""
    return page.locator("article .ct-card:visible h3").all_text_contents()


def select_facet(page: Page, facet: str, choice: str) -> None:
    part = page.locator("[data-facet]", has=page.locator("legend", has_text=facet))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_label(choice).click()


def download(page: Page, button: Locator) -> tuple[str, str]:
    """Click a download button; return the name and text of the file."""
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes().decode()


@pytest.fixture(scope="module")
def shared_url(page: Page, address: str) -> str:
    """The address of a filtered view, to be shared."""
    page.goto(f"{address}recommendations/")
    for facet, choice in (
        ("Status", "Not implemented"),
        ("Right", "Adequate housing"),
        ("Group", "Asylum seekers"),
    ):
        select_facet(page, facet, choice)
    assert visible_titles(page) == ["Access to adequate housing"]
    return page.url


def test_shared_view_is_the_same_view(phone: Page, shared_url: str) -> None:
    """A new window shows the same view and exports it with citation and licence."""
    phone.goto(shared_url)
    assert visible_titles(phone) == ["Access to adequate housing"]
    row, *others = csv.DictReader(
        io.StringIO(download(phone, phone.get_by_role("button", name="CSV"))[1].lstrip("\ufeff"))
    )
    document = json.loads(download(phone, phone.get_by_role("button", name="JSON"))[1])
    assert others == []
    assert document["address"] == shared_url
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


def test_status_filter_applies_to_the_selected_group(phone: Page, shared_url: str) -> None:
    """Filtering by status and group does not match another group's rating."""
    phone.goto(shared_url.replace("asylum-seekers", "stateless-persons"))
    assert visible_titles(phone) == []
    phone.goto(shared_url.replace("asylum-seekers", "stateless-persons").replace("not-implemented",
               "insufficient-information"))  # fmt: skip
    assert visible_titles(phone) == ["Access to adequate housing"]


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The frozen records on a fixed day, with their lines in the data files."""
    lines = {id: (w.file, w.first_line, w.last_line) for id, w in real.locations.items()}
    return SiteContext(DatasetView(real.dataset, make_context().view.today, lines))


def test_record_is_cited_in_each_format(page: Page, address: str) -> None:
    """The document and our assessments are cited separately, as text, footnote and three files."""
    page.goto(address + HEALTH)
    body = "Committee on Economic, Social and Cultural Rights"
    about = f"{body}, E/C.12/AZE/CO/3, paragraph 9"
    page.locator("#cite summary").click()
    document, ours = page.locator(".ct-reference").all()
    footnote = document.locator(".ct-quote").last.text_content() or ""
    assert footnote.startswith(f"{body}, [Concluding observations on")
    assert "UN Doc E/C.12/AZE/CO/3, para 9" in footnote
    forms = {"BibTeX": "bib", "RIS": "ris", "CSL-JSON": "json"}
    for part, name in ((document, "cescr-2013-9-health-document"), (ours, "cescr-2013-9-health")):
        files = {form: download(page, part.get_by_role("link", name=form)) for form in forms}
        names = [name for name, _ in files.values()]
        assert names == [f"{name}.{end}" for end in forms.values()]
    assert all("Access to health care" in text and about in text for _, text in files.values())
    items = json.loads(files["CSL-JSON"][1])
    texts = ours.locator(".ct-quote").all_text_contents()
    assert len(texts) == 2 * len(items)
    for item, plain, footnote in zip(items, texts, texts[len(items) :], strict=False):
        year, month, day = item["issued"]["date-parts"][0]
        issued = f"{day} {date(year, month, day):%B} {year}"
        for text in (plain, footnote, files["BibTeX"][1], files["RIS"][1]):
            assert all(part in text for part in (item["id"], issued))
        assert f"DA  - {year}/{month:02}/{day:02}" in files["RIS"][1]


def test_correction_links_point_to_the_data_file(context: SiteContext) -> None:
    """With a repository, the page links to a prefilled form and to the lines of the data file."""
    with_repository = replace(context, repo_url=REPOSITORY)
    for collection, record in (("recommendations", "cescr-2013-9-health"), ("sources", "report")):
        found = context.view.data.find(record)
        assert found
        html = render_record_page(with_repository, collection, found).html
        form, file = (urlsplit(unescape(a)) for a in findall(rf'href="({REPOSITORY}/[^"]+)"', html))
        query = {field: values[0] for field, values in parse_qs(form.query).items()}
        assert form.path == "/someone/tracker/issues/new"
        assert record in query.pop("title")
        template = (ROOT / ".github/ISSUE_TEMPLATE" / query.pop("template")).read_text("utf-8")
        fields = {field["id"]: field for field in yaml.safe_load(template)["body"] if "id" in field}
        assert query == {"record": record, "kind": collection}
        assert set(query) <= set(fields)
        assert collection in fields["kind"]["attributes"]["options"]
        first, last = (int(line.strip("L")) for line in file.fragment.split("-"))
        data_lines = (
            (FROZEN / file.path.partition("/blob/HEAD/")[2]).read_text("utf-8").splitlines()
        )
        record_lines = [line for line in data_lines[first - 1 : last] if line.startswith("- id: ")]
        assert record_lines == [data_lines[first - 1]] == [f"- id: {record}"]


def test_instructions_without_a_repository(phone_without_js: Page, address: str) -> None:
    """The page shows the file and lines, and links to instructions."""
    phone_without_js.goto(address + HEALTH)
    phone_without_js.get_by_role("heading", name="About this record").click()
    expect(phone_without_js.get_by_text("data/recommendations.yml, lines")).to_be_visible()
    phone_without_js.get_by_role("link", name="how to suggest a change").click()
    expect(phone_without_js.get_by_role("heading", name="Step by step")).to_be_visible()


def test_printed_page_is_citable(page: Page, address: str) -> None:
    """The A4 page has source addresses, date, licence and tables, but no buttons."""
    page.emulate_media(color_scheme="dark")
    page.goto(address + HEALTH)
    pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    content = " ".join(" ".join(pdf_page.extract_text() for pdf_page in pdf.pages).split())
    width, height = pdf.pages[0].mediabox.upper_right
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    for text in (
        "Partly implemented",
        "Evidence up to 27 July 2020",
        "Reference Checked for Source check",
        "https://mondaq.com/",
        "Licence: CC BY 4.0",
        "Data as of",
    ):
        assert text in content
    for text in ("Table of contents", "Previous", "Made with", "Switch to"):
        assert text not in content
    page.emulate_media(media="print")
    colours = page.evaluate(COLOURS)
    page.emulate_media(media="screen", color_scheme="light")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


COLOURS = """() => [
  getComputedStyle(document.querySelector('.ct-status')).color,
  getComputedStyle(document.body).backgroundColor,
]"""


def test_reference_is_copied_with_a_button(page: Page, address: str) -> None:
    """Each reference has a button that copies it and says so. Without scripts there is none."""
    page.add_init_script(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }"
    )
    page.goto(address + HEALTH)
    assert "ct-copy" not in page.request.get(page.url).text()
    page.locator("#cite summary").click()
    quotes = page.locator(".ct-reference .ct-quote")
    buttons = page.locator(".ct-reference .ct-copy")
    assert buttons.count() == quotes.count() > 2
    buttons.nth(1).click()
    expect(buttons.nth(1)).to_have_text("Copied")
    assert page.evaluate("copied") == (quotes.nth(1).text_content() or "").strip()
