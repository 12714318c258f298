"""The result of verifying a citation, and the lock row that stores it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from tracker.citations.claims import Claim
from tracker.citations.matching.normalize import normalize_text
from tracker.citations.source_text import SourceText
from tracker.model import Statement
from tracker.model.lockfiles import KEPT, Result, Verification


@dataclass(frozen=True)
class StatementResult:
    """The result of one statement of a citation."""

    statement: Statement
    result: Result
    detail: str = ""
    """The cause: `value`, `near`, `year`, `elsewhere`, `no-place`, `computed` or `by-hand`."""
    nearest: str = ""
    """The most similar text in the cited passage, or the passage that has the statement."""
    offset: int = -1
    """The offset of the match in the text, or -1."""
    similar: tuple[str, ...] = ()
    """Figures in the passage that differ in one digit, so a typing error would go unnoticed."""
    lookalikes: tuple[str, ...] = ()
    """Non-Latin letters in the source's form of a document symbol."""


@dataclass(frozen=True)
class VerificationResult:
    """The result of a claim: the worst of its statements."""

    claim: Claim
    result: Result
    reason: str = ""
    statements: tuple[StatementResult, ...] = ()
    text_sha256: str = ""
    """SHA-256 of the text that was searched."""


def to_lock_row(
    result: VerificationResult, text: SourceText | None, *, by: str, today: date
) -> Verification | None:
    """Return the lock row for a result, or None if nothing was compared.

    Figures counted by hand appear in no text: the row then covers the other statements.
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

    The previous row stays if nothing was compared, even if the statement changed, and its date and
    name stay if the comparison gave the same result.
    """
    if old is None:
        return new
    if new is None:
        return replace(old, key=result.claim.key) if result.claim.citation.states else None
    same = (new.text, new.result, new.claim) == (old.text, old.result, old.claim)
    return replace(new, by=old.by, since=old.since) if same else new
