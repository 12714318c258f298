"""What was made once and need not be made again, by a key that tells what it was made of."""

import contextlib
import hmac
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from sys import version as python

_HERE = Path(__file__).parent.parent
_TEMPLATES = _HERE / "templates"
_KEPT = 250_000
"""So many things: the pages of two hundred thousand records, and the parts that they stand in."""
_USED = ("Jinja2", "Markdown", "Pillow", "PyYAML", "click", "pydantic", "tinycss2")
"""What of other people's programs decides what is made."""


class Memory:
    """A folder of bytes by key. What cannot be read or written is as if it were not there.

    Each thing is sealed with a secret of this user: a change that somebody proposes may bring files
    for this folder, and they would say that its records are sound, or be code. Another version of
    the program, or of what it is made with, starts afresh.
    """

    def __init__(self, folder: Path) -> None:
        self._above = folder
        self._folder = folder / made_by()
        self._secret = secret()

    def get(self, key: str) -> bytes | None:
        """What was kept under this key, whole."""
        file = self._folder / key
        with contextlib.suppress(OSError):
            seal, _, data = file.read_bytes().partition(b"\n")
            if hmac.compare_digest(seal, self._seal(key, data)):
                os.utime(file)
                return data
        return None

    def put(self, key: str, data: bytes) -> None:
        """Keep it: all of it, or nothing."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f".{key}.{os.getpid()}"
            unfinished.write_bytes(self._seal(key, data) + b"\n" + data)
            unfinished.replace(self._folder / key)

    def once(self, name: str, about: str, make: Callable[[], bytes]) -> bytes:
        """What was made under this name, made anew where it was of something else.

        `about` tells what it is made of. Only the last one made is kept.
        """
        key, line = (sha256(told.encode()).hexdigest() for told in (f"once {name}", about))
        seen, _, known = (self.get(key) or b"").partition(b"\n")
        if seen == line.encode():
            return known
        made = make()
        self.put(key, line.encode() + b"\n" + made)
        return made

    @contextlib.contextmanager
    def alone(self, waits: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Here is one process at a time; another waits until it has ended, with all its copies, and
        calls `waits` before. On a system without such locks nobody waits.
        """
        with contextlib.ExitStack() as held:
            with contextlib.suppress(ImportError, OSError):
                import fcntl

                self._above.mkdir(parents=True, exist_ok=True)
                lock = held.enter_context((self._above / "lock").open("w"))
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    waits()
                    fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _seal(self, key: str, data: bytes) -> bytes:
        return hmac.digest(self._secret, f"{key}\n".encode() + data, "sha256").hex().encode()

    def forget(self) -> None:
        """Throw away what was asked for longest ago, and what other versions left."""
        with contextlib.suppress(OSError):
            (self._above / ".gitignore").write_text("*\n", encoding="utf-8")
            for old in self._above.iterdir():
                if old.is_dir() and old != self._folder:
                    shutil.rmtree(old, ignore_errors=True)
            files = sorted(self._folder.iterdir(), key=lambda file: -file.stat().st_mtime_ns)
            for file in files[_KEPT:]:
                file.unlink(missing_ok=True)


@cache
def secret() -> bytes:
    """32 bytes that only this user knows, the same in each run if there is a place to keep them."""
    made = os.urandom(32)
    with contextlib.suppress(OSError, RuntimeError):
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        file = folder / "covenant-tracker" / "secret"
        if file.is_file() and len(known := file.read_bytes()) == len(made):
            return known
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f".secret.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(made)
        unfinished.replace(file)
    return made


def made_by() -> str:
    """A name for this state of the program: of its code as this process runs it, and of its
    templates as they are now, because a preview follows them while somebody edits."""
    return sha256(f"{_code()}\n{_told(_TEMPLATES)}".encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """All files but the templates, and what decides how they read."""
    using = (f"{name} {version(name)}" for name in _USED)
    return "\n".join((_told(_HERE, but=_TEMPLATES), *using, python))


def _told(folder: Path, *, but: Path | None = None) -> str:
    """The content of a folder, in short. Not the time of its files: some ways to install give every
    file the same."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    seen = (
        f"{path.relative_to(folder)} {sha256(path.read_bytes()).hexdigest()}"
        for path in files
        if but is None or not path.is_relative_to(but)
    )
    return sha256("\n".join(seen).encode()).hexdigest()
