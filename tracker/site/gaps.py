"""Gaps in the records: missing, outdated, contradictory or unverified information."""

from datetime import date

from tracker.analysis.freshness import compute_age, find_last_search
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
from tracker.site.dataset_view import DatasetView

_BROKEN_LINK_STATES = ("dead", "failing", "soft-404", "changed")


def find_gaps(view: DatasetView) -> dict[str, list[Record]]:
    """Return the records that have each kind of gap, in the order of the page."""
    assessable, sources = view.assessable, view.all(Source)
    current = [(r, a) for r in assessable for a in find_current_assessments(r)]
    verification = view.verification
    gaps: dict[str, list[Record]] = {
        "past-review": [*_find_past_review(view)],
        "suspect": [*verification.list_records_to_verify()],
        "unproved": [s for s in verification.list_unread_sources() if s.withdrawn is None],
        "dead-link": [
            s for s in sources if get_link_state(verification.get_link(s)) in _BROKEN_LINK_STATES
        ],
        "no-evidence": [r for r, a in current if a.status == "insufficient-information"],
        "not-searched": [r for r in assessable if not r.searches and not view.parts(r)],
        "searched-long-ago": [*_find_searched_long_ago(view)],
        "not-assessed": [r for r in assessable if not r.assessments and not view.parts(r)],
        "single-source": [r for r, a in current if a.independent_sources == 1],
        "state-only": [r for r in assessable if _has_only_the_state(view, r)],
        "no-official-text": [r for r in view.recommendations if _lacks_wording(view, r)],
        "not-reviewed": [r for r, a in current if a.reviewed_by is None],
        "lost-source": [s for s in sources if s.access in ("lost", "not-citable", "login")],
        "as-cited": [s for s in sources if s.identified == "as-cited"],
        "undated-figure": [i for i in view.all(Indicator) if i.undated],
        "unresolved": [*view.filter_by(Discrepancy, "state", "open")],
    }
    # A recommendation with several assessments is listed once.
    return {
        kind: list({record.id: record for record in records}.values())
        for kind, records in gaps.items()
    }


def _find_past_review(view: DatasetView) -> list[Recommendation]:
    """Return the recommendations with outdated evidence, the longest overdue first."""
    due: dict[str, date] = {}
    for recommendation in view.assessable:
        for assessment in find_current_assessments(recommendation):
            review = view.review_status(assessment, recommendation)
            if review and review.state != "current":
                earliest = due.get(recommendation.id, review.due_on)
                due[recommendation.id] = min(earliest, review.due_on)
    return sorted((r for r in view.assessable if r.id in due), key=lambda r: (due[r.id], r.id))


def _find_searched_long_ago(view: DatasetView) -> list[Recommendation]:
    """Return the recommendations last searched over a year ago, the longest ago first."""
    found = []
    for recommendation in view.assessable:
        search = find_last_search(recommendation)
        if search and compute_age(search.on, today=view.today).years:
            found.append((search.on.last, recommendation))
    return [recommendation for _, recommendation in sorted(found, key=lambda pair: pair[0])]


def _has_only_the_state(view: DatasetView, recommendation: Recommendation) -> bool:
    """Return whether the State, or bodies linked to it, made the only statements."""
    speakers = (view.find(position.speaker) for position in recommendation.positions)
    voices = {term.voice for term in speakers if isinstance(term, Term) and term.voice}
    return bool(voices) and voices <= {"state", "state-linked"}


def _lacks_wording(view: DatasetView, recommendation: Recommendation) -> bool:
    """Return whether the wording of a mechanism is missing.

    The wording of an organization's own proposals is left out on purpose.
    """
    maker = view.find(recommendation.made_by)
    is_mechanism = isinstance(maker, Term) and maker.kind == "mechanism"
    return is_mechanism and recommendation.official_text.text is None
