"""Model → field reference, for the pages that editors read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.model import Frozen
from tracker.words import say


@dataclass(frozen=True, slots=True)
class Field:
    """One field, described."""

    name: str
    required: bool
    form: str
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class Described:
    """One kind of record or part, with its fields in their order."""

    name: str
    doc: str
    fields: tuple[Field, ...]


def reference(model: type[Frozen]) -> tuple[Described, ...]:
    """A record's own fields, then those of each part inside it, each part once."""
    schema = model.model_json_schema(by_alias=True)
    parts = schema.get("$defs", {})
    names = [name for name in _used(schema, parts) if parts[name].get("type") == "object"]
    return (_describe(model.__name__, schema), *(_describe(name, parts[name]) for name in names))


def _used(schema: dict[str, Any], parts: dict[str, Any]) -> list[str]:
    """The names of parts in the order in which the fields mention them."""
    seen: list[str] = []
    waiting = [schema]
    while waiting:
        for name in re.findall(r"#/\$defs/(\w+)", str(waiting.pop(0).get("properties", {}))):
            if name not in seen:
                seen.append(name)
                waiting.append(parts[name])
    return seen


def _describe(name: str, schema: dict[str, Any]) -> Described:
    required = schema.get("required", [])
    fields = tuple(
        Field(
            name=field,
            required=field in required,
            form=", ".join(dict.fromkeys(_forms(detail))),
            description=detail.get("description", ""),
            example=str((detail.get("examples") or [""])[0]),
        )
        for field, detail in schema.get("properties", {}).items()
    )
    return Described(name, " ".join(schema.get("description", "").split()), fields)


def _forms(detail: dict[str, Any]) -> Iterator[str]:
    if "$ref" in detail:
        yield detail["$ref"].rsplit("/", 1)[-1]
    elif "enum" in detail:
        yield " | ".join(detail["enum"])
    elif "anyOf" in detail:
        for one in detail["anyOf"]:
            if one.get("type") != "null":
                yield from _forms(one)
    elif detail.get("type") == "array":
        for form in _forms(detail.get("items", {})):
            yield say("form.list", of=form)
    elif detail.get("type") == "object":
        yield say("form.languages")
    elif isinstance(detail.get("type"), list):
        yield say("form.value")
    elif detail.get("pattern", "").startswith(r"^\d{4}"):
        yield say("form.date")
    else:
        yield say("form.number" if detail.get("type") == "integer" else "form.text")
