"""Read and write the files of a project without following links. All file access goes through here.

A project may come from a stranger: a link in it must not lead a command to files outside.
"""

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from errno import EPERM
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self

try:
    import fcntl
except ImportError:  # Windows: commands do not wait for each other there
    fcntl = None  # type: ignore[assignment]

LARGEST = 100_000_000
"""Bytes of the largest file that is read."""
_FILES = (".yml", ".yaml", ".lock")
"""By such a name a file is meant, never a folder."""
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_BY_FOLDER = {os.open, os.mkdir, os.rename, os.link, os.unlink, os.stat} <= os.supports_dir_fd

FileKind = Literal["file", "folder", "link", "special"]


class RefusedError(OSError):
    """A file that is not opened: `filename` says which, `rule` which rule it breaks."""

    def __init__(self, rule: str, file: str | Path) -> None:
        super().__init__(EPERM, rule, make_printable(os.fspath(file)))
        self.rule = rule


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What lies at a path below a root; `special` is a named pipe, a device or a socket."""

    path: str
    kind: FileKind
    size: int = 0


def get_entry(root: Path, name: str) -> FileEntry | None:
    """What lies at a path; None if there is nothing."""
    try:
        found = (root / name).lstat()
    except FileNotFoundError:
        return None
    kinds: dict[int, FileKind] = {
        stat.S_IFREG: "file",
        stat.S_IFDIR: "folder",
        stat.S_IFLNK: "link",
    }
    return FileEntry(name, kinds.get(stat.S_IFMT(found.st_mode), "special"), found.st_size)


def list_names(folder: Path) -> list[str]:
    """The names of everything in a folder."""
    return [path.name for path in folder.iterdir()]


def walk(root: Path, *names: str) -> Iterator[FileEntry]:
    """Everything at and below some names in a folder, or all of it, by path. Follows no link."""
    waiting = sorted(names or list_names(root), reverse=True)
    while waiting:
        name = waiting.pop()
        if entry := get_entry(root, name):
            yield entry
            if entry.kind == "folder":
                below = (f"{name}/{one}" for one in list_names(root / name))
                waiting += sorted(below, reverse=True)


def find_broken_rule(entry: FileEntry) -> str:
    """The rule that keeps an entry from being opened; empty if there is none."""
    name = entry.path.rpartition("/")[2]
    if entry.kind == "link" and not name.startswith(".#"):  # Emacs marks an open file so
        return "link"
    if entry.kind == "special" or (entry.kind == "folder" and name.endswith(_FILES)):
        return "not-a-file"
    if not entry.path.isprintable():  # bytes that are no UTF-8 are read as surrogates
        return "file-name"
    return "file-too-large" if entry.size > LARGEST else ""


def make_printable(path: str) -> str:
    """A path that can be printed, whatever is in its name."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)


def walk_safely(root: Path, *names: str) -> Iterator[FileEntry]:
    """The same as `walk`. Raises RefusedError at the first entry that must not be opened."""
    for entry in walk(root, *names):
        if rule := find_broken_rule(entry):
            raise RefusedError(rule, root / entry.path)
        yield entry


def read_file(root: Path, name: str) -> bytes:
    """The bytes of a file, by its path below a root.

    Raises RefusedError for a link, for anything but a file, and for one that is too large.
    """
    with _parent(root, name) as parent:
        return parent.read()


def read_if_exists(root: Path, name: str) -> bytes | None:
    """The same; None if there is no such file."""
    try:
        return read_file(root, name)
    except FileNotFoundError:
        return None


def make_absolute(path: Path) -> Path:
    """A path from the top, with every link on its way left as it is."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow them


def resolve_path(path: Path) -> Path:
    """The real path of a file or folder that was named on the command line.

    Links on the way are the user's own, save those that lie in a project: RefusedError.
    """
    whole = make_absolute(path)
    real = Path(whole.anchor)
    for part in whole.parts[1:]:
        real = real / part
        if real.is_symlink():
            if any(map(_is_project, real.parents)):
                raise RefusedError("link", real)
            real = real.resolve()
    return real


def _is_project(folder: Path) -> bool:
    marks = ("mkdocs.yml", "data/recommendations.yml", "data/recommendations")
    return any(os.path.lexists(folder / mark) for mark in marks)


@dataclass(frozen=True, slots=True)
class _File:
    """A file in a folder that is open, so that nobody can put a link in the folder's place."""

    folder: int | None
    place: str
    """The folder's path with a slash where it cannot be held open (Windows); else empty."""
    name: str
    shown: Path

    def read(self) -> bytes:
        with os.fdopen(self.open(os.O_RDONLY), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise RefusedError("not-a-file", self.shown)
            if found.st_size > LARGEST:
                raise RefusedError("file-too-large", self.shown)
            return file.read(LARGEST)

    def open(self, flags: int, name: str = "") -> int:
        """A descriptor of the file, or of another in its folder. Raises RefusedError for a link."""
        mode = self.mode(name)
        if mode is not None and not stat.S_ISREG(mode):
            raise RefusedError("link" if stat.S_ISLNK(mode) else "not-a-file", self.shown)
        return os.open(self.place + (name or self.name), flags | _SAFE, 0o666, dir_fd=self.folder)

    def mode(self, name: str = "") -> int | None:
        """The mode of the file, or of another in its folder; None if it is not there."""
        path = self.place + (name or self.name)
        with suppress(FileNotFoundError):
            return os.stat(path, dir_fd=self.folder, follow_symlinks=False).st_mode
        return None

    def rename(self, old: str, new: str) -> None:
        ends = self.place + old, self.place + new
        os.replace(*ends, src_dir_fd=self.folder, dst_dir_fd=self.folder)

    def copy(self, new: str) -> None:
        """Give the file a second name; without hard links, make a copy."""
        ends = self.place + self.name, self.place + new
        try:
            os.link(*ends, src_dir_fd=self.folder, dst_dir_fd=self.folder, follow_symlinks=False)
        except (OSError, NotImplementedError):
            with os.fdopen(self.open(_NEW, new), "wb") as file:
                file.write(self.read())

    def remove(self, name: str) -> None:
        with suppress(OSError):
            os.unlink(self.place + name, dir_fd=self.folder)


@contextmanager
def _parent(root: Path, name: str, *, made: list[Path] | None = None) -> Iterator[_File]:
    """Open the folder of a file step by step; with `made`, folders are made and noted there."""
    *folders, last = name.split("/")
    if not last or {"", ".", ".."} & {*folders, last}:
        raise RefusedError("file-name", root / name)
    with ExitStack() as stack:
        here = os.open(root, _FOLDER) if _BY_FOLDER else None
        if here is not None:
            stack.callback(os.close, here)
        below = root
        for folder in folders:
            below = below / folder
            step: str | Path = folder if _BY_FOLDER else below
            if made is not None:
                with suppress(FileExistsError):
                    os.mkdir(step, dir_fd=here)
                    made.append(below)
            if stat.S_ISLNK(os.stat(step, dir_fd=here, follow_symlinks=False).st_mode):
                raise RefusedError("link", below)
            if _BY_FOLDER:
                here = os.open(step, _FOLDER | _SAFE, dir_fd=here)
                stack.callback(os.close, here)
        yield _File(here, "" if _BY_FOLDER else f"{below}{os.sep}", last, root / name)


@dataclass(frozen=True, slots=True)
class _Change:
    unfinished: str
    """The name of the new file until it takes its place."""
    before: str | None
    """The hash of what is there when it does."""

    @property
    def replaced(self) -> str:
        """The name that the old file has until all new ones are in place."""
        return f"{self.unfinished}.old"


class FileChanges:
    """Files in one folder that are written together at the end of a block: all of them, or none.

    While the block runs, other commands that write in this folder wait. A file that somebody else
    changed after it was read here is not overwritten: RefusedError, and nothing is written.
    """

    def __init__(self, root: Path, *, waits: Callable[[], None] = lambda: None) -> None:
        self._root, self._waits = root, waits
        self._read: dict[str, str | None] = {}
        self._changes: dict[str, _Change] = {}
        self._made: list[Path] = []
        self._lock: int | None = None

    def __enter__(self) -> Self:
        if fcntl:
            self._lock = os.open(self._root, _FOLDER)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._waits()
                fcntl.flock(self._lock, fcntl.LOCK_EX)
            except OSError:  # a file system without locks
                pass
        return self

    def read(self, name: str) -> bytes | None:
        """What a file holds now, None if it is not there; it is compared again before writing."""
        content = read_if_exists(self._root, name)
        self._read.setdefault(name, _hash(content))
        return content

    def expect(self, name: str, content: bytes | None) -> None:
        """Note what a file held when it was read before this block."""
        self._read[name] = _hash(content)

    def add(self, name: str, content: bytes) -> None:
        """Have a file written at the end of the block."""
        unfinished = f".tracker-{secrets.token_hex(6)}.tmp"
        with _parent(self._root, name, made=self._made) as file:
            if name not in self._read:
                self.read(name)
            if name in self._changes:
                file.remove(self._changes[name].unfinished)
            self._changes[name] = _Change(unfinished, self._read[name])
            mode = file.mode()
            with os.fdopen(file.open(_NEW, unfinished), "wb") as new:
                new.write(content)
                if mode is not None and hasattr(os, "fchmod"):
                    os.fchmod(new.fileno(), stat.S_IMODE(mode))

    def read_pending(self, name: str) -> bytes | None:
        """What a file will hold at the end of the block; None if it is not there then."""
        if name not in self._changes:
            return self.read(name)
        folder, slash, _ = name.rpartition("/")
        return read_file(self._root, f"{folder}{slash}{self._changes[name].unfinished}")

    @property
    def names(self) -> tuple[str, ...]:
        """The files that will be written."""
        return tuple(self._changes)

    def __exit__(self, failed: object, *rest: object) -> None:
        written = False
        try:
            if not failed:
                self._write()
                written = True
        finally:
            for name, change in self._changes.items():
                with suppress(OSError), _parent(self._root, name) as file:
                    file.remove(change.unfinished)
                    file.remove(change.replaced)
            for folder in reversed([] if written else self._made):
                with suppress(OSError):  # not empty: somebody else uses it already
                    folder.rmdir()
            if self._lock is not None:
                os.close(self._lock)

    def _write(self) -> None:
        for name, change in self._changes.items():
            if _hash(read_if_exists(self._root, name)) != change.before:
                raise RefusedError("changed-meanwhile", self._root / name)
        begun: list[str] = []
        try:
            for name, change in self._changes.items():
                with _parent(self._root, name) as file:
                    if change.before is not None:
                        file.copy(change.replaced)
                    begun.append(name)
                    file.rename(change.unfinished, file.name)
        except BaseException:
            for name in begun:
                change = self._changes[name]
                with _parent(self._root, name) as file:
                    if change.before is None:
                        file.remove(file.name)
                    else:
                        file.rename(change.replaced, file.name)
            raise


def _hash(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()
