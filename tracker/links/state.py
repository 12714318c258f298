"""What a run saw, and how it is added to what is known from the runs before."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.model.lockfiles import LinkState, clean_text, is_url

FAILING = "failing:"
"""Before the cause of a failure: `failing:404`, `failing:timeout` …"""
ANSWERED = ("alive", "moved", "moved-temporarily")
"""States in which the page was there."""

_APART = timedelta(days=3)
_DEADLY = 3
_MAX_URL = 4_000
"""Characters of an address that a server redirects to, or that an archive names."""


@dataclass(frozen=True, slots=True)
class LinkObservation:
    """What one run saw of one URL. An empty field means that it saw nothing of the kind."""

    url: str
    state: str
    final: str = ""
    title: str = ""
    text: str = ""
    """Hash of the page's text, if that holds what is cited."""
    detail: str = ""
    """The cause in the words of the program, for whoever looks into it. Not remembered."""
    archived: str = ""
    archived_on: str = ""


def update_state(
    before: LinkState | None, seen: LinkObservation, *, today: date, overrule: str = ""
) -> LinkState:
    """What is known after this run. Dead is what failed on three days, each three days apart.

    Anything but a failure of the same kind begins the count anew. `overrule` is a state that a
    person has set; what was seen is remembered all the same. A wall or a login is no failure, and
    begins the count anew like an answer.
    """
    day = today.isoformat()
    failures = _count_failures(before, seen, today)
    dead = seen.state.startswith(FAILING) and len(failures) >= _DEADLY
    state = overrule or ("dead" if dead else seen.state)
    there = seen.state in ANSWERED
    final, title = _address(seen.final), clean_text(seen.title)
    archived = _address(seen.archived)
    return LinkState(
        url=seen.url,
        state=state,
        since=before.since if before and before.state == state else day,
        first_seen=before.first_seen if before else day,
        last_alive=day if there else before.last_alive if before else "",
        failures=",".join(failures),
        final=final or (before.final if before and not there else ""),
        archived=archived or (before.archived if before else ""),
        archived_on=(seen.archived_on if archived else "")
        or (before.archived_on if before else ""),
        text=(seen.text if there else "") or (before.text if before else ""),
        title=(title if there else "") or (before.title if before else ""),
    )


def _address(text: str) -> str:
    """An address that a stranger's server gave, if a record could cite it; empty otherwise."""
    return text if len(text) <= _MAX_URL and is_url(text) else ""


def _count_failures(before: LinkState | None, seen: LinkObservation, today: date) -> list[str]:
    """The days that count: no two of them nearer than three days, and never more than three."""
    if not seen.state.startswith(FAILING):
        return []
    days = before.failures.split(",") if before and before.failures else []
    if not days or (len(days) < _DEADLY and today - date.fromisoformat(days[-1]) >= _APART):
        days.append(today.isoformat())
    return days
