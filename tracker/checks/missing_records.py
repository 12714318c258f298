"""Find records that the last commit has and the files have not: one explanation for all of them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from tracker.model.diagnostics import Diagnostic, SourceLocation

MAX_DELETED = 2
"""Above this number of records that are gone from a file, part of it was cut off."""
_ID_LINE = re.compile(rb"^- id: +['\"]?([\w-]+)", re.MULTILINE)
_CONSEQUENCES = frozenset((
    "unknown-id", "unknown-text", "figure-in-text", "map-source", "map-unknown-record",
    "unknown-block", "locator-form", "no-records", "undefined-status", "group-not-assessed",
    "carried-or-context", "orphan-source", "unused-term", "lock-without-citation", "vanished-id",
    "verification-removed", "not-canonical",
))  # fmt: skip
"""Rules that other records break because a record is gone."""


def find_ids(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the file of each record, by id, also of records that are not valid."""
    return {
        match.decode(): file
        for file, data in files.items()
        for match in _ID_LINE.findall(data)
        if file.endswith(".yml") and not file.startswith("data/maps/")
    }


def explain_missing(
    diagnostics: Iterable[Diagnostic],
    published: Mapping[str, str],
    present: Collection[str],
    last_lines: Mapping[str, int],
) -> Iterator[Diagnostic]:
    """Yield one diagnostic for each file that was cut off, and those that do not follow from it.

    `published` has the file of each record of the last commit, and `last_lines` the first line of
    the last record of each file. Nothing is suggested for the id of a deleted record: another id
    is never what is meant.
    """
    gone = Counter(file for key, file in published.items() if key not in present)
    cut = {file: count for file, count in gone.items() if count > MAX_DELETED}
    for file, count in cut.items():
        params = {"file": file, "places": count, "hint": "cut"}
        place = SourceLocation(file, last_lines.get(file, 1), 1)
        yield Diagnostic("vanished-id", params=params, location=place)
    diagnostics = list(diagnostics)
    without_map = any(
        d.code == "map-source" or (d.code == "locator-form" and d.params.get("hint") == "map")
        for d in diagnostics
    )
    for diagnostic in diagnostics:
        if diagnostic.code == "unknown-text" and without_map:
            continue  # the map has the text
        at = diagnostic.place
        is_last = at.file in cut and at.line >= last_lines.get(at.file, 1)
        if cut and (is_last or diagnostic.code in _CONSEQUENCES):
            continue
        if diagnostic.code == "unknown-id" and diagnostic.params["got"] in published:
            params = {**diagnostic.params, "suggest": "", "hint": "deleted"}
            diagnostic = replace(diagnostic, params=params)
        yield diagnostic
