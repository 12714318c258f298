"""The commands described, for the page that is made of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

_WIDTH = 10_000
"""Columns, so that nothing is wrapped, whatever terminal the site is built in."""
_CODES = re.compile(r"Exit codes: (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OptionHelp:
    """One option: as it is typed, and what it does."""

    typed: str
    help: str


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command: how it is typed, what it does, its options, examples, and exit codes."""

    name: str
    usage: str
    help: tuple[str, ...]
    options: tuple[OptionHelp, ...]
    examples: str
    more: tuple[str, ...]
    """What else its help says, below the examples."""
    codes: str


def describe_commands(group: click.Group) -> tuple[CommandHelp, ...]:
    """Every command of a group, in the order of letters, as its own help tells it."""
    context = click.Context(group, info_name="tracker", terminal_width=_WIDTH)
    return tuple(_iter_subcommands(group, context))


def _iter_subcommands(group: click.Group, context: click.Context) -> Iterator[CommandHelp]:
    for name, command in sorted(group.commands.items()):
        own = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _iter_subcommands(command, own)
        else:
            yield _describe_command(command, own)


def _describe_command(command: click.Command, context: click.Context) -> CommandHelp:
    below = list(_split_paragraphs(command.epilog or ""))
    examples = [text for text in below if text.startswith("Examples:\n")]
    rest = "\n\n".join(text for text in below if text not in examples)
    codes = _CODES.search(rest)
    return CommandHelp(
        name=context.command_path.partition(" ")[2],
        usage=" ".join(command.get_usage(context).removeprefix("Usage: ").split()),
        help=tuple(" ".join(text.split()) for text in _split_paragraphs(command.help or "")),
        options=tuple(_describe_options(command, context)),
        examples="\n".join(_dedent(text) for text in examples),
        more=tuple(" ".join(text.split()) for text in _split_paragraphs(_CODES.sub("", rest))),
        codes=" ".join(codes[1].split()) if codes else "",
    )


def _split_paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text, without click's mark that keeps their lines apart."""
    for part in re.split(r"\n\s*\n", text.replace("\b", "")):
        if part.strip():
            yield part.strip()


def _dedent(examples: str) -> str:
    return "\n".join(line.strip() for line in examples.splitlines()[1:])


def _describe_options(command: click.Command, context: click.Context) -> Iterator[OptionHelp]:
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option):  # arguments are in the command's help
            yield OptionHelp(*record)
