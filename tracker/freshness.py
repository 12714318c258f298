"""How old the evidence is on a given day, and whether it is past its review."""

from dataclasses import dataclass
from datetime import date

from tracker.model import Assessment, Dataset, Recommendation, Term, When


@dataclass(frozen=True, slots=True)
class Age:
    """An age in whole years and months, counted from the last day that the date may mean."""

    years: int
    months: int

    @property
    def in_months(self) -> int:
        """The age in whole months."""
        return 12 * self.years + self.months


def age_of(when: When, *, today: date) -> Age:
    """The age on a day; nothing is younger than nought."""
    months = 12 * (today.year - when.last.year) + today.month - when.last.month
    months -= today.day < when.last.day
    years, rest = divmod(max(months, 0), 12)
    return Age(years, rest)


def review_months(recommendation: Recommendation, *, data: Dataset) -> int | None:
    """After how many months its evidence is due for review: its own interval, or its rights'."""
    if recommendation.review:
        return recommendation.review.months
    terms = (data.find(right) for right in recommendation.rights)
    months = [t.review_months for t in terms if isinstance(t, Term) and t.review_months]
    return min(months, default=None)


def is_past_review(
    assessment: Assessment, *, of: Recommendation, data: Dataset, today: date
) -> bool:
    """Whether the evidence of an assessment is older than its review interval."""
    months = review_months(of, data=data)
    known = assessment.evidence_up_to
    return bool(months and known and age_of(known, today=today).in_months > months)
