"""The Data Package: a CSV file for each collection, and their description as Table Schemas.

See https://specs.frictionlessdata.io/data-package/ (version 1).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.export.csv_table import to_csv
from tracker.model import COLLECTIONS, FrozenModel, Record, Text
from tracker.model.fields import FieldDescription, describe_fields, iter_scalar_types

Localize = Callable[[Text | None], str]
"""Returns a text in the language of the site, or else in the first language it has."""

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a collection's table: a field of the model, or of a part inside it."""

    path: tuple[str, ...]
    field: FieldDescription
    required: bool

    @property
    def name(self) -> str:
        """The heading, such as `figure.value`."""
        return ".".join(self.path)


def list_columns(model: type[FrozenModel]) -> tuple[TableColumn, ...]:
    """Return the columns of a model. A part has a column for each of its fields.

    A list is one column, because its items can have any number of fields.
    """
    return tuple(_iter_columns(model, (), required=True))


def _iter_columns(
    model: type[FrozenModel], path: tuple[str, ...], *, required: bool
) -> Iterator[TableColumn]:
    for name, field in describe_fields(model).items():
        is_required = required and field.required
        if field.part and not field.many:
            yield from _iter_columns(field.part, (*path, name), required=is_required)
        else:
            yield TableColumn((*path, name), field, is_required)


def collection_to_csv(
    records: Iterable[Record], model: type[FrozenModel], *, localize: Localize
) -> bytes:
    """Return the records of a collection as CSV, sorted by id. A list is a cell of JSON."""
    columns = list_columns(model)
    ordered = sorted(records, key=lambda record: record.id)
    rows = ([_to_cell(record, column, localize) for column in columns] for record in ordered)
    return to_csv([column.name for column in columns], rows)


def _to_cell(record: Record, column: TableColumn, localize: Localize) -> object:
    value: Any = record
    for name in column.path:
        value = getattr(value, name, None)  # an optional part may be missing
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False, default=_dump)
    if isinstance(value, dict):
        return localize(value)
    return value if value is None or isinstance(value, int | float) else str(value)


def _dump(part: FrozenModel) -> Any:
    return part.model_dump(mode="json", exclude_none=True)


def make_data_package(
    *,
    name: str,
    title: str,
    description: str,
    homepage: str,
    today: date,
    resources: Sequence[Mapping[str, Any]],
) -> bytes:
    """Return the descriptor `datapackage.json`. Paths are relative to its own folder."""
    package = {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "description": description,
        **({"homepage": homepage} if homepage else {}),
        "created": f"{today}T00:00:00Z",
        "licenses": [LICENCE],
        "resources": resources,
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def describe_collection_table(collection: str) -> dict[str, Any]:
    """Return the resource of a collection, with the Table Schema of its model."""
    model = COLLECTIONS[collection]
    columns = list_columns(model)
    keys = [_describe_foreign_key(column, collection) for column in columns]
    schema = {
        "fields": [_describe_column(column) for column in columns],
        "primaryKey": "id",
        "missingValues": [""],
        "foreignKeys": [key for key in keys if key],
    }
    description = " ".join((model.__doc__ or "").split())
    return describe_table(collection, f"csv/{collection}.csv", description, schema)


def describe_table(
    name: str, path: str, description: str, schema: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a resource: a CSV file with its Table Schema."""
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _DIALECT,
        "schema": schema,
    }


def _describe_column(column: TableColumn) -> dict[str, Any]:
    field = column.field
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if field.choices and not field.many:
        constraints["enum"] = list(field.choices)
    kinds = set(iter_scalar_types(field.type))
    kind = "array" if field.many else "integer" if kinds == {int} else "string"
    return {
        "name": column.name,
        "type": kind,
        "description": field.description,
        **({"constraints": constraints} if constraints else {}),
    }


def _describe_foreign_key(column: TableColumn, collection: str) -> dict[str, Any] | None:
    """Return the reference of a column to another table; None if it refers to no single one."""
    ref = column.field.ref
    if ref is None or not ref.collection or column.field.many:
        return None
    resource = "" if ref.collection == collection else ref.collection
    return {"fields": column.name, "reference": {"resource": resource, "fields": "id"}}
