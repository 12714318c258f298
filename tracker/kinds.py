"""What the page of a kind of record shows: its fields, and a short record from the data."""

from typing import Any

from tracker.form import fields_text, record_text
from tracker.model import (
    COLLECTIONS,
    KINDS,
    PAGED,
    Assessment,
    Dataset,
    Position,
    Recommendation,
    Record,
)
from tracker.schema import reference


def described(data: Dataset, collection: str) -> dict[str, Any]:
    """The facts of the page of one collection; KeyError if there is no such collection."""
    example = _shortest(data, collection)
    return {
        "kind": collection,
        "file": f"data/{collection}.yml",
        "new": [
            f"tracker new {kind.name}" for kind in KINDS.values() if kind.collection == collection
        ],
        "paged": PAGED,
        "models": reference(COLLECTIONS[collection]),
        "example": example,
        "yaml": example and _text(collection, example),
    }


def example(data: Dataset, kind: str) -> dict[str, Any]:
    """The facts of a short true record or part of a kind; KeyError if there is no such kind."""
    found = KINDS[kind]
    owner: Record | None
    part: Position | Assessment | None = None
    if found.list:
        parts = [(p, r) for r in data.of(Recommendation) for p in getattr(r, found.list)]
        told = [(p, r) for p, r in parts if p.citations and not r.imported] or parts
        part, owner = min(told, key=lambda pair: _size(pair[0]), default=(None, None))
    else:
        owner = _shortest(data, found.collection)
    if owner is None:
        return {"owner": None, "yaml": ""}
    text = fields_text(_fields(part), found.model) if part else _text(found.collection, owner)
    return {"owner": owner, "yaml": text}


def _shortest(data: Dataset, collection: str) -> Record | None:
    """The shortest of those that cite something: enough to see, and no more."""
    standing = [r for r in data.collections.get(collection, ()) if r.withdrawn is None]
    cited = [r for r in standing if _cites(r)] or standing
    return min(cited, key=_size, default=None)


def _size(one: Record | Position | Assessment) -> tuple[int, str]:
    return len(one.model_dump_json(exclude_defaults=True)), one.id


def _cites(record: Record) -> bool:
    return any(getattr(record, name, ()) for name in ("citations", "assessments", "sides"))


def _text(collection: str, record: Record) -> str:
    return record_text(collection, _fields(record))


def _fields(one: Record | Position | Assessment) -> dict[str, Any]:
    return one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
