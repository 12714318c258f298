"""Claims: the citations of each record, with a stable key and a fingerprint of the statements."""

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
"""Values of `Source.access` for which there is no text to check."""
_NON_CONTENT_FIELDS = {"id", "also", "labels", "texts", "withdrawn", "corrections"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A citation and the record, or part of one, that relies on it."""

    record: Record
    path: Path
    """The location of the citation in the record."""
    citation: Citation
    holder: FrozenModel
    """The record, or the part of it, that contains the citation."""
    key: str
    """A stable key made of ids: `record/positions/record-p1/citations source locator`."""
    fingerprint: str
    """16 hexadecimal digits of a hash of source, locator and statements."""


def iter_claims(data: Dataset) -> Iterator[Claim]:
    """Yield the claims of all citing records, in the order of the records."""
    for record in iter_citing_records(data):
        yield from iter_record_claims(record)


def iter_citing_records(data: Dataset) -> Iterator[Record]:
    """Yield the records whose citations are checked: not withdrawn, and not merely imported.

    An imported recommendation is skipped until it is assessed, because the hash of its text
    identifies it.
    """
    for _, record in data.records():
        imported = isinstance(record, Recommendation) and record.unassessed_import
        if record.withdrawn is None and not imported:
            yield record


def find_holder(record: Record, path: Path) -> FrozenModel:
    """Return the record, or the part of it, that contains the citation at this path."""
    value: Any = record
    for step in path[:-2] if isinstance(path[-1], int) else path[:-1]:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value  # type: ignore[no-any-return]  # only models contain citations


def iter_record_claims(record: Record) -> Iterator[Claim]:
    """Yield the claims of one record."""
    for path, citation in find_citations(record):
        name = _format_path(record, path)
        key = f"{name} {citation.source} {_collapse_spaces(citation.locator)}"
        holder = find_holder(record, path)
        yield Claim(record, path, citation, holder, key, compute_fingerprint(citation))


def compute_fingerprint(citation: Citation) -> str:
    """Return a hash of the source, locator and statements of a citation.

    Neither the text of the record nor the order of the statements affects it.
    """
    states = sorted(
        statement.model_dump_json(exclude_none=True) for statement in citation.statements
    )
    reference = [citation.source, _collapse_spaces(citation.locator)]
    return hashlib.sha256(json.dumps([*reference, *states]).encode()).hexdigest()[:16]


def match_lock_rows(
    claims: Iterable[Claim], rows: Mapping[str, Verification]
) -> dict[str, Verification]:
    """Return the lock row of each claim, by the claim's key.

    This is the row with the same key or, if the citation was moved or items before it were added
    or removed, a row with the same fingerprint.
    """
    valid = {key: row for key, row in rows.items() if has_current_format(row)}
    current = {claim.key: claim for claim in claims}
    by_fingerprint = {row.claim: row for row in valid.values()}
    unmatched = {
        (key.partition("/")[0], row.claim): row
        for key, row in valid.items()
        if key not in current or current[key].fingerprint != row.claim
    }
    result = {}
    for key, claim in current.items():
        row = valid.get(key)
        if row is None:
            row = by_fingerprint.get(claim.fingerprint)
        elif row.claim != claim.fingerprint:
            row = unmatched.get((claim.record.id, claim.fingerprint), row)
        if row:
            result[key] = row
    return result


def has_current_format(row: Verification) -> bool:
    """Return False if a lock row is from an older version, whose results do not count."""
    return row.result in KEPT and bool(row.by)


def get_skip_reason(claim: Claim, data: Dataset) -> str:
    """Return why a citation cannot be checked automatically, or "".

    Reasons: the source is unavailable, or every figure was counted by hand.
    """
    source = data.find(claim.citation.source)
    if isinstance(source, Source) and source.access in UNAVAILABLE:
        return source.access
    counted = claim.citation.statements and all(map(is_manual_count, claim.citation.statements))
    return "by-hand" if counted else ""


def is_manual_count(statement: Statement) -> bool:
    """Return whether a figure was counted by hand, so that no text states it."""
    return statement.printed is None and statement.computed is None


def dump_content(holder: FrozenModel) -> dict[str, Any]:
    """Return the texts, figures and dates of a part, without ids and parts with citations."""
    excluded = _NON_CONTENT_FIELDS | {
        name
        for name, mark in get_reference_fields(type(holder))
        if mark is not None or _has_citations(getattr(holder, name))
    }
    return holder.model_dump(mode="json", exclude=excluded, exclude_none=True)


def _collapse_spaces(text: str) -> str:
    return " ".join(text.split())


def _format_path(record: Record, path: Path) -> str:
    """Return a path with the ids of list items, or their positions if they have none."""
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
