"""Look up records by id, symbol or words, and collect everything related to one."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.analysis.freshness import AgeingItem, ReviewStatus, get_review_status
from tracker.analysis.labels import format_label, list_labels
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
from tracker.model.lockfiles import LinkState, Verification
from tracker.model.suggestions import closest_match
from tracker.model.text import fold, fold_figures

RatingOrPosition = Assessment | Position
"""A part of a recommendation that has an id."""


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """A record, or a part of one."""

    collection: str
    record: Record
    part: RatingOrPosition | None = None
    path: Path = ()
    """The location of the part in the record."""

    @property
    def value(self) -> Record | RatingOrPosition:
        """The part, else the record."""
        return self.part or self.record


def iter_records_and_parts(data: Dataset) -> Iterator[RecordMatch]:
    """Yield every record, followed by its positions and ratings."""
    for name, record in data.records():
        yield RecordMatch(name, record)
        if isinstance(record, Recommendation):
            for field in ("positions", "assessments"):
                for number, part in enumerate(getattr(record, field)):
                    yield RecordMatch(name, record, part, (field, number))


def find_by_id(data: Dataset, id: str) -> RecordMatch | None:
    """Return the record or part with this id."""
    return next((match for match in iter_records_and_parts(data) if match.value.id == id), None)


def find_closest_id(data: Dataset, id: str) -> str:
    """Return the id most similar to an unknown one, or ""."""
    return closest_match(id, [match.value.id for match in iter_records_and_parts(data)])


def find_by_paragraph(data: Dataset, reference: str) -> tuple[RecordMatch, ...]:
    """Return the recommendations at a paragraph such as `CO/3 9`.

    The document is identified by its symbol, the end of its symbol, or its id. Without a paragraph,
    the documents themselves are returned.
    """
    document, _, paragraph = fold(reference).partition(" ")
    sources = {
        source.id: source
        for source in data.of(Source)
        if document == source.id or f"/{fold(source.symbol or '')}".endswith(f"/{document}")
    }
    if not paragraph:
        return tuple(RecordMatch("sources", source) for source in sources.values())
    matches = [
        r
        for r in data.of(Recommendation)
        if r.document in sources and paragraph in (fold(r.paragraph), fold(r.paragraph).split()[-1])
    ]
    parents = {r.part_of for r in matches} - {None}
    whole = [r for r in matches if r.id in parents]
    if len(parents) == len(whole) == 1:
        matches = whole  # all others are parts of this one
    return tuple(RecordMatch("recommendations", r) for r in matches)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A record that contains all words of a query, with the field of the least relevant match."""

    match: RecordMatch
    field: str
    text: str
    score: float


def find_matching_ids(data: Dataset, known_ids: Collection[str], query: str) -> list[str]:
    """Return the known ids that match a query, best first.

    The matches are by symbol and paragraph; else in the title, id or symbol; else anywhere.
    """
    by_paragraph = [match.record.id for match in find_by_paragraph(data, query)]
    hits = [(hit.match.record.id, hit.field.split(".")[0]) for hit in search(data, query)]
    by_name = [id for id, field in hits if field in ("title", "id", "symbol")]
    for ids in (by_paragraph, by_name, [id for id, _ in hits]):
        if matches := [id for id in ids if id in known_ids]:
            return matches
    return []


_WEIGHTS = {"title": 8, "id": 6, "symbol": 6, "summary": 3, "counts": 3, "definition": 3}
"""The weight of a match by field; 1 for all others."""


def search(data: Dataset, query: str) -> tuple[SearchHit, ...]:
    """Return the records in which a word starts with each word of the query, best first."""
    patterns = [re.compile(rf"(?<![^\W_]){re.escape(w)}") for w in fold_figures(query).split()]
    hits = (_score_hit(RecordMatch(*pair), patterns, data) for pair in data.records())
    return tuple(sorted((h for h in hits if h), key=lambda hit: -hit.score))


def _score_hit(
    match: RecordMatch, patterns: list[re.Pattern[str]], data: Dataset
) -> SearchHit | None:
    """Return the hit for a record, or None if a word is missing."""
    fields = [
        (_WEIGHTS.get(name, 1), name, text, fold_figures(text))
        for name, text in _iter_texts(match.record.model_dump(mode="json", exclude_none=True))
        if name == "id" or data.find(text) is None  # skip ids of other records
    ]
    best = []
    for pattern in patterns:
        matching = [field for field in fields if pattern.search(field[3])]
        if not matching:
            return None
        best.append(max(matching, key=lambda field: field[0]))
    if not best:
        return None
    score = sum(field[0] for field in best) * (0.5 if match.record.withdrawn else 1)
    score += match.collection == "recommendations"
    _, name, text, _ = min(best, key=lambda field: field[0])
    return SearchHit(match, name, text, score)


def _iter_texts(content: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text in a record with the dotted name of its field."""
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
    """An item with its review status."""

    item: AgeingItem
    status: ReviewStatus | None


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """A record or part with everything related to it."""

    match: RecordMatch
    references: tuple[Reference, ...]
    backlinks: tuple[Reference, ...]
    reviews: tuple[ItemReview, ...]
    claims: tuple[tuple[Claim, CitationStatus], ...]
    link: LinkState | None


def collect_details(
    match: RecordMatch,
    data: Dataset,
    *,
    verifications: Mapping[str, Verification],
    links: Mapping[str, LinkState],
    today: date,
) -> RecordDetails:
    """Return everything related to a record or part, as of a day."""
    record, value, part = match.record, match.value, match.part
    summary = VerificationSummary(data, verifications, links)
    claims = summary.get_record_claims(record)
    if part:
        owners = ((pair, pair[0].key.partition(" ")[0].split("/")) for pair in claims)
        claims = tuple(pair for pair, ids in owners if part.id in ids)
    return RecordDetails(
        match,
        tuple(Reference(value.id, path, to, ref) for path, to, ref in find_references(value)),
        () if part else data.backlinks.get(record.id, ()),
        tuple(_iter_reviews(match, data, today)),
        claims,
        summary.get_link(record) if isinstance(record, Source) else None,
    )


def _iter_reviews(match: RecordMatch, data: Dataset, today: date) -> Iterator[ItemReview]:
    """Yield the review status of a part or record, or of each part of a recommendation."""
    record = match.record
    if isinstance(record, Recommendation):
        parts: tuple[RatingOrPosition, ...] = (*find_current_assessments(record), *record.positions)
        for part in (match.part,) if match.part else parts:
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
    """Return the status of a record for a list, or "".

    `title` returns the title of an id. `in_parts` is True for a recommendation that has parts.
    """
    if record.withdrawn:
        return translate("search.withdrawn")
    if isinstance(record, Recommendation):
        unrated = "status.in-parts" if in_parts else "status.none"
        unrated = "status.imported" if record.unassessed_import else unrated
        labels = (format_label(x, title=title, translate=translate) for x in list_labels(record))
        return ", ".join(labels) or translate(unrated)
    if isinstance(record, Finding):
        return translate(f"kind.{record.kind}")
    if isinstance(record, Discrepancy):
        return translate(f"discrepancy.{record.state}")
    if isinstance(record, Indicator):
        return translate(f"role.{record.role}")
    return ""


def has_parts(record: Record, data: Dataset) -> bool:
    """Return True if a recommendation has parts that are not withdrawn."""
    return any(r.part_of == record.id and not r.withdrawn for r in data.of(Recommendation))
