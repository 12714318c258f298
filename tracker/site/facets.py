"""Facets: the properties by which a register can be filtered, and the values of each row."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.analysis.freshness import ReviewStatus
from tracker.citations.status import STATUSES, get_link_state
from tracker.model import Indicator, Recommendation, Record, Source, Term, find_current_assessments
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.timeline import KINDS

FIXED_CHOICES: Mapping[str, tuple[str, ...]] = {
    "age": ("overdue", "due", "current", "ageless"),
    "proof": STATUSES,
    "kind": ("problem", "progress", "neutral"),
    "role": ("structure", "process", "outcome", "context"),
    "event": KINDS,
}
"""The order of choices that are not in the vocabulary. Other choices are sorted by id."""
_LABEL_PREFIXES: Mapping[str, str] = {
    "age": "fresh.word.",
    "proof": "result.",
    "kind": "kind.",
    "role": "role.",
    "event": "event.",
    "access": "access.",
    "identified": "identified.",
    "link": "link.state.",
    "status": "status.",
}
"""The prefix of the message key of choices that are not in the vocabulary."""


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One value of a facet, and the number of rows that have it."""

    id: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A property to filter by. A row may have any number of its values."""

    name: str
    choices: tuple[FacetChoice, ...]
    values: tuple[tuple[int, ...], ...]
    """The indexes of each row's choices."""


def make_facets(
    context: SiteContext, names: Iterable[str], rows: Sequence[Any]
) -> tuple[Facet, ...]:
    """Return the named facets of rows, which are records or timeline entries."""
    getters = _make_getters(context.view)
    return tuple(_make_facet(context, name, [getters[name](row) for row in rows]) for name in names)


def _make_facet(context: SiteContext, name: str, values: Iterable[Iterable[str]]) -> Facet:
    """Return a facet with the choices that occur, or all ages, because they change over time."""
    rows = [dict.fromkeys(row) for row in values]
    counts = Counter(value for row in rows for value in row)
    if name == "age":
        counts.update(dict.fromkeys(FIXED_CHOICES["age"], 0))
    terms = [term.id for term in context.view.data.of(Term)]
    order = {value: i for i, value in enumerate((*FIXED_CHOICES.get(name, ()), *terms))}
    ids = sorted(counts, key=lambda value: (order.get(value, len(order)), value))
    indexes = {value: i for i, value in enumerate(ids)}
    return Facet(
        name,
        tuple(FacetChoice(id, _get_label(context, name, id), counts[id]) for id in ids),
        tuple(tuple(sorted(indexes[value] for value in row)) for row in rows),
    )


def _get_label(context: SiteContext, facet: str, value: str) -> str:
    is_term = facet not in _LABEL_PREFIXES or (facet == "status" and context.view.find(value))
    return context.title(value) if is_term else context.translate(_LABEL_PREFIXES[facet] + value)


def _make_getters(view: DatasetView) -> dict[str, Callable[[Any], Iterable[str]]]:
    """Return a function for each facet that returns the values of a row."""
    verification = view.verification
    verification_states: dict[str, set[str]] = {}
    for claim, status in verification.claims:
        verification_states.setdefault(claim.record.id, set()).add(status.state)

    def get_verification_states(record: Record) -> Iterable[str]:
        if isinstance(record, Source):
            return [state for state, n in verification.get_source_counts(record.id).items() if n]
        return verification_states.get(record.id, ())

    def get_age(record: Record) -> Iterable[str]:
        review = find_review_status(view, record)
        return (review.state if review else "ageless",)

    def get_source_types(record: Record) -> Iterable[str]:
        if isinstance(record, Source):
            return (record.type,)
        return (view.source(citation.source).type for citation in view.citations(record))

    return {
        "status": lambda r: _iter_statuses(view, r),
        "right": lambda r: r.rights,
        "group": lambda r: r.groups,
        "authority": lambda r: (a.authority for a in (*r.addressees, *r.authorities)),
        "body": lambda r: (r.made_by,),
        "age": get_age,
        "proof": get_verification_states,
        "kind": lambda r: (r.kind,),
        "role": lambda r: (r.role,),
        "event": lambda entry: entry.kinds,
        "who": lambda entry: entry.who,
        "source-type": get_source_types,
        "access": lambda r: (r.access,),
        "identified": lambda r: (r.identified,),
        "link": lambda r: (get_link_state(verification.get_link(r)),) if r.url else (),
    }


def _iter_statuses(view: DatasetView, recommendation: Recommendation) -> Iterator[str]:
    """Yield the status of each group, never a mean of them, or why there is none."""
    statuses = dict.fromkeys(a.status for a in find_current_assessments(recommendation))
    yield from statuses
    if len(statuses) > 1:
        yield "differs"
    elif recommendation.unassessed_import:
        yield "imported"
    elif not statuses:
        yield "in-parts" if view.parts(recommendation) else "none"


def find_status_groups(
    view: DatasetView, facets: Iterable[Facet], rows: Iterable[Recommendation]
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Return, for each status of each row, the indexes of the groups that have it."""
    by_name = {facet.name: facet for facet in facets}
    status, group = by_name["status"], by_name["group"]
    indexes = {choice.id: i for i, choice in enumerate(group.choices)}

    def find_indexes(row: Recommendation, status_id: str) -> tuple[int, ...]:
        return tuple(sorted(indexes[id] for id in _find_rated_groups(view, row, status_id)))

    return tuple(
        tuple(find_indexes(row, status.choices[value].id) for value in values)
        for row, values in zip(rows, status.values, strict=True)
    )


def _find_rated_groups(view: DatasetView, recommendation: Recommendation, status: str) -> set[str]:
    """Return the groups with this status, or all groups for a value such as "differs"."""
    ratings = {group: view.rating_for(recommendation, group) for group in recommendation.groups}
    return {g for g, a in ratings.items() if a and a.status == status} or set(ratings)


def find_review_status(view: DatasetView, record: Record) -> ReviewStatus | None:
    """Return the review status of a record's evidence, or of its rating that is due first."""
    if isinstance(record, Recommendation):
        reviews = (view.review_status(a, record) for a in find_current_assessments(record))
        return min((r for r in reviews if r), key=lambda r: r.due_on, default=None)
    return view.review_status(record) if isinstance(record, Indicator | Source) else None
