"""One request at a time for each host, and a pause after it."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAUSE = "COVENANT_TRACKER_PAUSE"
"""Tells the process of LinkChecker how many seconds lie between two requests to one host."""


class RateLimiter:
    """Turns to ask a host, which come one after another."""

    def __init__(
        self,
        pause: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`clock` and `sleep` are given by tests only."""
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._all = threading.Lock()
        self._free_at: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str, *, seconds: float = -1) -> Iterator[None]:
        """Wait for this host to be free, and keep it busy until the end of the block.

        A TimeoutError if it is not free after so many seconds; without them, it waits.
        """
        with self._all:
            lock = self._locks[host]
        if not lock.acquire(timeout=seconds):
            raise TimeoutError(f"others are asking {host}")
        try:
            wait = self._free_at.get(host, 0) - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                self._free_at[host] = self._clock() + self._pause
        finally:
            lock.release()
