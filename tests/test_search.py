"""The index of the search: words as they are compared, and files that do not hang on chance."""

import json
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
TOLD = ".ct-search__told"

Open = Callable[[str], Page]


@pytest.mark.parametrize("word", ["sığınacaq", "SIĞINACAQ", "Sığınacaq", "siginacaq", "SİĞİNACAQ"])
def test_letters_of_one_language_meet_those_of_another(word: str) -> None:
    """A word is the same with and without marks, in any case, with any i."""
    assert fold(word) == "siginacaq"


def test_ordinary_letters_fold() -> None:
    """Letters that are no other letter with a mark have their nearest."""
    assert fold("Məhkəmə Ö ş Ç ü") == "mehkeme o s c u"


def test_thousands_are_not_divided() -> None:
    """A figure is the same with and without its comma; a decimal comma stays."""
    assert [fold(n) for n in ("1,237", "1237", "1,234,567", "12,5")] == [
        "1237",
        "1237",
        "1234567",
        "12,5",
    ]


def test_symbol_is_found_whole_and_in_parts() -> None:
    """A symbol can be typed from any of its parts on."""
    assert {"e/c.12/xyz/co/3", "xyz/co/3", "co/3", "xyz", "12"} <= set(
        index_terms("E/C.12/XYZ/CO/3")
    )


def test_long_address_is_found_by_parts_only() -> None:
    """What is longer than any symbol would only fill the index."""
    long = index_terms("www.harbour.example/papers/2020/registerofnewcomers/report.pdf")
    assert "harbour" in long
    assert not any("/" in form for form in long)


def test_place_is_a_word() -> None:
    """P13.1 is one place, and not found under another one's number only."""
    assert index_terms("P13.1")[0] == "p13.1"


def test_folding_keeps_terms_whole() -> None:
    """A character that folds to several words, or to punctuation, gives terms without spaces."""
    found = {form for character in EXPANDING for form in index_terms(f"a{character}b")}
    assert [form for form in found if not WORD.fullmatch(form)] == []


PAGE = SearchPage("events/opened/", "Opened", "Event")


def files_of(*pages: list[SearchEntry]) -> dict[str, bytes]:
    index = Index()
    for page in pages:
        index.add(page)
    return index.make_files()


@given(st.lists(st.text(alphabet="ab1,./ ığ", max_size=30), min_size=1, max_size=5))
def test_files_are_sound(texts: list[str]) -> None:
    """Whatever a text holds, each word leads to the section that has it, and to no other."""
    found = [make_entry(PAGE, f"s{n}", "", text) for n, text in enumerate(texts)]
    files = files_of(found)
    index = json.loads(files[INDEX])
    words = index["words"].split()
    lists = [
        places
        for n in range(len(index["blocks"]))
        for places in json.loads(files[f"search/{index['in']}/words-{n}.json"])
    ]
    assert words == sorted(set(words))
    assert len(words) == len(lists)
    for word, steps in zip(words, lists, strict=True):
        numbers = [sum(steps[: n + 1]) // 16 for n in range(len(steps))]
        having = [n for n, text in enumerate(texts) if fold(word) in fold(text)]
        assert set(numbers) <= set(having) | ({0} if word == "opened" else set())


def test_no_page_has_no_files() -> None:
    """A search over nothing is an index of nothing."""
    assert json.loads(files_of([])[INDEX])["pages"] == []


def test_sections_are_counted_by_page() -> None:
    """A result names its page once, with all of its sections: a page of none has none."""
    other = SearchPage("events/another/", "Another", "Event")
    opened = [make_entry(PAGE, "", "", "The harbour opened."), make_entry(PAGE, "a", "", "So")]
    found = json.loads(files_of(opened, [], [make_entry(other, "", "", "Nothing")])[INDEX])
    assert found["pages"] == [2, 1]


def test_bytes_do_not_hang_on_the_process() -> None:
    """Sets have another order in each process, and the index must not."""
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


def test_box_asks_for_known_words() -> None:
    """The words of the box in the header are interface texts."""
    box = (ROOT / "overrides/partials/search.html").read_text("utf-8")
    keys = [key for key in re.findall(r"""\bsay\(["']([^"']+)""", box) if not key.endswith(".")]
    told = re.findall(r'"(\w+)"', re.findall(r"for key in \((.*?)\)", box)[0])
    assert [k for k in keys + [f"search.{t}" for t in told] if not has_message(k)] == []
