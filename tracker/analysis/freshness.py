"""How old the evidence is on a given day, and whether it is due for review."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.model import (
    Assessment,
    Dataset,
    ImpreciseDate,
    Indicator,
    Position,
    Recommendation,
    Source,
    Term,
    find_current_assessments,
)

Freshness = Literal["current", "due", "overdue"]


@dataclass(frozen=True, slots=True)
class Age:
    """An age in whole years and months, counted from the last day that the date may mean."""

    years: int
    months: int

    @property
    def in_months(self) -> int:
        """The age in whole months."""
        return 12 * self.years + self.months


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """A date of evidence with its review interval: when a review is due, and how it stands."""

    evidence: ImpreciseDate
    months: int
    """The review interval."""
    due_on: date
    """The first day on which it is due."""
    state: Freshness
    """Due from that day; overdue once half as much time again has passed."""


def compute_age(when: ImpreciseDate, *, today: date) -> Age:
    """The age on a day; nothing is younger than nought."""
    months = 12 * (today.year - when.last.year) + today.month - when.last.month
    months -= today.day < when.last.day
    years, rest = divmod(max(months, 0), 12)
    return Age(years, rest)


def format_age(age: Age, translate: Callable[..., str]) -> str:
    """An age in years and months."""
    parts = []
    if age.years:
        parts.append(translate("age.year" if age.years == 1 else "age.years", n=age.years))
    if age.months:
        parts.append(translate("age.month" if age.months == 1 else "age.months", n=age.months))
    return " ".join(parts) or translate("age.new")


def compute_review_status(
    when: ImpreciseDate | None, months: int | None, *, today: date
) -> ReviewStatus | None:
    """How evidence of a date stands on a day; None where it has no date or never ages."""
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
    """Every rating in force, position, figure and source that stands, with its id and how its
    evidence stands on a day; None for what has no date or never ages. Of what was imported and
    never assessed nothing ages."""
    for record in data.of(Recommendation):
        if record.unassessed_import:
            continue
        for assessment in find_current_assessments(record) if record.withdrawn is None else ():
            yield (
                "ratings",
                assessment.id,
                get_review_status(assessment, data, of=record, today=today),
            )
        for position in record.positions if record.withdrawn is None else ():
            yield (
                "positions",
                position.id,
                get_review_status(position, data, of=record, today=today),
            )
    for figure in data.of(Indicator):
        if figure.withdrawn is None:
            yield "figures", figure.id, get_review_status(figure, data, today=today)
    for source in data.of(Source):
        if source.withdrawn is None:
            yield "sources", source.id, get_review_status(source, data, today=today)


@dataclass(frozen=True, slots=True)
class DueRating:
    """A rating in force that is due for review, with those whom it concerns."""

    recommendation: str
    rating: str
    groups: tuple[str, ...]
    authorities: tuple[str, ...]
    """Who can act on it; if nobody is named, whom it is addressed to."""
    rights: tuple[str, ...]
    status: ReviewStatus


def find_due_ratings(data: Dataset, *, today: date) -> Iterator[DueRating]:
    """Every rating in force that is due or overdue on a day, the longest due first."""
    found = []
    for record in data.of(Recommendation):
        named = record.authorities or record.addressees
        for rating in find_current_assessments(record) if record.withdrawn is None else ():
            aged = get_review_status(rating, data, of=record, today=today)
            if aged and aged.state != "current":
                authorities = tuple(a.authority for a in named)
                one = (record.id, rating.id, rating.groups, authorities, record.rights, aged)
                found.append(DueRating(*one))
    yield from sorted(found, key=lambda one: (one.status.due_on, one.rating))


AgeingItem = Assessment | Position | Indicator | Source
"""What has a date of evidence and an interval after which it is due for review."""


def get_review_status(
    item: AgeingItem, data: Dataset, *, today: date, of: Recommendation | None = None
) -> ReviewStatus | None:
    """How the evidence of one of them stands on a day; `of` is the recommendation of a rating or
    a position. None where it has no date or never ages."""
    if isinstance(item, Assessment | Position):
        assert of is not None
        when = item.evidence_up_to if isinstance(item, Assessment) else item.when
        months = (
            _get_assessment_interval(item, of=of, data=data)
            if isinstance(item, Assessment)
            else _get_position_interval(item, of=of, data=data)
        )
        return compute_review_status(when, months, today=today)
    dated = item.date if isinstance(item, Source) else item.as_of or item.period
    return compute_review_status(dated, _get_record_interval(item, data=data), today=today)


def _get_assessment_interval(
    assessment: Assessment, *, of: Recommendation, data: Dataset
) -> int | None:
    """The recommendation's own interval, else the shortest of its rights' and of the status's."""
    if of.review:
        return of.review.months
    return _find_shortest((*of.rights, assessment.status), data)


def _get_position_interval(position: Position, *, of: Recommendation, data: Dataset) -> int | None:
    """A position ages as the recommendation does on which it is taken."""
    return of.review.months if of.review else _find_shortest(of.rights, data)


def _get_record_interval(record: Indicator | Source, *, data: Dataset) -> int | None:
    """A figure ages as its rights do, a source as its type does; or as the record itself says."""
    if record.review:
        return record.review.months
    terms = record.rights if isinstance(record, Indicator) else (record.type,)
    return _find_shortest(terms, data)


def _find_shortest(terms: tuple[str, ...], data: Dataset) -> int | None:
    found = (data.find(term) for term in terms)
    months = [t.review_months for t in found if isinstance(t, Term) and t.review_months]
    return min(months, default=None)
