"""The `tracker` command. Only this package prints and picks exit codes."""

import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from tracker import __version__
from tracker.i18n import t

COMMANDS = {
    "check": "Check every record of the project at PATH, and print every problem at once.",
    "diff": "List what readers will see changed since REF: statuses, figures, sources, positions.",
    "doctor": "Check the set-up of the project at PATH, and print how to fix it.",
    "due": "List the ratings whose evidence is due for review, by authority and by right.",
    "explain": "Explain a code that `check` printed, or list all of them.",
    "export": "Export every record of the project at PATH as one JSON document.",
    "find": "Find the records that contain all WORDS, each as the beginning of a word.",
    "fmt": "Format the data files of the project at PATH.",
    "import": "Import the recommendations in FILE, an export of the UN's Universal Human Rights"
    " Index or of UPR Info, into the project at PATH.",
    "init": "Write a new project for another State into FOLDER, which is empty or does not exist.",
    "links": "Check every cited address of the project at PATH.",
    "new": "Write a new record of a KIND into a file of its own, data/KIND/ID.yml.",
    "pack": "Pack a built site into a zip that can be read without a server.",
    "schema": "Print the JSON Schema (2020-12) of one KIND of data file, as the site publishes it.",
    "serve": "Show the site of the project at PATH on this computer, and follow changes.",
    "show": "Show a record, its references, the age of its evidence, and its verification.",
    "verify": "Check each stated figure, date, symbol and name at the place that is cited for it.",
}
"""The first sentence of each command's help: listing the commands imports none of them."""


class LazyGroup(click.Group):
    """A group that imports the module of a command when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(import_module(f"tracker.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        rows = [(name, _shorten(text, limit)) for name, text in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options and commands that begin with the given text."""
        names = (name for name in COMMANDS if name.startswith(incomplete))
        return [
            *(CompletionItem(name, help=_shorten(COMMANDS[name])) for name in names),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit with 2 if a package that it needs is not installed."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            fail(t("package.missing", module=error.name), t("package.missing.fix"))


def _shorten(text: str, limit: int = 45) -> str:
    return click.Command(None, help=text).get_short_help_str(limit)


def fail(message: str, remedy: str = "") -> NoReturn:
    """Print an error and exit with 2: the command could not run."""
    click.echo(f"tracker: {message}", err=True)
    if remedy:
        click.echo(f"    {remedy}", err=True)
    sys.exit(2)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Covenant Tracker: recommendations, what was done, and the proof.

    Exit codes: 0 all is well, 1 problems in the data or nothing found, 2 could not run.
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org; click sends no colour to a pipe
        context.color = False
