"""Read and write the files of a project without following symbolic links.

A project may be untrusted, so a link in it must never lead a command to files outside.
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
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

MAX_SIZE = 100_000_000
"""Maximum size of a file, in bytes."""
_FILES = (".yml", ".yaml", ".lock")
"""Suffixes that only files may have, not folders."""
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_BY_FOLDER = {os.open, os.mkdir, os.rename, os.link, os.unlink, os.stat} <= os.supports_dir_fd

FileKind = Literal["file", "folder", "link", "special"]


class RefusedError(OSError):
    """A file that must not be opened or written; `rule` is the code of the broken rule."""

    def __init__(self, rule: str, file: str | Path) -> None:
        super().__init__(EPERM, rule, make_printable(os.fspath(file)))
        self.rule = rule


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file, folder or link below a root; `special` is a named pipe, a device or a socket."""

    path: str
    kind: FileKind
    size: int = 0


def get_entry(root: Path, name: str) -> FileEntry | None:
    """Return the entry at a path, or None if there is none."""
    try:
        status = (root / name).lstat()
    except FileNotFoundError:
        return None
    kinds: dict[str, FileKind] = {"-": "file", "d": "folder", "l": "link"}
    kind = kinds.get(stat.filemode(status.st_mode)[0], "special")
    return FileEntry(name, kind, status.st_size)


def list_names(folder: Path) -> list[str]:
    """Return the names of all entries of a folder."""
    return [path.name for path in folder.iterdir()]


def walk(root: Path, *names: str) -> Iterator[FileEntry]:
    """Yield the entries at and below the given names in a folder, or all, sorted by path."""
    stack = sorted(names or list_names(root), reverse=True)
    while stack:
        name = stack.pop()
        if entry := get_entry(root, name):
            yield entry
            if entry.kind == "folder":
                children = (f"{name}/{child}" for child in list_names(root / name))
                stack += sorted(children, reverse=True)


def find_broken_rule(entry: FileEntry) -> str:
    """Return the code of the rule against opening an entry, or an empty string."""
    name = entry.path.rpartition("/")[2]
    if entry.kind == "link" and not name.startswith(".#"):  # Emacs marks an open file with one
        return "link"
    if entry.kind == "special" or (entry.kind == "folder" and name.endswith(_FILES)):
        return "not-a-file"
    if not entry.path.isprintable():  # invalid UTF-8 is decoded as surrogates
        return "file-name"
    return "file-too-large" if entry.size > MAX_SIZE else ""


def make_printable(path: str) -> str:
    """Return a path with unprintable characters escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)


def walk_safely(root: Path, *names: str) -> Iterator[FileEntry]:
    """Walk like `walk`, but raise RefusedError at an entry that must not be opened."""
    for entry in walk(root, *names):
        if rule := find_broken_rule(entry):
            raise RefusedError(rule, root / entry.path)
        yield entry


def read_file(root: Path, name: str) -> bytes:
    """Return the content of a file below a root.

    Raises RefusedError for a link, for anything but a regular file, and above MAX_SIZE.
    """
    with _parent(root, name) as parent:
        return parent.read()


def read_if_exists(root: Path, name: str) -> bytes | None:
    """Return the content of a file below a root, or None if there is no such file."""
    try:
        return read_file(root, name)
    except FileNotFoundError:
        return None


def make_absolute(path: Path) -> Path:
    """Return an absolute path without resolving links."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # `resolve` would follow them


def resolve_path(path: Path) -> Path:
    """Return the real path of a file or folder named on the command line.

    Links outside a project belong to the user and are followed. Raises RefusedError for a link
    inside a project.
    """
    absolute = make_absolute(path)
    real = Path(absolute.anchor)
    for part in absolute.parts[1:]:
        real = real / part
        if real.is_symlink():
            if any(map(_is_project, real.parents)):
                raise RefusedError("link", real)
            real = real.resolve()
    return real


def _is_project(folder: Path) -> bool:
    names = ("recommendations.yml", "recommendations", "vocabulary.yml", "vocabulary")
    paths = ("mkdocs.yml", *(f"data/{name}" for name in names))
    return any(os.path.lexists(folder / path) for path in paths)


@dataclass(frozen=True, slots=True)
class _OpenFolderFile:
    """A file in an open folder, which no link can replace in the meantime."""

    folder: int | None
    prefix: str
    """The folder's path with a separator if folders cannot be opened (Windows), else empty."""
    name: str
    path: Path
    """The whole path, for messages."""

    def read(self) -> bytes:
        with os.fdopen(self.open(os.O_RDONLY), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise RefusedError("not-a-file", self.path)
            if status.st_size > MAX_SIZE:
                raise RefusedError("file-too-large", self.path)
            return file.read(MAX_SIZE)

    def open(self, flags: int, name: str = "") -> int:
        """Open the file, or another in its folder, and return its descriptor."""
        mode = self.get_mode(name)
        if mode and not stat.S_ISREG(mode):
            raise RefusedError("link" if stat.S_ISLNK(mode) else "not-a-file", self.path)
        return os.open(self.prefix + (name or self.name), flags | _SAFE, 0o666, dir_fd=self.folder)

    def get_mode(self, name: str = "") -> int | None:
        """Return the mode of the file, or of another in its folder; None if there is none."""
        path = self.prefix + (name or self.name)
        with suppress(FileNotFoundError):
            return os.stat(path, dir_fd=self.folder, follow_symlinks=False).st_mode
        return None

    def rename(self, old: str, new: str) -> None:
        paths = self.prefix + old, self.prefix + new
        os.replace(*paths, src_dir_fd=self.folder, dst_dir_fd=self.folder)

    def copy(self, new: str) -> None:
        """Create a hard link to the file, or a copy if the file system has no hard links."""
        paths = self.prefix + self.name, self.prefix + new
        try:
            os.link(*paths, src_dir_fd=self.folder, dst_dir_fd=self.folder, follow_symlinks=False)
        except (OSError, NotImplementedError):
            with os.fdopen(self.open(_NEW, new), "wb") as file:
                file.write(self.read())

    def remove(self, name: str) -> None:
        with suppress(OSError):
            os.unlink(self.prefix + name, dir_fd=self.folder)


@contextmanager
def _parent(
    root: Path, name: str, *, created: list[Path] | None = None
) -> Iterator[_OpenFolderFile]:
    """Open the folders above a file one by one; create missing ones if given a list for them."""
    *folders, last = name.split("/")
    if not last or {"", ".", ".."} & {*folders, last}:
        raise RefusedError("file-name", root / name)
    with ExitStack() as stack:
        parent = os.open(root, _FOLDER) if _BY_FOLDER else None
        if parent is not None:
            stack.callback(os.close, parent)
        path = root
        for folder in folders:
            path = path / folder
            step: str | Path = folder if _BY_FOLDER else path
            if created is not None:
                with suppress(FileExistsError):
                    os.mkdir(step, dir_fd=parent)
                    created.append(path)
            if stat.S_ISLNK(os.stat(step, dir_fd=parent, follow_symlinks=False).st_mode):
                raise RefusedError("link", path)
            if _BY_FOLDER:
                parent = os.open(step, _FOLDER | _SAFE, dir_fd=parent)
                stack.callback(os.close, parent)
        prefix = "" if _BY_FOLDER else f"{path}{os.sep}"
        yield _OpenFolderFile(parent, prefix, last, root / name)


class FileChanges:
    """A context manager that writes several files of a folder on exit: either all or none.

    It holds an exclusive lock that other commands wait for. Raises RefusedError and writes nothing
    if a file has changed since it was read.
    """

    def __init__(self, root: Path, *, on_wait: Callable[[], None] = lambda: None) -> None:
        self._root, self._on_wait = root, on_wait
        self._expected: dict[str, str | None] = {}
        self._temporary: dict[str, str] = {}
        """The temporary name of each new file. The backup of the old file has `.old` added."""
        self._created: list[Path] = []
        self._lock: int | None = None

    def __enter__(self) -> Self:
        if fcntl:
            self._lock = os.open(self._root, _FOLDER)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._on_wait()
                fcntl.flock(self._lock, fcntl.LOCK_EX)
            except OSError:  # a file system without locks
                pass
        return self

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, or None; it is compared again before writing."""
        content = read_if_exists(self._root, name)
        self._expected.setdefault(name, _hash(content))
        return content

    def expect(self, name: str, content: bytes | None) -> None:
        """Record the content of a file that was read earlier, to detect changes."""
        self._expected[name] = _hash(content)

    def add(self, name: str, content: bytes) -> None:
        """Write a file at the end of the block."""
        temporary = f".tracker-{secrets.token_hex(6)}.tmp"
        with _parent(self._root, name, created=self._created) as file:
            if name not in self._expected:
                self.read(name)
            if name in self._temporary:
                file.remove(self._temporary[name])
            self._temporary[name] = temporary
            mode = file.get_mode()
            with os.fdopen(file.open(_NEW, temporary), "wb") as new:
                new.write(content)
                if mode and hasattr(os, "fchmod"):
                    os.fchmod(new.fileno(), stat.S_IMODE(mode))

    def read_pending(self, name: str) -> bytes | None:
        """Return the content that a file will have at the end of the block, or None."""
        if name not in self._temporary:
            return self.read(name)
        folder, slash, _ = name.rpartition("/")
        return read_file(self._root, f"{folder}{slash}{self._temporary[name]}")

    @property
    def names(self) -> tuple[str, ...]:
        """The files that will be written."""
        return tuple(self._temporary)

    def __exit__(self, failed: object, *rest: object) -> None:
        try:
            if not failed:
                self._write()
        finally:
            for name, temporary in self._temporary.items():
                with suppress(OSError), _parent(self._root, name) as file:
                    file.remove(temporary)
                    file.remove(f"{temporary}.old")
            for folder in reversed(self._created):
                with suppress(OSError):  # not empty
                    folder.rmdir()
            if self._lock is not None:
                os.close(self._lock)

    def _write(self) -> None:
        for name in self._temporary:
            if _hash(read_if_exists(self._root, name)) != self._expected[name]:
                raise RefusedError("changed-meanwhile", self._root / name)
        with ExitStack() as undo:
            for name, temporary in self._temporary.items():
                with _parent(self._root, name) as file:
                    if self._expected[name] is not None:
                        file.copy(f"{temporary}.old")
                    undo.callback(self._restore, name)
                    file.rename(temporary, file.name)
            undo.pop_all()

    def _restore(self, name: str) -> None:
        with _parent(self._root, name) as file:
            if self._expected[name] is None:
                file.remove(file.name)
            else:
                file.rename(f"{self._temporary[name]}.old", file.name)


def _hash(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()
