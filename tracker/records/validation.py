"""Validate records one by one, and convert pydantic's errors to diagnostics."""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from tracker.model import FILES, FrozenModel, Path
from tracker.model.diagnostics import Diagnostic
from tracker.model.fields import describe_fields
from tracker.model.rules import RULES
from tracker.model.suggestions import closest_match, find_field, suggest_value
from tracker.model.text import NUMBER_WORDS

Model = TypeVar("Model", bound=FrozenModel)

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


def validate(
    model: type[Model], content: Any, *, record: str
) -> tuple[Model | None, list[Diagnostic]]:
    """Return the valid record, or None and all problems in it."""
    if not isinstance(content, dict):
        params = {"field": "record", "got": _shorten_value(content)}
        return None, [Diagnostic("not-a-mapping", record, (), params)]
    try:
        return model.model_validate(content), []
    except ValidationError as error:
        if other := _find_kind(content):
            params = {"file": f"data/{other}.yml"}
            return None, [Diagnostic("wrong-file", record, ("id",), params)]
        return None, list(_iter_diagnostics(model, error, record))


def _find_kind(content: dict[str, Any]) -> str:
    """Return the name of the file in which this record would be valid, or an empty string."""
    for name, model in FILES.items():
        if name != "maps" and content.keys() <= model.model_fields.keys():
            try:
                model.model_validate(content)
            except ValidationError:
                continue
            return name
    return ""


def _iter_diagnostics(
    model: type[FrozenModel], error: ValidationError, record: str
) -> Iterator[Diagnostic]:
    seen: set[tuple[str, Path]] = set()
    errors = error.errors(include_url=False)
    unknown = [
        _explain_unknown_field(model, e["loc"]) for e in errors if e["type"] == "extra_forbidden"
    ]
    misspelt = {(path[:-1], params.get("suggest")) for path, params in unknown}
    for item in errors:
        path = _strip_union_members(item["loc"])
        code = _map_code(item["type"])
        # Do not report a misspelt field as missing too.
        redundant = code == "missing-field" and (path[:-1], path[-1]) in misspelt
        if (code, path) in seen or redundant:
            continue
        seen.add((code, path))
        params = _collect_params(model, code, path, item)
        code = "unknown-status" if code == "unknown-value" and path[-1] == "status" else code
        path = path[:-1] if code == "missing-field" else path
        yield Diagnostic(code, record, path, params, at_key=code == "unknown-field")


def _collect_params(model: type[FrozenModel], code: str, path: Path, error: Any) -> dict[str, Any]:
    """Return the arguments of the message for an error."""
    field = str(next((p for p in reversed(path) if isinstance(p, str)), "record"))
    given = error.get("input")
    params: dict[str, Any] = {"field": field, "got": _shorten_value(given)} | error.get("ctx", {})
    if code == "unknown-value":
        allowed = re.findall(r"'([^']*)'", params.pop("expected", ""))
        params |= {"allowed": allowed, **suggest_value(params["got"], allowed)}
        if field == "language" and not params.get("suggest"):
            params |= {"hint": "language"}
    elif code == "unknown-field":
        params |= _explain_unknown_field(model, path)[1]
    elif code == "bad-url" and isinstance(given, str):
        params |= {"suggest": complete_url(given)}
    elif code == "bad-date":
        params |= _suggest_date(params)
    elif code == "not-a-number":
        params |= {"suggest": to_digits(params["got"])}
    elif code == "not-text" and path and isinstance(path[-1], int) and isinstance(given, list):
        params |= {"hint": "dash", "typed": f"- {given[0]}" if given else ""}
    elif code == "not-a-mapping" and field == "link" and isinstance(given, str):
        params |= {"hint": "address"}
    elif code == "missing-field" and field == "citations":
        params |= {"hint": "citations"}
    elif code == "not-a-list" and isinstance(given, str):
        params |= {"hint": "one"}
    return params


def _suggest_date(params: dict[str, Any]) -> dict[str, str]:
    """Return message arguments for a wrong date, with a hint if day and month may be swapped."""
    suggest = params.get("suggest", "")
    if "/" in suggest and params["field"] not in ("period", "when", "held"):
        return {"suggest": ""}  # a span, where only one date is allowed
    numbers = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", params["got"])
    order = numbers and max(int(numbers[1]), int(numbers[2])) <= 12 and numbers[1] != numbers[2]
    real = re.fullmatch(r"\d{4}-\d\d-\d\d", params["got"])
    return {"hint": "order" if order else "calendar" if real else ""}


def complete_url(given: str) -> str:
    """Return the likely address, if only its scheme is missing or it has spaces."""
    bare = given.strip("<>“”\"' ").replace(" ", "%20")
    url = bare if "://" in bare else f"https://{bare}"
    plain = re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(/[^\s<>\"\\@]*)?", url)
    return url if plain and url != given else ""


def to_digits(got: str) -> str:
    """Return a count with separators or in words as digits, or an empty string."""
    bare = re.sub(r"[\s,.'’_]", "", got)
    small = str(NUMBER_WORDS.index(got.lower())) if got.lower() in NUMBER_WORDS else ""
    return bare if bare.isdecimal() and bare.isascii() and len(bare) < 12 else small


def _explain_unknown_field(model: type[FrozenModel], path: Path) -> tuple[Path, dict[str, Any]]:
    """Return the path of an unknown field, with a similar name or the part that it belongs to."""
    field, parent = str(path[-1]), _find_model_at(model, path[:-1])
    allowed = list(parent.model_fields)
    suggest = closest_match(field, allowed) or find_field(field, allowed)
    parts = [
        name
        for name, info in describe_fields(parent).items()
        if info.part and field in info.part.model_fields
    ]
    params: dict[str, Any] = {"field": field, "allowed": allowed}
    if parts:
        return path, params | {"hint": "inside", "parts": parts}
    if any(field in _find_model_at(model, path[:end]).model_fields for end in range(len(path) - 1)):
        return path, params | {"hint": "outside"}
    return path, params | {"suggest": suggest}


def _map_code(kind: str) -> str:
    """Return the code of our rule for a type of error of pydantic, also for unknown types."""
    code = _CODES.get(kind, kind)
    if code in RULES["format"]:
        return code
    return "not-a-number" if kind.startswith(("int", "float")) else "not-text"


def _shorten_value(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "…"
    return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), "a value")


def _strip_union_members(loc: Path) -> Path:
    """Remove the names of union members that pydantic appends to a path."""
    while loc and loc[-1] in ("int", "float", "str"):
        loc = loc[:-1]
    return loc


def _find_model_at(model: type[FrozenModel], path: Path) -> type[FrozenModel]:
    """Return the model of the mapping at a path."""
    for step in path:
        if isinstance(step, int):
            continue
        model = describe_fields(model)[step].part or model
    return model
