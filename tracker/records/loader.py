"""Load the data files of a project: valid records, their locations, and all problems."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

from tracker.files import make_absolute, read_file, walk_safely
from tracker.model import COLLECTIONS, FILES, PARTS, Dataset, Recommendation, Record, SourceMap
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.lockfiles import (
    CITATIONS,
    LINKS,
    LinkState,
    LockRow,
    LockTable,
    Verification,
    parse_lock,
)
from tracker.model.suggestions import closest_match
from tracker.records.part_files import RecordLocation, SeparatePart, merge_parts
from tracker.records.validation import validate
from tracker.records.yaml_reader import YamlDocument, read_yaml

IMPORTED = "data/imported"
"""The folder, below the root, of records that were imported from other databases."""

_CONDITIONS = (
    *("known-or-why", "undated", "one-time", "text-or-reason", "voice", "split", "reporter"),
    *("printed-or-counted", "wrong-or-redaction", "reply-words", "evidence-undated"),
)
"""Rules about which fields go together; an empty field breaks them too."""
_OTHER_FILES = ("README", "LICENSE", "LICENCE", "COPYING", "NOTICE", "CHANGELOG", "CITATION")
"""Beginnings of the names of files in `data/` that are for people."""
_COPY = re.compile(r"(?i)\bcopy\b|backup|\.(?:bak|old|save|sav|tmp)\b|~|\(\d+\)|\bold\b|[-_ ]copy")
_MERGED = re.compile(
    r"\.(?:orig|rej)$|[._](?:BACKUP|BASE|LOCAL|REMOTE)\b|[._](?:BACKUP|BASE|LOCAL|REMOTE)_"
)


@dataclass(frozen=True)
class LoadResult:
    """The valid data of a project, with every problem found while reading it."""

    dataset: Dataset
    locations: dict[str, RecordLocation]
    problems: tuple[Diagnostic, ...]
    verifications: LockTable[Verification] | None
    """Results of verifying citations; None if there is no lock file."""
    links: LockTable[LinkState] | None
    """States of links; None if there is no lock file."""
    files: Mapping[str, bytes] = field(repr=False)
    """The content of the files, by path."""
    documents: Mapping[str, YamlDocument] = field(repr=False)
    """The parsed data files, by path."""
    part_locations: Mapping[str, RecordLocation] = field(repr=False)
    """The locations of positions and assessments that have their own files, by id."""

    def locate(self, problem: Diagnostic) -> SourceLocation:
        """Return the position of a problem in the files."""
        if problem.location:
            return problem.location
        location = self.locations.get(problem.record)
        if location:
            return location.locate(problem.path, at_key=problem.at_key)
        return SourceLocation("data", 1, 1)

    def locate_all(self, problems: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics with their positions in the files."""
        return [replace(problem, location=self.locate(problem)) for problem in problems]

    def find_record(self, problem: Diagnostic) -> str:
        """Return the id of the record with a problem, even if only its position is known."""
        if problem.record or problem.location is None:
            return problem.record
        at = problem.location
        ranges = self._line_ranges.get(at.file, [])
        index = bisect_right(ranges, at.line, key=itemgetter(0))
        _, key, last_line = ranges[index - 1] if index else (0, "", 0)
        return key if at.line <= last_line else ""

    @cached_property
    def _line_ranges(self) -> Mapping[str, list[tuple[int, str, int]]]:
        """For each file, in order: the first line of each record, its id, and its last line.

        The lines of a position or assessment in its own file belong to its recommendation.
        """
        ranges: dict[str, dict[int, tuple[int, str, int]]] = defaultdict(dict)
        for key, record in self.locations.items():
            for location in (record, *record.parts.values()):
                first = location.first_line
                ranges[location.file].setdefault(first, (first, key, location.last_line))
        return {file: sorted(by_line.values()) for file, by_line in ranges.items()}

    @cached_property
    def record_lines(self) -> Mapping[str, tuple[str, int, int]]:
        """The file, first and last line of each record, and of each part that has its own file."""
        return {
            key: (location.file, location.first_line, location.last_line)
            for key, location in {**self.part_locations, **self.locations}.items()
        }

    def get_line(self, place: SourceLocation) -> str:
        """Return the line of a file at a location, without its line ending; empty if none."""
        if place.file not in self._lines:
            self._lines[place.file] = self.files.get(place.file, b"").split(b"\n")
        lines = self._lines[place.file][place.line - 1 : place.line]
        return b"".join(lines).decode("utf-8", "replace").rstrip("\r")

    @cached_property
    def _lines(self) -> dict[str, list[bytes]]:
        """Split files, filled on demand."""
        return {}


def find_project(start: Path) -> Path | None:
    """Return the project folder that contains `start`, or None.

    A project has recommendations or, if it is new, a vocabulary.
    """
    start = make_absolute(start)  # does not follow a link inside the project
    for folder in (start, *start.parents):
        for name in ("recommendations", "vocabulary"):
            if (folder / f"data/{name}.yml").is_file() or (folder / "data" / name).is_dir():
                return folder.resolve()
    return None


def read_files(root: Path, *, imported: bool = True) -> dict[str, bytes]:
    """Return the content of every data file by path, ordered by collection, imported files last.

    Raises OSError for a file that cannot be read or must not be opened.
    """
    entries = (entry.path for entry in walk_safely(root, "data") if entry.kind == "file")
    order = {path: key for path in entries if (key := _get_sort_key(path))}
    files = sorted(order, key=lambda path: order[path])
    return {
        path: read_file(root, path) if _is_read(path) else b""
        for path in files
        if imported or not path.startswith(f"{IMPORTED}/")
    }


def _is_read(file: str) -> bool:
    """Return True for lock files and YAML files; `load` only reports that others exist."""
    return file in (CITATIONS, LINKS) or fnmatch(file.lower(), "*.y*ml")


def _get_sort_key(file: str) -> tuple[int, int, bool, str] | None:
    """Return the sort key of a file among those that are read, or None to skip it."""
    folder, _, name = file.rpartition("/")
    is_imported = file.startswith(f"{IMPORTED}/")
    names = tuple(FILES)
    if file in (CITATIONS, LINKS):
        return 2, 0, False, file
    if any(part.startswith(".") for part in file.split("/")):
        return None
    if collection := find_collection(file):
        return int(is_imported), names.index(collection), folder.endswith(collection), file
    # All other files are listed too, so that `load` can report them.
    is_known = is_imported or name.upper().startswith(_OTHER_FILES)
    return None if is_known else (0, len(names), False, file)


def is_data(file: str) -> bool:
    """Return whether a path below the root, with `/`, is that of a data file."""
    return find_collection(file) != ""


def find_collection(file: str) -> str:
    """Return the name in `FILES` of the content of a data file; empty for any other file."""
    path = file.removeprefix(f"{IMPORTED}/").removeprefix("data/")
    folder, _, name = path.removesuffix(".yml").rpartition("/")
    collection = folder or name
    is_data_path = file.startswith("data/") and file.endswith(".yml")
    return collection if is_data_path and collection in FILES else ""


def load(files: dict[str, bytes], *, earlier: LoadResult | None = None) -> LoadResult:
    """Parse and validate all files. Never raises for invalid content.

    Files that are unchanged since `earlier` are not parsed again.
    """
    loader = _Loader()
    known = earlier.documents if earlier else {}
    for file, data in files.items():
        if is_data(file):
            is_unchanged = earlier and file in known and earlier.files[file] == data
            document = known[file] if is_unchanged else read_yaml(data, file=file)
            loader.add_file(file, document)
        elif file not in (CITATIONS, LINKS):
            loader.refuse_file(file, files)
    loader.merge_separate_parts()
    return LoadResult(
        Dataset(
            {name: tuple(records) for name, records in loader.records.items()},
            tuple(loader.maps),
            frozenset(loader.invalid_ids),
            frozenset(loader.unreadable),
        ),
        loader.locations,
        tuple(loader.problems),
        _parse_lock(files, CITATIONS, Verification),
        _parse_lock(files, LINKS, LinkState),
        files,
        loader.documents,
        {part.part.id: part.location for part in loader.separate_parts},
    )


def _parse_lock(
    files: dict[str, bytes], file: str, kind: type[LockRow]
) -> LockTable[LockRow] | None:
    data = files.get(file)
    return parse_lock(data, kind=kind, file=file) if data is not None else None


class _Loader:
    """Collects records, locations and problems from the files."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {name: [] for name in COLLECTIONS}
        self.maps: list[SourceMap] = []
        self.documents: dict[str, YamlDocument] = {}
        self.locations: dict[str, RecordLocation] = {}
        self.problems: list[Diagnostic] = []
        self.invalid_ids: set[str] = set()
        self.unreadable: set[str] = set()
        self.separate_parts: list[SeparatePart] = []
        self.incomplete: set[str] = set()
        """Ids of recommendations with an invalid part in a separate file."""

    def refuse_file(self, file: str, files: Collection[str]) -> None:
        """Report a file in `data/` that is not a data file, with the likely intended name."""
        allowed = [f"{name}.yml" for name in FILES if name != "maps"]
        name = file.split("/")[-1]
        suggest = closest_match(name, allowed)
        hint = "" if fnmatch(name.lower(), "*.y*ml") else "other"
        hint = "near" if suggest else "folder" if file.count("/") > 1 and not hint else hint
        if is_data(f"{file.rpartition('.')[0]}.yml") and hint == "folder":
            hint = "ending"
        hint = "merged" if _MERGED.search(name) else "copy" if _COPY.search(name) else hint
        params = {"file": file, "allowed": allowed, "hint": hint, "near": f"data/{suggest}"}
        self._refuse(file, "unknown-file", params)
        if suggest and f"data/{suggest}" not in files:
            self.unreadable.add(suggest.removesuffix(".yml"))

    def add_file(self, file: str, document: YamlDocument) -> None:
        self.documents[file] = document
        self.problems += document.problems
        name = find_collection(file)
        complete = document.readable and self._add_records(name, file, document)
        if not complete or document.merged:
            self.unreadable.add("recommendations" if name in PARTS else name)

    def _add_records(self, name: str, file: str, document: YamlDocument) -> bool:
        """Add the records of a file. Return False if no record has a known id."""
        content = document.content
        if content is None:
            self._refuse(file, "empty-file", {"file": file})
            return False
        if name == "maps":
            return self._add_map(file, document)
        if not isinstance(content, list):
            got = "a mapping" if isinstance(content, dict) else "text"
            self._refuse(file, "not-a-list", {"field": file, "got": got, "hint": "file"})
            return False
        add = self._add_part if name in PARTS else self._add_record
        for item, (_, node) in zip(content, document.root.entries or (), strict=True):
            add(name, item, RecordLocation(file, node.line, node.end_line, document, node))
        return not content or any(isinstance(i, dict) and "id" in i for i in content)

    def _refuse(self, file: str, code: str, params: dict[str, Any]) -> None:
        self.problems.append(Diagnostic(code, params=params, location=SourceLocation(file)))

    def _add_part(self, name: str, item: Any, location: RecordLocation) -> None:
        """Add a position or assessment in a separate file.

        An invalid one makes its recommendation invalid too, as if it were part of it.
        """
        key = _get_text(item, "id") or f"{location.file}:{location.first_line}"
        owner = _get_text(item, "recommendation")
        plain, separate = PARTS[name]
        valid, problems = validate(separate, item, record=key)
        if valid and not self._is_merged(location):
            content = {field: value for field, value in item.items() if field != "recommendation"}
            part = plain.model_validate(content)
            self.separate_parts.append(SeparatePart(name, owner, part, location))
            return
        self.incomplete.add(owner)
        self.problems += (_locate(p, location) for p in self._skip_consequences(problems, location))

    def merge_separate_parts(self) -> None:
        """Add the parts in separate files to their recommendations."""
        all_records = self.records["recommendations"]
        records = [r for r in all_records if r.id not in self.incomplete]
        self.records["recommendations"] = records
        if self.incomplete - {r.id for r in all_records}:
            self.unreadable.add("recommendations")  # the owner of an invalid part is unknown
        self.invalid_ids |= self.incomplete - {""}
        parts: dict[str, list[SeparatePart]] = defaultdict(list)
        for part in self.separate_parts:
            parts[part.owner].append(part)
        for number, record in enumerate(records):
            if record.id in parts and isinstance(record, Recommendation):
                merged = merge_parts(record, self.locations[record.id], parts.pop(record.id))
                records[number], self.locations[record.id] = merged
        self._report_orphans(parts)

    def _report_orphans(self, parts: Mapping[str, list[SeparatePart]]) -> None:
        """Report the parts in separate files whose recommendation does not exist."""
        known = [r.id for r in self.records["recommendations"]]
        for owner, orphans in parts.items():
            self.invalid_ids |= {orphan.part.id for orphan in orphans}
            if owner not in self.invalid_ids and "recommendations" not in self.unreadable:
                params = {"got": owner, "collection": "recommendations"}
                params |= {"suggest": closest_match(owner, known)}
                for orphan in orphans:
                    path, cause = ("recommendation",), f"no record {owner}"
                    problem = Diagnostic("unknown-id", orphan.part.id, path, params, cause=cause)
                    self.problems.append(_locate(problem, orphan.location))

    def _add_record(self, name: str, item: Any, location: RecordLocation) -> None:
        record_id = _get_text(item, "id")
        key = record_id or f"{location.file}:{location.first_line}"
        if key in self.locations:
            first = self.locations[key]
            params = {"id": key, "first": f"{first.file}:{first.first_line}"}
            place = location.locate(("id",))
            self.problems.append(Diagnostic("duplicate-id", key, ("id",), params, place))
            self.unreadable.add(name)
            return
        self.locations[key] = location
        record, problems = validate(COLLECTIONS[name], item, record=key)
        if self._is_merged(location):
            self.invalid_ids.add(key)  # reported already; its other problems follow from that
        elif record:
            self.records[name].append(record)
        else:
            self.invalid_ids.add(key)
            if key != record_id or any(problem.code == "bad-id" for problem in problems):
                self.unreadable.add(name)  # its id, which others may refer to, is unknown
            self.problems += self._skip_consequences(problems, location)

    def _is_merged(self, location: RecordLocation) -> bool:
        """Return whether the hyphen between two records or parts is missing at this location."""
        return location.document.merged and any(
            p.code == "repeated-key" and p.params.get("hint") for p in location.diagnostics()
        )

    def _skip_consequences(
        self, problems: list[Diagnostic], location: RecordLocation
    ) -> Iterator[Diagnostic]:
        """Yield the problems except those of values already reported as empty or repeated."""
        reported = location.diagnostics()
        lines = {p.location.line for p in reported if p.location}
        refused = {
            p.params.get("field")
            for p in reported
            if p.code in ("empty-value", "cut-by-hash", "yaml-feature")
        }
        for problem in problems:
            missing = problem.code == "missing-field" and problem.params.get("field") in refused
            missing |= problem.code in _CONDITIONS and bool(refused)
            wrong = problem.code in ("not-text", "empty-value") and bool(lines)
            place = location.locate(problem.path, at_key=problem.at_key) if wrong else None
            if not missing and not (place and place.line in lines):
                yield problem

    def _add_map(self, file: str, document: YamlDocument) -> bool:
        """Add the map of a source. Return False if it is invalid."""
        key = f"map:{file}"
        root = document.root
        location = self.locations[key] = RecordLocation(file, 1, root.end_line, document, root)
        source_map, problems = validate(SourceMap, document.content, record=key)
        self.problems += self._skip_consequences(problems, location)
        if source_map:
            self.maps.append(source_map)
            self.locations[f"map:{source_map.source}"] = location
        return source_map is not None


def _get_text(item: Any, field: str) -> str:
    """Return a string field of a record; empty if there is none."""
    value = item.get(field) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def _locate(problem: Diagnostic, location: RecordLocation) -> Diagnostic:
    return replace(problem, location=location.locate(problem.path, at_key=problem.at_key))
