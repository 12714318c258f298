"""For everyone: axe finds nothing, and the keyboard reaches only what can be seen."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import Browser, Page, Route
from pypdf import PdfReader

KINDS = [
    "",
    "recommendations/",
    "recommendations/cescr-2013-9-health/",
    "indicators/applicants-2018/",
    "sources/",
    "sources/cescr-co-3/",
    "gaps/",
    "health/",
    "matrix/",
    "history/",
    "events/",
    "compare/",
    "edit/",
    "edit/assessment/",
]
HEALTH = "recommendations/cescr-2013-9-health/"
DARK = ["", HEALTH]
WIDE = ["", "recommendations/", HEALTH, "matrix/"]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A scheme changes nothing but colours, and which button leads to the other one.
COLOURS = ["color-contrast", "link-in-text-block", "button-name"]
RULES = {"default": STANDARD, "slate": COLOURS}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A window for all: a page that has been opened shows each width and scheme in turn."""
    page = browser.new_page(reduced_motion="reduce")
    yield page
    page.close()


def violations(page: Page, rules: list[str]) -> list[tuple[str, str]]:
    """Rule and first element of each violation."""
    # To describe what passes takes as long as to find what does not.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(page: Page, address: str, kind: str) -> None:
    """No violation of WCAG 2.2 AA on any kind of page on a phone, on four on a desk.

    On two of them colours have contrast in the other scheme too.
    """
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(address + kind)
    found = {"phone": violations(page, STANDARD)}
    if kind in DARK:
        page.locator("[data-scheme]:visible").click()
        found["dark"] = violations(page, COLOURS)
        page.locator("[data-scheme]:visible").click()
    if kind in WIDE:
        page.set_viewport_size({"width": 1280, "height": 900})
        found["desk"] = violations(page, STANDARD)
    assert {where: told for where, told in found.items() if told} == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_at_any_width(page: Page, address: str, kind: str) -> None:
    """No violation on any kind of page, at three widths and in both schemes."""
    page.goto(address + kind)
    told = []
    for _ in RULES:
        scheme = page.evaluate("document.body.dataset.mdColorScheme")
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            told += [(scheme, width, *v) for v in violations(page, RULES[scheme])]
        page.locator("[data-scheme]:visible").click()
    assert told == []


def unscripted(route: Route) -> None:
    """The page as it is where no script runs: axe is one, and could not look at it otherwise."""
    page = route.fetch()
    text = re.sub(r"<script\b.*?</script>|</?noscript>", "", page.text(), flags=re.DOTALL)
    route.fulfill(response=page, body=text)


@pytest.mark.parametrize(
    ("kind", "width"),
    [
        (HEALTH, 390),
        *(
            pytest.param(kind, width, marks=pytest.mark.slow)
            for kind, width in [("", 390), ("", 1280), (HEALTH, 1280), ("sources/", 1280)]
        ),
    ],
)
def test_axe_finds_nothing_in_the_dark_without_scripts(
    browser: Browser, address: str, kind: str, width: int
) -> None:
    """No violation where the system prefers dark and no script can say so."""
    page = browser.new_page(reduced_motion="reduce", color_scheme="dark")
    page.set_viewport_size({"width": width, "height": 900})
    page.route(address + kind, unscripted)
    page.goto(address + kind)
    told = violations(page, COLOURS)
    dark = page.evaluate("getComputedStyle(document.body).colorScheme")
    page.close()
    assert (dark, told) == ("dark", [])


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
    ("kind", "width"),
    [
        *((kind, 390) for kind in ("", HEALTH, "compare/")),
        (HEALTH, 1280),
        pytest.param("events/", 390, marks=pytest.mark.slow),
        *(pytest.param(kind, 1280, marks=pytest.mark.slow) for kind in ("", "events/", "compare/")),
    ],
)
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
    page.goto(address + HEALTH)
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_tables_of_records_have_a_name(site: Path) -> None:
    """A caption or a label names each table, so that a screen reader can list them."""
    unnamed = set()
    for file in site.rglob("*.html"):
        for table in re.findall(
            r'<table class="ct-[^>]*>\s*(?:<caption)?', file.read_text("utf-8")
        ):
            if not re.search(r"aria-label|<caption", table):
                unnamed.add((file.relative_to(site).parts[0], table))
    assert unnamed == set()


def test_printed_matrix_is_complete(browser: Browser, address: str, tmp_path: Path) -> None:
    """The matrix fits its column on a wide screen, and A4 shows each row, group and rating."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}matrix/")
    table = page.locator(".ct-matrix").first
    assert page.locator(".ct-scroll").first.evaluate("e => e.scrollWidth <= e.clientWidth")
    cells = [" ".join(text.split()) for text in table.locator("th, td").all_inner_texts()]
    file = tmp_path / "matrix.pdf"
    page.pdf(path=file, format="A4")
    page.close()
    texts = (sheet.extract_text() for sheet in PdfReader(file).pages)
    printed = " ".join(" ".join(texts).replace("ﬃ", "ffi").split())
    assert len(cells) > 20
    for cell in set(cells):
        assert printed.count(cell) >= cells.count(cell), cell


def test_links_are_high_enough_for_a_thumb(browser: Browser, address: str) -> None:
    """Links outside sentences, and buttons, are at least 24 pixels high on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    for path in ("", "recommendations/", "recommendations/cescr-2013-9-housing/", "edit/source/"):
        page.goto(address + path)
        assert page.evaluate(FIND_LOW) == [], path
    page.close()


FIND_LOW = """() => [...document.querySelectorAll(
  "article :is(button, summary, select, textarea, .ct-choice, li > a:only-child, th > a, td > a)")]
  .filter((e) => e.offsetParent && e.getBoundingClientRect().height)
  .filter((e) => e.getBoundingClientRect().height < 23.9)
  .map((e) => `${e.tagName} ${e.className} ${e.textContent.trim()}`)"""
