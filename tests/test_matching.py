"""Matching figures, dates, symbols and words in texts."""

from collections import Counter
from datetime import date, timedelta

import pytest
from babel.dates import format_date, get_month_names
from hypothesis import given
from hypothesis import strategies as st

from tracker.citations.matching import (
    find_closest_text,
    is_in_same_clause,
    iter_alterations,
    matches_value,
)
from tracker.citations.matching.normalize import normalize_text
from tracker.citations.matching.number_words import spell_number
from tracker.citations.matching.searchable_text import SearchableText
from tracker.citations.self_test import KNOWN_FALSE_PASSES, Pair, load_pairs, verify_pair
from tracker.model.lockfiles import Result

PAIRS = load_pairs()
REFUSED_THOUGH_TRUE: dict[str, Result] = {
    # Digits next to a full stop could be a decimal, and a number at the start of a line could be
    # a paragraph number: both are undecided, although a reader may know.
    "rb09-footnote-mark": "not-found",
    "j08-false-paragraph-12": "not-checkable",
    # The word could refer to another figure that is between it and the cited one.
    "c1-one-of-2012": "not-found",
    "s1-fallen-to": "not-found",
    "t1-of-questions": "not-found",
    "t1-wage-before": "not-found",
    # In text with columns, a line belongs to two paragraphs.
    "c2-left-column": "not-checkable",
    "c2-left-column-2": "not-checkable",
    "c2-date": "not-checkable",
    # Headings and an ordered list have the same numbers.
    **dict.fromkeys(
        ("w1-families", "w1-time", "w1-time-minutes", "w1-soft-hyphen", "w1-list-item",
         "w1-list-item-br", "w1-list-item-other"), "not-checkable"
    ),
    # Only a reader can correct recognition errors in a scan.
    **dict.fromkeys(
        ("o1-misread-month", "o1-misread-one", "o1-space-before-comma", "o1-split-decimal",
         "o1-split-thousands", "o1-prisons-3l8", "o1-split-day", "o1-misread-words"), "not-found"
    ),
    # Number words are known in some languages only, and without fractions of a million.
    "r1-number-word": "not-found",
    "s1-half-million": "not-found",
}  # fmt: skip


def matches(printed: str, text: str, language: str | None = None) -> bool:
    return any(SearchableText(text, language).find_printed(printed))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_pair(pair: Pair) -> None:
    """The result is that of a careful reader."""
    acceptable: set[Result | None] = {pair.expect, pair.also_acceptable}
    if pair.id in REFUSED_THOUGH_TRUE:
        acceptable = {REFUSED_THOUGH_TRUE[pair.id]}
    if pair.id in KNOWN_FALSE_PASSES:
        acceptable = {"proved"}
    assert verify_pair(pair) in acceptable


def test_pairs_are_many_and_of_each_kind() -> None:
    """There are at least 40 pairs for each expected result, and 450 of ten kinds of document."""
    assert min(Counter(pair.expect for pair in PAIRS).values()) > 40
    kinds = Counter(pair.kind for pair in PAIRS if pair.kind != "other")
    assert kinds.total() >= 450
    assert len(kinds) == 10
    assert min(kinds.values()) >= 30
    assert len({pair.id for pair in PAIRS}) == len(PAIRS)
    assert not any(pair.also_acceptable == "proved" for pair in PAIRS)


@given(st.integers(0, 10**9))
def test_number_is_found_with_separators(number: int) -> None:
    """A comma, a narrow space and no separator are equivalent."""
    for written in (f"{number:,}", f"{number:,}".replace(",", "\u202f"), str(number)):
        year_like = 1900 <= number <= 2099 and written != str(number)
        assert matches(str(number), f"In all, {written} people came.") or year_like


@given(st.integers(0, 10**6), st.integers(1, 9), st.booleans())
def test_number_is_not_found_in_a_longer_one(number: int, digit: int, behind: bool) -> None:
    """One more digit before or after makes it another number."""
    longer = f"{number}{digit}" if behind else f"{digit}{number}"
    assert not matches(str(number), f"In all, {longer} people came.")
    assert not matches(f"{number:,}", f"In all, {int(longer):,} people came.")


@given(st.integers(10, 10**7))
def test_changed_digit_is_never_found(number: int) -> None:
    """Each number one digit away is refused."""
    text = f"In all, {number:,} people came."
    assert not any(matches(other, text) for other in iter_alterations(f"{number:,}"))


@given(st.integers(2, 999_999))
def test_number_is_found_in_words(number: int) -> None:
    """Number words match their number and no other."""
    for form in spell_number(number, None):
        assert matches(str(number), f"There were {form} countries.")
        assert not matches(str(number + 1), f"There were {form} countries.")


DAYS = st.integers(0, 25_000).map(lambda n: date(1990, 1, 1) + timedelta(days=n))
FORMS = ("d MMMM yyyy", "MMMM d, yyyy", "dd.MM.yyyy", "yyyy-MM-dd")


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(["en", "az", "ru", "fr", "es", "nb"]))
def test_date_is_found_in_any_notation(day: date, form: str, language: str) -> None:
    """However a date is written, it is found, and the day after is not."""
    text = f"It came into force ({format_date(day, form, locale=language)})."
    assert matches(day.isoformat(), text, language)
    assert matches(day.isoformat()[:7], text, language)
    assert not matches((day + timedelta(days=1)).isoformat(), text, language)
    assert not matches(str(day.day), text, language)


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_read(text: str) -> None:
    """No text makes the matcher fail, and folding twice is folding once."""
    reading = SearchableText(text)
    list(reading.find_printed("17 May 2013"))
    list(reading.find_printed(text.strip() or "x"))
    assert normalize_text(normalize_text(text)) == normalize_text(text)


@pytest.mark.parametrize("language", ["en", "az", "ru", "fr", "es", "nb"])
def test_every_name_of_a_month_is_known(language: str) -> None:
    """The full and short names of Babel are known, alone and in a date."""
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in get_month_names(width, context, language).items():
                assert matches_value(f"3 {name} 2019", f"2019-{number:02}-03"), name


def test_dotted_and_dotless_i_are_one_letter() -> None:
    """Dotted and dotless i match each other; other letters keep their diacritics."""
    assert matches("sığınacaq", "SIĞINACAQ AXTARAN")
    assert matches("İran", "iranlılar, Iran vətəndaşları")
    assert not matches("Şəki", "Seki")


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
def test_similar_texts_do_not_match(printed: str, text: str) -> None:
    """A unit, sign, fraction, range or longer word changes the meaning."""
    assert not matches(printed, text)


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
def test_equivalent_notations_match(printed: str, text: str, language: str | None) -> None:
    """Dates and numbers match in the notations of each language."""
    assert matches(printed, text, language)


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
    """Except in a table row, no other figure may be between a figure and its word."""
    (span,) = SearchableText(text).find_printed(figure)
    assert is_in_same_clause(SearchableText(text), span, near) == by


def test_symbol_in_cyrillic_letters() -> None:
    """A symbol that a source prints with Cyrillic letters is found."""
    assert matches("E/C.12/XYZ/CO/3", "Document Е/С.12/XYZ/СО/3, adopted")


def test_figure_is_in_the_clause_of_its_word() -> None:
    """A word in the same clause identifies one of two figures in a sentence."""
    text = "Of these, 56 were men and 26 women (9 with children)."
    (fifty_six,) = SearchableText(text).find_printed("56")
    (nine,) = SearchableText(text).find_printed("9")
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
def test_printed_form_matches_value(printed: str, value: int | str) -> None:
    """A printed form matches its value, and no value that differs in one digit."""
    assert matches_value(printed, value)
    for other in iter_alterations(str(value)):
        assert not matches_value(printed, int(other) if isinstance(value, int) else other)


def test_date_printed_without_year() -> None:
    """A date may be printed without its year, which is then searched nearby."""
    assert matches_value("July 1", "2020-07-01")
    assert not matches_value("July 1", "2020-07-02")
    assert not matches_value("July 1, 2020", "2021-07-01")


def test_nearest_is_a_hint() -> None:
    """The most similar number is a hint, never a match."""
    text = "In 2019, 1,273 persons and 56 children came."
    assert find_closest_text(SearchableText(text), "1,237", lo=0, hi=len(text)) == "1,273"
    assert not matches("1,237", text)
