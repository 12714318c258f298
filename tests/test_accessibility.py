"""Accessibility: axe reports no violation, and the keyboard reaches visible elements only."""

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
# A scheme changes only colours, and which button switches to the other one.
COLOURS = ["color-contrast", "link-in-text-block", "button-name"]
RULES = {"default": STANDARD, "slate": COLOURS}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A browser page that all tests share."""
    page = browser.new_page(reduced_motion="reduce")
    yield page
    page.close()


def find_violations(page: Page, rules: list[str]) -> list[tuple[str, str]]:
    """Return the rule and first element of each violation."""
    # Reporting rules that pass would double the time.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_reports_no_violation(page: Page, address: str, kind: str) -> None:
    """Every kind of page passes WCAG 2.2 AA at phone width, and four at desktop width.

    Two of them are also checked for contrast in the dark scheme.
    """
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(address + kind)
    found = {"phone": find_violations(page, STANDARD)}
    if kind in DARK:
        page.locator("[data-scheme]:visible").click()
        found["dark"] = find_violations(page, COLOURS)
        page.locator("[data-scheme]:visible").click()
    if kind in WIDE:
        page.set_viewport_size({"width": 1280, "height": 900})
        found["desktop"] = find_violations(page, STANDARD)
    assert {view: violations for view, violations in found.items() if violations} == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_axe_reports_no_violation_at_any_width(page: Page, address: str, kind: str) -> None:
    """Every kind of page passes at three widths and in both schemes."""
    page.goto(address + kind)
    violations = []
    for _ in RULES:
        scheme = page.evaluate("document.body.dataset.mdColorScheme")
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            violations += [(scheme, width, *v) for v in find_violations(page, RULES[scheme])]
        page.locator("[data-scheme]:visible").click()
    assert violations == []


def remove_scripts(route: Route) -> None:
    """Return the page without its scripts. axe itself needs JavaScript."""
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
def test_axe_reports_no_violation_in_the_dark_scheme_without_scripts(
    browser: Browser, address: str, kind: str, width: int
) -> None:
    """Contrast is sufficient if the system prefers dark colours and no script sets the scheme."""
    page = browser.new_page(reduced_motion="reduce", color_scheme="dark")
    page.set_viewport_size({"width": width, "height": 900})
    page.route(address + kind, remove_scripts)
    page.goto(address + kind)
    violations = find_violations(page, COLOURS)
    dark = page.evaluate("getComputedStyle(document.body).colorScheme")
    page.close()
    assert (dark, violations) == ("dark", [])


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
def test_keyboard_reaches_visible_elements_only(
    page: Page, address: str, kind: str, width: int
) -> None:
    """Tab never focuses an invisible element, and leaves the page after the last one."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + kind)
    hidden, reached = [], 0
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        reached += 1
        hidden += [] if focused[0] else [focused[1]]
    assert reached > 10
    assert hidden == []


def test_text_at_double_size(page: Page, address: str) -> None:
    """With text at 200%, a page still fits the width of the screen."""
    page.set_viewport_size({"width": 640, "height": 900})
    page.goto(address + HEALTH)
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_tables_of_records_have_a_name(site: Path) -> None:
    """Each table has a caption or label, so that a screen reader can list them."""
    unnamed = set()
    for file in site.rglob("*.html"):
        for table in re.findall(
            r'<table class="ct-[^>]*>\s*(?:<caption)?', file.read_text("utf-8")
        ):
            if not re.search(r"aria-label|<caption", table):
                unnamed.add((file.relative_to(site).parts[0], table))
    assert unnamed == set()


def test_printed_matrix_is_complete(browser: Browser, address: str, tmp_path: Path) -> None:
    """The matrix fits a wide screen, and its A4 printout shows each row, group and rating."""
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


def test_touch_targets_are_large_enough(browser: Browser, address: str) -> None:
    """Links outside sentences, and buttons, are at least 24 pixels high on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    for path in ("", "recommendations/", "recommendations/cescr-2013-9-housing/", "edit/source/"):
        page.goto(address + path)
        assert page.evaluate(FIND_SMALL_TARGETS) == [], path
    page.close()


FIND_SMALL_TARGETS = """() => [...document.querySelectorAll(
  "article :is(button, summary, select, textarea, .ct-choice, li > a:only-child, th > a, td > a)")]
  .filter((e) => e.offsetParent && e.getBoundingClientRect().height)
  .filter((e) => e.getBoundingClientRect().height < 23.9)
  .map((e) => `${e.tagName} ${e.className} ${e.textContent.trim()}`)"""
