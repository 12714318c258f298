"""The guard: only public addresses are reached, however they are written."""

import ipaddress
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.links.loopback import REDIRECTS, Server, serving
from tracker.links.fetch import Fetcher, FetchLimits, RateLimiter
from tracker.links.guard import LOOPBACK, BlockedAddressError, Guard, get_refusal, is_public
from tracker.links.linkchecker import run_linkchecker
from tracker.model.citation import REFUSED_ARCHIVES

PRIVATE = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
]


OPTIONS: Any = {"user_agent": "tests", "pause": 0, "timeout": 10, "seconds": 300, "redirects": 5}


@pytest.fixture(autouse=True)
def no_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LOOPBACK, raising=False)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@st.composite
def private_v4(draw: st.DrawFn) -> int:
    block = ipaddress.IPv4Network(draw(st.sampled_from(PRIVATE)))
    return int(block[draw(st.integers(0, block.num_addresses - 1))])


def spellings(address: int) -> list[str]:
    """Return every notation of an IPv4 address that some resolver reads."""
    a, b, c, d = address.to_bytes(4, "big")
    return [
        f"{a}.{b}.{c}.{d}",
        f"{a}.{b}.{c}.{d}.",
        f"{a}.{b}.{c * 256 + d}",
        f"{a}.{address & 0xFFFFFF}",
        f"{address}",
        f"0x{address:x}",
        f"0X{address:X}",
        f"0{address:o}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0x{a:x}.{b}.0{c:o}.{d}",
        f"{a}.{b}.{c}.{d}".translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        f"[::ffff:{a}.{b}.{c}.{d}]",
        f"[64:ff9b::{address >> 16:x}:{address & 0xFFFF:x}]",
        f"[2002:{address >> 16:x}:{address & 0xFFFF:x}::1]",
        f"[::{a}.{b}.{c}.{d}]",
    ]


@given(private_v4())
def test_every_spelling_is_refused(address: int) -> None:
    """A private address is refused in every notation, before any lookup."""
    assert {get_refusal(f"http://{host}/") for host in spellings(address)} <= {
        "private",
        "unreadable",
    }


@given(st.ip_addresses(v=4).filter(lambda ip: is_public(str(ip))))
def test_public_addresses_are_allowed(ip: ipaddress.IPv4Address) -> None:
    """Public addresses are not refused, and the library calls them global."""
    assert get_refusal(f"https://{ip}/") == ""
    assert ip.is_global
    assert is_public(f"::ffff:{ip}")


@given(st.ip_addresses(v=4))
def test_only_special_addresses_are_refused(ip: ipaddress.IPv4Address) -> None:
    """Global unicast addresses are public, except for the blocks of our own list."""
    ours = ("192.0.0.", "192.88.99.", "168.63.129.16")
    special = not ip.is_global or ip.is_multicast or str(ip).startswith(ours)
    assert is_public(str(ip)) == (not special)


@given(st.ip_addresses(v=6))
def test_public_ipv6_is_narrow(ip: ipaddress.IPv6Address) -> None:
    """Outside 2000::/3, only mapped public IPv4 addresses are public."""
    if is_public(str(ip)):
        assert (
            ip in ipaddress.ip_network("2000::/3") or ip.ipv4_mapped or str(ip)[:9] == "64:ff9b::"
        )


@pytest.mark.parametrize(
    "address",
    [
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "fec0::1",
        "2001::1",
        "2001:db8::1",
        "2002:808:808::1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "3fff::1",
        "100::1",
    ],
)
def test_special_ipv6(address: str) -> None:
    """None of the special blocks of IPv6 is public."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["2606:4700::1111", "64:ff9b::808:808", "8.8.8.8"])
def test_ordinary_addresses(address: str) -> None:
    """Ordinary addresses are public."""
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://example.org/a?b=c#d", ""),
        ("https://xn--bcher-kva.example/", ""),
        ("ftp://example.org/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//example.org/", "scheme"),
        ("http://user:pass@example.org/", "credentials"),
        ("http://user@example.org/", "credentials"),
        ("http://example.org\\@127.0.0.1/", "credentials"),
        ("http://127.0.0.%31/", "unreadable"),
        ("http:///path", "unreadable"),
        ("http://example.org:99999/", "unreadable"),
        ("http://[::1/", "unreadable"),
        ("http://127.1/", "private"),
        ("http://0/", "private"),
        ("http://999999999999/", "private"),
        ("http://archive.today/x", "archive"),
    ],
)
def test_refusals(url: str, why: str) -> None:
    """Each reason has its code."""
    assert get_refusal(url) == why


@given(st.sampled_from(REFUSED_ARCHIVES), st.sampled_from(["", "www.", "a.b."]), st.booleans())
def test_altering_archives(host: str, before: str, loud: bool) -> None:
    """Archives that alter their copies are refused in every notation."""
    name = before + (host.upper() if loud else host)
    full = name.translate({ord("a"): 0xFF41, ord("."): 0x3002})
    assert {get_refusal(f"https://{n}/x") for n in (name, f"{name}.", full)} == {"archive"}


def test_resolved_addresses_are_checked() -> None:
    """A name with a private address, even next to a public one, is refused."""

    def resolve(host: str, port: int, *_: Any) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in ("8.8.8.8", "10.1.1.1")
        ]

    with pytest.raises(BlockedAddressError):
        Guard(resolve=resolve).connect(("rebind.example", 80))


def test_address_is_resolved_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was checked; the name is not resolved again."""
    monkeypatch.setenv(LOOPBACK, "1")
    requests = []

    def resolve(host: str, port: int, *_: Any) -> Any:
        requests.append(host)
        where = "127.0.0.1" if len(requests) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port))]

    guard = Guard(resolve=resolve)
    fetcher = Fetcher(guard, RateLimiter(0), "tests", FetchLimits(), True)
    with guard.install():
        answer = fetcher.get(server.url("/good", host="rebind.example"))
    assert (answer.status, requests) == (200, ["rebind.example"])


def test_linkchecker_follows_no_private_redirects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only loopback is allowed, LinkChecker's redirects to other private addresses fail."""
    monkeypatch.setenv(LOOPBACK, "1")
    bad = ["/to-private", "/to-metadata", "/to-archive", "/to-password", "/to-file", "/loop"]
    paths = [*bad, "/moved", "/endless-redirect"]
    with serving(address="0.0.0.0") as server:
        urls = [server.url(path, host=f"127.0.1.{n}") for n, path in enumerate(paths)]
        rows = run_linkchecker(
            urls, user_agent="tests", pause=0, timeout=10, seconds=300, redirects=5
        )
    assert [rows[url].status for url in urls] == [0, 0, 0, 0, 0, 0, 200, 200]
    assert server.cookies == []


def test_redirects_cannot_reach_loopback(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect from a public page to this machine is blocked: each hop is checked."""
    server.requests.clear()
    monkeypatch.setattr("tracker.links.guard.is_public", lambda address: address == "127.0.0.2")
    monkeypatch.setitem(REDIRECTS, "/in", (302, server.url("/good", host="inner.example")))

    def resolve(host: str, port: int, *_: Any) -> Any:
        where = "127.0.0.2" if host == "public.example" else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port))]

    guard = Guard(resolve=resolve)
    with serving(address="127.0.0.2") as public, guard.install():
        fetcher = Fetcher(guard, RateLimiter(0), "tests", FetchLimits(), True)
        answer = fetcher.get(public.url("/in", host="public.example"))
        assert (public.requests["/in"], answer.cause, server.requests["/good"]) == (1, "refused", 0)


def test_guarded_linkchecker_is_a_program() -> None:
    """`python -m tracker.links.guarded_linkchecker` is LinkChecker, with its options."""
    command = [sys.executable, "-m", "tracker.links.guarded_linkchecker", "--version"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "LinkChecker" in result.stdout + result.stderr
