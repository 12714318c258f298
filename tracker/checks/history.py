"""What may not change once it is published: compared with an earlier state of the data."""

from collections.abc import Iterator, Mapping

from tracker.citations.claims import Claim, dump_content, iter_claims
from tracker.model import Assessment, Dataset, Position, Recommendation
from tracker.model.diagnostics import Diagnostic, Rule, RuleExample, SourceLocation
from tracker.model.lockfiles import CITATIONS, LockTable, Verification

HISTORY_RULES = (
    Rule(
        "vanished-id",
        "A published record never vanishes: it is withdrawn, with a reason, and keeps its page.",
        RuleExample("discrepancies", "- id: gap-1\n", "- id: gap-2\n"),
    ),
    Rule(
        "rewritten-past",
        "A published assessment or position is never rewritten or removed: a new one is added, or "
        "a correction says what was wrong, or that something is withheld. With a new correction in "
        "the record it may be changed. A redaction stays for good: it hides what was there before.",
        RuleExample("recommendations", "why: A register is open to some.", "why: All is well."),
    ),
    Rule(
        "wording-changed",
        "Where the words around an unchanged statement change, somebody reads them again.",
        RuleExample("findings", "About 1,200 newcomers", "About 1,200 people"),
        severity="notice",
    ),
)
"""Rules of `tracker check --against REF`."""


def check_history(
    data: Dataset, *, earlier: Dataset, files: Mapping[str, str] | None = None
) -> Iterator[Diagnostic]:
    """Every id that vanished and every past assessment or position that was rewritten.

    `files` has the file in which each record was, by id.
    """
    for collection, record in earlier.records():
        if collection == "exceptions":
            continue
        current = data.find(record.id)
        if (
            current is None
            and record.id not in data.invalid_ids
            and collection not in data.unreadable
        ):
            file = (files or {}).get(record.id, f"data/{collection}.yml")
            params = {"id": record.id, "file": file}
            yield Diagnostic("vanished-id", params=params, location=SourceLocation(file, 1, 1))
        elif current and len(current.redactions) < len(record.redactions):
            params = {"id": record.id, "how": "removed", "hint": "redaction"}
            yield Diagnostic("rewritten-past", record.id, ("corrections",), params)
        elif (
            isinstance(record, Recommendation)
            and isinstance(current, Recommendation)
            and len(current.corrections) <= len(record.corrections)
            and "recommendations" not in data.unreadable  # which may hold a part of it
        ):
            yield from _find_rewritten(record, current)
    yield from _reworded(data, earlier)


def _reworded(data: Dataset, earlier: Dataset) -> Iterator[Diagnostic]:
    """Records with a citation that states the same, below another title, summary or note."""
    before = {claim.key: claim for claim in iter_claims(earlier)}
    reworded: dict[str, Claim] = {}
    for claim in iter_claims(data):
        was = before.get(claim.key)
        same = was and claim.citation.states and was.fingerprint == claim.fingerprint
        if was and same and was.holder != claim.holder and _words(was) != _words(claim):
            reworded.setdefault(claim.record.id, claim)
    for record, claim in reworded.items():
        params = {"source": claim.citation.source, "locator": claim.citation.locator}
        yield Diagnostic("wording-changed", record, ("id",), params, severity="notice")


def _words(claim: Claim) -> tuple[object, ...]:
    return claim.citation.note, dump_content(claim.holder)


def check_lock_file_kept(
    proofs: LockTable[Verification] | None, *, earlier: LockTable[Verification] | None
) -> Iterator[Diagnostic]:
    """That the file of proofs vanished: without it, no changed claim would be noticed."""
    if earlier and not proofs:
        params = {"id": CITATIONS, "file": "data", "hint": "proofs"}
        yield Diagnostic("vanished-id", params=params, location=SourceLocation(CITATIONS, 1, 1))


def _find_rewritten(earlier: Recommendation, current: Recommendation) -> Iterator[Diagnostic]:
    for name in ("assessments", "positions"):
        parts: tuple[Assessment | Position, ...] = getattr(current, name)
        now = {part.id: (number, part) for number, part in enumerate(parts)}
        for part in getattr(earlier, name):
            number, found = now.get(part.id, (0, None))
            if found is None:
                params = {"id": part.id, "how": "removed"}
                yield Diagnostic("rewritten-past", current.id, (name,), params)
            elif found != part:
                params = {"id": part.id, "how": "rewritten"}
                yield Diagnostic("rewritten-past", current.id, (name, number), params)
