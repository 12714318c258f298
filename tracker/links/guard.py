"""Which addresses may be asked, and connections that lead nowhere else.

Strangers propose the URLs that are checked here. So one guard stands in the only place through
which both LinkChecker and `requests` connect: it resolves a name once, refuses what is not
public, and connects to the very address that it has just checked.
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
from urllib3.util import connection

from tracker.model.citation import REFUSED_ARCHIVES

LOOPBACK = "COVENANT_TRACKER_LOOPBACK"
"""The one switch for tests: set to 1, this machine itself may be asked, and nothing else private.

An environment variable, because it must reach the process of LinkChecker too.
"""
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# What `is_global` of some Python version takes for public although no page belongs there.
_RESERVED: tuple[_Network, ...] = tuple(
    ipaddress.ip_network(block)
    for block in (
        "192.0.0.0/24",  # protocols; Oracle's machines ask 192.0.0.192 for their secrets
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # what virtual machines in Azure ask for their secrets
        "2001::/23",  # Teredo and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4, which wraps any IPv4 address
        "3fff::/20",
    )
)
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out so far
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}")


class BlockedAddressError(Exception):
    """This address is not asked. No OSError, or urllib3 would take it for a broken connection."""


def is_public(address: str) -> bool:
    """Whether an IP address, as the resolver spells it, belongs to the public Internet."""
    ip = _unwrap_ipv4(address)
    if ip.version == 6 and ip not in _GIVEN_OUT:
        return False
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)
        and not any(ip in block for block in _RESERVED)
    )


def _unwrap_ipv4(address: str) -> _Address:
    """The address itself: IPv4 where IPv6 only wraps it and the network would unwrap it."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine itself."""
    return _unwrap_ipv4(address).is_loopback


def is_loopback_allowed() -> bool:
    """Whether the switch for tests is on."""
    return os.environ.get(LOOPBACK) == "1"


def get_refusal(url: str) -> str:
    """Why a URL is not even looked up; empty if it may be. Names are judged when they resolve."""
    try:
        parts = urlsplit(url)
        host = normalize_host(parts.hostname or "")
        parts.port  # noqa: B018 - reading it is what raises for a port that is none
    except (ValueError, UnicodeError):
        return "unreadable"
    if parts.scheme not in ("http", "https"):
        return "scheme"
    if "@" in parts.netloc:
        return "credentials"
    # Parsers disagree about these, and one of them would see another address than we do, or two.
    if not host or re.search(r"[<>%]", parts.netloc) or re.search(r"[\s\\\x00-\x20\x7f]", url):
        return "unreadable"
    if any(host == name or host.endswith(f".{name}") for name in REFUSED_ARCHIVES):
        return "archive"
    address = _parse_ip_literal(host)
    if address and not (is_public(address) or (is_loopback_allowed() and is_loopback(address))):
        return "private"
    return ""


def normalize_host(host: str) -> str:
    """A host in one spelling: lower case, no dot at its end, ASCII as the resolver asks for it."""
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    # IDNA maps look-alikes such as fullwidth letters, and so must a comparison with a list. It
    # raises for what the resolver would choke on: empty labels, and those that are too long.
    return host.encode("idna").decode()


def _parse_ip_literal(host: str) -> str:
    """The IP address that a host spells, be it decimal, octal or hexadecimal; empty for a name."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]").split("%")[0]))
    if _NUMERIC.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))  # as every resolver reads it
        except OSError:
            return "0.0.0.0"  # all digits and yet no address: some resolver may read it as one
    return ""


Resolver = Callable[..., Sequence[tuple[Any, ...]]]


class Guard:
    """Opens connections to public addresses only, and can end those that take too long."""

    def __init__(self, *, resolve: Resolver = socket.getaddrinfo) -> None:
        """`resolve` is given by tests only."""
        self._resolve = resolve
        self._own = threading.local()

    def connect(
        self,
        address: tuple[str, int],
        timeout: float | None = None,
        source_address: tuple[str, int] | None = None,
        socket_options: Sequence[tuple[int, int, int | bytes]] | None = None,
    ) -> socket.socket:
        """A connection to the address that was checked; in place of urllib3's own function."""
        host, port = address
        host = host.strip("[]")
        found = self._resolve(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
        for *_, where in found:
            if not (is_public(where[0]) or (is_loopback_allowed() and is_loopback(where[0]))):
                raise BlockedAddressError(f"{host} is {where[0]}")
        failed: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, where in found:
            one = socket.socket(family, kind, protocol)
            try:
                for option in socket_options or ():
                    one.setsockopt(*option)
                self._open(one, where, timeout)
                return one
            except OSError as error:
                one.close()
                failed = error
        raise failed

    def _open(self, one: socket.socket, where: Any, timeout: float | None) -> None:
        """Connect within the time that is left: a name may have many addresses, all silent."""
        watch = getattr(self._own, "watch", None)
        limits = [seconds for seconds in (timeout, watch and watch.left()) if seconds is not None]
        one.settimeout(min(limits, default=None))
        one.connect(where)
        one.settimeout(timeout)
        if watch:
            watch.add(one)

    @contextmanager
    def within(self, seconds: float) -> Iterator["Deadline"]:
        """Ends this thread's connections after so many seconds, however slowly bytes drip in.

        A timeout of a socket counts anew with each byte, and so never ends such an answer.
        """
        watch = self._own.watch = Deadline(seconds)
        try:
            yield watch
        finally:
            self._own.watch = None
            watch.close()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Everything that connects through urllib3 goes through this guard."""
        before = connection.create_connection
        setattr(connection, "create_connection", self.connect)  # noqa: B010 - for mypy
        try:
            yield
        finally:
            setattr(connection, "create_connection", before)  # noqa: B010


class Deadline:
    """Connections that end at a time."""

    def __init__(self, seconds: float) -> None:
        self._twins: list[socket.socket] = []
        self._lock = threading.Lock()
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def left(self) -> float:
        """The seconds that are left, of which there are some."""
        if self.over:
            raise TimeoutError("too slow")
        return self._end - time.monotonic()

    def add(self, opened: socket.socket) -> None:
        """Watch this connection too. A twin of it stays ours when TLS takes the first over."""
        with self._lock:
            self._twins.append(opened.dup())
        self.left()

    def close(self) -> None:
        """Stop watching."""
        self._timer.cancel()
        with self._lock:
            for twin in self._twins:
                twin.close()
            self._twins.clear()

    def _expire(self) -> None:
        with self._lock:
            for twin in self._twins:
                with suppress(OSError):
                    twin.shutdown(socket.SHUT_RDWR)


class Session(requests.Session):
    """Requests that are judged at each hop, and carry nothing from one to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no proxies and no passwords of this machine
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self.headers["Accept-Encoding"] = "gzip, deflate"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request; Refused if its URL is."""
        why = get_refusal(request.url or "")
        if why:
            raise BlockedAddressError(why)
        request.headers.pop("Cookie", None)  # those of a redirect are not in the jar
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where a redirect leads. Its body is dropped unread: it may be endless."""
        target = super().get_redirect_target(resp)
        if target is not None:
            setattr(resp, "_content", b"")  # noqa: B010 - requests offers no other way
            resp.close()
        return target


def strip_proxies() -> dict[str, str]:
    """This process's environment, without what would lead around the guard."""
    return {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
