"""A record that is about to be written: what it must hold, what was given, and where it goes."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tracker.model import Dataset, Path, Recommendation, RecordKind, Ref, Term
from tracker.model.text import fold


def list_known_ids(data: Dataset, ref: Ref) -> dict[str, str]:
    """The ids that a field may name, each with its title."""
    return {
        record.id: str(record.title)
        for name, record in data.records()
        if ref.collection in ("", name)
        if not ref.kinds or not isinstance(record, Term) or record.kind in ref.kinds
    }


def list_taken_ids(data: Dataset) -> set[str]:
    """The ids of all records, and of what has one inside a recommendation."""
    taken = {record.id for records in data.collections.values() for record in records}
    for asked in data.of(Recommendation):
        taken |= {one.id for one in asked.assessments} | {one.id for one in asked.positions}
    return taken


def make_id(
    kind: RecordKind, given: Mapping[str, Any], taken: Iterable[str], owner: str = ""
) -> str:
    """An id that is not taken: the title's first words, or the owner's id and a hash of the part.

    A number instead of the hash would be given twice where two proposals are made at once.
    """
    known = set(taken)
    if kind.list:
        content = json.dumps(given, sort_keys=True, default=str).encode()
        stem = f"{owner}-{kind.list[0]}-{hashlib.sha256(content).hexdigest()[:6]}"
    else:
        words = re.findall(r"[a-z0-9]+", fold(str(given.get("title", ""))))[:6]
        stem = "-".join(words) or kind.collection.rstrip("s")
    number = 1
    while (tried := stem if number == 1 else f"{stem}-{number}") in known:
        number += 1
    return tried


def set_path(draft: dict[str, Any], at: Path, value: Any) -> None:
    """Set a field, also one deep inside: parts and lists on the way are begun where missing.

    IndexError where a list would get a gap; TypeError where a text stands on the way.
    """
    here: Any = draft
    step: Any
    for step, after in zip(at, (*at[1:], None), strict=True):
        if isinstance(here, list):
            if not isinstance(step, int):
                raise TypeError(step)
            if step == len(here):
                here.append(None)
        elif not isinstance(here, dict) or isinstance(step, int):
            raise TypeError(step)
        if after is None:
            here[step] = value
            return
        below = here[step] if isinstance(here, list) else here.get(step)
        if below is None:
            below = here[step] = [] if isinstance(after, int) else {}
        here = below


def parse_path(typed: str) -> Path:
    """`citations.0.source` as a path."""
    return tuple(int(step) if step.isdecimal() else step for step in typed.split("."))
