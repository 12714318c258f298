"""The browser for the tests, and a server for it. As a command, install it if needed."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from tracker.cli.doctor import BROWSERS

PACKAGE = BROWSERS[0]
"""The package and program of headless Chromium. A page takes a third of the time of Chromium."""

# As root, Chromium starts only without its sandbox. The other flags stop background requests.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


class QuietHandler(SimpleHTTPRequestHandler):
    """A file server without log messages."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def serving(folder: Path, handler: type[QuietHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder; yield its URL, which ends in a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class BrowserMissingError(Exception):
    """The message says how to install a browser."""


def find_browser() -> str:
    """Return the path of `$CHROMIUM`, of a browser on PATH, or of Playwright's Chromium.

    Call it before starting Playwright, which cannot be started twice at once.
    """
    chosen = os.environ.get("CHROMIUM")
    for command in [chosen] if chosen else BROWSERS:
        if path := shutil.which(command):
            return path
    if chosen:
        raise BrowserMissingError(
            f"CHROMIUM={chosen} is not a program. Correct it, or type: unset CHROMIUM"
        )
    return find_playwright_browser()


def find_playwright_browser() -> str:
    """Return the path of the Chromium that Playwright has downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        raise BrowserMissingError(
            f"The tests need Chromium. Install it (Debian: apt install {PACKAGE}),"
            " or type: .venv/bin/playwright install chromium"
        )
    return path


def install_package() -> bool:
    """Install the distribution's headless Chromium, and return whether that succeeded."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium", flush=True)
    return run("apt-get", "update", "-qq") and run(
        "apt-get", "install", "-qq", "--no-install-recommends", PACKAGE
    )


def run(*command: str) -> bool:
    """Run a command without input, show only its errors, and return whether it succeeded."""
    result = subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return result.returncode == 0


def get_browser() -> str:
    """Return the path of a browser; if needed, first try to install the fastest one."""
    is_fixed = "CHROMIUM" in os.environ or shutil.which(PACKAGE)
    if is_fixed or install_package():
        return find_browser()
    try:
        return find_browser()
    except BrowserMissingError:
        run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_browser()


def main() -> None:
    """Print the path of the browser, or exit with 1 and how to install one."""
    try:
        print(f"Browser: {get_browser()}")
    except BrowserMissingError as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
