"""Which day it is, for ages and for dates that must not lie ahead. Never the clock's."""

import os
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from tracker.model import Dataset, Recommendation

Basis = Literal["given", "epoch", "commit", "data"]


def day_of(root: Path, data: Dataset, *, given: date | None = None) -> tuple[date, Basis]:
    """The day, and what it rests on: given, SOURCE_DATE_EPOCH, the last commit, or the data."""
    return day_told(root, given=given) or (_newest(data), "data")


def day_told(root: Path, *, given: date | None = None) -> tuple[date, Basis] | None:
    """The same, if anything tells it but the data."""
    if given:
        return given, "given"
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and len(epoch) < 12:  # beyond that lies the end of the calendar
        return datetime.fromtimestamp(int(epoch), UTC).date(), "epoch"
    committed = _last_commit(root)
    return (committed, "commit") if committed else None


def _last_commit(root: Path) -> date | None:
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return datetime.fromtimestamp(int(done.stdout), UTC).date()
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def _newest(data: Dataset) -> date:
    assessed = (a.date.first for r in data.of(Recommendation) for a in r.assessments)
    made = (r.made_on.first for r in data.of(Recommendation) if r.made_on)
    return max([*assessed, *made], default=date(1970, 1, 1))
