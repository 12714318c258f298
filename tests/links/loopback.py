"""A local server with a page for each way in which a link can fail."""

import gzip
import socket
import ssl
import struct
import subprocess
import threading
import time
import zlib
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
    "/report-gone": (302, "/"),
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


ARTICLE = "A reader who asks for the report gets the words “page not found”. " + PROSE * 4
DATADOME = b"<title>a.org</title><script>var dd={'host':'geo.captcha-delivery.com'}</script>"
INCAPSULA = b'<iframe src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe>'
CLOUDFLARE = b"<title>a.org</title><script>window._cf_chl_opt={}</script>"
AKAMAI = page("Access Denied", "You don't have permission to access this on this server.")
NESTED = gzip.compress(gzip.compress(bytes(30_000_000)))
_NAVIGATION = "<nav>" + "Laws Budget News Contact " * 100 + "</nav>"
PAGES |= {
    "/204": (204, {}, b""),
    "/205": (205, {}, b""),
    "/206": (206, {"Content-Range": "bytes 0-9/9999"}, page("A part")),
    "/300": (300, {}, page("Choose")),
    "/302": (302, {}, b""),
    "/304": (304, {}, b""),
    "/418": (418, {}, b""),
    "/429-past": (429, {"Retry-After": "Tue, 24 Nov 2015 12:00:00 GMT"}, b""),
    "/429-long": (429, {"Retry-After": "1000000000"}, b""),
    "/429-garbage": (429, {"Retry-After": "Tue, 24 Nov 99999999999999999999 12:00:07 GMT"}, b""),
    "/503-page": (503, {}, page("Maintenance", "We shall be back soon.")),
    "/empty": (200, {}, b""),
    "/brotli": (200, {"Content-Encoding": "br"}, b"\x0b\x02\x80ab\x03" * 50),
    "/zstd": (200, {"Content-Encoding": "zstd"}, b"\x28\xb5\x2f\xfd\x24\x05" * 50),
    "/deflate-raw": (
        200, {"Content-Encoding": "deflate"}, zlib.compress(page("Raw"), wbits=-15)
    ),
    "/gzip-cut": (200, {"Content-Encoding": "gzip"}, gzip.compress(page("Cut") * 99)[:200]),
    "/nested-bomb": (200, {"Content-Encoding": "gzip, gzip"}, NESTED),
    "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n\x00"),
    "/punycode": (
        200, {"Content-Type": "text/html; charset=punycode"}, b"z" * 1_000_000 + b"9\xe9"
    ),
    "/long-title": (200, {}, f"<title>{'T' * 1_000_000}</title>{PROSE}".encode()),
    "/quotes": (200, {}, page("Page not found: how reports are lost", ARTICLE)),
    "/law-404": (200, {}, page("Law no. 404", PROSE * 3)),
    "/title-en": (200, {}, f"<title>404 - Page not found | MIA</title>{_NAVIGATION}".encode()),
    "/title-az": (200, {}, f"<title>Səhifə tapılmadı</title>{_NAVIGATION}".encode()),
    "/title-ru": (200, {}, f"<title>Страница не найдена — МИД</title>{_NAVIGATION}".encode()),
    "/h1-en": (200, {}, f"<title>Portal</title><h1>Not found</h1>{_NAVIGATION}".encode()),
    "/h1-az": (200, {}, f"<title>Portal</title><h1>SƏHİFƏ MÖVCUD DEYİL</h1>{_NAVIGATION}".encode()),
    "/h1-ru": (200, {}, f"<title>Портал</title><h1>Ничего не найдено</h1>{_NAVIGATION}".encode()),
    "/parked": (200, {}, page("a.org", "This domain is for sale. Make an offer.")),
    "/parked-script": (200, {}, b'<script>window.location.href="/lander"</script>'),
    "/cookie-wall": (200, {}, page("a.org", "Please enable cookies to continue.")),
    "/to-login-meta": (
        200, {}, b'<meta http-equiv="refresh" content="0; url=/login?next=1">Wait'
    ),
    "/to-login-script": (200, {}, b"<script>window.location.href = '/account/sign-in'</script>"),
    "/login-button": (
        200, {}, page("A report", PROSE, "<script>b.onclick=()=>{location='/login'}</script>")
    ),
    "/script-title": (
        200, {}, b"<script>w('<title>Page not found</title><h1>404')</script>" + page("A report")
    ),
    "/not-found-captcha": (404, {}, page("None", "", '<div class="g-recaptcha"></div>')),
    "/cloudflare-jsd": (
        200, {}, page("Law", "Short.", "<script src=/challenge-platform/scripts/jsd/main.js>")
    ),
    "/aws-waf": (202, {"x-amzn-waf-action": "challenge"}, b""),
    "/refresh-header": (200, {"Refresh": "0; url=http://10.0.0.1/"}, page("A report")),
    "/content-location": (200, {"Content-Location": "http://10.0.0.1/"}, page("A report")),
}  # fmt: skip
for _name, _body in [
    ("cloudflare", CLOUDFLARE),
    ("akamai", AKAMAI),
    ("datadome", DATADOME),
    ("incapsula", INCAPSULA),
]:
    PAGES |= {f"/{_name}-{status}": (status, {}, _body) for status in (200, 403, 503)}

# Responses that Python's HTTP server cannot send.
RAW = {
    "/http10": b"HTTP/1.0 200 OK\r\n\r\n" + page("Old"),
    "/chunks-broken": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
    "/negative": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + page("Less"),
    "/huge": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n" + page("More"),
    "/two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nhello",
    "/many-headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\nhello",
    "/long-header": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\nhello",
    "/1xx": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + b"HTTP/1.1 200 OK\r\n\r\n" + page("At last"),
    "/closes": b"",
    "/not-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "/to-bytes": "HTTP/1.1 302 Found\r\nLocation: /отчёт\r\n\r\n".encode("cp1251"),
    "/to-spaces": b"HTTP/1.1 301 Gone there\r\nLocation: /good?My report\r\n\r\n",
    "/to-bracket": b"HTTP/1.1 302 Found\r\nLocation: //[\r\n\r\n",
    "/to-mail": b"HTTP/1.1 302 Found\r\nLocation: mailto:[x\r\n\r\n",
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None, address: str) -> None:
        super().__init__((address, 0), _Handler)
        if context:
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.connections = 0
        self.requests: Counter[str] = Counter()
        self.passwords: list[str] = []
        self.agents: set[str] = set()
        self.cookies: list[str] = []
        self.concurrent = 0
        self.max_concurrent = 0
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # tests close connections on purpose

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
            self.server.requests[path] += 1
            self.server.agents.add(self.headers["User-Agent"])
            self.server.passwords += self.headers.get_all("Authorization", [])
            self.server.cookies += self.headers.get_all("Cookie", [])
        try:
            self._answer(path)
        except OSError:
            pass  # the client closed the connection, as it should
        finally:
            self.close_connection = True

    def _answer(self, path: str) -> None:
        if path in REDIRECTS:
            status, target = REDIRECTS[path]
            return self._send(status, {"Location": target}, b"")
        if path == "/to-slow":  # on one host, whichever host was requested
            return self._send(302, {"Location": self.server.url("/slow")}, b"")
        if path in RAW:
            self.wfile.write(RAW[path])
            return None
        if path in PAGES:
            return self._send(*PAGES[path])
        play = getattr(self, f"play_{path[1:].replace('-', '_')}", None)
        if play:
            return play()  # type: ignore[no-any-return]
        if path.startswith("/reset%2F"):
            return self.play_reset()
        if path.startswith("/app/"):
            return self._send(200, {}, page("Application", PROSE))  # a single-page application
        return self._send(404, {}, b"")

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        defaults = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in (defaults | headers).items():
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
        # Closing with a linger time of 0 sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def play_flaky(self) -> None:
        if self.server.requests["/flaky"] > 3:  # after the three attempts of one run
            return self._send(*PAGES["/good"])
        return self.play_reset()

    def play_turns(self) -> None:
        self._send(302, {"Location": f"/turns?{self.server.requests['/turns']}"}, b"")

    def play_slow_turns(self) -> None:
        time.sleep(0.3)
        self._send(302, {"Location": "/slow-turns"}, b"")

    def play_endless_1xx(self) -> None:
        self._drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0)

    def play_endless_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n")
        self._drip(b"X: y\r\n" * 100, 0)

    def play_cookies(self) -> None:
        self._send(200, {}, page("Cookies"))

    def play_later(self) -> None:
        available = self.server.requests["/later"] > 2
        self._send(*(PAGES["/good"] if available else PAGES["/seconds"]))

    def play_busy(self) -> None:
        with self.server.lock:
            self.server.concurrent += 1
            self.server.max_concurrent = max(self.server.max_concurrent, self.server.concurrent)
        time.sleep(0.05)
        with self.server.lock:  # before the client can send its next request
            self.server.concurrent -= 1
        self._send(*PAGES["/good"])

    def log_message(self, format: str, *args: Any) -> None:
        pass


# A `sitecustomize` module that resolves names ending in .test to this machine.
RESOLVER = """
import socket
real = socket.getaddrinfo
def resolve(host, port, *more, **named):
    where = "127.0.0.2" if f"{host}".startswith("public") else "127.0.0.1"
    return real(where if f"{host}".endswith(".test") else host, port, *more, **named)
socket.getaddrinfo = resolve
"""


def create_certificate(folder: Path, *, name: str, expired: bool = False) -> Path:
    """Create a self-signed certificate with its key in one file."""
    file = folder / "server.pem"
    key = folder / "key.pem"
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key)]
    run += ["-subj", f"/CN={name}", "-addext", f"subjectAltName={name}", "-out", str(file)]
    run += ["-days", "3650"]
    subprocess.run(run, check=True, capture_output=True)
    if expired:  # the first command cannot create an expired certificate
        renew = ["openssl", "x509", "-in", str(file), "-signkey", str(key), "-out", str(file)]
        subprocess.run([*renew, "-days", "-1"], check=True, capture_output=True)
    file.write_text(file.read_text("ascii") + key.read_text("ascii"), "ascii")
    return file


def make_tls_context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
