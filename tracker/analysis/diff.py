"""What differs between two states of the records, as values: nothing here words or prints."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from tracker.model import (
    COLLECTIONS,
    Assessment,
    Breakdown,
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
    "vanished",
    "withdrawn",
    "returned",
    "new",
    "status",
    "rewritten",
    "position",
    "figure",
    "stated",
    "cited",
    "field",
    "correction",
    "map",
]
REDACTED = "redacted"
"""In place of an old value that a redaction withholds."""
T = TypeVar("T", Position, Assessment)
_SEPARATE_FIELDS = {
    "id",
    "withdrawn",
    "corrections",
    "positions",
    "assessments",
    "figure",
    "breakdowns",
}


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One thing that a reader would see changed: what, in which record, and where it shows.

    `facts` by kind – withdrawn: why, by; status: groups, and before and after as (status, reason),
    empty where there is none, with why; rewritten: part, how; position: speaker, says, how;
    figure: of, before, after; stated: source, locator, before, after; cited: added, removed;
    field: name, before, after, both None for what is no plain value; correction: on, why, and
    wrong, which a redaction lacks.

    Where a record was redacted between the two states, no fact holds what it said before: `before`
    is REDACTED, and parts that are gone are not named.
    """

    kind: ChangeKind
    collection: str
    record: str
    facts: Mapping[str, Any]
    shown_on: tuple[str, ...] = ()
    """The recommendations whose page shows the record, in the order of their ids."""


def diff_datasets(now: Dataset, *, earlier: Dataset) -> tuple[RecordChange, ...]:
    """Every change between two states, by collection and record; what cannot be read is no change.

    The same two states give the same list, in whatever order their files stand.
    """
    found = [*_diff_records(now, earlier), *_diff_maps(now, earlier)]
    touched = _find_touched(now, earlier)
    places = {name: place for place, name in enumerate((*COLLECTIONS, "maps"))}
    found.sort(key=lambda change: (places[change.collection], change.record))
    return tuple(
        RecordChange(
            c.kind, c.collection, c.record, c.facts, tuple(sorted(touched.get(c.record, ())))
        )
        for c in found
    )


def _diff_records(now: Dataset, earlier: Dataset) -> Iterator[RecordChange]:
    before = {(name, record.id): record for name, record in earlier.records()}
    after = {(name, record.id): record for name, record in now.records()}
    for name, key in before.keys() - after.keys():
        if key not in now.invalid_ids and name not in now.unreadable:
            yield RecordChange("vanished", name, key, {"title": before[name, key].title})
    for name, key in after.keys() - before.keys():
        if key not in earlier.invalid_ids and name not in earlier.unreadable:
            yield RecordChange("new", name, key, {"title": after[name, key].title})
            yield from _diff_record(name, None, after[name, key])
    for name, key in before.keys() & after.keys():
        if before[name, key] != after[name, key]:
            yield from _diff_record(name, before[name, key], after[name, key])


def _diff_record(name: str, before: Record | None, after: Record) -> Iterator[RecordChange]:
    """Of a new record its ratings only: it says the rest itself."""
    if isinstance(after, Recommendation):
        yield from _diff_statuses(name, before, after)
    if before is None:
        return
    yield from _diff_withdrawal(name, before, after)
    found = _diff_contents(name, before, after)
    redacted = set(after.redactions) - set(before.redactions)
    yield from _redact_old_values(found) if redacted else found
    for one in after.corrections:
        if one not in before.corrections:
            told = {"wrong": one.wrong} if one.wrong is not None else {}
            yield RecordChange(
                "correction", name, after.id, {"on": one.on.text, **told, "why": one.why}
            )


def _diff_contents(name: str, before: Record, after: Record) -> Iterator[RecordChange]:
    if isinstance(before, Recommendation) and isinstance(after, Recommendation):
        yield from _diff_parts(name, before, after)
    if isinstance(before, Indicator) and isinstance(after, Indicator):
        yield from _diff_figures(name, before, after)
    yield from _diff_citations(name, before, after)
    yield from _diff_fields(name, before, after)


def _redact_old_values(found: Iterable[RecordChange]) -> Iterator[RecordChange]:
    """The same changes with nothing that only the earlier state says, not even by a label.

    The whole record counts as redacted: a list of fields could leave one out.
    """
    gone = set()
    for change in found:
        facts = dict(change.facts)
        part = {"figure": "breakdowns", "position": "positions"}.get(change.kind, "citations")
        if _is_gone(change):
            if part not in gone:
                gone.add(part)
                unsaid = {"name": part, "before": None, "after": None}
                yield RecordChange("field", change.collection, change.record, unsaid)
            continue
        if facts.get("before"):
            facts["before"] = (REDACTED,) if change.kind == "stated" else REDACTED
        if change.kind == "cited":
            facts["removed"] = ()
        yield RecordChange(change.kind, change.collection, change.record, facts)


def _is_gone(change: RecordChange) -> bool:
    """Whether a change is of a part, place or source that only the earlier state has."""
    facts = change.facts
    return (
        (change.kind == "figure" and bool(facts["of"]) and not facts["after"])
        or facts.get("how") == "removed"
        or (change.kind == "cited" and not facts["added"])
    )


def _diff_withdrawal(name: str, before: Record, after: Record) -> Iterator[RecordChange]:
    if after.withdrawn and not before.withdrawn:
        facts = {"why": after.withdrawn.why, "by": after.withdrawn.replaced_by or ""}
        yield RecordChange("withdrawn", name, after.id, facts)
    elif before.withdrawn and not after.withdrawn:
        yield RecordChange("returned", name, after.id, {})


def _diff_statuses(
    name: str, before: Record | None, after: Recommendation
) -> Iterator[RecordChange]:
    """Groups whose rating moved alike are told together; one rated anew is told if it stays."""
    old = _get_current_ratings(before)
    new = _get_current_ratings(after)
    alike: dict[tuple[Any, ...], list[str]] = {}
    for group in sorted(old.keys() | new.keys()):
        was, now = old.get(group), new.get(group)
        if (
            was is None
            or now is None
            or (was.id, _describe_rating(was)) != (now.id, _describe_rating(now))
        ):
            moved = (_describe_rating(was), _describe_rating(now), str(now.why) if now else "")
            alike.setdefault(moved, []).append(group)
    for (was_rated, now_rated, _), groups in alike.items():
        rating = new.get(groups[0])
        facts = {
            "groups": tuple(groups),
            "before": was_rated,
            "after": now_rated,
            "why": rating.why if rating else "",
        }
        yield RecordChange("status", name, after.id, facts)


def _get_current_ratings(record: Record | None) -> dict[str, Assessment]:
    """The rating in force for each group."""
    if not isinstance(record, Recommendation):
        return {}
    return {group: a for a in find_current_assessments(record) for group in a.groups}


def _describe_rating(rating: Assessment | None) -> tuple[str, str] | tuple[()]:
    return (rating.status, rating.reason or "") if rating else ()


def _diff_parts(name: str, before: Recommendation, after: Recommendation) -> Iterator[RecordChange]:
    """Positions that came, went or were rewritten; and ratings of the past that were touched."""
    for part, how in _find_differing(before.positions, after.positions):
        facts = {"speaker": part.speaker, "says": part.says, "how": how}
        yield RecordChange("position", name, after.id, facts)
    for rating, how in _find_differing(before.assessments, after.assessments):
        if how != "added":
            yield RecordChange("rewritten", name, after.id, {"part": rating.id, "how": how})


def _find_differing(before: tuple[T, ...], after: tuple[T, ...]) -> Iterator[tuple[T, str]]:
    old = {part.id: part for part in before}
    for part in after:
        if part.id not in old:
            yield part, "added"
        elif old[part.id] != part:
            yield part, "rewritten"
    kept = {part.id for part in after}
    yield from ((part, "removed") for part in before if part.id not in kept)


def _diff_figures(name: str, before: Indicator, after: Indicator) -> Iterator[RecordChange]:
    old, new = dict(_iter_printed(before)), dict(_iter_printed(after))
    for of in dict.fromkeys((*old, *new)):
        if old.get(of) != new.get(of):
            facts = {"of": of, "before": old.get(of, ""), "after": new.get(of, "")}
            yield RecordChange("figure", name, after.id, facts)


def _iter_printed(indicator: Indicator) -> Iterator[tuple[str, str]]:
    """Each figure of an indicator as it is printed, by what it counts; "" for the whole."""
    yield "", _format_printed(indicator.figure)
    for breakdown in indicator.breakdowns:
        yield from _iter_breakdown(breakdown)


def _iter_breakdown(breakdown: Breakdown) -> Iterator[tuple[str, str]]:
    for part in breakdown.parts:
        yield f"{breakdown.by}: {to_plain_text(part.label)}", _format_printed(part)


def _format_printed(figure: Figure) -> str:
    """Its print, and its bound or direction where it has one."""
    more = (figure.bound, figure.change)
    return " ".join([figure.printed or str(figure.value), *(f"({m})" for m in more if m)])


def _diff_citations(name: str, before: Record, after: Record) -> Iterator[RecordChange]:
    old, new = _collect_places(before), _collect_places(after)
    sources = {place[0] for place in old}, {place[0] for place in new}
    if sources[0] != sources[1]:
        added, removed = sources[1] - sources[0], sources[0] - sources[1]
        facts: dict[str, Any] = {"added": tuple(sorted(added)), "removed": tuple(sorted(removed))}
        yield RecordChange("cited", name, after.id, facts)
    for source, locator in sorted(old.keys() & new.keys()):
        was, now = old[source, locator], new[source, locator]
        if was != now:
            facts = {
                "source": source,
                "locator": locator,
                "before": tuple(text for text in was if text not in now),
                "after": tuple(text for text in now if text not in was),
            }
            yield RecordChange("stated", name, after.id, facts)


def _collect_places(record: Record) -> dict[tuple[str, str], tuple[str, ...]]:
    """What is stated at each place that a record cites, each once, in the order of letters."""
    found: dict[tuple[str, str], set[str]] = {}
    for _, citation in find_citations(record):
        stated = found.setdefault((citation.source, citation.locator), set())
        stated.update(map(_format_printed, citation.states))
    return {place: tuple(sorted(stated)) for place, stated in found.items()}


def _diff_fields(name: str, before: Record, after: Record) -> Iterator[RecordChange]:
    """Whatever else differs, its citations aside: a plain value with before and after."""
    for field in type(after).model_fields:
        was, now = getattr(before, field), getattr(after, field)
        if field in _SEPARATE_FIELDS or _strip_citations(was) == _strip_citations(now):
            continue
        structured = any(isinstance(value, tuple | FrozenModel) for value in (was, now))
        facts: dict[str, str | None] = {
            "name": field,
            "before": None if structured else to_plain_text(was),
            "after": None if structured else to_plain_text(now),
        }
        yield RecordChange("field", name, after.id, facts)


def _strip_citations(value: Any) -> Any:
    """A value without the citations in it: they are told by themselves."""
    if isinstance(value, FrozenModel):
        fields = type(value).model_fields
        return {
            name: _strip_citations(getattr(value, name))
            for name in fields
            if "citation" not in name
        }
    if isinstance(value, tuple):
        return tuple(_strip_citations(item) for item in value if not hasattr(item, "locator"))
    return value


def to_plain_text(value: Any) -> str:
    """A plain value as text; of a text in several languages the first."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), "")
    return "" if value is None else str(value)


def _diff_maps(now: Dataset, earlier: Dataset) -> Iterator[RecordChange]:
    old, new = _dump_maps(earlier), _dump_maps(now)
    for source in sorted(old.keys() | new.keys()):
        if old.get(source) != new.get(source) and "maps" not in now.unreadable:
            yield RecordChange("map", "maps", source, {})


def _dump_maps(data: Dataset) -> dict[str, Any]:
    """The maps by source as kept by hand, without the derived lists of records."""
    derived = {"blocks": {"__all__": {"records"}}}
    return {m.source: m.model_dump(exclude=derived) for m in data.written_maps}


def _find_touched(*states: Dataset) -> dict[str, set[str]]:
    """For each record, the recommendations whose page shows it in one of the states."""
    found: dict[str, set[str]] = {}
    for data in states:
        for recommendation in data.of(Recommendation):
            for shown in collect_shown_records(recommendation, data=data):
                found.setdefault(shown, set()).add(recommendation.id)
    return found


def collect_shown_records(recommendation: Recommendation, *, data: Dataset) -> set[str]:
    """The ids of all records that the page of a recommendation shows, its own among them."""
    own = recommendation.id
    shown = {own, *(to for _, to, _ in find_references(recommendation))}
    naming = {reference.record for reference in data.backlinks.get(own, ())}
    for finding in (data.find(key) for key in naming):
        if isinstance(finding, Finding):
            shown.update(finding.indicators)
            shown |= _find_discrepancies(finding.id, data)
    return shown | naming | _find_series(shown, data)


def _find_discrepancies(record_id: str, data: Dataset) -> set[str]:
    named = (r.record for r in data.backlinks.get(record_id, ()))
    return {key for key in named if data.collection_of(key) == "discrepancies"}


def _find_series(shown: Iterable[str], data: Dataset) -> set[str]:
    """The figures that a chart sets beside those shown."""
    figures = [i for i in map(data.find, shown) if isinstance(i, Indicator)]
    series = {figure.series for figure in figures if figure.series}
    return {i.id for i in data.of(Indicator) if i.series in series}
