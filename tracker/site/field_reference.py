"""What the page of a kind of record shows: its fields, and a short record from the data."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tracker.export.json_schema import ModelReference, describe_model
from tracker.model import (
    COLLECTIONS,
    KINDS,
    PAGED,
    Assessment,
    Dataset,
    Position,
    Recommendation,
    Record,
    Ref,
    Source,
)
from tracker.records.drafts import list_known_ids
from tracker.records.formatter import format_record


def describe_collection(data: Dataset, collection: str) -> dict[str, Any]:
    """The facts of the page of one collection; KeyError if there is no such collection."""
    example = _find_shortest(data, collection)
    return {
        "kind": collection,
        "file": f"data/{collection}/{example.id if example else 'ID'}.yml",
        "all": f"data/{collection}.yml",
        "new": [
            f"tracker new {kind.name}" for kind in KINDS.values() if kind.collection == collection
        ],
        "paged": PAGED,
        "models": tuple(_add_ids(describe_model(COLLECTIONS[collection]), data)),
        "example": example,
        "yaml": example and _to_text(collection, example),
    }


def make_example(data: Dataset, kind: str) -> dict[str, Any]:
    """The facts of a short true record or part of a kind; KeyError if there is no such kind.

    A part is shown as in a file of its own.
    """
    found = KINDS[kind]
    owner: Record | None
    part: Position | Assessment | None = None
    if found.list:
        parts = [(p, r) for r in data.of(Recommendation) for p in getattr(r, found.list)]
        told = [(p, r) for p, r in parts if p.citations and not _is_imported(r)] or parts
        part, owner = min(told, key=lambda pair: _get_size(pair[0]), default=(None, None))
    else:
        owner = _find_shortest(data, found.collection)
    if owner is None:
        return {"owner": None, "part": "", "yaml": ""}
    if part is None:
        text = _to_text(found.collection, owner)
    else:
        text = format_record(found.list, {"recommendation": owner.id, **_to_fields(part)})
    return {"owner": owner, "part": found.list, "yaml": text}


def _add_ids(models: tuple[ModelReference, ...], data: Dataset) -> Iterator[ModelReference]:
    """The same, with an id of the data as the example of each field that names a record."""
    for model in models:
        fields = (
            replace(f, example=_choose_id(f.names, data)) if f.names else f for f in model.fields
        )
        yield replace(model, fields=tuple(fields))


def _choose_id(ref: Ref, data: Dataset) -> str:
    """One that may be named; a finding where any record may."""
    return next(iter(list_known_ids(data, ref if ref.collection else Ref("findings"))), "")


def _find_shortest(data: Dataset, collection: str) -> Record | None:
    """The shortest of those that cite something or can be opened: enough to see, and no more."""
    standing = [r for r in data.collections.get(collection, ()) if r.withdrawn is None]
    standing = [r for r in standing if not _is_imported(r)] or standing
    telling = [r for r in standing if _is_telling(r)] or standing
    return min(telling, key=_get_size, default=None)


def _get_size(one: Record | Position | Assessment) -> tuple[int, str]:
    return len(one.model_dump_json(exclude_defaults=True)), one.id


def _is_imported(record: Record) -> bool:
    """From a database of others: nobody would write it so."""
    return isinstance(record, Recommendation) and record.imported is not None


def _is_telling(record: Record) -> bool:
    names = ("url",) if isinstance(record, Source) else ("citations", "assessments", "sides")
    return any(getattr(record, name, None) for name in names)


def _to_text(collection: str, record: Record) -> str:
    return format_record(collection, _to_fields(record))


def _to_fields(one: Record | Position | Assessment) -> Any:
    return _shorten(one.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def _shorten(value: Any) -> Any:
    """What has the same value and print is a bare word, as in the files."""
    if isinstance(value, list):
        return [_shorten(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"value", "printed"} and value["value"] == value["printed"]:
        return value["value"]
    return {name: _shorten(item) for name, item in value.items()}
