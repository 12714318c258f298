"""What came of looking for a citation, and the line of the lock file that keeps it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from tracker.claims import Claim
from tracker.locks import Proof, Result
from tracker.matching import fold
from tracker.model import Statement
from tracker.proof.texts import SourceText


@dataclass(frozen=True)
class Stated:
    """One statement of a citation, and what came of looking for it."""

    statement: Statement
    result: Result
    detail: str = ""
    """`value` or `near` where that does not fit; `elsewhere`; `counted` for the tracker's own."""
    nearest: str = ""
    """What stands there instead, or the place where it does stand."""
    at: int = -1
    """Its offset in the text."""
    alike: tuple[str, ...] = ()
    """Prints that differ by one digit and stand there as well: no machine tells them apart."""
    folded: tuple[str, ...] = ()
    """Letters of a symbol that only look Latin in the source."""


@dataclass(frozen=True)
class Checked:
    """One claim, and its result: the worst of its statements."""

    claim: Claim
    result: Result
    reason: str = ""
    stated: tuple[Stated, ...] = ()
    text: str = ""
    """SHA-256 of the text it was sought in."""


def as_lock(checked: Checked, text: SourceText | None, *, today: date) -> Proof:
    """The line of the lock file for a result."""
    offsets = [s.at for s in checked.stated if s.at >= 0]
    around = "".join(fold(text.text[max(0, at - 20) : at + 40]) for at in offsets) if text else ""
    place = f"{offsets[0]}:{hashlib.sha256(around.encode()).hexdigest()[:8]}" if offsets else ""
    return Proof(
        key=checked.claim.key,
        result=checked.result,
        reason=checked.reason,
        since=today.isoformat(),
        claim=checked.claim.fingerprint,
        text=checked.text[:16] if checked.claim.citation.states else "",
        place=place,
    )


_UNSEEN = ("no-text", "scanned", "unreadable", "too-large")
"""Why nobody could look this time, whatever was seen before."""


def renewed(fresh: Proof, before: Proof | None) -> Proof:
    """The line to write: the old one while nothing changed, or while only the text is missing.

    The day stays as long as claim, text and result do.
    """
    if before is None or before.claim != fresh.claim:
        return fresh
    if fresh.reason in _UNSEEN and before.text:
        return before  # also a failure stays until somebody looks again
    same = (fresh.text, fresh.result, fresh.reason) == (before.text, before.result, before.reason)
    return replace(fresh, since=before.since) if same else fresh
