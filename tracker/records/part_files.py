"""Where records are written, and how positions and assessments in files of their own join them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.model import PARTS, Assessment, Path, Position, Recommendation
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.records.yaml_reader import YamlDocument

RecommendationPart = Position | Assessment


@dataclass(frozen=True)
class RecordLocation:
    """Where a record stands: its file, its lines, and the place of each field."""

    file: str
    first_line: int
    last_line: int
    document: YamlDocument = field(repr=False)
    at: Path = ()
    parts: Mapping[Path, "RecordLocation"] = field(default_factory=dict, repr=False)
    """Where each position and assessment is written, if some are in files of their own."""

    def locate(self, path: Path, *, at_key: bool = False) -> SourceLocation:
        """The place of a field, or of the nearest mapping around it that is written."""
        if part := self.parts.get(path[:2]):
            return part.locate(path[2:], at_key=at_key)
        places = self.document.places
        if at_key and (*self.at, *path) in places.keys:
            return places.keys[*self.at, *path]
        for end in range(len(path), -1, -1):
            found = places.values.get((*self.at, *path[:end]))
            if found:
                return found
        return SourceLocation(self.file, self.first_line, 1)

    def diagnostics(self) -> list[Diagnostic]:
        """What was found in these lines when the file was read."""
        lines = range(self.first_line, self.last_line + 1) if self.document.problems else ()
        return [problem for line in lines for problem in self.document.by_line.get(line, ())]

    @property
    def lines(self) -> tuple[str, int, int]:
        """The file, the first line and the last line."""
        return self.file, self.first_line, self.last_line


@dataclass(frozen=True)
class SeparatePart:
    """A position or an assessment in a file of its own."""

    list: str
    """The field of the recommendation to which it belongs."""
    owner: str
    part: RecommendationPart
    where: RecordLocation


def merge_parts(
    recommendation: Recommendation, where: RecordLocation, separate: Iterable[SeparatePart]
) -> tuple[Recommendation, RecordLocation]:
    """The recommendation with the parts from files of their own, and where each part is written.

    Its own parts come first, as they are there, then the others by date and id; assessments are
    then brought into the order of their dates.
    """
    others = sorted(separate, key=lambda one: (_day(one.part), one.part.id))
    update: dict[str, tuple[RecommendationPart, ...]] = {}
    parts: dict[Path, RecordLocation] = {}
    for name in PARTS:
        found: list[tuple[RecommendationPart, RecordLocation]] = [
            (part, replace(where, at=(*where.at, name, number)))
            for number, part in enumerate(getattr(recommendation, name))
        ]
        found += [(one.part, one.where) for one in others if one.list == name]
        if name == "assessments":
            found.sort(key=lambda pair: _day(pair[0]))
        update[name] = tuple(part for part, _ in found)
        parts |= {(name, number): place for number, (_, place) in enumerate(found)}
    return recommendation.model_copy(update=update), replace(where, parts=parts)


def _day(part: RecommendationPart) -> date:
    """The last day of its date; what has no date comes last."""
    when = part.date if isinstance(part, Assessment) else part.when
    return when.last if when else date.max
