"""Build new records from input, with their ids and nested fields."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any

from tracker.model import Dataset, ImpreciseDate, Path, Recommendation, RecordKind, Ref, Term
from tracker.model.citation import Statement
from tracker.model.dates import read_dates
from tracker.model.fields import FieldDescription, iter_scalar_types
from tracker.model.text import fold


def list_known_ids(data: Dataset, ref: Ref) -> dict[str, str]:
    """Return the ids that a reference field may contain, with the titles of their records."""
    return {
        record.id: str(record.title)
        for name, record in data.records()
        if ref.collection in ("", name)
        if not ref.kinds or not isinstance(record, Term) or record.kind in ref.kinds
    }


def list_taken_ids(data: Dataset) -> set[str]:
    """Return the ids of all records and of the positions and assessments in them."""
    taken = {record.id for records in data.collections.values() for record in records}
    for recommendation in data.of(Recommendation):
        taken |= {a.id for a in recommendation.assessments}
        taken |= {p.id for p in recommendation.positions}
    return taken


def make_id(
    kind: RecordKind, fields: Mapping[str, Any], taken: Iterable[str], owner: str = ""
) -> str:
    """Return a new id: the first words of the title, or the owner's id and a hash of the part.

    A hash, because numbers would collide between two proposals made at the same time.
    """
    taken_ids = set(taken)
    if kind.list:
        content = json.dumps(fields, sort_keys=True, default=str).encode()
        stem = f"{owner}-{kind.list[0]}-{hashlib.sha256(content).hexdigest()[:6]}"
    else:
        words = re.findall(r"[a-z0-9]+", fold(str(fields.get("title", ""))))[:6]
        stem = "-".join(words) or kind.collection.rstrip("s")
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(candidate for candidate in chain([stem], numbered) if candidate not in taken_ids)


def set_path(draft: dict[str, Any], path: Path, value: Any) -> None:
    """Set a field at a path; create missing mappings and lists on the way.

    Raises IndexError if a list would get a gap, TypeError if a scalar is in the way.
    """
    parent: Any = draft
    step: Any
    for step, following in zip(path, (*path[1:], None), strict=True):
        if isinstance(parent, list):
            if not isinstance(step, int):
                raise TypeError(step)
            if step == len(parent):
                parent.append(None)
        elif not isinstance(parent, dict) or isinstance(step, int):
            raise TypeError(step)
        if following is None:
            parent[step] = value
            return
        child = parent[step] if isinstance(parent, list) else parent.get(step)
        if child is None:
            child = parent[step] = [] if isinstance(following, int) else {}
        parent = child


class AmbiguousDateError(ValueError):
    """A date with an ambiguous order of day and month; `args` are the text and both dates."""


def parse_value(field: FieldDescription, text: str, *, item: bool = False) -> Any:
    """Return the value of a field, or of one item of a list, as a person types it.

    A list takes commas, and dates the usual forms. Nothing is refused: the check does that. Raises
    AmbiguousDateError.
    """
    if field.many and not item:
        return [parse_value(field, part, item=True) for part in split_values(text)]
    if field.part is Statement:
        return parse_statement(text)
    if ImpreciseDate in iter_scalar_types(field.type):
        readings = read_dates(text)
        if len(readings) > 1:
            raise AmbiguousDateError(text, *readings)
        return readings[0] if readings else text
    return text


def split_values(text: str) -> list[str]:
    """Split a list separated by commas; `1,200` stays whole, `1, 200` does not."""
    parts = re.split(r",\s+|(?<!\d),|,(?!\d{3}(?!\d))", text)
    return [part.strip() for part in parts if part.strip()]


def parse_statement(text: str) -> str | dict[str, str]:
    """Return a figure or date as value and as printed; any other text as it is."""
    number = re.fullmatch(
        r"(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(\s?(?:%|per ?cent))?", text
    )
    value = number[1].replace(",", "") if number else text
    if not number and re.search(r"[A-Za-z]{3}|\d\.\d+\.\d", text):
        readings = read_dates(text)
        value = readings[0] if len(readings) == 1 else text
    return text if value == text else {"value": value, "printed": text}


def parse_path(text: str) -> Path:
    """Parse a path such as `citations.0.source`."""
    return tuple(int(step) if step.isdecimal() else step for step in text.split("."))
