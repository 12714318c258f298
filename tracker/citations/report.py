"""Results of a proof → problems for editors, counts, and one document for programs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.citations.results import StatementResult, VerificationResult
from tracker.citations.source_text import SourceText
from tracker.model import Dataset, Statement
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.lockfiles import CITATIONS, RESULTS, LockTable, Verification


def iter_diagnostics(results: Iterable[VerificationResult]) -> Iterator[Diagnostic]:
    """Each statement that does not stand where it is cited: `not-found` and `wrong-place`."""
    for checked in results:
        for number, stated in enumerate(checked.statements):
            told = stated.detail in ("value", "computed")  # by the rules that need no text
            if stated.result in ("not-found", "wrong-place") and not told:
                path = (*checked.claim.path, "states", number)
                yield Diagnostic(
                    stated.result, checked.claim.record.id, path, _collect_facts(checked, stated)
                )


def find_overclaims(
    results: Iterable[VerificationResult], proofs: LockTable[Verification]
) -> Iterator[Diagnostic]:
    """Lock lines that say a citation was verified in a text that does not show it.

    What was not found is reported as such; here is what a program cannot find out in this text.
    """
    for checked in results:
        row = proofs.rows.get(checked.claim.key)
        current = row and row.claim == checked.claim.fingerprint and row.result == "proved"
        hidden = (
            checked.result == "not-checkable"
            and checked.text_sha256
            and checked.reason != "by-hand"
        )
        if row and current and hidden:
            facts = {"got": row.key, "hint": checked.reason}
            line = proofs.lines[row.key]
            yield Diagnostic("not-shown", params=facts, location=SourceLocation(CITATIONS, line, 1))


def find_mismatched_texts(data: Dataset, texts: Mapping[str, SourceText]) -> Iterator[Diagnostic]:
    """Each text at hand that is not the one in which the lines of its source's map count."""
    for source_map in data.maps:
        text = texts.get(source_map.source)
        if text and not text.error and text.sha256 != source_map.sha256:
            facts = {"source": source_map.source, "got": text.sha256}
            yield Diagnostic("other-text", f"map:{source_map.source}", ("sha256",), facts)


def _collect_facts(checked: VerificationResult, stated: StatementResult) -> dict[str, Any]:
    citation, statement = checked.claim.citation, stated.statement
    return {
        "got": statement.printed or str(statement.value),
        "value": str(statement.value),
        "source": citation.source,
        "locator": citation.locator,
        "near": statement.near or "",
        "nearest": stated.nearest,
        "hint": stated.detail or ("nearest" if stated.nearest else ""),
    }


def count_results(results: Iterable[VerificationResult]) -> dict[str, int]:
    """How many citations have each result; every result is named, also where there is none."""
    found = Counter(checked.result for checked in results)
    return {result: found[result] for result in RESULTS}


def build_report(results: tuple[VerificationResult, ...]) -> dict[str, Any]:
    """Counts by result, by reason and by source, and every citation with its statements.

    `{"counts": {…}, "reasons": {…}, "not_told_apart": n, "sources": {id: {…}}, "citations": […]}`
    """
    by_source: dict[str, list[VerificationResult]] = defaultdict(list)
    for checked in results:
        by_source[checked.claim.citation.source].append(checked)
    reasons = Counter(checked.reason for checked in results if checked.reason)
    return {
        "counts": count_results(results),
        "statements": dict(Counter(s.result for c in results for s in c.statements)),
        "reasons": dict(sorted(reasons.items())),
        "not_told_apart": sum(bool(s.similar) for c in results for s in c.statements),
        "sources": {
            source: {"text": found[0].text_sha256 or None, **count_results(found)}
            for source, found in sorted(by_source.items())
        },
        "citations": [
            _format_entry(checked) for checked in sorted(results, key=lambda c: c.claim.key)
        ],
    }


def _format_entry(checked: VerificationResult) -> dict[str, Any]:
    claim = checked.claim
    return {
        "key": claim.key,
        "record": claim.record.id,
        "path": list(claim.path),
        "source": claim.citation.source,
        "locator": claim.citation.locator,
        "result": checked.result,
        "reason": checked.reason or None,
        "claim": claim.fingerprint,
        "states": [
            *map(_format_statement, checked.statements),
            *(
                _format_unchecked(s, checked)
                for s in claim.citation.states
                if not checked.statements
            ),
        ],
    }


def _format_statement(stated: StatementResult) -> dict[str, Any]:
    found = {
        "value": stated.statement.value,
        "printed": stated.statement.printed,
        "near": stated.statement.near,
        "result": stated.result,
        "detail": stated.detail or None,
        "nearest": stated.nearest or None,
        "not_told_apart_from": list(stated.similar),
        "look_alike_letters": list(stated.lookalikes),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _format_unchecked(statement: Statement, checked: VerificationResult) -> dict[str, Any]:
    return {
        "value": statement.value,
        "printed": statement.printed,
        "result": checked.result,
        "detail": checked.reason,
    }
