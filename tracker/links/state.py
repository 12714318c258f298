"""Update the known state of a link with the observation of a run."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.model.lockfiles import LinkState, clean_text, is_url

FAILING = "failing:"
"""Prefix of the cause of a failure: `failing:404`, `failing:timeout` …"""
ANSWERED = ("alive", "moved", "moved-temporarily")
"""States in which the page exists."""

_MIN_INTERVAL = timedelta(days=3)  # between two failures that count
_MAX_FAILURES = 3  # then the link is dead
_MAX_URL = 4_000  # characters


@dataclass(frozen=True, slots=True)
class LinkObservation:
    """The result of one run for one URL. An empty field means that nothing is known."""

    url: str
    state: str
    final_url: str = ""
    title: str = ""
    text: str = ""
    """Hash of the page's text, if it contains what is cited."""
    detail: str = ""
    """The error message of the library. Not stored."""


def update_state(
    known: LinkState | None, seen: LinkObservation, *, today: date, override: str = ""
) -> LinkState:
    """Return the state of a link after a run.

    A link is dead if it failed on three days, each at least three days after the previous one. Any
    other result resets the count, even a bot wall or a login. `override` is a state set by an
    editor; the observation is stored nevertheless.
    """
    day = today.isoformat()
    failures = _update_failures(known, seen, today)
    is_dead = seen.state.startswith(FAILING) and len(failures) >= _MAX_FAILURES
    state = override or ("dead" if is_dead else seen.state)
    has_page = seen.state in ANSWERED
    final_url = seen.final_url if is_storable(seen.final_url) else ""
    return LinkState(
        url=seen.url,
        state=state,
        since=known.since if known and known.state == state else day,
        first_seen=known.first_seen if known else day,
        last_alive=day if has_page else known.last_alive if known else "",
        failures=",".join(failures),
        final=final_url or (known.final if known and not has_page else ""),
        archived=known.archived if known else "",
        archived_on=known.archived_on if known else "",
        text=(seen.text if has_page else "") or (known.text if known else ""),
        title=(clean_text(seen.title) if has_page else "") or (known.title if known else ""),
    )


def is_storable(url: str) -> bool:
    """Return whether a lock file may contain a URL that a server sent."""
    return len(url) <= _MAX_URL and is_url(url)


def _update_failures(known: LinkState | None, seen: LinkObservation, today: date) -> list[str]:
    """Return the days of failures that count, at most three."""
    if not seen.state.startswith(FAILING):
        return []
    days = known.failures.split(",") if known and known.failures else []
    last = date.fromisoformat(days[-1]) if days else date.min
    if len(days) < _MAX_FAILURES and today - last >= _MIN_INTERVAL:
        days.append(today.isoformat())
    return days
