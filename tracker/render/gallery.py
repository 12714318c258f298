"""Real records that show each component of the pages: the first of its kind that does."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from tracker.health import STANDINGS, Standing
from tracker.model import (
    Event,
    Indicator,
    Recommendation,
    Source,
    Statement,
    citations_in,
    current_assessments,
)
from tracker.render.book import Book
from tracker.render.charts import Say, breakdown_chart, series_chart

T = TypeVar("T")


class Examples(NamedTuple):
    """What the gallery shows; what no record shows is missing from it."""

    recommendation: Recommendation | None
    """With positions and ratings."""
    single: Recommendation | None
    """With one rating in force, so that its rows have their reason."""
    standings: tuple[Standing, ...]
    """One citation of each state that occurs, the worst first."""
    bounds: tuple[Statement, ...]
    """One statement of each kind of bound, in the order of their names."""
    indicators: tuple[Indicator, ...]
    """A figure with parts to draw, then one of a series to draw."""
    events: tuple[Event, ...]
    """A step with a date, then one without."""
    linked: tuple[Source, ...]
    """One source with an address for each state of it."""


def examples(book: Book, *, t: Say, day: Callable[..., str]) -> Examples:
    """The first record of the book for each component."""
    rated = [(r, current_assessments(r)) for r in book.recommendations]
    return Examples(
        _first(r for r, current in rated if len(current) > 1 and r.positions and r.note),
        _first(r for r, current in rated if len(current) == 1),
        tuple(s for state in STANDINGS for s in _some(_standing(book, state))),
        _bounds(book),
        (
            *_some(i for i in book.all(Indicator) if _divided(i, book, t)),
            *_some(i for i in book.all(Indicator) if _in_series(i, book, t, day)),
        ),
        (
            *_some(e for e in book.all_events() if e.date),
            *_some(e for e in book.all_events() if not e.date),
        ),
        tuple(found[0] for found in book.health.by_link_state().values()),
    )


def _first(found: Iterable[T]) -> T | None:
    return next(iter(found), None)


def _some(found: Iterable[T]) -> tuple[T, ...]:
    """The first, if there is one."""
    return tuple(one for one in [_first(found)] if one is not None)


def _standing(book: Book, state: str) -> Iterable[Standing]:
    return (standing for _, standing in book.health.claims if standing.state == state)


def _bounds(book: Book) -> tuple[Statement, ...]:
    found: dict[str, Statement] = {}
    for _, record in book.data.records():
        for _, citation in citations_in(record):
            for statement in citation.states:
                if statement.bound:
                    found.setdefault(statement.bound, statement)
    return tuple(found[bound] for bound in sorted(found))


def _divided(indicator: Indicator, book: Book, t: Say) -> bool:
    parts = indicator.breakdowns
    return bool(parts) and breakdown_chart(parts[0], indicator, t=t, text=book.pick) is not None


def _in_series(indicator: Indicator, book: Book, t: Say, day: Callable[..., str]) -> bool:
    series = book.series(indicator.series) if indicator.series else ()
    return bool(series) and series_chart(series, t=t, day=day) is not None
