"""The search index: how words are normalized, and files that are reproducible."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from tests.conftest import ROOT
from tests.hostile import EXPANDING
from tests.search_files import read_search_file
from tracker.i18n import has_message
from tracker.model.text import fold_figures as fold
from tracker.site.search_index import (
    INDEX,
    WORD,
    Index,
    SearchEntry,
    SearchPage,
    index_terms,
    make_entry,
)

FIELD = ".ct-search__field"
HITS = ".ct-search__hits a"

Open = Callable[[str], Page]


@pytest.mark.parametrize("word", ["sığınacaq", "SIĞINACAQ", "Sığınacaq", "siginacaq", "SİĞİNACAQ"])
def test_azerbaijani_letters_are_folded(word: str) -> None:
    """Diacritics, case and dotless letters do not matter."""
    assert fold(word) == "siginacaq"


def test_letters_without_decomposition_are_folded() -> None:
    """Letters such as ə are replaced by the most similar ASCII letter."""
    assert fold("Məhkəmə Ö ş Ç ü") == "mehkeme o s c u"


def test_thousands_separators_are_removed() -> None:
    """Thousands separators do not matter. A decimal comma is kept."""
    assert [fold(n) for n in ("1,237", "1237", "1,234,567", "12,5")] == [
        "1237",
        "1237",
        "1234567",
        "12,5",
    ]


def test_symbol_has_terms_for_its_parts() -> None:
    """A symbol is found by any suffix. Its numbers are marked."""
    found = set(index_terms("E/C.12/XYZ/CO/3"))
    assert {"e/c.12/xyz/co/3", "xyz/co/3", "co/3", "xyz", "/12", "/3"} <= found
    assert not found & {"12", "3"}


def test_number_at_the_end_of_a_symbol_is_marked() -> None:
    """The number at the end of a symbol can be a separate word. Other numbers are not marked."""
    texts = {
        "CERD/C/AZE/CO/7-9, CRI(2016)17": {"/7", "/9", "2016", "/17"},
        "of 5-9 people, No.136, paragraph 9(a), 2013/2014": {"5", "9", "136", "2013", "2014"},
    }
    for text, numbers in texts.items():
        terms = make_entry(PAGE, "s", "", text).terms.decode().split()
        assert {term for term in terms if term.lstrip("/").isdigit()} == numbers


def test_long_url_has_terms_for_its_parts_only() -> None:
    """Terms longer than any symbol would only enlarge the index."""
    long = index_terms("www.harbour.example/papers/2020/registerofnewcomers/report.pdf")
    assert "harbour" in long
    assert [form for form in long if "/" in form] == ["/2020"]


def test_locator_is_one_term() -> None:
    """P13.1 is one term."""
    assert index_terms("P13.1")[0] == "p13.1"


def test_folded_terms_contain_no_spaces() -> None:
    """A character that folds to several words, or to punctuation, gives separate terms."""
    found = {form for character in EXPANDING for form in index_terms(f"a{character}b")}
    assert [form for form in found if not WORD.fullmatch(form)] == []


PAGE = SearchPage("events/opened/", "Opened", "Event")


def build_files(*pages: list[SearchEntry]) -> dict[str, bytes]:
    index = Index()
    for page in pages:
        index.add(page)
    return index.make_files()


@given(st.lists(st.text(alphabet="ab1,./ ığ", max_size=30), min_size=1, max_size=5))
def test_terms_point_to_their_sections(texts: list[str]) -> None:
    """Each term points to exactly the sections that contain it."""
    found = [make_entry(PAGE, f"s{n}", "", text) for n, text in enumerate(texts)]
    files = build_files(found)
    index = read_search_file(files[INDEX])
    words = index["words"].split()
    lists = [
        places
        for n in range(len(index["blocks"]))
        for places in read_search_file(files[f"search/{index['in']}/words-{n}.js"])
    ]
    assert words == sorted(set(words))
    assert len(words) == len(lists)
    for word, steps in zip(words, lists, strict=True):
        numbers = [sum(steps[: n + 1]) // 16 for n in range(len(steps))]
        if word.startswith("="):
            continue  # a name, not a word
        # A slash before a number marks it as part of a symbol.
        word = word.removeprefix("/")
        having = [n for n, text in enumerate(texts) if fold(word) in fold(text)]
        assert set(numbers) <= set(having) | ({0} if word == "opened" else set())


def test_empty_index_has_no_pages() -> None:
    """The index of no pages is empty."""
    assert read_search_file(build_files([])[INDEX])["pages"] == []


def test_sections_are_counted_by_page() -> None:
    """The index has the number of sections of each page with sections."""
    other = SearchPage("events/another/", "Another", "Event")
    opened = [make_entry(PAGE, "", "", "The harbour opened."), make_entry(PAGE, "a", "", "So")]
    found = read_search_file(build_files(opened, [], [make_entry(other, "", "", "Nothing")])[INDEX])
    assert found["pages"] == [2, 1]


@pytest.mark.slow
def test_index_does_not_depend_on_the_process() -> None:
    """The order of sets differs between processes, but does not change the index."""
    code = (
        "from tracker.site.search_index import *\n"
        "page = SearchPage('a/', 'The E/C.12 title', 'Event')\n"
        "index = Index()\n"
        "index.add([make_entry(page, '', '', 'Of many kinds: CO/3, 1,237, P13.1, a b c')])\n"
        "files = index.make_files()\n"
        "import hashlib; print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1


def test_messages_of_the_dialog_exist() -> None:
    """Every message of the search dialog is in the catalogue."""
    box = (ROOT / "overrides/partials/search.html").read_text("utf-8")
    calls = re.findall(r"""\btranslate\(["']([^"']+)""", box)
    keys = [key for key in calls if not key.endswith(".")]
    keys += [f"search.{key}" for key in re.findall(r'"(\w+)"', box[box.index("for key in") :][:99])]
    assert "search.close" in keys
    assert "search.failed" in keys
    assert [key for key in keys if not has_message(key)] == []
