"""Find or request copies in the Internet Archive.

No other archive is used: some alter their copies, and `guard.get_refusal` blocks them.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from tracker.links.fetch import parse_retry_after
from tracker.links.guard import BlockedAddressError, Guard, Session, get_refusal
from tracker.links.state import is_storable

AVAILABLE = "https://archive.org/wayback/available"
INDEX = "https://web.archive.org/cdx/search/cdx"
SAVE = "https://web.archive.org/save"
COPIES = "https://web.archive.org/web"

_MAX_POLLS = 10
_POLL_INTERVAL = 6.0  # seconds
_TIMEOUT = 30
_TRIES = 2  # per request
_DELAY = 5.0  # seconds before the second try, if the archive requests no other delay
_MAX_DELAY = 60.0  # seconds; if it requests more, the next run tries again
_RETRIED_STATUSES = frozenset({0, 429, 500, 502, 503, 504})  # 0: no response


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
    index: str = INDEX
    sleep: Callable[[float], None] = time.sleep
    guard: Guard = field(default_factory=Guard)
    unanswered: set[str] = field(default_factory=set)
    """URLs of which the archive did not say whether it has a copy."""

    def find(self, url: str, *, near: date) -> ArchivedCopy | None:
        """Return the copy nearest to a date; None if there is none, or the archive does not say.

        The interface for this sometimes knows no copy although there is one, so it is also asked
        without the scheme, and then the index of all copies.
        """
        day = near.strftime("%Y%m%d")
        bare = url.partition("://")[2]
        index = {"output": "json", "fl": "timestamp,original", "filter": "statuscode:200"}
        index |= {"sort": "closest", "closest": day, "limit": "20"}
        questions = [
            (self.available, {"url": url, "timestamp": day}),
            (self.available, {"url": bare, "timestamp": day}),
            (self.index, {"url": url} | index),
        ]
        self.unanswered.discard(url)
        for address, query in questions:
            answer = self._ask(address, query)
            if answer is None:
                self.unanswered.add(url)
            copies = [copy for pair in _find_copies(answer) if (copy := _parse_copy(*pair))]
            if copies:
                self.unanswered.discard(url)
                return min(copies, key=lambda copy: abs(date.fromisoformat(copy.day) - near))
        return None

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

    def _ask(self, address: str, query: dict[str, str]) -> Any:
        """Return the JSON of the response, after some tries; None if all fail."""
        for number in range(_TRIES):
            response = self._send("GET", address, params=query)
            status = 0 if response is None else response.status_code
            if response is not None and status == 200:
                return _read_json(response)
            headers = {} if response is None else response.headers
            delay = parse_retry_after(headers, now=datetime.now(UTC))
            delay = _DELAY if delay is None else delay
            if number + 1 == _TRIES or status not in _RETRIED_STATUSES or delay > _MAX_DELAY:
                break
            self.sleep(delay)
        return None

    def _request(self, method: str, url: str, **options: Any) -> Any:
        """Return the JSON of the response; None if the request fails."""
        response = self._send(method, url, **options)
        return _read_json(response) if response is not None else None

    def _send(self, method: str, url: str, **options: Any) -> requests.Response | None:
        options |= {"timeout": _TIMEOUT, "allow_redirects": False}
        with self.guard.install(), self.guard.limit_time(_TIMEOUT), Session() as session:
            session.headers["User-Agent"] = self.user_agent
            try:
                return session.request(method, url, **options)
            except (requests.RequestException, HTTPError, BlockedAddressError, ValueError):
                return None


def _read_json(response: requests.Response) -> Any:
    try:
        return response.json() if response.status_code == 200 else None
    except ValueError:
        return None


def _find_copies(answer: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the URL and timestamp of each copy in an answer of either interface."""
    if isinstance(answer, list):  # rows of the index, after a row of column names
        for row in answer[1:]:
            if isinstance(row, list) and len(row) == 2:
                yield f"{COPIES}/{row[0]}/{row[1]}", row[0]
        return
    for key in ("archived_snapshots", "closest"):
        answer = answer.get(key) if isinstance(answer, dict) else None
    if isinstance(answer, dict) and f"{answer.get('status')}" == "200":
        yield answer.get("url"), answer.get("timestamp")


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
