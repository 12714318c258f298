"""`tracker serve`: preview the site on this computer."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import click

from tracker.cli import command, fail
from tracker.cli.common import find_site, run_mkdocs
from tracker.cli.options import path_argument


@command
@path_argument
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="NUMBER",
    default=8000,
    show_default=True,
    help="The port to listen on.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; by default, only this computer can connect.",
)
@click.option(
    "--open/--no-open",
    "opened",
    default=None,
    help="Open a browser, or not. By default, one opens if there is a display.",
)
def serve(path: Path, port: int, host: str, opened: bool | None) -> None:
    """Run MkDocs until the user ends it."""
    root = find_site(path)
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        fail(f"port {port} is in use", f"Choose another: tracker serve --port {port % 65535 + 1}")
    # --livereload: under click 8.3 MkDocs forgets its default (issue 4032 of mkdocs/mkdocs).
    command = ["serve", "--livereload", "--dev-addr", f"{host}:{port}"]
    if _has_screen() if opened is None else opened:
        command.append("--open")
    sys.exit(min(1, run_mkdocs(command, root)))


def _has_screen() -> bool:
    """Return True if a browser can open: there is a screen, and this is not a CI job."""
    variables = ("DISPLAY", "WAYLAND_DISPLAY")
    screen = sys.platform in ("darwin", "win32") or any(map(os.environ.get, variables))
    return screen and not os.environ.get("CI")
