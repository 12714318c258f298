"""What each record claims by each citation: a name that stays, a fingerprint that tells."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.model import (
    Citation,
    Dataset,
    Frozen,
    Path,
    Recommendation,
    Record,
    citations_in,
    reference_fields,
)

_NOT_CLAIMED = {"id", "labels", "withdrawn", "corrections"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One citation, and the part of a record that makes a claim by it."""

    record: Record
    path: Path
    """Where the citation stands in the record."""
    citation: Citation
    holder: Frozen
    """The record, or the part of it, to which the citation belongs."""
    key: str
    """`record/positions/record-p1/citations source locator`: by ids, so that it stays."""
    fingerprint: str
    """16 hexadecimal digits that change with any text, figure or date claimed or cited."""


def claims(data: Dataset) -> Iterator[Claim]:
    """Every claim of every record that stands, in the order of the records."""
    for record in claiming(data):
        yield from claims_of(record)


def claiming(data: Dataset) -> Iterator[Record]:
    """The records that stand and claim something by their citations, in order.

    What an import took claims nothing until somebody assesses it: its text is known by its hash.
    """
    for _, record in data.records():
        imported = isinstance(record, Recommendation) and record.unassessed_import
        if record.withdrawn is None and not imported:
            yield record


def holder_of(record: Record, path: Path) -> Frozen:
    """The record, or the part of it, that makes a claim by the citation at this path."""
    value: Any = record
    for step in _above(path):
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value  # type: ignore[no-any-return]  # only such parts hold citations


def _above(path: Path) -> Path:
    return path[:-2] if isinstance(path[-1], int) else path[:-1]


def claims_of(record: Record) -> Iterator[Claim]:
    """Every claim of one record. An indicator and a position claim what they say by each source."""
    said: dict[Path, str] = {}
    for path, citation in citations_in(record):
        above, holder = _above(path), holder_of(record, path)
        if above not in said:
            said[above] = json.dumps(_claimed(holder), ensure_ascii=False)
        name = _name(record, path)
        key = f"{name} {citation.source} {' '.join(citation.locator.split())}"
        yield Claim(record, path, citation, holder, key, _print(said[above], citation))


def _print(said: str, citation: Citation) -> str:
    cited = citation.model_dump_json(exclude_none=True)
    return hashlib.sha256(f"{said}\n{cited}".encode()).hexdigest()[:16]


def _name(record: Record, path: Path) -> str:
    """The path by ids: an item that has one is named by it, others by their position."""
    steps = [record.id]
    value: Any = record
    last = len(path) - (1 if isinstance(path[-1], int) else 0)
    for step in path[:last]:
        value = value[step] if isinstance(step, int) else getattr(value, step)
        steps.append(str(getattr(value, "id", step)) if isinstance(step, int) else step)
    return "/".join(steps)


def _claimed(holder: Frozen) -> dict[str, Any]:
    """The texts, figures and dates of a part. Not claimed by it: ids, and parts that cite."""
    left_out = _NOT_CLAIMED | {
        name
        for name, mark in reference_fields(type(holder))
        if mark is not None or _cites(getattr(holder, name))
    }
    return holder.model_dump(mode="json", exclude=left_out, exclude_none=True)


def _cites(content: Any) -> bool:
    items = content if isinstance(content, tuple) else (content,)
    return any(
        isinstance(item, Citation) or any(citations_in(item))
        for item in items
        if isinstance(item, Frozen)
    )
