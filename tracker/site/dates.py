"""Dates in words."""

from collections.abc import Callable

from tracker.model import ImpreciseDate


def format_date(when: ImpreciseDate, translate: Callable[..., str]) -> str:
    """A date as it is read, no more precise than its source."""
    if when.precision == "span":
        begin, _, end = when.text.partition("/")
        first, last = ImpreciseDate.parse(begin), ImpreciseDate.parse(end)
        return translate(
            "date.span", first=format_date(first, translate), last=format_date(last, translate)
        )
    facts = {
        "day": when.first.day,
        "month": translate(f"month.{when.first.month}"),
        "year": when.first.year,
        "half": 1 if when.first.month == 1 else 2,
    }
    return translate(f"date.{when.precision}", **facts)
