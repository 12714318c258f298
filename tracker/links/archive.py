"""Find or request copies in the Internet Archive.

No other archive is used: some alter their copies, and `guard.get_refusal` blocks them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from tracker.links.guard import BlockedAddressError, Guard, Session, get_refusal
from tracker.links.state import is_storable

AVAILABLE = "https://archive.org/wayback/available"
SAVE = "https://web.archive.org/save"
COPIES = "https://web.archive.org/web"

_MAX_POLLS = 10
_POLL_INTERVAL = 6.0  # seconds
_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """An archived copy of a page."""

    url: str
    day: str


@dataclass(frozen=True)
class Archive:
    """A client of the Internet Archive. Only tests replace its addresses and clock."""

    user_agent: str
    available: str = AVAILABLE
    save: str = SAVE
    sleep: Callable[[float], None] = time.sleep
    guard: Guard = field(default_factory=Guard)

    def find(self, url: str, *, near: date) -> ArchivedCopy | None:
        """Return the copy nearest to a date; None if there is none, or the request fails."""
        query = {"url": url, "timestamp": near.strftime("%Y%m%d")}
        closest = self._request("GET", self.available, params=query)
        for key in ("archived_snapshots", "closest"):
            closest = closest.get(key) if isinstance(closest, dict) else None
        if not isinstance(closest, dict) or f"{closest.get('status')}" != "200":
            return None
        return _parse_copy(closest.get("url"), closest.get("timestamp"))

    def capture(self, url: str, *, key: str, secret: str) -> ArchivedCopy | None:
        """Request a new copy and wait for it; None if the archive cannot make one."""
        if get_refusal(url):
            return None
        headers = {"Accept": "application/json", "Authorization": f"LOW {key}:{secret}"}
        form = {"url": url, "skip_first_archive": "1"}
        job = self._request("POST", self.save, data=form, headers=headers)
        job_id = job.get("job_id") if isinstance(job, dict) else None
        for _ in range(_MAX_POLLS if job_id else 0):
            self.sleep(_POLL_INTERVAL)
            job = self._request("GET", f"{self.save}/status/{job_id}", headers=headers)
            status = job.get("status") if isinstance(job, dict) else None
            if status == "success":
                timestamp = job.get("timestamp")
                copy_url = f"{COPIES}/{timestamp}/{job.get('original_url', url)}"
                return _parse_copy(copy_url, timestamp)
            if status != "pending":
                break
        return None

    def _request(self, method: str, url: str, **options: Any) -> Any:
        """Return the JSON of the response; None if the request fails."""
        options |= {"timeout": _TIMEOUT, "allow_redirects": False}
        with self.guard.install(), self.guard.limit_time(_TIMEOUT), Session() as session:
            session.headers["User-Agent"] = self.user_agent
            try:
                response = session.request(method, url, **options)
                return response.json() if response.status_code == 200 else None
            except (requests.RequestException, HTTPError, BlockedAddressError, ValueError):
                return None


def _parse_copy(url: Any, timestamp: Any) -> ArchivedCopy | None:
    """Return the copy described in a response, if its URL is valid."""
    if not isinstance(url, str) or not isinstance(timestamp, str):
        return None
    url = url.replace("http://web.archive.org/", "https://web.archive.org/", 1)
    if get_refusal(url) or not url.startswith(f"{COPIES}/") or not is_storable(url):
        return None
    try:
        return ArchivedCopy(url, datetime.strptime(timestamp[:8], "%Y%m%d").date().isoformat())
    except ValueError:
        return None
