"""How far the citations are proved and their addresses alive. Computed, never typed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tracker.claims import Claim
from tracker.claims import claims as claims_in
from tracker.locks import RESULTS, Link, Proof
from tracker.model import Dataset, Record, Source

STANDINGS = (*RESULTS[:2], "suspect", "none", *RESULTS[2:])
"""How a citation may stand, the worst first."""
TO_PROVE = STANDINGS[:4]
"""What somebody has to prove again, or for the first time."""

_READ = ("by-hand", "no-place", "doubtful-place")
"""Why a citation is not checkable though the text was read."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one citation stands: its result, since when, and why it is not checkable."""

    state: str
    since: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Health:
    """The records beside what was proved of them and what the web answered."""

    data: Dataset
    proofs: Mapping[str, Proof]
    links: Mapping[str, Link]

    @cached_property
    def claims(self) -> tuple[tuple[Claim, Standing], ...]:
        """Every claim, and how its citation stands."""
        return tuple((claim, self._standing(claim)) for claim in claims_in(self.data))

    def _standing(self, claim: Claim) -> Standing:
        proof = self.proofs.get(claim.key)
        if proof is None:
            return Standing("none")
        state = proof.result if proof.claim == claim.fingerprint else "suspect"
        return Standing(state, proof.since, proof.reason)

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str, str], Standing]:
        """By record, source and locator: the worst where a record cites a place several times."""
        found: dict[tuple[str, str, str], Standing] = {}
        for claim, standing in self.claims:
            key = (claim.record.id, claim.citation.source, claim.citation.locator)
            known = found.get(key)
            if known is None or _rank(standing) < _rank(known):
                found[key] = standing
        return found

    def standing(self, record_id: str, source_id: str, locator: str) -> Standing:
        """How a record's citation of a place stands."""
        return self._by_place.get((record_id, source_id, locator), Standing("none"))

    def counts(self) -> Counts:
        """How many citations stand how, the worst first; also those with none."""
        return _count(standing for _, standing in self.claims)

    def by_collection(self) -> Mapping[str, Counts]:
        """The same for each kind of record."""
        return self._grouped(lambda claim: self.data.collection_of(claim.record.id))

    @cached_property
    def by_source(self) -> Mapping[str, Counts]:
        """The same for each source that is cited."""
        return self._grouped(lambda claim: claim.citation.source)

    def _grouped(self, key: Callable[[Claim], str]) -> Mapping[str, Counts]:
        groups: dict[str, list[Standing]] = {}
        for claim, standing in self.claims:
            groups.setdefault(key(claim), []).append(standing)
        return {name: _count(found) for name, found in groups.items()}

    def of_source(self, source_id: str) -> Counts:
        """The citations of one source."""
        return self.by_source.get(source_id, _count(()))

    def to_prove(self) -> tuple[Record, ...]:
        """The records with a citation to prove again, each once, in file order."""
        found = {c.record.id: c.record for c, s in self.claims if s.state in TO_PROVE}
        return tuple(found.values())

    def texts_of(self, source_id: str) -> tuple[str, ...]:
        """The hashes of the texts in which the citations of a source were sought, as beginnings."""
        return self._texts.get(source_id, ())

    @cached_property
    def _texts(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for claim, _ in self.claims:
            if (proof := self.proofs.get(claim.key)) and proof.text:
                found.setdefault(claim.citation.source, set()).add(proof.text)
        return {source: tuple(sorted(texts)) for source, texts in found.items()}

    def unread(self) -> tuple[Source, ...]:
        """The sources of which a citation could not be checked for want of a text, in order."""
        named = {
            claim.citation.source
            for claim, standing in self.claims
            if standing.state == "not-checkable" and standing.reason not in _READ
        }
        return tuple(source for source in self.data.of(Source) if source.id in named)

    def link(self, source: Source) -> Link | None:
        """What is known of a source's address; None if it was never asked."""
        return self.links.get(source.url or "")

    def by_link_state(self) -> Mapping[str, tuple[Source, ...]]:
        """The sources with an address by the state of it, `none` for those never asked."""
        states: dict[str, list[Source]] = {}
        for source in self.data.of(Source):
            if source.url and source.withdrawn is None:
                link = self.link(source)
                states.setdefault(link_state(link), []).append(source)
        return {state: tuple(found) for state, found in sorted(states.items())}


def link_state(link: Link | None) -> str:
    """The state without its cause: `failing` of `failing:dns`."""
    return link.state.partition(":")[0] if link else "none"


def _rank(standing: Standing) -> int:
    return STANDINGS.index(standing.state)


def _count(found: Iterable[Standing]) -> Counts:
    states = [standing.state for standing in found]
    return {state: states.count(state) for state in STANDINGS}
