"""What counts as standing in a text: figures, dates, symbols and words, whole and in any form."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from tracker.matching import Reading, alterations, find, fold, means, nearest, stands_by
from tracker.matching.number_words import in_words
from tracker.model import Dataset, Finding, Source
from tracker.proof import prove, read_text

PAIRS = [
    pair
    for name in ("pairs", "pairs2")
    for pair in yaml.safe_load((Path(__file__).parent / "pairs" / f"{name}.yml").read_text("utf-8"))
]
# Digits glued to the full stop of a sentence: 600.2 could be a decimal, so it is not proved.
REFUSED_THOUGH_TRUE = {"rb09-footnote-mark"}


def stands(printed: str, text: str, language: str | None = None) -> bool:
    return any(find(Reading(text, language), printed, lo=0, hi=len(text)))


def result_of(pair: dict[str, Any]) -> str:
    """What the proof says of one pair: a record that states something, and a text."""
    states = [
        {**s, "printed": s.get("printed", s["value"])} if isinstance(s, dict) else s
        for s in pair["states"]
    ]
    citation = {"source": "source", "locator": pair["locator"], "states": states}
    finding = Finding.model_validate(
        {"id": "f", "kind": "neutral", "title": "F", "summary": "S", "citations": [citation]}
    )
    source = Source.model_validate(
        {"id": "source", "title": "S", "type": "law", "undated": "No date.", "access": "public",
         "identified": "verified"}
    )  # fmt: skip
    text = pair["text"].replace("<<page break>>\n", "\f").encode()
    suffix = ".html" if pair.get("format") == "html" else ".txt"
    read = read_text(text, suffix=suffix, language=pair.get("language"))
    data = Dataset({"findings": (finding,), "sources": (source,)})
    return next(prove(data, {"source": read})).result


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_pair(pair: dict[str, Any]) -> None:
    """A claim and a text, and what a careful lawyer says of them."""
    fair = {pair["expect"], *([pair["also_fair"]] if "also_fair" in pair else [])}
    if pair["id"] in REFUSED_THOUGH_TRUE:
        fair = {"not-found"}
    assert result_of(pair) in fair


def test_pairs_are_many_and_of_each_kind() -> None:
    """Hundreds of pairs, true and false ones."""
    assert min(Counter(pair["expect"] for pair in PAIRS).values()) > 40


@given(st.integers(0, 10**9))
def test_a_number_is_found_with_its_separators(number: int) -> None:
    """With comma, with a narrow space, or without: one number."""
    for written in (f"{number:,}", f"{number:,}".replace(",", "\u202f"), str(number)):
        year_like = 1900 <= number <= 2099 and written != str(number)
        assert stands(str(number), f"In all, {written} people came.") or year_like


@given(st.integers(0, 10**6), st.integers(1, 9), st.booleans())
def test_a_number_is_not_found_in_a_longer_one(number: int, digit: int, behind: bool) -> None:
    """One more digit before or after makes it another number."""
    longer = f"{number}{digit}" if behind else f"{digit}{number}"
    assert not stands(str(number), f"In all, {longer} people came.")
    assert not stands(f"{number:,}", f"In all, {int(longer):,} people came.")


@given(st.integers(10, 10**7))
def test_a_changed_digit_is_never_found(number: int) -> None:
    """Each number one digit away is refused."""
    text = f"In all, {number:,} people came."
    assert not any(stands(other, text) for other in alterations(f"{number:,}"))


@given(st.integers(2, 999_999))
def test_a_number_is_found_in_words(number: int) -> None:
    """In English and where the language says so, words stand for the figure, and for no other."""
    for form in in_words(number, None):
        assert stands(str(number), f"There were {form} countries.")
        assert not stands(str(number + 1), f"There were {form} countries.")


DAYS = st.integers(0, 25_000).map(lambda n: date(1990, 1, 1) + timedelta(days=n))
FORMS = ("d MMMM yyyy", "MMMM d, yyyy", "dd.MM.yyyy", "yyyy-MM-dd")


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(["en", "az", "ru", "fr", "es", "nb"]))
def test_a_date_is_found_in_any_form(day: date, form: str, language: str) -> None:
    """However a date is written, it is found, and the day after is not."""
    text = f"It came into force ({format_date(day, form, locale=language)})."
    assert stands(day.isoformat(), text)
    assert stands(day.isoformat()[:7], text)
    assert not stands((day + timedelta(days=1)).isoformat(), text)
    assert not stands(str(day.day), text)


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_read(text: str) -> None:
    """No text makes the matcher fail, and folding twice is folding once."""
    reading = Reading(text)
    list(find(reading, "17 May 2013", lo=0, hi=len(text)))
    list(find(reading, text.strip() or "x", lo=0, hi=len(text)))
    assert fold(fold(text)) == fold(text)


def test_words_without_their_marks() -> None:
    """Dotted and dotless i are one letter; others keep their marks."""
    assert stands("sığınacaq", "SIĞINACAQ AXTARAN")
    assert stands("İran", "iranlılar, Iran vətəndaşları")
    assert not stands("Şəki", "Seki")


def test_symbol_in_foreign_letters() -> None:
    """A symbol that a source prints with Cyrillic letters is found."""
    assert stands("E/C.12/XYZ/CO/3", "Document Е/С.12/XYZ/СО/3, adopted")


def test_figure_stands_by_its_word() -> None:
    """Of two figures in one sentence, a word in the clause tells which is meant."""
    text = "Of these, 56 were men and 26 women (9 with children)."
    (fifty_six,) = find(Reading(text), "56", lo=0, hi=len(text))
    (nine,) = find(Reading(text), "9", lo=0, hi=len(text))
    assert stands_by(Reading(text), fifty_six, "men")
    assert not stands_by(Reading(text), fifty_six, "women")
    assert stands_by(Reading(text), nine, "children")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1,237", 1237),
        ("1,2 million", 1_200_000),
        ("seventh", 7),
        ("first 6 months of 2020", "2020-H1"),
        ("2008-2019", "2008/2019"),
        ("one in eight", "1 in 8"),
        ("Е/С.12/XYZ/СО/3", "E/C.12/XYZ/CO/3"),
    ],
)
def test_print_means_value(printed: str, value: int | str) -> None:
    """A value may be printed in many ways, and a value one digit away in none of them."""
    assert means(printed, value)
    for other in alterations(str(value)):
        assert not means(printed, int(other) if isinstance(value, int) else other)


def test_print_without_its_year() -> None:
    """A date may be printed without its year: the proof then seeks the year beside it."""
    assert means("July 1", "2020-07-01")
    assert not means("July 1", "2020-07-02")
    assert not means("July 1, 2020", "2021-07-01")


def test_nearest_is_a_hint() -> None:
    """The number most like the one sought is told; it is never taken for it."""
    text = "In 2019, 1,273 persons and 56 children came."
    assert nearest(Reading(text), "1,237", lo=0, hi=len(text)) == "1,273"
    assert not stands("1,237", text)
