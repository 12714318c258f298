"""Compare two states of the records and list the changes a reader would see."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from tracker.model import (
    COLLECTIONS,
    Assessment,
    Dataset,
    Figure,
    Finding,
    FrozenModel,
    Indicator,
    Position,
    Recommendation,
    Record,
    find_citations,
    find_current_assessments,
    find_references,
)

ChangeKind = Literal[
    "vanished", "withdrawn", "returned", "new", "status", "rewritten", "position", "figure",
    "stated", "cited", "field", "correction", "map",
]  # fmt: skip
Change = tuple[ChangeKind, dict[str, Any]]
"""The kind and the facts of a `RecordChange`."""
REDACTED = "redacted"
"""Replaces an old value that a redaction withholds."""
T = TypeVar("T", Position, Assessment)
_SEPARATE_FIELDS = {
    "id", "withdrawn", "corrections", "positions", "assessments", "figure", "breakdowns",
}  # fmt: skip
"""Fields with a separate kind of change."""


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A change in one record that a reader would notice.

    Keys of `facts` by kind:
    vanished, new: title; withdrawn: why, by; position: speaker, says, how; rewritten: part, how;
    status: groups, why, before, after, both (status, reason) or empty, qualifiers before and after;
    figure: of, before, after; stated: source, locator, before, after; cited: added, removed;
    correction: on, why, wrong unless it is a redaction; field: name, before, after, both None for a
    structured value.

    If a record was redacted between the two states, no fact contains its old content: `before` is
    REDACTED, and removed parts are not named.
    """

    kind: ChangeKind
    collection: str
    record: str
    facts: Mapping[str, Any]
    shown_on: tuple[str, ...] = ()
    """Ids of the recommendations whose pages show the record, sorted."""


def diff_datasets(now: Dataset, *, earlier: Dataset) -> tuple[RecordChange, ...]:
    """Return all changes between two states, sorted by collection and record.

    The order of the files does not matter. Invalid records and unreadable files are skipped.
    """
    changes = [*_diff_records(now, earlier), *_diff_maps(now, earlier)]
    pages = _find_pages(now, earlier)
    order = {name: index for index, name in enumerate((*COLLECTIONS, "maps"))}
    changes.sort(key=lambda change: (order[change.collection], change.record))
    return tuple(replace(c, shown_on=tuple(sorted(pages.get(c.record, ())))) for c in changes)


def _diff_records(now: Dataset, earlier: Dataset) -> Iterator[RecordChange]:
    before = {(name, record.id): record for name, record in earlier.records()}
    after = {(name, record.id): record for name, record in now.records()}
    for name, id in before.keys() - after.keys():
        if id not in now.invalid_ids and name not in now.unreadable:
            yield RecordChange("vanished", name, id, {"title": before[name, id].title})
    for (name, id), record in after.items():
        old = before.get((name, id))
        if old is not None or (id not in earlier.invalid_ids and name not in earlier.unreadable):
            for kind, facts in _diff_record(old, record) if old != record else ():
                yield RecordChange(kind, name, id, facts)


def _diff_record(before: Record | None, after: Record) -> Iterator[Change]:
    """Yield the changes of a record; of a new record, its title and ratings."""
    if before is None:
        yield "new", {"title": after.title}
    if isinstance(after, Recommendation):
        yield from _diff_statuses(before, after)
    if before is None:
        return
    if after.withdrawn and not before.withdrawn:
        yield "withdrawn", {"why": after.withdrawn.why, "by": after.withdrawn.replaced_by or ""}
    elif before.withdrawn and not after.withdrawn:
        yield "returned", {}
    changes = _diff_contents(before, after)
    redacted = set(after.redactions) - set(before.redactions)
    yield from _redact_old_values(changes) if redacted else changes
    for correction in after.corrections:
        if correction not in before.corrections:
            wrong = {"wrong": correction.wrong} if correction.wrong is not None else {}
            yield "correction", {"on": correction.on.text, **wrong, "why": correction.why}


def _diff_contents(before: Record, after: Record) -> Iterator[Change]:
    if isinstance(before, Recommendation) and isinstance(after, Recommendation):
        yield from _diff_parts(before, after)
    if isinstance(before, Indicator) and isinstance(after, Indicator):
        yield from _diff_figures(before, after)
    yield from _diff_citations(before, after)
    yield from _diff_fields(before, after)


def _redact_old_values(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes without any content or labels of the earlier state.

    The whole record counts as redacted, because a list of redacted fields could be incomplete.
    """
    removed = set()
    for kind, facts in changes:
        part = {"figure": "breakdowns", "position": "positions"}.get(kind, "citations")
        is_removal = (
            (kind == "figure" and facts["of"] and not facts["after"])
            or facts.get("how") == "removed"
            or (kind == "cited" and not facts["added"])
        )
        if is_removal:
            if part not in removed:
                removed.add(part)
                yield "field", {"name": part, "before": None, "after": None}
            continue
        if facts.get("before"):
            facts["before"] = (REDACTED,) if kind == "stated" else REDACTED
        if kind == "cited":
            facts["removed"] = ()
        yield kind, facts


def _diff_statuses(before: Record | None, after: Recommendation) -> Iterator[Change]:
    """Yield the changes of ratings, each with the groups that share it.

    A new rating with the same status is a change as well.
    """
    old = _get_current_ratings(before) if isinstance(before, Recommendation) else {}
    new = _get_current_ratings(after)
    groups_by_change: dict[tuple[Any, ...], list[str]] = {}
    for group in sorted(old.keys() | new.keys()):
        previous, current = old.get(group), new.get(group)
        before_status, after_status = _get_status(previous), _get_status(current)
        same = previous and current and previous.id == current.id
        qualifiers = (_get_qualifiers(previous), _get_qualifiers(current))
        if same and before_status == after_status and qualifiers[0] == qualifiers[1]:
            continue
        why = str(current.why) if current else ""
        change = (before_status, after_status, qualifiers, why)
        groups_by_change.setdefault(change, []).append(group)
    for (before_status, after_status, qualifiers, _), groups in groups_by_change.items():
        rating = new.get(groups[0])
        facts = {"groups": tuple(groups), "before": before_status, "after": after_status}
        yield "status", {**facts, "qualifiers": qualifiers, "why": rating.why if rating else ""}


def _get_current_ratings(record: Recommendation) -> dict[str, Assessment]:
    """Return the current rating of each group."""
    return {group: a for a in find_current_assessments(record) for group in a.groups}


def _get_status(rating: Assessment | None) -> tuple[str, str] | tuple[()]:
    return (rating.status, rating.reason or "") if rating else ()


def _get_qualifiers(rating: Assessment | None) -> tuple[str, ...]:
    return rating.label.qualifiers if rating else ()


def _diff_parts(before: Recommendation, after: Recommendation) -> Iterator[Change]:
    """Yield changed positions, and ratings that were rewritten or removed."""
    for part, how in _diff_items(before.positions, after.positions):
        yield "position", {"speaker": part.speaker, "says": part.says, "how": how}
    for rating, how in _diff_items(before.assessments, after.assessments):
        if how != "added":
            yield "rewritten", {"part": rating.id, "how": how}


def _diff_items(before: tuple[T, ...], after: tuple[T, ...]) -> Iterator[tuple[T, str]]:
    old = {part.id: part for part in before}
    for part in after:
        if part.id not in old:
            yield part, "added"
        elif old[part.id] != part:
            yield part, "rewritten"
    kept = {part.id for part in after}
    yield from ((part, "removed") for part in before if part.id not in kept)


def _diff_figures(before: Indicator, after: Indicator) -> Iterator[Change]:
    old, new = dict(_iter_printed(before)), dict(_iter_printed(after))
    for of in dict.fromkeys((*old, *new)):
        if old.get(of) != new.get(of):
            yield "figure", {"of": of, "before": old.get(of, ""), "after": new.get(of, "")}


def _iter_printed(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Yield the figures of an indicator as printed, by breakdown and part; "" for the whole."""
    yield "", _format_printed(indicator.figure)
    for breakdown in indicator.breakdowns:
        for part in breakdown.parts:
            yield f"{breakdown.by}: {to_plain_text(part.label)}", _format_printed(part)


def _format_printed(figure: Figure) -> str:
    """Return a figure as printed, with its bound and direction if it has them."""
    notes = [f"({note})" for note in (figure.bound, figure.change) if note]
    return " ".join([figure.printed or str(figure.value), *notes])


def _diff_citations(before: Record, after: Record) -> Iterator[Change]:
    old, new = _collect_statements(before), _collect_statements(after)
    old_sources, new_sources = {source for source, _ in old}, {source for source, _ in new}
    if old_sources != new_sources:
        added, removed = new_sources - old_sources, old_sources - new_sources
        yield "cited", {"added": tuple(sorted(added)), "removed": tuple(sorted(removed))}
    both = old_sources & new_sources
    for source, locator in sorted(place for place in old.keys() | new.keys() if place[0] in both):
        previous, current = old.get((source, locator), ()), new.get((source, locator), ())
        if previous != current:
            facts = {
                "before": tuple(text for text in previous if text not in current),
                "after": tuple(text for text in current if text not in previous),
            }
            yield "stated", {"source": source, "locator": locator, **facts}


def _collect_statements(record: Record) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the distinct statements by cited source and locator, sorted."""
    statements: dict[tuple[str, str], set[str]] = {}
    for _, citation in find_citations(record):
        texts = statements.setdefault((citation.source, citation.locator), set())
        texts.update(map(_format_printed, citation.statements))
    return {key: tuple(sorted(texts)) for key, texts in statements.items()}


def _diff_fields(before: Record, after: Record) -> Iterator[Change]:
    """Yield the changes of all other fields, apart from citations in them."""
    for field in type(after).model_fields:
        old, new = getattr(before, field), getattr(after, field)
        if field in _SEPARATE_FIELDS or _strip_citations(old) == _strip_citations(new):
            continue
        if isinstance(old, tuple | FrozenModel) or isinstance(new, tuple | FrozenModel):
            yield "field", {"name": field, "before": None, "after": None}
        else:
            facts = {"before": to_plain_text(old), "after": to_plain_text(new)}
            yield "field", {"name": field, **facts}


def _strip_citations(value: Any) -> Any:
    """Return a value without its citations, which are compared separately."""
    if isinstance(value, FrozenModel):
        names = [name for name in type(value).model_fields if "citation" not in name]
        return {name: _strip_citations(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return tuple(_strip_citations(item) for item in value if not hasattr(item, "locator"))
    return value


def to_plain_text(value: Any) -> str:
    """Return a plain value as text, in the first language if it has several."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), "")
    return "" if value is None else str(value)


def _diff_maps(now: Dataset, earlier: Dataset) -> Iterator[RecordChange]:
    derived = {"blocks": {"__all__": {"records"}}}  # not written in files
    old, new = (
        {m.source: m.model_dump(exclude=derived) for m in data.written_maps}
        for data in (earlier, now)
    )
    for source in sorted(old.keys() | new.keys()):
        if old.get(source) != new.get(source) and "maps" not in now.unreadable:
            yield RecordChange("map", "maps", source, {})


def _find_pages(*states: Dataset) -> dict[str, set[str]]:
    """Return the recommendations whose pages show a record in any state, by record id."""
    pages: dict[str, set[str]] = {}
    for data in states:
        for recommendation in data.of(Recommendation):
            for record_id in collect_shown_records(recommendation, data=data):
                pages.setdefault(record_id, set()).add(recommendation.id)
    return pages


def collect_shown_records(recommendation: Recommendation, *, data: Dataset) -> set[str]:
    """Return the ids of all records on the page of a recommendation, including its own."""
    shown = {recommendation.id, *(to for _, to, _ in find_references(recommendation))}
    referrers = {reference.record for reference in data.backlinks.get(recommendation.id, ())}
    for finding in map(data.find, referrers):
        if isinstance(finding, Finding):
            shown.update(finding.indicators)
            linked = {reference.record for reference in data.backlinks.get(finding.id, ())}
            shown |= {key for key in linked if data.collection_of(key) == "discrepancies"}
    # Charts show the other figures of a series.
    figures = [i for i in map(data.find, shown) if isinstance(i, Indicator)]
    series = {figure.series for figure in figures if figure.series}
    return shown | referrers | {i.id for i in data.of(Indicator) if i.series in series}
