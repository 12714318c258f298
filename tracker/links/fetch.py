"""Fetch URLs with `requests`, within limits of size, time, redirects and requests to a host."""

import email.utils
import math
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar
from requests.utils import requote_uri
from urllib3.exceptions import HTTPError, NameResolutionError

from tracker.links.guard import BlockedAddressError, Guard, Session, get_refusal

PAUSE = "COVENANT_TRACKER_PAUSE"
"""Environment variable for LinkChecker's process: seconds between two requests to one host."""

_CHUNK = 16_384
_PDF_HEAD = 65_536  # bytes: enough to know that there is a document
_PERMANENT = (301, 308)
# Some servers refuse requests without these. A preferred language could redirect elsewhere.
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "*",
}
# Reasons of OpenSSL for which browsers may still open a page.
_INSECURE = re.compile(
    r"CERTIFICATE_VERIFY_FAILED|(?:DH|EE|CA)_KEY_TOO_SMALL|CA_MD_TOO_WEAK|"
    r"UNSAFE_LEGACY_RENEGOTIATION_DISABLED|WRONG_SIGNATURE_TYPE"
)
_MAX_DETAIL = 300  # characters


class _TooLargeError(Exception):
    pass


_FAILURES = (BlockedAddressError, _TooLargeError, requests.RequestException, HTTPError)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """A response with its status, or the cause of the failure."""

    url: str
    final_url: str
    status: int = 0
    cause: str = ""
    """`timeout`, `dns`, `tls`, `insecure`, `connection`, `redirects`, `refused` or `too-large`.

    Empty if there is a response.
    """
    permanent: bool = True
    """True if every redirect was permanent."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers, with names in lower case."""
    body: bytes = b""
    detail: str = ""


@dataclass(frozen=True)
class FetchLimits:
    """Limits of one request."""

    seconds: float = 60
    """For each hop, from connecting to the last byte."""
    wait: float = 20
    """For a single connection or read."""
    size: int = 5_000_000
    """Bytes of a body, after decompression."""
    redirects: int = 5


class RateLimiter:
    """Allows one request at a time per host, followed by a pause. Only tests replace the clock."""

    def __init__(
        self,
        pause: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._locks_lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    @contextmanager
    def acquire(self, host: str, *, timeout: float = -1) -> Iterator[None]:
        """Wait for a host, and lock it until the end of the block.

        Raises TimeoutError if the host is not free after `timeout` seconds; -1 means no limit.
        """
        with self._locks_lock:
            lock = self._locks[host]
        if not lock.acquire(timeout=timeout):
            raise TimeoutError(f"other requests to {host} are running")
        try:
            delay = self._free_at.get(host, 0) - self._clock()
            if delay > 0:
                self._sleep(delay)
            try:
                yield
            finally:
                self._free_at[host] = self._clock() + self._pause
        finally:
            lock.release()


@dataclass(frozen=True)
class Fetcher:
    """Fetches pages with the guard, rate limiter and limits of a run."""

    guard: Guard
    rate_limiter: RateLimiter
    user_agent: str
    limits: FetchLimits
    verify: bool | str
    """As in `requests`: whether to check certificates, or the path of a CA bundle."""

    def get(self, url: str, *, seconds: float = math.inf) -> FetchResult:
        """Return the result after all redirects. Never raises, whatever the server does."""
        end = time.monotonic() + seconds
        permanent = True
        hop_url = url
        cookies = RequestsCookieJar()  # many portals set one and redirect to the same address
        for _ in range(self.limits.redirects + 1):
            result, location = self._get_hop(url, hop_url, end=end, cookies=cookies)
            if location is None:
                return replace(result, permanent=permanent)
            permanent = permanent and result.status in _PERMANENT
            try:
                hop_url = requote_uri(urljoin(hop_url, location))  # a location may contain spaces
            except ValueError as error:
                return _fail(url, hop_url, "redirects", error)
        return _fail(url, hop_url, "redirects", "too many redirects")

    def _get_hop(
        self, url: str, hop_url: str, *, end: float, cookies: RequestsCookieJar
    ) -> tuple[FetchResult, str | None]:
        """Return the result of one hop, and the location that it redirects to."""
        if refusal := get_refusal(hop_url):
            return _fail(url, hop_url, "refused", refusal), None
        host = urlsplit(hop_url).netloc.lower()
        try:
            with self.rate_limiter.acquire(host, timeout=_limit(end, threading.TIMEOUT_MAX)):
                seconds = _limit(end, self.limits.seconds)
                return self._request(url, hop_url, seconds=seconds, cookies=cookies)
        except TimeoutError as error:
            return _fail(url, hop_url, "timeout", error), None

    def _request(
        self, url: str, hop_url: str, *, seconds: float, cookies: RequestsCookieJar
    ) -> tuple[FetchResult, str | None]:
        timeout = min(self.limits.wait, seconds)
        # A session for each hop: a connection of the previous one would not be in this time limit.
        with self.guard.limit_time(seconds) as deadline, Session(cookies) as session:
            session.headers.update(_HEADERS | {"User-Agent": self.user_agent})
            try:
                with session.get(
                    hop_url, timeout=timeout, stream=True, allow_redirects=False, verify=self.verify
                ) as response:
                    location = session.get_redirect_target(response)
                    body = b"" if location is not None else self._read_body(response)
                    if deadline.has_passed and location is None:
                        return _fail(
                            url, hop_url, "timeout"
                        ), None  # the guard closed the connection
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    status = response.status_code
                    return FetchResult(url, hop_url, status, headers=headers, body=body), location
            except (*_FAILURES, ValueError) as error:
                cause = "timeout" if deadline.has_passed else _get_cause(error)
                return _fail(url, hop_url, cause, error), None

    def _read_body(self, response: requests.Response) -> bytes:
        """Return the body, or only the head of a PDF: a large one takes long, and is not read."""
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):  # decompressed chunk by chunk
            body += chunk
            if len(body) >= _PDF_HEAD and body.startswith(b"%PDF"):
                return bytes(body[:_PDF_HEAD])
            if len(body) > self.limits.size:
                raise _TooLargeError(f"more than {self.limits.size} bytes")
        return bytes(body)


def _fail(url: str, final_url: str, cause: str, detail: object = "") -> FetchResult:
    return FetchResult(url, final_url, cause=cause, detail=f"{detail}"[:_MAX_DETAIL])


def _limit(end: float, maximum: float) -> float:
    """Return the seconds until `end`, at most `maximum`; raise TimeoutError if none are left."""
    left = min(end - time.monotonic(), maximum)
    if left <= 0:
        raise TimeoutError("no time is left")
    return left


def _get_cause(error: Exception) -> str:
    if isinstance(error, _TooLargeError):
        return "too-large"
    if isinstance(error, (BlockedAddressError, requests.exceptions.InvalidURL)):
        return "refused"
    if not isinstance(error, (requests.RequestException, HTTPError)):
        return "redirects"  # a ValueError: requests cannot parse the Location
    if isinstance(error, requests.exceptions.SSLError):
        return "insecure" if _INSECURE.search(f"{error}") else "tls"
    if isinstance(error, requests.exceptions.Timeout):
        return "timeout"
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NameResolutionError):
        return "dns"
    return "timeout" if "timed out" in f"{error}".lower() else "connection"


def parse_retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return the seconds to wait, from a Retry-After header (number or date), or None."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
