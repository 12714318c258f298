"""Which rows of an export are wanted."""

from dataclasses import dataclass, field
from typing import Literal

from tracker.importers.mapping import Made
from tracker.importers.rows import Row
from tracker.importers.vocabulary import Terms, folded
from tracker.model import When


@dataclass(frozen=True)
class Filters:
    """What was asked for; an empty list asks for all. A word is named by its id or its label."""

    states: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    since: When | None = None
    met: set[str] = field(default_factory=set, init=False)
    """The names asked for that a row has had so far."""

    @property
    def unmet(self) -> list[str]:
        """The names asked for that no row has had: they may be mistyped."""
        names = (*self.states, *self.groups, *self.rights, *self.mechanisms)
        return [name for name in dict.fromkeys(names) if name not in self.met]

    def want(self, row: Row, made: Made, terms: Terms) -> bool:
        """Whether a row passes them all. One without a date is not left out by `since`."""
        asked = made.record.get("made_on")
        return all(  # in a list: each looks at every row, for what is met
            [
                self._any(self.states, row.states),
                self._any(self.mechanisms, (row.body, made.record["made_by"])),
                self._about("group", self.groups, row, made, terms),
                self._about("right", self.rights, row, made, terms),
                self.since is None or not asked or When.parse(asked).last >= self.since.first,
            ]
        )

    def _about(
        self,
        kind: Literal["group", "right"],
        wanted: tuple[str, ...],
        row: Row,
        made: Made,
        terms: Terms,
    ) -> bool:
        """By a word of the vocabulary, or by a label of the database that has none there."""
        labels = (*row.themes, *row.persons)
        has = set(made.record[f"{kind}s"])
        meant = [name for name in wanted if has & set(terms.named((kind,), name))]
        self.met.update(meant)
        return self._any(wanted, labels) or bool(meant)

    def _any(self, wanted: tuple[str, ...], labels: tuple[str, ...]) -> bool:
        """Whether one of these labels is wanted."""
        if not wanted:
            return True
        names = {folded(label) for label in labels}
        meant = [name for name in wanted if folded(name) in names]
        self.met.update(meant)
        return bool(meant)
