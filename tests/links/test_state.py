"""The state of a link from run to run."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.links.state import LinkObservation, update_state
from tracker.model.lockfiles import LinkState

URL = "https://example.org/report"
START = date(2026, 11, 1)


def after(*runs: tuple[int, str], override: str = "") -> LinkState:
    """Return the state after some runs: days since the start, and the state that each saw."""
    known = None
    for day, state in runs:
        text = "f" * 16 if state == "alive" else ""
        today = START + timedelta(days=day)
        known = update_state(
            known, LinkObservation(URL, state, text=text), today=today, override=override
        )
    assert known
    return known


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ((0,), "failing:404"),
        ((0, 3), "failing:404"),
        ((0, 1, 2, 3), "failing:404"),
        ((0, 2, 5), "failing:404"),
        ((0, 3, 6), "dead"),
        ((0, 1, 3, 5, 6), "dead"),
        ((0, 7, 14, 21), "dead"),
    ],
)
def test_dead_takes_three_days(days: tuple[int, ...], state: str) -> None:
    """Dead after failures on three days, each at least three days after the one before."""
    assert after(*((day, "failing:404") for day in days)).state == state


@pytest.mark.parametrize(
    "state", ["blocked", "login", "rate-limited", "too-large", "insecure", "unclear"]
)
def test_other_states_never_become_dead(state: str) -> None:
    """A block, a login or a rate limit is not a failure, however often it occurs."""
    assert after(*((day, state) for day in range(0, 40, 4))).state == state


@pytest.mark.parametrize("between", ["alive", "moved", "blocked", "login"])
def test_recovery_resets_the_count(between: str) -> None:
    """Anything but a failure resets the count."""
    known = after((0, "failing:404"), (3, "failing:404"), (6, between), (9, "failing:404"))
    assert (known.state, known.failures) == ("failing:404", "2026-11-10")


def test_dead_link_recovers() -> None:
    """A dead link that answers is alive, and its failures are cleared."""
    known = after(*((day, "failing:404") for day in (0, 3, 6)), (9, "alive"))
    assert (known.state, known.failures, known.last_alive) == ("alive", "", "2026-11-10")


def test_causes_of_failure_count_together() -> None:
    """A missing page, a timeout and a missing host count as one series of failures."""
    assert after((0, "failing:404"), (4, "failing:timeout"), (8, "failing:dns")).state == "dead"


def test_failure_keeps_facts() -> None:
    """A failure keeps the known text and the date of the first check."""
    known = after((0, "alive"), (5, "failing:dns"))
    assert (known.first_seen, known.last_alive, known.text) == ("2026-11-01",) * 2 + ("f" * 16,)


def test_since_is_the_date_of_change() -> None:
    """The date of a state stays until the state changes."""
    assert after((0, "alive"), (7, "alive"), (14, "moved"), (21, "moved")).since == "2026-11-15"


def test_override() -> None:
    """The state that an editor set wins; the observation is stored as well."""
    known = after((0, "blocked"), (7, "failing:404"), override="alive")
    assert (known.state, known.last_alive, known.failures) == ("alive", "", "2026-11-08")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 6),
            st.sampled_from(["failing:404", "failing:tls", "failing:dns", "alive", "blocked"]),
        )
    )
)
def test_no_link_is_dead_early(steps: list[tuple[int, str]]) -> None:
    """In any history, a dead link has three failures, each three days apart."""
    day, known = START, None
    for gap, state in steps:
        day += timedelta(days=gap)
        known = update_state(known, LinkObservation(URL, state), today=day)
        days = [date.fromisoformat(d) for d in known.failures.split(",") if d]
        assert all((b - a).days >= 3 for a, b in pairwise(days))
        assert (known.state == "dead") <= (len(days) == 3)
