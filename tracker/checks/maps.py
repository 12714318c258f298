"""Rules about source maps: blocks, line numbers and footnotes."""

import re
from collections.abc import Iterator

from tracker.checks.references import check_files
from tracker.checks.registry import CheckContext, register_rule
from tracker.checks.suggest import IdSuggester
from tracker.model import Dataset, Source
from tracker.model.diagnostics import Diagnostic


@register_rule("map-lines")
def check_map_lines(context: CheckContext) -> Iterator[Diagnostic]:
    """The blocks of a map have unique ids, and their lines are in ascending order."""
    for source_map in context.data.maps:
        record, last, names = f"map:{source_map.source}", 0, set()
        for number, block in enumerate(source_map.blocks):
            match = re.fullmatch(r"(\d+)(?:-(\d+))?", block.lines)
            first, end = (int(match[1]), int(match[2] or match[1])) if match else (0, -1)
            if not last <= first <= end:
                path = ("blocks", number, "lines")
                yield Diagnostic("map-lines", record, path, {"got": block.lines})
            if block.id in names:
                path = ("blocks", number, "id")
                yield Diagnostic("map-lines", record, path, {"got": block.id})
            names.add(block.id)
            last = max(last, end)


@register_rule("map-source")
def check_map_source(context: CheckContext) -> Iterator[Diagnostic]:
    """Each map belongs to an existing source, and a source has at most one map."""
    seen: set[str] = set()
    ids = IdSuggester(context)
    for source_map in context.data.maps:
        known = _is_known(context.data, source_map.source)
        lost = context.data.unreadable or "sources" in context.data.empty_collections
        if not lost and (not known or source_map.source in seen):
            params = {"got": source_map.source, "hint": "twice" if known else ""}
            params |= {} if known else ids.suggest(source_map.source, "sources")
            yield Diagnostic("map-source", f"map:{source_map.source}", ("source",), params)
        seen.add(source_map.source)


@register_rule("map-unknown-record")
def check_footnotes(context: CheckContext) -> Iterator[Diagnostic]:
    """A footnote in a map names an existing source."""
    data = context.data
    if data.unreadable or list(check_files(context)):  # reported already
        return
    ids = IdSuggester(context)
    for source_map in data.written_maps:
        for number, block in enumerate(source_map.blocks):
            for position, note in enumerate(block.footnotes):
                if not _is_known(data, note.source):
                    params = {"got": note.source, **ids.suggest(note.source, "sources")}
                    path = ("blocks", number, "footnotes", position, "source")
                    record, cause = f"map:{source_map.source}", f"no source {note.source}"
                    yield Diagnostic("map-unknown-record", record, path, params, cause=cause)


def _is_known(data: Dataset, source_id: str) -> bool:
    return isinstance(data.find(source_id), Source) or source_id in data.invalid_ids


@register_rule("carried-or-context", needs_all_records=True)
def check_uncited_blocks(context: CheckContext) -> Iterator[Diagnostic]:
    """Each block of a map is cited by a record or explains in `context` or `withheld` why not.
    Citations in glossary terms and reviews do not count."""
    for source_map in context.data.maps:
        for number, block in enumerate(source_map.blocks):
            if not block.records and not (block.context or block.withheld):
                record, path = f"map:{source_map.source}", ("blocks", number, "id")
                yield Diagnostic("carried-or-context", record, path, {"block": block.id})
