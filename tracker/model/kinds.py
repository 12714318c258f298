"""What somebody can write: a record, or a part that is added to a list of one."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.model.base import FrozenModel
from tracker.model.dataset import COLLECTIONS
from tracker.model.recommendation import Assessment, Position


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record or part, as forms and `tracker new` offer it."""

    name: str
    collection: str
    model: type[FrozenModel]
    list: str = ""
    """The field of the record to which a part is added."""

    @property
    def folder(self) -> str:
        """The folder of `data/` in which each new one has a file of its own."""
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
"""By name, in the order in which they are offered: what is written most comes first."""
