"""The timeline: all dated items in chronological order, and the gaps between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from tracker.analysis.freshness import compute_age, format_age
from tracker.analysis.labels import group_by_label
from tracker.model import (
    Assessment,
    Cycle,
    Event,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Record,
    Stage,
    Text,
)
from tracker.model.assessment import StatusLabel
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView

RATING, GAP = "rating", "gap"
KINDS = (
    *("law", "treaty", "review", "decision", "programme", "statement", "practice"),
    *("request", "figure", RATING, GAP),
)
"""The kinds of entries, in the order of entries of one day."""
GAP_YEARS = 2
"""A period of at least this many years without an entry is a gap."""

_STEPS = ("due", "received", "issued", "held", "adopted")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated item, or one gap."""

    id: str
    kind: str
    when: ImpreciseDate | None
    record: Record | None = None
    """None for a gap."""
    undated: Text | None = None
    step: tuple[str, str] | None = None
    """The stage and the name of the step, if the entry is a step of a review."""
    reviews: tuple[Cycle, ...] = ()
    """Other reviews that the entry belongs to."""
    ratings: tuple[Assessment, ...] = ()
    """The assessments of one recommendation on one day."""
    gap_kind: str = ""
    """The kind, if the entry is a gap in entries of one kind."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds under which a filter shows the entry."""
        return (self.kind, self.gap_kind) if self.gap_kind else (self.kind,)

    @property
    def labels(self) -> tuple[StatusLabel, ...]:
        """The distinct labels of the assessments."""
        return tuple(group_by_label(self.ratings))

    @property
    def rights(self) -> tuple[str, ...]:
        """The rights that the record names."""
        return getattr(self.record, "rights", ())

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that the record names."""
        return getattr(self.record, "groups", ())

    @property
    def who(self) -> tuple[str, ...]:
        """The actors, if known."""
        if isinstance(self.record, Event):
            return self.record.who
        if isinstance(self.record, Recommendation) and self.kind != RATING:
            return (self.record.made_by,)
        return (self.record.body,) if isinstance(self.record, Cycle) else ()


@dataclass(frozen=True, slots=True)
class TimelineYear:
    """The entries that begin in one year, or those without a date."""

    id: str
    name: str
    entries: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True)
class TimelineSection:
    """A decade up to the reference date, the entries after that date, or the undated ones."""

    id: str
    years: tuple[TimelineYear, ...]


def make_timeline(view: DatasetView) -> tuple[TimelineSection, ...]:
    """Return all entries in chronological order by decade and year, then undated ones."""
    items = tuple(_iter_entries(view))
    entries = sorted((*items, *_iter_gaps(items, today=view.today)), key=_sort_key)
    dated = [(e, e.when.first) for e in entries if e.when]
    past = [(e, day) for e, day in dated if day <= view.today]
    future = [(e, day) for e, day in dated if day > view.today]
    decades = groupby(past, key=lambda pair: pair[1].year // 10)
    undated = tuple(e for e in entries if e.when is None)
    return (
        *(TimelineSection(f"{decade}0s", _group_by_year(pairs)) for decade, pairs in decades),
        TimelineSection("today", _group_by_year(future, prefix="ahead-")),
        *([TimelineSection("undated", (TimelineYear("undated", "", undated),))] if undated else ()),
    )


def get_entry_title(entry: TimelineEntry, context: SiteContext) -> str:
    """Return the title of an entry as plain text."""
    if entry.kind == GAP:
        return _describe_gap(entry, context)
    assert entry.record is not None
    title = context.localize(entry.record.title)
    if entry.step is None:
        return title
    stage, step = (context.translate(f"stage.{name}") for name in entry.step)
    return context.translate("timeline.step", review=title, stage=stage, step=step)


def format_gap(when: ImpreciseDate, context: SiteContext) -> str:
    """Return the length of a gap in words, with its last day."""
    start = ImpreciseDate.parse(when.first.isoformat())
    return format_age(compute_age(start, today=when.last + _DAY), context.translate)


def _iter_entries(view: DatasetView) -> Iterator[TimelineEntry]:
    steps = list(_iter_review_steps(view))
    for event in view.all(Event):
        recorded = [step for step in steps if _records_step(event, *step)]
        steps = [step for step in steps if step not in recorded]
        reviews = (cycle for entry, _ in recorded for cycle in _get_reviews(entry))
        yield TimelineEntry(
            *(event.id, event.kind, event.date, event, event.undated),
            reviews=tuple(dict.fromkeys(reviews)),
        )
    for entry, _ in steps:
        yield entry
    for figure in view.all(Indicator):
        when = figure.as_of or figure.period
        yield TimelineEntry(figure.id, "figure", when, figure, figure.undated)
    for record in view.assessable:
        if record.part_of is None:
            note = None if record.made_on else record.made_on_note
            yield TimelineEntry(f"{record.id}-asked", "request", record.made_on, record, note)
        yield from _iter_ratings(record)


def _iter_ratings(recommendation: Recommendation) -> Iterator[TimelineEntry]:
    """Yield one entry for all assessments of a day."""
    by_day: dict[str, list[Assessment]] = {}
    for assessment in recommendation.assessments:
        by_day.setdefault(assessment.date.text, []).append(assessment)
    for day, ratings in by_day.items():
        id = f"{recommendation.id}-rated-{day}"
        yield TimelineEntry(id, RATING, ratings[0].date, recommendation, ratings=tuple(ratings))


def _iter_review_steps(view: DatasetView) -> Iterator[tuple[TimelineEntry, Stage]]:
    """Yield the dated steps of reviews. A step that two reviews record is yielded once."""
    steps: dict[tuple[str, str, str], tuple[TimelineEntry, Stage]] = {}
    for cycle in view.all(Cycle):
        for name, stage in cycle.stages():
            for step in _STEPS:
                when = getattr(stage, step)
                if when is None:
                    continue
                id = f"{cycle.id}-{name}-{step}".replace("_", "-")
                key = (when.text, step, stage.source or id)
                if key in steps:
                    entry, first = steps[key]
                    steps[key] = replace(entry, reviews=(*entry.reviews, cycle)), first
                else:
                    steps[key] = TimelineEntry(id, "review", when, cycle, step=(name, step)), stage
    yield from steps.values()


def _records_step(event: Event, step: TimelineEntry, stage: Stage) -> bool:
    """Return whether an event is the step of a review: same date, and a common source."""
    if event.kind != "review" or event.date is None or event.date != step.when:
        return False
    sources = {stage.source, *(c.source for c in stage.citations)}
    return any(c.source in sources for c in event.citations)


def _get_reviews(entry: TimelineEntry) -> tuple[Cycle, ...]:
    own = (entry.record,) if isinstance(entry.record, Cycle) else ()
    return *own, *entry.reviews


def _iter_gaps(entries: Sequence[TimelineEntry], *, today: date) -> Iterator[TimelineEntry]:
    """Yield the gaps between all entries, and the current gap of each kind.

    Our own ratings and future entries end no gap. An imprecise date covers every day that it may
    mean, so that every gap is certain.
    """
    by_kind: dict[str, list[ImpreciseDate]] = {kind: [] for kind in KINDS if kind != RATING}
    for entry in entries:
        if entry.kind in by_kind and entry.when and entry.when.first <= today:
            by_kind[entry.kind].append(entry.when)
    dates = sorted((when for group in by_kind.values() for when in group), key=lambda w: w.first)
    for first, last in _iter_periods_between(dates, today=today):
        if _is_gap(first, last):
            yield _make_gap(first, last)
    for kind, group in by_kind.items():
        first = max((when.last for when in group), default=today) + _DAY
        if _is_gap(first, today):
            yield _make_gap(first, today, kind=kind)


def _iter_periods_between(
    dates: Iterable[ImpreciseDate], *, today: date
) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each period between dates, which are in order."""
    latest: date | None = None
    for when in dates:
        if latest:
            yield latest + _DAY, when.first - _DAY
        latest = max(latest or when.last, when.last)
    if latest:
        yield latest + _DAY, today


def _is_gap(first: date, last: date) -> bool:
    end = last + _DAY
    return (first.year + GAP_YEARS, first.month, first.day) <= (end.year, end.month, end.day)


def _make_gap(first: date, last: date, *, kind: str = "") -> TimelineEntry:
    id = "-".join(part for part in (GAP, kind, first.isoformat()) if part)
    return TimelineEntry(id, GAP, ImpreciseDate.parse(f"{first}/{last}"), gap_kind=kind)


def _sort_key(entry: TimelineEntry) -> tuple[bool, date, date, int, str]:
    first, last = (entry.when.first, entry.when.last) if entry.when else (date.max, date.max)
    return entry.when is None, first, last, KINDS.index(entry.kind), entry.id


def _group_by_year(
    pairs: Iterable[tuple[TimelineEntry, date]], *, prefix: str = ""
) -> tuple[TimelineYear, ...]:
    return tuple(
        TimelineYear(f"{prefix}{year}", str(year), tuple(entry for entry, _ in group))
        for year, group in groupby(pairs, key=lambda pair: pair[1].year)
    )


def _describe_gap(gap: TimelineEntry, context: SiteContext) -> str:
    """Return the length of a gap, and its kind, or that it lasts until the reference date."""
    assert gap.when is not None
    length = format_gap(gap.when, context)
    if gap.gap_kind:
        kind = context.translate(f"event.{gap.gap_kind}")
        return context.translate("timeline.gap.of", kind=kind, length=length)
    is_current = gap.when.last == context.view.today
    key = "timeline.gap.now" if is_current else "timeline.gap"
    return context.translate(key, length=length)
