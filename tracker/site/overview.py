"""The home page: an overview of ratings, the age of the evidence, and limitations."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.analysis.freshness import find_latest_rating
from tracker.model import (
    Assessment,
    Cycle,
    ImpreciseDate,
    Recommendation,
    Source,
    Text,
    find_current_assessments,
)
from tracker.model.assessment import StatusLabel
from tracker.site.dataset_view import DatasetView


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers for the first sentence. A recommendation may count in several of them."""

    rated: tuple[Recommendation, ...]
    """The counted recommendations that have a rating, in file order."""
    unrated: int
    """The number of other counted recommendations."""
    implemented: int
    """Recommendations that are implemented for every group that they name."""
    partly: int
    """Recommendations that are partly implemented for at least one group."""
    not_implemented: int
    """Recommendations that are not implemented, or regressed, for at least one group."""
    latest: Assessment | None
    """The rating with the latest evidence."""


@dataclass(frozen=True, slots=True)
class StatusGrid:
    """The current rating of each rated recommendation for each group, or None."""

    groups: tuple[str, ...]
    rows: tuple[tuple[Recommendation, tuple[Assessment | None, ...]], ...]

    def count_labels(self) -> Counter[StatusLabel]:
        """Return the number of cells with each status and its qualifiers."""
        return Counter(cell.label for _, cells in self.rows for cell in cells if cell)


@dataclass(frozen=True, slots=True)
class AgeBar:
    """A recommendation from the day it was made until today, as percentages of a shared axis."""

    recommendation: Recommendation
    asked: float
    evidence: float | None
    """The position of the latest evidence. None if there is none."""
    evidence_up_to: ImpreciseDate | None
    evidence_undated: Text | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Limitations of the ratings that readers should know."""

    main_source: Source | None
    """The source that is cited most often."""
    share: int
    """The percentage of citations that cite it."""
    missing_wording: int
    """The number of rated recommendations whose official wording has not been added."""
    missing_reviews: tuple[Cycle, ...]
    """The newest review of each body that made them, if none of its recommendations was added."""
    years: tuple[int, ...]
    """The first and the last year in which they were made."""


def summarize(view: DatasetView) -> Overview:
    """Return the numbers for the first sentence of the home page."""
    rated = tuple(r for r in view.counted if find_current_assessments(r))
    statuses = [{a.status for a in find_current_assessments(r)} for r in rated]
    return Overview(
        rated=rated,
        unrated=len(view.counted) - len(rated),
        implemented=sum(s == {"implemented"} for s in statuses),
        partly=sum("partly-implemented" in s for s in statuses),
        not_implemented=sum(bool(s & {"not-implemented", "regressed"}) for s in statuses),
        latest=find_latest_rating(a for r in rated for a in find_current_assessments(r)),
    )


def make_grid(view: DatasetView) -> StatusGrid:
    """Return the grid of the home page, whose cells its bar of statuses counts."""
    rated = summarize(view).rated
    groups = view.rated_groups(rated) if rated else ()
    rows = ((r, tuple(view.rating_for(r, group) for group in groups)) for r in rated)
    return StatusGrid(groups, tuple(rows))


def make_age_bars(view: DatasetView) -> tuple[AgeBar, ...]:
    """Return a bar for each rated recommendation."""
    rated = [r for r in summarize(view).rated if r.made_on]
    begin = min((r.made_on.first for r in rated if r.made_on), default=view.today)
    return tuple(_make_bar(r, begin, view.today) for r in rated)


def _make_bar(recommendation: Recommendation, begin: date, today: date) -> AgeBar:
    def locate(day: date) -> float:
        total = max((today - begin).days, 1)
        return round(100 * min(max((day - begin).days, 0), total) / total, 1)

    rating = find_latest_rating(find_current_assessments(recommendation))
    latest = rating.evidence_up_to if rating else None
    asked = recommendation.made_on.first if recommendation.made_on else begin
    position = locate(latest.last) if latest else None
    undated = rating.evidence_undated if rating else None
    return AgeBar(recommendation, locate(asked), position, latest, undated)


def find_limits(view: DatasetView) -> Limits:
    """Return how much depends on one source, and how much of the official wording is missing."""
    rated = summarize(view).rated
    counts = Counter(c.source for r in rated for c in view.citations(r))
    years = sorted(r.made_on.first.year for r in rated if r.made_on)
    (main, number), *_ = counts.most_common(1) or [("", 0)]
    return Limits(
        main_source=view.source(main) if main else None,
        share=round(100 * number / max(counts.total(), 1)),
        missing_wording=sum(r.official_text.text is None for r in rated),
        missing_reviews=tuple(_find_missing_reviews(view, rated)),
        years=(min(years), max(years)) if years else (),
    )


def _find_missing_reviews(view: DatasetView, rated: Iterable[Recommendation]) -> Iterator[Cycle]:
    """Yield the newest review of each body if its outcome has no recommendation in the records."""
    added = {recommendation.document for recommendation in view.recommendations}
    for body in dict.fromkeys(recommendation.made_by for recommendation in rated):
        outcomes = [
            (day.last, cycle)
            for cycle in view.filter_by(Cycle, "body", body)
            if (day := cycle.concluding_observations.adopted)
        ]
        _, newest = max(outcomes, key=lambda pair: pair[0], default=(None, None))
        if newest and newest.concluding_observations.source not in added:
            yield newest
