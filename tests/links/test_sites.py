"""Forty kinds of site, checked on three days: no living link ends as dead or missing."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.links.checking import settings
from tests.links.loopback import create_certificate, make_tls_context, serving
from tracker.links.checker import check_links
from tracker.links.fetch import FetchLimits
from tracker.model.lockfiles import LinkState

pytestmark = pytest.mark.usefixtures("loopback")

CITED = "1,237"
NAVIGATION = "Home About Contact Publications Reports News Events Library Statistics Media " * 6


def page(title: str, text: str = NAVIGATION, *, head: str = "") -> bytes:
    head = f"<head><title>{title}</title>{head}</head>"
    return f"<html>{head}<body><h1>{title}</h1><p>{text}</p></body></html>".encode()


REPORT = page("Report", f"In all, {CITED} persons. {NAVIGATION}")
FRONT = page("Office", f"Welcome to the office. {NAVIGATION}")
SHELL = page("Database")
MISSING = page("Not found", "There is no such page.")
LOGIN = page("Sign in", "<form><input type=password></form>")
Answer = tuple[int, Mapping[str, str], bytes]


def ok(body: bytes, **headers: str) -> Answer:
    return 200, headers, body


def to(target: str, status: int = 301, **headers: str) -> Answer:
    return status, {"Location": target, **headers}, b""


def refresh(seconds: int, target: str) -> bytes:
    return page("Moved", head=f'<meta http-equiv="refresh" content="{seconds}; url={target}">')


# By address: the expected state, and the responses of the site.
SITES: dict[str, tuple[str, Answer]] = {
    # Addresses that programs like to rewrite.
    "/path/A%2FHRC%2F24%2F13/en": ("alive", ok(REPORT)),
    "/10.1000%2F123": ("alive", ok(REPORT)),
    "/doc//double": ("alive", ok(REPORT)),
    "/a/foo%5Cbar": ("alive", ok(REPORT)),
    "/wiki/Talk:Report": ("alive", ok(REPORT)),
    "/s3?X-Credential=AK%2F1%2Fs3": ("alive", ok(REPORT)),
    "/search?q=a+b": ("alive", ok(REPORT)),
    # Sites that block software.
    "/linkedin": ("blocked", (999, {}, b"denied")),
    "/forbidden": ("blocked", (403, {}, page("Forbidden", "No."))),
    "/no-software": ("blocked", (405, {}, page("Blocked", "No."))),
    "/not-acceptable": ("blocked", (406, {}, b"")),
    "/accepted": ("blocked", (202, {}, b"")),
    "/captcha": ("blocked", ok(page("Captcha", "Are you a robot?"))),
    "/article": ("blocked", to("/consent/?next=1", 302)),
    "/consent/?next=1": ("", ok(page("We value your privacy", "Accept all cookies?"))),
    "/members": ("login", to("/login?next=members", 302)),
    "/login?next=members": ("", ok(LOGIN)),
    "/for-members": ("login", ok(LOGIN)),
    "/too-many": ("rate-limited", (429, {"Retry-After": "1"}, b"")),
    # Home pages that were cited, and one that was not.
    "/": ("alive", ok(FRONT)),
    "/index.php": ("moved", to("/")),
    "/index.html": ("moved", to("/")),
    "/en/home": ("moved", to("/")),
    "/?lang=en": ("moved", to("/")),
    "/home": ("moved", to("/az/")),
    "/az/": ("", ok(FRONT)),
    "/report/5": ("soft-404", to("/")),
    "/report/6": ("soft-404", to("/az/")),
    "/report/7": ("soft-404", ok(refresh(0, "/"))),
    "/report/8": ("alive", ok(refresh(0, "/search?q=a+b"))),
    # Texts that look like those of a missing page.
    "/law": ("alive", ok(page("404-IVQ", f"Text of the law. {NAVIGATION}"))),
    "/order": ("alive", ok(page("№ 404", f"Text of the order. {NAVIGATION}"))),
    "/notice": ("alive", ok(page("Legal aid", "Legal aid is no longer available to anyone."))),
    "/inquiry": ("alive", ok(page("Page not found", f"{CITED} pages of the file are missing."))),
    "/wrong-status": ("alive", (404, {}, REPORT)),
    "/error": ("soft-404", ok(page("404", "Nothing here."))),
    "/report-1237-persons": ("soft-404", ok(page("Not found", f"No report {CITED} persons."))),
    # Single-page applications: one page for any address.
    "/spa/doc/17": ("unclear", ok(SHELL)),
    "/empty-spa/doc/17": ("unclear", ok(page("", ""))),
    "/#/doc/17": ("unclear", ok(FRONT)),
    # Files.
    "/big.pdf": ("alive", ok(b"%PDF-1.4\n" + b"x" * 6_500_000, **{"Content-Type": "x/pdf"})),
    "/gone": ("dead", (404, {}, MISSING)),
    "/gone-for-good": ("dead", (410, {}, MISSING)),
}
SHELLS = {"/spa/": SHELL, "/empty-spa/": page("", "")}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        play: Callable[[], Answer] | None = getattr(self, f"play_{self.path[1:]}", None)
        status, headers, body = play() if play else self._find_answer()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # the client needed only the first part of the file
            self.wfile.write(body)

    def _find_answer(self) -> Answer:
        for folder, shell in SHELLS.items():
            if self.path.startswith(folder):
                return ok(shell)
        return SITES[self.path][1] if self.path in SITES else (404, {}, MISSING)

    def play_cookie(self) -> Answer:
        if "seen=1" in self.headers.get("Cookie", ""):
            return ok(REPORT)
        return to("/cookie", 302, **{"Set-Cookie": "seen=1; Path=/"})

    def play_language(self) -> Answer:
        known = self.headers.get("Accept-Language") and self.headers.get("Accept")
        return ok(REPORT) if known else (406, {}, b"")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@contextmanager
def playing() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def check_on_three_days(urls: list[str], **changed: Any) -> dict[str, str]:
    """Return the state of each URL after three runs, four days apart."""
    known: dict[str, LinkState] = {}
    for day in (1, 5, 9):
        outcome = check_links(
            urls,
            known=known,
            today=date(2026, 11, day),
            settings=settings(**changed),
            figures=dict.fromkeys(urls, (CITED,)),
        )
        assert outcome.unreached == ()
        known = {row.url: row for row in outcome.states}
    return {url: row.state for url, row in known.items()}


def test_no_living_link_ends_dead() -> None:
    """Each kind of site has its state; only an address without a page is dead."""
    expected = {path: state for path, (state, _) in SITES.items() if state}
    expected |= {"/cookie": "alive", "/language": "alive"}
    with playing() as base:
        limits = FetchLimits(seconds=120, wait=60, size=2_000_000)
        states = check_on_three_days([base + path for path in expected], limits=limits)
    assert {url.removeprefix(base): state for url, state in states.items()} == expected


def test_invalid_certificate_is_not_dead(tmp_path: Path) -> None:
    """A self-signed certificate does not mean that there is no page."""
    with serving(make_tls_context(create_certificate(tmp_path, name="IP:127.0.0.1"))) as server:
        url = server.url("/good", scheme="https")
        assert check_on_three_days([url]) == {url: "insecure"}
