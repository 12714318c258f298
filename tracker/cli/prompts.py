"""Prompts for the fields of a record, as `tracker new` shows them."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from tracker.analysis.lookup import find_matching_ids
from tracker.cli import fail
from tracker.cli.needs import decide, order_fields
from tracker.i18n import t
from tracker.model import ImpreciseDate, Path
from tracker.model.base import FrozenModel, Ref
from tracker.model.citation import Statement
from tracker.model.dataset import Dataset
from tracker.model.fields import FieldDescription, describe_fields, find_field, iter_scalar_types
from tracker.model.kinds import KINDS
from tracker.model.suggestions import closest_match
from tracker.records.drafts import (
    AmbiguousDateError,
    list_known_ids,
    parse_path,
    parse_statement,
    parse_value,
    split_values,
)

MAX_CHOICES = 20
"""Maximum number of records shown to choose from."""

_LATER = ("withdrawn", "corrections")
"""Fields of published records only."""


def is_interactive() -> bool:
    """Return True if stdin is a terminal."""
    return sys.stdin.isatty()


def ask_fields(
    model: type[FrozenModel],
    data: Dataset,
    *,
    given: dict[str, Any] | None = None,
    optional: bool = False,
) -> dict[str, Any]:
    """Ask for the fields that a record needs, then for others by name; skip those given.

    With `optional`, the first empty answer leaves the whole part: the result is empty.
    """
    known = dict(given or {})
    answers: dict[str, Any] = {}
    names = [name for name in describe_fields(model) if name not in ("id", *known)]
    for name in order_fields(model, names):
        need = decide(model, name, known)
        if need == "no":
            continue
        can_leave = need == "may" or (optional and not answers)
        value = _ask(describe_fields(model)[name], data, optional=can_leave, answers=answers)
        if value in (None, "", [], {}):
            if need == "must":
                return {}
            continue
        known[name] = answers[name] = value
    answers.pop("", None)
    rest = [name for name in names if name not in (*answers, *_LATER)]
    return answers | _ask_by_name(model, rest, data)


def correct_fields(model: type[FrozenModel], data: Dataset) -> dict[Path, Any]:
    """Ask for fields by name or path; empty if the user names none, or without a terminal."""
    answers: dict[Path, Any] = {}
    names = [name for name in describe_fields(model) if name not in ("id", *_LATER)]
    while is_interactive():
        click.echo(f"\nFields: {', '.join(names)}", err=True)
        text = _prompt("Which field to change (Enter when done)")
        if not text:
            break
        path = parse_path(text)
        field = find_field(model, path)
        if field is None or path[0] == "id":
            _report_unknown(text, names)
        else:
            answers[path] = _ask(field, data, optional=True, item=isinstance(path[-1], int))
    return answers


def _ask_by_name(model: type[FrozenModel], names: list[str], data: Dataset) -> dict[str, Any]:
    """Ask for the name of a field and its value until the user names none."""
    answers: dict[str, Any] = {}
    while rest := [name for name in names if name not in answers]:
        click.echo(f"\nOptional fields: {', '.join(rest)}", err=True)
        name = _prompt("Add one of them (Enter when done)")
        if not name:
            break
        if name not in names:
            _report_unknown(name, rest)
        elif value := _ask(describe_fields(model)[name], data, optional=True):
            answers[name] = value
    return answers


def _report_unknown(name: str, names: list[str]) -> None:
    near = closest_match(name, names)
    hint = f"Did you mean {near}?" if near else "Type a name from the list."
    click.echo(f"There is no field {name} here. {hint}", err=True)


def ask_id(proposed: str, is_free: Callable[[str], bool]) -> str:
    """Ask for the id of a new record, which never changes later."""
    click.echo("\nID: part of the address of the page. It never changes later.", err=True)
    while True:
        key = _prompt("id", proposed)
        if is_free(key):
            return key
        click.echo("That id is taken, or has other than a-z, 0-9 and hyphens.", err=True)


def _prompt(text: str, default: str = "") -> str:
    answer = click.prompt(text, default=default, show_default=bool(default), err=True)
    return str(answer).strip()


def _ask(
    field: FieldDescription,
    data: Dataset,
    *,
    optional: bool = False,
    item: bool = False,
    answers: dict[str, Any] | None = None,
) -> Any:
    """Ask for the value of one field until it has the right form; None if it is left empty."""
    click.echo(f"\n{t(f'label.{field.name}')}: {field.description}", err=True)
    if field.name == "status":
        click.echo("What each status requires: docs/methodology.md", err=True)
    if optional:
        click.echo("Optional: press Enter to leave it out.", err=True)
    if field.instead and not click.confirm(
        f"Is there any? No means: {field.instead}", default=True, err=True
    ):
        return field.instead
    if field.part and field.part is not Statement:
        return _ask_parts(field, field.part, data, optional=optional, many=field.many and not item)
    if field.ref:
        return _ask_for_records(field, field.ref, data, optional=optional)
    return _ask_text(
        field, optional=optional, item=item, answers={} if answers is None else answers
    )


def _ask_parts(
    field: FieldDescription,
    part: type[FrozenModel],
    data: Dataset,
    *,
    optional: bool,
    many: bool,
) -> Any:
    """Ask for the fields of a part, or of several."""
    parts = [ask_fields(part, data, optional=optional)]
    if not parts[0]:
        return None
    while many and click.confirm(
        f"Add another ({t(f'label.{field.name}').lower()})?", default=False, err=True
    ):
        parts.append(ask_fields(part, data))
    return parts if many else parts[0]


def _ask_text(
    field: FieldDescription, *, optional: bool, item: bool, answers: dict[str, Any]
) -> Any:
    """Ask for text, a choice, a figure or a date until it has the right form."""
    many = field.many and not item
    _explain_text(field, many=many)
    default = str(answers.pop("", "")) if field.name == "printed" else ""
    while True:
        text = _prompt(field.name, default)
        if not text and optional:
            return None
        try:
            value = _parse(field, text, item=item, answers=answers)
        except AmbiguousDateError as error:
            click.echo(f"{error.args[0]} can be {' or '.join(error.args[1:])}. Type one.", err=True)
            continue
        values = value if many else [value]
        if text and values and all(field.accepts(one) for one in values):
            _show_understood(values, text)
            return value
        click.echo(_explain_refusal(field, text), err=True)


def _parse(field: FieldDescription, text: str, *, item: bool, answers: dict[str, Any]) -> Any:
    """Return the value of a text; for a figure, the text itself is the default of `printed`."""
    if field.name == "value":
        answers[""] = text
        statement = parse_statement(text)
        return statement["value"] if isinstance(statement, dict) else text
    return parse_value(field, text, item=item)


def _explain_text(field: FieldDescription, *, many: bool) -> None:
    if field.choices:
        click.echo(f"One of: {', '.join(field.choices)}", err=True)
    elif field.examples:
        click.echo(f"For example: {', or '.join(field.examples)}", err=True)
    if field.part is Statement:
        click.echo("Also the dates and figures of the record itself, if they are here.", err=True)
        click.echo("As published, such as 376, 1,200, 12 per cent or 17 May 2013.", err=True)
    if many:
        click.echo("Separate several with commas.", err=True)


def _explain_refusal(field: FieldDescription, text: str) -> str:
    if not text:
        return "This field is required."
    if field.choices:
        near = closest_match(text, field.choices)
        return f"That is not one of the choices.{f' Did you mean {near}?' if near else ''}"
    if ImpreciseDate in iter_scalar_types(field.type):
        return "That is not a date. Write it like 17 May 2013, 2013-05 or 2013."
    return f"That does not have the right form. {field.description}"


def _show_understood(values: list[Any], text: str) -> None:
    """Show what was understood where it is not what was typed."""
    shown = [str(v["value"]) if isinstance(v, dict) else str(v) for v in values]
    if shown != [text] and (
        len(shown) > 1 or any(isinstance(v, dict) for v in values) or shown[0] != text
    ):
        click.echo(f"Understood: {'; '.join(shown)}", err=True)


def _ask_for_records(
    field: FieldDescription, ref: Ref, data: Dataset, *, optional: bool
) -> str | list[str] | None:
    """Ask for the id of a record, or for several; exit if there is none to name."""
    known = list_known_ids(data, ref)
    if not known and optional:
        click.echo("There is no such record yet.", err=True)
        return None
    if not known:
        kinds = [k.name for k in KINDS.values() if k.collection == ref.collection and not k.list]
        fail(
            f"there is no record yet that {field.name} could refer to",
            f"Add that record first: tracker new {(kinds or [*KINDS])[0]}",
        )
    prompt = RecordPrompt(field.name, known, data, optional=optional)
    if not field.many:
        return next(iter(prompt.ask()), None)
    click.echo("One at a time, or IDs separated by commas. Press Enter when done.", err=True)
    chosen: list[str] = []
    while more := prompt.ask(chosen, several=True):
        chosen += [key for key in more if key not in chosen]
        click.echo(f"Chosen so far: {', '.join(chosen)}", err=True)
    return chosen


class RecordPrompt:
    """A prompt for records, with a numbered list of those that match."""

    def __init__(
        self, name: str, known: dict[str, str], data: Dataset, *, optional: bool = False
    ) -> None:
        """Show the records if they are few. `known` contains titles by id."""
        self._name = name
        self._known = known
        self._data = data
        self._optional = optional
        self._shown: list[str] = []
        if len(known) <= MAX_CHOICES:
            self._show(list(known))
        else:
            click.echo(
                (
                    f"{len(known)} to choose from. Type an ID, a symbol or part of one, or words "
                    "of the title. Type ? to list the first."
                ),
                err=True,
            )

    def ask(self, chosen: Sequence[str] = (), *, several: bool = False) -> list[str]:
        """Ask for a record, or for several separated by commas; return ids.

        Accepts ids, numbers of the list, or Enter for the only match. Returns an empty list if
        some are chosen and the user is done.
        """
        default = ""
        while True:
            text = _prompt(self._name, default)
            if not text and (chosen or self._optional):
                return []
            text = "" if text == "?" else text
            numbered = {str(number): key for number, key in enumerate(self._shown, 1)}
            ids = [numbered.get(part, part) for part in (split_values(text) if several else [text])]
            unknown = [key for key in ids if key not in self._known]
            if ids and not unknown:
                return ids
            default = self._show_matches(unknown[0] if unknown else "")

    def _show_matches(self, text: str) -> str:
        """Show the records that match; return the id if there is only one, or the nearest id."""
        matches = find_matching_ids(self._data, self._known, text) if text else list(self._known)
        if not matches:
            near = closest_match(text, list(self._known))
            click.echo(f"No match. Similar: {near}" if near else "No match.", err=True)
            return near
        self._show(matches)
        return matches[0] if len(matches) == 1 else ""

    def _show(self, ids: list[str]) -> None:
        self._shown = ids[:MAX_CHOICES]
        for number, key in enumerate(self._shown, 1):
            click.echo(f"{number}) {key} ({self._known[key]})", err=True)
        if len(ids) > MAX_CHOICES:
            click.echo(
                f"Showing {MAX_CHOICES} of {len(ids)}. Type more to narrow the list.", err=True
            )
