"""One URL → one answer, by our own `requests`: bounded in size, time and redirects."""

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, NameResolutionError

from tracker.links.guard import Guard, Refused, Session
from tracker.links.pace import Pace

_CHUNK = 16_384
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Answer:
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
class Bounds:
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
    pace: Pace
    agent: str
    bounds: Bounds
    verify: bool | str
    """Whether certificates are checked, or the authorities to check them by."""

    def get(self, url: str, *, seconds: float | None = None) -> Answer:
        """The answer at the end of all redirects. Never raises for what a server does."""
        answer = Answer(url, url)
        permanent = True
        at = url
        for _ in range(self.bounds.redirects + 1):
            answer, target = self._hop(url, at, seconds=seconds)
            if target is None:
                break
            permanent = permanent and answer.status in _PERMANENT
            at = urljoin(at, target)
        else:
            return Answer(url, at, cause="redirects", detail="too many redirects")
        return Answer(
            url, at, answer.status, answer.cause, permanent, answer.headers, answer.body,
            answer.detail,
        )  # fmt: skip

    def _hop(self, url: str, at: str, *, seconds: float | None) -> tuple[Answer, str | None]:
        """The answer of one hop, and where it redirects to."""
        limit = min(self.bounds.seconds, seconds if seconds is not None else self.bounds.seconds)
        with self.pace.turn(_host(at)), self.guard.within(limit) as watch, Session() as session:
            session.headers["User-Agent"] = self.agent
            try:
                with session.get(
                    at,
                    stream=True,
                    allow_redirects=False,
                    timeout=min(self.bounds.wait, limit),
                    verify=self.verify,
                ) as got:
                    target = session.get_redirect_target(got)
                    body = b"" if target is not None else self._read(got)
                    answer = Answer(
                        url, at, got.status_code, headers=_lower(got.headers), body=body
                    )
                    if watch.over and target is None:
                        return Answer(url, at, cause="timeout"), None  # cut off by ourselves
                    return answer, target
            except (Refused, _TooLarge, requests.RequestException, HTTPError, ValueError) as error:
                cause = "timeout" if watch.over else _cause(error)
                return Answer(url, at, cause=cause, detail=f"{error}"[:300]), None

    def _read(self, got: requests.Response) -> bytes:
        body = bytearray()
        for chunk in got.iter_content(_CHUNK):  # decompresses piece by piece
            body += chunk
            if len(body) > self.bounds.size:
                raise _TooLarge(f"more than {self.bounds.size} bytes")
        return bytes(body)


class _TooLarge(Exception):
    pass


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower() if "[" not in url else url.split("/")[2].lower()


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _cause(error: Exception) -> str:
    """The word for what went wrong."""
    if isinstance(error, _TooLarge):
        return "too-large"
    if isinstance(error, (Refused, ValueError)):
        # InvalidURL and its like are ValueErrors: what cannot be read is not asked.
        return "refused"
    if isinstance(error, requests.exceptions.SSLError):
        return "tls"
    if isinstance(error, requests.exceptions.Timeout):
        return "timeout"
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NameResolutionError):
        return "dns"
    return "timeout" if "timed out" in f"{error}".lower() else "connection"


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The seconds that a server asks us to wait, given so or as a date; None if it does not."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
        return max(0.0, (when - now).total_seconds())
    except (ValueError, TypeError):
        return None
