"""`tracker serve`: preview the site on this computer."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click

from tracker.cli import command, fail
from tracker.cli.common import find_root, path_argument


@command
@path_argument
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="NUMBER",
    default=8000,
    show_default=True,
    help="The port of the address.",
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
    help="Open a browser, or do not; by default if there is a screen.",
)
def serve(path: Path, port: int, host: str, opened: bool | None) -> None:
    """Run MkDocs until the user ends it."""
    root = find_root(path)
    if not (root / "mkdocs.yml").is_file():
        fail(f"{root} has no mkdocs.yml, so there is no site to show")
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        fail(f"port {port} is in use", f"Choose another: tracker serve --port {port % 65535 + 1}")
    # --livereload: under click 8.3 MkDocs forgets its default (issue 4032 of mkdocs/mkdocs).
    command = ["serve", "--livereload", "--dev-addr", f"{host}:{port}"]
    if _has_screen() if opened is None else opened:
        command.append("--open")
    sys.exit(min(1, _run_mkdocs(command, root)))


def _has_screen() -> bool:
    """Return True if a browser can open: there is a screen, and this is no CI job."""
    variables = ("DISPLAY", "WAYLAND_DISPLAY")
    screen = sys.platform in ("darwin", "win32") or any(map(os.environ.get, variables))
    return screen and not os.environ.get("CI")


def _run_mkdocs(arguments: list[str], root: Path) -> int:
    """Run MkDocs until it ends, and return its exit code."""
    # Material's own switch for its notice about MkDocs 2, which pyproject.toml excludes.
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", *arguments]
    with subprocess.Popen(command, cwd=root, env=environment) as process:
        with suppress(KeyboardInterrupt):  # MkDocs receives it too, cleans up, and ends
            process.wait()
        return process.wait()
