"""The status of each citation and each address, computed from the records and the lock files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tracker.citations.claims import (
    UNAVAILABLE,
    Claim,
    get_skip_reason,
    is_manual_count,
    iter_claims,
    match_lock_rows,
)
from tracker.model import Dataset, Record, Source
from tracker.model.lockfiles import RESULTS, VERIFIED, LinkState, Verification

STATUSES = (*RESULTS[:2], "suspect", "none", *RESULTS[2:])
"""The statuses that a citation can have, worst first."""
TO_VERIFY = STATUSES[:4]
"""Those of a citation that has to be checked, again or for the first time."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CitationStatus:
    """The status of one citation, who checked it and when, and why it is not checkable."""

    state: str
    since: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PendingSource:
    """The citations of one source that wait to be checked, and which text is needed."""

    source: Source
    texts: tuple[str, ...]
    """SHA-256 of the texts that were used before, or their first 16 digits."""
    citations: tuple[tuple[Claim, CitationStatus], ...]


@dataclass(frozen=True)
class VerificationSummary:
    """The records with what was checked of them and what the web answered."""

    data: Dataset
    verifications: Mapping[str, Verification]
    links: Mapping[str, LinkState]

    @cached_property
    def claims(self) -> tuple[tuple[Claim, CitationStatus], ...]:
        """Every citation with its status."""
        return self._add_status(iter_claims(self.data))

    def get_record_claims(self, record: Record) -> tuple[tuple[Claim, CitationStatus], ...]:
        """The citations of one record with their status."""
        alone = Dataset({self.data.collection_of(record.id): (record,)})
        return self._add_status(iter_claims(alone))

    @property
    def lock_rows(self) -> Iterator[tuple[Claim, Verification]]:
        """Every citation that has a lock row, with the row; also one of an older version."""
        claims = [claim for claim, _ in self.claims]
        matched = match_lock_rows(claims, self.verifications)
        for claim in claims:
            row = matched.get(claim.key) or self.verifications.get(claim.key)
            if row:
                yield claim, row

    def _add_status(self, claims: Iterable[Claim]) -> tuple[tuple[Claim, CitationStatus], ...]:
        found = tuple(claims)
        rows = match_lock_rows(found, self.verifications)
        return tuple((claim, self._compute_status(claim, rows.get(claim.key))) for claim in found)

    def _compute_status(self, claim: Claim, proof: Verification | None) -> CitationStatus:
        if not claim.citation.states:
            return CitationStatus("no-statement")
        if proof is None:
            reason = get_skip_reason(claim, self.data)
            return (
                CitationStatus("not-checkable", reason=reason) if reason else CitationStatus("none")
            )
        if proof.claim != claim.fingerprint:
            return CitationStatus("suspect", proof.since, proof.by)
        if proof.result == "proved" and any(map(is_manual_count, claim.citation.states)):
            return CitationStatus("not-checkable", proof.since, proof.by, "by-hand")
        return CitationStatus(proof.result, proof.since, proof.by)

    def list_pending(self) -> tuple[PendingSource, ...]:
        """What waits to be checked, by source, in the order of the source ids."""
        found: dict[str, list[tuple[Claim, CitationStatus]]] = {}
        for claim, standing in self.claims:
            if standing.state in TO_VERIFY:
                found.setdefault(claim.citation.source, []).append((claim, standing))
        sources = ((self.data.find(name), found[name]) for name in sorted(found))
        return tuple(
            PendingSource(source, get_text_hashes(self.data, source), tuple(citations))
            for source, citations in sources
            if isinstance(source, Source)
        )

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str, str], CitationStatus]:
        """By record, source and locator: the worst where a record cites a place several times."""
        found: dict[tuple[str, str, str], CitationStatus] = {}
        for claim, standing in self.claims:
            key = (claim.record.id, claim.citation.source, claim.citation.locator)
            known = found.get(key)
            if known is None or _rank_status(standing) < _rank_status(known):
                found[key] = standing
        return found

    def get_status(self, record_id: str, source_id: str, locator: str) -> CitationStatus:
        """How a record's citation of a place stands."""
        return self._by_place.get((record_id, source_id, locator), CitationStatus("none"))

    def count_statuses(self) -> Counts:
        """How many citations stand how, the worst first; also those with none."""
        return _count_statuses(standing for _, standing in self.claims)

    def count_by_collection(self) -> Mapping[str, Counts]:
        """The same for each kind of record."""
        return self._count_by(lambda claim: self.data.collection_of(claim.record.id))

    @cached_property
    def counts_by_source(self) -> Mapping[str, Counts]:
        """The same for each source that is cited."""
        return self._count_by(lambda claim: claim.citation.source)

    def _count_by(self, key: Callable[[Claim], str]) -> Mapping[str, Counts]:
        groups: dict[str, list[CitationStatus]] = {}
        for claim, standing in self.claims:
            groups.setdefault(key(claim), []).append(standing)
        return {name: _count_statuses(found) for name, found in groups.items()}

    def get_source_counts(self, source_id: str) -> Counts:
        """The citations of one source."""
        return self.counts_by_source.get(source_id, _count_statuses(()))

    def list_records_to_verify(self) -> tuple[Record, ...]:
        """The records with a citation to prove again, each once, in file order."""
        found = {c.record.id: c.record for c, s in self.claims if s.state in TO_VERIFY}
        return tuple(found.values())

    def get_compared_texts(self, source_id: str) -> tuple[str, ...]:
        """The hashes of the texts in which the citations of a source were sought, as beginnings."""
        return self._texts.get(source_id, ())

    @cached_property
    def _texts(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for claim, _ in self.claims:
            if (proof := self.verifications.get(claim.key)) and proof.text:
                found.setdefault(claim.citation.source, set()).add(proof.text)
        return {source: tuple(sorted(texts)) for source, texts in found.items()}

    def list_unread_sources(self) -> tuple[Source, ...]:
        """The sources with a citation that was not compared, for want of a text, in order."""
        named = {
            claim.citation.source
            for claim, standing in self.claims
            if standing.state == "none" or standing.reason in UNAVAILABLE
        }
        return tuple(source for source in self.data.of(Source) if source.id in named)

    def get_link(self, source: Source) -> LinkState | None:
        """What is known of a source's address; None if it was never asked."""
        return self.links.get(source.url or "")

    def group_by_link_state(self) -> Mapping[str, tuple[Source, ...]]:
        """The sources with an address by the state of it, `none` for those never asked."""
        states: dict[str, list[Source]] = {}
        for source in self.data.of(Source):
            if source.url and source.withdrawn is None:
                link = self.get_link(source)
                states.setdefault(get_link_state(link), []).append(source)
        return {state: tuple(found) for state, found in sorted(states.items())}


def get_text_hashes(data: Dataset, source: Source) -> tuple[str, ...]:
    """The SHA-256 of each known text of a source, or its beginning: from its map and its record."""
    mapped = tuple(m.sha256 for m in data.maps if m.source == source.id)
    return (*mapped, *(text for text in source.texts if text not in mapped))


def find_newly_verified(
    now: VerificationSummary, *, earlier: VerificationSummary
) -> tuple[tuple[Claim, Verification], ...]:
    """The citations that are verified now, or accepted, and were not in an earlier state."""
    before = {
        claim.key: (claim.fingerprint, row.result)
        for claim, row in earlier.lock_rows
        if row.result in VERIFIED and (row.claim == claim.fingerprint or not row.by)
    }
    return tuple(
        (claim, row)
        for claim, row in now.lock_rows
        if row.result in VERIFIED
        and row.claim == claim.fingerprint
        and before.get(claim.key) != (claim.fingerprint, row.result)
    )


def get_link_state(link: LinkState | None) -> str:
    """The state without its cause: `failing` of `failing:dns`."""
    return link.state.partition(":")[0] if link else "none"


def _rank_status(standing: CitationStatus) -> int:
    return STATUSES.index(standing.state)


def _count_statuses(found: Iterable[CitationStatus]) -> Counts:
    states = [standing.state for standing in found]
    return {state: states.count(state) for state in STATUSES}
