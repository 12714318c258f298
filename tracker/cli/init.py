"""`tracker init`: a new project for another State."""

import os
import sys
from pathlib import Path

import click

from tracker.cli import command, fail
from tracker.cli.common import exit_on_os_error, open_changes, split_path
from tracker.cli.scaffold import ProjectSettings, scaffold_project
from tracker.cli.wheel import WHEEL_NAME, NoWheelError, make_wheel, read_wheel
from tracker.files import make_absolute
from tracker.i18n import t


@command
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--state", help="Name of the State, as written within a sentence.")
@click.option(
    "--committee", help="Name of the body that made the recommendations, also within a sentence."
)
@click.option("--title", help="The name of the site.")
@click.option(
    "--wheel",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The wheel of this release, if it cannot be made from the installed program.",
)
def init(
    folder: Path, state: str | None, committee: str | None, title: str | None, wheel: Path | None
) -> None:
    """Write a new project, with names from options or prompts."""
    folder = make_absolute(folder)
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        fail(
            f"{folder} exists and is not empty",
            "Name an empty folder, or one that does not exist yet.",
        )
    state = state or _ask("init.state", "Borland")
    committee = committee or _ask("init.committee", "the Committee")
    title = title or _ask("init.title", t("init.title.default", state=state))
    for name in (state, committee, title):
        # Braces would call a macro on a page, and angle brackets would be markup.
        if not name.isprintable() or name != name.strip() or not name or set(name) & set("{}<>"):
            fail(
                f"“{name}” cannot be used as a name",
                "Type it on one line, without spaces around it and without { } < >.",
            )
    with exit_on_os_error():
        program = _get_wheel(wheel)
        files = scaffold_project(ProjectSettings(title, state, committee), program)
    with exit_on_os_error("write.failed"):
        existing, first = split_path(folder / "-")
    with open_changes(existing) as changes:
        for path, content in files.items():
            changes.add(first.removesuffix("-") + path, content)
    for path, content in files.items():
        if content.startswith(b"#!"):
            (folder / path).chmod(0o755)
    click.echo(f"{len(files)} files written to {folder}")
    click.echo(
        f"Next: cd {folder}, git init --initial-branch main, make serve. README.md says what to do "
        "first.",
        err=True,
    )


def _get_wheel(path: Path | None) -> bytes:
    """Return a wheel of the program; exit if there is none."""
    try:
        return read_wheel(path) if path else make_wheel()
    except NoWheelError as error:
        fail(
            str(error),
            "The new project keeps a wheel of this release. Name the one that you installed: "
            f"--wheel PATH/{WHEEL_NAME}. Or install the program again.",
        )


def _ask(question: str, example: str) -> str:
    """Ask the user; without a terminal, return the example."""
    if not sys.stdin.isatty():
        return example
    return str(click.prompt(t(question), default=example, err=True)).strip()
