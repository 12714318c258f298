"""A record by what somebody has of it, id, symbol or words; and all that touches it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.analysis.freshness import AgeingItem, ReviewStatus, get_review_status
from tracker.citations.claims import Claim
from tracker.citations.status import CitationStatus, VerificationSummary
from tracker.model import (
    Assessment,
    Dataset,
    Discrepancy,
    Finding,
    Indicator,
    Path,
    Position,
    Recommendation,
    Record,
    Reference,
    Source,
    find_current_assessments,
    find_references,
)
from tracker.model.diagnostics import closest_match
from tracker.model.lockfiles import LinkState, Verification
from tracker.model.text import fold, fold_figures

RatingOrPosition = Assessment | Position
"""What has an id inside a recommendation."""


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """A record, or a part of one."""

    collection: str
    record: Record
    part: RatingOrPosition | None = None
    path: Path = ()
    """Where the part stands in the record."""

    @property
    def value(self) -> Record | RatingOrPosition:
        """The part, else the record."""
        return self.part or self.record


def iter_records_and_parts(data: Dataset) -> Iterator[RecordMatch]:
    """Every record, each followed by its positions and ratings."""
    for name, record in data.records():
        yield RecordMatch(name, record)
        if isinstance(record, Recommendation):
            yield from _iter_parts(name, record, "positions", record.positions)
            yield from _iter_parts(name, record, "assessments", record.assessments)


def _iter_parts(
    name: str, record: Recommendation, field: str, parts: tuple[RatingOrPosition, ...]
) -> Iterator[RecordMatch]:
    for number, part in enumerate(parts):
        yield RecordMatch(name, record, part, (field, number))


def find_by_id(data: Dataset, key: str) -> RecordMatch | None:
    """The record or part with this id."""
    return next((found for found in iter_records_and_parts(data) if found.value.id == key), None)


def find_closest_id(data: Dataset, key: str) -> str:
    """The id most like one that does not exist; empty if none is near."""
    return closest_match(key, [found.value.id for found in iter_records_and_parts(data)])


def find_by_paragraph(data: Dataset, place: str) -> tuple[RecordMatch, ...]:
    """What `CO/3 9` names: the recommendations at a paragraph, the whole before its parts.

    The document is given by its symbol, the end of it, or its id; without a paragraph, the result
    are the documents themselves.
    """
    document, _, paragraph = fold(place).partition(" ")
    sources = tuple(s for s in data.of(Source) if _has_name(s, document))
    if not paragraph:
        return tuple(RecordMatch("sources", source) for source in sources)
    known = {source.id for source in sources}
    asked = (r for r in data.of(Recommendation) if r.document in known)
    found = [RecordMatch("recommendations", r) for r in asked if _is_at_paragraph(r, paragraph)]
    parents = {r.record.part_of for r in found if isinstance(r.record, Recommendation)} - {None}
    whole = [one for one in found if one.record.id in parents]
    # All others are parts of one: that is what the paragraph is.
    return tuple(whole) if len(parents) == len(whole) == 1 else tuple(found)


def _has_name(source: Source, name: str) -> bool:
    symbol = fold(source.symbol or "")
    return name == source.id or f"/{symbol}".endswith(f"/{name}")


def _is_at_paragraph(recommendation: Recommendation, paragraph: str) -> bool:
    own = fold(recommendation.paragraph)
    return paragraph in (own, own.split()[-1])


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A record that has all words, and where one of them stands: a field, and its text."""

    match: RecordMatch
    field: str
    text: str
    score: float


def find_matching_ids(data: Dataset, known: Collection[str], words: str) -> list[str]:
    """The ids that words mean among those known: by symbol and paragraph; else by words in title,
    id or symbol; else by words anywhere. The best first."""
    named = [found.record.id for found in find_by_paragraph(data, words)]
    hits = [(hit.match.record.id, hit.field.split(".")[0]) for hit in search(data, words)]
    called = [key for key, field in hits if field in ("title", "id", "symbol")]
    for found in (named, called, [key for key, _ in hits]):
        if among := [key for key in found if key in known]:
            return among
    return []


_WEIGHTS = {"title": 8, "id": 6, "symbol": 6, "summary": 3, "counts": 3, "definition": 3}
"""What a word weighs in a field; 1 in every other."""


def search(data: Dataset, words: str) -> tuple[SearchHit, ...]:
    """The records in which each word begins one, the best first."""
    sought = [re.compile(rf"(?<![^\W_]){re.escape(w)}") for w in fold_figures(words).split()]
    hits = (_score_hit(RecordMatch(*pair), sought, data) for pair in data.records())
    return tuple(sorted((h for h in hits if h), key=lambda hit: -hit.score))


def _score_hit(
    found: RecordMatch, sought: list[re.Pattern[str]], data: Dataset
) -> SearchHit | None:
    """A record as a hit, with the weightiest field for each word; None if one word is not there."""
    fields = [
        (_WEIGHTS.get(name, 1), name, text, fold_figures(text))
        for name, text in _iter_texts(found.record.model_dump(mode="json", exclude_none=True))
        if name == "id" or data.find(text) is None  # that it names another record says nothing
    ]
    best = []
    for word in sought:
        having = [field for field in fields if word.search(field[3])]
        if not having:
            return None
        best.append(max(having, key=lambda field: field[0]))
    if not best:
        return None
    score = sum(field[0] for field in best) * (0.5 if found.record.withdrawn else 1)
    score += found.collection == "recommendations"
    _, name, text, _ = min(best, key=lambda field: field[0])
    return SearchHit(found, name, text, score)


def _iter_texts(content: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record with the field that it stands in, by the names down to it."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from _iter_texts(value, f"{name}.{key}" if name else key)
    elif isinstance(content, list):
        for value in content:
            yield from _iter_texts(value, name)
    elif isinstance(content, str | int | float):
        yield name, str(content)


@dataclass(frozen=True, slots=True)
class ItemReview:
    """A rating, position, figure or source, and how its evidence stands; None if it never ages."""

    item: AgeingItem
    status: ReviewStatus | None


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """A record or part with all that touches it."""

    match: RecordMatch
    references: tuple[Reference, ...]
    """Whom it names."""
    backlinks: tuple[Reference, ...]
    """Who names it."""
    reviews: tuple[ItemReview, ...]
    claims: tuple[tuple[Claim, CitationStatus], ...]
    """Each of its citations, and how it stands."""
    link: LinkState | None
    """What is known of its address."""


def collect_details(
    found: RecordMatch,
    data: Dataset,
    *,
    proofs: Mapping[str, Verification],
    links: Mapping[str, LinkState],
    today: date,
) -> RecordDetails:
    """All that touches a record or a part, on a day."""
    record, value = found.record, found.value
    own = VerificationSummary(data, proofs, links)
    names = (Reference(value.id, path, to, ref) for path, to, ref in find_references(value))
    claimed = own.get_record_claims(record)
    if found.part:
        claimed = tuple(pair for pair in claimed if _is_in_part(pair[0], found.part))
    return RecordDetails(
        found,
        tuple(names),
        () if found.part else data.backlinks.get(record.id, ()),
        tuple(_iter_reviews(found, data, today)),
        claimed,
        own.get_link(record) if isinstance(record, Source) else None,
    )


def _is_in_part(claim: Claim, part: RatingOrPosition) -> bool:
    return part.id in claim.key.partition(" ")[0].split("/")


def _iter_reviews(found: RecordMatch, data: Dataset, today: date) -> Iterator[ItemReview]:
    """Of a recommendation: of its ratings in force and its positions."""
    record = found.record
    if isinstance(record, Recommendation):
        own: tuple[RatingOrPosition, ...] = (*find_current_assessments(record), *record.positions)
        for part in (found.part,) if found.part else own:
            yield ItemReview(part, get_review_status(part, data, of=record, today=today))
    elif isinstance(record, Indicator | Source):
        yield ItemReview(record, get_review_status(record, data, today=today))


def format_status(
    record: Record,
    *,
    title: Callable[[str], str],
    translate: Callable[..., str],
    in_parts: bool,
) -> str:
    """How a record stands, as a list tells it; empty where nothing is to be told.

    `title` gives that of an id, `in_parts` says whether it is a recommendation with parts.
    """
    if record.withdrawn:
        return translate("search.withdrawn")
    if isinstance(record, Recommendation):
        ids = dict.fromkeys(a.status for a in find_current_assessments(record))
        none = "status.in-parts" if in_parts else "status.none"
        none = "status.imported" if record.unassessed_import else none
        return ", ".join(map(title, ids)) or translate(none)
    if isinstance(record, Finding):
        return translate(f"kind.{record.kind}")
    if isinstance(record, Discrepancy):
        return translate(f"discrepancy.{record.state}")
    if isinstance(record, Indicator):
        return translate(f"role.{record.role}")
    return ""


def has_parts(record: Record, data: Dataset) -> bool:
    """Whether a recommendation has parts, which stand."""
    return any(r.part_of == record.id and not r.withdrawn for r in data.of(Recommendation))
