"""`tracker init`: a new project for another State."""

import os
import sys
from pathlib import Path

import click

from tracker import __version__
from tracker.cli import command, fail
from tracker.cli.common import exit_on_os_error, open_changes, split_path
from tracker.cli.scaffold import ProjectSettings, scaffold_project
from tracker.files import make_absolute
from tracker.i18n import t


@command
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--state", help="The State, as in the middle of a sentence.")
@click.option("--committee", help="The body that made the recommendations, as in a sentence.")
@click.option("--title", help="The name of the site.")
@click.option(
    "--package",
    default=f"covenant-tracker=={__version__}",
    show_default=True,
    help="What pip installs to get this program: a name, a file, an address.",
)
def init(
    folder: Path, state: str | None, committee: str | None, title: str | None, package: str
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
    for name in (state, committee, title, package):
        # Braces would call a macro on a page, and angle brackets would be markup.
        if not name.isprintable() or name != name.strip() or not name or set(name) & set("{}<>"):
            fail(
                f"“{name}” cannot be used as a name",
                "Type it on one line, without spaces around it and without { } < >.",
            )
    with exit_on_os_error():
        files = scaffold_project(ProjectSettings(title, state, committee, package))
    with exit_on_os_error("write.failed"):
        existing, first = split_path(folder / "-")
    with open_changes(existing) as changes:
        for path, content in files.items():
            changes.add(first.removesuffix("-") + path, content)
    click.echo(f"{len(files)} files written to {folder}")
    click.echo(
        f"Next: cd {folder}, git init, make serve. README.md says what to do first.", err=True
    )


def _ask(question: str, example: str) -> str:
    """Ask the user; without a terminal, return the example."""
    if not sys.stdin.isatty():
        return example
    return str(click.prompt(t(question), default=example, err=True)).strip()
