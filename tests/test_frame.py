"""The frame of every page: menu, contents, and what a first view weighs."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

RECORD = "recommendations/cescr-2013-9-health/"


@pytest.mark.parametrize(
    ("button", "panel"), [(".ct-opens-menu", "#menu"), (".ct-opens-toc", "#toc")]
)
@pytest.mark.parametrize("scripts", [True, False])
def test_panels_open_by_keyboard(
    browser: Browser, address: str, button: str, panel: str, scripts: bool
) -> None:
    """On a narrow screen menu and contents open, lead on and close by keys, scripts or none."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    page = context.new_page()
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
    expect(page).to_have_url(f"{address}{RECORD}#asked" if panel == "#toc" else address)
    context.close()


def test_skip_link_leads_to_the_title(browser: Browser, address: str) -> None:
    """The first stop of the keyboard skips the frame, on records and on prose."""
    page = browser.new_page()
    for kind in (RECORD, "gaps/"):
        page.goto(address + kind)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("h1:target")).to_be_in_viewport()
    page.close()


def test_menu_stands_beside_the_page_where_there_is_room(browser: Browser, address: str) -> None:
    """On a wide screen there is no button: every page is in sight, and this one is marked."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + "gaps/")
    expect(page.locator(".ct-opens-menu")).to_be_hidden()
    expect(page.locator("#menu").get_by_role("link", name="Methodology")).to_be_visible()
    expect(page.locator("#menu [aria-current=page]")).to_have_text(["Gaps"])
    page.close()


@pytest.mark.parametrize(
    ("kind", "limit"), [(RECORD, 28_000), ("indicators/applicants-2018/", 25_000), ("", 28_000)]
)
def test_weight_of_a_first_view(
    browser: Browser, address: str, host: Path, kind: str, limit: int
) -> None:
    """Everything that a first view asks for, compressed, and nothing of the search's index."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.goto(address + kind, wait_until="networkidle")
    page.close()
    files = [host / "tracker" / (path or ".") for path in {*asked, "assets/icon.svg"}]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    assert not any("search-" in file.name for file in files)
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= limit
