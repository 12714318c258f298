"""For everyone: axe finds nothing, and the keyboard reaches only what can be seen."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import Browser, Page

KINDS = [
    "",
    "recommendations/",
    "recommendations/cescr-2013-9-health/",
    "indicators/applicants-2018/",
    "sources/",
    "sources/report/",
    "gaps/",
    "health/",
    "matrix/",
    "history/",
    "events/",
    "compare/",
    "contributing/components/",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# The theme's own: it puts its link to the content before every landmark.
THEME = {"region"}


# A scheme changes colours only; but for the switch in the header, which each page has.
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[dict[str, Page]]:
    """A window for each scheme of colours: the first that a visitor has is kept."""
    kept = {s: browser.new_page(color_scheme=s, reduced_motion="reduce") for s in SCHEMES}
    yield {str(scheme): page for scheme, page in kept.items()}
    for page in kept.values():
        page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(
    windows: dict[str, Page], address: str, kind: str, width: int, scheme: str
) -> None:
    """No violation of WCAG 2.2 AA on any kind of page, in both schemes, narrow and wide."""
    page = windows[scheme]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + kind)
    rules = RULES if scheme == "light" or not kind else COLOURS
    # To describe what passes takes as long as to find what does not.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120]) for v in violations if v["id"] not in THEME]
    assert told == []


@pytest.fixture
def page(windows: dict[str, Page]) -> Page:
    return windows["light"]


FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect();
  const style = getComputedStyle(it);
  const seen = box.width > 0 && box.height > 0 && style.visibility !== "hidden"
    && box.right > 0 && box.left < innerWidth;
  return [seen, it.outerHTML.slice(0, 120)];
}"""


@pytest.mark.parametrize(
    "kind", ["", "recommendations/cescr-2013-9-health/", "events/", "compare/"]
)
@pytest.mark.parametrize("width", [390, 1280])
def test_keyboard_reaches_only_what_is_seen(
    page: Page, address: str, kind: str, width: int
) -> None:
    """Tab never lands on something invisible, and leaves the page at its end."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + kind)
    unseen, reached = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            break
        reached += 1
        unseen += [] if found[0] else [found[1]]
    assert reached > 10
    assert unseen == []


def test_text_at_twice_its_size(page: Page, address: str) -> None:
    """At 200 per cent text a page still fits the width of the screen."""
    page.set_viewport_size({"width": 640, "height": 900})
    page.goto(address + "recommendations/cescr-2013-9-health/")
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
