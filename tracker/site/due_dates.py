"""The entries of the calendar: dates of reporting cycles, and reviews of evidence by month."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from tracker.analysis.labels import group_by_label
from tracker.export.feeds import FeedEntry
from tracker.model import (
    Assessment,
    Cycle,
    ImpreciseDate,
    Recommendation,
    find_current_assessments,
)
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.urls import record_url

_STAGE_DATES = ("due", "received", "issued", "held", "adopted")


def iter_due_dates(context: SiteContext) -> Iterator[FeedEntry]:
    """Yield the dates after the reference date: steps of reporting cycles, and due reviews.

    The pages show past and overdue dates; a calendar would only pile them up.
    """
    yield from _iter_stage_dates(context)
    yield from _iter_review_months(context)


def _iter_stage_dates(context: SiteContext) -> Iterator[FeedEntry]:
    """Yield each date of a stage that is not over. It lasts as long as it is imprecise."""
    for cycle in context.view.all(Cycle):
        for name, stage in cycle.stages():
            for what in _STAGE_DATES:
                when: ImpreciseDate | None = getattr(stage, what)
                if when is None or when.last < context.view.today:
                    continue
                yield FeedEntry(
                    key=f"{what} {cycle.id} {name}",
                    day=when.first,
                    last=when.last,
                    title=context.translate(
                        "calendar.stage",
                        title=context.title(cycle.id),
                        stage=context.translate(f"stage.{name}"),
                        what=context.translate(f"stage.{what}"),
                        day=format_date(when, context.translate),
                    ),
                    summary=context.localize(stage.detail),
                    link=context.site_url + record_url("cycles", cycle.id),
                )


def _iter_review_months(context: SiteContext) -> Iterator[FeedEntry]:
    """Yield one entry for each month in which ratings become due, on the first such day."""
    months: dict[str, dict[tuple[date, str], list[Assessment]]] = defaultdict(dict)
    for recommendation in context.view.recommendations:
        for day, ratings in _find_coming_reviews(context, recommendation).items():
            months[f"{day:%Y-%m}"][day, recommendation.id] = ratings
    for month, reviews in months.items():
        lines = (
            _describe_review(context, day, recommendation_id, ratings)
            for (day, recommendation_id), ratings in sorted(reviews.items(), key=lambda r: r[0])
        )
        yield FeedEntry(
            key=f"reviews {month}",
            day=min(day for day, _ in reviews),
            title=context.translate(
                "calendar.reviews",
                month=format_date(ImpreciseDate.parse(month), context.translate),
                n=len({recommendation_id for _, recommendation_id in reviews}),
            ),
            summary="\n".join(lines),
            link=f"{context.site_url}recommendations/?age=due",
        )


def _find_coming_reviews(
    context: SiteContext, recommendation: Recommendation
) -> dict[date, list[Assessment]]:
    """Return the current ratings by the day of their next review, from the reference date on."""
    by_day: dict[date, list[Assessment]] = defaultdict(list)
    for assessment in find_current_assessments(recommendation):
        status = context.view.review_status(assessment, recommendation)
        if status and status.due_on >= context.view.today:
            by_day[status.due_on].append(assessment)
    return by_day


def _describe_review(
    context: SiteContext, day: date, recommendation_id: str, ratings: Iterable[Assessment]
) -> str:
    """Return the day, the recommendation, and each label with its groups."""
    recommendation = context.view.find(recommendation_id)
    assert isinstance(recommendation, Recommendation)
    labels = "; ".join(
        f"{context.label(label)}: "
        + ", ".join(context.title(group) for rating in rated for group in rating.groups)
        for label, rated in group_by_label(ratings).items()
    )
    return f"{day.isoformat()} {context.name_recommendation(recommendation)}: {labels}"
