"""The appearance of pages: layout shift, overflow, colours and print.

Screenshots are in `.cache/pictures`, one for each kind of page, width and mode.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT
from tests.test_browser import KINDS, LAYOUT_SHIFT

SCREENSHOTS = ROOT / ".cache" / "pictures"

# The colours of each element, except those that only a script shows or writes.
COLOURS = """() => ["html", "body", ".md-header", ".md-footer", "nav *", "article, article *"]
  .flatMap((name) => [...document.querySelectorAll(name)])
  .filter((it) => !it.closest("[hidden], noscript, [data-made], .ct-copy"))  // added by scripts
  .map((it) => {
    const style = getComputedStyle(it);
    const names = ["color", "background-color", "border-color", "fill", "stroke", "color-scheme"];
    const values = names.map((name) => style.getPropertyValue(name));
    return (it.tagName + values).replace(",normal", ",light");
  })"""

BACKGROUND, WHITE = "getComputedStyle(document.body).backgroundColor", "rgb(255, 255, 255)"

OVERFLOWING = """() => [document.documentElement, ...document.querySelectorAll("article table")]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => `${box.tagName}: ${box.textContent.trim().slice(0, 60)}`)"""

# Headings whose permalink is below their last letter.
MISPLACED_LINKS = """() => [...document.querySelectorAll("article .headerlink")].filter((mark) => {
  const text = document.createRange();
  text.selectNodeContents(mark.parentElement);
  text.setEndBefore(mark);
  const last = [...text.getClientRects()].at(-1);
  return last && mark.getClientRects().length && mark.getBoundingClientRect().top > last.bottom;
}).map((mark) => mark.parentElement.textContent)"""

OVERFLOWING_LINES = """() => [
  ...document.querySelectorAll("article :is(p, td, th, li, dd, dt, h1, h2, h3)")
]
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1
    && getComputedStyle(box).display !== "inline")
  .map((box) => box.textContent.trim().slice(0, 60))"""


@pytest.fixture(scope="module")
def shared_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def page(shared_page: Page) -> Iterator[Page]:
    """A page with empty storage on a system with light colours."""
    shared_page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    shared_page.set_viewport_size({"width": 1280, "height": 900})
    yield shared_page
    shared_page.evaluate("localStorage.clear()")


@pytest.fixture(scope="module")
def shared_page_without_js(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(java_script_enabled=False)
    yield page
    page.close()


@pytest.fixture
def page_without_js(shared_page_without_js: Page) -> Page:
    """A page without JavaScript on a system with light colours."""
    shared_page_without_js.emulate_media(media="screen", color_scheme="light")
    shared_page_without_js.set_viewport_size({"width": 1280, "height": 900})
    return shared_page_without_js


def take_screenshot(page: Page, kind: str, mode: str) -> bytes:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = kind.strip("/").replace("/", "-") or "home"
    return page.screenshot(path=SCREENSHOTS / f"{name}-{mode}.png")


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(390, "light", marks=pytest.mark.slow),
        pytest.param(1280, "light", marks=pytest.mark.slow),
        pytest.param(390, "dark", marks=pytest.mark.slow),
    ],
)
def test_page_loads_without_layout_shift(
    page: Page, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """The content does not move while a page loads, and no page is blank."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    shifts, blank = {}, []
    for kind in KINDS:
        page.goto(address + kind)
        shifts[kind] = page.evaluate(LAYOUT_SHIFT)
        if len(take_screenshot(page, kind, f"{width}-{scheme}")) < 10_000:
            blank.append(kind)
    assert {kind: shift for kind, shift in shifts.items() if shift > 0.01} == {}
    assert blank == []


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("", marks=pytest.mark.slow),
        "recommendations/",
        "recommendations/cescr-2013-9-health/",
    ],
)
def test_content_fits_at_any_width(page: Page, address: str, kind: str) -> None:
    """No line overflows its box on screens of any width."""
    page.goto(address + kind)
    for width in (320, 768, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        take_screenshot(page, kind, f"{width}-light")
        assert page.evaluate(OVERFLOWING_LINES) == [], width


@pytest.mark.parametrize(
    ("kind", "scheme"),
    [
        ("methodology/", "light"),
        ("recommendations/cescr-2013-9-health/", "dark"),
        pytest.param("methodology/", "dark", marks=pytest.mark.slow),
        pytest.param("recommendations/cescr-2013-9-health/", "light", marks=pytest.mark.slow),
    ],
)
def test_page_without_javascript_follows_the_system_colours(
    page: Page, page_without_js: Page, address: str, kind: str, scheme: Literal["light", "dark"]
) -> None:
    """Without JavaScript, all elements have the system's preferred colours. Print is white."""
    for target in (page, page_without_js):
        target.emulate_media(color_scheme=scheme)
        target.goto(address + kind)
    take_screenshot(page_without_js, kind, f"{scheme}-without-scripts")
    assert (page_without_js.evaluate(BACKGROUND) == WHITE) == (scheme == "light")
    assert page_without_js.evaluate(COLOURS) == page.evaluate(COLOURS)
    page_without_js.emulate_media(media="print")
    assert page_without_js.evaluate(BACKGROUND) == WHITE


def test_chosen_colours_override_system_colours(
    page: Page, page_without_js: Page, address: str
) -> None:
    """Light colours on a dark system apply to the scroll bar and the next page as well."""
    page_without_js.goto(address + "methodology/")
    page.emulate_media(color_scheme="dark")
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.locator("[data-scheme]:visible").click()
    page.goto(address + "methodology/")
    assert page.evaluate(COLOURS) == page_without_js.evaluate(COLOURS)


@pytest.mark.parametrize(
    "files",
    [
        "*.md",
        *(
            pytest.param(files, marks=pytest.mark.slow)
            for files in ("format/*.md", "contributing/*.md", "*/index.md")
        ),
    ],
)
def test_prose_fits_a_phone(page_without_js: Page, address: str, files: str) -> None:
    """On a phone, no page or table overflows, and no permalink is below its heading."""
    page_without_js.set_viewport_size({"width": 390, "height": 844})
    overflowing, misplaced = {}, {}
    for path in sorted((ROOT / "docs").glob(files)):
        kind = path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        kind = kind.removesuffix("index").rstrip("/") + "/"
        page_without_js.goto(address + kind.lstrip("/"))
        overflowing[kind] = page_without_js.evaluate(OVERFLOWING)
        misplaced[kind] = page_without_js.evaluate(MISPLACED_LINKS)
    assert {kind: found for kind, found in overflowing.items() if found} == {}
    assert {kind: found for kind, found in misplaced.items() if found} == {}


@pytest.mark.parametrize("mode", ["forced", pytest.param("print", marks=pytest.mark.slow)])
def test_statuses_are_legible_in_print_and_forced_colours(
    page: Page, address: str, mode: str
) -> None:
    """In print and in forced colours a status has a text and a shape."""
    page.set_viewport_size({"width": 794, "height": 1123})
    if mode == "print":
        page.emulate_media(media="print")
    else:
        page.emulate_media(forced_colors="active")
    page.goto(address + "recommendations/cescr-2013-9-health/")
    take_screenshot(page, "recommendation", mode)
    status = page.locator(".ct-status").first
    shape = status.locator("svg").bounding_box()
    assert "Partly implemented" in status.inner_text()
    assert shape
    assert shape["width"] >= 8
    assert page.locator(".md-header").is_visible() == (mode == "forced")
