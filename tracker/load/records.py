"""Plain content → sound records, one by one, so that a bad record hides no other."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from tracker.load.rules import FAULTS
from tracker.model import Frozen, Path
from tracker.problem import Problem, closest

_CODES = {
    "missing": "missing-field",
    "extra_forbidden": "unknown-field",
    "literal_error": "unknown-value",
    "tuple_type": "not-a-list",
    "model_type": "not-a-mapping",
    "model_attributes_type": "not-a-mapping",
    "string_type": "not-text",
    "int_type": "not-a-number",
    "int_parsing": "not-a-number",
    "float_type": "not-text",
    "string_pattern_mismatch": "bad-hash",
}

_KNOWN = {rule.code for rule in FAULTS}


def validate(model: type[Frozen], content: Any, *, record: str) -> Frozen | list[Problem]:
    """The sound record, or every problem in it."""
    if not isinstance(content, dict):
        return [Problem("not-a-mapping", record, (), {"field": "record", "got": _shown(content)})]
    try:
        return model.model_validate(content)
    except ValidationError as error:
        return list(_problems(model, error, record))


def _problems(model: type[Frozen], error: ValidationError, record: str) -> Iterator[Problem]:
    seen: set[tuple[str, Path]] = set()
    for found in error.errors(include_url=False):
        path = _real_path(model, found["loc"])
        code = _code(found["type"])
        if (code, path) in seen:
            continue
        seen.add((code, path))
        field = str(next((p for p in reversed(path) if isinstance(p, str)), "record"))
        facts: dict[str, Any] = {"field": field, "got": _shown(found.get("input"))}
        facts |= found.get("ctx", {})
        if code == "unknown-value":
            allowed = re.findall(r"'([^']*)'", facts.pop("expected", ""))
            facts |= {"allowed": allowed, "suggest": closest(facts["got"], allowed)}
            code = "unknown-status" if field == "status" else code
        elif code == "unknown-field":
            allowed = list(_model_at(model, path[:-1]).model_fields)
            facts |= {"allowed": allowed, "suggest": closest(field, allowed)}
        elif code == "missing-field":
            path = path[:-1]
        yield Problem(code, record, path, facts, at_key=code == "unknown-field")


def _code(kind: str) -> str:
    """Our code for pydantic's kind of error: one of the catalogue, whatever pydantic may add."""
    code = _CODES.get(kind, kind)
    if code in _KNOWN:
        return code
    return "not-a-number" if kind.startswith(("int", "float")) else "not-text"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "…"
    return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), "a value")


def _real_path(model: type[Frozen], loc: tuple[str | int, ...]) -> Path:
    """Pydantic's place without the names of union members that it adds."""
    members = {"int", "float", "str"}
    while loc and loc[-1] in members:
        loc = loc[:-1]
    return loc


def _model_at(model: type[Frozen], path: Path) -> type[Frozen]:
    """The model of the mapping at this path."""
    for step in path:
        if isinstance(step, int):
            continue
        model = next(_models_in(model.model_fields[step].annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[Frozen]]:
    if isinstance(annotation, type):
        if issubclass(annotation, Frozen):
            yield annotation
        return
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)
