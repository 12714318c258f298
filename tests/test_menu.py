"""The menu for readers, which excludes pages for editors and developers."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import QuietHandler, serving
from tests.search_files import read_search_file
from tracker.site.menu import Menu, NavItem, SiteNavigation

HEALTH = "recommendations/cescr-2013-9-health/"
NAVIGATION = SiteNavigation(
    sections=(
        NavItem("Overview", ""),
        NavItem(
            "Recommendations",
            "recommendations/",
            (NavItem("Recommendations", "recommendations/"), NavItem("By right", "rights/")),
        ),
        NavItem("Evidence", "findings/", (NavItem("Findings", "findings/"),)),
        NavItem("For editors", "edit/", (NavItem("Correct", "edit/"), NavItem("Rules", "rules/"))),
    ),
    recommendations=(NavItem("Health care", "recommendations/health/"),),
    footer_titles=frozenset({"For editors"}),
)


def outline(menu: Menu) -> list[str]:
    """Return the titles of a menu, indented, each with `aria-current`."""

    def lines(entries: Any, indent: str = "") -> Iterator[str]:
        for entry in entries:
            yield f"{indent}{entry.title} {entry.current}".rstrip()
            yield from lines(entry.children, indent + "- ")

    return list(lines(menu.entries))


@pytest.mark.parametrize(
    ("url", "parent", "expected"),
    [
        ("", None, ["Overview page", "Recommendations", "- Health care", "Evidence"]),
        (
            "rights/",
            None,
            ["Overview", "Recommendations true", "- Health care", "- By right page", "Evidence"],
        ),
        (
            "recommendations/",
            None,
            ["Overview", "Recommendations page", "- Health care", "- By right", "Evidence"],
        ),
        (
            "recommendations/health/",
            "recommendations/",
            ["Overview", "Recommendations true", "- Health care page", "Evidence"],
        ),
        (
            "findings/",
            None,
            ["Overview", "Recommendations", "- Health care", "Evidence true", "- Findings page"],
        ),
        (
            "findings/x/",
            "findings/",
            ["Overview", "Recommendations", "- Health care", "Evidence true"],
        ),
        ("404.html", None, ["Overview", "Recommendations", "- Health care", "Evidence"]),
        ("rules/", None, ["For editors true", "- Correct", "- Rules page"]),
        ("edit/source/", "edit/", ["For editors true", "- Correct", "- Rules"]),
    ],
)
def test_menu_shows_the_pages_of_the_current_section(
    url: str, parent: str | None, expected: list[str]
) -> None:
    """The section and the page are marked. Pages in the footer have a separate menu."""
    menu = NAVIGATION.make_menu(url, parent=parent)
    assert outline(menu) == expected
    assert menu.is_for_readers == ("For editors" not in expected[0])


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def get_menu(site: Path, url: str) -> str:
    html = (site / url / "index.html").read_text("utf-8")
    return html[html.index('id="menu"') : html.index("</nav>")]


def test_readers_menu_is_short(site: Path) -> None:
    """On the home page it has at most 14 links: sections and committee recommendations."""
    menu = get_menu(site, "")
    assert 12 <= menu.count("<a ") <= 14
    assert f'<a href="{HEALTH}">' in menu
    assert "contributing/" not in menu


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("indicators/applicants-2018/", "Evidence"),
        ("vocabulary/asylum-seekers/", "People"),
        ("vocabulary/right-health/", "Recommendations"),
        ("discrepancies/i-06/", "What we don't know"),
        ("edit/source/", "For editors"),
    ],
)
def test_record_pages_mark_their_section(site: Path, url: str, section: str) -> None:
    """A record is not in the menu, but its section is marked."""
    menu = get_menu(site, url)
    assert re.findall(r'aria-current="true">([^<]+)<', menu) == [section]
    assert 'aria-current="page"' not in menu


def test_recommendation_in_the_menu_is_marked(site: Path) -> None:
    """The page of a recommendation in the menu is marked there."""
    assert f'href="../../{HEALTH}" aria-current="page">' in get_menu(site, HEALTH)


def test_search_excludes_pages_for_editors(site: Path) -> None:
    """The index has no page that only the footer links to."""
    folder = read_search_file((site / "search/index.js").read_bytes())["in"]
    texts = (read_search_file(f.read_bytes()) for f in (site / "search" / folder).glob("texts-*"))
    addresses = {entry[0].partition("#")[0] for texts_of_file in texts for entry in texts_of_file}
    assert {"methodology/", "about/", HEALTH} <= addresses
    unwanted = re.compile("contributing/|format/|data-format/|edit/")
    assert [address for address in addresses if unwanted.match(address)] == []


def test_footer_links_to_pages_for_editors(page: Page, address: str) -> None:
    """Pages for editors have a separate menu with a link back."""
    page.goto(address + HEALTH)
    page.locator("footer").get_by_role("link", name="For editors").click()
    expect(page).to_have_url(f"{address}contributing/")
    menu = page.locator("#menu")
    expect(menu.get_by_role("link", name="Rules")).to_be_visible()
    expect(menu.get_by_role("link", name="Evidence")).to_have_count(0)
    menu.get_by_role("link", name="Back to the tracker").click()
    expect(page).to_have_url(address)


STOPS = """() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex]")]
  .filter((it) => it.tabIndex >= 0 && it.checkVisibility({ visibilityProperty: true }))
  .filter((it) => it.compareDocumentPosition(document.querySelector("article"))
    & Node.DOCUMENT_POSITION_FOLLOWING).length"""


@pytest.mark.parametrize("kind", ["", HEALTH])
def test_few_keyboard_stops_precede_the_article(page: Page, address: str, kind: str) -> None:
    """There are at most 20 on a wide screen, including the skip link."""
    page.goto(address + kind)
    assert 10 < page.evaluate(STOPS) <= 20


@pytest.mark.parametrize("width", [390, 1280])
def test_targets_are_large_enough(page: Page, address: str, width: int) -> None:
    """Each link and button of header, menu, contents and footer list is 24 pixels high."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + HEALTH)
    heights = page.locator(
        ":is(header :is(a, button), #menu a, #toc a, .ct-footer li a):visible"
    ).evaluate_all("all => all.map((it) => [it.textContent, it.getBoundingClientRect().height])")
    assert len(heights) > (20 if width > 1000 else 5)
    assert [name for name, height in heights if height < 24] == []


def test_current_item_shows_in_forced_colours(page: Page, address: str) -> None:
    """The current page has a bar, and the others do not."""
    page.emulate_media(forced_colors="active")
    page.goto(address + "gaps/")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    current, other = (
        page.locator(f"#menu {name}").first.evaluate("it => getComputedStyle(it).borderLeftColor")
        for name in ("[aria-current=page]", "a:not([aria-current])")
    )
    page.emulate_media(forced_colors="none")
    assert other == background != current


def test_header_scrolls_away_in_short_windows(page: Page, address: str) -> None:
    """At 400% zoom, the text can use the whole window."""
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(address + HEALTH)
    page.evaluate("scrollTo(0, 600)")
    expect(page.locator(".md-header")).not_to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator(".md-header")).to_be_in_viewport()


def test_error_page_works_at_any_depth(browser: Browser, site: Path, tmp_path: Path) -> None:
    """The 404 page works at any depth, even if the site has no configured URL."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/tracker").symlink_to(site)
    lost = (site / "404.html").read_bytes()

    class Handler(QuietHandler):
        def send_error(self, code: int, *_: object, **__: object) -> None:
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(lost)

    page = browser.new_page()
    with serving(tmp_path, Handler) as base:
        page.goto(f"{base}deep/tracker/findings/no-such/housing-report")
        expect(page.get_by_role("link", name="All sources")).to_have_attribute(
            "href", "/deep/tracker/sources/"
        )
        expect(page.locator("body")).to_have_css("margin", "0px")
        page.get_by_role("button", name="Search the site").click()
        expect(page.locator(".ct-search__field")).to_have_value("housing report")
        expect(page.locator(".ct-search__hits a").first).to_be_visible()
        page.locator(".ct-search__dialog").press("Escape")
        page.get_by_role("link", name="Overview: how things stand").click()
        expect(page).to_have_url(f"{base}deep/tracker/")
    page.close()


def test_publisher_is_shown_or_reported_as_missing(harbour: Path, site: Path) -> None:
    """Each page shows the publisher. Without one, the build prints a message and succeeds."""
    page = (site / HEALTH / "index.html").read_text("utf-8")
    assert "No publisher is named for this site." in page
    assert "NOTICE" in site.with_suffix(".log").read_text("utf-8")
    assert "NOTICE" not in (harbour / "build.log").read_text("utf-8")
    for name in ("index.html", "recommendations/asked-1/index.html"):
        page = (harbour / "site" / name).read_text("utf-8")
        assert "Published by Desk &lt;1&gt;." in page
        assert '<a href="mailto:desk@example.org">desk@example.org</a>' in page
        assert "<code>0123 ABCD</code>" in page
