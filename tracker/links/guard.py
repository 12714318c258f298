"""Block requests to private addresses (SSRF).

Anyone can propose the URLs that are checked. LinkChecker and `requests` both connect through one
function of urllib3, which the guard replaces: it resolves a name once, raises an error unless every
address is public, and connects to the address that it has checked.
"""

import ipaddress
import os
import re
import socket
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar
from urllib3.util import connection

from tracker.model.citation import REFUSED_ARCHIVES

LOOPBACK = "COVENANT_TRACKER_LOOPBACK"
"""Environment variable for tests: 1 allows loopback addresses, but no other private ones.

It is an environment variable so that LinkChecker's process inherits it.
"""
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Special networks that `is_global` treats as public in some Python versions.
_RESERVED = (
    ipaddress.ip_network("192.0.0.0/24"),  # protocols, and the metadata of Oracle's cloud
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4
    ipaddress.ip_network("168.63.129.16/32"),  # services for virtual machines in Azure
    ipaddress.ip_network("2001::/23"),  # Teredo and other protocols
    ipaddress.ip_network("2001:db8::/32"),
    ipaddress.ip_network("2002::/16"),  # 6to4, which wraps any IPv4 address
    ipaddress.ip_network("3fff::/20"),
)
_ALLOCATED = ipaddress.IPv6Network("2000::/3")  # all unicast space that IANA allocates from
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}")


class BlockedAddressError(Exception):
    """The address is not allowed. Not an OSError, which urllib3 would convert."""


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public Internet."""
    ip = _unwrap_ipv4(address)
    return (
        (ip.version == 4 or ip in _ALLOCATED)
        and ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)
        and not any(ip in block for block in _RESERVED)
    )


def _unwrap_ipv4(address: str) -> _Address:
    """Return the IP address, or the IPv4 address embedded in it (mapped or NAT64)."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_allowed(address: str) -> bool:
    """Return whether an IP address is public, or is this machine and `LOOPBACK` is set."""
    is_loopback = os.environ.get(LOOPBACK) == "1" and _unwrap_ipv4(address).is_loopback
    return is_public(address) or is_loopback


def get_refusal(url: str) -> str:
    """Return the code of the reason not to request a URL; empty if it is allowed.

    A host name is not resolved here: `Guard.connect` checks its addresses.
    """
    try:
        parts = urlsplit(url)
        host = normalize_host(parts.hostname or "")
        parts.port  # noqa: B018 - raises for an invalid port
    except (ValueError, UnicodeError):
        return "unreadable"
    if parts.scheme not in ("http", "https"):
        return "scheme"
    if "@" in parts.netloc:
        return "credentials"
    # Parsers disagree about these URLs, so another parser may see a different host.
    if not host or re.search(r"[<>%]", parts.netloc) or re.search(r"[\s\\\x00-\x20\x7f]", url):
        return "unreadable"
    if any(host == name or host.endswith(f".{name}") for name in REFUSED_ARCHIVES):
        return "archive"
    address = _parse_ip_literal(host)
    return "private" if address and not is_allowed(address) else ""


def normalize_host(host: str) -> str:
    """Return a host in lower case and ASCII (IDNA), without a final dot."""
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    # IDNA maps look-alikes such as fullwidth letters, which matters for the list of archives. It
    # raises UnicodeError for labels that are empty or too long.
    return host.encode("idna").decode()


def _parse_ip_literal(host: str) -> str:
    """Return the IP address that a host consists of, in any notation; empty for a name."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]").split("%")[0]))
    if _NUMERIC.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))  # reads what resolvers read
        except OSError:
            return "0.0.0.0"  # not an address, but some resolvers may read it as one
    return ""


Resolver = Callable[..., Sequence[tuple[Any, ...]]]


class Guard:
    """Opens connections only to allowed addresses, and closes those that take too long."""

    def __init__(self, *, resolve: Resolver = socket.getaddrinfo) -> None:
        """Only tests replace `resolve`."""
        self._resolve = resolve
        self._thread = threading.local()

    def connect(
        self,
        address: tuple[str, int],
        timeout: float | None = None,
        source_address: tuple[str, int] | None = None,
        socket_options: Sequence[tuple[int, int, int | bytes]] | None = None,
    ) -> socket.socket:
        """Connect to a host; replaces urllib3's `create_connection`.

        Raises BlockedAddressError if any address of the host is not allowed.
        """
        host, port = address
        host = host.strip("[]")
        results = self._resolve(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
        for *_, target in results:
            if not is_allowed(target[0]):
                raise BlockedAddressError(f"{host} is {target[0]}")
        last_error: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, target in results:
            new_socket = socket.socket(family, kind, protocol)
            try:
                for option in socket_options or ():
                    new_socket.setsockopt(*option)
                self._open(new_socket, target, timeout)
                return new_socket
            except OSError as error:
                new_socket.close()
                last_error = error
        raise last_error

    def _open(self, new_socket: socket.socket, target: Any, timeout: float | None) -> None:
        """Connect within the remaining time: a name may have many unresponsive addresses."""
        deadline = getattr(self._thread, "deadline", None)
        limits = [timeout, deadline and deadline.get_time_left()]
        new_socket.settimeout(min((s for s in limits if s is not None), default=None))
        new_socket.connect(target)
        new_socket.settimeout(timeout)
        if deadline:
            deadline.add(new_socket)

    @contextmanager
    def limit_time(self, seconds: float) -> Iterator["Deadline"]:
        """Close this thread's connections after some seconds.

        The timeout of a socket restarts with each byte, so it never ends a slow response.
        """
        deadline = self._thread.deadline = Deadline(seconds)
        try:
            yield deadline
        finally:
            self._thread.deadline = None
            deadline.close()

    @contextmanager
    def install(self) -> Iterator[None]:
        """Route all urllib3 connections through this guard inside the block."""
        original = connection.create_connection
        setattr(connection, "create_connection", self.connect)  # noqa: B010 - for mypy
        try:
            yield
        finally:
            setattr(connection, "create_connection", original)  # noqa: B010


class Deadline:
    """A time limit that closes its connections when it expires."""

    def __init__(self, seconds: float) -> None:
        self._duplicates: list[socket.socket] = []
        self._lock = threading.Lock()
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()

    @property
    def has_passed(self) -> bool:
        """True if the time is up."""
        return time.monotonic() >= self._end

    def get_time_left(self) -> float:
        """Return the remaining seconds; raise TimeoutError if there are none."""
        if self.has_passed:
            raise TimeoutError("too slow")
        return self._end - time.monotonic()

    def add(self, new_socket: socket.socket) -> None:
        """Add a connection. It is duplicated, because TLS replaces the socket itself."""
        with self._lock:
            self._duplicates.append(new_socket.dup())
        self.get_time_left()

    def close(self) -> None:
        """Stop the timer and release the connections."""
        self._timer.cancel()
        with self._lock:
            for duplicate in self._duplicates:
                duplicate.close()
            self._duplicates.clear()

    def _expire(self) -> None:
        with self._lock:
            for duplicate in self._duplicates:
                with suppress(OSError):
                    duplicate.shutdown(socket.SHUT_RDWR)


class Session(requests.Session):
    """A session that checks each URL. It stores cookies only in a jar that the caller gives."""

    def __init__(self, cookies: RequestsCookieJar | None = None) -> None:
        super().__init__()
        self.trust_env = False  # no proxies or passwords from the environment
        self._has_jar = cookies is not None
        if cookies is None:
            self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        else:
            self.cookies = cookies
        self.headers["Accept-Encoding"] = "gzip, deflate"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request; raise BlockedAddressError if its URL is not allowed."""
        if refusal := get_refusal(request.url or ""):
            raise BlockedAddressError(refusal)
        if not self._has_jar:
            request.headers.pop("Cookie", None)  # a redirect sets it without the cookie jar
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return the location of a redirect. Its body is not read: it may be endless."""
        target = super().get_redirect_target(resp)
        if target is not None:
            setattr(resp, "_content", b"")  # noqa: B010 - the only way to skip the body
            resp.close()
        return target


def strip_proxies() -> dict[str, str]:
    """Return the environment without proxies, which would bypass the guard."""
    return {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
