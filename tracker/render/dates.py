"""Dates and ages in words."""

from collections.abc import Callable

from tracker.freshness import Age
from tracker.model import When


def in_words(when: When, translate: Callable[..., str]) -> str:
    """A date as it is read, no more precise than its source."""
    if when.precision == "span":
        begin, _, end = when.text.partition("/")
        first, last = When.parse(begin), When.parse(end)
        return translate(
            "date.span", first=in_words(first, translate), last=in_words(last, translate)
        )
    facts = {
        "day": when.first.day,
        "month": translate(f"month.{when.first.month}"),
        "year": when.first.year,
        "half": 1 if when.first.month == 1 else 2,
    }
    return translate(f"date.{when.precision}", **facts)


def age_in_words(age: Age, translate: Callable[..., str]) -> str:
    """An age in years and months."""
    parts = []
    if age.years:
        parts.append(translate("age.year" if age.years == 1 else "age.years", n=age.years))
    if age.months:
        parts.append(translate("age.month" if age.months == 1 else "age.months", n=age.months))
    return " ".join(parts) or translate("age.new")
