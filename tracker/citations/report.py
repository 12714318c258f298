"""Turn verification results into diagnostics, counts, a JSON report and lock rows."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.citations.claims import Claim
from tracker.citations.matching.normalize import normalize_text
from tracker.citations.source_text import SourceText
from tracker.citations.verify import StatementResult, VerificationResult
from tracker.model import Dataset, Path
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.lockfiles import CITATIONS, KEPT, RESULTS, LockTable, Verification


def iter_diagnostics(results: Iterable[VerificationResult]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each statement that is `not-found` or `wrong-place`, and a notice for
    each quotation that stops before a contrast."""
    for result in results:
        claim = result.claim
        for number, checked in enumerate(result.statements):
            # Rules that need no text report these two details.
            if checked.detail in ("value", "computed") or checked.result not in RESULTS[:2]:
                continue
            statement = checked.statement
            params = {
                "got": statement.printed or str(statement.value),
                "value": str(statement.value),
                "source": claim.citation.source,
                "locator": claim.citation.locator,
                "near": statement.near or "",
                "nearest": checked.nearest,
                "hint": _get_hint(checked),
            }
            is_quote = number == len(claim.citation.states)
            place: Path = ("quote",) if is_quote else ("states", number)
            yield Diagnostic(checked.result, claim.record.id, (*claim.path, *place), params)
        if result.cut_before:
            path = (*claim.path, "quote")
            params = {"got": result.cut_before}
            yield Diagnostic("quote-cut-off", claim.record.id, path, params, severity="notice")


def _get_hint(checked: StatementResult) -> str:
    """Return which remedy a failed statement has."""
    if checked.result == "wrong-place":
        return "nearest" if checked.nearest else ""
    return checked.detail or ("nearest" if checked.nearest else "")


def find_uncheckable_verifications(
    results: Iterable[VerificationResult], lock: LockTable[Verification]
) -> Iterator[Diagnostic]:
    """Yield the lock rows marked as verified that cannot be checked in the available text.

    Statements that are not found are reported by `iter_diagnostics`.
    """
    for result in results:
        claim, row = result.claim, lock.rows.get(result.claim.key)
        if result.result != "not-checkable" or result.reason == "by-hand" or not result.text_sha256:
            continue
        if row and row.claim == claim.fingerprint and row.result == "proved":
            params = {"got": row.key, "hint": result.reason}
            location = SourceLocation(CITATIONS, lock.lines[row.key], 1)
            yield Diagnostic("not-shown", params=params, location=location)


def find_mismatched_texts(data: Dataset, texts: Mapping[str, SourceText]) -> Iterator[Diagnostic]:
    """Yield each available text that differs from the text its source map was made for."""
    for source_map in data.maps:
        text = texts.get(source_map.source)
        if text and not text.error and text.sha256 != source_map.sha256:
            params = {"source": source_map.source, "got": text.sha256}
            yield Diagnostic("other-text", f"map:{source_map.source}", ("sha256",), params)


def count_results(results: Iterable[VerificationResult]) -> dict[str, int]:
    """Return the number of citations with each possible result, including zeros."""
    counts = Counter(result.result for result in results)
    return {name: counts[name] for name in RESULTS}


def build_report(results: tuple[VerificationResult, ...]) -> dict[str, Any]:
    """Return counts by result, reason and source, and each citation with its statements.

    `{"counts": {…}, "reasons": {…}, "not_told_apart": n, "sources": {id: {…}}, "citations": […]}`
    """
    by_source: dict[str, list[VerificationResult]] = defaultdict(list)
    for result in results:
        by_source[result.claim.citation.source].append(result)
    statements = [checked for result in results for checked in result.statements]
    reasons = Counter(result.reason for result in results if result.reason)
    return {
        "counts": count_results(results),
        "statements": dict(Counter(checked.result for checked in statements)),
        "reasons": dict(sorted(reasons.items())),
        "not_told_apart": sum(bool(checked.similar) for checked in statements),
        "sources": {
            source: {"text": group[0].text_sha256 or None, **count_results(group)}
            for source, group in sorted(by_source.items())
        },
        "citations": [_to_entry(r) for r in sorted(results, key=lambda r: r.claim.key)],
    }


def _to_entry(result: VerificationResult) -> dict[str, Any]:
    claim = result.claim
    unchecked = {"result": result.result, "detail": result.reason}
    return {
        "key": claim.key,
        "record": claim.record.id,
        "path": list(claim.path),
        "source": claim.citation.source,
        "locator": claim.citation.locator,
        "result": result.result,
        "reason": result.reason or None,
        "claim": claim.fingerprint,
        "states": [_to_statement(s) for s in result.statements]
        or [
            {"value": s.value, "printed": s.printed, **unchecked} for s in claim.citation.statements
        ],
    }


def _to_statement(checked: StatementResult) -> dict[str, Any]:
    fields = {
        "value": checked.statement.value,
        "printed": checked.statement.printed,
        "near": checked.statement.near,
        "result": checked.result,
        "detail": checked.detail or None,
        "nearest": checked.nearest or None,
        "not_told_apart_from": list(checked.similar),
        "look_alike_letters": list(checked.lookalikes),
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def to_lock_row(
    result: VerificationResult, text: SourceText | None, *, by: str, today: date
) -> Verification | None:
    """Return the lock row for a result, or None if nothing was compared.

    Figures counted by hand appear in no text, so the row covers only the other statements.
    """
    partly = result.reason == "by-hand" and any(s.result == "proved" for s in result.statements)
    name = "proved" if partly else result.result
    if name not in KEPT or not result.text_sha256:
        return None
    offsets = [s.offset for s in result.statements if s.offset >= 0]
    contexts = [text.text[max(0, at - 20) : at + 40] for at in offsets] if text else []
    digest = hashlib.sha256("".join(map(normalize_text, contexts)).encode()).hexdigest()
    return Verification(
        key=result.claim.key,
        result=name,
        by=by,
        since=today.isoformat(),
        claim=result.claim.fingerprint,
        text=result.text_sha256[:16],
        place=f"{offsets[0]}:{digest[:8]}" if offsets else "",
    )


def build_accepted_row(claim: Claim, *, by: str, today: date) -> Verification:
    """Return the lock row of a citation that a person accepts without a comparison."""
    return Verification(claim.key, "accepted", by, today.isoformat(), claim.fingerprint, "", "")


def update_lock_row(
    result: VerificationResult, new: Verification | None, old: Verification | None
) -> Verification | None:
    """Return the row to write for a citation, given its previous row.

    If nothing was compared, the previous row is kept, even if the statement changed. If the result
    is the same, its date and name are kept.
    """
    if old is None:
        return new
    if new is None:
        return replace(old, key=result.claim.key) if result.claim.citation.statements else None
    same = (new.text, new.result, new.claim) == (old.text, old.result, old.claim)
    return replace(new, by=old.by, since=old.since) if same else new
