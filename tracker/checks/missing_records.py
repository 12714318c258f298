"""Find records that the last commit has and the files have not: one explanation for all of them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.lockfiles import CITATIONS

MAX_DELETED = 2
"""Above this number of records that are gone from a file, part of it was cut off."""
_ID_LINE = re.compile(rb"^- id: +['\"]?([\w-]+)", re.MULTILINE)
_MAPS = "data/maps/"
_ROW = re.compile(rb"^([^\t\n#]+)\t", re.MULTILINE)
_CONSEQUENCES = frozenset((
    "unknown-id", "unknown-text", "figure-in-text", "map-source", "map-unknown-record",
    "unknown-block", "locator-form", "no-records", "undefined-status", "group-not-assessed",
    "carried-or-context", "orphan-source", "unused-term", "lock-without-citation", "vanished-id",
    "verification-removed", "not-canonical",
))  # fmt: skip
"""Rules that other records break because a record is gone."""


def find_ids(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the file of each record, by id, also of records that are not valid.

    Passages of a map and rows of the lock file have the file as part of their id. The last line
    does not count if it has no line break: it may be a part of a line.
    """
    ids: dict[str, str] = {}
    for file, data in files.items():
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for match in _find_lines(file, data.rpartition(b"\n")[0] + b"\n"):
            key = match[1].decode(errors="replace")
            ids[f"{file} {key}" if _has_parts(file) else key] = file
    return ids


def find_last_lines(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return the number of the first line of the last record, passage or row of each file."""
    found = {file: [m.start() for m in _find_lines(file, data)] for file, data in files.items()}
    return {file: files[file].count(b"\n", 0, at[-1]) + 1 for file, at in found.items() if at}


def _find_lines(file: str, data: bytes) -> list[re.Match[bytes]]:
    pattern = _ROW if file == CITATIONS else _ID_LINE
    return list(pattern.finditer(data)) if file == CITATIONS or file.endswith(".yml") else []


def _has_parts(file: str) -> bool:
    return file == CITATIONS or file.startswith(_MAPS)


def explain_missing(
    diagnostics: Iterable[Diagnostic],
    published: Mapping[str, str],
    files: Mapping[str, bytes],
    last_lines: Mapping[str, int],
) -> Iterator[Diagnostic]:
    """Yield one diagnostic for each file that was cut off, and those that do not follow from it.

    `published` has the file of each record of the last commit, and `last_lines` the first line of
    the last record of each file. Nothing is suggested for the id of a deleted record: another id
    is never what is meant.
    """
    diagnostics = list(diagnostics)
    cut = _find_cut(diagnostics, published, files, last_lines)
    for file, count in cut.items():
        kind = {CITATIONS: "-lock"}.get(file, "-map" if file.startswith(_MAPS) else "")
        params = {"file": file, "places": count, "hint": f"cut{kind}" if count else "cut-end"}
        place = SourceLocation(file, last_lines.get(file, 1), 1)
        yield Diagnostic("vanished-id", params=params, location=place)
    without_map = any(
        d.code == "map-source" or (d.code == "locator-form" and d.params.get("hint") == "map")
        for d in diagnostics
    )
    for diagnostic in diagnostics:
        if diagnostic.code == "unknown-text" and without_map:
            continue  # the map has the text
        is_last = diagnostic.place.file in cut and _is_at_end(diagnostic, last_lines)
        if cut and (is_last or diagnostic.code in _CONSEQUENCES):
            continue
        if diagnostic.code == "not-compared" and CITATIONS in cut:
            continue
        if diagnostic.code == "unknown-id" and diagnostic.params["got"] in published:
            params = {**diagnostic.params, "suggest": "", "hint": "deleted"}
            diagnostic = replace(diagnostic, params=params)
        if diagnostic.code == "unknown-block" and _get_passage(diagnostic) in published:
            params = {**diagnostic.params, "suggest": "", "hint": "deleted"}
            cause = f"no passage {_get_passage(diagnostic)}"
            diagnostic = replace(diagnostic, params=params, cause=cause)
        yield diagnostic


def _get_passage(diagnostic: Diagnostic) -> str:
    """Return the key in `find_ids` of the passage that a record cites."""
    return "{}{source}.yml {got}".format(_MAPS, **diagnostic.params)


def _find_cut(
    diagnostics: Iterable[Diagnostic],
    published: Mapping[str, str],
    files: Mapping[str, bytes],
    last_lines: Mapping[str, int],
) -> dict[str, int]:
    """Return the files that were cut off, and how many records each is known to have lost.

    A cut file has a problem in its last record and lacks a published one after it, or it ends
    within a line.
    """
    diagnostics = [d for d in diagnostics if d.is_blocking and d.code != "too-large"]
    at_end = Counter(d.place.file for d in diagnostics if _is_at_end(d, last_lines))
    hints = {("not-a-list", "file"), ("yaml-syntax", "dash")}  # its records are all there
    no_list = {d.place.file for d in diagnostics if (d.code, d.params.get("hint")) in hints}
    lost = _count_lost(published, find_ids(files), at_end)
    cut = {file: count for file, count in lost.items() if file not in no_list}
    for file, count in at_end.items():
        is_unfinished = not files.get(file, b"\n").endswith(b"\n")
        if is_unfinished and (count > 1 or _has_parts(file)):
            cut.setdefault(file, 0)
    return cut


def _count_lost(
    published: Mapping[str, str], present: Mapping[str, str], at_end: Collection[str]
) -> dict[str, int]:
    """Return how many published records the files have lost that were cut off.

    In the files `at_end`, whose last record has a problem, one lost record is enough.
    """
    cut = {}
    for file, gone in Counter(file for k, file in published.items() if k not in present).items():
        now = [key for key, other in present.items() if other == file]
        before = [key for key, other in published.items() if other == file]
        last = before.index(now[-1]) + 1 if now and now[-1] in before else len(before)
        lost_end = len(before) - (last if now else 0)
        # Passages are renamed and rows removed on purpose, but not all at the end of the file.
        count = lost_end if _has_parts(file) or gone <= MAX_DELETED else gone
        if count > (0 if file in at_end else MAX_DELETED):
            cut[file] = count
    return cut


def _is_at_end(diagnostic: Diagnostic, last_lines: Mapping[str, int]) -> bool:
    at = diagnostic.place
    return at.line >= last_lines.get(at.file, 1)
