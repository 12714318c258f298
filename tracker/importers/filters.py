"""Choose the rows of an export that are imported."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tracker.importers.mapping import ImportedRecord
from tracker.importers.rows import ExportRow
from tracker.importers.vocabulary import VocabularyMapper
from tracker.model import ImpreciseDate
from tracker.model.text import fold_label


@dataclass(frozen=True)
class ImportFilters:
    """Wanted names: labels of the database or terms of the vocabulary. None means all."""

    states: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    since: ImpreciseDate | None = None
    matched: set[str] = field(default_factory=set, init=False)
    """The names that a row has matched so far."""

    @property
    def unmatched(self) -> list[str]:
        """The names that no row has matched; they may be misspelt."""
        names = (*self.states, *self.groups, *self.rights, *self.mechanisms)
        return [name for name in dict.fromkeys(names) if name not in self.matched]

    def accept(self, row: ExportRow, record: ImportedRecord, vocabulary: VocabularyMapper) -> bool:
        """Return True if a row passes every filter; one without a date passes `since`."""
        labels = (*row.themes, *row.persons)
        groups, rights = (set(record.content[name]) for name in ("groups", "rights"))
        made_on = record.content.get("made_on")

        def has_group(name: str) -> bool:
            return not groups.isdisjoint(vocabulary.find_terms(("group",), (name,)))

        def has_right(name: str) -> bool:
            return not rights.isdisjoint(vocabulary.find_terms(("right",), (name,)))

        # A list, not a generator: each filter records what it matched.
        passed = [
            self._match(self.states, row.states),
            self._match(self.mechanisms, (row.body, record.content["made_by"])),
            self._match(self.groups, labels, has_group),
            self._match(self.rights, labels, has_right),
            self.since is None
            or not made_on
            or ImpreciseDate.parse(made_on).last >= self.since.first,
        ]
        return all(passed)

    def _match(
        self,
        wanted: tuple[str, ...],
        labels: Iterable[str],
        has_term: Callable[[str], bool] = lambda name: False,
    ) -> bool:
        """Return True if a label or term is wanted, or nothing is."""
        if not wanted:
            return True
        folded = {fold_label(label) for label in labels}
        names = [name for name in wanted if fold_label(name) in folded or has_term(name)]
        self.matched.update(names)
        return bool(names)
