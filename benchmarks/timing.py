"""Measure the duration and peak memory of a command with all its child processes."""

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
"""Seconds after which a process is killed."""
_INTERVAL = 0.2
"""Seconds between two measurements of memory."""

Command = tuple[str | Path, ...]


class NotMeasuredError(Exception):
    """The reason, in a few words, why the figure is missing."""


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one run, such as seconds.

    `memory` is the peak of a process with its children in MB; shared pages count once.
    """

    value: float
    memory: float = 0


def make_scratch_folder(folder: Path | None = None) -> "tempfile.TemporaryDirectory[str]":
    """Create a temporary folder, by default on a memory file system if there is one."""
    shared_memory = Path("/dev/shm")
    parent = folder or (shared_memory if shared_memory.is_dir() else None)
    return tempfile.TemporaryDirectory(dir=parent and parent.resolve())


def run_timed(command: Command, folder: Path, *, limit: float = LIMIT) -> Run:
    """Run a command and measure it.

    Raises NotMeasuredError if the command is missing, fails or is too slow. It is then killed with
    all its children.
    """
    arguments = [str(word) for word in command]
    settings = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    log = folder.parent / "log"
    with log.open("wb") as out:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                arguments, cwd=folder, env=settings, stdout=out, stderr=out, start_new_session=True
            )
        except OSError:
            raise NotMeasuredError(f"not run: no {Path(arguments[0]).name}") from None
        with _MemoryMonitor(process.pid, limit) as watch:
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen doesn't wait for it
    if watch.timed_out:
        raise NotMeasuredError(f"over {limit:,.0f} s")
    if process.returncode:
        print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
        raise NotMeasuredError(f"failed: exit code {process.returncode}")
    # A process starts as a copy of this one, so its peak is only known if it is higher.
    most = used.ru_maxrss if used.ru_maxrss > getrusage(RUSAGE_SELF).ru_maxrss else 0
    return Run(seconds, max(watch.memory, most / 1024))


class _MemoryMonitor:
    """Monitors the memory of a process group, and kills it after the time limit."""

    def __init__(self, group: int, limit: float) -> None:
        self.memory = 0.0
        self.timed_out = False
        self._group, self._limit = group, limit
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def __enter__(self) -> "_MemoryMonitor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._kill()  # after an interruption, or if children are left

    def _poll(self) -> None:
        started = time.monotonic()
        end, interval = started + self._limit, _INTERVAL
        while not self._done.wait(max(0, min(interval, end - started))):
            started = time.monotonic()
            if started < end:
                self.memory = max(self.memory, _measure_memory(self._group))
                # Measuring takes time: at most a twentieth of the duration.
                interval = max(_INTERVAL, 20 * (time.monotonic() - started))
            else:
                self.timed_out = True
                self._kill()
                return

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._group, signal.SIGKILL)


def _measure_memory(group: int) -> float:
    """Return the MB of a process group, with shared pages counted once; 0 outside Linux."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            if os.getpgid(int(folder.name)) == group:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
