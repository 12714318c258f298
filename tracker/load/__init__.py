"""A project's `data/` → sound records, where each stands, and every fault found on the way."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

from tracker.load.records import kind_of, validate
from tracker.load.rules import FAULTS
from tracker.load.yaml_text import Document, read_yaml
from tracker.locks import CITATIONS, LINKS, Link, Proof, Row, Table, read
from tracker.model import COLLECTIONS, Dataset, Record, SourceMap
from tracker.problem import Place, Problem, closest

__all__ = [
    "FAULTS",
    "IMPORTED",
    "Loaded",
    "Where",
    "collection_of",
    "find_project",
    "is_data",
    "load",
    "read_files",
]

IMPORTED = "data/imported"
"""Below the root: what was taken from databases of others, in files as those of `data/`."""


@dataclass(frozen=True)
class Where:
    """Where a record stands: its file, its lines, and the place of each field."""

    file: str
    first_line: int
    last_line: int
    document: Document = field(repr=False)
    at: tuple[str | int, ...] = ()

    def place(self, path: tuple[str | int, ...], *, at_key: bool = False) -> Place:
        """The place of a field, or of the nearest mapping around it that is written."""
        places = self.document.places
        if at_key and (*self.at, *path) in places.keys:
            return places.keys[*self.at, *path]
        for end in range(len(path), -1, -1):
            found = places.values.get((*self.at, *path[:end]))
            if found:
                return found
        return Place(self.file, self.first_line, 1)

    def told(self) -> list[Problem]:
        """What was found in these lines when the file was read."""
        lines = range(self.first_line, self.last_line + 1) if self.document.problems else ()
        return [problem for line in lines for problem in self.document.by_line.get(line, ())]


@dataclass(frozen=True)
class Loaded:
    """The data of a project, sound as far as it goes, with every problem in reading it."""

    dataset: Dataset
    where: dict[str, Where]
    problems: tuple[Problem, ...]
    proofs: Table[Proof] | None = None
    """What was proved; None for a project that has no lock file yet."""
    links: Table[Link] | None = None
    """What the web answered; None as long as nobody asked."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """What was read, by path."""

    def locate(self, problem: Problem) -> Place:
        """The place of a problem in the files."""
        if problem.place:
            return problem.place
        where = self.where.get(problem.record)
        if where:
            return where.place(problem.path, at_key=problem.at_key)
        return Place("data", 1, 1)

    def record_of(self, problem: Problem) -> str:
        """The id of the record that a problem lies in, also of one that names only its place."""
        if problem.record or problem.place is None:
            return problem.record
        at = problem.place
        begun = self._begun.get(at.file, [])
        above = bisect_right(begun, at.line, key=itemgetter(0))
        key = begun[above - 1][1] if above else ""
        return key if key and at.line <= self.where[key].last_line else ""

    @cached_property
    def _begun(self) -> Mapping[str, list[tuple[int, str]]]:
        """For each file, the lines in which a record begins, with its id, from the top."""
        found: dict[str, dict[int, str]] = defaultdict(dict)
        for key, where in self.where.items():
            found[where.file].setdefault(where.first_line, key)
        return {file: sorted(begun.items()) for file, begun in found.items()}

    def line(self, place: Place) -> str:
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
    start = start.resolve()
    for folder in (start, *start.parents):
        data = folder / "data"
        if (data / "recommendations.yml").is_file() or (data / "recommendations").is_dir():
            return folder
    return None


def read_files(root: Path, *, imported: bool = True) -> dict[str, bytes]:
    """Every data file of the project, by its path below the root, collection by collection; what
    was imported last, or not at all.

    OSError if one is there and cannot be read.
    """
    found: list[Path] = []
    for data in (root / "data", *([root / IMPORTED] if imported else [])):
        known = [
            path
            for name in (*COLLECTIONS, "maps")
            for path in (data / f"{name}.yml", *sorted((data / name).glob("*.yml")))
        ]
        # What looks like data but is none of it is read too, so that `load` can say so.
        strange = {*data.glob("*.y*ml"), *data.glob("*/*.y*ml")} - {*known, *found}
        found += [*known, *sorted(p for p in strange if not p.is_relative_to(root / IMPORTED))]
    found += [root / CITATIONS, root / LINKS]
    files = (path for path in found if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def is_data(file: str) -> bool:
    """Whether a path below the root, with `/`, is that of a data file."""
    return collection_of(file) != ""


def collection_of(file: str) -> str:
    """What a data file holds: the name of a collection, or `maps`; empty if it is no data file."""
    below = file.removeprefix(f"{IMPORTED}/").removeprefix("data/")
    folder, _, name = below.removesuffix(".yml").rpartition("/")
    collection = folder or name
    sound = file.startswith("data/") and file.endswith(".yml")
    return collection if sound and collection in (*COLLECTIONS, "maps") else ""


def load(files: dict[str, bytes]) -> Loaded:
    """Parse and validate all files. Never raises for invalid content."""
    reading = _Reading()
    for file, data in files.items():
        if file in (CITATIONS, LINKS):
            continue
        if not is_data(file):
            allowed = [f"{name}.yml" for name in COLLECTIONS]
            suggest = closest(file.split("/")[-1], allowed)
            facts = {"file": file, "allowed": allowed, "hint": "near" if suggest else ""}
            facts |= {"near": f"data/{suggest}"}
            reading.problems.append(Problem("unknown-file", facts=facts, place=Place(file, 1, 1)))
            if f"data/{suggest}" not in files:
                reading.unread.add(suggest.removesuffix(".yml"))
            continue
        document = read_yaml(data, file=file)
        reading.problems += document.problems
        name = collection_of(file)
        if not document.readable or document.merged:
            reading.unread.add(name)
        if not document.readable:
            continue
        if document.content is None:
            facts = {"file": file}
            reading.problems.append(Problem("empty-file", facts=facts, place=Place(file, 1, 1)))
            reading.unread.add(name)
        elif name == "maps":
            reading.take_map(file, document)
        else:
            reading.take_collection(name, file, document)
    return replace(
        reading.result(),
        proofs=_lock(files, CITATIONS, Proof),
        links=_lock(files, LINKS, Link),
        files=files,
    )


def _lock(files: dict[str, bytes], file: str, kind: type[Row]) -> Table[Row] | None:
    text = files.get(file)
    return read(text.decode("utf-8", "replace"), kind=kind, file=file) if text is not None else None


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {name: [] for name in COLLECTIONS}
        self.maps: list[SourceMap] = []
        self.where: dict[str, Where] = {}
        self.problems: list[Problem] = []
        self.unsound: set[str] = set()
        self.unread: set[str] = set()

    def take_collection(self, name: str, file: str, document: Document) -> None:
        content = document.content
        if not isinstance(content, list):
            facts = {"field": file, "got": "a mapping" if isinstance(content, dict) else "text"}
            facts["hint"] = "file"
            self.problems.append(Problem("not-a-list", facts=facts, place=Place(file, 1, 1)))
            self.unread.add(name)
            return
        if content and not any(isinstance(i, dict) and "id" in i for i in content):
            self.unread.add(name)
        for position, item in enumerate(content):
            self._take_record(name, item, _where(file, document, position))

    def _take_record(self, name: str, item: Any, where: Where) -> None:
        given = item.get("id") if isinstance(item, dict) else None
        key = given if isinstance(given, str) and given else f"{where.file}:{where.first_line}"
        if key in self.where:
            first = self.where[key]
            facts = {"id": key, "first": f"{first.file}:{first.first_line}"}
            place = where.place(("id",))
            self.problems.append(Problem("duplicate-id", key, ("id",), facts, place))
            self.unread.add(name)
            return
        self.where[key] = where
        result = validate(COLLECTIONS[name], item, record=key)
        other = kind_of(item) if isinstance(result, list) else ""
        if other:
            facts = {"file": f"data/{other}.yml"}
            result = [Problem("wrong-file", key, ("id",), facts)]
        if self._is_merged(where):
            self.unsound.add(key)  # told already; what else is wrong in it follows from that
        elif isinstance(result, Record):
            self.records[name].append(result)
        elif isinstance(result, list):
            self.unsound.add(key)
            if key != given or any(problem.code == "bad-id" for problem in result):
                self.unread.add(name)  # others name it by an id that cannot be known
            self.problems += self._without_echoes(result, where)

    def _is_merged(self, where: Where) -> bool:
        """Whether the record, or a part of it, holds two that run into one."""
        return where.document.merged and any(
            p.code == "repeated-key" and p.facts.get("hint") for p in where.told()
        )

    def _without_echoes(self, problems: list[Problem], where: Where) -> Iterator[Problem]:
        """A value already refused as empty or repeated is not reported as missing as well."""
        told = where.told()
        lines = {p.place.line for p in told if p.place}
        refused = {
            p.facts.get("field")
            for p in told
            if p.code in ("empty-value", "cut-by-hash", "yaml-feature")
        }
        for problem in problems:
            missing = problem.code == "missing-field" and problem.facts.get("field") in refused
            wrong = problem.code == "not-text" and bool(lines)
            place = where.place(problem.path, at_key=problem.at_key) if wrong else None
            if not missing and not (place and place.line in lines):
                yield problem

    def take_map(self, file: str, document: Document) -> None:
        key = f"map:{file}"
        self.where[key] = Where(file, 1, document.lines[0][1], document)
        result = validate(SourceMap, document.content, record=key)
        if isinstance(result, SourceMap):
            self.maps.append(result)
            self.where[f"map:{result.source}"] = self.where[key]
        elif isinstance(result, list):
            self.unread.add("maps")
            self.problems += result

    def result(self) -> Loaded:
        dataset = Dataset(
            {name: tuple(records) for name, records in self.records.items()},
            tuple(self.maps),
            frozenset(self.unsound),
            frozenset(self.unread),
        )
        return Loaded(dataset, self.where, tuple(self.problems))


def _where(file: str, document: Document, position: int) -> Where:
    return Where(file, *document.lines[position], document, (position,))
