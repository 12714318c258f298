"""One URL → one answer, by our own `requests`: bounded in size, time and redirects."""

import email.utils
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests.utils import requote_uri
from urllib3.exceptions import HTTPError, NameResolutionError

from tracker.links.guard import BlockedAddressError, Guard, Session, get_refusal
from tracker.links.rate_limit import RateLimiter

_CHUNK = 16_384
_PERMANENT = (301, 308)
_LONGEST = threading.TIMEOUT_MAX


@dataclass(frozen=True, slots=True)
class FetchedAnswer:
    """What came back: a status with its page, or the cause why there is none."""

    url: str
    final: str
    status: int = 0
    cause: str = ""
    """`timeout`, `dns`, `tls`, `connection`, `redirects`, `refused`, `too-large`; empty if it
    answered."""
    permanent: bool = True
    """Whether each redirect on the way was a permanent one."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    detail: str = ""


@dataclass(frozen=True)
class FetchLimits:
    """How much one request may take."""

    seconds: float = 60
    """For each hop, from connecting to the last byte."""
    wait: float = 20
    """For a single connection or read."""
    size: int = 5_000_000
    """Bytes of a body, after decompression."""
    redirects: int = 5


@dataclass(frozen=True)
class Fetcher:
    """What all requests of a run share."""

    guard: Guard
    pace: RateLimiter
    agent: str
    bounds: FetchLimits
    verify: bool | str
    """Whether certificates are checked, or the authorities to check them by."""

    def get(self, url: str, *, seconds: float = math.inf) -> FetchedAnswer:
        """The answer at the end of all redirects. Never raises for what a server does."""
        end = time.monotonic() + seconds
        permanent = True
        at = url
        for _ in range(self.bounds.redirects + 1):
            answer, target = self._turn(url, at, end=end)
            if target is None:
                return replace(answer, permanent=permanent)
            permanent = permanent and answer.status in _PERMANENT
            try:
                at = requote_uri(urljoin(at, target))  # a Location may hold spaces
            except ValueError as error:
                return FetchedAnswer(url, at, cause="redirects", detail=f"{error}"[:300])
        return FetchedAnswer(url, at, cause="redirects", detail="too many redirects")

    def _turn(self, url: str, at: str, *, end: float) -> tuple[FetchedAnswer, str | None]:
        """The answer of one hop, and where it redirects to; a timeout where the time is up."""
        why = get_refusal(at)
        if why:
            return FetchedAnswer(url, at, cause="refused", detail=why), None
        try:
            with self.pace.turn(urlsplit(at).netloc.lower(), seconds=_get_limit(end, _LONGEST)):
                return self._hop(url, at, seconds=_get_limit(end, self.bounds.seconds))
        except TimeoutError as error:
            return FetchedAnswer(url, at, cause="timeout", detail=f"{error}"), None

    def _hop(self, url: str, at: str, *, seconds: float) -> tuple[FetchedAnswer, str | None]:
        with self.guard.within(seconds) as watch, Session() as session:
            session.headers["User-Agent"] = self.agent
            try:
                with session.get(
                    at,
                    stream=True,
                    allow_redirects=False,
                    timeout=min(self.bounds.wait, seconds),
                    verify=self.verify,
                ) as got:
                    target = session.get_redirect_target(got)
                    body = b"" if target is not None else self._read(got)
                    if watch.over and target is None:
                        return FetchedAnswer(url, at, cause="timeout"), None  # cut off by ourselves
                    headers = _lower_names(got.headers)
                    return FetchedAnswer(
                        url, at, got.status_code, headers=headers, body=body
                    ), target
            except (
                BlockedAddressError,
                _TooLarge,
                requests.RequestException,
                HTTPError,
                ValueError,
            ) as error:
                cause = "timeout" if watch.over else _name_cause(error)
                return FetchedAnswer(url, at, cause=cause, detail=f"{error}"[:300]), None

    def _read(self, got: requests.Response) -> bytes:
        body = bytearray()
        for chunk in got.iter_content(_CHUNK):  # decompresses piece by piece
            body += chunk
            if len(body) > self.bounds.size:
                raise _TooLarge(f"more than {self.bounds.size} bytes")
        return bytes(body)


class _TooLarge(Exception):
    pass


def _get_limit(end: float, most: float) -> float:
    """The seconds until the end, and no more than the most; a TimeoutError if there are none."""
    left = min(end - time.monotonic(), most)
    if left <= 0:
        raise TimeoutError("no time is left")
    return left


def _lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _name_cause(error: Exception) -> str:
    """The word for what went wrong."""
    if isinstance(error, _TooLarge):
        return "too-large"
    if isinstance(error, (BlockedAddressError, requests.exceptions.InvalidURL)):
        return "refused"
    if not isinstance(error, (requests.RequestException, HTTPError)):
        return "redirects"  # requests chokes on a Location that is none
    if isinstance(error, requests.exceptions.SSLError):
        return "tls"
    if isinstance(error, requests.exceptions.Timeout):
        return "timeout"
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NameResolutionError):
        return "dns"
    return "timeout" if "timed out" in f"{error}".lower() else "connection"


def parse_retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The seconds that a server asks us to wait, given so or as a date; None if it does not."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
        return max(0.0, (when - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
