"""The stylesheet keeps every rule of the theme that a page uses."""

from functools import partial

import material  # type: ignore[import-untyped]  # has none
import pytest
from playwright.sync_api import Browser, Route

from scripts.purge_theme_css import STYLESHEETS, TARGET, purge, used_in_page, used_in_script
from tracker.site.generated_files import build_stylesheet

PAGE = """<html dir="ltr"><body data-md-color-primary="teal"><table class="wide plain" id=x>
<tr><td hidden>1 &lt; 2</td></tr></table><img alt='a > b' class=left></body></html>"""


def purged(css: str, *, own: str = "", script: str = "") -> str:
    return purge(css, own=own, used=used_in_page(PAGE) | used_in_script(script))


@pytest.mark.parametrize(
    "rule",
    [
        "table{a:b}",
        ".wide.plain>tr td:first-child{a:b}",
        "TABLE .left::before{a:b}",
        "#never-purged{a:b}",
        "td[hidden]:not(.gone){a:b}",
        "[dir=ltr] .wide{a:b}",
        '[dir="ltr"] .wide{a:b}',
        "[data-md-color-primary=teal]{a:b}",
        "*{a:b}",
        "@page{a:b}",
        "@media print{table{a:b}}",
        '.wide{a:url("data:,;}")}',
    ],
)
def test_used_rules_are_kept(rule: str) -> None:
    """A rule that matches an element on the page is kept unchanged."""
    assert purged(rule).replace('"ltr"', "ltr").replace(" ", "") == rule.replace(
        '"ltr"', "ltr"
    ).replace(" ", "")


@pytest.mark.parametrize(
    "rule",
    [
        "video{a:b}",
        ".narrow{a:b}",
        ".wide .narrow{a:b}",
        "[dir=rtl] .wide{a:b}",
        "[data-md-color-primary=pink]{a:b}",
        "@media print{video{a:b}}",
        "@supports (a:b){.narrow{a:b}}",
        "/* table{a:b} */",
        '@charset "utf-8";',
    ],
)
def test_unused_rules_are_removed(rule: str) -> None:
    """A rule that matches nothing is removed, and no empty block is left."""
    assert purged(rule) == ""


def test_unused_selectors_are_removed_from_a_list() -> None:
    """Only the selectors in a list that match something are kept."""
    assert purged("video,.wide:is(a,b),.narrow{a:b}") == ".wide:is(a,b){a:b}"


def test_names_in_scripts_count_as_used() -> None:
    """Names that a script may add to a page count as used."""
    assert purged(".narrow{a:b}", script='box.classList.add("narrow")') == ".narrow{a:b}"


def test_unused_variables_are_removed() -> None:
    """A variable is removed if no remaining rule uses it, directly or indirectly."""
    theme = ":root{--a:1;--b:var(--a);--c:2}.narrow{x:var(--b)}"
    assert purged(theme) == ""
    assert purged(theme + ".wide{x:var(--c)}") == ":root{--c:2}.wide{x:var(--c)}"
    assert purged(theme, own=".ours{x:var( --b )}") == ":root{--a:1;--b:var(--a)}"


DARK = "[data-md-color-scheme=slate]"


@pytest.mark.parametrize(
    ("rule", "again"),
    [
        (f"{DARK}{{a:b}}", "[data-md-color-scheme=auto]{a:b}"),
        (f"{DARK}[dir] td,.wide{{a:b}}", "[data-md-color-scheme=auto][dir] td{a:b}"),
        (f":root:has({DARK}){{a:b}}", ":root:has([data-md-color-scheme=auto]){a:b}"),
        (
            f"@media screen{{.wide{{a:b}}{DARK}{{a:b}}}}",
            "@media screen{[data-md-color-scheme=auto]{a:b}}",
        ),
    ],
)
def test_dark_rules_apply_when_the_system_prefers_dark(rule: str, again: str) -> None:
    """Dark-scheme rules are repeated for pages on which no script has set a scheme."""
    repeated = f"@media screen and (prefers-color-scheme:dark){{{again}}}"
    assert purged(rule) == rule + repeated


@pytest.mark.parametrize(
    "rule", [".wide{a:b}", f".wide:not({DARK}){{a:b}}", f"{DARK} video{{a:b}}"]
)
def test_other_rules_are_not_repeated(rule: str) -> None:
    """Rules for other schemes, or for elements on no page, are not repeated."""
    assert "auto" not in purged(rule)


def test_comments_are_not_published() -> None:
    """Comments explain our rules to developers; readers do not load them."""
    assert b"/*" not in build_stylesheet()


def test_committed_file_matches_the_installed_theme() -> None:
    """If this fails after an update of the theme, run scripts/purge_theme_css.py."""
    assert f"mkdocs-material {material.__version__} " in TARGET.read_text("utf-8")


FULL = "".join(path.read_text("utf-8") for path in STYLESHEETS)
# The first element of each kind, identified by its tag and classes and those of its ancestors.
STYLES = """() => {
  const own = (element) => `${element.tagName}.${element.getAttribute("class")}`;
  const kind = (element) => (element ? `${kind(element.parentElement)}>${own(element)}` : "");
  const kinds = new Map([...document.querySelectorAll("*")].reverse().map((it) => [kind(it), it]));
  return [...kinds].flatMap(([name, element]) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(element, part);
    const names = [...style].filter((property) => !property.startsWith("--"));
    return name + part + names.map((property) => property + style.getPropertyValue(property));
  }));
}"""


@pytest.mark.slow  # only a new version of the theme can change it
@pytest.mark.parametrize(
    ("kind", "scheme"),
    [
        ("methodology/", "dark"),
        ("recommendations/cescr-2013-9-health/", "light"),
    ],
)
def test_purging_changes_no_computed_style(
    browser: Browser, address: str, kind: str, scheme: str
) -> None:
    """Every element of a page has the same computed style as with the full theme."""
    looks = []
    for css in ("", f"{FULL}\n{build_stylesheet().decode()}"):
        page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
        if css:
            page.route("**/tracker.css", partial(answer, css))
        page.goto(address + kind)
        looks.append(page.evaluate(STYLES))
        page.close()
    short, full = looks
    assert [pair for pair in zip(short, full, strict=True) if pair[0] != pair[1]] == []


def answer(css: str, route: Route) -> None:
    route.fulfill(body=css, content_type="text/css")
