"""The maps of sources: their blocks in order, and each leading to what cites it."""

import re
from collections.abc import Iterator

from tracker.checks.references import Likely, check_files
from tracker.checks.rules import Context, rule
from tracker.model import Path, Source
from tracker.problem import Problem


@rule(
    "map-lines", file="maps/report", right="- id: B2\n  lines: 2-3", wrong="- id: B2\n  lines: 3-2"
)
def check_map_lines(context: Context) -> Iterator[Problem]:
    """The blocks of a map have names of their own and lines in rising order."""
    for source_map in context.data.maps:
        last, names = 0, set()
        for number, block in enumerate(source_map.blocks):
            path = ("blocks", number, "lines")
            found = re.fullmatch(r"(\d+)(?:-(\d+))?", block.lines)
            first, end = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
            if not last <= first <= end:
                yield Problem("map-lines", f"map:{source_map.source}", path, {"got": block.lines})
            if block.id in names:
                path = ("blocks", number, "id")
                yield Problem("map-lines", f"map:{source_map.source}", path, {"got": block.id})
            names.add(block.id)
            last = max(last, end)


@rule("map-source", file="maps/report", right="source: report", wrong="source: reprot")
def check_map_source(context: Context) -> Iterator[Problem]:
    """A map belongs to one source, and a source has one map."""
    seen: set[str] = set()
    likely = Likely(context)
    for source_map in context.data.maps:
        source = context.data.find(source_map.source)
        known = isinstance(source, Source) or source_map.source in context.data.unsound
        lost = context.data.unread or "sources" in context.data.absent
        if not lost and (not known or source_map.source in seen):
            suggest = likely.id(source_map.source, "sources")
            facts = {"got": source_map.source, "suggest": suggest}
            yield Problem("map-source", f"map:{source_map.source}", ("source",), facts)
        seen.add(source_map.source)


@rule(
    "map-unknown-record",
    file="maps/report",
    right="  - asked-1\n  - asked-2",
    wrong="  - asked-1\n  - asked-2\n  - asked-3",
)
def check_map_records(context: Context) -> Iterator[Problem]:
    """A map leads only to records and sources that exist."""
    data = context.data
    incomplete = bool(data.unread) or any(True for _ in check_files(context))  # told already
    likely = Likely(context)
    for source_map in data.maps:
        for number, block in enumerate(source_map.blocks):
            named: list[tuple[Path, str]] = [
                (("records", n), i) for n, i in enumerate(block.records)
            ]
            named += [
                (("footnotes", n, "source"), note.source) for n, note in enumerate(block.footnotes)
            ]
            for path, named_id in named:
                if data.find(named_id) is None and named_id not in data.unsound and not incomplete:
                    facts = {"got": named_id, "suggest": likely.id(named_id)}
                    where = ("blocks", number, *path)
                    record, cause = f"map:{source_map.source}", f"no record {named_id}"
                    yield Problem("map-unknown-record", record, where, facts, cause=cause)


@rule(
    "map-disagrees",
    whole=True,
    file="maps/report",
    right="lines: '1'\n  records:\n  - count-1\n  - found-1\n  - act",
    wrong="lines: '1'\n  records:\n  - count-1\n  - act",
)
def check_map_agrees(context: Context) -> Iterator[Problem]:
    """A map and the records agree: a record stands at each block that it cites, and at no other.

    Glossary terms, reviews and discrepancies may cite a block without carrying it.
    """
    data = context.data
    for source_map in data.maps:
        cited: dict[str, set[str]] = {block.id: set() for block in source_map.blocks}
        for record, _, citation in data.citing(source_map.source):
            if citation.locator in cited:
                cited[citation.locator].add(record.id)
        for number, block in enumerate(source_map.blocks):
            path = ("blocks", number, "records")
            for missing in sorted(cited[block.id] - set(block.records)):
                if data.collection_of(missing) not in ("vocabulary", "cycles", "discrepancies"):
                    yield _map_problem(source_map.source, path, block.id, missing, "cites")
            for extra in sorted(set(block.records) - cited[block.id]):
                if data.find(extra) is not None:
                    yield _map_problem(source_map.source, path, block.id, extra, "does not cite")


def _map_problem(source: str, path: Path, block: str, record: str, how: str) -> Problem:
    return Problem(
        "map-disagrees", f"map:{source}", path, {"block": block, "id": record, "how": how}
    )
