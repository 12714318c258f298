"""Rules about the lock file of citations: each citation is unchanged since it was verified."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from datetime import date
from functools import partial

from tracker.checks.editorial import WRONG_TODAY
from tracker.citations.claims import (
    Claim,
    get_skip_reason,
    has_current_format,
    iter_claims,
    match_lock_rows,
)
from tracker.model import Dataset, Source
from tracker.model.diagnostics import Diagnostic, Severity, SourceLocation
from tracker.model.lockfiles import CITATIONS, VERIFIED, LockTable, Verification


def check_verifications(
    data: Dataset,
    lock: LockTable[Verification],
    *,
    today: date | None = None,
    faulty: frozenset[str] = frozenset(),
    earlier: LockTable[Verification] | None = None,
) -> Iterator[Diagnostic]:
    """Yield every problem with the verification of citations. Reads no source text.

    `faulty` are ids of records with other problems. Their citations are not reported as changed,
    because correcting the problem may restore them. `earlier` is the published lock file.
    """
    yield from lock.problems
    claims = {claim.key: claim for claim in iter_claims(data)}
    rows = match_lock_rows(claims.values(), lock.rows)
    yield from _check_rows(data, lock, today)
    published = earlier.rows if earlier else {}
    verified = {key for key, row in published.items() if row.result in VERIFIED}
    replaced = _find_unused({**published, **lock.rows}, rows)
    unverified: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for key, claim in claims.items():
        code = _find_code(claim, rows.get(key), data)
        if code == "not-compared":
            if key in verified:
                code = "verification-removed"
            elif (claim.record.id, claim.citation.source) in replaced:
                code = "suspect"
        if code and (code != "suspect" or claim.record.id not in faulty):
            unverified[code, claim.record.id].append(claim)
    for (code, _), group in unverified.items():
        yield _to_diagnostic(code, group)
    yield from _find_changed_texts(data, lock, claims.values())
    if not faulty and not data.invalid_ids and not data.unreadable:
        yield from _find_unused_rows(claims, lock, rows)


def _find_unused(
    locked: Mapping[str, Verification], rows: Mapping[str, Verification]
) -> set[tuple[str, str]]:
    """Return the record and the source of each verification that no citation uses any longer.

    If the record has an uncompared citation of the same source, its statements and its locator were
    both changed after verification.
    """
    used = {row.claim for row in rows.values()}
    return {
        (key.partition("/")[0], key.split(" ")[1])
        for key, row in locked.items()
        if row.result in VERIFIED and row.claim not in used
    }


def _find_code(claim: Claim, row: Verification | None, data: Dataset) -> str:
    """Return the code of the rule that a citation breaks, or an empty string."""
    if not claim.citation.statements:
        return ""
    if row is None:
        return "" if get_skip_reason(claim, data) else "not-compared"
    if row.claim != claim.fingerprint:
        return "suspect"
    return "" if row.result in VERIFIED else "not-proved"


def _to_diagnostic(code: str, claims: list[Claim]) -> Diagnostic:
    """Return one diagnostic for all citations of a record that break the same rule."""
    first = claims[0]
    params = {
        "source": first.citation.source,
        "locator": first.citation.locator,
        "places": len(claims),
        "key": first.key,
        "hint": "several" if len(claims) > 1 else "",
    }
    cause = "" if code == "not-proved" else code
    severity: Severity = "notice" if code == "not-compared" else "fault"
    return Diagnostic(code, first.record.id, first.path, params, cause=cause, severity=severity)


def _check_rows(
    data: Dataset, lock: LockTable[Verification], today: date | None
) -> Iterator[Diagnostic]:
    """Yield rows with a future date, without a name, or verified in an unknown text."""
    known: dict[str, list[str]] = defaultdict(list)
    for source_map in data.maps:
        known[source_map.source].append(source_map.sha256)
    for source in data.of(Source):
        known[source.id] += source.texts
    incomplete = data.unreadable or data.invalid_ids
    for key, row in lock.rows.items():
        locate = partial(_locate, lock, row)
        if today and row.since > today.isoformat():
            params: dict[str, object] = {"got": row.since, "today": today}
            yield Diagnostic("proof-ahead", params=params, location=locate(3), cause=WRONG_TODAY)
        if not row.by and row.result in VERIFIED:
            params = {"file": CITATIONS, "hint": "older"}
            cause = "lock-line.older"
            yield Diagnostic("lock-line", params=params, location=locate(2), cause=cause)
        source_id = key.split(" ")[1]
        is_known = any(text.startswith(row.text) for text in known[source_id])
        is_lost = data.find(source_id) is None  # reported where it is cited
        if has_current_format(row) and row.text and not (incomplete or is_known or is_lost):
            params = {"source": source_id, "got": row.text}
            cause = f"unknown-text {source_id} {row.text}"
            yield Diagnostic("unknown-text", params=params, location=locate(5), cause=cause)


def _locate(lock: LockTable[Verification], row: Verification, column: int) -> SourceLocation:
    before = sum(len(cell or "-") + 1 for cell in astuple(row)[:column])
    return SourceLocation(CITATIONS, lock.lines[row.key], before + 1)


def _find_changed_texts(
    data: Dataset, lock: LockTable[Verification], claims: Iterable[Claim]
) -> Iterator[Diagnostic]:
    """Yield maps that name a different text from the one in which citations were verified."""
    cited: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        row = lock.rows.get(claim.key)
        if row and row.text:
            cited[claim.citation.source].append(row.text)
    for source_map in data.maps:
        source, sha256 = source_map.source, source_map.sha256
        if changed := sum(not sha256.startswith(text) for text in cited[source]):
            params = {"source": source, "places": changed}
            yield Diagnostic("text-changed", f"map:{source}", ("sha256",), params)


def _find_unused_rows(
    claims: Mapping[str, Claim], lock: LockTable[Verification], rows: Mapping[str, Verification]
) -> Iterator[Diagnostic]:
    """Yield rows that no citation uses; the next `tracker verify --write` removes them."""
    used = {row.key for row in rows.values()}
    for key in sorted(lock.rows.keys() - used):
        if key not in claims or not claims[key].citation.statements:
            yield Diagnostic(
                "lock-without-citation",
                params={"got": key},
                location=SourceLocation(CITATIONS, lock.lines[key], 1),
                cause="no citation",
                severity="notice",
            )
