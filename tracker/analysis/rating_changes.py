"""Changes of ratings: what each assessment replaced, and for which groups."""

from collections.abc import Iterator
from typing import NamedTuple

from tracker.model import Assessment, Recommendation


class RatingChange(NamedTuple):
    """A new rating, for the groups that had the same rating before."""

    recommendation: Recommendation
    previous: Assessment | None
    rating: Assessment
    groups: tuple[str, ...]
    """The ids of these groups."""


def iter_rating_changes(recommendation: Recommendation) -> Iterator[RatingChange]:
    """Yield the changes of a recommendation in file order: one for each rating that is replaced."""
    latest: dict[str, Assessment] = {}
    for assessment in recommendation.assessments:
        groups_by_previous: dict[str, list[str]] = {}
        for group in assessment.groups:
            previous = latest.get(group)
            groups_by_previous.setdefault(previous.id if previous else "", []).append(group)
        for groups in groups_by_previous.values():
            yield RatingChange(recommendation, latest.get(groups[0]), assessment, tuple(groups))
        latest.update(dict.fromkeys(assessment.groups, assessment))
