"""Records → one list of all dated things in order of time, with the stretches of silence in it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from tracker.analysis.freshness import compute_age, format_age
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
from tracker.site.charts import YearAxis
from tracker.site.context import SiteContext
from tracker.site.dates import format_date

Say = Callable[..., str]

RATING, GAP = "rating", "gap"
KINDS = (
    *("law", "treaty", "review", "decision", "programme", "statement", "practice"),
    *("request", "figure", RATING, GAP),
)
"""What an entry may be, in the order in which they are told."""
GAP_YEARS = 2
"""A stretch of so many whole years without an entry is an entry itself."""

_STEPS = ("due", "received", "issued", "held", "adopted")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated thing, or one stretch in which nothing is recorded."""

    id: str
    kind: str
    when: ImpreciseDate | None
    record: Record | None = None
    """None for a gap."""
    undated: Text | None = None
    step: tuple[str, str] | None = None
    """For a part of a review: its stage, and what happened."""
    reviews: tuple[Cycle, ...] = ()
    """The reviews to which it belongs as well."""
    ratings: tuple[Assessment, ...] = ()
    """Those of one recommendation that were given on one day."""
    of: str = ""
    """For a gap in one kind only: that kind."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Its kind; a gap in one kind is found under that one, too."""
        return (self.kind, self.of) if self.of else (self.kind,)

    @property
    def statuses(self) -> tuple[str, ...]:
        """Each status that was given, once."""
        return tuple(dict.fromkeys(rating.status for rating in self.ratings))

    @property
    def rights(self) -> tuple[str, ...]:
        """The rights that its record names."""
        return getattr(self.record, "rights", ())

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that its record names."""
        return getattr(self.record, "groups", ())

    @property
    def who(self) -> tuple[str, ...]:
        """Who acted, where that is known."""
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
    """A decade up to the reference date, what lies after that day, or what has no date."""

    id: str
    years: tuple[TimelineYear, ...]


@dataclass(frozen=True, slots=True)
class TimelineLane:
    """One kind in the overview: where its entries lie, and where none follows, in per cent."""

    kind: str
    y: float
    spans: tuple[tuple[float, float], ...]
    empty: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class TimelineStrip:
    """The overview: kinds one above the other, years across."""

    lanes: tuple[TimelineLane, ...]
    empty: tuple[tuple[float, float], ...]
    today: float
    ticks: tuple[float, ...]
    years: tuple[tuple[float, int], ...]
    last: int
    """The last year."""
    base: float
    """In em: where the rows end and the names of years begin."""
    desc: str
    left: float = 14.0
    """Per cent of the width for the names of kinds."""

    @property
    def height(self) -> float:
        """In em."""
        return self.base + 1.6


def make_timeline(context: SiteContext) -> tuple[TimelineSection, ...]:
    """Everything with a date in order of time, by decade and year; then what has none."""
    found = sorted(
        _add_gaps(tuple(_iter_entries(context)), today=context.view.today), key=_sort_key
    )
    dated = [(e, e.when.first) for e in found if e.when]
    past = [(e, day) for e, day in dated if day <= context.view.today]
    decades = groupby(past, key=lambda pair: pair[1].year // 10)
    ahead = [(e, day) for e, day in dated if day > context.view.today]
    undated = tuple(e for e in found if e.when is None)
    return (
        *(TimelineSection(f"{decade}0s", _group_by_year(pairs)) for decade, pairs in decades),
        TimelineSection("today", _group_by_year(ahead, prefix="ahead-")),
        *([TimelineSection("undated", (TimelineYear("undated", "", undated),))] if undated else ()),
    )


def get_entry_title(entry: TimelineEntry, context: SiteContext, t: Say) -> str:
    """What an entry says, in plain text."""
    if entry.kind == GAP:
        return _find_silence(entry, context, t)
    assert entry.record is not None
    title = context.localize(entry.record.title)
    if entry.step is None:
        return title
    stage, step = entry.step
    return t("timeline.step", review=title, stage=t(f"stage.{stage}"), step=t(f"stage.{step}"))


def make_timeline_overview(
    parts: Sequence[TimelineSection], context: SiteContext, t: Say
) -> TimelineStrip | None:
    """The overview of what has a date; None where nothing has."""
    entries = [e for part in parts for year in part.years for e in year.entries]
    dated = [(e, e.when) for e in entries if e.when]
    if not dated:
        return None
    axis = YearAxis(
        min(when.first for _, when in dated).year,
        max(context.view.today, *(when.last for _, when in dated)).year,
    )
    kinds = [kind for kind in KINDS if any(e.kind == kind for e, _ in dated) and kind != GAP]
    lanes = tuple(_make_lane(kind, dated, axis=axis, y=1.5 * n + 1) for n, kind in enumerate(kinds))
    silent = [(e, _get_span(when, axis)) for e, when in dated if e.kind == GAP and not e.of]
    return TimelineStrip(
        lanes,
        tuple(across for _, across in silent),
        axis.get_position(context.view.today, end=True),
        axis.get_ticks(),
        axis.get_year_labels(),
        axis.last,
        1.5 * len(kinds) + 0.5,
        _describe(lanes, [e for e, _ in silent], t=t),
    )


def _iter_entries(context: SiteContext) -> Iterator[TimelineEntry]:
    steps = list(_iter_steps(context))
    for event in context.view.all(Event):
        same = [step for step in steps if _is_same(step, event)]
        steps = [step for step in steps if step not in same]
        reviews = tuple(dict.fromkeys(cycle for entry, _ in same for cycle in _iter_cycles(entry)))
        yield TimelineEntry(event.id, event.kind, event.date, event, event.undated, reviews=reviews)
    for entry, _ in steps:
        yield entry
    for figure in context.view.all(Indicator):
        when = figure.as_of or figure.period
        yield TimelineEntry(figure.id, "figure", when, figure, figure.undated)
    for asked in context.view.assessable:
        if asked.part_of is None:
            why = None if asked.made_on else asked.made_on_note
            yield TimelineEntry(f"{asked.id}-asked", "request", asked.made_on, asked, why)
        yield from _iter_ratings(asked)


def _iter_ratings(asked: Recommendation) -> Iterator[TimelineEntry]:
    """The ratings of one day are one entry, whatever number of groups was rated."""
    days: dict[str, list[Assessment]] = {}
    for rating in asked.assessments:
        days.setdefault(rating.date.text, []).append(rating)
    for day, given in days.items():
        id = f"{asked.id}-rated-{day}"
        yield TimelineEntry(id, RATING, given[0].date, asked, ratings=tuple(given))


def _iter_steps(context: SiteContext) -> Iterator[tuple[TimelineEntry, Stage]]:
    """The dated parts of reviews; what one review leaves to the next is told once."""
    found: dict[tuple[str, str, str], tuple[TimelineEntry, Stage]] = {}
    for cycle in context.view.all(Cycle):
        for name, stage in cycle.stages():
            for step in _STEPS:
                when = getattr(stage, step)
                if when is None:
                    continue
                id = f"{cycle.id}-{name}-{step}".replace("_", "-")
                key = (when.text, step, stage.source or id)
                if key in found:
                    entry, first = found[key]
                    found[key] = replace(entry, reviews=(*entry.reviews, cycle)), first
                else:
                    found[key] = TimelineEntry(id, "review", when, cycle, step=(name, step)), stage
    yield from found.values()


def _is_same(step: tuple[TimelineEntry, Stage], event: Event) -> bool:
    """Whether a review event tells the same as a part of a review: the day, and a source."""
    entry, stage = step
    if event.kind != "review" or event.date is None or event.date != entry.when:
        return False
    sources = {stage.source, *(c.source for c in stage.citations)}
    return any(c.source in sources for c in event.citations)


def _iter_cycles(entry: TimelineEntry) -> tuple[Cycle, ...]:
    own = (entry.record,) if isinstance(entry.record, Cycle) else ()
    return *own, *entry.reviews


def _add_gaps(entries: tuple[TimelineEntry, ...], *, today: date) -> Iterator[TimelineEntry]:
    """The entries, the stretches without any, and for each kind the one after its last entry.

    The tracker's own ratings fill no gap, and neither does what lies ahead. A date counts for
    all the days that it may mean, so that no gap is told that may be none.
    """
    yield from entries
    whens: dict[str, list[ImpreciseDate]] = {kind: [] for kind in KINDS if kind != RATING}
    for entry in entries:
        if entry.kind in whens and entry.when and entry.when.first <= today:
            whens[entry.kind].append(entry.when)
    everything = sorted((w for found in whens.values() for w in found), key=lambda w: w.first)
    for first, last in _iter_stretches(everything, today=today):
        if _is_long(first, last):
            yield _make_gap(first, last)
    for kind, found in whens.items():
        first = max((w.last for w in found), default=today) + _DAY
        if _is_long(first, today):
            yield _make_gap(first, today, of=kind)


def _iter_stretches(whens: Sequence[ImpreciseDate], *, today: date) -> Iterator[tuple[date, date]]:
    """From each day up to which something is known to the day before the next, and to today."""
    reach: date | None = None
    for when in whens:
        if reach:
            yield reach + _DAY, when.first - _DAY
        reach = max(reach or when.last, when.last)
    if reach:
        yield reach + _DAY, today


def _is_long(first: date, last: date) -> bool:
    after = last + _DAY
    return (first.year + GAP_YEARS, first.month, first.day) <= (after.year, after.month, after.day)


def _make_gap(first: date, last: date, *, of: str = "") -> TimelineEntry:
    id = "-".join(part for part in (GAP, of, first.isoformat()) if part)
    return TimelineEntry(id, GAP, ImpreciseDate.parse(f"{first}/{last}"), of=of)


def _sort_key(entry: TimelineEntry) -> tuple[bool, date, date, int, str]:
    first, last = (entry.when.first, entry.when.last) if entry.when else (date.max, date.max)
    return entry.when is None, first, last, KINDS.index(entry.kind), entry.id


def _group_by_year(
    pairs: Iterable[tuple[TimelineEntry, date]], *, prefix: str = ""
) -> tuple[TimelineYear, ...]:
    years = groupby(pairs, key=lambda pair: pair[1].year)
    return tuple(
        TimelineYear(f"{prefix}{year}", str(year), tuple(e for e, _ in found))
        for year, found in years
    )


def _find_silence(entry: TimelineEntry, context: SiteContext, t: Say) -> str:
    """How long nothing was recorded; or of which kind nothing was until the reference date."""
    assert entry.when is not None
    start, after = ImpreciseDate.parse(entry.when.first.isoformat()), entry.when.last + _DAY
    length = format_age(compute_age(start, today=after), t)
    if entry.of:
        return t("timeline.gap.of", kind=t(f"event.{entry.of}"), length=length)
    now = entry.when.last == context.view.today
    return t("timeline.gap.now" if now else "timeline.gap", length=length)


def _get_span(when: ImpreciseDate, axis: YearAxis) -> tuple[float, float]:
    """Where a date begins and ends; both in its middle, unless it is longer than a month."""
    left, right = axis.get_position(when.first), axis.get_position(when.last, end=True)
    if (when.last - when.first).days <= 31:
        left = right = round((left + right) / 2, 3)
    return left, right


def _make_lane(
    kind: str, dated: Sequence[tuple[TimelineEntry, ImpreciseDate]], *, axis: YearAxis, y: float
) -> TimelineLane:
    spans = dict.fromkeys(_get_span(when, axis) for e, when in dated if e.kind == kind)
    empty = [_get_span(when, axis) for e, when in dated if e.of == kind]
    return TimelineLane(kind, y, tuple(spans), empty[0] if empty else None)


def _describe(lanes: Sequence[TimelineLane], silent: Sequence[TimelineEntry], *, t: Say) -> str:
    kinds = [t(f"event.{lane.kind}") for lane in lanes]
    gaps = "; ".join(format_date(e.when, t) for e in silent if e.when)
    return t("strip.desc", kinds=kinds, gaps=gaps or t("strip.no-gaps"))
