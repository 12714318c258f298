"""The kinds of records and parts that `tracker new` and the forms can create."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.model.assessment import Assessment
from tracker.model.base import FrozenModel
from tracker.model.dataset import COLLECTIONS
from tracker.model.recommendation import Position


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record or part."""

    name: str
    collection: str
    model: type[FrozenModel]
    list: str = ""
    """The list field that contains the part; empty for a record."""

    @property
    def folder(self) -> str:
        """The folder of `data/` for files that contain one record or part."""
        return self.list or self.collection


KINDS: Mapping[str, RecordKind] = {
    kind.name: kind
    for kind in (
        RecordKind("source", "sources", COLLECTIONS["sources"]),
        RecordKind("position", "recommendations", Position, "positions"),
        RecordKind("assessment", "recommendations", Assessment, "assessments"),
        RecordKind("finding", "findings", COLLECTIONS["findings"]),
        RecordKind("indicator", "indicators", COLLECTIONS["indicators"]),
        RecordKind("event", "events", COLLECTIONS["events"]),
        RecordKind("recommendation", "recommendations", COLLECTIONS["recommendations"]),
        RecordKind("discrepancy", "discrepancies", COLLECTIONS["discrepancies"]),
        RecordKind("cycle", "cycles", COLLECTIONS["cycles"]),
        RecordKind("term", "vocabulary", COLLECTIONS["vocabulary"]),
    )
}
"""The kinds by name, the most frequently used first."""
