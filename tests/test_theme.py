"""The theme: menu, table of contents, and the size of a first view."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

RECORD = "recommendations/cescr-2013-9-health/"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def page_without_js(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    page = browser.new_page(java_script_enabled=False)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("scripts", "button", "panel"),
    [
        ("page", ".ct-opens-menu", "#menu"),
        ("page_without_js", ".ct-opens-toc", "#toc"),
        pytest.param("page", ".ct-opens-toc", "#toc", marks=pytest.mark.slow),
        pytest.param("page_without_js", ".ct-opens-menu", "#menu", marks=pytest.mark.slow),
    ],
)
def test_panels_open_by_keyboard(
    request: pytest.FixtureRequest, address: str, scripts: str, button: str, panel: str
) -> None:
    """On a narrow screen, menu and contents work by keyboard, with and without scripts."""
    page: Page = request.getfixturevalue(scripts)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + RECORD)
    expect(page.locator(panel)).to_be_hidden()
    page.locator(button).focus()
    page.keyboard.press("Enter")
    expect(page.locator(panel)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(panel)).to_be_hidden()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator(f"{panel} a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}{RECORD}#positions" if panel == "#toc" else address)


def test_skip_link_leads_to_the_title(page: Page, address: str) -> None:
    """The first link skips the menu, on record pages and prose."""
    for kind in (RECORD, "gaps/"):
        page.goto(address + kind)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("h1:target")).to_be_in_viewport()


def test_menu_is_visible_on_a_wide_screen(page: Page, address: str) -> None:
    """On a wide screen there is no menu button, and the current page is marked."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + "gaps/")
    expect(page.locator(".ct-opens-menu")).to_be_hidden()
    expect(page.locator("#menu").get_by_role("link", name="Source checks")).to_be_visible()
    expect(page.locator("#menu [aria-current=page]")).to_have_text(["Gaps"])


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (RECORD, 28_000),
        pytest.param("indicators/applicants-2018/", 25_000, marks=pytest.mark.slow),
        pytest.param("", 28_000, marks=pytest.mark.slow),
    ],
)
def test_size_of_a_first_view(
    browser: Browser, address: str, host: Path, kind: str, limit: int
) -> None:
    """A first view requests few bytes, compressed, and no search index."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.goto(address + kind, wait_until="networkidle")
    page.close()
    files = [host / "tracker" / (path or ".") for path in {*asked, "assets/icon.svg"}]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    assert not any("search-" in file.name for file in files)
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= limit
