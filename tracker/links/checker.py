"""A whole run: every URL once, politely, within a budget of time."""

import random
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlsplit, urlunsplit

from tracker.links import linkchecker
from tracker.links.classify import classify
from tracker.links.fetch import FetchedAnswer, Fetcher, FetchLimits, parse_retry_after
from tracker.links.guard import Guard, get_refusal
from tracker.links.rate_limit import RateLimiter
from tracker.links.state import LinkObservation, update_state
from tracker.model.lockfiles import LinkState

# LinkChecker's word suffices for these: neither the body nor a second try would tell more.
_PLAIN = frozenset({401, *range(400, 500)} - {403, 408, 425, 429, 451})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # these, a second try may mend
_MENDABLE = ("timeout", "dns", "connection")
_WORKERS = 8
_SHARE = 0.4  # of the budget, which LinkChecker may take at most


@dataclass(frozen=True)
class CheckerSettings:
    """How a run behaves. What follows `verify` is replaced by tests only."""

    agent: str
    """Who asks, with an address to complain to."""
    budget: float = 1800
    """Seconds for the whole run."""
    pause: float = 1.0
    """Seconds between two requests to one host."""
    tries: int = 3
    backoff: float = 3.0
    """Seconds before the second try; twice as many before the third."""
    bounds: FetchLimits = field(default_factory=FetchLimits)
    verify: bool | str = True
    guard: Guard = field(default_factory=Guard)
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class CheckerOutcome:
    """What a run found."""

    rows: tuple[LinkState, ...]
    seen: tuple[LinkObservation, ...]
    unreached: tuple[str, ...]
    """Those for which the time did not suffice; nothing about them changes."""


Progress = Callable[[int, int, str], None]
"""Told after each URL: how many are done, of how many, and which one."""


def check(
    urls: Sequence[str],
    *,
    memory: Mapping[str, LinkState],
    today: date,
    settings: CheckerSettings,
    expects: Mapping[str, tuple[str, ...]] | None = None,
    overrules: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total, url: None,
) -> CheckerOutcome:
    """Look at each URL once, and add it to what is known. Writes nothing."""
    run = _Run(settings, memory, expects or {})
    todo = sorted(set(urls))
    with settings.guard.installed():
        seen = run.all(todo, progress)
    rows = tuple(
        update_state(memory.get(s.url), s, today=today, overrule=(overrules or {}).get(s.url, ""))
        for s in seen
    )
    reached = {s.url for s in seen}
    return CheckerOutcome(rows, seen, tuple(url for url in todo if url not in reached))


class _Run:
    def __init__(
        self,
        settings: CheckerSettings,
        memory: Mapping[str, LinkState],
        expects: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.settings = settings
        self.memory = memory
        self.expects = expects
        self.end = settings.clock() + settings.budget
        pace = RateLimiter(settings.pause, clock=settings.clock, sleep=settings.sleep)
        self.fetcher = Fetcher(
            settings.guard, pace, settings.agent, settings.bounds, settings.verify
        )
        self.rows: Mapping[str, linkchecker.LinkCheckerResult] = {}

    def left(self) -> float:
        """The seconds that are left of the budget."""
        return self.end - self.settings.clock()

    def all(self, urls: Sequence[str], progress: Progress) -> tuple[LinkObservation, ...]:
        """Each URL that was reached: LinkChecker first, then our look at what it leaves open."""
        hosts: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            hosts["" if get_refusal(url) else urlsplit(url).netloc.lower()].append(url)
        asked = [url for host, group in hosts.items() if host for url in group]
        if asked:
            self.rows = linkchecker.ask(
                asked,
                agent=self.settings.agent,
                pause=self.settings.pause,
                timeout=self.settings.bounds.wait,
                seconds=self.settings.budget * _SHARE,
                redirects=self.settings.bounds.redirects,
            )
        done: list[LinkObservation] = []
        lock = threading.Lock()

        def take(group: Sequence[str]) -> None:
            for url in group:
                seen = self.one(url)
                with lock:
                    done.extend([seen] if seen else [])
                    progress(len(done), len(urls), url)

        with ThreadPoolExecutor(_WORKERS) as pool:
            list(pool.map(take, hosts.values()))
        return tuple(sorted(done, key=lambda seen: seen.url))

    def one(self, url: str) -> LinkObservation | None:
        """What is seen of one URL; None if there is no time left to look."""
        why = get_refusal(url)
        if why:
            return LinkObservation(url, "refused", detail=why)
        row = self.rows.get(url)
        before = self.memory.get(url)
        if row and row.status in _PLAIN:
            final = row.final if row.final != url else ""
            return classify(FetchedAnswer(url, final or url, row.status), before=before)
        answer = self._tried(url)
        if answer is None:
            return None
        return classify(
            answer,
            before=before,
            expects=self.expects.get(url, ()),
            sibling=lambda: self.fetcher.get(make_sibling(answer.final), seconds=self.left()),
        )

    def _tried(self, url: str) -> FetchedAnswer | None:
        """The first answer that a second try would not mend, or the last one; None without time."""
        answer = None
        for number in range(self.settings.tries):
            if self.left() <= 0:
                break
            got = self.fetcher.get(url, seconds=self.left())
            if got.cause == "timeout" and self.left() <= 0:
                break  # it was we who had no more time
            answer = got
            if answer.status not in _PASSING and answer.cause not in _MENDABLE:
                break
            wait = self._wait(answer, number)
            if number + 1 == self.settings.tries or wait > self.left():
                break
            self.settings.sleep(wait)
        return answer

    def _wait(self, answer: FetchedAnswer, number: int) -> float:
        """What the server asks for; else twice as long each time, and up to half as much again."""
        asked = parse_retry_after(answer.headers, now=self.settings.now())
        if asked is not None:
            return asked
        return self.settings.backoff * (1 << number) * (1 + self.settings.chance() / 2)


def make_sibling(url: str) -> str:
    """An address beside this one that nobody can have made."""
    parts = urlsplit(url)
    folder = parts.path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{secrets.token_hex(8)}", "", ""))
