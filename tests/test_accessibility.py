"""For everyone: axe finds nothing, and the keyboard reaches only what can be seen."""

from collections.abc import Iterator

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
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The theme's own: it puts its link to the content before every landmark.
THEME = {"region"}


@pytest.fixture(params=[(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(page: Page, address: str, kind: str) -> None:
    """No violation of WCAG 2.2 AA on any kind of page, in both schemes, narrow and wide."""
    page.goto(address + kind)
    violations = Axe().run(page, options=RULES).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120]) for v in violations if v["id"] not in THEME]
    assert told == []


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
    browser: Browser, address: str, kind: str, width: int
) -> None:
    """Tab never lands on something invisible, and leaves the page at its end."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address + kind)
    unseen, reached = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            break
        reached += 1
        unseen += [] if found[0] else [found[1]]
    page.close()
    assert reached > 10
    assert unseen == []


def test_text_at_twice_its_size(browser: Browser, address: str) -> None:
    """At 200 per cent text a page still fits the width of the screen."""
    page = browser.new_page(viewport={"width": 640, "height": 900})
    page.goto(address + "recommendations/cescr-2013-9-health/")
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.close()
