"""The field reference of each kind of record, and JSON Schemas for code editors."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pydantic import TypeAdapter

from tracker.analysis.diff import to_plain_text
from tracker.i18n import t
from tracker.model import FILES, Dataset, FrozenModel, Line, Ref, Statement, Term

KINDS = tuple(FILES)
"""Kinds of data files, named after their file or folder in `data/`."""
VERSION = "v1"
"""Part of a schema's address. It changes when a valid file becomes invalid."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class FieldReference:
    """The description of one field."""

    name: str
    required: bool
    format: str
    description: str
    example: str
    """Empty for choices, parts that have fields, and ids."""
    ref: Ref | None
    """The records that an id may refer to."""
    shown_in: str
    """The place where readers see it, as the last part of a message key."""


@dataclass(frozen=True, slots=True)
class ModelReference:
    """One kind of record or part, with its fields in order."""

    name: str
    doc: str
    fields: tuple[FieldReference, ...]


_SHOWN_IN = {
    "id": "address",
    "title": "everywhere",
    "symbol": "everywhere",
    "summary": "search",
    "definition": "search",
    "also": "query",
    **dict.fromkeys(("kind", "type", "role", "rights", "groups", "made_by", "status"), "filter"),
    **dict.fromkeys(("states", "near", "value"), "proof"),
    **dict.fromkeys(("index_label", "labels", "language", "sha256"), "program"),
    **dict.fromkeys(("withdrawn", "corrections"), "corrections"),
}
"""The places where readers see a field, if not only on the page of the record."""


def describe_model(model: type[FrozenModel]) -> tuple[ModelReference, ...]:
    """Describe the fields of a record, then those of each part inside it."""
    schema = model.model_json_schema(by_alias=True)
    parts = {**schema.pop("$defs", {}), model.__name__: schema}
    names = [model.__name__]
    for name in names:  # the loop appends the parts that its fields use
        used = re.findall(r"#/\$defs/(\w+)", str(parts[name].get("properties", {})))
        names += [part for part in dict.fromkeys(used) if part not in names]
    return tuple(_describe(name, parts[name]) for name in names if parts[name]["type"] == "object")


def _describe(name: str, schema: dict[str, Any]) -> ModelReference:
    required = schema.get("required", [])
    fields = tuple(
        FieldReference(
            name=field,
            required=field in required,
            format=", ".join(dict.fromkeys(_iter_formats(detail))),
            description=detail.get("description", ""),
            example=_get_example(field, detail),
            ref=next((d["names"] for d in _iter_alternatives(detail) if "names" in d), None),
            shown_in=_SHOWN_IN.get(field, "page"),
        )
        for field, detail in schema.get("properties", {}).items()
    )
    return ModelReference(name, " ".join(schema.get("description", "").split()), fields)


def _iter_alternatives(detail: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the schema of a field and the alternatives and item schemas inside it."""
    yield detail
    for inner in (*detail.get("anyOf", ()), detail.get("items")):
        if isinstance(inner, dict):
            yield from _iter_alternatives(inner)


def _get_example(field: str, detail: dict[str, Any]) -> str:
    """Return an example from the model or the catalogue. Raises KeyError if there is none."""
    schemas = list(_iter_alternatives(detail))
    examples = [example for schema in schemas for example in schema.get("examples", ())]
    if not examples and any({"names", "enum", "const", "$ref"} & s.keys() for s in schemas):
        return ""
    return str(examples[0]) if examples else t(f"sample.{field}")


def _iter_formats(detail: dict[str, Any]) -> Iterator[str]:
    if "names" in detail:
        of = detail["names"].kinds or detail["names"].collection
        yield t("form.id", of=of) if of else t("form.any")
    elif "$ref" in detail:
        yield detail["$ref"].rsplit("/", 1)[-1]
    elif "enum" in detail:
        yield " | ".join(detail["enum"])
    elif "const" in detail:
        yield detail["const"]
    elif "anyOf" in detail:
        for alternative in detail["anyOf"]:
            if alternative.get("type") != "null":
                yield from _iter_formats(alternative)
    elif detail.get("type") == "array":
        if "instead" in detail:
            yield detail["instead"]
        for item_format in _iter_formats(detail.get("items", {})):
            yield t("form.list", of=item_format)
    elif detail.get("type") == "object":
        yield t("form.languages")
    elif isinstance(detail.get("type"), list):
        yield t("form.value")
    elif detail.get("form", "").startswith("bad-date"):
        yield t("form.date")
    else:
        yield t("form.number" if detail.get("type") == "integer" else "form.text")


def get_schema_paths() -> dict[str, str]:
    """Return the kind of each schema, by the path of the schema."""
    return {f"schemas/{VERSION}/{kind}.json": kind for kind in KINDS}


def make_schema_file(kind: str, data: Dataset) -> bytes:
    """Return the schema of a kind, with the definitions of the project's vocabulary."""
    meanings = {term.id: to_plain_text(term.definition) for term in data.of(Term)}
    schema = make_schema(kind, meanings=meanings)
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def make_schema_files(data: Dataset) -> dict[str, bytes]:
    """Return the schema of each kind, by path."""
    return {path: make_schema_file(kind, data) for path, kind in get_schema_paths().items()}


def make_schema(kind: str, *, meanings: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a data file. Raises KeyError for an unknown kind.

    A file of `maps` is one mapping, any other file a list of records. `meanings` contains
    definitions of terms, for the fields that accept these terms. `tracker check` covers rules that
    depend on several fields, on another record or on a source.
    """
    model = FILES[kind]
    schema = model.model_json_schema(by_alias=True)
    parts = {**schema.pop("$defs", {}), model.__name__: schema}
    record = {"$ref": f"#/$defs/{model.__name__}"}
    return {
        "$schema": DIALECT,
        "title": kind,
        "description": " ".join(schema["description"].split()),
        **(record if kind == "maps" else {"type": "array", "items": record}),
        "$defs": {name: _adapt_to_input(parts[name], meanings or {}) for name in sorted(parts)},
    }


def _adapt_to_input(schema: dict[str, Any], meanings: Mapping[str, str]) -> dict[str, Any]:
    """Adapt a schema of pydantic, which describes parsed values, to YAML input.

    The schema accepts no empty fields. A single example is dropped, because editors insert it.
    """
    adapted = {key: value for key, value in schema.items() if key not in _REBUILT}
    if len(schema.get("examples", ())) == 1:
        del adapted["examples"]
    for key in ("properties", "patternProperties"):
        if key in schema:
            adapted[key] = {
                name: _adapt_to_input(field, meanings) for name, field in schema[key].items()
            }
    if "items" in schema:
        adapted["items"] = _adapt_to_input(schema["items"], meanings)
        if "names" in schema["items"]:
            adapted["uniqueItems"] = True
    if "instead" in schema:
        adapted |= {"type": ["array", "string"], "pattern": f"^{schema['instead']}$"}
    if "anyOf" in schema:
        adapted = {
            **_merge_alternatives([_adapt_to_input(s, meanings) for s in schema["anyOf"]]),
            **adapted,
        }
    if "title" in schema:
        adapted["title"] = schema["title"].capitalize()
    if "form" in schema:
        adapted["errorMessage"] = t(f"problem.{schema['form']}")
    if "pattern" in schema:
        adapted = _allow_bare(adapted)
    elif "type" in schema and "string" in schema["type"] and "enum" not in schema:
        adapted["type"] = ["string", "number", "boolean"]
    if schema.get("default"):
        adapted["default"] = schema["default"]
    if meanings.keys() & set(schema.get("enum", ())):
        adapted["enumDescriptions"] = [meanings.get(word, "") for word in schema["enum"]]
    if schema.get("$ref", "").endswith(f"/{Statement.__name__}"):
        bare = _adapt_to_input(TypeAdapter(Line).json_schema(), meanings)
        adapted = {"anyOf": [{**bare, "title": t("form.bare")}, adapted]}
    return adapted


_REBUILT = {"title", "default", "anyOf", "names", "form", "instead"}


def _merge_alternatives(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Merge alternative schemas into one; each keyword applies to one type only."""
    schemas = [schema for schema in schemas if schema.get("type") != "null"]
    merged = {key: value for schema in schemas for key, value in schema.items()}
    if len(schemas) < 2:
        return merged
    types = (schema.get("type", []) for schema in schemas)
    return {
        **merged,
        "type": [*chain.from_iterable([x] if isinstance(x, str) else x for x in types)],
    }


def _allow_bare(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that also accepts unquoted scalars that match the pattern.

    Editors parse an unquoted `2013` as a number and `true` as a boolean. Our reader keeps the text.
    """
    text = {**schema, "type": "string"}
    types, limits = _get_bare_types(schema["pattern"])
    if not types:
        return text
    if "maximum" not in limits:
        text["patternErrorMessage"] = text.pop("errorMessage")
        return {**text, "type": ["string", *types], **limits}
    # For a number outside its limits, the language server would report the limit only.
    string = {key: text.pop(key) for key in ("type", "pattern", "errorMessage")}
    return {**text, "anyOf": [string, {"type": types, **limits}]}


def _get_bare_types(pattern: str) -> tuple[list[str], dict[str, int]]:
    """Return the JSON types that a matching unquoted scalar may have, with numeric bounds."""
    matches = re.compile(pattern).search
    boolean = ["boolean"] if matches("true") else []
    digits = [count for count in range(1, 16) if matches("1" * count)]
    if matches("1.5"):
        return ["number", *boolean], {}
    if not digits:
        return boolean, {}
    limits = {"minimum": 10 ** (digits[0] - 1) if digits[0] > 1 else 0}
    if digits[-1] < 15:
        limits["maximum"] = 10 ** digits[-1] - 1
    return ["integer", *boolean], limits
