"""Briefs: the status and evidence of a recommendation on one page to print."""

from collections.abc import Iterable, Mapping

from tracker.model import Assessment, Recommendation, Record, find_current_assessments
from tracker.site.dataset_view import DatasetView
from tracker.site.urls import record_url

BRIEF = "brief/"
_DENSE = 1_800
"""The number of characters, of the recommendation and its evidence, above which type is smaller."""


def brief_url(record: Record) -> str:
    """Return the URL of the brief of a recommendation, from the root of the site."""
    return record_url("recommendations", record.id) + BRIEF


def has_brief(view: DatasetView, record: Record) -> bool:
    """Return True for a recommendation with a rating, and for one whose parts have ratings."""
    if not isinstance(record, Recommendation) or record.withdrawn:
        return False
    return any(find_current_assessments(r) for r in (record, *view.parts(record)))


def number_sources(assessments: Iterable[Assessment]) -> Mapping[str, int]:
    """Return the number of the note of each cited source, by its id, in order of first use."""
    sources = (c.source for a in assessments for _, row in a.rows() for c in row.citations)
    return {source: n for n, source in enumerate(dict.fromkeys(sources), 1)}


def is_dense(view: DatasetView, recommendation: Recommendation) -> bool:
    """Return True if the page needs smaller type to be one page."""
    if view.parts(recommendation):
        return True
    asked = recommendation.official_text.text or recommendation.summary
    rows = (row for a in find_current_assessments(recommendation) for _, row in a.rows())
    return sum(len(str(text)) for text in (asked, *(row.why for row in rows))) > _DENSE
