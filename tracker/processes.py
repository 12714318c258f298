"""Much work done soon: by several processes where the system can, with no look for garbage."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_given: tuple[Callable[[Any], object], Sequence[Any]]
"""The work and its things, in each copy of this process."""


@contextmanager
def no_garbage() -> Iterator[None]:
    """Nothing that is made here is thrown away before the end, and it has no cycles: to look for
    garbage among it, again and again, takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def workers() -> int:
    """How many processes are of use: as many as there are cores, where this one can be copied.

    Windows cannot, macOS cannot safely, and nobody can safely while threads run.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def each(
    work: Callable[[T], R], things: Sequence[T], *, few: int = 200, chunk: int = 32
) -> Iterator[R]:
    """What the work makes of each thing, in their order. What it raises is raised here, and
    BrokenProcessPool where the system ends a process, as it does for want of memory.

    The processes are copies of this one, so that the work and the things may be whatever is at
    hand; only what it returns is sent. `few` things are done sooner than a process starts; a
    process is given a `chunk` at a time.
    """
    number = workers()
    if len(things) < few or number < 2:
        yield from map(work, things)
        return
    import multiprocessing  # takes as long to import as a small project to check
    from concurrent.futures import ProcessPoolExecutor  # a Pool would wait for what was ended

    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(number, fork, _begin, (work, things)) as copies:
        yield from copies.map(_do, range(len(things)), chunksize=chunk)


def _begin(work: Callable[[Any], object], things: Sequence[Any]) -> None:
    """A copy ends with the process that it is of, which may be killed: it would wait for work.

    It looks for garbage of its own alone, and not far back, at what one page leaves behind: else
    half of what a copy holds at the end of a large build is garbage.
    """
    global _given
    _given = work, things
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(100_000, 1_000)
    gc.enable()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os._exit(1)


def _do(number: int) -> Any:
    work, things = _given
    return work(things[number])
