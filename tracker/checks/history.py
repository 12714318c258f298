"""Rules about published data that must not change, checked against an earlier state."""

from collections.abc import Iterator, Mapping

from tracker.checks.figures import iter_figures
from tracker.citations.claims import Claim, dump_content, iter_claims
from tracker.model import (
    Assessment,
    Dataset,
    Figure,
    Indicator,
    Path,
    Position,
    Recommendation,
    Record,
    find_citations,
)
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.facts import BreakdownPart
from tracker.model.lockfiles import CITATIONS

EXAMPLE = "example-"
"""Beginning of the ids of the invented records in a new project, which are meant to be deleted."""


def check_history(
    data: Dataset, *, earlier: Dataset, files: Mapping[str, str] | None = None
) -> Iterator[Diagnostic]:
    """Yield every deleted record, changed assessment or position, and changed text.

    `files` has the earlier file of each record, by id.
    """
    for collection, record in earlier.records():
        if collection == "exceptions" or record.id.startswith(EXAMPLE):
            continue
        current = data.find(record.id)
        unread = record.id in data.invalid_ids or collection in data.unreadable
        if current is None and not unread:
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
            and "recommendations" not in data.unreadable  # which may contain a part of it
        ):
            yield from _find_rewritten(record, current)
        if current and type(current) is type(record):
            yield from _find_lost(record, current)
    yield from _find_reworded(data, earlier)


def _find_lost(record: Record, current: Record) -> Iterator[Diagnostic]:
    """Yield figures that changed, and citations that are gone, without a new correction."""
    if len(current.corrections) > len(record.corrections) or current.withdrawn:
        return
    if isinstance(record, Indicator) and isinstance(current, Indicator):
        now = dict(_iter_named_figures(current))
        for name, (_, figure) in _iter_named_figures(record):
            at, match = now.get(name, (("figure",), None))
            if match is None or _get_content(match) != _get_content(figure):
                params = {
                    "id": " ".join((record.id, *map(str, name))),
                    "how": "changed" if match else "removed",
                    "before": figure.printed or str(figure.value),
                    "hint": "figure",
                }
                yield Diagnostic("rewritten-past", record.id, (*at, "value"), params)
    if any(find_citations(record)) and not any(find_citations(current)):
        params = {"id": record.id, "hint": "citations"}
        yield Diagnostic("rewritten-past", record.id, ("id",), params)


def _iter_named_figures(indicator: Indicator) -> Iterator[tuple[Path, tuple[Path, Figure]]]:
    """Yield the figures of an indicator by their breakdown and label, whatever their order."""
    for path, figure in iter_figures(indicator):
        name: Path = ()
        if isinstance(figure, BreakdownPart):
            name = (indicator.breakdowns[int(path[1])].by, str(figure.label))
        yield name, (path, figure)


def _get_content(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.printed, figure.bound, figure.change


def _find_reworded(data: Dataset, earlier: Dataset) -> Iterator[Diagnostic]:
    """Yield records whose text changed around a citation that still states the same."""
    before = {claim.key: claim for claim in iter_claims(earlier)}
    reworded: dict[str, Claim] = {}
    for claim in iter_claims(data):
        old = before.get(claim.key)
        if not old or not claim.citation.statements or old.fingerprint != claim.fingerprint:
            continue
        if old.holder != claim.holder and _get_wording(old) != _get_wording(claim):
            reworded.setdefault(claim.record.id, claim)
    for record, claim in reworded.items():
        params = {"source": claim.citation.source, "locator": claim.citation.locator}
        yield Diagnostic("wording-changed", record, ("id",), params, severity="notice")


def _get_wording(claim: Claim) -> tuple[object, ...]:
    return claim.citation.note, dump_content(claim.holder)


def check_lock_file_kept(*, is_published: bool) -> Iterator[Diagnostic]:
    """Yield a problem if a published lock file is missing, because it shows changed citations."""
    if is_published:
        params = {"id": CITATIONS, "file": "data", "hint": "proofs"}
        yield Diagnostic("vanished-id", params=params, location=SourceLocation(CITATIONS, 1, 1))


def _find_rewritten(earlier: Recommendation, current: Recommendation) -> Iterator[Diagnostic]:
    for name in ("assessments", "positions"):
        parts: tuple[Assessment | Position, ...] = getattr(current, name)
        now = {part.id: (number, part) for number, part in enumerate(parts)}
        for part in getattr(earlier, name):
            number, match = now.get(part.id, (0, None))
            if match is None:
                params = {"id": part.id, "how": "removed"}
                yield Diagnostic("rewritten-past", current.id, (name,), params)
            elif match != part:
                params = {"id": part.id, "how": "rewritten"}
                yield Diagnostic("rewritten-past", current.id, (name, number), params)
