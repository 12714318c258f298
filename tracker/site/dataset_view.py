"""Queries on the records of a project, as of a reference date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TypeVar

from tracker.analysis.freshness import (
    AgeingItem,
    ReviewStatus,
    get_review_status,
    iter_review_statuses,
)
from tracker.analysis.rating_changes import RatingChange, iter_rating_changes
from tracker.analysis.repetition import find_repetitions
from tracker.citations.status import VerificationSummary
from tracker.model import (
    Assessment,
    Citation,
    Correction,
    Dataset,
    Discrepancy,
    Event,
    Finding,
    Indicator,
    Position,
    Recommendation,
    Record,
    Source,
    SourceMap,
    Term,
    find_citations,
    find_current_assessments,
)
from tracker.model.lockfiles import LinkState, Verification

R = TypeVar("R", bound=Record)
_UNWEIGHED = "unweighed"
_WEIGHTS = ("high", "medium", "low", _UNWEIGHED, "slip")
_STATES = ("open", "explained", "settled")


@dataclass(frozen=True, eq=False)
class DatasetView:
    """Valid records on a date. Queries leave out withdrawn records and keep file order."""

    data: Dataset
    today: date
    record_lines: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    """The file, first and last line of each record, position and assessment, by id."""
    verifications: Mapping[str, Verification] = field(default_factory=dict)
    link_states: Mapping[str, LinkState] = field(default_factory=dict)
    _by_kind: dict[type[Record], tuple[Record, ...]] = field(default_factory=dict, init=False)
    _by_field: dict[tuple[type[Record], str], dict[str, tuple[Record, ...]]] = field(
        default_factory=dict, init=False
    )

    @cached_property
    def verification(self) -> VerificationSummary:
        """The status of each citation and link."""
        return VerificationSummary(self.data, self.verifications, self.link_states)

    # Records of any kind

    def find(self, record_id: str) -> Record | None:
        """Return the record with this id, withdrawn or not."""
        return self.data.find(record_id)

    def find_all(self, ids: Iterable[str]) -> tuple[Record, ...]:
        """Return the records with these ids, in the order given."""
        return tuple(record for record in map(self.find, ids) if record is not None)

    def in_file_order(self, ids: Iterable[str]) -> tuple[Record, ...]:
        """Return the records with these ids, in file order."""
        return self.find_all(sorted(ids, key=self._order.__getitem__))

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {record.id: number for number, (_, record) in enumerate(self.data.records())}

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return the records of one kind."""
        if kind not in self._by_kind:
            self._by_kind[kind] = tuple(r for r in self.data.of(kind) if r.withdrawn is None)
        return self._by_kind[kind]  # type: ignore[return-value]  # keyed by their own type

    def collection(self, name: str) -> tuple[Record, ...]:
        """Return the records of one collection."""
        return tuple(r for r in self.data.collections[name] if r.withdrawn is None)

    def filter_by(self, kind: type[R], name: str, value: str) -> tuple[R, ...]:
        """Return the records of one kind whose field `name` equals or contains `value`."""
        if (kind, name) not in self._by_field:
            groups: dict[str, list[Record]] = {}
            for record in self.all(kind):
                values = getattr(record, name)
                for item in values if isinstance(values, tuple) else (values,):
                    groups.setdefault(item, []).append(record)
            self._by_field[kind, name] = {key: tuple(group) for key, group in groups.items()}
        records: tuple[R, ...] = self._by_field[kind, name].get(value, ())  # type: ignore[assignment]
        return records

    def record_locations(self, record: Record) -> tuple[tuple[str, int, int], ...]:
        """Return the file, first and last line of a record, and of parts in their own files."""
        parts: tuple[Position | Assessment, ...] = ()
        if isinstance(record, Recommendation):
            parts = (*record.positions, *record.assessments)
        lines = self.record_lines
        return tuple(lines[item.id] for item in (record, *parts) if item.id in lines)

    # References between records

    def referrers(self, record_id: str) -> tuple[Record, ...]:
        """Return the records that refer to this one, withdrawn or not."""
        ids = {reference.record for reference in self.data.backlinks.get(record_id, ())}
        return self.in_file_order(ids - {record_id})

    def referrers_by_collection(self, record_id: str) -> dict[str, tuple[Record, ...]]:
        """Return the records that refer to this one, by collection, and proposals separately.

        They include no withdrawn records, and no unassessed imports: there may be thousands.
        """
        referrers = (
            record
            for record in self.referrers(record_id)
            if record.withdrawn is None
            and not (isinstance(record, Recommendation) and record.unassessed_import)
        )
        groups: dict[str, list[Record]] = {}
        for record in referrers:
            name = self.get_register_name(self.data.collection_of(record.id), record)
            groups.setdefault(name, []).append(record)
        return {name: tuple(found) for name, found in groups.items() if name != "exceptions"}

    def count_unassessed_imports(self, record_id: str) -> int:
        """Return the number of unassessed imports that refer to a record."""
        referrers = (r for r in self.referrers(record_id) if isinstance(r, Recommendation))
        return sum(r.withdrawn is None and r.unassessed_import for r in referrers)

    # Recommendations and ratings

    @property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """All recommendations."""
        return self.all(Recommendation)

    @property
    def assessable(self) -> tuple[Recommendation, ...]:
        """All recommendations except unassessed imports."""
        return tuple(r for r in self.recommendations if not r.unassessed_import)

    @property
    def unassessed_imports(self) -> tuple[Recommendation, ...]:
        """All recommendations that were imported and not assessed, which are counted separately."""
        return tuple(r for r in self.recommendations if r.unassessed_import)

    @cached_property
    def counted(self) -> tuple[Recommendation, ...]:
        """The recommendations that statements such as "n are rated" count.

        They do not include proposals, unassessed imports, and paragraphs that are rated in parts.
        """
        recommendations, _ = self.split_proposals(self.assessable)
        return tuple(r for r in recommendations if not self.parts(r))

    @property
    def committee_recommendations(self) -> tuple[Recommendation, ...]:
        """The counted recommendations of committees."""
        committees = self.speakers("committee")
        return tuple(r for r in self.counted if r.made_by in committees)

    def is_proposal(self, record: Record) -> bool:
        """Return True for a recommendation by civil society.

        Proposals have a separate register and are never counted with recommendations.
        """
        makers = self.speakers("civil-society")
        return isinstance(record, Recommendation) and record.made_by in makers

    def get_register_name(self, collection: str, record: Record) -> str:
        """Return the name of the register that lists a record."""
        return "proposals" if self.is_proposal(record) else collection

    def split_proposals(self, records: Iterable[R]) -> tuple[tuple[R, ...], tuple[R, ...]]:
        """Return the records that are not proposals, and the proposals."""
        groups: dict[bool, list[R]] = {False: [], True: []}
        for record in records:
            groups[self.is_proposal(record)].append(record)
        return tuple(groups[False]), tuple(groups[True])

    def count_recommendations(self, *, proposals: bool = False) -> int:
        """Return the number of recommendations, or of proposals, without unassessed imports."""
        return len(self.split_proposals(self.assessable)[proposals])

    def recommendations_by_body(
        self, *, proposals: bool = False
    ) -> dict[str, tuple[Recommendation, ...]]:
        """Return the recommendations, or proposals, by who made them, unassessed imports last."""
        groups: dict[str, list[Recommendation]] = {}
        for recommendation in sorted(self.recommendations, key=lambda r: r.unassessed_import):
            if self.is_proposal(recommendation) == proposals:
                groups.setdefault(recommendation.made_by, []).append(recommendation)
        return {body: tuple(group) for body, group in groups.items()}

    def parts(self, recommendation: Recommendation) -> tuple[Recommendation, ...]:
        """Return the parts that a recommendation is split into."""
        parts = self.filter_by(Recommendation, "part_of", recommendation.id)
        return tuple(part for part in parts if not part.unassessed_import)

    def repetitions(self, recommendation: Recommendation) -> tuple[Recommendation, ...]:
        """Return later recommendations of mechanisms on the same right and group."""
        same_right = chain.from_iterable(
            self.filter_by(Recommendation, "rights", right) for right in recommendation.rights
        )
        mechanisms = {term.id for term in self.terms("mechanism")}
        return find_repetitions(recommendation, (r for r in same_right if r.made_by in mechanisms))

    def findings(self, recommendation: Recommendation) -> tuple[Finding, ...]:
        """Return the findings that bear on a recommendation."""
        return self.filter_by(Finding, "bears_on", recommendation.id)

    def indicators(self, recommendation: Recommendation) -> tuple[Indicator, ...]:
        """Return the indicators that a recommendation names.

        Those of a shared finding are left out: they may measure another right.
        """
        records = self.in_file_order(set(recommendation.indicators))
        return tuple(i for i in records if isinstance(i, Indicator) and i.withdrawn is None)

    def events(self, recommendation: Recommendation) -> tuple[Event, ...]:
        """Return the events that bear on a recommendation, oldest first, undated ones last."""
        events = self.filter_by(Event, "bears_on", recommendation.id)
        return tuple(sorted(events, key=time_sort_key))

    @cached_property
    def discrepancies_by_weight(self) -> Mapping[str, tuple[Discrepancy, ...]]:
        """All discrepancies by weight, most important first, with open ones first in each group."""
        groups: dict[str, list[Discrepancy]] = {weight: [] for weight in _WEIGHTS}
        for discrepancy in self.all(Discrepancy):
            groups[discrepancy.weight or _UNWEIGHED].append(discrepancy)
        return {
            weight: tuple(sorted(group, key=lambda d: _STATES.index(d.state)))
            for weight, group in groups.items()
        }

    def discrepancies(self, record: Record) -> tuple[Discrepancy, ...]:
        """Return the discrepancies about a record, or about findings that bear on it."""
        subjects = {record.id}
        if isinstance(record, Recommendation):
            subjects |= {finding.id for finding in self.findings(record)}
        ids = {d.id for subject in subjects for d in self.filter_by(Discrepancy, "about", subject)}
        return tuple(d for d in self.in_file_order(ids) if isinstance(d, Discrepancy))

    def rated_groups(self, recommendations: Iterable[Recommendation] = ()) -> tuple[str, ...]:
        """Return the ids of the groups with a current rating, in vocabulary order.

        Without `recommendations`, those of all recommendations except proposals.
        """
        rated = {
            group
            for recommendation in recommendations
            or (r for r in self.recommendations if not self.is_proposal(r))
            for assessment in find_current_assessments(recommendation)
            for group in assessment.groups
        }
        return tuple(term.id for term in self.terms("group") if term.id in rated)

    def rating_for(self, recommendation: Recommendation, group: str) -> Assessment | None:
        """Return the current rating of a recommendation for one group."""
        ratings = [a for a in find_current_assessments(recommendation) if group in a.groups]
        return max(reversed(ratings), key=lambda a: a.date.last, default=None)

    def rated_as(self, status: str) -> tuple[Recommendation, ...]:
        """Return the recommendations and proposals that have this status for a group."""
        return tuple(
            r
            for r in self.assessable
            if any(a.status == status for a in find_current_assessments(r))
        )

    def rating_changes(self) -> tuple[RatingChange, ...]:
        """Return the changes of all ratings, newest first."""
        changes = chain.from_iterable(map(iter_rating_changes, self.assessable))
        return tuple(sorted(changes, key=lambda change: change.rating.date.last, reverse=True))

    # Age of evidence

    def review_status(
        self, item: AgeingItem, of: Recommendation | None = None
    ) -> ReviewStatus | None:
        """Return the review status of an item's evidence, or None without a date or interval."""
        return get_review_status(item, self.data, of=of, today=self.today)

    def count_review_statuses(self) -> Mapping[str, Mapping[str, int]]:
        """Return the numbers of current, due, overdue and ageless items, by kind."""
        kinds = ("ratings", "proposal-ratings", "positions", "figures", "sources")
        states = ("current", "due", "overdue", "ageless")
        _, proposals = self.split_proposals(self.assessable)
        of_proposals = {rating.id for proposal in proposals for rating in proposal.assessments}
        counts = {kind: dict.fromkeys(states, 0) for kind in kinds}
        for kind, item_id, status in iter_review_statuses(self.data, today=self.today):
            name = "proposal-ratings" if kind == "ratings" and item_id in of_proposals else kind
            counts[name][status.state if status else "ageless"] += 1
        return counts

    @cached_property
    def all_ratings_overdue(self) -> bool:
        """Whether every current rating is overdue, so that one notice can cover them all."""
        counts = self.count_review_statuses()
        states = [counts[kind] for kind in ("ratings", "proposal-ratings")]
        return 0 < sum(s["overdue"] for s in states) == sum(sum(s.values()) for s in states)

    # Citations and sources

    def citations(self, record: Record | Assessment) -> tuple[Citation, ...]:
        """Return a record's citations, merged by source and locator, in order of first use."""
        merged: dict[tuple[str, str], Citation] = {}
        for _, citation in find_citations(record):
            key = (citation.source, citation.locator)
            first = merged.get(key)
            if first is None:
                merged[key] = citation
            else:
                more = tuple(s for s in citation.states if s not in first.states)
                update = {"states": first.states + more, "quote": first.quote or citation.quote}
                merged[key] = first.model_copy(update=update)
        return tuple(merged.values())

    def cited_sources(self, record: Record) -> tuple[tuple[Source, tuple[Citation, ...]], ...]:
        """Return the sources that a record cites, each with its citations."""
        groups: dict[str, list[Citation]] = {}
        for citation in self.citations(record):
            groups.setdefault(citation.source, []).append(citation)
        return tuple((self.source(key), tuple(citations)) for key, citations in groups.items())

    def source(self, source_id: str) -> Source:
        """Return a source that another record refers to."""
        source = self.find(source_id)
        assert isinstance(source, Source)  # the checks guarantee it
        return source

    def source_map(self, source_id: str) -> SourceMap | None:
        """Return the map of a source, which lists its citable blocks."""
        return next((m for m in self.data.maps if m.source == source_id), None)

    # Vocabulary, series and corrections

    def terms(self, kind: str) -> tuple[Term, ...]:
        """Return the vocabulary of one kind."""
        return self.filter_by(Term, "kind", kind)

    def speakers(self, voice: str) -> tuple[str, ...]:
        """Return the ids of the speakers with one voice, such as `state` or `committee`."""
        return tuple(term.id for term in self.filter_by(Term, "voice", voice))

    def series(self, name: str) -> tuple[Indicator, ...]:
        """Return the indicators of one series, oldest first."""
        return tuple(sorted(self.filter_by(Indicator, "series", name), key=_get_last_day))

    def corrections(self) -> tuple[tuple[Record, Correction], ...]:
        """Return every correction with its record, newest first, including withdrawn records."""
        pairs = ((record, c) for _, record in self.data.records() for c in record.corrections)
        return tuple(sorted(pairs, key=lambda pair: pair[1].on.last, reverse=True))


def _get_last_day(indicator: Indicator) -> date:
    when = indicator.as_of or indicator.period
    return when.last if when else date.min


def time_sort_key(event: Event) -> tuple[bool, date, str]:
    """Return a key that sorts events by first day, undated ones last."""
    first = event.date.first if event.date else date.max
    return event.date is None, first, event.id
