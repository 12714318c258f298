"""The field reference: the fields of each kind of record, with a short example from the data."""

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
    """Return the template values for a collection. Raises KeyError if there is none."""
    example = _find_short_example(data, collection)
    return {
        "kind": collection,
        "file": f"data/{collection}/{example.id if example else 'ID'}.yml",
        "all": f"data/{collection}.yml",
        "new": [
            f"tracker new {kind.name}" for kind in KINDS.values() if kind.collection == collection
        ],
        "paged": PAGED,
        "models": tuple(_add_examples(describe_model(COLLECTIONS[collection]), data)),
        "example": example,
        "yaml": example and format_record(collection, _to_fields(example)),
    }


def make_example(data: Dataset, kind_name: str) -> dict[str, Any]:
    """Return the template values for a short example of a kind. Raises KeyError if there is none.

    A part of a record is shown as in a separate file.
    """
    kind = KINDS[kind_name]
    if not kind.list:
        record = _find_short_example(data, kind.collection)
        yaml = format_record(kind.collection, _to_fields(record)) if record else ""
        return {"owner": record, "part": "", "yaml": yaml}
    pairs = [(p, r) for r in data.of(Recommendation) for p in getattr(r, kind.list)]
    cited = [(p, r) for p, r in pairs if p.citations and r.imported is None] or pairs
    if not cited:
        return {"owner": None, "part": "", "yaml": ""}
    part, owner = min(cited, key=lambda pair: _get_size(pair[0]))
    yaml = format_record(kind.list, {"recommendation": owner.id, **_to_fields(part)})
    return {"owner": owner, "part": kind.list, "yaml": yaml}


def _add_examples(models: tuple[ModelReference, ...], data: Dataset) -> Iterator[ModelReference]:
    """Yield the models, with a real id as the example of each field that refers to a record."""
    for model in models:
        fields = (
            replace(field, example=_choose_id(field.ref, data)) if field.ref else field
            for field in model.fields
        )
        yield replace(model, fields=tuple(fields))


def _choose_id(ref: Ref, data: Dataset) -> str:
    """Return an id that a field may refer to, or a finding if it may be any record."""
    return next(iter(list_known_ids(data, ref if ref.collection else Ref("findings"))), "")


def _find_short_example(data: Dataset, collection: str) -> Record | None:
    """Return the shortest record, preferably one of our own with a citation or a URL."""
    current = [r for r in data.collections.get(collection, ()) if r.withdrawn is None]
    own = [r for r in current if getattr(r, "imported", None) is None] or current
    return min([r for r in own if _has_evidence(r)] or own, key=_get_size, default=None)


def _get_size(item: Record | Position | Assessment) -> tuple[int, str]:
    return len(item.model_dump_json(exclude_defaults=True)), item.id


def _has_evidence(record: Record) -> bool:
    names = ("url",) if isinstance(record, Source) else ("citations", "assessments", "sides")
    return any(getattr(record, name, None) for name in names)


def _to_fields(item: Record | Position | Assessment) -> Any:
    return _simplify(item.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def _simplify(value: Any) -> Any:
    """Replace a figure that equals its printed form with the bare value, as in the files."""
    if isinstance(value, list):
        return [_simplify(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"value", "printed"} and value["value"] == value["printed"]:
        return value["value"]
    return {name: _simplify(item) for name, item in value.items()}
