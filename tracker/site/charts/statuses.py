"""The bars of the home page: how many ratings have each status, and how old the evidence is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tracker.analysis.freshness import describe_age
from tracker.model import find_current_assessments
from tracker.model.assessment import StatusLabel
from tracker.site.charts.labels import MIN_WIDTH, wrap_label
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.overview import AgeBar, make_age_bars, make_grid, summarize

_LABEL_WIDTH = 3.2
"""Width of a symbol with a number, in em."""


@dataclass(frozen=True, slots=True)
class StatusSegment:
    """The part of the bar for one label. `left` and `width` are percentages."""

    label: StatusLabel
    count: int
    left: float
    width: float

    @property
    def middle(self) -> float:
        """Horizontal centre of the segment."""
        return round(self.left + self.width / 2, 2)

    @property
    def has_label(self) -> bool:
        """Whether a symbol and the number fit on the narrowest screen."""
        return self.width * MIN_WIDTH / 100 > _LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class StatusBar:
    """A stacked bar of the ratings in the grid of the home page."""

    title: str
    segments: tuple[StatusSegment, ...]
    """In the order of the vocabulary, without empty ones."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgeRow:
    """An age bar with its label and its date in words. `top` is in em."""

    lines: tuple[str, ...]
    note: str
    bar: AgeBar
    top: float


def make_status_bar(context: SiteContext) -> StatusBar | None:
    """Return the bar of all cells of the grid, or None if there is none."""
    counts = make_grid(context.view).count_labels()
    total = counts.total()
    if not total:
        return None
    order = {term.id: place for place, term in enumerate(context.view.terms("status"))}
    segments: list[StatusSegment] = []
    left = 0.0
    for label in sorted(counts, key=lambda label: (order[label.status], label.qualifiers)):
        width = 100 * counts[label] / total
        segments.append(StatusSegment(label, counts[label], round(left, 2), round(width, 2)))
        left += width
    title = _describe_statuses(context, segments, total)
    return StatusBar(title, tuple(segments), _explain_ratings(context, segments))


def describe_ages(context: SiteContext) -> str:
    """Return how old the latest evidence is."""
    latest = summarize(context.view).latest
    if latest is None or latest.evidence_up_to is None:
        return context.translate("ages.none")
    day = context.evidence_date(latest.evidence_up_to, latest.evidence_undated)
    age = describe_age(latest.evidence_up_to, context.translate, today=context.view.today)
    return context.translate("ages.finding", day=day, age=age)


def make_age_rows(context: SiteContext) -> tuple[AgeRow, ...]:
    """Return the age bars as rows of a picture."""
    rows, top = [], 0.0
    for bar in make_age_bars(context.view):
        lines = wrap_label(context.title(bar.recommendation.id), "")
        top = round(top + 1.3 * len(lines) + 0.15, 2)
        rows.append(AgeRow(lines, _format_age_note(context, bar), bar, top))
        top = round(top + 2.8, 2)
    return tuple(rows)


def _format_age_note(context: SiteContext, bar: AgeBar) -> str:
    t = context.translate
    made_on = bar.recommendation.made_on
    asked = f"{t('col.made-on')} {format_date(made_on, t)}" if made_on else ""
    if not bar.evidence_up_to:
        return f"{asked} · {t('evidence.none')}"
    day = context.evidence_date(bar.evidence_up_to, bar.evidence_undated)
    return f"{asked} · {t('evidence.up-to')} {day}"


def _describe_statuses(context: SiteContext, segments: Sequence[StatusSegment], total: int) -> str:
    """Return how many ratings have each status, and how many of them are qualified."""
    t = context.translate
    done, name = "implemented", context.title("implemented")
    has_done = any(segment.label.status == done for segment in segments)
    found = [] if has_done else [t("statuses.none", status=name)]
    for status, group in groupby(segments, key=lambda segment: segment.label.status):
        found.append(_describe_status(context, status, tuple(group)))
    return t("statuses.title", n=total, finding="; ".join(found))


def _describe_status(context: SiteContext, status: str, segments: Sequence[StatusSegment]) -> str:
    t = context.translate
    count = sum(segment.count for segment in segments)
    if len(segments) == 1:
        return t("statuses.some", n=count, status=context.label(segments[0].label))
    qualified = [
        t(
            "statuses.qualified",
            n=segment.count,
            qualifiers=[t(f"status.qualifier.{name}") for name in segment.label.qualifiers],
        )
        for segment in segments
        if segment.label.qualifiers
    ]
    some = t("statuses.some", n=count, status=context.title(status))
    return t("statuses.of-them", some=some, parts=qualified)


def _explain_ratings(context: SiteContext, segments: Sequence[StatusSegment]) -> tuple[str, ...]:
    """Return what the bar counts, and what its stripes mean."""
    t = context.translate
    rated = summarize(context.view).rated
    assessments = sum(len(find_current_assessments(r)) for r in rated)
    notes = [t("statuses.unit", n=assessments)]
    if any(segment.label.qualifiers for segment in segments):
        notes.append(t("statuses.striped"))
    return tuple(notes)
