"""Compute the status of each citation and link from the records and the lock files."""

from collections import defaultdict
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
from tracker.model.un_documents import find_derived_addresses

STATUSES = (*RESULTS[:2], "suspect", "none", *RESULTS[2:])
"""The possible statuses of a citation, worst first."""
TO_VERIFY = STATUSES[:4]
"""The statuses of citations that must be checked, again or for the first time."""

Counts = Mapping[str, int]
"""The number of citations by status."""


@dataclass(frozen=True, slots=True)
class CitationStatus:
    """The status of a citation: who checked it and when, or why it cannot be checked."""

    state: str
    since: str = ""
    by: str = ""
    reason: str = ""


ClaimStatus = tuple[Claim, CitationStatus]


@dataclass(frozen=True, slots=True)
class PendingSource:
    """A source with citations to check."""

    source: Source
    texts: tuple[str, ...]
    """SHA-256 hashes of the known texts, or their first 16 digits."""
    citations: tuple[ClaimStatus, ...]


@dataclass(frozen=True)
class VerificationSummary:
    """The records together with the verifications of their citations and the states of links."""

    data: Dataset
    verifications: Mapping[str, Verification]
    links: Mapping[str, LinkState]

    @cached_property
    def claims(self) -> tuple[ClaimStatus, ...]:
        """All claims with their status."""
        return self._add_status(iter_claims(self.data))

    def get_record_claims(self, record: Record) -> tuple[ClaimStatus, ...]:
        """Return the claims of one record with their status."""
        dataset = Dataset({self.data.collection_of(record.id): (record,)})
        return self._add_status(iter_claims(dataset))

    @property
    def lock_rows(self) -> Iterator[tuple[Claim, Verification]]:
        """All claims that have a lock row, including rows written by an older version."""
        matched = match_lock_rows((claim for claim, _ in self.claims), self.verifications)
        for claim, _ in self.claims:
            if row := matched.get(claim.key) or self.verifications.get(claim.key):
                yield claim, row

    def _add_status(self, claims: Iterable[Claim]) -> tuple[ClaimStatus, ...]:
        claims = tuple(claims)
        rows = match_lock_rows(claims, self.verifications)
        return tuple((claim, self._compute_status(claim, rows.get(claim.key))) for claim in claims)

    def _compute_status(self, claim: Claim, row: Verification | None) -> CitationStatus:
        if not claim.citation.statements:
            return CitationStatus("no-statement")
        if row is None:
            reason = get_skip_reason(claim, self.data)
            return CitationStatus("not-checkable" if reason else "none", reason=reason)
        if row.claim != claim.fingerprint:
            return CitationStatus("suspect", row.since, row.by)
        if row.result == "proved" and any(map(is_manual_count, claim.citation.statements)):
            return CitationStatus("not-checkable", row.since, row.by, "by-hand")
        return CitationStatus(row.result, row.since, row.by)

    def list_pending(self) -> tuple[PendingSource, ...]:
        """Return the sources with citations to check, in the order of their ids."""
        pending: dict[str, list[ClaimStatus]] = defaultdict(list)
        for claim, status in self.claims:
            if status.state in TO_VERIFY:
                pending[claim.citation.source].append((claim, status))
        return tuple(
            PendingSource(source, get_text_hashes(self.data, source), tuple(citations))
            for name, citations in sorted(pending.items())
            if isinstance(source := self.data.find(name), Source)
        )

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str, str], CitationStatus]:
        """The status by record, source and locator; the worst of several citations."""
        worst: dict[tuple[str, str, str], CitationStatus] = {}
        for claim, status in self.claims:
            key = (claim.record.id, claim.citation.source, claim.citation.locator)
            worst[key] = min(worst.get(key, status), status, key=lambda s: STATUSES.index(s.state))
        return worst

    def get_status(self, record_id: str, source_id: str, locator: str) -> CitationStatus:
        """Return the status of a record's citation of a passage."""
        return self._by_place.get((record_id, source_id, locator), CitationStatus("none"))

    def count_statuses(self) -> Counts:
        """Return the number of citations with each status, worst first, including zeros."""
        return _count_statuses(status for _, status in self.claims)

    def count_by_collection(self) -> Mapping[str, Counts]:
        """Return the counts for each collection of records."""
        return self._count_by(lambda claim: self.data.collection_of(claim.record.id))

    @cached_property
    def counts_by_source(self) -> Mapping[str, Counts]:
        """The counts for each cited source."""
        return self._count_by(lambda claim: claim.citation.source)

    def _count_by(self, key: Callable[[Claim], str]) -> Mapping[str, Counts]:
        groups: dict[str, list[CitationStatus]] = defaultdict(list)
        for claim, status in self.claims:
            groups[key(claim)].append(status)
        return {name: _count_statuses(statuses) for name, statuses in groups.items()}

    def get_source_counts(self, source_id: str) -> Counts:
        """Return the counts for one source."""
        return self.counts_by_source.get(source_id, _count_statuses(()))

    def list_records_to_verify(self) -> tuple[Record, ...]:
        """Return each record with a citation to check, in the order of the files."""
        records = {c.record.id: c.record for c, s in self.claims if s.state in TO_VERIFY}
        return tuple(records.values())

    def get_compared_texts(self, source_id: str) -> tuple[str, ...]:
        """Return the hash prefixes of the texts that a source's citations were compared with."""
        return self._texts.get(source_id, ())

    @cached_property
    def _texts(self) -> Mapping[str, tuple[str, ...]]:
        hashes: dict[str, set[str]] = {}
        for claim, _ in self.claims:
            if (row := self.verifications.get(claim.key)) and row.text:
                hashes.setdefault(claim.citation.source, set()).add(row.text)
        return {source: tuple(sorted(texts)) for source, texts in hashes.items()}

    def list_unread_sources(self) -> tuple[Source, ...]:
        """Return the sources with a citation that was not compared because there is no text."""
        source_ids = {
            claim.citation.source
            for claim, status in self.claims
            if status.state == "none" or status.reason in UNAVAILABLE
        }
        return tuple(source for source in self.data.of(Source) if source.id in source_ids)

    def get_link(self, source: Source) -> LinkState | None:
        """Return the state of a source's link, or None if it was never checked."""
        return self.links.get(source.url or "")

    def group_by_link_state(self) -> Mapping[str, tuple[Source, ...]]:
        """Return the sources with links by the state of the link; `none` if never checked."""
        states: dict[str, list[Source]] = {}
        for source in self.data.of(Source):
            if source.url and source.withdrawn is None:
                states.setdefault(get_link_state(self.get_link(source)), []).append(source)
        return {state: tuple(sources) for state, sources in sorted(states.items())}

    def get_derived_links(self) -> Mapping[str, LinkState | None]:
        """Return the state of each address derived from a UN symbol, by the id of the source."""
        addresses = find_derived_addresses(self.data)
        return {source_id: self.links.get(url) for source_id, url in addresses.items()}


def get_text_hashes(data: Dataset, source: Source) -> tuple[str, ...]:
    """Return the SHA-256, or a prefix, of each known text of a source, from its map and record."""
    mapped = tuple(m.sha256 for m in data.maps if m.source == source.id)
    return (*mapped, *(text for text in source.texts if text not in mapped))


def find_newly_verified(
    now: VerificationSummary, *, earlier: VerificationSummary
) -> tuple[tuple[Claim, Verification], ...]:
    """Return the claims that are verified or accepted now and were not in an earlier state."""
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


def find_lost_verifications(
    now: VerificationSummary, *, earlier: VerificationSummary
) -> tuple[Claim, ...]:
    """Return the citations that were verified in an earlier state but are no longer.

    Citations removed together with their record are left out.
    """
    verified = {c.fingerprint for c, row in now.lock_rows if row.claim == c.fingerprint}
    return tuple(
        claim
        for claim, row in earlier.lock_rows
        if row.result in VERIFIED
        and row.claim == claim.fingerprint
        and claim.fingerprint not in verified
        and now.data.find(claim.record.id) is not None
    )


def get_link_state(link: LinkState | None) -> str:
    """Return the state without its cause: `failing` for `failing:dns`."""
    return link.state.partition(":")[0] if link else "none"


def _count_statuses(statuses: Iterable[CitationStatus]) -> Counts:
    states = [status.state for status in statuses]
    return {state: states.count(state) for state in STATUSES}
