"""Choose the rows of an export that are imported."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tracker.importers.mapping import ImportedRecord
from tracker.importers.rows import ExportRow
from tracker.importers.vocabulary import VocabularyMapper
from tracker.model import ImpreciseDate
from tracker.model.text import fold_label


@dataclass(frozen=True)
class ImportFilters:
    """The wanted names, as labels of the database or terms of the vocabulary; none want all."""

    states: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    since: ImpreciseDate | None = None
    matched: set[str] = field(default_factory=set, init=False)
    """The names that a row has matched so far."""

    @property
    def unmatched(self) -> list[str]:
        """The names that no row has matched: they may be misspelt."""
        names = (*self.states, *self.groups, *self.rights, *self.mechanisms)
        return [name for name in dict.fromkeys(names) if name not in self.matched]

    def accept(self, row: ExportRow, record: ImportedRecord, vocabulary: VocabularyMapper) -> bool:
        """Return True if a row passes every filter; one without a date passes `since`."""
        labels = (*row.themes, *row.persons)
        groups = self._match_terms("group", self.groups, record, vocabulary)
        rights = self._match_terms("right", self.rights, record, vocabulary)
        made_on = record.content.get("made_on")
        # A list, not a generator: each filter records what it matched.
        passed = [
            self._match(self.states, row.states),
            self._match(self.mechanisms, (row.body, record.content["made_by"])),
            self._match(self.groups, labels) or groups,
            self._match(self.rights, labels) or rights,
            self.since is None
            or not made_on
            or ImpreciseDate.parse(made_on).last >= self.since.first,
        ]
        return all(passed)

    def _match(self, wanted: tuple[str, ...], labels: Iterable[str]) -> bool:
        """Return True if a label is wanted, or nothing is."""
        folded = {fold_label(label) for label in labels} if wanted else set()
        return self._record(wanted, [name for name in wanted if fold_label(name) in folded])

    def _match_terms(
        self,
        kind: str,
        wanted: tuple[str, ...],
        record: ImportedRecord,
        vocabulary: VocabularyMapper,
    ) -> bool:
        """Return True if the record has a wanted term, or nothing is wanted."""
        terms = set(record.content[f"{kind}s"])
        named = [name for name in wanted if terms & {*vocabulary.find_terms((kind,), (name,))}]
        return self._record(wanted, named)

    def _record(self, wanted: tuple[str, ...], names: list[str]) -> bool:
        self.matched.update(names)
        return bool(names) or not wanted
