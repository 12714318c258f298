"""What counts as standing in a text: figures, dates, symbols and words, whole and in any form."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.dates import format_date, get_month_names
from hypothesis import given
from hypothesis import strategies as st

from tracker.citations.matching import (
    find_closest_text,
    find_printed,
    iter_alterations,
    matches_value,
)
from tracker.citations.matching.context import is_in_same_clause
from tracker.citations.matching.normalize import normalize_text
from tracker.citations.matching.number_words import spell_number
from tracker.citations.matching.searchable_text import SearchableText
from tracker.citations.source_text import read_text
from tracker.citations.verify import verify_claims
from tracker.model import Dataset, Finding, Source

PAIRS = [
    pair
    for name in ("pairs", "pairs2")
    for pair in yaml.safe_load((Path(__file__).parent / "pairs" / f"{name}.yml").read_text("utf-8"))
]
# Digits glued to a full stop could be a decimal, and a number at the beginning of a line could be
# a paragraph's: neither is proved, though a reader may see more.
REFUSED_THOUGH_TRUE = {"rb09-footnote-mark": "not-found", "j08-false-paragraph-12": "not-checkable"}


def stands(printed: str, text: str, language: str | None = None) -> bool:
    return any(find_printed(SearchableText(text, language), printed, lo=0, hi=len(text)))


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
    return next(verify_claims(data, {"source": read})).result


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_pair(pair: dict[str, Any]) -> None:
    """A claim and a text, and what a careful lawyer says of them."""
    fair = {pair["expect"], *([pair["also_fair"]] if "also_fair" in pair else [])}
    if pair["id"] in REFUSED_THOUGH_TRUE:
        fair = {REFUSED_THOUGH_TRUE[pair["id"]]}
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
    assert not any(stands(other, text) for other in iter_alterations(f"{number:,}"))


@given(st.integers(2, 999_999))
def test_a_number_is_found_in_words(number: int) -> None:
    """In English and where the language says so, words stand for the figure, and for no other."""
    for form in spell_number(number, None):
        assert stands(str(number), f"There were {form} countries.")
        assert not stands(str(number + 1), f"There were {form} countries.")


DAYS = st.integers(0, 25_000).map(lambda n: date(1990, 1, 1) + timedelta(days=n))
FORMS = ("d MMMM yyyy", "MMMM d, yyyy", "dd.MM.yyyy", "yyyy-MM-dd")


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(["en", "az", "ru", "fr", "es", "nb"]))
def test_a_date_is_found_in_any_form(day: date, form: str, language: str) -> None:
    """However a date is written, it is found, and the day after is not."""
    text = f"It came into force ({format_date(day, form, locale=language)})."
    assert stands(day.isoformat(), text, language)
    assert stands(day.isoformat()[:7], text, language)
    assert not stands((day + timedelta(days=1)).isoformat(), text, language)
    assert not stands(str(day.day), text, language)


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_read(text: str) -> None:
    """No text makes the matcher fail, and folding twice is folding once."""
    reading = SearchableText(text)
    list(find_printed(reading, "17 May 2013", lo=0, hi=len(text)))
    list(find_printed(reading, text.strip() or "x", lo=0, hi=len(text)))
    assert normalize_text(normalize_text(text)) == normalize_text(text)


@pytest.mark.parametrize("language", ["en", "az", "ru", "fr", "es", "nb"])
def test_every_name_of_a_month_is_known(language: str) -> None:
    """Those of Babel, whole and short, alone and in a date."""
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in get_month_names(width, context, language).items():
                assert matches_value(f"3 {name} 2019", f"2019-{number:02}-03"), name


def test_words_without_their_marks() -> None:
    """Dotted and dotless i are one letter; others keep their marks."""
    assert stands("sığınacaq", "SIĞINACAQ AXTARAN")
    assert stands("İran", "iranlılar, Iran vətəndaşları")
    assert not stands("Şəki", "Seki")


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("$5", "It cost $5 million."),
        ("some 620", "some 620 thousand people"),
        ("$5 million", "It cost 5 million manats."),
        ("10", "a change of \u221210 degrees"),
        ("5", "about .5 per cent"),
        ("2", "2½ per cent"),
        ("2", "two thirds of them"),
        ("2", "two and a half years"),
        ("10 percent", "10 percent points more"),
        ("2", "twenty\u2011two people"),
        ("19", "during COVID\u201119"),
        ("3", "three\u00a0million"),
        ("237", "1\u2007237 people"),
        ("237", "1·237 people"),
        ("5", "5-million plan"),
        ("5", "5 (million)"),
        ("5", "5 billions"),
        ("6 per cent", "5–6 per cent"),
        ("6 months", "3–6 months"),
        ("1500", "1000–1500 persons"),
        ("2013-05-17", "17 May was a holiday. It cost 2013 manats."),
        ("2013/2019", "In 2013, the number fell; by 2019 it had risen."),
        ("2020-05", "The Committee may 2020 times repeat it."),
        ("not ratified", "It has not. Ratified were others."),
        ("US", "It helped us all."),
        ("WHO", "those who came"),
        ("E/C.12/XYZ/CO/3", "in E/C.12/XYZ/CO/3–5"),
        ("E/C.12/XYZ/CO/3", "in E/C.12/XYZ/CO/3 /Add.1"),
        ("112", "write to info@112.example"),
        ("5", "Rule 5A"),
    ],
)
def test_what_only_looks_alike(printed: str, text: str) -> None:
    """A size, a sign, a fraction, a range or a longer word makes it something else."""
    assert not stands(printed, text)


@pytest.mark.parametrize(
    ("printed", "text", "language"),
    [
        ("2013-05-17", "den 17. mai 2013", "no"),
        ("2013-05", "в мае 2013 года", "ru"),
        ("2013-05-17", "«17» мая 2013 года", "ru"),
        ("2013-05-17", "2013-cü ilin 17 mayında", "az"),
        ("2013-05-17", "on 17-May-2013", None),
        ("2013-05-17", "(2013/05/17)", None),
        ("2020-H1", "in the first half of 2020", None),
        ("5000000", "5 milyona yaxın", "az"),
        ("2.5", "two and a half years", None),
    ],
)
def test_what_looks_different(printed: str, text: str, language: str | None) -> None:
    """One date or number in the forms of its languages."""
    assert stands(printed, text, language)


@pytest.mark.parametrize(
    ("figure", "near", "text", "by"),
    [
        ("56", "women", "56 men or 26 women", False),
        ("49", "2003", "from 49 per cent in 2001 to 44.7 in 2003", False),
        ("44.7", "2003", "from 49 per cent in 2001 to 44.7 in 2003", True),
        ("56", "women", "Women: 56", True),
        ("26", "Velden", "Osterby   56   31\nVelden    12   26\n", True),
        ("31", "Velden", "Osterby   56   31\nVelden    12   26\n", False),
    ],
)
def test_no_other_figure_between(figure: str, near: str, text: str, by: bool) -> None:
    """Between a figure and its word no other figure stands, but in the row of a table."""
    (span,) = find_printed(SearchableText(text), figure, lo=0, hi=len(text))
    assert is_in_same_clause(SearchableText(text), span, near) == by


def test_symbol_in_foreign_letters() -> None:
    """A symbol that a source prints with Cyrillic letters is found."""
    assert stands("E/C.12/XYZ/CO/3", "Document Е/С.12/XYZ/СО/3, adopted")


def test_figure_stands_by_its_word() -> None:
    """Of two figures in one sentence, a word in the clause tells which is meant."""
    text = "Of these, 56 were men and 26 women (9 with children)."
    (fifty_six,) = find_printed(SearchableText(text), "56", lo=0, hi=len(text))
    (nine,) = find_printed(SearchableText(text), "9", lo=0, hi=len(text))
    assert is_in_same_clause(SearchableText(text), fifty_six, "men")
    assert not is_in_same_clause(SearchableText(text), fifty_six, "women")
    assert is_in_same_clause(SearchableText(text), nine, "children")


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
    assert matches_value(printed, value)
    for other in iter_alterations(str(value)):
        assert not matches_value(printed, int(other) if isinstance(value, int) else other)


def test_print_without_its_year() -> None:
    """A date may be printed without its year: the proof then seeks the year beside it."""
    assert matches_value("July 1", "2020-07-01")
    assert not matches_value("July 1", "2020-07-02")
    assert not matches_value("July 1, 2020", "2021-07-01")


def test_nearest_is_a_hint() -> None:
    """The number most like the one sought is told; it is never taken for it."""
    text = "In 2019, 1,273 persons and 56 children came."
    assert find_closest_text(SearchableText(text), "1,237", lo=0, hi=len(text)) == "1,273"
    assert not stands("1,237", text)
