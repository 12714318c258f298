"""The reference date, and the last day on which something in a record can have happened."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.command import change, commit_all, git, run
from tracker.analysis.reference_date import Basis, find_latest_date, find_reference_date
from tracker.project import Project

COMMITTED = "2026-11-30T21:00:00+00:00"
LATER = datetime(2026, 12, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture
def repository(project: Path) -> Path:
    """The example project in a repository with one commit."""
    commit_all(project, at=COMMITTED)
    return project


def latest(project: Path, now: datetime = LATER) -> tuple[date, Basis]:
    return find_latest_date(project, Project.open(project).loaded.dataset, now=now)


def test_clean_tree_never_reads_the_clock(repository: Path) -> None:
    """A checkout of an old commit is checked the same today and in ten years."""
    assert latest(repository) == (date(2026, 11, 30), "commit")


@pytest.mark.parametrize("how", ["changed", "staged", "new", "deleted"])
def test_changed_records_may_be_dated_today(repository: Path, how: str) -> None:
    """Any change to records allows dates up to today; ages still refer to the commit."""
    if how == "new":
        (repository / "data/findings").mkdir()
        (repository / "data/findings/more.yml").write_text("[]\n", encoding="utf-8")
    elif how == "deleted":
        (repository / "data/exceptions.yml").unlink()
    else:
        change(repository, "findings.yml", "title: ", "title: New ")
    if how == "staged":
        git(repository, "add", ".")
    assert latest(repository) == (date(2026, 12, 5), "clock")
    assert find_reference_date(repository, Project.open(repository).loaded.dataset) == (
        date(2026, 11, 30),
        "commit",
    )


def test_other_changes_do_not_read_the_clock(repository: Path) -> None:
    """Changes to other files do not matter."""
    (repository / "notes.txt").write_text("Anything", encoding="utf-8")
    assert latest(repository) == (date(2026, 11, 30), "commit")


def test_clock_behind_the_commit(repository: Path) -> None:
    """The later of commit and clock counts."""
    change(repository, "findings.yml", "title: ", "title: New ")
    assert latest(repository, LATER - timedelta(days=400)) == (date(2026, 11, 30), "commit")


def test_editor_ahead_of_utc(repository: Path) -> None:
    """A date that is still in the future in UTC passes, before and after the commit."""
    early = datetime(2026, 12, 6, 1, tzinfo=timezone(timedelta(hours=4)))
    change(repository, "findings.yml", "title: ", "title: New ")
    assert latest(repository, early) == (date(2026, 12, 6), "clock")
    git(repository, "commit", "-qam", "Change", at=early.isoformat())
    assert latest(repository) == (date(2026, 12, 6), "commit")


def test_without_git_the_newest_date_counts(project: Path) -> None:
    """For ages, the newest date of a rating or correction is used."""

    def reference() -> tuple[date, Basis]:
        return find_reference_date(project, Project.open(project).loaded.dataset)

    assert reference() == (date(2024, 2, 1), "data")
    correction = "corrections:\n  - on: 2024-03-01\n    wrong: Wrong.\n    why: Misread.\n  kind:"
    change(project, "findings.yml", "kind:", correction)
    assert reference() == (date(2024, 3, 1), "data")


@pytest.mark.parametrize("is_repository", [False, True])
def test_before_the_first_commit_records_may_be_dated_today(
    project: Path, is_repository: bool
) -> None:
    """Without a commit, an event of this week is not in the future, and one of next year is."""
    if is_repository:
        git(project, "init", "-q")
    assert latest(project) == (date(2026, 12, 5), "clock")
    assert latest(project, LATER - timedelta(days=2000)) == (date(2024, 2, 1), "data")
    today = datetime.now().astimezone().date()
    change(project, "events.yml", "date: ", f"date: {today} # ")
    assert "[future-date]" not in run("check", project).stdout
    change(project, "events.yml", f"date: {today}", "date: 2999-01-01")
    assert "[future-date]" in run("check", project).stdout


def test_rule_of_future_dates(repository: Path) -> None:
    """A committed date after its commit is refused unless `--today` allows it."""
    today = datetime.now().astimezone().date()
    change(repository, "events.yml", "date: ", f"date: {today} # ")
    assert "[future-date]" not in run("check", repository).stdout
    git(repository, "commit", "-qam", "Change", at="2020-01-01T00:00:00+00:00")
    assert "[future-date]" in run("check", repository).stdout
    assert "[future-date]" not in run("check", repository, "--today", "2999-01-01").stdout
    change(repository, "events.yml", f"date: {today}", "date: 2999-01-01")
    assert "[future-date]" in run("check", repository).stdout
