"""Check a list of URLs, each once, with limits on the request rate and on the total time."""

import random
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit, urlunsplit

from tracker.links import linkchecker
from tracker.links.classify import Contains, classify
from tracker.links.fetch import (
    Fetcher,
    FetchLimits,
    FetchResult,
    RateLimiter,
    parse_retry_after,
)
from tracker.links.guard import Guard, get_refusal
from tracker.links.page import has_figure
from tracker.links.state import FAILING, LinkObservation, update_state
from tracker.model.lockfiles import LinkState

_RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_RETRIED_CAUSES = ("timeout", "dns", "connection")
_NETWORK = frozenset(FAILING + cause for cause in ("timeout", "dns", "connection", "tls"))
"""Failures without a response, which a second request can disprove."""
_WORKERS = 8


@dataclass(frozen=True)
class CheckerSettings:
    """Settings of a run. Only tests replace `verify` and those after it."""

    user_agent: str
    """The name of the project and a contact address."""
    budget: float = 1800
    """Seconds for the whole run."""
    pause: float = 1.0
    """Seconds between two requests to one host."""
    tries: int = 3
    backoff: float = 3.0
    """Seconds before the second try; twice as many before the third."""
    limits: FetchLimits = field(default_factory=FetchLimits)
    verify: bool | str = True
    guard: Guard = field(default_factory=Guard)
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class CheckerOutcome:
    """The result of a run."""

    states: tuple[LinkState, ...]
    observations: tuple[LinkObservation, ...]
    unreached: tuple[str, ...]
    """URLs that were not checked for lack of time; their states stay the same."""


Progress = Callable[[int, int, str], None]
"""Called after each URL with the number of URLs done, their total, and the URL."""


def check_links(
    urls: Sequence[str],
    *,
    known: Mapping[str, LinkState],
    today: date,
    settings: CheckerSettings,
    figures: Mapping[str, tuple[str, ...]] | None = None,
    contains: Contains = has_figure,
    overrides: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total, url: None,
) -> CheckerOutcome:
    """Check each URL once, and update its known state. Writes nothing.

    `figures` are the statements cited from each URL. `contains` tests whether they occur in a text.
    `overrides` are the states that editors have set.
    """
    all_urls = sorted(set(urls))
    with settings.guard.install():
        observations = _Run(settings, known, figures or {}, contains).check_all(all_urls, progress)
    states = tuple(
        update_state(known.get(o.url), o, today=today, override=(overrides or {}).get(o.url, ""))
        for o in observations
    )
    reached = {observation.url for observation in observations}
    return CheckerOutcome(
        states, observations, tuple(url for url in all_urls if url not in reached)
    )


@dataclass
class _Run:
    """A run with its deadline and rate limiter."""

    settings: CheckerSettings
    known: Mapping[str, LinkState]
    figures: Mapping[str, tuple[str, ...]]
    contains: Contains

    def __post_init__(self) -> None:
        run = self.settings
        limiter = RateLimiter(run.pause, clock=run.clock, sleep=run.sleep)
        self.end = run.clock() + run.budget
        self.fetcher = Fetcher(run.guard, limiter, run.user_agent, run.limits, run.verify)

    def check_all(self, urls: Sequence[str], progress: Progress) -> tuple[LinkObservation, ...]:
        """Return the observation of each URL that was checked in time, sorted by URL."""
        hosts: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            hosts["" if get_refusal(url) else urlsplit(url).netloc.lower()].append(url)
        done: list[LinkObservation] = []
        lock = threading.Lock()

        def check_host(group: Sequence[str]) -> None:
            for url in group:
                observation = self._check(url)
                with lock:
                    done.extend([observation] if observation else [])
                    progress(len(done), len(urls), url)

        with ThreadPoolExecutor(_WORKERS) as pool:
            list(pool.map(check_host, hosts.values()))
        return tuple(sorted(self._confirm(done), key=lambda observation: observation.url))

    def _confirm(self, observations: Sequence[LinkObservation]) -> list[LinkObservation]:
        """Return the observations, with network failures removed if LinkChecker reaches the URL."""
        failed = sorted(o.url for o in observations if o.state in _NETWORK)
        seconds = self._get_time_left()
        if not failed or seconds <= 0:
            return list(observations)
        rows = linkchecker.run_linkchecker(
            failed,
            user_agent=self.settings.user_agent,
            pause=self.settings.pause,
            timeout=self.settings.limits.wait,
            seconds=seconds,
            redirects=self.settings.limits.redirects,
        )
        # It changes some URLs, such as those with %2F, so its errors and redirects mean nothing.
        opened = {
            url
            for url, row in rows.items()
            if 200 <= row.status < 300 and row.final_url == url.partition("#")[0]
        }
        return [
            replace(o, state="alive") if o.state in _NETWORK and o.url in opened else o
            for o in observations
        ]

    def _check(self, url: str) -> LinkObservation | None:
        """Return the observation of one URL; None if there is no time left."""
        if refusal := get_refusal(url):
            return LinkObservation(url, "refused", detail=refusal)
        known = self.known.get(url)
        result = self._fetch(url)
        if result is None:
            return None

        def fetch_sibling() -> FetchResult:
            sibling = make_nonexistent_url(result.final_url)
            return self.fetcher.get(sibling, seconds=self._get_time_left())

        figures = self.figures.get(url, ())
        return classify(
            result,
            known=known,
            figures=figures,
            contains=self.contains,
            fetch_sibling=fetch_sibling,
        )

    def _fetch(self, url: str) -> FetchResult | None:
        """Return the first result that a retry would not change, or the last one.

        None if there is no time left.
        """
        result = None
        for number in range(self.settings.tries):
            if self._get_time_left() <= 0:
                break
            latest = self.fetcher.get(url, seconds=self._get_time_left())
            if latest.cause == "timeout" and self._get_time_left() <= 0:
                break  # the run is out of time, which says nothing about the server
            result = latest
            if result.status not in _RETRIED_STATUSES and result.cause not in _RETRIED_CAUSES:
                break
            delay = self._get_delay(result, number)
            if number + 1 == self.settings.tries or delay > self._get_time_left():
                break
            self.settings.sleep(delay)
        return result

    def _get_delay(self, result: FetchResult, number: int) -> float:
        """Return the delay that the server requests, or else exponential backoff with jitter."""
        delay = parse_retry_after(result.headers, now=self.settings.now())
        if delay is not None:
            return delay
        return self.settings.backoff * (1 << number) * (1 + self.settings.random() / 2)

    def _get_time_left(self) -> float:
        return self.end - self.settings.clock()


def make_nonexistent_url(url: str) -> str:
    """Return a random URL in the same folder, which cannot exist.

    It is used to detect servers that answer missing pages with 200.
    """
    parts = urlsplit(url)
    folder = parts.path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{secrets.token_hex(8)}", "", ""))
