"""`tracker help`: the help of a command, as `tracker COMMAND --help` shows it."""

import click

from tracker.cli import COMMANDS, command, main


@command
@click.argument("name", metavar="COMMAND", required=False, type=click.Choice([*COMMANDS]))
@click.pass_context
def help(context: click.Context, name: str | None) -> None:
    """Print the help of a command, or of all."""
    parent = context.parent or context
    if name is None:
        click.echo(parent.get_help(), color=context.color)
        return
    _, found, _ = main.resolve_command(parent, [name])
    assert found
    shown = found.make_context(name, [], parent=parent, resilient_parsing=True)
    click.echo(shown.get_help(), color=context.color)
