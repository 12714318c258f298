"""The folder of imported files, with the state of the last import next to them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tracker.files import FileChanges, walk_safely
from tracker.importers.merge import ImportState
from tracker.importers.staging import ExistingRecord, StagedRow
from tracker.importers.update import FileUpdate
from tracker.model.diagnostics import Diagnostic, SourceLocation

_STATE = ".import"


class ImportFolder:
    """Reads and updates the files of this import and of earlier ones, at `root` / `name`."""

    def __init__(self, root: Path, name: str, changes: FileChanges) -> None:
        self._root, self._name, self._changes = root, name, changes
        self.path = root / name
        self.written = 0
        """The number of files that this import changes."""
        self.problems: list[tuple[SourceLocation, Diagnostic]] = []
        """Why files could not be updated: an editor left an error in them."""

    def write(self, name: str, content: str) -> None:
        """Write a file at the end of the import, unless it has this content already."""
        data = content.encode()
        if self._read(name) != data:
            self._changes.add(f"{self._name}/{name}", data)
            self.written += 1

    def _read(self, name: str) -> bytes | None:
        """Return the content of a file, also if this import is about to write it."""
        return self._changes.read_pending(f"{self._name}/{name}")

    def read_state(self, name: str) -> ImportState:
        """Return the state that this import, or else the last one, stored for a file."""
        return ImportState.parse(self._read(f"{_STATE}/{name}.json") or b"")

    def list_names(self, collection: str) -> list[str]:
        """Return the names of the files of a collection, without their ending."""
        states = f"{self._name}/{_STATE}/"
        stored = (e.path for e in walk_safely(self._root, states[:-1]) if e.kind == "file")
        paths = {path for path in (*stored, *self._changes.names) if path.startswith(states)}
        names = (path.removeprefix(states).removesuffix(".json") for path in paths)
        return sorted(name for name in names if name.partition("/")[0] == collection)

    def iter_texts(self, collection: str) -> Iterator[bytes]:
        """Yield the content of each file of a collection."""
        yield from (self._read(f"{name}.yml") or b"" for name in self.list_names(collection))

    def iter_existing(self) -> Iterator[ExistingRecord]:
        """Yield the recommendations of earlier imports."""
        for name in self.list_names("recommendations"):
            file = name.partition("/")[2]
            for row_id, row in self.read_state(name).rows.items():
                yield file, row_id, row["key"]

    def update(self, name: str, rows: Iterable[StagedRow], **options: Any) -> FileUpdate:
        """Merge rows into a file, with the options of `FileUpdate.merge`, and write it."""
        update = FileUpdate(name, self._read(f"{name}.yml"), self.read_state(name))
        update.merge(rows, **options)
        for problem in update.problems:
            if problem.location:
                file = str(self.path / update.file)
                self.problems.append((replace(problem.location, file=file), problem))
        if update.text:
            self.write(update.file, update.text)
        if update.state.rows and not update.problems:
            self.write(f"{_STATE}/{name}.json", update.state.to_json())
        return update
