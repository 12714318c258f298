"""Prompts for the fields of a record, as `tracker new` shows them."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from tracker.analysis.lookup import find_matching_ids
from tracker.cli import fail
from tracker.i18n import t
from tracker.model.base import FrozenModel, Ref
from tracker.model.dataset import Dataset
from tracker.model.fields import FieldDescription, describe_fields
from tracker.model.kinds import KINDS
from tracker.model.suggestions import closest_match
from tracker.records.drafts import list_known_ids

MAX_CHOICES = 12
"""Maximum number of records shown to choose from."""


def is_interactive() -> bool:
    """Return True if stdin is a terminal."""
    return sys.stdin.isatty()


def split_values(text: str) -> list[str]:
    """Split a list separated by commas."""
    return [item.strip() for item in text.split(",") if item.strip()]


def ask_fields(
    model: type[FrozenModel], data: Dataset, *, given: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Ask for the required fields in order, then for others by name; skip those given."""
    skipped = ("id", *(given or ()))
    fields = {name: f for name, f in describe_fields(model).items() if name not in skipped}
    answers = {name: _ask(field, data) for name, field in fields.items() if field.required}
    optional = {name: field for name, field in fields.items() if name not in answers}
    return answers | _ask_by_name(optional, data)


def correct_fields(model: type[FrozenModel], data: Dataset) -> dict[str, Any]:
    """Ask for fields by name; empty if the user names none, or without a terminal."""
    if not is_interactive():
        return {}
    return _ask_by_name({n: f for n, f in describe_fields(model).items() if n != "id"}, data)


def _ask_by_name(fields: dict[str, FieldDescription], data: Dataset) -> dict[str, Any]:
    """Ask for the name of a field and its value until the user names none."""
    answers: dict[str, Any] = {}
    while rest := [name for name in fields if name not in answers]:
        name = _prompt(f"More fields, one at a time ({', '.join(rest)}). Press Enter when done")
        if not name:
            break
        if name in rest:
            answers[name] = _ask(fields[name], data)
    return answers


def _prompt(text: str, default: str = "") -> str:
    answer = click.prompt(text, default=default, show_default=bool(default), err=True)
    return str(answer).strip()


def _ask(field: FieldDescription, data: Dataset) -> Any:
    """Ask for the value of one field until it has the right form."""
    click.echo(f"\n{t(f'label.{field.name}')}: {field.description}", err=True)
    if field.name == "status":
        click.echo("What each status requires: docs/methodology.md", err=True)
    if field.part:
        parts = [ask_fields(field.part, data)]
        while field.many and click.confirm("Add another?", default=False, err=True):
            parts.append(ask_fields(field.part, data))
        return parts if field.many else parts[0]
    if field.ref:
        return _ask_for_records(field, field.ref, data)
    if field.many:
        click.echo("Separate several with commas.", err=True)
    while True:
        if field.choices:
            click.echo(", ".join(field.choices), err=True)
        text = _prompt(field.name)
        values = split_values(text) if field.many else [text]
        if values and all(field.accepts(value) for value in values):
            return values if field.many else text
        examples = ", ".join(field.choices or field.examples) or field.description
        click.echo(
            f"That is not valid. Examples: {examples}" if text else "This field is required.",
            err=True,
        )


def _ask_for_records(field: FieldDescription, ref: Ref, data: Dataset) -> str | list[str]:
    """Ask for the id of a record, or for several; exit if there is none to name."""
    known = list_known_ids(data, ref)
    if not known:
        kinds = [k.name for k in KINDS.values() if k.collection == ref.collection and not k.list]
        fail(
            f"there is no record yet that {field.name} could refer to",
            f"Add that record first: tracker new {(kinds or [*KINDS])[0]}",
        )
    prompt = RecordPrompt(field.name, known, data)
    if not field.many:
        return prompt.ask()[0]
    click.echo("One at a time, or IDs separated by commas. Press Enter when done.", err=True)
    chosen: list[str] = []
    while more := prompt.ask(chosen, several=True):
        chosen += [key for key in more if key not in chosen]
        click.echo(f"Chosen so far: {', '.join(chosen)}", err=True)
    return chosen


class RecordPrompt:
    """A prompt for records, with a numbered list of those that match."""

    def __init__(self, name: str, known: dict[str, str], data: Dataset) -> None:
        """Show the records if they are few. `known` contains titles by id."""
        self._name = name
        self._known = known
        self._data = data
        self._shown: list[str] = []
        if len(known) <= MAX_CHOICES:
            self._show(list(known))
        else:
            click.echo(
                (
                    f"{len(known)} to choose from. Type an ID, a symbol or part of one, or words "
                    "of the title. Press Enter to list the first."
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
            if not text and chosen:
                return []
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
            click.echo(f"No match. Similar: {near or '–'}", err=True)
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
