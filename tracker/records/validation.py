"""Validate records one by one, and convert pydantic's errors to diagnostics."""

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from tracker.model import FILES, FrozenModel, ImpreciseDate, Path, Statement
from tracker.model.dates import suggest_date
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
    absent = {e["loc"] for e in errors if e["type"] == "missing"}
    unknown = [
        _explain_unknown_field(model, e["loc"], absent)
        for e in errors
        if e["type"] == "extra_forbidden"
    ]
    misspelt = {
        (path[:-1], params.get("suggest") or params.get("missing")) for path, params in unknown
    }
    for item in errors:
        path = _strip_union_members(item["loc"])
        code = _map_code(item["type"])
        # Do not report a misspelt field as missing too.
        redundant = code == "missing-field" and (path[:-1], path[-1]) in misspelt
        if (code, path) in seen or redundant:
            continue
        seen.add((code, path))
        params = _collect_params(model, code, path, item, absent)
        code = "unknown-status" if code == "unknown-value" and path[-1] == "status" else code
        path = path[:-1] if code == "missing-field" else path
        yield Diagnostic(code, record, path, params, at_key=code == "unknown-field")


def _collect_params(
    model: type[FrozenModel], code: str, path: Path, error: Any, absent: Collection[Path]
) -> dict[str, Any]:
    """Return the arguments of the message for an error."""
    field = str(next((p for p in reversed(path) if isinstance(p, str)), "record"))
    given = error.get("input")
    params: dict[str, Any] = {"field": field, "got": _shorten_value(given)} | error.get("ctx", {})
    if code == "unknown-value":
        allowed = re.findall(r"'([^']*)'", params.pop("expected", ""))
        params |= {"allowed": allowed, **suggest_value(params["got"], allowed)}
        if not isinstance(given, str):
            params |= {"hint": "brackets"}
        elif {*re.split(r"\s*[,;/]\s*|\s+and\s+", given)} <= {*allowed}:
            params |= {"hint": "one", "suggest": ""}
        elif field == "language" and not params.get("suggest"):
            params |= {"hint": "language"}
    elif code == "unknown-field":
        params |= _explain_unknown_field(model, path, absent)[1]
    elif code == "bad-url" and isinstance(given, str):
        params |= {"suggest": complete_url(given), "hint": _describe_url(given)}
    elif code == "bad-date":
        params |= _suggest_date(model, path, params)
    elif code == "not-a-number":
        params |= {"suggest": to_digits(params["got"])}
    elif code == "not-text" and path and isinstance(path[-1], int) and isinstance(given, list):
        params |= {"hint": "dash", "typed": f"- {given[0]}" if given else ""}
    elif code == "not-a-mapping" and field == "link" and isinstance(given, str):
        params |= {"hint": "address"}
    elif code == "not-a-mapping" and isinstance(path[-1:] and path[-1], str):
        params |= _describe_fields(model, path)
    elif code == "missing-field" and field == "citations":
        params |= {"hint": "citations"}
    elif code == "not-a-list" and isinstance(given, str):
        params |= _describe_items(model, path) or _split_list(given)
    return params


def _describe_items(model: type[FrozenModel], path: Path) -> dict[str, Any]:
    """Return message arguments for a list whose items are groups of fields; empty for others."""
    part = _find_model_at(model, path)
    if part is _find_model_at(model, path[:-1]) or part is Statement:
        return {}
    names = [f.name for f in describe_fields(part).values() if f.required]
    return {"hint": "groups", "typed_field": names[0], "fields": names} if names else {}


def _describe_fields(model: type[FrozenModel], path: Path) -> dict[str, Any]:
    """Return message arguments with the fields that belong below a field."""
    part = _find_model_at(model, path)
    names = list(part.model_fields) if part is not _find_model_at(model, path[:-1]) else []
    return {"hint": "fields", "fields": names} if names else {}


def _split_list(given: str) -> dict[str, Any]:
    """Return message arguments for a text where a list is due. A comma may be part of one value."""
    parts = [part for part in re.split(r"\s*[,;]\s*|\s+and\s+", given.strip()) if part]
    if len(parts) < 2:
        return {"hint": "one"}
    are_ids = all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", part) for part in parts)
    return {"hint": "several" if are_ids else "commas", "items": [f"“- {part}”" for part in parts]}


def _suggest_date(model: type[FrozenModel], path: Path, params: dict[str, Any]) -> dict[str, Any]:
    """Return message arguments for a wrong date: what may be meant, and what to check."""
    got, suggest, spans = params["got"], params.get("suggest", ""), _allows_span(model, path)
    begin, slash, end = got.partition("/")
    if spans and slash and suggest_date(f"{end}/{begin}") == f"{end}/{begin}":
        return {"suggest": f"{end}/{begin}", "hint": "reversed"}
    if "/" in suggest and not spans:
        return {"suggest": "", "hint": "one"}  # a span, where only one date is allowed
    if swapped := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", got):
        other = f"{swapped[1]}-{swapped[3]}-{swapped[2]}"
        suggest = other if suggest_date(other) == other and int(swapped[2]) > 12 else suggest
        return {"suggest": suggest, "hint": "calendar"}
    if re.fullmatch(r"[2-6]\d{4}", got):  # days since 1900, as spreadsheets store a date
        day = date(1899, 12, 30) + timedelta(int(got))
        return {"suggest": day.isoformat(), "hint": "serial"}
    numbers = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}", got)
    if numbers and max(int(numbers[1]), int(numbers[2])) <= 12 and numbers[1] != numbers[2]:
        return {"hint": "order"}
    if suggest:
        return {}
    hints = {
        "calendar": r"\d{4}-\d\d",
        "year": r"\d{1,2}([./ -])(\d{1,2}|[^\W\d_]{3,})\1\d\d",
        "none": r"(?i)none|no(?: date)?|unknown|n/?a|not known|tb[acd]|undated|[-–—?.]+",
        "quarter": r"(?i)Q[1-4] \d{4}|\d{4}[ -]?Q[1-4]",
    }
    hint = next((hint for hint, form in hints.items() if re.fullmatch(form, got)), "")
    return {"hint": hint or ("span" if spans else "")}


def _allows_span(model: type[FrozenModel], path: Path) -> bool:
    """Return whether the field of a date allows a span of two dates."""
    info = _find_model_at(model, path[:-1]).model_fields.get(str(path[-1]))
    plain = info and info.annotation in (ImpreciseDate, ImpreciseDate | None)
    return bool(plain and info and not info.metadata)


def _describe_url(given: str) -> str:
    """Return the hint for an address that cannot be completed: none, two, or that of a file."""
    if re.fullmatch(r"(?i)none|no|nil|unknown|n/?a|tb[acd]|[-–—?.]+", given.strip()):
        return "none"
    if re.match(r"(?i)file:|[a-z]:[\\/]|\\\\", given):
        return "local"
    return "two" if re.search(r"://\S*?(?:[;,]\s*|\s+)\S+://", given) else ""


def complete_url(given: str) -> str:
    """Return the likely address, if only its scheme is missing or it has spaces."""
    bare = given.strip("<>“”\"' ").replace(" ", "%20")
    if linked := re.fullmatch(r"\[[^\]]*\]\((https?://[^\s()]+)\)", bare):
        return linked[1]
    if _describe_url(given):
        return ""
    url = bare if "://" in bare else f"https://{bare}"
    plain = re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(/[^\s<>\"\\@]*)?", url)
    return url if plain and url != given else ""


def to_digits(got: str) -> str:
    """Return a count with separators or in words as digits, or an empty string."""
    grouped = re.fullmatch(r"\s*\d{1,3}(?:[\s,.'’_]\d{3})+\s*", got)
    bare = re.sub(r"[\s,.'’_]", "", got) if grouped else got.strip()
    small = str(NUMBER_WORDS.index(got.lower())) if got.lower() in NUMBER_WORDS else ""
    return bare if bare.isdecimal() and bare.isascii() and len(bare) < 12 else small


def _explain_unknown_field(
    model: type[FrozenModel], path: Path, absent: Collection[Path]
) -> tuple[Path, dict[str, Any]]:
    """Return the path of an unknown field, with a similar name or the part that it belongs to.

    `absent` has the paths of missing required fields, which the field may have been meant for.
    """
    field, parent = str(path[-1]), _find_model_at(model, path[:-1])
    allowed = list(parent.model_fields)
    suggest = closest_match(field, allowed) or find_field(field, allowed)
    parts = [
        name
        for name, info in describe_fields(parent).items()
        if info.part and field in info.part.model_fields
    ]
    params: dict[str, Any] = {"field": field, "allowed": allowed}
    if suggest and (*path[:-1], suggest) in absent:
        return path, params | {"suggest": suggest}
    missing = [other[-1] for other in absent if other[:-1] == path[:-1]]
    if not suggest and len(missing) == 1 and missing[0] not in parts:
        return path, params | {"hint": "missing", "missing": missing[0]}
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
