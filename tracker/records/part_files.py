"""Locations of records, and positions and assessments in separate files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.model import PARTS, Assessment, Path, Position, Recommendation
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.records.yaml_reader import YamlDocument
from tracker.records.yaml_tree import YamlNode

RecommendationPart = Position | Assessment


@dataclass(frozen=True)
class RecordLocation:
    """The file and lines of a record, with the position of each field."""

    file: str
    first_line: int
    last_line: int
    document: YamlDocument = field(repr=False)
    node: YamlNode = field(repr=False)
    parts: Mapping[Path, "RecordLocation"] = field(default_factory=dict, repr=False)
    """The location of each position and assessment, if any are in separate files."""

    def locate(self, path: Path, *, at_key: bool = False) -> SourceLocation:
        """Return the position of a field or key, or of the nearest mapping or list around it."""
        if part := self.parts.get(path[:2]):
            return part.locate(path[2:], at_key=at_key)
        node = self.node.find_nearest(path, at_key=at_key)
        return SourceLocation(self.file, node.line, node.column)

    def diagnostics(self) -> list[Diagnostic]:
        """Return the problems that reading the file found in these lines."""
        lines = range(self.first_line, self.last_line + 1) if self.document.problems else ()
        return [problem for line in lines for problem in self.document.by_line.get(line, ())]


@dataclass(frozen=True)
class SeparatePart:
    """A position or assessment in a separate file, to be merged into its recommendation."""

    list: str
    """The list field of the recommendation."""
    owner: str
    part: RecommendationPart
    location: RecordLocation


def merge_parts(
    recommendation: Recommendation, location: RecordLocation, separate: Iterable[SeparatePart]
) -> tuple[Recommendation, RecordLocation]:
    """Return the recommendation with separate parts added, and the location of every part.

    Its own parts come first, then the others by date and id. Assessments are sorted by date.
    """
    others = sorted(separate, key=lambda s: (_get_date(s.part), s.part.id))
    update: dict[str, tuple[RecommendationPart, ...]] = {}
    parts: dict[Path, RecordLocation] = {}
    for name in PARTS:
        merged: list[tuple[RecommendationPart, RecordLocation]] = [
            (part, replace(location, node=location.node.find_nearest((name, number))))
            for number, part in enumerate(getattr(recommendation, name))
        ]
        merged += [(s.part, s.location) for s in others if s.list == name]
        if name == "assessments":
            merged.sort(key=lambda pair: _get_date(pair[0]))
        update[name] = tuple(part for part, _ in merged)
        parts |= {(name, number): place for number, (_, place) in enumerate(merged)}
    return recommendation.model_copy(update=update), replace(location, parts=parts)


def _get_date(part: RecommendationPart) -> date:
    """Return the last possible day of a part, or the maximum if it has no date."""
    when = part.date if isinstance(part, Assessment) else part.when
    return when.last if when else date.max
