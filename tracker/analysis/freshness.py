"""Compute the age of evidence on a given day, and whether it is due for review."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from tracker.model import (
    Assessment,
    Dataset,
    EvidenceSearch,
    ImpreciseDate,
    Indicator,
    Position,
    Recommendation,
    Source,
    Term,
    Text,
    find_current_assessments,
)

Freshness = Literal["current", "due", "overdue"]


class Age(NamedTuple):
    """An age in whole years and months, counted from the last possible day of the date."""

    years: int
    months: int


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """The date of evidence, and when it is due for review."""

    evidence: ImpreciseDate
    months: int
    """The review interval in months."""
    due_on: date
    """The first day on which a review is due."""
    state: Freshness
    """Overdue after one and a half intervals."""
    undated: Text | None = None
    """The kind of document, if the evidence has no date but its year."""


def compute_age(when: ImpreciseDate, *, today: date) -> Age:
    """Return the age on a day, zero for a date in the future."""
    months = 12 * (today.year - when.last.year) + today.month - when.last.month
    months -= today.day < when.last.day
    return Age(*divmod(max(months, 0), 12))


def format_age(age: Age, translate: Callable[..., str]) -> str:
    """Return an age in words, in years and months."""
    parts = []
    if age.years:
        parts.append(translate("age.year", n=age.years))
    if age.months:
        parts.append(translate("age.month", n=age.months))
    return " ".join(parts) or translate("age.new")


def describe_age(when: ImpreciseDate, translate: Callable[..., str], *, today: date) -> str:
    """Return the age on a day in words: of a year or half-year, the least that it can be."""
    age = compute_age(when, today=today)
    _, _, end = when.text.rpartition("/")
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", end):
        return format_age(age, translate)
    if today <= when.last:
        return translate("age.under-year")
    rounded = Age(age.years, 0) if age.years else age
    return translate("age.at-least", age=format_age(rounded, translate))


def compute_review_status(
    when: ImpreciseDate | None, months: int | None, *, today: date
) -> ReviewStatus | None:
    """Return the review status on a day, or None without a date or interval."""
    if when is None or not months:
        return None
    due_on = _add_months(when.last, months)
    overdue_on = _add_months(when.last, months + (months + 1) // 2)
    state: Freshness = "current" if today < due_on else "due" if today < overdue_on else "overdue"
    return ReviewStatus(when, months, due_on, state)


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


AgeingKind = Literal["ratings", "positions", "figures", "sources"]


def iter_review_statuses(
    data: Dataset, *, today: date
) -> Iterator[tuple[AgeingKind, str, ReviewStatus | None]]:
    """Yield kind, id and review status of each current rating, position, figure and source.

    The status is None if there is no date or interval. Withdrawn records and unassessed imports
    are skipped.
    """

    def review(
        item: AgeingItem, of: Recommendation | None = None
    ) -> tuple[str, ReviewStatus | None]:
        return item.id, get_review_status(item, data, of=of, today=today)

    for record in data.of(Recommendation):
        if record.unassessed_import or record.withdrawn:
            continue
        for rating in find_current_assessments(record):
            yield "ratings", *review(rating, record)
        for position in record.positions:
            yield "positions", *review(position, record)
    yield from (("figures", *review(f)) for f in data.of(Indicator) if not f.withdrawn)
    yield from (("sources", *review(s)) for s in data.of(Source) if not s.withdrawn)


def find_last_search(recommendation: Recommendation) -> EvidenceSearch | None:
    """Return the latest search for evidence on a recommendation."""
    return max(recommendation.searches, key=lambda search: search.on.last, default=None)


def find_latest_rating(ratings: Iterable[Assessment]) -> Assessment | None:
    """Return the rating with the latest evidence, or None if none is dated.

    Ratings with insufficient information count only if there are no others, because their evidence
    says nothing on the subject.
    """
    dated = [(a.evidence_up_to.last, a) for a in ratings if a.evidence_up_to]
    telling = [pair for pair in dated if pair[1].status != "insufficient-information"]
    return max(telling or dated, key=lambda pair: pair[0], default=(None, None))[1]


@dataclass(frozen=True, slots=True)
class DueRating:
    """A current rating that is due for review."""

    recommendation: str
    rating: str
    groups: tuple[str, ...]
    authorities: tuple[str, ...]
    """The authorities that can act on the recommendation, or else its addressees."""
    rights: tuple[str, ...]
    status: ReviewStatus


def find_due_ratings(data: Dataset, *, today: date) -> Iterator[DueRating]:
    """Yield the current ratings that are due or overdue on a day, the longest due first."""
    due = []
    for record in data.of(Recommendation):
        if record.withdrawn:
            continue
        authorities = tuple(a.authority for a in record.authorities or record.addressees)
        for rating in find_current_assessments(record):
            status = get_review_status(rating, data, of=record, today=today)
            if status and status.state != "current":
                item = (record.id, rating.id, rating.groups, authorities, record.rights, status)
                due.append(DueRating(*item))
    yield from sorted(due, key=lambda item: (item.status.due_on, item.rating))


AgeingItem = Assessment | Position | Indicator | Source
"""An item with a date of evidence and a review interval."""


def get_review_status(
    item: AgeingItem, data: Dataset, *, today: date, of: Recommendation | None = None
) -> ReviewStatus | None:
    """Return the review status of an item on a day, or None without a date or interval.

    `of` is the recommendation of a rating or position. The interval is that of the recommendation
    or record itself, else the shortest of its rights, its status (of a rating) or its type (of a
    source). It begins at the last day of the evidence: of a year, 31 December.
    """
    owner = item if isinstance(item, Indicator | Source) else of
    assert owner is not None
    rights = () if isinstance(owner, Source) else owner.rights
    if isinstance(item, Assessment):
        evidence, terms = item.evidence_up_to, (*rights, item.status)
    elif isinstance(item, Position):
        evidence, terms = item.when, rights
    elif isinstance(item, Source):
        evidence, terms = item.date, (item.type,)
    else:
        evidence, terms = item.as_of or item.period, rights
    months = owner.review.months if owner.review else _find_shortest_interval(terms, data)
    status = compute_review_status(evidence, months, today=today)
    if status and isinstance(item, Assessment):
        return replace(status, undated=item.evidence_undated)
    return status


def _find_shortest_interval(terms: tuple[str, ...], data: Dataset) -> int | None:
    known = map(data.find, terms)
    months = [t.review_months for t in known if isinstance(t, Term) and t.review_months]
    return min(months, default=None)
