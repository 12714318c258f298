"""The overview of the timeline: a lane of marks for each kind of entry, on one axis of years."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.model import ImpreciseDate
from tracker.site.charts.drawing import Span, YearAxis
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.timeline import GAP, KINDS, RATING, TimelineEntry, TimelineSection, format_gap


@dataclass(frozen=True, slots=True)
class TimelineLane:
    """The dated entries of one kind."""

    kind: str
    name: str
    entries: tuple[TimelineEntry, ...]
    """In chronological order."""
    spans: tuple[Span, ...]
    """Each distinct position of an entry."""
    gap: Span | None
    """The time since the latest entry, if that is a gap and no entry is undated."""


@dataclass(frozen=True, slots=True)
class TimelineStrip:
    """All dated entries and gaps. Positions are percentages of the width."""

    title: str
    """How many entries there are, and the longest gap."""
    name: str
    axis: YearAxis
    today: float
    lanes: tuple[TimelineLane, ...]
    gaps: tuple[Span, ...]
    """The gaps between all entries."""
    notes: tuple[str, ...]
    """How to read it, what it counts and what it leaves out."""


def make_timeline_overview(
    sections: Sequence[TimelineSection], context: SiteContext
) -> TimelineStrip | None:
    """Return the overview of the dated entries, or None if there are none."""
    entries = [e for section in sections for year in section.years for e in year.entries]
    undated = [e for e in entries if not e.when]
    dated = [(e, e.when) for e in entries if e.when]
    if not dated:
        return None
    t, today = context.translate, context.view.today
    axis = YearAxis(
        min(when.first for _, when in dated).year,
        max(today, *(when.last for _, when in dated)).year,
    )
    gaps = [when for e, when in dated if e.kind == GAP and not e.gap_kind]
    return TimelineStrip(
        title=_describe(dated, gaps, context),
        name=t("strip.name", first=axis.first, last=axis.last),
        axis=axis,
        today=axis.get_position(today, end=True),
        lanes=tuple(_iter_lanes(dated, undated, axis, context)),
        gaps=tuple(axis.get_span(when) for when in gaps),
        notes=tuple(_explain(entries, gaps, context)),
    )


def _explain(
    entries: Sequence[TimelineEntry], gaps: Sequence[ImpreciseDate], context: SiteContext
) -> Iterator[str]:
    """Yield how to read the overview, what it leaves out, and what is counted as a rating."""
    t = context.translate
    dates = "; ".join(format_date(when, t) for when in gaps) or t("strip.no-gaps")
    yield t("strip.reading", gaps=dates)
    if undated := sum(entry.when is None for entry in entries):
        yield t("strip.undated", n=undated)
    if any(entry.kind == RATING for entry in entries):
        yield t("strip.ratings", kind=t(f"event.{RATING}"))


def _iter_lanes(
    dated: Sequence[tuple[TimelineEntry, ImpreciseDate]],
    undated: Sequence[TimelineEntry],
    axis: YearAxis,
    context: SiteContext,
) -> Iterator[TimelineLane]:
    """Yield the lanes. An undated entry could be in a gap, so its lane shows none."""
    open_kinds = {entry.kind for entry in undated}
    for kind in KINDS:
        if lane := _make_lane(kind, dated, axis, context):
            yield replace(lane, gap=None) if kind in open_kinds else lane


def _make_lane(
    kind: str,
    dated: Sequence[tuple[TimelineEntry, ImpreciseDate]],
    axis: YearAxis,
    context: SiteContext,
) -> TimelineLane | None:
    """Return the lane of a kind, or None if it has no entries or is for gaps."""
    own = [(e, when) for e, when in dated if e.kind == kind]
    if not own or kind == GAP:
        return None
    spans = (axis.get_span(w, is_point=(w.last - w.first).days <= 31) for _, w in own)
    gaps = (axis.get_span(when) for e, when in dated if e.gap_kind == kind)
    return TimelineLane(
        *(kind, context.translate(f"event.{kind}"), tuple(e for e, _ in own)),
        *(tuple(dict.fromkeys(spans)), next(gaps, None)),
    )


def _describe(
    dated: Sequence[tuple[TimelineEntry, ImpreciseDate]],
    gaps: Sequence[ImpreciseDate],
    context: SiteContext,
) -> str:
    """Return the number of entries, their years and the longest gap between them."""
    t = context.translate
    own = [when for e, when in dated if e.kind != GAP]
    years = {"first": min(w.first for w in own).year, "last": max(w.last for w in own).year}
    if not gaps:
        return t("strip.title", n=len(own), **years)
    longest = max(gaps, key=lambda gap: gap.last - gap.first)
    length = format_gap(longest, context)
    return t("strip.title.gap", n=len(own), **years, length=length, dates=format_date(longest, t))
