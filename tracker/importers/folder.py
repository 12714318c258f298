"""The folder of imported files, with the state of the last import next to them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tracker.files import FileChanges, walk_safely
from tracker.importers.files import FileUpdate, ImportTarget, update_file
from tracker.importers.merge import ImportState
from tracker.importers.staging import ExistingRecord, StagedRow
from tracker.model.diagnostics import Diagnostic, SourceLocation

_STATE = ".import"


class ImportFolder:
    """Reads and updates the files of this import and of earlier ones, at `root` / `name`."""

    def __init__(self, root: Path, name: str, changes: FileChanges) -> None:
        self._root, self._name, self._changes = root, name, changes
        self.path = root / name
        self.written = 0
        self.problems: list[tuple[SourceLocation, Diagnostic]] = []
        """Why files could not be updated: an editor left an error in them."""

    def write(self, name: str, content: str) -> None:
        """Have a file written at the end of the import, unless it has this content already."""
        data = content.encode()
        if self._read(name) != data:
            self._changes.add(f"{self._name}/{name}", data)
            self.written += 1

    def _read(self, name: str) -> bytes | None:
        """Return the content that a file has at the end of the import; None if there is none."""
        return self._changes.read_pending(f"{self._name}/{name}")

    def state(self, name: str) -> ImportState:
        """Return what this import, or else the last one, wrote into a file."""
        return ImportState.parse(self._read(f"{_STATE}/{name}.json") or b"")

    def names(self, collection: str) -> list[str]:
        """Return the names of the files of a collection, without their ending."""
        states = f"{self._name}/{_STATE}/"
        there = (
            entry.path for entry in walk_safely(self._root, states[:-1]) if entry.kind == "file"
        )
        paths = {path for path in (*there, *self._changes.names) if path.startswith(states)}
        names = (path.removeprefix(states).removesuffix(".json") for path in paths)
        return sorted(name for name in names if name.partition("/")[0] == collection)

    def texts(self, collection: str) -> Iterator[bytes]:
        """Yield the content of each file of a collection."""
        yield from (self._read(f"{name}.yml") or b"" for name in self.names(collection))

    def existing(self) -> Iterator[ExistingRecord]:
        """Yield the recommendations of earlier imports."""
        for name in self.names("recommendations"):
            file = name.partition("/")[2]
            for row_id, row in self.state(name).rows.items():
                yield file, row_id, row["key"]

    def update(
        self,
        name: str,
        rows: Iterable[StagedRow],
        *,
        unneeded: frozenset[str] = frozenset(),
        **more: Any,
    ) -> FileUpdate:
        """Merge rows into a file, as `update_file` does, and have it written."""
        target = ImportTarget(
            collection=name.partition("/")[0],
            file=f"{name}.yml",
            data=self._read(f"{name}.yml"),
            state=self.state(name),
            unneeded=unneeded,
        )
        update = update_file(target, rows, **more)
        for problem in update.problems:
            if problem.location:
                file = str(self.path / target.file)
                self.problems.append((replace(problem.location, file=file), problem))
        if update.text:
            self.write(target.file, update.text)
        if update.state.rows and not update.problems:
            self.write(f"{_STATE}/{name}.json", update.state.to_json())
        return update
