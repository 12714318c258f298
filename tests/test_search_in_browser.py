"""The search: what is found, as what, in which order, and how little is asked of the network."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import serving
from tests.hostile import EXPANDING
from tracker.site.search_index import INDEX, WORD, index_terms

FIELD = ".ct-search__field"
HITS = ".ct-search__hits a"
TOLD = ".ct-search__told"

Open = Callable[[str], Page]


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page for all tests, and all that it reports."""
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda m: told.append(m.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page, told
    page.close()


@pytest.fixture
def open_at(window: tuple[Page, list[str]], address: str) -> Iterator[Open]:
    """Opens a page; at the end nothing may have been reported in its console."""
    page, told = window
    told.clear()

    def open_page(path: str) -> Page:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path if path.startswith("http") else address + path)
        return page

    yield open_page
    assert told == []


@pytest.fixture
def home(window: tuple[Page, list[str]], open_at: Open, address: str) -> Page:
    """The home page, as the last search left it."""
    page, _ = window
    return page if page.url == address else open_at("")


def search(page: Page, query: str) -> None:
    if not page.locator(FIELD).is_visible():
        page.locator(".ct-search__open").click()
    page.locator(FIELD).fill(query)
    settled(page)


def settled(page: Page) -> None:
    expect(page.locator(".ct-search__dialog[aria-busy=false]")).to_be_visible()


def first(page: Page) -> str:
    return str(page.locator(HITS).first.evaluate("link => link.href"))


FINDS = {
    "title": ("registration of marriages", "recommendations/cescr-2013-9-marriage/"),
    "words": ("deported", "findings/no-removals/"),
    "symbol": ("E/C.12/AZE/CO/3", "sources/cescr-co-3/"),
    "symbol in small letters": ("e/c.12/aze/co/3", "sources/cescr-co-3/"),
    "symbol and paragraph": ("CO/3 9", "recommendations/cescr-2013-9/"),
    "symbol, paragraph in words": ("CO/3 paragraph 9", "recommendations/cescr-2013-9/"),
    "figure": ("1,237", "indicators/detained-2019/"),
    "figure without its comma": ("1237", "indicators/detained-2019/"),
    "a letter missing": ("registration of marriges", "recommendations/cescr-2013-9-marriage/"),
    "a letter too many": ("deporrted", "findings/no-removals/"),
    "another letter": ("deportad", "findings/no-removals/"),
    "two changed over": ("depotred", "findings/no-removals/"),
    "beginning of a word": ("deport", "findings/no-removals/"),
    "order of words": ("marriages registration", "recommendations/cescr-2013-9-marriage/"),
    "prose": ("how we check citations", "methodology/"),
}


@pytest.mark.parametrize("case", FINDS.values(), ids=FINDS.keys())
def test_right_record_comes_first(home: Page, case: tuple[str, str], address: str) -> None:
    """The record that is meant is the first result."""
    query, expected = case
    search(home, query)
    assert first(home).removeprefix(address).partition("#")[0] == expected


def test_place_is_found(home: Page) -> None:
    """A place in a source leads to what cites it."""
    search(home, "P13.1")
    expect(home.locator(HITS).first.locator("mark").first).to_have_text("P13.1")


def test_figure_with_a_slip_is_another_figure(home: Page) -> None:
    """No near miss is offered for a figure."""
    search(home, "1,23799")
    expect(home.locator(HITS)).to_have_count(0)


def test_nothing_is_asked_before_the_first_key(open_at: Open) -> None:
    """A page, and the open field, ask for nothing of the search but its small script."""
    page = open_at("recommendations/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.keyboard.press("/")
    expect(page.locator(FIELD)).to_be_focused()
    page.wait_for_timeout(200)
    assert [url for url in asked if "/search/" in url or "search-find" in url] == []
    page.keyboard.press("m")
    settled(page)
    assert any(url.endswith(INDEX) for url in asked)
    assert page.locator(HITS).count() > 0


def test_first_key_shows_results(open_at: Open) -> None:
    """One letter is a query."""
    page = open_at("")
    page.locator(".ct-search__open").click()
    page.keyboard.press("r")
    expect(page.locator(HITS).first).to_be_visible()


@cache
def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))


QUERIES = ["1,237", "CO/3 paragraph 9", "s", "marriges", "the state of the report", "a r s c"]


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, len(QUERIES)))]
)
def test_little_is_asked_of_the_network(
    open_at: Open, site: Path, address: str, start: int
) -> None:
    """The first query costs at most 250 kB, packed, and each one after it 60 kB."""
    page = open_at("")
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        sizes.append(packed(site / request.url.removeprefix(address)))

    page.on("request", weigh)
    costs = []
    for query in [*QUERIES[start:], *QUERIES[:start]]:
        search(page, query)
        costs.append(sum(sizes))
        sizes.clear()
    page.remove_listener("request", weigh)
    assert 0 < costs[0] <= 250_000
    assert max(costs[1:]) <= 60_000


def test_script_of_every_page_is_small(site: Path) -> None:
    """What the search adds to a first view: a field and the script that opens it."""
    assert len(gzip.compress((site / "assets/search.js").read_bytes())) <= 1_500


def test_result_tells_what_it_is_and_why(home: Page) -> None:
    """A result names its kind, its status in words, and marks what was sought."""
    search(home, "registration of marriges")
    hit = home.locator(HITS).first
    expect(hit.locator(".ct-hit__kind")).to_have_text(
        "Recommendation · Not implemented, Insufficient information"
    )
    expect(hit.locator(".ct-hit__title mark")).to_have_text(["Registration", "of", "marriages"])
    assert hit.locator(".ct-hit__text mark").count() > 0


def test_result_leads_to_the_section(open_at: Open) -> None:
    """The link goes to the section in which the words stand."""
    page = open_at("")
    search(page, "no one refused deported marriages complementary")
    search(page, "done when marriage offices accept the papers")
    page.locator(HITS).first.click()
    expect(page).to_have_url(re.compile(r"/recommendations/[\w-]+/#moves$"))
    expect(page.locator("h2:target")).to_be_in_viewport()


def test_keyboard_leads_through(open_at: Open, address: str) -> None:
    """`s` opens, arrows walk the results and come back, Enter goes to one, Escape closes."""
    page = open_at("indicators/detained-2019/")
    page.keyboard.press("s")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("1237")
    settled(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(HITS).nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(HITS).last).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(FIELD)).to_be_hidden()
    expect(page.locator(FIELD)).not_to_be_focused()  # until then a key would be typed into it
    page.keyboard.press("/")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("deported")
    expect(page.locator(HITS)).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + "findings/no-removals/")


def test_emptied_field_shows_no_results(open_at: Open) -> None:
    """Without words there are no results, but a hint of what may be typed."""
    page = open_at("")
    search(page, "deported")
    page.locator(FIELD).fill(" ")
    expect(page.locator(HITS)).to_have_count(0)
    expect(page.locator(TOLD)).to_contain_text("symbol")


def test_nothing_found_is_said(home: Page) -> None:
    """A search without a result says so."""
    search(home, "qqqqqq deported")
    expect(home.locator(TOLD)).to_have_text("No results")
    expect(home.locator(HITS)).to_have_count(0)


def test_markup_in_a_query_is_text(home: Page) -> None:
    """Signs of markup are no words and harm nothing."""
    search(home, '<img src=x onerror="alert(1)">deported')
    assert home.locator(".ct-search img").count() == 0


def test_search_that_cannot_be_loaded_is_said(browser: Browser, address: str) -> None:
    """Without the network a reader is told, and the next key tries again."""
    page = browser.new_page()
    page.goto(address)
    page.route("**/search/**", lambda route: route.abort())
    search(page, "deported")
    expect(page.locator(TOLD)).to_contain_text("could not be loaded")
    page.unroute("**/search/**")
    search(page, "deported ")
    expect(page.locator(HITS)).to_have_count(3)
    page.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_search_fits_its_screen(open_at: Open, width: int) -> None:
    """Field, results and the way out are on the screen, narrow or wide."""
    page = open_at("recommendations/cescr-2013-9/")
    page.set_viewport_size({"width": width, "height": 700})
    page.reload()
    search(page, "registration of marriages")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for part in (FIELD, ".ct-search__close", HITS):
        box = page.locator(part).first.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.locator(".ct-search__close").click()
    expect(page.locator(FIELD)).to_be_hidden()


def test_without_scripts_there_is_a_link(browser: Browser, address: str) -> None:
    """Without scripts the search is not shown; a link leads to the registers."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "findings/no-removals/")
    expect(page.locator(".ct-search__open")).to_be_hidden()
    page.locator(".ct-search__instead").click()
    expect(page).to_have_url(address + "recommendations/")
    context.close()


def test_browser_reads_words_as_the_index_does(open_at: Open, site: Path) -> None:
    """Every word of the real texts has the same forms in the script as in the index."""
    page = open_at("")
    samples = ["SIĞINACAQ", "Sığınacaq", "İstanbul", "1,237", "12,5", "1,234,567", "m²", "½", "ﬁ"]
    samples += EXPANDING
    samples += ["E/C.12/AZE/CO/3", "P13.1", "x" * 41 + "/y", "Ǆ", "ẞ", "Əliyev", "٣", "Σας"]
    for file in sorted(site.glob("search/*/texts-*.json"))[::5]:
        for *_, text in json.loads(file.read_text("utf-8")):
            samples += text.split()
    script = """async ([path, words]) => {
        const { WORD, indexTerms } = await import(path);
        return words.map((word) => (word.match(WORD) ?? []).map(indexTerms));
    }"""
    samples = sorted(set(samples))
    read = page.evaluate(script, [page.url + "assets/search-find.js", samples])
    assert read == [[list(index_terms(w)) for w in WORD.findall(sample)] for sample in samples]


# A project of its own, in another language's letters


@pytest.fixture(scope="module")
def invented(harbour: Path) -> Iterator[str]:
    """The example's records with a word in Azerbaijani, served at the root."""
    with serving(harbour / "site") as base:
        yield base


@pytest.mark.parametrize(
    "query", ["sığınacaq", "siginacaq", "SIĞINACAQ", "SİĞİNACAQ", "Siginaçaq", "siginacq"]
)
def test_letters_do_not_hide_a_record(open_at: Open, invented: str, query: str) -> None:
    """With marks, without, in capitals or with a slip: the same record comes first."""
    page = open_at(invented)
    search(page, query)
    assert first(page) == f"{invented}events/harbour-opened/"
    expect(page.locator(HITS).first.locator("strong mark")).to_have_text("Sığınacaq")


def test_text_of_a_record_is_shown_as_text(open_at: Open, invented: str) -> None:
    """Markup in a record's text is seen in the result as it is written."""
    page = open_at(invented)
    search(page, "mehkeme")
    expect(page.locator(HITS).first.locator(".ct-hit__text")).to_contain_text(
        "<b>Məhkəmə</b> & others"
    )
