"""The search in a browser: results, their order, and the size of downloads."""

import gzip
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import serving
from tests.hostile import EXPANDING
from tests.search_files import read_search_file
from tracker.site.search_index import INDEX, WORD, index_terms

FIELD = ".ct-search__field"
HITS = ".ct-search__hits a"
STATUS = ".ct-search__told"

Open = Callable[[str], Page]


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page for all tests, and the messages in its console."""
    page = browser.new_page()
    messages: list[str] = []
    page.on("console", lambda m: messages.append(m.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    yield page, messages
    page.close()


@pytest.fixture
def open_at(window: tuple[Page, list[str]], address: str) -> Iterator[Open]:
    """Return a function that opens a page. The console must be empty at the end."""
    page, messages = window
    messages.clear()

    def open_page(path: str) -> Page:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path if path.startswith("http") else address + path)
        return page

    yield open_page
    assert messages == []


@pytest.fixture
def home(window: tuple[Page, list[str]], open_at: Open, address: str) -> Page:
    """The home page, in the state after the last search."""
    page, _ = window
    return page if page.url == address else open_at("")


def search(page: Page, query: str) -> None:
    if not page.locator(FIELD).is_visible():
        page.locator(".ct-search__open").click()
    page.locator(FIELD).fill(query)
    wait_for_results(page)


def wait_for_results(page: Page) -> None:
    expect(page.locator(".ct-search__dialog[aria-busy=false]")).to_be_visible()


def get_first_result(page: Page) -> str:
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
    "prose": ("separate groups", "methodology/"),
}


@pytest.mark.parametrize("case", FINDS.values(), ids=FINDS.keys())
def test_best_match_is_the_first_result(home: Page, case: tuple[str, str], address: str) -> None:
    """The record that a reader looks for is the first result."""
    query, expected = case
    search(home, query)
    assert get_first_result(home).removeprefix(address).partition("#")[0] == expected


def test_locator_is_found(home: Page) -> None:
    """A locator of a source leads to the records that cite it."""
    search(home, "P13.1")
    expect(home.locator(HITS).first.locator("mark").first).to_have_text("P13.1")


def test_numbers_must_match_exactly(home: Page) -> None:
    """A number with a wrong digit finds nothing."""
    search(home, "1,23799")
    expect(home.locator(HITS)).to_have_count(0)


def test_nothing_is_downloaded_before_the_first_key(open_at: Open) -> None:
    """A page, and the open dialog, load only the small script of the search."""
    page = open_at("recommendations/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.keyboard.press("/")
    expect(page.locator(FIELD)).to_be_focused()
    page.wait_for_timeout(200)
    assert [url for url in asked if "/search/" in url or "search-find" in url] == []
    page.keyboard.press("m")
    wait_for_results(page)
    assert any(url.endswith(INDEX) for url in asked)
    assert page.locator(HITS).count() > 0


def test_first_key_shows_results(open_at: Open) -> None:
    """One letter is a query."""
    page = open_at("")
    page.locator(".ct-search__open").click()
    page.keyboard.press("r")
    expect(page.locator(HITS).first).to_be_visible()


@cache
def get_compressed_size(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))


QUERIES = ["1,237", "CO/3 paragraph 9", "s", "marriges", "the state of the report", "a r s c"]


@pytest.mark.parametrize(
    "start", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, len(QUERIES)))]
)
def test_queries_download_little(open_at: Open, site: Path, address: str, start: int) -> None:
    """The first query downloads at most 60 kB compressed, as does each later one."""
    page = open_at("")
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        sizes.append(get_compressed_size(site / request.url.removeprefix(address)))

    page.on("request", weigh)
    costs = []
    for query in [*QUERIES[start:], *QUERIES[:start]]:
        search(page, query)
        costs.append(sum(sizes))
        sizes.clear()
    page.remove_listener("request", weigh)
    assert 0 < costs[0] <= 60_000
    assert max(costs[1:]) <= 60_000


def test_script_of_every_page_is_small(site: Path) -> None:
    """Each page loads only the script that opens the search."""
    assert len(gzip.compress((site / "assets/search.js").read_bytes())) <= 1_500


def test_result_shows_kind_status_and_matches(home: Page) -> None:
    """A result shows its kind and status, and highlights the matches."""
    search(home, "registration of marriges")
    hit = home.locator(HITS).first
    expect(hit.locator(".ct-hit__kind")).to_have_text(
        "Recommendation · Not implemented (one source), Insufficient information"
    )
    expect(hit.locator(".ct-hit__title mark")).to_have_text(["Registration", "of", "marriages"])
    assert hit.locator(".ct-hit__text mark").count() > 0


def test_result_links_to_the_section(open_at: Open) -> None:
    """The link leads to the section that contains the words."""
    page = open_at("")
    search(page, "no one refused deported marriages complementary")
    search(page, "done when marriage offices accept the papers")
    page.locator(HITS).first.click()
    expect(page).to_have_url(re.compile(r"/recommendations/[\w-]+/#moves$"))
    expect(page.locator("h3:target")).to_be_in_viewport()


def test_search_works_by_keyboard(open_at: Open, address: str) -> None:
    """`s` opens the dialog, arrows move through results, Enter follows one, Escape closes."""
    page = open_at("indicators/detained-2019/")
    page.keyboard.press("s")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("1237")
    wait_for_results(page)
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
    expect(page.locator(FIELD)).not_to_be_focused()  # before that, keys would go to the field
    page.keyboard.press("/")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("deported")
    expect(page.locator(HITS)).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + "findings/no-removals/")


def test_empty_field_shows_a_hint(open_at: Open) -> None:
    """Without a query there are no results, but a hint."""
    page = open_at("")
    search(page, "deported")
    page.locator(FIELD).fill(" ")
    expect(page.locator(HITS)).to_have_count(0)
    expect(page.locator(STATUS)).to_contain_text("symbol")


def test_search_without_results_shows_a_message(home: Page) -> None:
    """A search without results says so, and so does one whose results lack some of the words."""
    search(home, "qqqqqq deported")
    expect(home.locator(STATUS)).to_contain_text("No page has all words.")
    expect(home.locator(HITS).first).to_be_visible()
    search(home, "qqqqqq")
    expect(home.locator(STATUS)).to_have_text("No results")
    expect(home.locator(HITS)).to_have_count(0)


def test_markup_in_a_query_is_harmless(home: Page) -> None:
    """Markup contains no words, and is not parsed."""
    search(home, '<img src=x onerror="alert(1)">deported')
    assert home.locator(".ct-search img").count() == 0


def test_failed_download_shows_a_message(browser: Browser, address: str) -> None:
    """Without a network a message is shown, and the next key tries again."""
    page = browser.new_page()
    page.goto(address)
    page.route("**/search/**", lambda route: route.abort())
    search(page, "deported")
    expect(page.locator(STATUS)).to_contain_text("could not be loaded")
    page.unroute("**/search/**")
    search(page, "deported ")
    expect(page.locator(HITS)).to_have_count(3)
    page.close()


@pytest.mark.parametrize(
    "width", [320, *(pytest.param(width, marks=pytest.mark.slow) for width in (390, 1280))]
)
def test_dialog_fits_the_screen(open_at: Open, width: int) -> None:
    """Field, results and the close button are on the screen at any width."""
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


def test_page_without_javascript_links_to_the_register(browser: Browser, address: str) -> None:
    """Without JavaScript a link to the register replaces the search."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "findings/no-removals/")
    expect(page.locator(".ct-search__open")).to_be_hidden()
    page.locator(".ct-search__instead").click()
    expect(page).to_have_url(address + "recommendations/")
    context.close()


def test_script_splits_words_like_the_index(open_at: Open, site: Path) -> None:
    """The script and the index derive the same terms from every word of the real texts."""
    page = open_at("")
    samples = ["SIĞINACAQ", "Sığınacaq", "İstanbul", "1,237", "12,5", "1,234,567", "m²", "½", "ﬁ"]
    samples += EXPANDING
    samples += ["E/C.12/AZE/CO/3", "P13.1", "x" * 41 + "/y", "Ǆ", "ẞ", "Əliyev", "٣", "Σας"]
    for file in sorted(site.glob("search/*/texts-*.js"))[::5]:
        for *_, text in read_search_file(file.read_bytes()):
            samples += text.split()
    script = """(words) => {
        const { WORD, indexTerms } = globalThis.trackerSearch;
        return words.map((word) => (word.match(WORD) ?? []).map(indexTerms));
    }"""
    page.add_script_tag(url=f"{page.url}assets/search-find.js")
    samples = sorted(set(samples))
    read = page.evaluate(script, samples)
    assert read == [[list(index_terms(w)) for w in WORD.findall(sample)] for sample in samples]


# A separate project with letters of another language


@pytest.fixture(scope="module")
def invented(harbour: Path) -> Iterator[str]:
    """The example records with a word in Azerbaijani, served at the root."""
    with serving(harbour / "site") as base:
        yield base


@pytest.mark.parametrize(
    "query", ["sığınacaq", "siginacaq", "SIĞINACAQ", "SİĞİNACAQ", "Siginaçaq", "siginacq"]
)
def test_spelling_variants_find_the_record(
    window: tuple[Page, list[str]], open_at: Open, invented: str, query: str
) -> None:
    """With diacritics, without, in capitals or with a typing error, the record comes first."""
    page = window[0] if window[0].url == invented else open_at(invented)
    search(page, query)
    assert get_first_result(page) == f"{invented}events/harbour-opened/"
    expect(page.locator(HITS).first.locator("strong mark")).to_have_text("Sığınacaq")


def test_markup_in_a_record_is_escaped(open_at: Open, invented: str) -> None:
    """Markup in a record is shown as text in the results."""
    page = open_at(invented)
    search(page, "mehkeme")
    expect(page.locator(HITS).first.locator(".ct-hit__text")).to_contain_text(
        "<b>Məhkəmə</b> & others"
    )


# Kinds, all results, and copies without a server


def test_results_are_limited_to_a_kind(home: Page) -> None:
    """A button for each kind shows its number of results, and filters the list."""
    search(home, "asylum seekers")
    group = home.locator(".ct-search__kinds")
    button = group.get_by_role("button", name="Finding")
    number = int(button.inner_text().split()[-1])
    button.click()
    wait_for_results(home)
    expect(group.get_by_role("button", name="Finding")).to_have_attribute("aria-pressed", "true")
    kinds = home.locator(".ct-hit__kind").all_inner_texts()
    assert len(kinds) == min(number, 10)
    assert {kind.partition(" · ")[0] for kind in kinds} == {"Finding"}


def test_all_results_can_be_shown(home: Page) -> None:
    """The last item of a shortened list shows all results."""
    search(home, "asylum seekers")
    expect(home.locator(HITS)).to_have_count(10)
    more = home.locator(".ct-search__hits button")
    total = int(more.inner_text().split()[-1])
    more.click()
    expect(home.locator(HITS)).to_have_count(total)
    expect(more).to_have_count(0)
    search(home, "asylum")
    expect(home.locator(HITS)).to_have_count(10)


def test_copy_opened_as_a_file_searches(browser: Browser, site: Path) -> None:
    """Without a server the search works, and its results lead to files."""
    page = browser.new_page()
    page.goto((site / "recommendations/index.html").as_uri())
    search(page, "registration of marriages")
    page.locator(HITS).first.click()
    expect(page).to_have_url(re.compile(r"^file:.*/cescr-2013-9-marriage/index\.html"))
    expect(page.locator("h1")).to_contain_text("marriages")
    page.close()


def test_partial_without_kinds_still_works(browser: Browser, address: str) -> None:
    """A project can have a copy of the template from version 0.1.0, without a list of kinds."""
    page = browser.new_page()
    page.goto(address)
    page.evaluate("""() => {
        document.querySelector(".ct-search__kinds").remove();
        delete document.querySelector(".ct-search__dialog").dataset.more;
    }""")
    search(page, "asylum seekers")
    expect(page.locator(HITS)).to_have_count(10)
    page.close()
