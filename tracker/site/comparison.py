"""Records → what several sources or days say of the same thing, side by side, nothing reckoned."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.model import (
    Citation,
    Discrepancy,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Source,
    Text,
)
from tracker.site.context import SiteContext

_TWO_PLACES = ("contradiction", "against-source")
"""The kinds of discrepancy in which places speak of one thing."""


@dataclass(frozen=True, slots=True)
class DatedFigure:
    """One figure of a series, and the places that state it."""

    figure: Indicator
    places: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ComparedSeries:
    """The same thing measured over time, oldest first, undated last."""

    name: str
    figures: tuple[DatedFigure, ...]

    @property
    def id(self) -> str:
        """Its anchor: that of its first figure."""
        return f"series-{self.figures[0].figure.id}"

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that states one of its figures, once."""
        return tuple(dict.fromkeys(c.source for f in self.figures for c in f.places))


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """What a source says at its places, in our own words; who speaks, where that is recorded."""

    says: Text
    places: tuple[Citation, ...]
    who: str = ""
    when: ImpreciseDate | None = None


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """All that one source says of the thing."""

    source: Source
    said: tuple[SourceStatement, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """One thing of which two or more sources speak, each in a column, the oldest first."""

    record: Discrepancy | Recommendation
    columns: tuple[ComparedColumn, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The discrepancies that touch one right; the last topic, without a right, the rest."""

    right: str
    sides: tuple[Sides, ...]


def list_series(context: SiteContext) -> tuple[ComparedSeries, ...]:
    """Every series in the order of the records, with one figure or more."""
    names = dict.fromkeys(i.series for i in context.view.all(Indicator) if i.series)
    found = []
    for name in names:
        figures = sorted(context.view.series(name), key=lambda i: i.undated is not None)
        found.append(ComparedSeries(name, tuple(DatedFigure(i, _find_stating(i)) for i in figures)))
    return tuple(found)


def list_topics(context: SiteContext) -> tuple[Topic, ...]:
    """The discrepancies between sources, each once, under the right that it touches most."""
    found: dict[str, list[Sides]] = {}
    for record in context.view.all(Discrepancy):
        columns = _make_columns(
            context, ((SourceStatement(s.says, (s.citation,)), s.citation) for s in record.sides)
        )
        if record.kind in _TWO_PLACES and len(columns) > 1:
            found.setdefault(_find_right(context, record), []).append(Sides(record, columns))
    rights = [*(term.id for term in context.view.terms("right")), ""]
    return tuple(Topic(right, tuple(found[right])) for right in rights if right in found)


def list_position_comparisons(context: SiteContext) -> tuple[Sides, ...]:
    """The recommendations on which two or more sources speak in a voice of their own."""
    found = []
    for record in context.view.assessable:
        own = (p for p in record.positions if p.mode == "direct")
        said = (
            (SourceStatement(p.says, p.citations, p.speaker, p.when), p.citations[0])
            for p in own
            if p.citations
        )
        columns = _make_columns(context, said)
        if len(columns) > 1:
            found.append(Sides(record, columns))
    return tuple(found)


def find_discrepancies(context: SiteContext, found: ComparedSeries) -> tuple[str, ...]:
    """The discrepancies that touch a figure of the series, each once."""
    touching = (d.id for f in found.figures for d in context.view.discrepancies(f.figure))
    return tuple(dict.fromkeys(touching))


def count_figures_without_series(context: SiteContext) -> int:
    """How many figures belong to no series."""
    return sum(i.series is None for i in context.view.all(Indicator))


def list_sources(context: SiteContext) -> tuple[Source, ...]:
    """Every source that can be compared with another, the oldest first."""
    sides = [
        *list_position_comparisons(context),
        *(s for topic in list_topics(context) for s in topic.sides),
    ]
    ids = dict.fromkeys(column.source.id for side in sides for column in side.columns)
    for found in list_series(context):
        if len(found.figures) > 1:
            ids.update(dict.fromkeys(found.sources))
    return tuple(sorted(map(context.view.source, ids), key=_sort_key))


def _find_stating(figure: Indicator) -> tuple[Citation, ...]:
    """The places that state the figure; all, where the tracker counted it."""
    stated = tuple(
        c for c in figure.citations if any(s.value == figure.figure.value for s in c.states)
    )
    return stated or figure.citations


def _make_columns(
    context: SiteContext, said: Iterable[tuple[SourceStatement, Citation]]
) -> tuple[ComparedColumn, ...]:
    found: dict[str, list[SourceStatement]] = {}
    for one, place in said:
        found.setdefault(place.source, []).append(one)
    columns = (ComparedColumn(context.view.source(id), tuple(what)) for id, what in found.items())
    return tuple(sorted(columns, key=lambda column: _sort_key(column.source)))


def _sort_key(source: Source) -> tuple[date, str]:
    """Sorts sources by the day on which they were out for certain; those without a date last."""
    return source.date.last if source.date else date.max, source.id


def _find_right(context: SiteContext, record: Discrepancy) -> str:
    """The right that most of the records name which it touches; on a tie the first of them."""
    named = Counter(
        right
        for about in context.view.find_all(record.about)
        for right in getattr(about, "rights", ())
    )
    order = [term.id for term in context.view.terms("right")]
    return max(named, key=lambda right: (named[right], -order.index(right)), default="")
