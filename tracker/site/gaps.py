"""What is unknown, unsourced, contradictory or past review. Computed, never typed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.citations.status import get_link_state
from tracker.model import (
    Discrepancy,
    Indicator,
    Recommendation,
    Record,
    Source,
    Term,
    find_current_assessments,
)
from tracker.site.context import SiteContext


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap, and the records that have it."""

    kind: str
    records: tuple[Record, ...]


def find_gaps(context: SiteContext) -> tuple[Gap, ...]:
    """Every kind of gap in the order of the page, with its records; also those with none."""
    asked = context.view.assessable
    return (
        Gap("past-review", _sort_oldest_first(context, asked)),
        Gap("suspect", context.view.verification.list_records_to_verify()),
        Gap(
            "unproved",
            tuple(
                s for s in context.view.verification.list_unread_sources() if s.withdrawn is None
            ),
        ),
        Gap("dead-link", tuple(s for s in context.view.all(Source) if _is_dead(context, s))),
        Gap("no-evidence", tuple(r for r in asked if _has_no_evidence(r))),
        Gap(
            "not-assessed",
            tuple(r for r in asked if not r.assessments and not context.view.parts(r)),
        ),
        Gap("single-source", tuple(r for r in asked if _has_single_source(r))),
        Gap("state-only", tuple(r for r in asked if _collect_voices(context, r) == {"state"})),
        Gap("no-official-text", tuple(r for r in asked if r.official_text.text is None)),
        Gap("not-reviewed", tuple(r for r in asked if _is_not_reviewed(r))),
        Gap("lost-source", tuple(_iter_unreachable(context))),
        Gap("as-cited", tuple(s for s in context.view.all(Source) if s.identified == "as-cited")),
        Gap("undated-figure", tuple(i for i in context.view.all(Indicator) if i.undated)),
        Gap("unresolved", tuple(d for d in context.view.all(Discrepancy) if d.state == "open")),
    )


def _sort_oldest_first(
    context: SiteContext, asked: tuple[Recommendation, ...]
) -> tuple[Recommendation, ...]:
    """The recommendations with evidence past its review, the one longest due first."""
    due: dict[str, date] = {}
    for recommendation in asked:
        for assessment in find_current_assessments(recommendation):
            found = context.view.review_status(assessment, recommendation)
            if found and found.state != "current":
                known = due.get(recommendation.id, found.due_on)
                due[recommendation.id] = min(known, found.due_on)
    return tuple(sorted((r for r in asked if r.id in due), key=lambda r: (due[r.id], r.id)))


def _is_dead(context: SiteContext, source: Source) -> bool:
    return get_link_state(context.view.verification.get_link(source)) in (
        "dead",
        "failing",
        "soft-404",
        "changed",
    )


def _has_no_evidence(recommendation: Recommendation) -> bool:
    return any(
        a.status == "insufficient-information" for a in find_current_assessments(recommendation)
    )


def _has_single_source(recommendation: Recommendation) -> bool:
    current = find_current_assessments(recommendation)
    return any(a.independent_sources == 1 for a in current)


def _is_not_reviewed(recommendation: Recommendation) -> bool:
    return any(a.reviewed_by is None for a in find_current_assessments(recommendation))


def _collect_voices(context: SiteContext, recommendation: Recommendation) -> set[str]:
    terms = (context.view.data.find(p.speaker) for p in recommendation.positions)
    return {t.voice for t in terms if isinstance(t, Term) and t.voice}


def _iter_unreachable(context: SiteContext) -> Iterator[Source]:
    for source in context.view.all(Source):
        if source.access in ("lost", "not-citable", "login"):
            yield source
