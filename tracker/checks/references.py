"""Rules about ids and citations: every reference leads to an existing record of the right kind."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tracker.checks.registry import CheckContext, register_rule
from tracker.checks.suggest import IdSuggester, suggest_block, suggest_locator
from tracker.model import (
    PAGED,
    UN_SYMBOL,
    FrozenModel,
    Path,
    Recommendation,
    Record,
    Reference,
    Source,
    Term,
)
from tracker.model.diagnostics import Diagnostic, SourceLocation

_MAX_WRONG_LOCATORS = 5
"""Above this number of wrong locators, the source was cited by block and its map is missing."""
_MAX_UNKNOWN_IDS = 9
"""Above this number of unknown ids of one collection, part of its file is missing."""
_LOCATOR = re.compile(
    r"(paragraphs?|articles?|pages?|section|part|point|rule|session) [\w.()\-–]+"
    r"|meetings? [\w.()\-– ]+|summary|title|contents|whole"
)


@register_rule("unknown-id")
def check_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """Each id that a record refers to is the id of a record."""
    data, ids = context.data, IdSuggester(context)
    absent = data.empty_collections
    unknown = _find_unknown(context)
    counts = Counter(collection for _, collection in unknown)
    worst, places = counts.most_common(1)[0] if counts else ("", 0)
    for (to, collection), references in unknown.items():
        if collection in absent or (not collection and absent):
            continue
        params: dict[str, Any] = {"got": to, "collection": collection or "any file"}
        cause = f"no record {to}"
        if places > _MAX_UNKNOWN_IDS:
            params |= {"hint": "cut", "places": len(unknown), "collection": worst or "any"}
            cause = "cut"
        else:
            params |= ids.suggest(to, collection, references[0].ref.kinds, any_kind=True)
            if not collection and not params.get("suggest"):
                params = {"hint": "any", **params}
        for reference in references:
            yield Diagnostic("unknown-id", reference.record, reference.path, params, cause=cause)


@register_rule("no-records")
def check_files(context: CheckContext) -> Iterator[Diagnostic]:
    """A collection that records refer to has records: its file exists and is not empty."""
    counts: Counter[str] = Counter()
    for (_, name), references in _find_unknown(context).items():
        named = {name} if name else set(PAGED)
        for missing in sorted(named & context.data.empty_collections):
            counts[missing] += len(references)
    for name, places in counts.items():
        file = f"data/{name}.yml"
        params = {"file": file, "places": places}
        yield Diagnostic("no-records", params=params, location=SourceLocation(file, 1, 1))


def _find_unknown(context: CheckContext) -> dict[tuple[str, str], list[Reference]]:
    """Group references to unknown ids by id and expected collection."""
    data = context.data
    unknown: dict[tuple[str, str], list[Reference]] = {}
    for reference in data.references:
        to, collection = reference.to, reference.ref.collection
        # The record may be in a file that could not be read.
        unread = collection in data.unreadable if collection else data.unreadable
        if data.find(to) is None and to not in data.invalid_ids and not unread:
            unknown.setdefault((to, collection), []).append(reference)
    return unknown


@register_rule("wrong-kind")
def check_reference_kinds(context: CheckContext) -> Iterator[Diagnostic]:
    """Each id refers to a record of the collection and kind that its field expects."""
    data, ids = context.data, IdSuggester(context)
    for reference in data.references:
        target, wanted = data.find(reference.to), reference.ref
        if target is None or not wanted.collection:
            continue
        actual = data.collection_of(reference.to)
        kind = target.kind if isinstance(target, Term) else ""
        if actual != wanted.collection or (wanted.kinds and kind not in wanted.kinds):
            params = {
                "got": reference.to,
                "is": kind or actual,
                "allowed": list(wanted.kinds) or [wanted.collection],
                **ids.suggest(reference.to, wanted.collection, wanted.kinds),
            }
            cause = f"kind of {reference.to}"
            yield Diagnostic("wrong-kind", reference.record, reference.path, params, cause=cause)


@register_rule("repeated-item")
def check_repeated_items(context: CheckContext) -> Iterator[Diagnostic]:
    """A list of ids contains each id once."""
    seen: set[tuple[str, Path, str]] = set()
    for reference in context.data.references:
        record, path, to = reference.record, reference.path, reference.to
        if isinstance(path[-1], int):
            item = (record, path[:-1], to)
            if item in seen:
                yield Diagnostic("repeated-item", record, path, {"got": to})
            seen.add(item)


@register_rule("repeated-part-id")
def check_part_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """Each position and assessment has a unique id, which feeds and the list of changes use."""
    seen = {record.id: record.id for _, record in context.data.records()}
    for recommendation in context.data.of(Recommendation):
        for name in ("positions", "assessments"):
            for number, part in enumerate(getattr(recommendation, name)):
                if part.id in seen:
                    params = {"got": part.id, "first": seen[part.id]}
                    path = (name, number, "id")
                    yield Diagnostic("repeated-part-id", recommendation.id, path, params)
                seen[part.id] = recommendation.id


@register_rule("no-citation")
def check_citations_present(context: CheckContext) -> Iterator[Diagnostic]:
    """Findings, indicators, events, positions, paraphrases and official texts have at least one
    citation."""
    for _, record in context.data.records():
        for path, value in _iter_citing_parts(record):
            if not getattr(value, "citations", None):
                yield Diagnostic("no-citation", record.id, (*path, "citations"))


def _iter_citing_parts(record: Record) -> Iterator[tuple[Path, FrozenModel]]:
    field = type(record).model_fields.get("citations")
    if field and field.is_required():
        yield (), record
    if isinstance(record, Recommendation):
        for name in ("paraphrases", "positions"):
            for position, part in enumerate(getattr(record, name)):
                yield (name, position), part
        for name in ("official_text", "committee_assessment"):
            official = getattr(record, name)
            if official is not None and official.text is not None:
                yield (name,), official


@register_rule("unknown-block")
def check_blocks(context: CheckContext) -> Iterator[Diagnostic]:
    """A citation of a source with a map names one block of the map, not a range; so does the
    `paragraph` of a recommendation in such a source."""
    blocks = {m.source: [block.id for block in m.blocks] for m in context.data.maps}
    unknown = [
        place
        for place in _iter_places(context)
        if place.source in blocks and place.text not in blocks[place.source]
    ]
    cited = {(place.source, place.text) for place in unknown}
    counts = Counter(source for source, _ in cited)
    for place in unknown:
        known, source = blocks[place.source], place.source
        is_cut = counts[source] > _MAX_UNKNOWN_IDS
        params: dict[str, Any] = {"got": place.text, "source": source}
        params |= (
            {"hint": "cut", "places": counts[source] - 1}
            if is_cut
            else {
                "suggest": suggest_block(place.text, known),
                "allowed": known if len(known) <= 12 else [*known[:3], "…", known[-1]],
            }
        )
        cause = f"map of {source} cut" if is_cut else ""
        yield Diagnostic("unknown-block", place.record, place.path, params, cause=cause)


class _Place(NamedTuple):
    """A place in a source that a record names."""

    record: str
    path: Path
    source: str
    text: str


def _iter_places(context: CheckContext) -> Iterator[_Place]:
    """Yield the place of each citation, and that of each recommendation in its document."""
    for record, path, citation in context.data.citations:
        yield _Place(record.id, (*path, "locator"), citation.source, citation.locator)
    for asked in context.data.of(Recommendation):
        yield _Place(asked.id, ("paragraph",), asked.document, asked.paragraph)


@register_rule("locator-form")
def check_locators(context: CheckContext) -> Iterator[Diagnostic]:
    """A locator, and the `paragraph` of a recommendation, has a form such as `paragraph 9`,
    `article 3.0.1`, `page 23`, `summary` or `whole`."""
    mapped = {m.source for m in context.data.maps}
    orphaned_map = any(context.data.find(source) is None for source in mapped)
    if "maps" in context.data.unreadable or orphaned_map:
        return
    wrong: dict[str, list[Diagnostic]] = {}
    for place in _iter_places(context):
        known = context.data.find(place.source) and place.source not in mapped
        if known and not _LOCATOR.fullmatch(place.text):
            params = {"got": place.text, "source": place.source, "field": place.path[-1]}
            params |= _suggest_form(place)
            diagnostic = Diagnostic("locator-form", place.record, place.path, params)
            wrong.setdefault(place.source, []).append(diagnostic)
    for source, diagnostics in wrong.items():
        if len(diagnostics) <= _MAX_WRONG_LOCATORS:
            yield from diagnostics
            continue
        for diagnostic in diagnostics:
            params = {**diagnostic.params, "hint": "map", "suggest": ""}
            yield replace(diagnostic, params=params, cause=f"no map {source}")


def _suggest_form(place: _Place) -> dict[str, Any]:
    """Return message arguments for a place in another form. A bare number can be several."""
    if suggest := suggest_place(place.text):
        return {"suggest": suggest}
    if re.search(r"\d.*(?:,|;|&| and ).*\d", place.text):
        return {"hint": "several"}
    number = re.sub(r"(?i)^(?:no\.?|nr\.?|№|paragraph:) *", "", place.text).replace(" (", "(")
    if not re.fullmatch(r"[0-9](?:[0-9.]*[0-9])?(?:\([a-z]\))?(?:[-–][0-9]+)?", number):
        return {}
    if place.path[-1] == "paragraph":
        return {"suggest": f"paragraph{'s' if re.search('[-–]', number) else ''} {number}"}
    return {"hint": "number", "number": number}


def suggest_place(text: str, passages: Sequence[str] = ()) -> str:
    """Return the place in a source that a text names, in the right form, or an empty string.

    `passages` are the passages of its map, if it has one.
    """
    if passages:
        return suggest_block(text, passages)
    suggest = text if _LOCATOR.fullmatch(text) else suggest_locator(text)
    return suggest if _LOCATOR.fullmatch(suggest) else ""


@register_rule("place-cited-twice")
def check_repeated_citations(context: CheckContext) -> Iterator[Diagnostic]:
    """A list of citations names each place in a source once, with all its statements."""
    seen: Counter[tuple[str, Path, str, str]] = Counter()
    for record, path, citation in context.data.citations:
        key = (record.id, path[:-1], citation.source, citation.locator)
        seen[key] += 1
        if seen[key] == 2:
            params = {"got": f"{citation.source}, {citation.locator}"}
            yield Diagnostic("place-cited-twice", record.id, path, params)


@register_rule("orphan-source", needs_all_records=True)
def check_uncited_sources(context: CheckContext) -> Iterator[Diagnostic]:
    """Each source is cited by a record, has a map, is named in a footnote, or has citations that
    show where another source names it."""
    maps = context.data.maps
    mapped = {m.source for m in maps}
    mapped |= {note.source for m in maps for block in m.blocks for note in block.footnotes}
    for source in context.data.of(Source):
        others = (r for r in context.data.backlinks.get(source.id, ()) if r.record != source.id)
        if not (any(others) or source.citations or source.id in mapped):
            yield Diagnostic("orphan-source", source.id, ("id",), {"id": source.id})


@register_rule("symbol-form")
def check_symbols(context: CheckContext) -> Iterator[Diagnostic]:
    """The symbol of a UN document has the form that the UN uses, such as E/C.12/XYZ/CO/3."""
    for source in context.data.of(Source):
        un_like = source.type == "un-document" or "/" in (source.symbol or "")
        if source.symbol and un_like and not UN_SYMBOL.fullmatch(source.symbol):
            upper = source.symbol.upper().replace(" ", "")
            suggest = upper if UN_SYMBOL.fullmatch(upper) else ""
            params = {"got": source.symbol, "suggest": suggest}
            yield Diagnostic("symbol-form", source.id, ("symbol",), params)


@register_rule("reporter-is-speaker")
def check_reporters(context: CheckContext) -> Iterator[Diagnostic]:
    """The speaker of a position and the body that reported it are different."""
    for recommendation in context.data.of(Recommendation):
        for number, position in enumerate(recommendation.positions):
            if position.reported_by == position.speaker:
                path = ("positions", number, "reported_by")
                params = {"got": position.speaker}
                yield Diagnostic("reporter-is-speaker", recommendation.id, path, params)
