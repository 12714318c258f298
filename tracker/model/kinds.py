"""What somebody can write: a record, or a part that is added to a list of one."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.model.base import Frozen
from tracker.model.dataset import COLLECTIONS
from tracker.model.recommendation import Assessment, Position


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record or part, as forms and `tracker new` offer it."""

    name: str
    collection: str
    model: type[Frozen]
    list: str = ""
    """The field of the record to which a part is added."""

    @property
    def folder(self) -> str:
        """The folder of `data/` in which each new one has a file of its own."""
        return self.list or self.collection


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("source", "sources", COLLECTIONS["sources"]),
        Kind("position", "recommendations", Position, "positions"),
        Kind("assessment", "recommendations", Assessment, "assessments"),
        Kind("finding", "findings", COLLECTIONS["findings"]),
        Kind("indicator", "indicators", COLLECTIONS["indicators"]),
        Kind("event", "events", COLLECTIONS["events"]),
        Kind("recommendation", "recommendations", COLLECTIONS["recommendations"]),
        Kind("discrepancy", "discrepancies", COLLECTIONS["discrepancies"]),
        Kind("cycle", "cycles", COLLECTIONS["cycles"]),
        Kind("term", "vocabulary", COLLECTIONS["vocabulary"]),
    )
}
"""By name, in the order in which they are offered: what is written most comes first."""
