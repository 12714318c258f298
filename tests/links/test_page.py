"""Reading pages: text, encodings, figures, and pages that attack the parser."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.links.classify import classify
from tracker.links.fetch import FetchResult
from tracker.links.page import FetchedPage, compute_similarity, decode, has_figure, read_page


@given(st.binary(max_size=300), st.sampled_from(["", "text/html; charset=ascii", "text/plain"]))
def test_any_bytes_can_be_read(body: bytes, kind: str) -> None:
    """Any bytes have a hash, the same each time."""
    first, again = (read_page(body, {"content-type": kind}).compute_hash(body) for _ in range(2))
    assert first == again
    assert re.fullmatch(r"[0-9a-f]{16}", first)


HOSTILE = {
    "one tag": "<" + "a" * 300_000,
    "attributes": "<a " + "b " * 150_000,
    "open": "<" * 300_000,
    "open tags": "<a" * 150_000,
    "comments": "<!--" * 75_000,
    "ends": "-->" * 100_000,
    "title": "<title>" + "a<" * 150_000,
    "headings": "<h1>404 " * 40_000,
    "password": "<input type" + " " * 300_000 + ">",
    "refresh": "<meta http-equiv=refresh " * 20_000,
    "wide": "\ufdfa" * 300_000,
    "words": "a b " * 75_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_take_linear_time(text: str) -> None:
    """Pages made to be slow to parse are classified; in quadratic time this would not end."""
    answer = FetchResult("http://a.org/a", "http://a.org/a", 200, body=text.encode())
    classify(answer, known=None, figures=("1,237",), fetch_sibling=lambda: answer)


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7", "hex"])
def test_only_charsets_of_the_web(charset: str) -> None:
    """Python's other encodings are not used: with some of them this would not end."""
    decode(b"z" * 3_000_000 + b"9\\q\xe9", declared=charset)


@pytest.mark.parametrize("within", ["script", "style", "noscript", "template", "svg", "!--"])
def test_tags_in_scripts_and_comments(within: str) -> None:
    """They give no title, heading or password field."""
    fake = "'<title>Fake</title><h1>Page not found</h1><title><h1><input type=password>'"
    end = "-->" if within == "!--" else f"</{within}>"
    page = read_page(f"<{within}>{fake}{end}<title>Real</title><h1>Head</h1>Text".encode(), {})
    assert page == FetchedPage("Head Text", "Real", ("Head",))


def test_encodings() -> None:
    """Valid UTF-8 is UTF-8; a declared encoding counts unless servers declare it by default."""
    assert decode("Qaçqınlar".encode(), declared="latin-1") == "Qaçqınlar"
    assert decode("Доклад".encode("koi8-r"), declared="koi8-r") == "Доклад"
    meta = b'<meta charset="windows-1251">'
    assert decode(meta + "Доклад".encode("cp1251")).endswith("Доклад")


def test_figures_match_as_a_whole() -> None:
    """A figure matches as a whole, with any thousands separator."""
    assert has_figure("In all 1 237 families", "1,237")
    assert not has_figure("In all 1 237 families", "88")
    assert not has_figure("In all 21,237 families", "1,237")
    assert not has_figure("12370", "1,237")


def test_similarity() -> None:
    """Similarity depends on the order of words."""
    assert compute_similarity("a b c", "a b c") == 1
    assert compute_similarity("a b c", "c b a") == 0
