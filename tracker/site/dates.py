"""Dates in words."""

from collections.abc import Callable

from tracker.model import ImpreciseDate


def format_date(when: ImpreciseDate, translate: Callable[..., str]) -> str:
    """Return a date in words, with the precision of its source."""
    if when.precision == "span":
        first, last = map(ImpreciseDate.parse, when.text.split("/"))
        return translate(
            "date.span", first=format_date(first, translate), last=format_date(last, translate)
        )
    half = (1 if when.first.month == 1 else 2) if when.precision == "half-year" else ""
    return translate(
        f"date.{when.precision}.{half}".rstrip("."),
        day=when.first.day,
        month=translate(f"month.{when.first.month}"),
        year=when.first.year,
    )
