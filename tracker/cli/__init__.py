"""The `tracker` command. Only this package prints and picks exit codes."""

import json
import os
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any, NoReturn

import click

from tracker import __version__

COMMANDS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("help.toml").read_text(encoding="utf-8")
)
"""The texts of each command's help: listing the commands imports none of them."""


def command(function: Callable[..., None]) -> click.Command:
    """Make a command of a function; its help is in help.toml."""
    name = function.__name__.rstrip("_")
    texts = COMMANDS[name]
    return click.command(name, help=texts["help"], epilog=texts["epilog"])(function)


class LazyGroup(click.Group):
    """A group that imports the module of a command when the command is used."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name and the command of the arguments, and the other arguments."""
        name, listed, rest = super().resolve_command(ctx, args)
        if not listed or not name:
            return name, None, rest
        module = f"{name}_" if iskeyword(name) else name
        return name, getattr(import_module(f"tracker.cli.{module}"), module), rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit with 2 if a package that it needs is not installed."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            fail(
                f"the Python module {error.name} is required but not installed",
                (
                    "Install all packages: make .venv/.site, or pip install "
                    "covenant-tracker. To see what is missing: tracker doctor"
                ),
            )


def fail(message: str, remedy: str = "") -> NoReturn:
    """Print an error and exit with 2: the command could not run."""
    click.echo(f"tracker: {message}", err=True)
    if remedy:
        click.echo(f"    {remedy}", err=True)
    sys.exit(2)


def print_json(document: Any) -> None:
    """Print a document as JSON."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@click.group(
    cls=LazyGroup,
    commands=[click.Command(name, help=texts["help"]) for name, texts in COMMANDS.items()],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Covenant Tracker: recommendations, what was done, and the proof.

    Exit codes: 0 all is well, 1 problems in the data or nothing found, 2 could not run.
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org; click sends no colour to a pipe
        context.color = False
