"""Ids and citations: everything that is named must be there, and be the right thing."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

from tracker.checks.registry import CheckContext, register_rule
from tracker.model import (
    PAGED,
    UN_SYMBOL,
    FrozenModel,
    Path,
    Position,
    Recommendation,
    Record,
    Reference,
    Source,
    Term,
)
from tracker.model.diagnostics import Diagnostic, SourceLocation, closest_match

_OFTEN = 5
"""More citations of one source than this that name no place: they are by block, the map is gone."""
_LOCATOR = re.compile(
    r"(paragraphs?|articles?|pages?|section|part|point|rule|session) [\w.()\-–]+"
    r"|meetings? [\w.()\-– ]+|summary|title|contents|whole"
)


@register_rule(
    "unknown-id", file="findings", right="bears_on:\n  - asked-1", wrong="bears_on:\n  - asked-9"
)
def check_known_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """An id that a record names must be the id of a record."""
    data, likely = context.data, IdSuggester(context)
    absent = data.empty_collections
    for (to, collection), references in _find_unknown(context).items():
        if collection in absent or (not collection and absent):
            continue
        suggest = likely.id(to, collection, references[0].ref.kinds, other=True)
        facts: dict[str, object] = {"got": to, "suggest": suggest}
        facts["collection"] = collection or "any file"
        for reference in references:
            yield Diagnostic(
                "unknown-id", reference.record, reference.path, facts, cause=f"no record {to}"
            )


_REVIEW = (
    "- id: review-1\n"
    "  title: First review\n"
    "  body: committee\n"
    "  number: '1'\n"
    "  state_report:\n"
    "    unknown: No report was found.\n"
    "  list_of_issues:\n"
    "    unknown: No list was found.\n"
    "  replies:\n"
    "    unknown: No replies were found.\n"
    "  meetings:\n"
    "    held: 2013-05-03\n"
    "  concluding_observations:\n"
    "    source: observations\n"
    "    adopted: 2013-05-17\n"
    "  next_report:\n"
    "    due: 2018\n"
    "  follow_up:\n"
    "    unknown: Nothing is known.\n"
)


@register_rule("no-records", file="cycles", right=_REVIEW, wrong="[]\n")
def check_files(context: CheckContext) -> Iterator[Diagnostic]:
    """A collection that records name has records: its file is there, and not empty."""
    counted: Counter[str] = Counter()
    for (_, name), references in _find_unknown(context).items():
        named = {name} if name else set(PAGED)
        for missing in sorted(named & context.data.empty_collections):
            counted[missing] += len(references)
    for name, places in counted.items():
        file = f"data/{name}.yml"
        facts = {"file": file, "places": places}
        yield Diagnostic("no-records", params=facts, location=SourceLocation(file, 1, 1))


def _find_unknown(context: CheckContext) -> dict[tuple[str, str], list[Reference]]:
    """The references that lead nowhere, by the id and the collection that they name."""
    data = context.data
    found: dict[tuple[str, str], list[Reference]] = {}
    for reference in data.references:
        absent = data.find(reference.to) is None and reference.to not in data.invalid_ids
        if absent and not _is_unread(context, reference.ref.collection):
            found.setdefault((reference.to, reference.ref.collection), []).append(reference)
    return found


def _is_unread(context: CheckContext, collection: str) -> bool:
    """Whether the record named may stand in a file that could not be read."""
    return collection in context.data.unreadable or bool(not collection and context.data.unreadable)


class IdSuggester:
    """Finds the id that was meant, as long as few are wrong.

    Where many are, they have one cause, and to compare each with thousands would take hours.
    """

    def __init__(self, context: CheckContext) -> None:
        self._left = 100
        self._pool = cache(partial(_candidate_ids, context))

    def id(
        self, word: str, collection: str = "", kinds: tuple[str, ...] = (), *, other: bool = False
    ) -> str:
        """The id most like this one, of a collection and kinds, or of all; empty if none is.

        With `other` it may be of another kind where there is none of these.
        """
        self._left -= 1
        if self._left < 0:
            return ""
        pool = self._pool(collection, kinds)
        return closest_match(word, pool if pool or not other else self._pool("", ()))


def _candidate_ids(context: CheckContext, collection: str, kinds: tuple[str, ...]) -> list[str]:
    if not collection:
        return [record.id for _, record in context.data.records()]
    records = context.data.collections.get(collection, ())
    return [r.id for r in records if not kinds or (isinstance(r, Term) and r.kind in kinds)]


@register_rule(
    "wrong-kind", file="findings", right="rights:\n  - right-home", wrong="rights:\n  - newcomers"
)
def check_kinds(context: CheckContext) -> Iterator[Diagnostic]:
    """An id must name a record of the collection, and of the kind, that its field is for."""
    data, likely = context.data, IdSuggester(context)
    for reference in data.references:
        target = data.find(reference.to)
        wanted = reference.ref
        if target is None or not wanted.collection:
            continue
        actual = data.collection_of(reference.to)
        kind = target.kind if isinstance(target, Term) else ""
        if actual != wanted.collection or (wanted.kinds and kind not in wanted.kinds):
            facts = {
                "got": reference.to,
                "is": kind or actual,
                "allowed": list(wanted.kinds) or [wanted.collection],
                "suggest": likely.id(reference.to, wanted.collection, wanted.kinds),
            }
            yield Diagnostic("wrong-kind", reference.record, reference.path, facts)


@register_rule(
    "repeated-item",
    file="events",
    right="  bears_on:\n  - asked-1\n",
    wrong="  bears_on:\n  - asked-1\n  - asked-1\n",
)
def check_items_once(context: CheckContext) -> Iterator[Diagnostic]:
    """A list of records names each of them once."""
    seen: set[tuple[str, Path, str]] = set()
    data = context.data
    named = [(one.record, one.path, one.to) for one in data.references]
    for record, path, to in named:
        if isinstance(path[-1], int):
            item = (record, path[:-1], to)
            if item in seen:
                yield Diagnostic("repeated-item", record, path, {"got": to})
            seen.add(item)


@register_rule(
    "repeated-part-id",
    file="recommendations",
    right="- id: asked-1-p2\n    speaker: home-office",
    wrong="- id: asked-1-p1\n    speaker: home-office",
)
def check_part_ids(context: CheckContext) -> Iterator[Diagnostic]:
    """Each position and assessment has an id of its own: feeds and changes are keyed on it."""
    seen = {record.id: record.id for _, record in context.data.records()}
    for recommendation in context.data.of(Recommendation):
        parts = [(("positions", n), p.id) for n, p in enumerate(recommendation.positions)]
        parts += [(("assessments", n), a.id) for n, a in enumerate(recommendation.assessments)]
        for path, part_id in parts:
            if part_id in seen:
                facts = {"got": part_id, "first": seen[part_id]}
                yield Diagnostic("repeated-part-id", recommendation.id, (*path, "id"), facts)
            seen[part_id] = recommendation.id


@register_rule(
    "no-citation",
    file="events",
    right="  summary: The harbour opened.\n  citations:\n  - source: report\n    locator: B2",
    wrong="  summary: The harbour opened.\n  citations: []",
)
def check_cited(context: CheckContext) -> Iterator[Diagnostic]:
    """Findings, indicators, events, positions, paraphrases and official words cite at least one
    place."""
    for _, record in context.data.records():
        for path, value in _iter_citing_parts(record):
            if not getattr(value, "citations", None):
                yield Diagnostic("no-citation", record.id, (*path, "citations"))


def _iter_citing_parts(record: Record) -> Iterator[tuple[Path, FrozenModel]]:
    if (
        type(record).model_fields.get("citations")
        and type(record).model_fields["citations"].is_required()
    ):
        yield (), record
    if isinstance(record, Recommendation):
        for name in ("paraphrases", "positions"):
            for position, part in enumerate(getattr(record, name)):
                yield (name, position), part
        for name in ("official_text", "committee_assessment"):
            words = getattr(record, name)
            if words is not None and words.text is not None:
                yield (name,), words


@register_rule(
    "unknown-block",
    file="indicators",
    right="  - source: report\n    locator: B1",
    wrong="  - source: report\n    locator: B9",
)
def check_blocks(context: CheckContext) -> Iterator[Diagnostic]:
    """A source that has a map is cited by one of its blocks: one block, never a range."""
    blocks = {m.source: [block.id for block in m.blocks] for m in context.data.maps}
    for record, path, citation in context.data.citations:
        known = blocks.get(citation.source)
        if known is not None and citation.locator not in known:
            suggestion = closest_match(citation.locator, known)
            facts: dict[str, object] = {"got": citation.locator, "source": citation.source}
            facts |= {"suggest": suggestion}
            facts |= {"allowed": known if len(known) <= 12 else [*known[:3], "…", known[-1]]}
            yield Diagnostic("unknown-block", record.id, (*path, "locator"), facts)


@register_rule(
    "locator-form",
    file="recommendations",
    right="locator: paragraph 5",
    wrong="locator: somewhere in the middle",
)
def check_locators(context: CheckContext) -> Iterator[Diagnostic]:
    """A place is named as `paragraph 9`, `article 3.0.1`, `page 23`, `summary` or `whole`."""
    mapped = {m.source for m in context.data.maps}
    astray = any(context.data.find(source) is None for source in mapped)
    if "maps" in context.data.unreadable or astray:
        return
    wrong: dict[str, list[Diagnostic]] = {}
    for record, path, citation in context.data.citations:
        known = context.data.find(citation.source) and citation.source not in mapped
        if known and not _LOCATOR.fullmatch(citation.locator):
            facts = {"got": citation.locator, "source": citation.source}
            problem = Diagnostic("locator-form", record.id, (*path, "locator"), facts)
            wrong.setdefault(citation.source, []).append(problem)
    for problems in wrong.values():
        source = problems[0].params["source"]
        for problem in problems:
            if len(problems) > _OFTEN:
                facts = {**problem.params, "hint": "map"}
                yield replace(problem, params=facts, cause=f"no map {source}")
            else:
                yield problem


@register_rule(
    "place-cited-twice",
    file="findings",
    right="  - source: report\n    locator: B1\n    states:\n    - Harbour",
    wrong="  - source: report\n    locator: B2\n    states:\n    - Harbour",
)
def check_places_once(context: CheckContext) -> Iterator[Diagnostic]:
    """One list of citations names a place once, with all that it states there."""
    seen: Counter[tuple[str, Path, str, str]] = Counter()
    for record, path, citation in context.data.citations:
        key = (record.id, path[:-1], citation.source, citation.locator)
        seen[key] += 1
        if seen[key] == 2:
            facts = {"got": f"{citation.source}, {citation.locator}"}
            yield Diagnostic("place-cited-twice", record.id, path, facts)


@register_rule(
    "orphan-source",
    whole=True,
    severity="notice",
    file="sources",
    right="- id: act\n",
    wrong="- id: unused\n  title: Map of the harbour\n  type: study\n  undated: It has no date.\n"
    "  access: offline\n  identified: as-cited\n- id: act\n",
)
def check_orphans(context: CheckContext) -> Iterator[Diagnostic]:
    """A source is cited by a record, or says itself where another source names it."""
    maps = context.data.maps
    mapped = {m.source for m in maps}
    mapped |= {note.source for m in maps for block in m.blocks for note in block.footnotes}
    for source in context.data.of(Source):
        others = (r for r in context.data.backlinks.get(source.id, ()) if r.record != source.id)
        if not (any(others) or source.citations or source.id in mapped):
            yield Diagnostic("orphan-source", source.id, ("id",))


@register_rule(
    "symbol-form", file="sources", right="symbol: E/C.12/EXA/CO/1", wrong="symbol: E-C.12-EXA-CO-1"
)
def check_symbols(context: CheckContext) -> Iterator[Diagnostic]:
    """The symbol of a UN document has the UN's form, such as E/C.12/XYZ/CO/3."""
    for source in context.data.of(Source):
        un_like = source.type == "un-document" or "/" in (source.symbol or "")
        if source.symbol and un_like and not UN_SYMBOL.fullmatch(source.symbol):
            yield Diagnostic("symbol-form", source.id, ("symbol",), {"got": source.symbol})


@register_rule(
    "reporter-is-speaker",
    file="recommendations",
    right="reported_by: foundation",
    wrong="reported_by: home-office",
)
def check_reporters(context: CheckContext) -> Iterator[Diagnostic]:
    """A reported position has two names: nobody is reported by themselves."""
    for recommendation in context.data.of(Recommendation):
        for number, position in enumerate(recommendation.positions):
            if _has_same_name(position):
                path = ("positions", number, "reported_by")
                facts = {"got": position.speaker}
                yield Diagnostic("reporter-is-speaker", recommendation.id, path, facts)


def _has_same_name(position: Position) -> bool:
    return position.reported_by == position.speaker
