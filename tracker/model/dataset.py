"""All records together, and one index of who refers to whom."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeVar

from tracker.model.base import FrozenModel, Record, Ref
from tracker.model.citation import Citation, Source
from tracker.model.facts import Cycle, Discrepancy, Event, Finding, Indicator
from tracker.model.fields import describe_fields
from tracker.model.recommendation import PARTS, Recommendation
from tracker.model.vocabulary import Exemption, SourceMap, Term

COLLECTIONS: Mapping[str, type[Record]] = {
    "recommendations": Recommendation,
    "findings": Finding,
    "indicators": Indicator,
    "events": Event,
    "cycles": Cycle,
    "sources": Source,
    "discrepancies": Discrepancy,
    "vocabulary": Term,
    "exceptions": Exemption,
}
"""Collection, named as its file in `data/`, to the record it holds."""

FILES: Mapping[str, type[FrozenModel]] = {
    **COLLECTIONS,
    **{name: separate for name, (_, separate) in PARTS.items()},
    "maps": SourceMap,
}
"""What a file or folder of `data/` holds, by its name. A file of `maps` is one map, any other a
list."""

PAGED = tuple(name for name in COLLECTIONS if name != "exceptions")
"""The collections whose records have a page of their own."""

R = TypeVar("R", bound=Record)
Path = tuple[str | int, ...]
"""A field's path inside its record: `("positions", 0, "speaker")`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One record naming another: where it stands, whom it names, and what may be named there."""

    record: str
    path: Path
    to: str
    ref: Ref


@dataclass(frozen=True)
class Dataset:
    """Every sound record, by collection and by id. Ids are unique across collections."""

    collections: Mapping[str, tuple[Record, ...]]
    written_maps: tuple[SourceMap, ...] = ()
    """The maps as their files have them; `maps` adds the records that cite each block."""
    invalid_ids: frozenset[str] = frozenset()
    """Ids of records that are written but could not be read: naming them is no fault."""
    unreadable: frozenset[str] = frozenset()
    """Collections of which a whole file could not be read."""
    _by_id: dict[str, tuple[str, Record]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {r.id: (name, r) for name, records in self.collections.items() for r in records}
        object.__setattr__(self, "_by_id", by_id)

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """The records of one kind, in file order, withdrawn ones included."""
        name = next(name for name, model in COLLECTIONS.items() if model is kind)
        return self.collections.get(name, ())  # type: ignore[return-value]  # one kind a collection

    def find(self, record_id: str) -> Record | None:
        """The record with this id, whatever its kind."""
        found = self._by_id.get(record_id)
        return found[1] if found else None

    def collection_of(self, record_id: str) -> str:
        """The collection that holds this id; KeyError if none does."""
        return self._by_id[record_id][0]

    def records(self) -> Iterator[tuple[str, Record]]:
        """Every record with its collection, in the order of the collections and files."""
        yield from self._by_id.values()

    @property
    def empty_collections(self) -> frozenset[str]:
        """Collections without a single record, of which others may name some, though nothing in
        them was unreadable."""
        return frozenset(name for name in PAGED if not self.collections.get(name)) - self.unreadable

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every reference from one record to another, in the order of the files."""
        return tuple(
            Reference(key, path, to, ref)
            for key, (named, _) in self._parts.items()
            for path, to, ref in named
        )

    @cached_property
    def citations(self) -> tuple[tuple[Record, Path, Citation], ...]:
        """Every citation with its record and path, in the order of the files."""
        return tuple((r, path, c) for _, r in self.records() for path, c in self.citations_of(r))

    def citations_of(self, record: Record) -> list[tuple[Path, Citation]]:
        """The citations of one of these records, with their paths."""
        return self._parts[record.id][1]

    @cached_property
    def _parts(self) -> "Mapping[str, _Parts]":
        """What each record names and cites: looked for once, asked for by most checks."""
        return {record.id: _collect_parts(record) for _, record in self.records()}

    @cached_property
    def _citing(self) -> Mapping[str, list[tuple[Record, Path, Citation]]]:
        index: dict[str, list[tuple[Record, Path, Citation]]] = defaultdict(list)
        for cited in self.citations:
            index[cited[2].source].append(cited)
        return dict(index)

    @cached_property
    def backlinks(self) -> Mapping[str, tuple[Reference, ...]]:
        """For each id, the references that lead to it."""
        index: dict[str, list[Reference]] = defaultdict(list)
        for reference in self.references:
            index[reference.to].append(reference)
        return {to: tuple(found) for to, found in index.items()}

    @cached_property
    def maps(self) -> tuple[SourceMap, ...]:
        """The maps of sources, each block with the records that cite it, in the order of the files.

        Terms and reviews are left out: they may cite a block without being about it.
        """
        return tuple(map(self._with_records, self.written_maps))

    def _with_records(self, source_map: SourceMap) -> SourceMap:
        citing: dict[str, dict[str, None]] = defaultdict(dict)
        for record, _, citation in self.citing(source_map.source):
            if self.collection_of(record.id) not in ("vocabulary", "cycles"):
                citing[citation.locator][record.id] = None
        blocks = (
            block.model_copy(update={"records": tuple(citing.get(block.id, ()))})
            for block in source_map.blocks
        )
        return source_map.model_copy(update={"blocks": tuple(blocks)})

    def citing(self, source_id: str) -> Sequence[tuple[Record, Path, Citation]]:
        """Every citation of a source, with its record and path."""
        return self._citing.get(source_id, ())


@cache
def get_reference_fields(model: type[FrozenModel]) -> tuple[tuple[str, Ref | None], ...]:
    """The fields of a model that hold an id (with its mark), or models that do (with none)."""
    found: list[tuple[str, Ref | None]] = []
    for name, described in describe_fields(model).items():
        if described.ref:
            found.append((name, described.ref))
        elif described.part and get_reference_fields(described.part):
            found.append((name, None))
    return tuple(found)


def find_models(value: FrozenModel, above: Path = ()) -> list[tuple[Path, FrozenModel]]:
    """A record, or part of one, and every model inside of it, each with its path."""
    found = [(above, value)]
    for name, content in value.__dict__.items():
        if isinstance(content, FrozenModel):
            found += find_models(content, (*above, name))
        elif isinstance(content, tuple):
            for position, item in enumerate(content):
                if isinstance(item, FrozenModel):
                    found += find_models(item, (*above, name, position))
    return found


_Named = list[tuple[Path, str, Ref]]
_Cited = list[tuple[Path, Citation]]
_Parts = tuple[_Named, _Cited]


def find_references(value: FrozenModel) -> _Named:
    """Every id that a record or part of one names, with its path and mark."""
    return _collect_parts(value)[0]


def find_citations(value: FrozenModel) -> _Cited:
    """Every citation inside a record, with its path."""
    return _collect_parts(value)[1]


def _collect_parts(value: FrozenModel) -> _Parts:
    named: _Named = []
    cited: _Cited = []
    _gather(value, (), named, cited)
    return named, cited


def _gather(value: FrozenModel, above: Path, named: _Named, cited: _Cited) -> None:
    for name, mark in get_reference_fields(type(value)):
        content = getattr(value, name)
        if not content:
            continue
        many = isinstance(content, tuple)
        for position, item in enumerate(content if many else (content,)):
            path = (*above, name, position) if many else (*above, name)
            if mark is not None:
                named.append((path, item, mark))
                continue
            if isinstance(item, Citation):
                cited.append((path, item))
            _gather(item, path, named, cited)
