"""The page for reporting a mistake."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import Browser, Page, expect

from tracker.records.loader import LoadResult
from tracker.site.context import Publisher, SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_view

PATH = "report-a-mistake/"
START, END = '<link rel="stylesheet" href="../assets/form.css">', "</script>"
WRONG = "The count is 1,200 & not <b>1,300</b>"


@pytest.fixture(scope="module")
def with_publisher(site: Path, real: LoadResult) -> str:
    """The page of a site that names a publisher and a repository."""
    context = SiteContext(
        DatasetView(real.dataset, date(2026, 11, 25)),
        site_name="Harbour Tracker",
        repo_url="https://github.com/them/tracker",
        publisher=Publisher(mail="desk@example.org"),
    )
    view = render_view(context, "report-mistake", page_url=PATH)
    page = (site / PATH / "index.html").read_text("utf-8")
    start = page.index(START)
    end = page.index(END, page.index("assets/mistake.js", start)) + len(END)
    return page[:start] + view + page[end:]


@pytest.fixture(scope="module")
def page(browser: Browser, address: str, with_publisher: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 900}, reduced_motion="reduce")
    page.route(
        f"{address}{PATH}*",
        lambda route: route.fulfill(body=with_publisher, content_type="text/html"),
    )
    yield page
    page.close()


def write_message(page: Page) -> str:
    page.get_by_role("button", name="Write the message").click()
    return page.get_by_label("Your message").input_value()


def test_message_can_be_copied_mailed_and_posted(page: Page, address: str) -> None:
    """All ways of sending have the same text, with the record that the reader came from."""
    page.goto(f"{address}{PATH}?record=cescr-2013-9-health")
    expect(page.get_by_label("Page or record")).to_be_hidden()
    page.get_by_label("What is wrong").fill(WRONG)
    page.get_by_label("Your source").fill("Report, page 3\nand page 4")
    text = write_message(page)
    expect(page.get_by_role("heading", name="Your message")).to_be_focused()
    assert text.split("\n\n") == [
        "Page or record:\ncescr-2013-9-health",
        f"What is wrong:\n{WRONG}",
        "Your source:\nReport, page 3\nand page 4",
        "Site: Harbour Tracker, as of 25 November 2026",
    ]
    mail, issue = (
        urlsplit(link.get_attribute("href") or "") for link in page.locator("[data-send]").all()
    )
    assert (mail.scheme, mail.path) == ("mailto", "desk@example.org")
    assert (issue.netloc, issue.path) == ("github.com", "/them/tracker/issues/new")
    for query in map(parse_qs, (mail.query, issue.query)):
        assert query["body"] == [text.replace("\n", "\r\n")]
    page.get_by_label("What is right").fill("1,200")
    assert "What is right:\n1,200" in page.get_by_label("Your message").input_value()


def test_long_message_is_not_in_links(page: Page, address: str) -> None:
    """Mail programs reject long addresses, so the page asks to paste the text instead."""
    page.goto(f"{address}{PATH}?record=opened")
    page.get_by_label("What is wrong").fill("x" * 3_000)
    write_message(page)
    mail, issue = (link.get_attribute("href") or "" for link in page.locator("[data-send]").all())
    assert mail.endswith("&body=")
    assert "xxx" in issue
    expect(page.get_by_text("too long for a link")).to_be_visible()


def test_missing_fields_are_named(page: Page, address: str) -> None:
    """The focus moves to a list of links to the fields. A URL cannot prefill the message."""
    page.goto(f"{address}{PATH}?record=Send%20money%20to%20me")
    page.get_by_role("button", name="Write the message").click()
    summary = page.locator("[data-problems]")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Your message")).to_be_hidden()
    summary.get_by_role("link", name="Say which page").click()
    record = page.get_by_label("Page or record")
    expect(record).to_be_focused()
    expect(record).to_have_attribute("aria-invalid", "true")
    expect(record).to_have_value("")
    assert Axe().run(page).response["violations"] == []
    record.fill("gaps")
    expect(record).not_to_have_attribute("aria-invalid", "true")


def test_message_can_be_written_without_javascript(browser: Browser, address: str) -> None:
    """The page lists the parts of a message, and says that there is no contact address."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + PATH)
    expect(page.get_by_role("heading", name="Write the message yourself")).to_be_visible()
    expect(page.get_by_text("What is right", exact=True)).to_be_visible()
    expect(page.get_by_text("This site has no contact address").last).to_be_visible()
    expect(page.get_by_role("button", name="Write the message")).to_be_hidden()
    page.close()


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("", ""),
        ("https://git.example/x", "https://git.example/x/issues"),
        ("https://gitlab.com/x/y", "https://gitlab.com/x/y/-/issues/new"),
    ],
)
def test_issue_link_depends_on_the_host(real: LoadResult, repository: str, url: str) -> None:
    """Without JavaScript the link opens an empty issue, or the list of issues."""
    context = SiteContext(DatasetView(real.dataset, date(2026, 11, 25)), repo_url=repository)
    view = render_view(context, "report-mistake", page_url=PATH)
    assert (f'<li><a href="{url}"' in view) == bool(url)
