"""Descriptions of all commands, for the page of commands on the site."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points

import click

_WIDTH = 10_000
"""In columns, so that nothing is wrapped, whatever the width of the terminal."""
_CODES = re.compile(r"Exit codes: (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """The help of one command, in parts."""

    name: str
    usage: str
    help: tuple[str, ...]
    options: Mapping[str, str]
    """The help of each option, by its usage: `--limit NUMBER`."""
    examples: str
    more: tuple[str, ...]
    """Paragraphs below the examples."""
    codes: str


def describe_installed_commands() -> tuple[CommandHelp, ...]:
    """Describe the installed `tracker` command, which modules of `site` must not import."""
    (command,) = entry_points(group="console_scripts", name="tracker")
    return describe_commands(command.load())


def describe_commands(group: click.Group) -> tuple[CommandHelp, ...]:
    """Describe every command of a group, sorted by name."""
    context = click.Context(group, info_name="tracker", terminal_width=_WIDTH)
    commands = (group.resolve_command(context, [name]) for name in group.list_commands(context))
    return tuple(
        _describe_command(command, click.Context(command, info_name=name, parent=context))
        for name, command, _ in commands
        if command
    )


def _describe_command(command: click.Command, context: click.Context) -> CommandHelp:
    paragraphs = list(_split_paragraphs(command.epilog or ""))
    examples = [text for text in paragraphs if text.startswith("Examples:\n")]
    rest = "\n\n".join(text for text in paragraphs if text not in examples)
    codes = _CODES.search(rest)
    return CommandHelp(
        name=context.command_path.partition(" ")[2],
        usage=_join_lines(command.get_usage(context).removeprefix("Usage: ")),
        help=tuple(map(_join_lines, _split_paragraphs(command.help or ""))),
        options=dict(_iter_options(command, context)),
        examples="\n".join(line.strip() for text in examples for line in text.splitlines()[1:]),
        more=tuple(map(_join_lines, _split_paragraphs(_CODES.sub("", rest)))),
        codes=_join_lines(codes[1]) if codes else "",
    )


def _split_paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text, without click's mark against wrapping."""
    for part in re.split(r"\n\s*\n", text.replace("\b", "")):
        if part.strip():
            yield part.strip()


def _join_lines(text: str) -> str:
    return " ".join(text.split())


def _iter_options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option):  # the command's help covers arguments
            yield record
