"""A project's `data/` → sound records, where each stands, and every fault found on the way."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

from tracker.files import make_absolute, read_file, walk_safely
from tracker.model import COLLECTIONS, FILES, PARTS, Dataset, Recommendation, Record, SourceMap
from tracker.model.diagnostics import Diagnostic, SourceLocation, closest_match
from tracker.model.lockfiles import (
    CITATIONS,
    LINKS,
    LinkState,
    LockRow,
    LockTable,
    Verification,
    parse_lock,
)
from tracker.records.format_rules import FAULTS
from tracker.records.part_files import RecordLocation, SeparatePart, merge_parts
from tracker.records.validation import find_kind, validate
from tracker.records.yaml_reader import YamlDocument, read_yaml

__all__ = [
    "FAULTS",
    "IMPORTED",
    "LoadResult",
    "RecordLocation",
    "find_collection",
    "find_project",
    "is_data",
    "load",
    "read_files",
]

IMPORTED = "data/imported"
"""Below the root: what was taken from databases of others, in files as those of `data/`."""


@dataclass(frozen=True)
class LoadResult:
    """The data of a project, sound as far as it goes, with every problem in reading it."""

    dataset: Dataset
    locations: dict[str, RecordLocation]
    problems: tuple[Diagnostic, ...]
    verifications: LockTable[Verification] | None = None
    """What was proved; None for a project that has no lock file yet."""
    links: LockTable[LinkState] | None = None
    """What the web answered; None as long as nobody asked."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """What was read, by path."""
    part_locations: Mapping[str, RecordLocation] = field(default_factory=dict, repr=False)
    """Where each position and assessment is that has a file of its own, by its id."""

    def locate(self, problem: Diagnostic) -> SourceLocation:
        """The place of a problem in the files."""
        if problem.location:
            return problem.location
        where = self.locations.get(problem.record)
        if where:
            return where.locate(problem.path, at_key=problem.at_key)
        return SourceLocation("data", 1, 1)

    def find_record(self, problem: Diagnostic) -> str:
        """The id of the record that a problem lies in, also of one that names only its place."""
        if problem.record or problem.location is None:
            return problem.record
        at = problem.location
        begun = self._begun.get(at.file, [])
        above = bisect_right(begun, at.line, key=itemgetter(0))
        key = begun[above - 1][1] if above else ""
        return key if above and at.line <= begun[above - 1][2] else ""

    @cached_property
    def _begun(self) -> Mapping[str, list[tuple[int, str, int]]]:
        """For each file, from the top: the first line of a record, its id, and its last line.

        A position or assessment in a file of its own counts as lines of its recommendation.
        """
        found: dict[str, dict[int, tuple[int, str, int]]] = defaultdict(dict)
        for key, whole in self.locations.items():
            for where in (whole, *whole.parts.values()):
                begun = (where.first_line, key, where.last_line)
                found[where.file].setdefault(where.first_line, begun)
        return {file: sorted(begun.values()) for file, begun in found.items()}

    @cached_property
    def record_lines(self) -> Mapping[str, tuple[str, int, int]]:
        """The file, first and last line of each record, and of each part in a file of its own."""
        return {
            key: where.lines for key, where in {**self.part_locations, **self.locations}.items()
        }

    def get_line(self, place: SourceLocation) -> str:
        """The line of a file at a place, without its end; empty where there is none."""
        if place.file not in self._lines:
            self._lines[place.file] = self.files.get(place.file, b"").split(b"\n")
        lines = self._lines[place.file][place.line - 1 : place.line]
        return b"".join(lines).decode("utf-8", "replace").rstrip("\r")

    @cached_property
    def _lines(self) -> dict[str, list[bytes]]:
        """The lines of the files of which one was asked for."""
        return {}


def find_project(start: Path) -> Path | None:
    """The project at or around a folder: the nearest one that holds `data/recommendations…`."""
    start = make_absolute(start)  # a link inside the project leads to no other one
    for folder in (start, *start.parents):
        data = folder / "data"
        if (data / "recommendations.yml").is_file() or (data / "recommendations").is_dir():
            return folder.resolve()
    return None


def read_files(root: Path, *, imported: bool = True) -> dict[str, bytes]:
    """Every data file of the project, by its path below the root, collection by collection; what
    was imported last, or not at all.

    OSError if one is there and cannot be read, or must not be opened.
    """
    entries = (entry.path for entry in walk_safely(root, "data") if entry.kind == "file")
    found = {path: order for path in entries if (order := _order(path))}
    files = sorted(found, key=lambda path: found[path])
    return {
        path: read_file(root, path)
        for path in files
        if imported or not path.startswith(f"{IMPORTED}/")
    }


def _order(file: str) -> tuple[int, int, bool, str] | None:
    """Where a file comes among those that are read; None for one that is not read."""
    folder, _, name = file.rpartition("/")
    is_imported = file.startswith(f"{IMPORTED}/")
    names = tuple(FILES)
    if file in (CITATIONS, LINKS):
        return 2, 0, False, file
    if name.startswith("."):
        return None
    if collection := find_collection(file):
        return int(is_imported), names.index(collection), folder.endswith(collection), file
    # What looks like data but is none of it is read too, so that `load` can say so.
    looks = not is_imported and fnmatch(name, "*.y*ml") and file.count("/") <= 2
    return (0, len(names), False, file) if looks else None


def is_data(file: str) -> bool:
    """Whether a path below the root, with `/`, is that of a data file."""
    return find_collection(file) != ""


def find_collection(file: str) -> str:
    """What a data file holds: a name of `FILES`; empty if it is no data file."""
    below = file.removeprefix(f"{IMPORTED}/").removeprefix("data/")
    folder, _, name = below.removesuffix(".yml").rpartition("/")
    collection = folder or name
    sound = file.startswith("data/") and file.endswith(".yml")
    return collection if sound and collection in FILES else ""


def load(files: dict[str, bytes]) -> LoadResult:
    """Parse and validate all files. Never raises for invalid content."""
    reading = _Reading()
    for file, data in files.items():
        if file in (CITATIONS, LINKS):
            continue
        if not is_data(file):
            reading.refuse_file(file, files)
            continue
        document = read_yaml(data, file=file)
        reading.problems += document.problems
        name = find_collection(file)
        if not document.readable or document.merged:
            reading.unreadable.add(_holder(name))
        if not document.readable:
            continue
        if document.content is None:
            facts = {"file": file}
            reading.problems.append(
                Diagnostic("empty-file", params=facts, location=SourceLocation(file, 1, 1))
            )
            reading.unreadable.add(_holder(name))
        elif name == "maps":
            reading.take_map(file, document)
        else:
            reading.take_collection(name, file, document)
    reading.join()
    return replace(
        reading.result(),
        verifications=_lock(files, CITATIONS, Verification),
        links=_lock(files, LINKS, LinkState),
        files=files,
    )


def _holder(name: str) -> str:
    """The collection whose records a file of this name holds, or has parts of."""
    return "recommendations" if name in PARTS else name


def _lock(files: dict[str, bytes], file: str, kind: type[LockRow]) -> LockTable[LockRow] | None:
    data = files.get(file)
    return parse_lock(data, kind=kind, file=file) if data is not None else None


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {name: [] for name in COLLECTIONS}
        self.maps: list[SourceMap] = []
        self.locations: dict[str, RecordLocation] = {}
        self.problems: list[Diagnostic] = []
        self.invalid_ids: set[str] = set()
        self.unreadable: set[str] = set()
        self.separate: list[SeparatePart] = []
        self.spoilt: set[str] = set()
        """The recommendations of which a part in a file of its own is invalid."""

    def refuse_file(self, file: str, files: Collection[str]) -> None:
        """Report a file in `data/` that is no data file, with the name it may be meant to have."""
        allowed = [f"{name}.yml" for name in FILES if name != "maps"]
        suggest = closest_match(file.split("/")[-1], allowed)
        facts = {"file": file, "allowed": allowed, "hint": "near" if suggest else ""}
        facts |= {"near": f"data/{suggest}"}
        location = SourceLocation(file, 1, 1)
        self.problems.append(Diagnostic("unknown-file", params=facts, location=location))
        if f"data/{suggest}" not in files:
            self.unreadable.add(suggest.removesuffix(".yml"))

    def take_collection(self, name: str, file: str, document: YamlDocument) -> None:
        content = document.content
        if not isinstance(content, list):
            facts = {"field": file, "got": "a mapping" if isinstance(content, dict) else "text"}
            facts["hint"] = "file"
            self.problems.append(
                Diagnostic("not-a-list", params=facts, location=SourceLocation(file, 1, 1))
            )
            self.unreadable.add(_holder(name))
            return
        if content and not any(isinstance(i, dict) and "id" in i for i in content):
            self.unreadable.add(_holder(name))
        take = self._take_part if name in PARTS else self._take_record
        for position, item in enumerate(content):
            take(name, item, _locate_record(file, document, position))

    def _take_part(self, name: str, item: Any, where: RecordLocation) -> None:
        """Take a position or an assessment in a file of its own.

        One that is invalid spoils its recommendation, as if it were in it.
        """
        key = _text_in(item, "id") or f"{where.file}:{where.first_line}"
        owner = _text_in(item, "recommendation")
        plain, separate = PARTS[name]
        result = validate(separate, item, record=key)
        if not isinstance(result, list) and not self._is_merged(where):
            content = {field: value for field, value in item.items() if field != "recommendation"}
            part = plain.model_validate(content)
            self.separate.append(SeparatePart(name, owner, part, where))
            return
        self.spoilt.add(owner)
        if isinstance(result, list):
            result = _of_other_kind(item, key) or result
            self.problems += (_placed(p, where) for p in self._without_echoes(result, where))

    def join(self) -> None:
        """Add the parts in files of their own to their recommendations."""
        found = self.records["recommendations"]
        self.records["recommendations"] = [r for r in found if r.id not in self.spoilt]
        if self.spoilt - {r.id for r in found}:
            self.unreadable.add("recommendations")  # it is not known whose part cannot be read
        self.invalid_ids |= self.spoilt - {""}
        parts: dict[str, list[SeparatePart]] = defaultdict(list)
        for one in self.separate:
            parts[one.owner].append(one)
        for number, record in enumerate(self.records["recommendations"]):
            if record.id in parts and isinstance(record, Recommendation):
                joint = merge_parts(record, self.locations[record.id], parts.pop(record.id))
                self.records["recommendations"][number], self.locations[record.id] = joint
        known = [r.id for r in self.records["recommendations"]]
        for owner, lost in parts.items():
            self.invalid_ids |= {one.part.id for one in lost}
            if owner not in self.invalid_ids and "recommendations" not in self.unreadable:
                facts = {"got": owner, "collection": "recommendations"}
                facts |= {"suggest": closest_match(owner, known)}
                for one in lost:
                    problem = Diagnostic("unknown-id", one.part.id, ("recommendation",), facts)
                    self.problems.append(_placed(problem, one.where))

    def _take_record(self, name: str, item: Any, where: RecordLocation) -> None:
        given = _text_in(item, "id")
        key = given or f"{where.file}:{where.first_line}"
        if key in self.locations:
            first = self.locations[key]
            facts = {"id": key, "first": f"{first.file}:{first.first_line}"}
            place = where.locate(("id",))
            self.problems.append(Diagnostic("duplicate-id", key, ("id",), facts, place))
            self.unreadable.add(name)
            return
        self.locations[key] = where
        result = validate(COLLECTIONS[name], item, record=key)
        if isinstance(result, list):
            result = _of_other_kind(item, key) or result
        if self._is_merged(where):
            self.invalid_ids.add(key)  # told already; what else is wrong in it follows from that
        elif isinstance(result, Record):
            self.records[name].append(result)
        elif isinstance(result, list):
            self.invalid_ids.add(key)
            if key != given or any(problem.code == "bad-id" for problem in result):
                self.unreadable.add(name)  # others name it by an id that cannot be known
            self.problems += self._without_echoes(result, where)

    def _is_merged(self, where: RecordLocation) -> bool:
        """Whether the record, or a part of it, holds two that run into one."""
        return where.document.merged and any(
            p.code == "repeated-key" and p.params.get("hint") for p in where.diagnostics()
        )

    def _without_echoes(
        self, problems: list[Diagnostic], where: RecordLocation
    ) -> Iterator[Diagnostic]:
        """A value already refused as empty or repeated is not reported as missing as well."""
        told = where.diagnostics()
        lines = {p.location.line for p in told if p.location}
        refused = {
            p.params.get("field")
            for p in told
            if p.code in ("empty-value", "cut-by-hash", "yaml-feature")
        }
        for problem in problems:
            missing = problem.code == "missing-field" and problem.params.get("field") in refused
            wrong = problem.code == "not-text" and bool(lines)
            place = where.locate(problem.path, at_key=problem.at_key) if wrong else None
            if not missing and not (place and place.line in lines):
                yield problem

    def take_map(self, file: str, document: YamlDocument) -> None:
        key = f"map:{file}"
        self.locations[key] = RecordLocation(file, 1, document.lines[0][1], document)
        result = validate(SourceMap, document.content, record=key)
        if isinstance(result, SourceMap):
            self.maps.append(result)
            self.locations[f"map:{result.source}"] = self.locations[key]
        elif isinstance(result, list):
            self.unreadable.add("maps")
            self.problems += result

    def result(self) -> LoadResult:
        dataset = Dataset(
            {name: tuple(records) for name, records in self.records.items()},
            tuple(self.maps),
            frozenset(self.invalid_ids),
            frozenset(self.unreadable),
        )
        separate = {one.part.id: one.where for one in self.separate}
        return LoadResult(dataset, self.locations, tuple(self.problems), part_locations=separate)


def _locate_record(file: str, document: YamlDocument, position: int) -> RecordLocation:
    return RecordLocation(file, *document.lines[position], document, (position,))


def _text_in(item: Any, field: str) -> str:
    """A text of a record; empty if there is none, or it is no record."""
    found = item.get(field) if isinstance(item, dict) else None
    return found if isinstance(found, str) else ""


def _placed(problem: Diagnostic, where: RecordLocation) -> Diagnostic:
    return replace(problem, location=where.locate(problem.path, at_key=problem.at_key))


def _of_other_kind(item: Any, key: str) -> list[Diagnostic]:
    """That a record belongs into a file of another kind, if it does."""
    other = find_kind(item)
    facts = {"file": f"data/{other}.yml"}
    return [Diagnostic("wrong-file", key, ("id",), facts)] if other else []
