"""The argument and option that name the project. Imports nothing that may be missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)
_PROJECT_HELP = "A folder of the project, or a file in it; by default, this folder."
project_option = click.option("--project", type=_PATH, default=".", help=_PROJECT_HELP)


def path_argument(function: F) -> F:
    """Add the argument PATH and its alternative `--project`."""

    def keep(context: click.Context, _: click.Parameter, value: Path | None) -> None:
        context.meta["project"] = value

    def choose(context: click.Context, _: click.Parameter, value: Path | None) -> Path:
        named: Path | None = context.meta.get("project")
        if named and value and not context.resilient_parsing:
            raise click.UsageError("Give the project once: as PATH or with --project.")
        return value or named or Path()

    # Eager, so that it is known when the argument is read.
    option = click.option(
        *("--project", "named"),
        type=_PATH,
        is_eager=True,
        expose_value=False,
        callback=keep,
        help="The same as PATH: a folder of the project, or a file in it.",
    )
    argument = click.argument("path", required=False, type=_PATH, callback=choose)
    return argument(option(function))
