"""The citations of each record: a key that stays, and a fingerprint of what each one states."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.model import (
    Citation,
    Dataset,
    FrozenModel,
    Path,
    Recommendation,
    Record,
    Source,
    Statement,
    find_citations,
    get_reference_fields,
)
from tracker.model.lockfiles import KEPT, Verification

UNAVAILABLE = ("lost", "login", "not-citable")
"""Kinds of access to a source that leave no text to check."""
_NON_CONTENT_FIELDS = {"id", "labels", "texts", "withdrawn", "corrections"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One citation, and the part of a record that makes a claim by it."""

    record: Record
    path: Path
    """Where the citation is in the record."""
    citation: Citation
    holder: FrozenModel
    """The record, or the part of it, to which the citation belongs."""
    key: str
    """`record/positions/record-p1/citations source locator`: by ids, so that it stays."""
    fingerprint: str
    """16 hexadecimal digits of source, place and statements: of what a text can be checked for."""


def iter_claims(data: Dataset) -> Iterator[Claim]:
    """Every claim of every record that stands, in the order of the records."""
    for record in iter_citing_records(data):
        yield from iter_record_claims(record)


def iter_citing_records(data: Dataset) -> Iterator[Record]:
    """The records that stand and claim something by their citations, in order.

    What an import took claims nothing until somebody assesses it: its text is known by its hash.
    """
    for _, record in data.records():
        imported = isinstance(record, Recommendation) and record.unassessed_import
        if record.withdrawn is None and not imported:
            yield record


def find_holder(record: Record, path: Path) -> FrozenModel:
    """The record, or the part of it, that makes a claim by the citation at this path."""
    value: Any = record
    for step in _parent_path(path):
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value  # type: ignore[no-any-return]  # only such parts hold citations


def _parent_path(path: Path) -> Path:
    return path[:-2] if isinstance(path[-1], int) else path[:-1]


def iter_record_claims(record: Record) -> Iterator[Claim]:
    """Every claim of one record. An indicator and a position claim what they say by each source."""
    for path, citation in find_citations(record):
        name = _format_path(record, path)
        key = f"{name} {citation.source} {_collapse_spaces(citation.locator)}"
        holder = find_holder(record, path)
        yield Claim(record, path, citation, holder, key, compute_fingerprint(citation))


def compute_fingerprint(citation: Citation) -> str:
    """Return the fingerprint of what a citation says is in the source.

    The title, summary or note around it is not part of it, nor is the order of the statements.
    """
    states = sorted(statement.model_dump_json(exclude_none=True) for statement in citation.states)
    place = [citation.source, _collapse_spaces(citation.locator)]
    return hashlib.sha256(json.dumps([*place, *states]).encode()).hexdigest()[:16]


def match_lock_rows(
    found: Iterable[Claim], rows: Mapping[str, Verification]
) -> dict[str, Verification]:
    """Return the lock row that belongs to each citation, by the citation's key.

    This is the row with that key. Where a citation was moved, or items before it were added or
    removed, it is a row for the same source, place and statements.
    """
    kept = {key: row for key, row in rows.items() if has_current_format(row)}
    current = {claim.key: claim for claim in found}
    alike = {row.claim: row for row in kept.values()}
    left = {
        (key.partition("/")[0], row.claim): row
        for key, row in kept.items()
        if key not in current or current[key].fingerprint != row.claim
    }
    result = {}
    for key, claim in current.items():
        row = kept.get(key)
        if row is None:
            row = alike.get(claim.fingerprint)
        elif row.claim != claim.fingerprint:
            row = left.get((claim.record.id, claim.fingerprint), row)
        if row:
            result[key] = row
    return result


def has_current_format(row: Verification) -> bool:
    """Whether a lock row is a result that counts: not so one of an older version."""
    return row.result in KEPT and bool(row.by)


def get_skip_reason(claim: Claim, data: Dataset) -> str:
    """Return why no program can check a citation, as far as its record says so; else "".

    The source cannot be had, or the tracker counted every figure itself.
    """
    source = data.find(claim.citation.source)
    if isinstance(source, Source) and source.access in UNAVAILABLE:
        return source.access
    counted = claim.citation.states and all(map(is_manual_count, claim.citation.states))
    return "by-hand" if counted else ""


def is_manual_count(statement: Statement) -> bool:
    """Whether the tracker counted a figure by hand, so that no text states it."""
    return statement.printed is None and statement.computed is None


def dump_content(holder: FrozenModel) -> dict[str, Any]:
    """Return the texts, figures and dates of a part, without ids and without parts that cite."""
    left_out = _NON_CONTENT_FIELDS | {
        name
        for name, mark in get_reference_fields(type(holder))
        if mark is not None or _has_citations(getattr(holder, name))
    }
    return holder.model_dump(mode="json", exclude=left_out, exclude_none=True)


def _collapse_spaces(text: str) -> str:
    return " ".join(text.split())


def _format_path(record: Record, path: Path) -> str:
    """The path by ids: an item that has one is named by it, others by their position."""
    steps = [record.id]
    value: Any = record
    last = len(path) - (1 if isinstance(path[-1], int) else 0)
    for step in path[:last]:
        value = value[step] if isinstance(step, int) else getattr(value, step)
        steps.append(str(getattr(value, "id", step)) if isinstance(step, int) else step)
    return "/".join(steps)


def _has_citations(content: Any) -> bool:
    items = content if isinstance(content, tuple) else (content,)
    return any(
        isinstance(item, Citation) or any(find_citations(item))
        for item in items
        if isinstance(item, FrozenModel)
    )
