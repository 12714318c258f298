"""The `tracker` command. Only this package prints and sets exit codes."""

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
_SETTINGS = {"help_option_names": ["-h", "--help"]}


GROUPS = {
    "Write": ("new", "correct", "adopt", "fmt", "check", "diff"),
    "Look": ("find", "show", "due", "explain", "help"),
    "Verify": ("verify", "links"),
    "Site": ("serve", "build", "pack", "export"),
    "Set up": ("init", "import", "doctor", "schema"),
}
"""The commands as `tracker --help` groups them."""


class _HelpFormatter(click.HelpFormatter):
    """Writes headings in bold; click removes it where the output is not a terminal."""

    def write_heading(self, heading: str) -> None:
        super().write_heading(click.style(heading, bold=True))


class _Context(click.Context):
    formatter_class = _HelpFormatter

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        if os.environ.get("NO_COLOR"):  # https://no-color.org; click sends no colour to a pipe
            settings["color"] = False
        super().__init__(*arguments, **settings)


class _Command(click.Command):
    context_class = _Context


def command(function: Callable[..., None]) -> click.Command:
    """Make a command of a function; its help is in help.toml."""
    name = function.__name__.rstrip("_")
    texts = COMMANDS[name]
    make = click.command(
        name,
        cls=_Command,
        help=texts["help"],
        short_help=texts["short"],
        epilog=texts["epilog"],
        context_settings=_SETTINGS,
    )
    return make(function)


class LazyGroup(click.Group):
    """A group that imports the module of a command when the command is used."""

    context_class = _Context

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line for each command, by group."""
        width = max(map(len, COMMANDS))
        for title, names in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{width}}", COMMANDS[name]["short"]) for name in names])

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
    commands=[click.Command(name, short_help=texts["short"]) for name, texts in COMMANDS.items()],
    context_settings=_SETTINGS,
    epilog="""To see a command with examples: tracker help COMMAND

    Exit codes: 0 success, 1 problems in the data or nothing found, 2 could not run.""",
)
@click.version_option(__version__)
def main() -> None:
    """Covenant Tracker: recommendations, what was done, and the evidence."""
