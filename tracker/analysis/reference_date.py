"""Determine the reference date for ages, and the latest date that records may contain."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from tracker.model import Dataset, Recommendation

Basis = Literal["given", "epoch", "commit", "clock", "data"]


def find_reference_date(
    root: Path, data: Dataset, *, given: date | None = None
) -> tuple[date, Basis]:
    """Return the reference date and its basis, the same for the same commit.

    It is the given date, the date of SOURCE_DATE_EPOCH or of the last commit, or the newest date in
    the data. It never comes from the clock.
    """
    return find_given_date(root, given=given) or (_find_newest_date(data), "data")


def find_given_date(root: Path, *, given: date | None = None) -> tuple[date, Basis] | None:
    """Return the reference date if it does not depend on the data."""
    if given:
        return given, "given"
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and len(epoch) < 12:  # larger values exceed the range of `datetime`
        return datetime.fromtimestamp(int(epoch), UTC).date(), "epoch"
    if stamp := _git(root, "log", "-1", "--format=%ct"):
        return datetime.fromtimestamp(int(stamp), UTC).date(), "commit"
    return None


def find_latest_date(
    root: Path, data: Dataset, *, given: date | None = None, now: datetime | None = None
) -> tuple[date, Basis]:
    """Return the last day on which an event in a record can have happened, and its basis.

    It is the reference date or, if the records have uncommitted changes, the later of that
    and today, so that an editor can date a record today. `now` replaces the clock.
    """
    day, basis = find_reference_date(root, data, given=given)
    if basis not in ("commit", "data"):
        return day, basis
    if basis == "commit":
        # In its own time zone, the date of the commit may be a day ahead of UTC.
        day = max(day, date.fromisoformat(_git(root, "log", "-1", "--format=%cs")))
        if not _git(root, "--no-optional-locks", "status", "--porcelain", "--", "data"):
            return day, basis
    now = now or datetime.now().astimezone()
    clock = max(now.date(), now.astimezone(UTC).date())
    return (clock, "clock") if clock > day else (day, basis)


def _git(root: Path, *arguments: str) -> str:
    """Return the output of git, or "" if git is missing or fails."""
    try:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _find_newest_date(data: Dataset) -> date:
    """Return the newest date of a recommendation, rating or correction."""
    return max(_iter_written_dates(data), default=date(1970, 1, 1))


def _iter_written_dates(data: Dataset) -> Iterator[date]:
    for _, record in data.records():
        yield from (correction.on.first for correction in record.corrections)
        if isinstance(record, Recommendation):
            yield from (assessment.date.first for assessment in record.assessments)
            if record.made_on:
                yield record.made_on.first
