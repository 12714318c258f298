"""Exports of databases of others → records of this format, and what there is to tell of them.

`read` takes an export into a `Spool`; `update` makes of it, file by file, what is written.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tracker.importers.encoding import LEGACY, UnknownEncodingError
from tracker.importers.files import COUNTED, Target, Updated, update
from tracker.importers.filters import Filters
from tracker.importers.mapping import made_of, unknown_response, why_not
from tracker.importers.merge import Stored
from tracker.importers.rows import Export, NoExportError, Row, Told, open_export
from tracker.importers.staging import Held, Spool, Spooled, packed
from tracker.importers.vocabulary import Terms, file_of

__all__ = [
    "LEGACY",
    "LOST",
    "MENDED",
    "UNPLACED",
    "Filters",
    "NoExportError",
    "Spool",
    "Spooled",
    "Stored",
    "Summary",
    "Target",
    "Terms",
    "Told",
    "UnknownEncodingError",
    "Updated",
    "file_of",
    "open_export",
    "packed",
    "read",
    "update",
]

UNPLACED = (
    "no-text",
    "no-state",
    "no-body",
    "no-session",
    "no-kind",
    "personal",
    "too-short",
    "too-long",
    "too-large",
    "not-an-object",
    "damaged",
)
"""Why a row has no record."""
LOST = ("cut-off", "after")
"""Why rows may be missing of which nothing can be told."""
MENDED = (
    "mojibake",
    "lost",
    "invisible",
    "quotes",
    "open-quote",
    "break",
    "comma",
    "not-a-number",
    "column-twice",
    "no-column",
    "before-heading",
    "heading-again",
    "odd-value",
    "odd-date",
    "unknown-response",
)
"""What is not as it should be in a row that has one, or between rows."""
_GAPS = (*LOST, "damaged", "not-an-object", "too-short", "too-long", "too-large")
_MOST_TOLD = 50_000


@dataclass
class Summary:
    """What became of an export."""

    database: str
    encoding: str
    read: int = 0
    left_out: int = 0
    """Recommendations that the filters leave out."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    kinds: Counter[str] = field(default_factory=Counter)
    """What is no recommendation, by what it is."""
    told: list[Told] = field(default_factory=list)
    """The first of what there is to tell, in the order of the export."""
    number_told: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    """Themes that no word of the vocabulary has."""
    unmet: list[str] = field(default_factory=list)
    """Names in the filters that no recommendation has."""

    def tell(self, told: Told) -> None:
        """Note something; only counted, where there is too much of it."""
        self.number_told[told.what] += 1
        if len(self.told) < _MOST_TOLD:
            self.told.append(told)

    @property
    def unplaced(self) -> int:
        """How many rows have no record."""
        return sum(self.number_told[what] for what in UNPLACED)

    @property
    def lost(self) -> bool:
        """Whether a part of the export is not there or was not read."""
        return any(self.number_told[what] for what in LOST)

    @property
    def whole(self) -> bool:
        """Whether no row may have been missed: only then is it known what vanished."""
        return not any(self.number_told[what] for what in _GAPS)


def read(
    export: Export,
    spool: Spool,
    *,
    terms: Terms,
    filters: Filters,
    held: Iterable[Held] = (),
    watch: Callable[[int], None] = lambda number: None,
) -> Summary:
    """Takes every recommendation of an export into the spool, beside the records that earlier
    imports hold. `watch` hears of each row."""
    summary = Summary(export.database, export.encoding)
    for found in export.found:
        if isinstance(found, Row):
            summary.read += 1
            _take(found, spool, summary, terms, filters)
        elif found.what == "other-kind":
            summary.kinds[found.of] += 1
        else:
            summary.read += found.what in UNPLACED
            summary.tell(found)
        watch(summary.read)
    summary.unmet = filters.unmet
    spool.close_reading(held)
    return summary


def _take(row: Row, spool: Spool, summary: Summary, terms: Terms, filters: Filters) -> None:
    reason = why_not(row)
    if reason:
        summary.tell(Told(reason, row.line, row.column, row.text[:80]))
        return
    made = made_of(row, terms, database=summary.database)
    wanted = filters.want(row, made, terms)
    spool.add(row, made, kept=wanted)
    if not wanted:
        summary.left_out += 1
        return
    if unknown_response(row):
        summary.tell(Told("unknown-response", row.line, row.column, row.response))
    summary.labels.update(
        label for label in (*row.themes, *row.persons) if not terms.named(("right", "group"), label)
    )
