"""Connections that fail before there is an answer: names, certificates, handshakes."""

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.links.checking import check_url
from tests.links.loopback import create_certificate, make_tls_context, serving
from tracker.links.fetch import FetchLimits
from tracker.links.guard import Guard

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("name", "expired", "state"),
    [
        ("IP:127.0.0.1", False, "alive"),
        ("DNS:elsewhere.example", False, "insecure"),
        ("IP:127.0.0.1", True, "insecure"),
    ],
)
def test_certificates(tmp_path: Path, name: str, expired: bool, state: str) -> None:
    """A certificate of a trusted authority is not valid if its name or date is wrong."""
    file = create_certificate(tmp_path, name=name, expired=expired)
    with serving(make_tls_context(file)) as server:
        seen = check_url(server.url("/good", scheme="https"), verify=str(file))
    assert seen.state == state
    if expired:
        assert "expired" in seen.detail


@pytest.mark.usefixtures("alone")
def test_unknown_authority(tmp_path: Path) -> None:
    """A self-signed certificate is not valid, which does not mean that there is no page."""
    with serving(make_tls_context(create_certificate(tmp_path, name="IP:127.0.0.1"))) as server:
        assert check_url(server.url("/good", scheme="https")).state == "insecure"


@pytest.mark.usefixtures("alone")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_old_tls(tmp_path: Path) -> None:
    """A server without anything newer than TLS 1.0 fails."""
    file = create_certificate(tmp_path, name="IP:127.0.0.1")
    old = make_tls_context(file)
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1
    with serving(old) as server:
        seen = check_url(server.url("/good", scheme="https"), verify=str(file))
    assert seen.state == "failing:tls"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("drip", [b"", b"\x16"])
def test_slow_handshake(drip: bytes) -> None:
    """A handshake that is silent or never complete ends with the time of the request."""
    with socket.create_server(("127.0.0.1", 0)) as slow:
        stop = threading.Event()

        def play() -> None:
            with slow.accept()[0] as one, suppress(OSError):
                one.sendall(b"\x16\x03\x03\x40\x00" if drip else b"")
                while not stop.wait(0.05):
                    one.sendall(drip)

        thread = threading.Thread(target=play)
        thread.start()
        url = f"https://127.0.0.1:{slow.getsockname()[1]}/"
        seen = check_url(url, tries=1, limits=FetchLimits(seconds=0.5, wait=0.3))
        stop.set()
        thread.join()
    assert seen.state == "failing:timeout"


@pytest.mark.usefixtures("alone")
def test_no_such_host() -> None:
    """An unknown host name fails as such."""

    def resolve(*_: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    guard = Guard(resolve=resolve)
    assert check_url("http://gone.example.org/", guard=guard).state == "failing:dns"


@pytest.mark.usefixtures("alone")
def test_closed_port() -> None:
    """A closed port is a failed connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert check_url(f"http://127.0.0.1:{port}/").state == "failing:connection"
