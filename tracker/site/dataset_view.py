"""The records with what is known of them, and a note of each question that is asked.

`answers.py` has an answer to each in short: a page of which all answers are as before is as before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from tracker.citations.status import CitationStatus, VerificationSummary
from tracker.model import Assessment, Dataset, Position, Recommendation, Record, Reference, Source
from tracker.model.lockfiles import LinkState, Verification

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, eq=False)
class DatasetView:
    """Sound records on a day that note what is asked of them."""

    data: Dataset
    today: date
    lines: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    """For each id: its file, first and last line."""
    proofs: Mapping[str, Verification] = field(default_factory=dict)
    links: Mapping[str, LinkState] = field(default_factory=dict)

    def find(self, record_id: str) -> Record | None:
        """The record with this id, whatever its kind."""
        return self.data.find(record_id)

    def named(self, ids: tuple[str, ...]) -> tuple[Record, ...]:
        """The records with these ids, in this order."""
        return tuple(r for r in map(self.find, ids) if r is not None)

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """The records of one kind that stand, in file order: withdrawn ones are in no list."""
        return self._all(kind)

    def having(self, kind: type[R], name: str, value: str) -> tuple[R, ...]:
        """The records of one kind that stand, in file order, of which a field is this, or lists it.

        Each page asks this of all records: they are gone through once for each field.
        """
        if (kind, name) not in self._having:
            groups: dict[str, list[Record]] = {}
            for record in self._all(kind):
                found = getattr(record, name)
                for one in found if isinstance(found, tuple) else (found,):
                    groups.setdefault(one, []).append(record)
            self._having[kind, name] = {one: tuple(found) for one, found in groups.items()}
        records: tuple[R, ...] = self._having[kind, name].get(value, ())  # type: ignore[assignment]
        return records

    def _all(self, kind: type[R]) -> tuple[R, ...]:
        if kind not in self._standing:
            found = tuple(record for record in self.data.of(kind) if record.withdrawn is None)
            self._standing[kind] = found
        return self._standing[kind]  # type: ignore[return-value]  # under their own kind

    @cached_property
    def _standing(self) -> dict[type[Record], tuple[Record, ...]]:
        return {}

    @cached_property
    def _having(self) -> dict[tuple[type[Record], str], dict[str, tuple[Record, ...]]]:
        return {}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Where each record stands among all of them."""
        return {record.id: place for place, (_, record) in enumerate(self.data.records())}

    def naming(self, record_id: str) -> tuple[Record, ...]:
        """The records that name this one, each once, in the order of the files."""
        found = {r.record for r in self.data.backlinks.get(record_id, ())} - {record_id}
        return self.ordered(found)

    def ordered(self, ids: Iterable[str]) -> tuple[Record, ...]:
        """The records with these ids, in the order of the files."""
        known = sorted(ids)
        return self.named(tuple(sorted(known, key=self._places.__getitem__)))

    def related(self, record: Record) -> tuple[Reference, ...]:
        """The relations of other recommendations that lead to this record."""
        found = self.data.backlinks.get(record.id, ())
        return tuple(reference for reference in found if reference.path[0] == "relations")

    def standing(self, record_id: str, source_id: str, locator: str) -> CitationStatus:
        """How a record's citation of a place stands."""
        return self.health.standing(record_id, source_id, locator)

    def of_source(self, source_id: str) -> Mapping[str, int]:
        """How many citations of a source stand how."""
        return self.health.of_source(source_id)

    def texts_of(self, source_id: str) -> tuple[str, ...]:
        """The hashes of the texts in which the citations of a source were sought."""
        return self.health.texts_of(source_id)

    def link(self, source: Source) -> LinkState | None:
        """What is known of a source's address; None if it was never asked."""
        return self.health.link(source)

    def places_of(self, record: Record) -> tuple[tuple[str, int, int], ...]:
        """The file, first and last line of a record, and of its parts in files of their own."""
        parts: tuple[Position | Assessment, ...] = ()
        if isinstance(record, Recommendation):
            parts = (*record.positions, *record.assessments)
        return tuple(self.lines[one.id] for one in (record, *parts) if one.id in self.lines)

    @cached_property
    def health(self) -> VerificationSummary:
        """How far the citations are proved and their addresses alive."""
        return VerificationSummary(self.data, self.proofs, self.links)
