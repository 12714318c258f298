"""Queries of experts, and the first result of each."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

P9 = "recommendations/cescr-2013-9"
FIRST = {
    "stateless": "vocabulary/stateless-persons",
    "stateless persons": "vocabulary/stateless-persons",
    "asylum seekers": "vocabulary/asylum-seekers",
    "IDP": "vocabulary/internally-displaced",
    "displaced": "vocabulary/internally-displaced",
    "RSD": "vocabulary/refugee-status-determination",
    "housing": f"{P9}-housing",
    "accommodation": f"{P9}-housing",
    "marriage": f"{P9}-marriage",
    "mariage": f"{P9}-marriage",
    "health": f"{P9}-health",
    "helth": f"{P9}-health",
    "work": f"{P9}-employment",
    "employment": f"{P9}-employment",
    "CO/3": "sources/cescr-co-3",
    "E/C.12/AZE/CO/3": "sources/cescr-co-3",
    "CO/4": "sources/cescr-co-4",
    "E/C.12/AZE/CO/4": "sources/cescr-co-4",
    "paragraph 9": P9,
    "CO/3 9": P9,
    "1,237": "indicators/detained-2019",
    "1237": "indicators/detained-2019",
    "UNHCR": "vocabulary/unhcr",
    "ICESCR": "sources/icescr",
    "covenant": "sources/icescr",
    "ECRI": "vocabulary/ecri",
    "detention": "findings/centre-rules",
    # With typing errors, other letters, and related names.
    "asylm seekers": "vocabulary/asylum-seekers",
    "statless": "vocabulary/stateless-persons",
    "housng": f"{P9}-housing",
    "employmnt": f"{P9}-employment",
    "adequate housing": f"{P9}-housing",
    "E/C.12/AZE/CO/3 paragraph 9": P9,
    "CESCR": "vocabulary/cescr",
    "upr": "vocabulary/upr",
    "SMS": "vocabulary/state-migration-service",
    "cerd": "sources/cerd-co-4",
    "Committee on Migrant Workers": "vocabulary/cmw",
    "children": "vocabulary/children",
    "complementary protection": "vocabulary/complementary-protection",
    "non-refoulement": "vocabulary/non-refoulement",
    "illegal migrant": "vocabulary/illegal-migrant-term",
    "CRI(2016)17": "sources/ecri-2016",
    "IDPs housing": f"{P9}-housing",
    "red cresent": "vocabulary/red-crescent",
    "İCESCR": "sources/icescr",
    "hOuSİnG": f"{P9}-housing",
    "ədequate housıng": f"{P9}-housing",
    "registration of marriges": f"{P9}-marriage",
    "E/C.12/AZE/Q/4": "sources/cescr-q-4",
    # Other queries of advocates.
    "Q/4": "sources/cescr-q-4",
    "SR.34": "sources/cescr-sr-34",
    "GC 20": "sources/gc-20",
    "migration service": "vocabulary/state-migration-service",
    "naturalisation": "vocabulary/naturalisation",
    "travel document": "findings/travel-documents",
    "health insurance": f"{P9}-health",
    "language course": "findings/language-courses",
    "article 11": "vocabulary/icescr-11",
    # Questions, and other forms of a word.
    "article 11 ICESCR": "vocabulary/icescr-11",
    "article 11 of the ICESCR": "vocabulary/icescr-11",
    "can refugees marry": f"{P9}-marriage",
    "CERD 2005": "sources/cerd-co-4",
}


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The home page."""
    page = browser.new_page()
    page.goto(address)
    page.add_script_tag(url=f"{address}assets/search-find.js")
    yield page
    page.close()


def find(page: Page, query: str, **options: bool) -> dict[str, Any]:
    """Return the results of the search script, with paths instead of URLs."""
    script = """async ([base, query, options]) => {
        const { n, hits, isPartial: partial } = await globalThis.trackerSearch.find(query, options);
        return { n, partial, paths: hits.map((hit) => hit.address.replace(base, "")) };
    }"""
    found: dict[str, Any] = page.evaluate(script, [page.url, query, options])
    found["paths"] = [path.partition("#")[0].rstrip("/") for path in found["paths"]]
    return found


@pytest.mark.parametrize(("query", "path"), FIRST.items(), ids=FIRST)
def test_best_match_is_the_first_result(page: Page, query: str, path: str) -> None:
    """A group, a document, a figure or the recommendation of the Committee comes first."""
    assert [*find(page, query)["paths"], ""][0] == path


def test_recommendation_is_the_second_result_for_a_symbol(page: Page) -> None:
    """The recommendation comes after the document itself."""
    assert find(page, "E/C.12/AZE/CO/3")["paths"][:2] == ["sources/cescr-co-3", P9]


@pytest.mark.parametrize("query", ["80000", "237", "12885", "3217220"])
def test_figure_is_not_found_inside_a_number_or_an_address(page: Page, query: str) -> None:
    """Part of another number, or a number in an address, is not a match."""
    assert find(page, query)["n"] == 0


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("C.12", "sources/cescr-co-3"),
        ("AZE/CO/4", "sources/cescr-co-4"),
        ("CO 3", "sources/cescr-co-3"),
    ],
)
def test_part_of_a_symbol_finds_the_document(page: Page, query: str, path: str) -> None:
    """A symbol that is typed in part or with a space finds the document."""
    assert path in find(page, query, all=True)["paths"]


def test_number_is_not_found_inside_a_symbol(page: Page) -> None:
    """Documents with C.12 in their symbols do not match 12."""
    symbols = set(find(page, "E/C.12/AZE", all=True)["paths"])
    found = set(find(page, "12", all=True)["paths"])
    assert "vocabulary/icescr-12" in found
    assert {"sources/cescr-co-3", "sources/cescr-q-4", "sources/cescr-rq-4"} <= symbols - found


def test_abbreviation_finds_texts_with_the_full_name(page: Page) -> None:
    """Texts that say “the Covenant” come after the Covenant itself."""
    first, *others = find(page, "ICESCR", all=True)["paths"]
    assert first == "sources/icescr"
    assert P9 in others
    assert len(others) > 20
    script = "async () => [...(await globalThis.trackerSearch.find('ICESCR')).matched]"
    assert "covenant" in page.evaluate(script), "results highlight the name"


def test_query_with_an_unknown_word_finds_pages_with_the_others(page: Page) -> None:
    """The page shows that no result has all words."""
    found = find(page, "language quidditch")
    assert (found["partial"], found["paths"]) == (True, find(page, "language")["paths"])
    assert not find(page, "language course")["partial"]
    assert find(page, "quidditch")["n"] == 0


def test_whole_address_is_found(page: Page) -> None:
    """A pasted address finds its source."""
    found = find(page, "https://en.trend.az/azerbaijan/society/3217220.html")
    assert found["paths"] == ["sources/trend-3217220"]


def test_pages_for_editors_and_developers_are_not_found(page: Page) -> None:
    """The index does not contain these pages."""
    for query in ("pull request", "architecture", "data format", "commands", "rules"):
        assert [p for p in find(page, query)["paths"] if p.startswith(("contrib", "format"))] == []


def test_forms_of_a_word_find_each_other(page: Page) -> None:
    """A noun finds texts that have only the verb, and a function word alone is a word."""
    assert "findings/no-removals" in find(page, "deportation", all=True)["paths"]
    assert find(page, "deportation")["n"] == find(page, "deporting")["n"] > 0
    assert find(page, "the")["n"] > 0


@pytest.mark.parametrize("query", ["how many refugees", "number of refugees"])
def test_question_about_a_number_finds_figures(page: Page, query: str) -> None:
    """Figures come first for “how many” and “number of”."""
    paths = find(page, query)["paths"][:5]
    assert [path.partition("/")[0] for path in paths] == ["indicators"] * 5


def test_missing_word_is_said(page: Page) -> None:
    """A word that no record has leaves the results of the others, as a partial match."""
    found = find(page, "Chechen refugees")
    assert found["partial"]
    assert found["paths"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("deport deported deporting deportation deports", "deport"),
        ("marry married marries marrying marriage marriages", "marr"),
        ("employ employed employer employers employing employment employs", "employ"),
        ("register registers registered registering", "regist register"),
        ("house housed housing houses", "hous"),
        ("work law aid", "work law aid"),
    ],
)
def test_stems_of_words(page: Page, words: str, expected: str) -> None:
    """The stemmer is light: it has one list of endings and keeps at least four letters."""
    script = "words => [...new Set(words.split(' ').map(globalThis.trackerSearch.stem))].join(' ')"
    assert page.evaluate(script, words) == expected
