"""All records of a project, with indexes of references and citations."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, TypeVar

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
"""The model of each collection. A collection has the name of its file in `data/`."""

FILES: Mapping[str, type[FrozenModel]] = {
    **COLLECTIONS,
    **{name: separate for name, (_, separate) in PARTS.items()},
    "maps": SourceMap,
}
"""The model of the items in each file or folder of `data/`. A file in `maps` is one item; every
other file is a list of items."""

PAGED = tuple(name for name in COLLECTIONS if name != "exceptions")
"""The collections whose records have pages."""

R = TypeVar("R", bound=Record)
Path = tuple[str | int, ...]
"""The path of a field in a record, such as `("positions", 0, "speaker")`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference from a field of a record to another record, with the field's constraint."""

    record: str
    path: Path
    to: str
    ref: Ref


@dataclass(frozen=True)
class Dataset:
    """All valid records, by collection and by id. Ids are unique across collections."""

    collections: Mapping[str, tuple[Record, ...]]
    written_maps: tuple[SourceMap, ...] = ()
    """The maps as they are in their files; `maps` adds the records that cite each block."""
    invalid_ids: frozenset[str] = frozenset()
    """Ids of records that failed validation. References to them are not reported as broken."""
    unreadable: frozenset[str] = frozenset()
    """Collections with a file that could not be read."""
    _by_id: dict[str, tuple[str, Record]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {r.id: (name, r) for name, records in self.collections.items() for r in records}
        object.__setattr__(self, "_by_id", by_id)

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """Return the records of a model in file order, including withdrawn ones."""
        name = next(name for name, model in COLLECTIONS.items() if model is kind)
        return self.collections.get(name, ())  # type: ignore[return-value]  # one model per collection

    def find(self, record_id: str) -> Record | None:
        """Return the record with this id, of any kind, or None."""
        entry = self._by_id.get(record_id)
        return entry[1] if entry else None

    def collection_of(self, record_id: str) -> str:
        """Return the collection of a record. Raises KeyError for an unknown id."""
        return self._by_id[record_id][0]

    def records(self) -> Iterator[tuple[str, Record]]:
        """Yield every record with its collection, in the order of collections and files."""
        yield from self._by_id.values()

    @property
    def empty_collections(self) -> frozenset[str]:
        """Collections without a record, although all of their files are readable."""
        return frozenset(name for name in PAGED if not self.collections.get(name)) - self.unreadable

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every reference from one record to another, in the order of the files."""
        found = ((r.id, find_references(r)) for _, r in self.records())
        return tuple(Reference(key, *reference) for key, items in found for reference in items)

    @cached_property
    def citations(self) -> tuple[tuple[Record, Path, Citation], ...]:
        """Every citation with its record and path, in the order of the files."""
        return tuple((r, path, c) for _, r in self.records() for path, c in self.citations_of(r))

    def citations_of(self, record: Record) -> list[tuple[Path, Citation]]:
        """Return the citations of a record of this dataset, with their paths."""
        return self._citations[record.id]

    @cached_property
    def _citations(self) -> Mapping[str, list[tuple[Path, Citation]]]:
        return {record.id: find_citations(record) for _, record in self.records()}

    @cached_property
    def _citing(self) -> Mapping[str, list[tuple[Record, Path, Citation]]]:
        index: dict[str, list[tuple[Record, Path, Citation]]] = defaultdict(list)
        for entry in self.citations:
            index[entry[2].source].append(entry)
        return index

    @cached_property
    def backlinks(self) -> Mapping[str, tuple[Reference, ...]]:
        """The references to each id."""
        index: dict[str, list[Reference]] = defaultdict(list)
        for reference in self.references:
            index[reference.to].append(reference)
        return {to: tuple(references) for to, references in index.items()}

    @cached_property
    def maps(self) -> tuple[SourceMap, ...]:
        """The maps of sources in file order, each block with the ids of the records that cite it.

        Terms and cycles are left out because they may cite a block without being about it.
        """
        return tuple(map(self._add_records, self.written_maps))

    def _add_records(self, source_map: SourceMap) -> SourceMap:
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
        """Return every citation of a source, with its record and path."""
        return self._citing.get(source_id, ())


@cache
def get_reference_fields(model: type[FrozenModel]) -> tuple[tuple[str, Ref | None], ...]:
    """Return the names and constraints of a model's reference fields.

    Fields whose parts contain references have None instead of a constraint.
    """
    fields: list[tuple[str, Ref | None]] = []
    for name, info in describe_fields(model).items():
        if info.ref or (info.part and get_reference_fields(info.part)):
            fields.append((name, info.ref))
    return tuple(fields)


def iter_values(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield every value in a model and its nested models, with its path.

    Translations of a text are separate values with the same path.
    """
    if isinstance(value, FrozenModel):
        for name, content in value.__dict__.items():
            if content:
                yield from iter_values(content, (*path, name))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from iter_values(item, (*path, position))
    elif isinstance(value, dict):
        yield from ((path, text) for text in value.values())
    else:
        yield path, value


def find_references(value: FrozenModel) -> list[tuple[Path, str, Ref]]:
    """Return every id that a model refers to, with its path and constraint."""
    return [(path, item, ref) for path, item, ref in _iter_parts(value) if ref]


def find_citations(value: FrozenModel) -> list[tuple[Path, Citation]]:
    """Return every citation inside a model, with its path."""
    return [(path, item) for path, item, _ in _iter_parts(value) if isinstance(item, Citation)]


def _iter_parts(value: FrozenModel, prefix: Path = ()) -> Iterator[tuple[Path, Any, Ref | None]]:
    """Yield each referenced id with its constraint, and each part that contains any, with None."""
    for name, ref in get_reference_fields(type(value)):
        content = getattr(value, name)
        items = enumerate(content) if isinstance(content, tuple) else ((None, content),)
        for position, item in items:
            path = (*prefix, name) if position is None else (*prefix, name, position)
            if item:
                yield path, item, ref
            if item and ref is None:
                yield from _iter_parts(item, path)
