"""Facets: by what the rows of a register are told apart, and which row has which value."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.analysis.freshness import ReviewStatus
from tracker.citations.status import STATUSES, get_link_state
from tracker.model import Indicator, Recommendation, Record, Source, Term, find_current_assessments
from tracker.site.context import SiteContext
from tracker.site.timeline import KINDS

Translate = Callable[..., str]
Values = Callable[[Any], Iterable[str]]
"""The values of a record in one facet."""


FIXED: Mapping[str, tuple[str, ...]] = {
    "age": ("overdue", "due", "current", "ageless"),
    "proof": STATUSES,
    "kind": ("problem", "progress", "neutral"),
    "role": ("structure", "process", "outcome", "context"),
    "event": KINDS,
}
"""The order of choices that are not in the vocabulary; other choices are sorted."""
_LABELS: Mapping[str, str] = {
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
"""How the key of a choice begins that is not in the vocabulary."""


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One value of a facet, and how many rows have it."""

    id: str
    label: str
    count: int
    paged: bool
    """Whether it is a word of the vocabulary, which has a page of its own."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Something by which rows are told apart. A row has any number of its values."""

    name: str
    choices: tuple[FacetChoice, ...]
    values: tuple[tuple[int, ...], ...]
    """For each row, the positions of its choices."""


def make_facets(
    context: SiteContext, t: Translate, names: Iterable[str], rows: Sequence[Any]
) -> tuple[Facet, ...]:
    """The facets of these names for rows, which are records or entries of the timeline."""
    values = _collect_values(context)
    return tuple(
        _make_facet(context, t, name, [values[name](row) for row in rows]) for name in names
    )


def _make_facet(context: SiteContext, t: Translate, name: str, rows: list[Iterable[str]]) -> Facet:
    """A facet with the choices that occur; of age all, because records age after the build."""
    sets = [dict.fromkeys(row) for row in rows]
    counts = Counter(value for row in sets for value in row)
    if name == "age":
        counts.update(dict.fromkeys(FIXED["age"], 0))
    terms = [term.id for term in context.view.data.of(Term)]
    known = {value: i for i, value in enumerate((*FIXED.get(name, ()), *terms))}
    ids = sorted(counts, key=lambda value: (known.get(value, len(known)), value))
    at = {value: i for i, value in enumerate(ids)}
    choices = []
    for value in ids:
        paged = name not in _LABELS or (
            name == "status" and context.view.data.find(value) is not None
        )
        label = context.title(value) if paged else t(_LABELS[name] + value)
        choices.append(FacetChoice(value, label, counts[value], paged))
    return Facet(name, tuple(choices), tuple(tuple(sorted(at[v] for v in row)) for row in sets))


def _collect_verification_states(context: SiteContext) -> Mapping[str, set[str]]:
    """How the citations of each record stand."""
    found: dict[str, set[str]] = {}
    for claim, standing in context.view.verification.claims:
        found.setdefault(claim.record.id, set()).add(standing.state)
    return found


def _collect_values(context: SiteContext) -> dict[str, Values]:
    """For each facet, the values of a record."""
    proved = _collect_verification_states(context)

    def proof(record: Record) -> Iterable[str]:
        if isinstance(record, Source):
            counts = context.view.verification.get_source_counts(record.id)
            return [state for state, n in counts.items() if n]
        return proved.get(record.id, ())

    def age(record: Record) -> Iterable[str]:
        found = find_review_status(context, record)
        return (found.state if found else "ageless",)

    def kinds_of_source(record: Record) -> Iterable[str]:
        if isinstance(record, Source):
            return (record.type,)
        return (
            context.view.source(citation.source).type for citation in context.view.citations(record)
        )

    return {
        "status": lambda r: _iter_statuses(context, r),
        "right": lambda r: r.rights,
        "group": lambda r: r.groups,
        "authority": lambda r: (n.authority for n in (*r.addressees, *r.authorities)),
        "body": lambda r: (r.made_by,),
        "age": age,
        "proof": proof,
        "kind": lambda r: (r.kind,),
        "role": lambda r: (r.role,),
        "event": lambda e: e.kinds,
        "who": lambda e: e.who,
        "source-type": kinds_of_source,
        "access": lambda r: (r.access,),
        "identified": lambda r: (r.identified,),
        "link": lambda r: (get_link_state(context.view.verification.get_link(r)),) if r.url else (),
    }


def _iter_statuses(context: SiteContext, recommendation: Recommendation) -> Iterator[str]:
    """Each status that a group has; never a mean of them. Or why there is none."""
    found = dict.fromkeys(a.status for a in find_current_assessments(recommendation))
    yield from found
    if len(found) > 1:
        yield "differs"
    elif recommendation.unassessed_import:
        yield "imported"
    elif not found:
        yield "in-parts" if context.view.parts(recommendation) else "none"


def find_status_groups(
    context: SiteContext, facets: Iterable[Facet], rows: Iterable[Recommendation]
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """For each status of each row, the positions of the groups that have it."""
    by_name = {facet.name: facet for facet in facets}
    status = by_name["status"]
    at = {choice.id: i for i, choice in enumerate(by_name["group"].choices)}
    return tuple(
        tuple(
            tuple(
                sorted(
                    at[group]
                    for group in _find_rated_groups(context, row, status.choices[value].id)
                )
            )
            for value in values
        )
        for row, values in zip(rows, status.values, strict=True)
    )


def _find_rated_groups(
    context: SiteContext, recommendation: Recommendation, status: str
) -> set[str]:
    """The groups rated so; all groups where it is no rating, such as "differs"."""
    ratings = {
        group: context.view.rating_for(recommendation, group) for group in recommendation.groups
    }
    return {g for g, a in ratings.items() if a and a.status == status} or set(ratings)


def find_review_status(context: SiteContext, record: Record) -> ReviewStatus | None:
    """How the evidence of a record stands; of several ratings, the one that is due first."""
    if isinstance(record, Recommendation):
        ratings = (context.view.review_status(a, record) for a in find_current_assessments(record))
        return min((r for r in ratings if r), key=lambda r: r.due_on, default=None)
    return context.view.review_status(record) if isinstance(record, Indicator | Source) else None
