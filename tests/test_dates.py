"""Dates keep the precision of their source."""

from datetime import date

import pytest

from tracker.analysis.freshness import describe_age
from tracker.i18n import t
from tracker.model import ImpreciseDate
from tracker.site.dates import format_date


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2013-05-17", "day", date(2013, 5, 17), date(2013, 5, 17)),
        ("1992-12", "month", date(1992, 12, 1), date(1992, 12, 31)),
        ("2020-H1", "half-year", date(2020, 1, 1), date(2020, 6, 30)),
        ("2020-H2", "half-year", date(2020, 7, 1), date(2020, 12, 31)),
        ("2013", "year", date(2013, 1, 1), date(2013, 12, 31)),
        ("2008/2019", "span", date(2008, 1, 1), date(2019, 12, 31)),
    ],
)
def test_precision(text: str, precision: str, first: date, last: date) -> None:
    """A date has the first and last day that it can refer to."""
    when = ImpreciseDate.parse(text)
    assert (when.precision, when.first, when.last) == (precision, first, last)


@pytest.mark.parametrize(
    "text", ["2013-02-30", "2013-13", "2020-H3", "17.05.2013", "2013/2008", "", "2013-00", "13"]
)
def test_invalid_dates(text: str) -> None:
    """Days that do not exist and other formats are refused."""
    with pytest.raises(ValueError, match=r".*"):
        ImpreciseDate.parse(text)


@pytest.mark.parametrize(
    ("when", "today", "words"),
    [
        ("2020-07-27", date(2026, 11, 24), "6 years 3 months"),
        ("2020-07-27", date(2020, 8, 26), "less than a month"),
        ("2020-07", date(2026, 11, 24), "6 years 3 months"),
        ("2020", date(2021, 12, 31), "at least 1 year"),
        ("2017", date(2026, 11, 30), "at least 8 years"),
        ("2008/2017", date(2026, 11, 30), "at least 8 years"),
        ("2008/2017-12-31", date(2026, 11, 30), "8 years 10 months"),
        ("2020-H1", date(2020, 10, 2), "at least 3 months"),
        ("2020", date(2020, 11, 2), "less than a year"),
    ],
)
def test_age(when: str, today: date, words: str) -> None:
    """An age counts from the last day that the date can refer to, so a year gives the minimum."""
    assert describe_age(ImpreciseDate.parse(when), t, today=today) == words


def test_dates_in_words() -> None:
    """A date in words is no more precise than its source."""
    words = [
        format_date(ImpreciseDate.parse(text), t)
        for text in ("2013-05-17", "1992-12", "2020-H1", "2008/2019")
    ]
    assert words == ["17 May 2013", "December 1992", "first half of 2020", "2008 to 2019"]
