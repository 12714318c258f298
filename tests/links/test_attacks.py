"""Attacks on the guard by notation, redirect, resolver, environment and archive: all fail."""

import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.links.loopback import PAGES, REDIRECTS, RESOLVER, Server, page, serving
from tracker.links.archive import Archive
from tracker.links.checker import CheckerSettings, check_links
from tracker.links.fetch import Fetcher, FetchLimits, FetchResult, RateLimiter
from tracker.links.guard import LOOPBACK, BlockedAddressError, Guard
from tracker.links.linkchecker import run_linkchecker

TODAY = date(2026, 11, 24)
HOSTS = [
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001",
    "0x7F.1", "017700000001", "0177.0.0.01", "127.0.0.1%00", "127.0.0.1%2e", "127。0。0。1",
    "127．0．0．1", "１２７.0.0.1", "①②⑦.0.0.1", "localhost", "LOCALHOST", "localhost.",
    "ⓛocalhost", "localhost.localdomain", "ip6-localhost", "vm", socket.gethostname(),
    "[::1]", "[::1%25lo]", "[::1%lo]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[fe80::1%25lo]", "[v1.127.0.0.1]", "user@127.0.0.1", "user:pass@localhost",
    "example.org@127.0.0.1", "127.0.0.1\t", "127.0.\n0.1", " 127.0.0.1", "\\127.0.0.1",
    "example.org\\@127.0.0.1", "a..127.0.0.1",
]  # fmt: skip
FORMS = [
    "http://{}/good", "HTTP://{}/good", "hTTps://{}/good", "http:/{}/good", "http:\\\\{}/good",
    "//{}/good", "\x01http://{}/good", "ht\ttp://{}/good", "ftp://{}/good", "gopher://{}/good",
    "http://gone.invalid/ http://{}/good", "http://gone.invalid/\u2003ftp://{}/good",
    "http://gone.invalid/\x1cftp://{}/good", "http://gone.invalid/\nhttp://{}/good",
    "http://gone.invalid/\\@{}/good", "url:http://{}/good", "view-source:http://{}/",
]  # fmt: skip


OPTIONS: Any = {"user_agent": "tests", "pause": 0, "timeout": 10, "seconds": 300, "redirects": 5}


@pytest.fixture(autouse=True)
def no_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LOOPBACK, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(address="0.0.0.0") as one:
        yield one
        assert (one.connections, one.requests) == (0, {})


def spelled(server: Server) -> list[str]:
    """Return every host in the simplest URL, and one host in every URL."""
    port = f":{server.server_port}"
    hosts = [FORMS[0].format(host + port) for host in HOSTS]
    return hosts + [form.format("127.0.0.1" + port) for form in FORMS]


def fetcher(guard: Guard, **limits: Any) -> Fetcher:
    return Fetcher(guard, RateLimiter(0), "tests", FetchLimits(**limits), True)


def named(host: str, port: int, *_: Any) -> Any:
    """Resolve one name to a public address, and every other name to this machine."""
    return [entry("127.0.0.2" if host == "public.test" else "127.0.0.1", port)]


def entry(address: str, port: int) -> Any:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Start a server whose address counts as public."""
    monkeypatch.setattr("tracker.links.guard.is_public", lambda address: address == "127.0.0.2")
    with serving(address="127.0.0.2") as one:
        yield one


@pytest.fixture
def private() -> Iterator[Server]:
    with serving() as one:
        yield one
        assert one.connections == 0


def test_spellings(server: Server) -> None:
    """Neither a run nor our own requests reach a private address in any notation."""
    urls = spelled(server)
    settings = CheckerSettings(user_agent="tests", pause=0, tries=1, budget=30)
    outcome = check_links(urls, known={}, today=TODAY, settings=settings)
    assert {row.state for row in outcome.states} <= {"refused", "failing:dns"}
    guard = Guard()
    with guard.install():
        for url in urls:
            assert fetcher(guard).get(url).status == 0


@pytest.mark.slow
def test_spellings_before_linkchecker(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """LinkChecker reaches nothing with an unfiltered list, not even through a proxy."""
    monkeypatch.setenv("http_proxy", server.url(""))
    monkeypatch.setenv("ALL_PROXY", server.url(""))
    rows = run_linkchecker(
        spelled(server), user_agent="tests", pause=0, timeout=10, seconds=300, redirects=5
    )
    assert {row.status for row in rows.values()} == {0}


def targets(port: int) -> list[str]:
    inner = f"127.0.0.1:{port}"
    return [
        f"http://{inner}/good", f"//{inner}/good", f"HTTP://{inner}/good", f"http:\\\\{inner}/good",
        f"/\\{inner}/good", f"\\\\{inner}/good", f"http://user@{inner}/good", f"\thttp://{inner}/good",
        f"http://public.test@{inner}/good", f"ht\ttp://{inner}/good", f"http://{inner}\t/good",
        f"http://inner.test:{port}/good", f"http://localhost:{port}/good", f"ftp://{inner}/good",
        f"http://2130706433:{port}/good", f"http://[::ffff:127.0.0.1]:{port}/good", "file:///etc/hosts",
        f"http://１２７.0.0.1:{port}/good".encode().decode("latin-1"), f"http://{inner}/#@public.test",
        f"http:{inner}/good", f"mailto:[{inner}", f"http://[{inner}/good", "//[", "http://", ":",
    ]  # fmt: skip


@pytest.fixture
def redirects(
    public: Server, private: Server, monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[int, str]]:
    """Add pages to the public server that point to the private one in every way."""
    kinds = (301, 302, 303, 307, 308)
    found = {
        f"/r{n}": (kinds[n % 5], target) for n, target in enumerate(targets(private.server_port))
    }
    found |= {f"/k{kind}": (kind, private.url("/good")) for kind in kinds}
    for path, redirect in found.items():
        monkeypatch.setitem(REDIRECTS, path, redirect)
    inner = private.url("/good")
    refresh = page("Elsewhere", more=f'<meta http-equiv=refresh content="0;url={inner}">')
    monkeypatch.setitem(PAGES, "/meta", (200, {}, refresh))
    for name in ("Refresh", "Content-Location", "Link", "Alt-Svc"):
        value = f"0; url={inner}" if name == "Refresh" else f"<{inner}>; rel=canonical"
        headers = {name: value, "Strict-Transport-Security": "max-age=1", "Set-Cookie": "a=b"}
        monkeypatch.setitem(PAGES, f"/{name}", (200, headers, page("Elsewhere")))
    return found


def test_redirects(redirects: dict[str, tuple[int, str]], public: Server) -> None:
    """No redirect leads a request to a private address, and none makes it fail."""
    guard = Guard(resolve=named)
    with guard.install():
        for path, redirect in redirects.items():
            got = fetcher(guard).get(public.url(path, host="public.test"))
            assert got.cause or got.status == 404, redirect  # 404: a path at the public server
        for path in ("/meta", "/Refresh", "/Content-Location", "/Link", "/Alt-Svc"):
            assert fetcher(guard).get(public.url(path, host="public.test")).status == 200
    assert public.cookies == []


@pytest.mark.slow
def test_redirects_of_linkchecker(
    redirects: dict[str, tuple[int, str]],
    public: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Redirects do not lead LinkChecker to private addresses, and it requests only its list."""
    swap = "import tracker.links.guard as guard\nguard.is_public = '127.0.0.2'.__eq__\n"
    (tmp_path / "sitecustomize.py").write_text(RESOLVER + swap, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    paths = [*redirects, "/meta", "/Refresh", "/Content-Location", "/Link", "/Alt-Svc"]
    urls = [public.url(path, host=f"public{n}.test") for n, path in enumerate(paths)]
    rows = run_linkchecker(urls, **OPTIONS)
    assert [rows[url].status for url in urls[-5:]] == [200] * 5
    assert {rows[url].status for url in urls[:-5]} <= {0, 404}
    assert (set(public.requests) & {"/robots.txt"}, public.cookies) == (set(), [])


@pytest.mark.parametrize("order", [1, -1])
def test_mixed_answers(order: int) -> None:
    """A private address among public ones blocks the host, in any order."""
    answers = [entry(address, 80) for address in ("8.8.8.8", "127.0.0.1")][::order]
    with pytest.raises(BlockedAddressError):
        Guard(resolve=lambda *_: answers).connect(("mixed.test", 80))


def test_rebinding(public: Server, private: Server) -> None:
    """A name that is first public and then private is checked each time."""
    answers = iter(["127.0.0.2", "127.0.0.1"])
    guard = Guard(resolve=lambda host, port, *_: [entry(next(answers), port)])
    with guard.install():
        first = fetcher(guard).get(public.url("/good", host="rebind.test"))
        second = fetcher(guard).get(private.url("/good", host="rebind.test"))
    assert (first.status, second.cause) == (200, "refused")


def test_environment(
    public: Server, private: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither proxies nor passwords of this machine are used."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, private.url(""))
    (tmp_path / ".netrc").write_text("machine public.test login me password secret\n", "ascii")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    guard = Guard(resolve=named)
    with guard.install():
        assert fetcher(guard).get(public.url("/good", host="public.test")).status == 200
    assert public.passwords == []


def test_archive(server: Server) -> None:
    """Requests to the archive pass the guard too."""
    inner = server.url("/good")
    service = Archive("tests", available=inner, save=inner, index=inner, sleep=lambda _: None)
    assert service.find("http://a.org/", near=TODAY) is None
    assert service.capture("http://a.org/", key="k", secret="s") is None


def test_archive_follows_no_redirects(redirects: dict[str, Any], public: Server) -> None:
    """Redirects of the archive are not followed."""
    at = public.url("/k302", host="public.test")
    service = Archive("tests", available=at, index=at, guard=Guard(resolve=named))
    assert service.find("http://a.org/", near=TODAY) is None
    assert public.requests == {"/k302": 3}  # once for each request


def test_many_silent_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not all of dozens of silent addresses are tried."""
    tried = []

    def connect(self: socket.socket, where: Any) -> None:
        tried.append(where)
        time.sleep(self.gettimeout() or 9)
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", connect)
    guard = Guard(resolve=lambda host, port, *_: [entry("8.8.8.8", port)] * 50)
    with guard.install():
        got = fetcher(guard, seconds=0.5, wait=0.2).get("http://many.test/")
    assert got.cause == "timeout"
    assert len(tried) <= 3  # each waits for 0.2 s of the 0.5 s


def test_redirects_share_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of slow redirects ends with the time of one request."""
    monkeypatch.setenv(LOOPBACK, "1")
    guard = Guard()
    with serving() as slow, guard.install():
        got: FetchResult = fetcher(guard).get(slow.url("/slow-turns"), seconds=0.7)
    assert got.cause == "timeout"
    assert slow.requests["/slow-turns"] <= 3  # each answers after 0.3 s
