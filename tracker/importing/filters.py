"""Which rows of an export are wanted."""

from dataclasses import dataclass
from typing import Literal

from tracker.importing.records import Made
from tracker.importing.rows import Row
from tracker.importing.terms import Terms, folded
from tracker.model import When


@dataclass(frozen=True)
class Filters:
    """What was asked for; an empty list asks for all. A word is named by its id or its label."""

    states: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    since: When | None = None

    def want(self, row: Row, made: Made, terms: Terms) -> bool:
        """Whether a row passes them all. One without a date is not left out by `since`."""
        asked = made.record.get("made_on")
        return (
            _any(self.states, row.states)
            and _any(self.mechanisms, (row.body, made.record["made_by"]))
            and self._about("group", self.groups, row, made, terms)
            and self._about("right", self.rights, row, made, terms)
            and (self.since is None or not asked or When.parse(asked).last >= self.since.first)
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
        if not wanted:
            return True
        ids = {word for name in wanted for word in terms.named((kind,), name)}
        return bool(ids & set(made.record[f"{kind}s"])) or _any(wanted, (*row.themes, *row.persons))


def _any(wanted: tuple[str, ...], labels: tuple[str, ...]) -> bool:
    names = {folded(label) for label in labels}
    return not wanted or any(folded(name) in names for name in wanted)
