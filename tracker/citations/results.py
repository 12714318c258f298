"""The result of checking a citation against a text, and the lock row that keeps it."""

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
    """One statement of a citation, and what came of looking for it."""

    statement: Statement
    result: Result
    detail: str = ""
    """`value` or `near` where that does not fit; `elsewhere`; `counted` for the tracker's own."""
    nearest: str = ""
    """What stands there instead, or the place where it does stand."""
    offset: int = -1
    """Its offset in the text."""
    similar: tuple[str, ...] = ()
    """Prints that differ by one digit and stand there as well: no machine tells them apart."""
    lookalikes: tuple[str, ...] = ()
    """Letters of a symbol that only look Latin in the source."""


@dataclass(frozen=True)
class VerificationResult:
    """One claim, and its result: the worst of its statements."""

    claim: Claim
    result: Result
    reason: str = ""
    statements: tuple[StatementResult, ...] = ()
    text_sha256: str = ""
    """SHA-256 of the text it was sought in."""


def to_lock_row(
    checked: VerificationResult, text: SourceText | None, *, by: str, today: date
) -> Verification | None:
    """Return the lock row for a result, or None if nothing was compared.

    What the tracker counted by hand is in no text: the row is then about the other statements.
    """
    found = [s for s in checked.statements if s.result == "proved"]
    partly = checked.reason == "by-hand" and bool(found)
    result = "proved" if partly else checked.result
    if result not in KEPT or not checked.text_sha256:
        return None
    offsets = [s.offset for s in checked.statements if s.offset >= 0]
    around = (
        "".join(normalize_text(text.text[max(0, at - 20) : at + 40]) for at in offsets)
        if text
        else ""
    )
    place = f"{offsets[0]}:{hashlib.sha256(around.encode()).hexdigest()[:8]}" if offsets else ""
    return Verification(
        key=checked.claim.key,
        result=result,
        by=by,
        since=today.isoformat(),
        claim=checked.claim.fingerprint,
        text=checked.text_sha256[:16],
        place=place,
    )


def build_accepted_row(claim: Claim, *, by: str, today: date) -> Verification:
    """Return the lock row of a citation that a person accepts without comparing it."""
    return Verification(claim.key, "accepted", by, today.isoformat(), claim.fingerprint, "", "")


def update_lock_row(
    checked: VerificationResult, fresh: Verification | None, before: Verification | None
) -> Verification | None:
    """Return the row to write for a citation, given the row that belonged to it so far.

    The old row stays if nothing was compared this time, and if nothing changed, with its date and
    name. That of a changed statement stays too: only a comparison, or a person, may clear it.
    """
    if before is None:
        return fresh
    if fresh is None:
        return replace(before, key=checked.claim.key) if checked.claim.citation.states else None
    same = (fresh.text, fresh.result, fresh.claim) == (before.text, before.result, before.claim)
    return replace(fresh, by=before.by, since=before.since) if same else fresh
