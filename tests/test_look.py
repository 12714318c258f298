"""How pages look: nothing moves while they load, and pictures are kept to be looked at.

The pictures lie in `.cache/pictures`, a file for each kind of page, width and mode.
"""

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT
from tests.test_browser import KINDS

PICTURES = ROOT / ".cache" / "pictures"
MOVED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 50));
})"""


def picture(page: Page, kind: str, mode: str) -> bytes:
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = kind.strip("/").replace("/", "-") or "home"
    return page.screenshot(path=PICTURES / f"{name}-{mode}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_moves_while_a_page_loads(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    """What a reader begins to read stays where it is; and no page is blank."""
    dark = scheme == "dark"
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    moved, blank = {}, []
    for kind in KINDS:
        page.goto(address + kind)
        moved[kind] = page.evaluate(MOVED)
        if len(picture(page, kind, f"{width}-{scheme}")) < 10_000:
            blank.append(kind)
    page.close()
    assert {kind: shift for kind, shift in moved.items() if shift > 0.01} == {}
    assert blank == []


@pytest.mark.parametrize("mode", ["print", "forced"])
def test_statuses_are_told_on_paper_and_in_forced_colours(
    browser: Browser, address: str, mode: str
) -> None:
    """On paper, and in the colours that a reader forces, a status has its word and its shape."""
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    if mode == "print":
        page.emulate_media(media="print")
    else:
        page.emulate_media(forced_colors="active")
    page.goto(address + "recommendations/cescr-2013-9-health/")
    picture(page, "recommendation", mode)
    status = page.locator(".ct-status").first
    shape = status.locator("svg").bounding_box()
    assert "Partly implemented" in status.inner_text()
    assert shape
    assert shape["width"] >= 8
    assert page.locator(".md-header").is_visible() == (mode == "forced")
    page.close()
