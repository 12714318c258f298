"""Prompts for the fields of a record, as `tracker new` shows them."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from tracker.analysis.lookup import find_matching_ids
from tracker.cli import fail
from tracker.cli.answers import (
    describe_choice,
    explain_choice,
    find_problem,
    format_answer,
    suggest_answer,
    understand,
    understand_figure,
)
from tracker.cli.prompt_rules import get_prompt_mode, order_fields
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
    split_values,
)

MAX_CHOICES = 20
"""Maximum number of records shown to choose from."""

_LATER = ("withdrawn", "corrections", "imported", "texts", "positions", "assessments")
"""Fields that other commands write, of published records only, or with a separate command."""


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
        need = get_prompt_mode(model, name, known)
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


def correct_fields(
    model: type[FrozenModel], data: Dataset, fields: dict[str, Any], faulty: Mapping[Path, str]
) -> dict[Path, Any]:
    """Ask for fields by name or path; empty if the user names none, or without a terminal.

    `faulty` are the fields that are proposed one after the other, with what to add to them. Enter
    keeps the present value of a field, which is in `fields`.
    """
    answers: dict[Path, Any] = {}
    waiting = [".".join(map(str, path)) for path in faulty if find_field(model, path)]
    names = [name for name in describe_fields(model) if name not in ("id", *_LATER)]
    while is_interactive():
        click.echo(f"\nFields: {', '.join(names)}", err=True)
        proposed = waiting.pop(0) if waiting else ""
        advice = "Enter to accept it, - when done" if proposed else "Enter when done"
        text = _prompt(f"Which field to change ({advice})", proposed)
        if text in ("", "-"):
            break
        path = parse_path(text)
        field = find_field(model, path)
        if field is None or path[0] == "id":
            _report_unknown(text, names)
        else:
            default = ", ".join(filter(None, (format_answer(fields, path), faulty.get(path, ""))))
            item = isinstance(path[-1], int)
            answers[path] = _ask(field, data, optional=True, item=item, default=default)
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
        click.echo(
            "That ID is taken, or contains characters other than a-z, 0-9 and hyphens.", err=True
        )


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
    default: str = "",
) -> Any:
    """Ask for the value of one field until it has the right form; None if it is left empty."""
    click.echo(f"\n{t(f'label.{field.name}')}: {field.description}", err=True)
    if field.name == "status":
        click.echo("What each status requires: docs/methodology.md", err=True)
    if default:
        click.echo("Press Enter to keep it, or type - to leave it out.", err=True)
    elif optional:
        click.echo("Optional: press Enter to leave it out.", err=True)
    if field.instead and not click.confirm(
        f"Is there any? No means: {field.instead}", default=True, err=True
    ):
        return field.instead
    if field.part and field.part is not Statement:
        return _ask_parts(field, field.part, data, optional=optional, many=field.many and not item)
    if field.ref:
        return _ask_for_records(field, field.ref, data, optional=optional)
    known = {} if answers is None else answers
    known |= {"": default} if default else {}
    return _ask_text(field, data, optional=optional, item=item, answers=known)


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
    field: FieldDescription,
    data: Dataset,
    *,
    optional: bool,
    item: bool,
    answers: dict[str, Any],
) -> Any:
    """Ask for text, a choice, a figure or a date until it has the right form."""
    many = field.many and not item
    _explain_text(field, data, many=many)
    default = str(answers.pop("", ""))
    source = str(answers.get("source", ""))
    while True:
        text = _prompt(field.name, default)
        if text in ("", "-") and optional:
            return None
        try:
            value = _parse(field, text, data, item=item, answers=answers)
        except AmbiguousDateError as error:
            click.echo(f"{error.args[0]} can be {' or '.join(error.args[1:])}. Type one.", err=True)
            continue
        values = value if many else [value]
        has_form = text and values and all(field.accepts(one) for one in values)
        problems = [find_problem(field, one, source, data) for one in values] if has_form else []
        if has_form and not any(problems):
            _show_understood(values, text)
            return value
        click.echo(next(filter(None, problems), "") or _explain_refusal(field, text), err=True)
        # Enter leaves an optional field out, so it cannot also accept the suggestion.
        default = "" if optional else suggest_answer(field, text, source, data)


def _parse(
    field: FieldDescription, text: str, data: Dataset, *, item: bool, answers: dict[str, Any]
) -> Any:
    """Return the value of a text; for a figure, the text itself is the default of `printed`."""
    if field.name == "value":
        figure = understand_figure(text)
        answers[""] = text
        answers |= {name: figure[name] for name in ("bound",) if name in figure}
        return figure["value"]
    return understand(field, text, data, item=item)


def _explain_text(field: FieldDescription, data: Dataset, *, many: bool) -> None:
    for number, choice in enumerate(field.choices, 1):
        meaning = describe_choice(field, choice, data)
        shown = f" ({meaning})" if meaning.casefold() not in ("", choice) else ""
        click.echo(f"{number}) {choice}{shown}", err=True)
    if field.examples and not field.choices:
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
        return explain_choice(field, text)
    kinds = list(iter_scalar_types(field.type))
    if ImpreciseDate in kinds:
        return "That is not a date. Write it like 17 May 2013, 2013-05 or 2013."
    if field.name == "url":
        return "That is not a full address. It begins with https:// or http://."
    if int in kinds:
        return "That is not a number. Write it in digits, such as 2."
    return f"That does not have the right form. {field.description}"


def _show_understood(values: list[Any], text: str) -> None:
    """Show what was understood if it differs from what was typed."""
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
            if not text and self._shown:
                click.echo("Type the number of one of them, its ID, or ? for all.", err=True)
                continue
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
            advice = "Type other words, or ? for the list."
            click.echo(f"No match. Similar: {near}" if near else f"No match. {advice}", err=True)
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
