"""Check one URL with a simulated clock."""

from datetime import UTC, date, datetime
from typing import Any

from tracker.links.checker import CheckerSettings, check_links
from tracker.links.fetch import FetchLimits
from tracker.links.state import LinkObservation
from tracker.model.lockfiles import LinkState

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """A simulated clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def read(self) -> float:
        return sum(self.slept)


def settings(clock: Clock | None = None, **changed: Any) -> CheckerSettings:
    clock = clock or Clock()
    # Longer than any response takes, even on a busy machine; tests of timeouts use shorter ones.
    limits = FetchLimits(seconds=120, wait=60, size=2_000_000)
    defaults = {"user_agent": "tests", "pause": 0, "limits": limits, "random": lambda: 0.0}
    defaults |= {"sleep": clock.sleep, "clock": clock.read, "now": lambda: NOW}
    return CheckerSettings(**(defaults | changed))  # type: ignore[arg-type]


def check_url(
    url: str, *, known: LinkState | None = None, expects: tuple[str, ...] = (), **s: Any
) -> LinkObservation:
    states = {url: known} if known else {}
    outcome = check_links(
        [url], known=states, today=TODAY, settings=settings(**s), figures={url: expects}
    )
    (observation,) = outcome.observations
    return observation
