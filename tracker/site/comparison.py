"""Comparisons: statements of several sources or dates on the same subject, side by side."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from tracker.model import (
    Citation,
    Discrepancy,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Source,
    Text,
)
from tracker.site.dataset_view import DatasetView

_COMPARABLE = ("contradiction", "against-source")
"""The kinds of discrepancy whose sides are about the same subject."""


@dataclass(frozen=True, slots=True)
class DatedFigure:
    """One figure of a series, and the citations that state it."""

    indicator: Indicator
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ComparedSeries:
    """The figures of one series, oldest first, undated last."""

    name: str
    figures: tuple[DatedFigure, ...]

    @property
    def id(self) -> str:
        """The anchor of the series, derived from its first figure."""
        return f"series-{self.figures[0].indicator.id}"

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources that state a figure of the series."""
        return tuple(dict.fromkeys(c.source for f in self.figures for c in f.citations))


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """A source's statement in our own words, with its speaker and date if recorded."""

    text: Text
    citations: tuple[Citation, ...]
    speaker: str = ""
    date: ImpreciseDate | None = None


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """All statements of one source in a comparison."""

    source: Source
    statements: tuple[SourceStatement, ...]


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """A discrepancy or recommendation with a column for each source, the oldest first."""

    record: Discrepancy | Recommendation
    columns: tuple[SourceColumn, ...]


def list_series(view: DatasetView) -> tuple[ComparedSeries, ...]:
    """Return every series, in the order of the records."""
    result = []
    for name in dict.fromkeys(i.series for i in view.all(Indicator) if i.series):
        indicators = sorted(view.series(name), key=lambda i: i.undated is not None)
        figures = tuple(DatedFigure(i, _find_stating_citations(i)) for i in indicators)
        result.append(ComparedSeries(name, figures))
    return tuple(result)


def group_discrepancies(view: DatasetView) -> dict[str, list[SourceComparison]]:
    """Return the discrepancies between sources by the right that each is mostly about, if any."""
    by_right: dict[str, list[SourceComparison]] = {}
    for record in view.all(Discrepancy):
        statements = (SourceStatement(side.says, (side.citation,)) for side in record.sides)
        columns = _make_columns(view, statements)
        if record.kind in _COMPARABLE and len(columns) > 1:
            comparison = SourceComparison(record, columns)
            by_right.setdefault(_find_main_right(view, record), []).append(comparison)
    rights = [*(term.id for term in view.terms("right")), ""]
    return {right: by_right[right] for right in rights if right in by_right}


def list_position_comparisons(view: DatasetView) -> tuple[SourceComparison, ...]:
    """Return the recommendations on which two or more sources state a position directly."""
    result = []
    for record in view.assessable:
        statements = (
            SourceStatement(p.says, p.citations, p.speaker, p.when)
            for p in record.positions
            if p.mode == "direct" and p.citations
        )
        columns = _make_columns(view, statements)
        if len(columns) > 1:
            result.append(SourceComparison(record, columns))
    return tuple(result)


def find_discrepancies(view: DatasetView, series: ComparedSeries) -> tuple[str, ...]:
    """Return the ids of the discrepancies about a figure of the series."""
    ids = (d.id for figure in series.figures for d in view.discrepancies(figure.indicator))
    return tuple(dict.fromkeys(ids))


def count_figures_without_series(view: DatasetView) -> int:
    """Return the number of indicators that belong to no series."""
    return sum(i.series is None for i in view.all(Indicator))


def list_sources(view: DatasetView) -> tuple[Source, ...]:
    """Return every source that occurs in a comparison, the oldest first."""
    comparisons = [
        *list_position_comparisons(view),
        *chain.from_iterable(group_discrepancies(view).values()),
    ]
    ids = {column.source.id for comparison in comparisons for column in comparison.columns}
    for series in list_series(view):
        if len(series.figures) > 1:
            ids.update(series.sources)
    return tuple(sorted(map(view.source, ids), key=_sort_key))


def _find_stating_citations(indicator: Indicator) -> tuple[Citation, ...]:
    """Return the citations that state the figure, or all if the tracker counted it."""
    value = indicator.figure.value
    stating = (c for c in indicator.citations if any(s.value == value for s in c.states))
    return tuple(stating) or indicator.citations


def _make_columns(
    view: DatasetView, statements: Iterable[SourceStatement]
) -> tuple[SourceColumn, ...]:
    """Group statements by the source of their first citation, the oldest source first."""
    by_source: dict[str, list[SourceStatement]] = {}
    for statement in statements:
        by_source.setdefault(statement.citations[0].source, []).append(statement)
    columns = (SourceColumn(view.source(id), tuple(group)) for id, group in by_source.items())
    return tuple(sorted(columns, key=lambda column: _sort_key(column.source)))


def _sort_key(source: Source) -> tuple[date, str]:
    """Sort sources by the last day of their date, undated ones last."""
    return source.date.last if source.date else date.max, source.id


def _find_main_right(view: DatasetView, record: Discrepancy) -> str:
    """Return the right that most subjects of a discrepancy name, the first one on a tie."""
    subjects = view.find_all(record.about)
    counts = Counter(right for item in subjects for right in getattr(item, "rights", ()))
    order = [term.id for term in view.terms("right")]
    return max(counts, key=lambda right: (counts[right], -order.index(right)), default="")
