"""A server on this machine that plays each way in which a link can fail."""

import gzip
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROSE = " ".join(f"Sentence {n} tells of housing for displaced families." for n in range(12))
RUSSIAN = "Доклад о положении переселенцев: 1237 семей получили жильё в прошлом году. " * 5


def page(title: str, text: str = PROSE, more: str = "") -> bytes:
    return f"<html><title>{title}</title><body><h1>{title}</h1><p>{text}</p>{more}</body>".encode()


LATER = "Tue, 24 Nov 2026 12:00:07 GMT"
REDIRECTS = {
    "/moved": (301, "/good"),
    "/for-now": (302, "/good"),
    "/then-for-now": (301, "/for-now"),
    "/home": (302, "/"),
    "/loop": (302, "/loop"),
    "/to-metadata": (302, "http://169.254.169.254/latest/meta-data/"),
    "/to-private": (301, "http://10.0.0.1/"),
    "/to-file": (302, "file:///etc/passwd"),
    "/to-password": (302, "http://user:secret@example.org/"),
    "/to-archive": (302, "https://archive.ph/abc"),
    "/members": (302, "/login?next=members"),
}
PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/": (200, {}, page("Front page", "Welcome. " * 60)),
    "/good": (200, {}, page("A report", PROSE + " In all, 1,237 families.")),
    "/changed": (200, {}, page("A report", PROSE + " In all, 21,237 families.")),
    "/404": (404, {}, b"gone"),
    "/410": (410, {}, b"gone"),
    "/500": (500, {}, b""),
    "/401": (401, {"WWW-Authenticate": "Basic"}, b""),
    "/login": (200, {}, page("Sign in", "Please", "<form><input type=password></form>")),
    "/403": (403, {}, page("Forbidden", "You may not.")),
    "/challenge": (403, {"cf-mitigated": "challenge"}, page("Just a moment...", "")),
    "/challenge-200": (200, {}, page("Just a moment...", "Enable JavaScript")),
    "/challenge-503": (503, {"Retry-After": "1"}, page("Attention Required! | Cloudflare", "")),
    "/captcha": (200, {}, page("Site", "Confirm", '<div class="g-recaptcha"></div>')),
    "/not-found-en": (200, {}, page("Page not found", "Sorry.")),
    "/not-found-az": (200, {}, page("SƏHİFƏ TAPILMADI", "Bağışlayın.")),
    "/not-found-az-body": (200, {}, page("Portal", "Axtardığınız səhifə tapılmadı.")),
    "/not-found-ru": (200, {}, page("Ошибка", "Страница не найдена.")),
    "/not-found-long": (200, {}, page("Finding", PROSE * 6 + " The page not found was lost.")),
    "/seconds": (429, {"Retry-After": "7"}, b""),
    "/date": (503, {"Retry-After": LATER}, b""),
    "/forever": (429, {"Retry-After": "86400"}, b""),
    "/utf8-as-ascii": (
        200, {"Content-Type": "text/html; charset=us-ascii"}, page("Yataqxana ə", "Ə " * 200)
    ),
    "/1251-as-latin1": (
        200,
        {"Content-Type": "text/html; charset=iso-8859-1"},
        f"<title>Доклад</title><p>{RUSSIAN}".encode("cp1251"),
    ),
    "/bad-charset": (200, {"Content-Type": "text/html; charset=utf-9000"}, page("Report")),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(30_000_000))),
    "/not-gzip": (200, {"Content-Encoding": "gzip"}, b"plain"),
    "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7\n\xff\x00"),
    "/cookie": (302, {"Location": "/cookies", "Set-Cookie": "a=b; Path=/"}, b""),
}  # fmt: skip


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None, address: str) -> None:
        super().__init__((address, 0), _Handler)
        if context:
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.cookies: list[str] = []
        self.busy = 0
        self.busiest = 0
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients hang up on purpose

    def url(self, path: str, *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.server_port}{path}"


@contextmanager
def serving(
    context: ssl.SSLContext | None = None, *, address: str = "127.0.0.1"
) -> Iterator[Server]:
    server = Server(context, address)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.send_error(405)

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        with self.server.lock:
            self.server.asked[path] += 1
            self.server.agents.add(self.headers["User-Agent"])
            self.server.cookies += self.headers.get_all("Cookie", [])
            self.server.busy += 1
            self.server.busiest = max(self.server.busiest, self.server.busy)
        try:
            self._answer(path)
        except OSError:
            pass  # the client hung up, as it should
        finally:
            with self.server.lock:
                self.server.busy -= 1
            self.close_connection = True

    def _answer(self, path: str) -> None:
        if path in REDIRECTS:
            status, target = REDIRECTS[path]
            return self._send(status, {"Location": target}, b"")
        if path in PAGES:
            return self._send(*PAGES[path])
        play = getattr(self, f"play_{path[1:].replace('-', '_')}", None)
        if play:
            return play()  # type: ignore[no-any-return]
        if path.startswith("/app/"):
            return self._send(200, {}, page("Application", PROSE))  # every address is this page
        return self._send(404, {}, b"")

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        given = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in (given | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, data: bytes, pause: float) -> None:
        while not self.server.stopping.wait(pause):
            self.wfile.write(data)

    def play_slow(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        self._drip(b"a", 0.05)

    def play_slow_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        self._drip(b"a", 0.05)

    def play_silent(self) -> None:
        self.server.stopping.wait(5)

    def play_endless(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        self._drip(b"a" * 65536, 0)

    def play_endless_redirect(self) -> None:
        self.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /good\r\n\r\n")
        self._drip(b"a" * 65536, 0)

    def play_reset(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        self.wfile.flush()
        # Closing with a linger of nothing sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def play_cookies(self) -> None:
        self._send(200, {}, page("Cookies"))

    def play_later(self) -> None:
        again = self.server.asked["/later"] > 2  # once by LinkChecker, once by ourselves
        self._send(*(PAGES["/good"] if again else PAGES["/seconds"]))

    def play_busy(self) -> None:
        time.sleep(0.05)
        self._send(*PAGES["/good"])

    def log_message(self, format: str, *args: Any) -> None:
        pass


def certificate(folder: Path, *, name: str, ended: bool = False) -> Path:
    """A certificate with its key in one file, signed by itself, so that it is its own authority."""
    file = folder / "server.pem"
    key = folder / "key.pem"
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key)]
    run += ["-subj", f"/CN={name}", "-addext", f"subjectAltName={name}", "-out", str(file)]
    run += ["-days", "3650"]
    subprocess.run(run, check=True, capture_output=True)
    if ended:  # the first command makes none that is out of date
        again = ["openssl", "x509", "-in", str(file), "-signkey", str(key), "-out", str(file)]
        subprocess.run([*again, "-days", "-1"], check=True, capture_output=True)
    file.write_text(file.read_text("ascii") + key.read_text("ascii"), "ascii")
    return file


def tls(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
