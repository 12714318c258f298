"""Limit requests to one at a time for each host, with a pause after each."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PAUSE = "COVENANT_TRACKER_PAUSE"
"""Environment variable for LinkChecker's process: seconds between two requests to one host."""


class RateLimiter:
    """Locks for hosts, each with a pause after its release. Only tests replace the clock."""

    def __init__(
        self,
        pause: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._locks_lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    @contextmanager
    def acquire(self, host: str, *, timeout: float = -1) -> Iterator[None]:
        """Wait for a host, and keep others waiting for it until the end of the block.

        Raises TimeoutError if the host is not free after `timeout` seconds; -1 waits for ever.
        """
        with self._locks_lock:
            lock = self._locks[host]
        if not lock.acquire(timeout=timeout):
            raise TimeoutError(f"other requests to {host} are running")
        try:
            delay = self._free_at.get(host, 0) - self._clock()
            if delay > 0:
                self._sleep(delay)
            try:
                yield
            finally:
                self._free_at[host] = self._clock() + self._pause
        finally:
            lock.release()
