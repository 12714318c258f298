"""Ages and review states, computed from the date of the evidence and the interval."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLE
from tracker.analysis.freshness import (
    Freshness,
    compute_age,
    compute_review_status,
    get_review_status,
    iter_review_statuses,
)
from tracker.model import ImpreciseDate, Indicator
from tracker.records.loader import LoadResult, load, read_files

DAY = ImpreciseDate.parse("2020-01-31")
DATES = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2020-01-31", "current"),
        ("2020-02-28", "current"),
        ("2020-02-29", "due"),
        ("2020-03-01", "due"),
    ],
)
def test_interval_ends_with_the_month(today: str, state: Freshness) -> None:
    """A month after 31 January is the last day of February, also in a leap year."""
    found = compute_review_status(DAY, 1, today=date.fromisoformat(today))
    assert found
    assert found.state == state


def test_current_then_due_then_overdue() -> None:
    """Evidence is due after one interval, and overdue after one and a half."""
    states = [
        found.state
        for month in range(30)
        if (
            found := compute_review_status(
                ImpreciseDate.parse("2020"), 12, today=date(2021 + month // 12, month % 12 + 1, 1)
            )
        )
    ]
    assert states == ["current"] * 12 + ["due"] * 6 + ["overdue"] * 12


@given(DATES, st.integers(1, 120), st.integers(0, 9000))
def test_state_never_improves_with_time(day: date, months: int, later: int) -> None:
    """Evidence changes from current to due to overdue, never back."""
    order: list[Freshness] = ["current", "due", "overdue"]
    when = ImpreciseDate.parse(day.isoformat())
    before = compute_review_status(when, months, today=day)
    after = compute_review_status(when, months, today=day + timedelta(days=later))
    assert before
    assert after
    assert order.index(before.state) <= order.index(after.state)
    assert (after.state == "current") == (day + timedelta(days=later) < after.due_on)


@given(DATES, st.integers(0, 9000))
def test_age_and_interval_agree(day: date, later: int) -> None:
    """Evidence is due in the month in which its age reaches the interval."""
    when, today = ImpreciseDate.parse(day.isoformat()), day + timedelta(days=later)
    years, months = compute_age(when, today=today)
    age = 12 * years + months
    if age:
        found = compute_review_status(when, age, today=today)
        assert found
        assert found.state != "current"


def test_undated_evidence_is_never_due() -> None:
    """Evidence without a date or interval is never due."""
    assert compute_review_status(None, 12, today=date(2030, 1, 1)) is None
    assert compute_review_status(DAY, None, today=date(2030, 1, 1)) is None


def test_record_can_have_its_own_interval() -> None:
    """The interval of a record overrides that of its rights."""
    data = load(read_files(EXAMPLE)).dataset
    figure = data.find("count-1")
    assert isinstance(figure, Indicator)
    assert get_review_status(figure, data, today=date(2021, 1, 1)) is None, "it has no right"
    raw = figure.model_dump(mode="json", exclude_none=True)
    own = Indicator.model_validate(raw | {"review": {"months": 3, "why": "A pandemic."}})
    found = get_review_status(own, data, today=date(2020, 7, 1))
    assert found
    assert (found.due_on, found.state) == (date(2020, 7, 1), "due")


def test_every_aging_item_is_listed_once(real: LoadResult) -> None:
    """Each item is listed once, and none is overdue on the reference date."""
    found = list(iter_review_statuses(real.dataset, today=date(2026, 11, 24)))
    assert {kind for kind, _, _ in found} == {"ratings", "positions", "figures", "sources"}
    assert len({name for _, name, _ in found}) == len(found)
    early = iter_review_statuses(real.dataset, today=date(1990, 1, 1))
    assert {a.state for _, _, a in early if a} == {"current"}
