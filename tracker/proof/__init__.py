"""Does the cited place hold what the claim states? Texts and records → a result a citation."""

from tracker.proof.outcome import as_document, counts, other_texts, overclaimed, problems_of
from tracker.proof.result import Checked, Stated, accepted, as_lock, renewed
from tracker.proof.seeking import prove
from tracker.proof.texts import SourceText, find_texts, read_text

__all__ = [
    "Checked",
    "SourceText",
    "Stated",
    "accepted",
    "as_document",
    "as_lock",
    "counts",
    "find_texts",
    "other_texts",
    "overclaimed",
    "problems_of",
    "prove",
    "read_text",
    "renewed",
]
