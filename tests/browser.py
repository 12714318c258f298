"""The browser that tests drive, and a server for it. As a command, gets one where there is none."""

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
"""The package and program without windows: a page costs a third of what it costs in Chromium."""

# As root Chromium starts only without its sandbox; the rest keeps it from its maker's servers.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and tells nobody of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests' own output is what counts."""


@contextmanager
def serving(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address at which a folder is served, ending in a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class BrowserMissing(Exception):
    """Says what to type to get a browser."""


def find_browser() -> str:
    """The path of `$CHROMIUM`, or else of a browser on PATH, or else of Playwright's own.

    Call it before starting Playwright, which cannot be started twice at once.
    """
    chosen = os.environ.get("CHROMIUM")
    for command in [chosen] if chosen else BROWSERS:
        if path := shutil.which(command):
            return path
    if chosen:
        raise BrowserMissing(
            f"CHROMIUM={chosen} is no program. Correct it, or type: unset CHROMIUM"
        )
    return downloaded_browser()


def downloaded_browser() -> str:
    """The path of the Chromium that Playwright downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        raise BrowserMissing(
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
    """Whether the command succeeded. It cannot ask anything, and only its errors are shown."""
    result = subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return result.returncode == 0


def get_browser() -> str:
    """As `find_browser`, but first try to install the one that tests fastest."""
    is_fixed = "CHROMIUM" in os.environ or shutil.which(PACKAGE)
    if is_fixed or install_package():
        return find_browser()
    try:
        return find_browser()
    except BrowserMissing:
        run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_browser()


def main() -> None:
    """Name the browser of the tests, or exit 1 with what to type."""
    try:
        print(f"Browser: {get_browser()}")
    except BrowserMissing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
