"""Copies in the Internet Archive: the nearest there is, or a new one.

Only this archive is asked. Others alter what they keep, and `guard.refusal` turns them away.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from tracker.links.guard import BlockedAddressError, Guard, Session, get_refusal

AVAILABLE = "https://archive.org/wayback/available"
SAVE = "https://web.archive.org/save"
COPIES = "https://web.archive.org/web"

_POLLS = 10
_PAUSE = 6.0
_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """An archived copy of a page."""

    url: str
    day: str


@dataclass(frozen=True)
class Archive:
    """The services that are asked; other addresses and clocks are for tests."""

    agent: str
    available: str = AVAILABLE
    save: str = SAVE
    sleep: Callable[[float], None] = time.sleep
    guard: Guard = field(default_factory=Guard)

    def find(self, url: str, *, near: date) -> ArchivedCopy | None:
        """The copy nearest to a day; None if there is none or the archive does not answer."""
        asked = {"url": url, "timestamp": near.strftime("%Y%m%d")}
        closest = self._json("GET", self.available, params=asked)
        for step in ("archived_snapshots", "closest"):
            closest = closest.get(step) if isinstance(closest, dict) else None
        if not isinstance(closest, dict) or f"{closest.get('status')}" != "200":
            return None
        return _copy(closest.get("url"), closest.get("timestamp"))

    def capture(self, url: str, *, key: str, secret: str) -> ArchivedCopy | None:
        """A new copy, made now; None if the archive could not make one."""
        if get_refusal(url):
            return None
        headers = {"Accept": "application/json", "Authorization": f"LOW {key}:{secret}"}
        asked = {"url": url, "skip_first_archive": "1"}
        job = self._json("POST", self.save, data=asked, headers=headers)
        number = job.get("job_id") if isinstance(job, dict) else None
        for _ in range(_POLLS if number else 0):
            self.sleep(_PAUSE)
            told = self._json("GET", f"{self.save}/status/{number}", headers=headers)
            status = told.get("status") if isinstance(told, dict) else None
            if status == "success":
                stamp = told.get("timestamp")
                return _copy(f"{COPIES}/{stamp}/{told.get('original_url', url)}", stamp)
            if status != "pending":
                break
        return None

    def _json(self, method: str, url: str, **asked: Any) -> Any:
        with self.guard.installed(), self.guard.within(_TIMEOUT), Session() as session:
            session.headers["User-Agent"] = self.agent
            try:
                got = session.request(method, url, timeout=_TIMEOUT, allow_redirects=False, **asked)
                return got.json() if got.status_code == 200 else None
            except (requests.RequestException, HTTPError, BlockedAddressError, ValueError):
                return None


def _copy(url: Any, stamp: Any) -> ArchivedCopy | None:
    """A copy as recorded, or None if the archive's answer is not one."""
    if not isinstance(url, str) or not isinstance(stamp, str):
        return None
    url = url.replace("http://web.archive.org/", "https://web.archive.org/", 1)
    if get_refusal(url) or not url.startswith(f"{COPIES}/"):
        return None
    try:
        return ArchivedCopy(url, datetime.strptime(stamp[:8], "%Y%m%d").date().isoformat())
    except ValueError:
        return None
