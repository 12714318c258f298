"""`tracker serve`: the site on this computer, following what is changed."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click

from tracker.cli.common import fail, find_root
from tracker.i18n import t


def _has_screen() -> bool:
    """Whether somebody sits where a browser can open: never in a job of a build server."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    found = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in screens)
    return found and not os.environ.get("CI")


@click.command(
    epilog="""\b
Examples:
  tracker serve                          http://127.0.0.1:8000/, until Ctrl-C
  tracker serve --port 8001
  tracker serve --no-open                without opening a browser
  tracker serve --host 0.0.0.0           also for other devices in this network

\b
Exit codes: 0 ended with Ctrl-C, 1 the site cannot be built, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
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
    help="Where to listen; by default only this computer gets an answer.",
)
@click.option(
    "--open/--no-open",
    "opened",
    default=None,
    help="Open a browser, or do not; by default where there is a screen.",
)
def serve(path: Path, port: int, host: str, opened: bool | None) -> None:
    """Show the site of the project at PATH on this computer, and follow what is changed."""
    root = find_root(path)
    if not (root / "mkdocs.yml").is_file():
        fail(t("serve.no-site", folder=root), "")
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        fail(t("serve.taken", port=port), t("serve.taken.fix", next=port % 65535 + 1))
    # --livereload: under click 8.3 MkDocs forgets its default (issue 4032 of mkdocs/mkdocs).
    command = ["serve", "--livereload", "--dev-addr", f"{host}:{port}"]
    if _has_screen() if opened is None else opened:
        command.append("--open")
    sys.exit(min(1, _run_mkdocs(command, root)))


def _run_mkdocs(command: list[str], root: Path) -> int:
    """Run MkDocs until it ends, and give its exit code."""
    # Material's own switch for its notice about MkDocs 2, which pyproject.toml keeps out.
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    whole = [sys.executable, "-m", "mkdocs", *command]
    with subprocess.Popen(whole, cwd=root, env=environment) as running:
        with suppress(KeyboardInterrupt):  # it goes to both: MkDocs tidies up, and then ends
            running.wait()
        return running.wait()
