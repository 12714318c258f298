"""Briefs: the status and evidence of a recommendation on one page to print."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tracker.model import Assessment, Recommendation, Record, find_current_assessments
from tracker.site.dataset_view import DatasetView
from tracker.site.urls import record_url

BRIEF = "brief/"
_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_CAPACITY = 330_000
_DENSE_CAPACITY = 396_000
_PARTS_CAPACITY = 300_000
"""The number of characters, times the square of their size in points, that fit on a page."""


class PrintSize(NamedTuple):
    """How large the text of a brief is on paper."""

    points: float
    is_dense: bool
    """True if notes have two columns and lines are closer, which takes less space."""


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


def choose_print_size(length: int, *, has_parts: bool) -> PrintSize:
    """Return the largest size at which a brief of this many characters is one page."""
    if not has_parts and length * 9**2 <= _CAPACITY:
        return PrintSize(_find_largest(length, _CAPACITY), is_dense=False)
    capacity = _PARTS_CAPACITY if has_parts else _DENSE_CAPACITY
    return PrintSize(min(9.0, _find_largest(length, capacity)), is_dense=True)


def _find_largest(length: int, capacity: int) -> float:
    return next((size for size in _SIZES if length * size**2 <= capacity), _SIZES[-1])
