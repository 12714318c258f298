"""A command as a whole process, timed from outside: how long it took, and how much memory."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

LIMIT = 900.0
"""Seconds after which a process is ended."""
_STEP = 0.2
"""Seconds between two looks at its memory."""

Command = tuple[str | Path, ...]


class Unfinished(Exception):
    """Says in a few words why there is no figure."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to, such as seconds of the wall clock; of a process also its memory: MB of
    all its children with it, at the most, what they share counted once."""

    value: float
    memory: float = 0


def scratch(folder: Path | None = None) -> "tempfile.TemporaryDirectory[str]":
    """A folder for a while, in the one named, else on a memory file system where there is one."""
    memory = Path("/dev/shm")
    place = folder or (memory if memory.is_dir() else None)
    return tempfile.TemporaryDirectory(dir=place and place.resolve())


def timed(command: Command, folder: Path, *, limit: float = LIMIT) -> Run:
    """Run a command to its end. Unfinished if it is not there, fails, or takes too long; then it is
    ended with all its children."""
    words = [str(word) for word in command]
    settings = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    log = folder.parent / "log"
    with log.open("wb") as out:
        begun = time.perf_counter()
        try:
            process = subprocess.Popen(
                words, cwd=folder, env=settings, stdout=out, stderr=out, start_new_session=True
            )
        except OSError:
            raise Unfinished(f"not run: no {Path(words[0]).name}") from None
        with _Watch(process.pid, limit) as watch:
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)  # nobody else waits for it
    if watch.over:
        raise Unfinished(f"over {limit:,.0f} s")
    if process.returncode:
        print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
        raise Unfinished(f"failed: exit code {process.returncode}")
    # A process begins as a copy of this one: what it takes at the most is known above that only.
    most = used.ru_maxrss if used.ru_maxrss > getrusage(RUSAGE_SELF).ru_maxrss else 0
    return Run(seconds, max(watch.memory, most / 1024))


class _Watch:
    """Notes the memory of a process and of its children, and ends them all after the limit."""

    def __init__(self, group: int, limit: float) -> None:
        self.memory = 0.0
        self.over = False
        self._group, self._limit = group, limit
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._end()  # also where somebody gives up, or a child was left behind

    def _look(self) -> None:
        begun = time.monotonic()
        end, step = begun + self._limit, _STEP
        while not self._done.wait(max(0, min(step, end - begun))):
            begun = time.monotonic()
            if begun < end:
                self.memory = max(self.memory, _memory(self._group))
                # To look at much memory takes time: not more than a twentieth of what is timed.
                step = max(_STEP, 20 * (time.monotonic() - begun))
            else:
                self.over = True
                self._end()
                return

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._group, signal.SIGKILL)


def _memory(group: int) -> float:
    """MB of all processes of a group, what they share counted once; 0 where Linux does not tell."""
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            if os.getpgid(int(folder.name)) == group:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return found / 1024
