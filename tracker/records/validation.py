"""Plain content → sound records, one by one, so that a bad record hides no other."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from tracker.model import FILES, FrozenModel, Path
from tracker.model.diagnostics import Diagnostic, closest_match
from tracker.model.fields import describe_fields
from tracker.model.text import NUMBER_WORDS
from tracker.records.format_rules import FAULTS

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


def validate(
    model: type[FrozenModel], content: Any, *, record: str
) -> FrozenModel | list[Diagnostic]:
    """The sound record, or every problem in it."""
    if not isinstance(content, dict):
        return [
            Diagnostic(
                "not-a-mapping", record, (), {"field": "record", "got": _shorten_value(content)}
            )
        ]
    try:
        return model.model_validate(content)
    except ValidationError as error:
        return list(_iter_diagnostics(model, error, record))


def find_kind(content: Any) -> str:
    """The kind of file in which this record would be valid; empty if in none."""
    if not isinstance(content, dict):
        return ""
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
    found = error.errors(include_url=False)
    unknown = [
        _explain_unknown_field(model, e["loc"]) for e in found if e["type"] == "extra_forbidden"
    ]
    meant = {(path[:-1], facts.get("suggest")) for path, facts in unknown}
    for one in found:
        path = _strip_union_members(model, one["loc"])
        code = _map_code(one["type"])
        # A field under a misspelt name is not missing as well.
        echo = code == "missing-field" and (path[:-1], path[-1]) in meant
        if (code, path) in seen or echo:
            continue
        seen.add((code, path))
        facts = _collect_facts(model, code, path, one)
        code = "unknown-status" if code == "unknown-value" and path[-1] == "status" else code
        path = path[:-1] if code == "missing-field" else path
        yield Diagnostic(code, record, path, facts, at_key=code == "unknown-field")


def _collect_facts(model: type[FrozenModel], code: str, path: Path, error: Any) -> dict[str, Any]:
    """What the words for an error need."""
    field = str(next((p for p in reversed(path) if isinstance(p, str)), "record"))
    given = error.get("input")
    facts: dict[str, Any] = {"field": field, "got": _shorten_value(given)} | error.get("ctx", {})
    if code == "unknown-value":
        allowed = re.findall(r"'([^']*)'", facts.pop("expected", ""))
        facts |= {"allowed": allowed, "suggest": closest_match(facts["got"], allowed)}
    elif code == "unknown-field":
        facts |= _explain_unknown_field(model, path)[1]
    elif code == "bad-url" and isinstance(given, str):
        facts |= {"suggest": _complete_url(given)}
    elif code == "bad-date":
        facts |= _suggest_date(facts)
    elif code == "not-a-number":
        facts |= {"suggest": _to_digits(facts["got"])}
    elif code == "not-text" and path and isinstance(path[-1], int) and isinstance(given, list):
        facts |= {"hint": "dash", "typed": f"- {given[0]}" if given else ""}
    elif code == "not-a-list" and isinstance(given, str):
        facts |= {"hint": "one"}
    return facts


def _suggest_date(facts: dict[str, Any]) -> dict[str, str]:
    """What the words for a wrong date need: whether day and month could be the other way round."""
    suggest = facts.get("suggest", "")
    if "/" in suggest and facts["field"] not in ("period", "when"):
        return {"suggest": ""}  # a span, where only one date may stand
    numbers = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", facts["got"])
    order = numbers and max(int(numbers[1]), int(numbers[2])) <= 12 and numbers[1] != numbers[2]
    real = re.fullmatch(r"\d{4}-\d\d-\d\d", facts["got"])
    return {"hint": "order" if order else "calendar" if real else ""}


def _complete_url(given: str) -> str:
    """The address that is meant, if only its beginning is missing, or spaces are in it."""
    bare = given.strip("<>“”\"' ").replace(" ", "%20")
    whole = bare if "://" in bare else f"https://{bare}"
    plain = re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(/[^\s<>\"\\@]*)?", whole)
    return whole if plain and whole != given else ""


def _to_digits(got: str) -> str:
    """A count as digits, if it is one with separators or in words."""
    bare = re.sub(r"[\s,.'’_]", "", got)
    small = str(NUMBER_WORDS.index(got.lower())) if got.lower() in NUMBER_WORDS else ""
    return bare if bare.isdecimal() and bare.isascii() and len(bare) < 12 else small


def _explain_unknown_field(model: type[FrozenModel], path: Path) -> tuple[Path, dict[str, Any]]:
    """What is known of a field that is none here: one like it, or the part that it belongs to."""
    field, here = str(path[-1]), _find_model_at(model, path[:-1])
    allowed = list(here.model_fields)
    suggest = closest_match(re.sub(r"[\s-]+", "_", field), allowed)
    parts = [
        name
        for name, known in describe_fields(here).items()
        if known.part and field in known.part.model_fields
    ]
    facts: dict[str, Any] = {"field": field, "allowed": allowed}
    if parts:
        return path, facts | {"hint": "inside", "parts": parts}
    if any(field in _find_model_at(model, path[:end]).model_fields for end in range(len(path) - 1)):
        return path, facts | {"hint": "outside"}
    return path, facts | {"suggest": suggest}


def _map_code(kind: str) -> str:
    """Our code for pydantic's kind of error: one of the catalogue, whatever pydantic may add."""
    code = _CODES.get(kind, kind)
    if code in _KNOWN:
        return code
    return "not-a-number" if kind.startswith(("int", "float")) else "not-text"


def _shorten_value(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "…"
    return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), "a value")


def _strip_union_members(model: type[FrozenModel], loc: tuple[str | int, ...]) -> Path:
    """Pydantic's place without the names of union members that it adds."""
    members = {"int", "float", "str"}
    while loc and loc[-1] in members:
        loc = loc[:-1]
    return loc


def _find_model_at(model: type[FrozenModel], path: Path) -> type[FrozenModel]:
    """The model of the mapping at this path."""
    for step in path:
        if isinstance(step, int):
            continue
        model = describe_fields(model)[step].part or model
    return model
