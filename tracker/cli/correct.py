"""`tracker correct`: change fields of a published record, and add the correction to it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.analysis.diff import to_plain_text
from tracker.analysis.lookup import RecordMatch, find_by_id
from tracker.checks.report import format_diagnostics
from tracker.checks.verifications import check_verifications
from tracker.cli import command, fail, prompts
from tracker.cli.changes import open_valid, print_file_diff, save_changes
from tracker.cli.common import parse_today
from tracker.cli.completion import complete_assignment, complete_id
from tracker.cli.options import project_option
from tracker.cli.text import exit_without_record
from tracker.i18n import has_message, t
from tracker.model import Path as FieldPath
from tracker.model.base import FrozenModel
from tracker.model.diagnostics import Diagnostic
from tracker.model.fields import FieldDescription, describe_fields, find_field
from tracker.project import Project
from tracker.records.drafts import AmbiguousDateError, parse_path, parse_value
from tracker.records.edits import FileEdit, append_item, set_field
from tracker.records.loader import IMPORTED

_NEW_RATING = "a rating is never overwritten. Add a new one: tracker new assessment --in {owner}"
_NEW_POSITION = "this makes it another position. Add that: tracker new position --in {owner}"
_PROTECTED = {
    "id": "an id never changes once published. Withdraw the record, and name its successor: "
    "withdrawn.replaced_by",
    "corrections": "this command adds corrections itself: change the field that was wrong",
    "texts": "tracker verify --write adds these",
    "imported": "these are the facts of the database; a new import changes them",
    **dict.fromkeys(
        [f"assessments.{name}" for name in ("date", "groups", "status", "reason", "baseline")]
        + [f"assessments.{row}.state" for row in ("law", "measures", "results")],
        _NEW_RATING,
    ),
    "positions.speaker": _NEW_POSITION,
}
"""Fields that are not corrected, and what to do instead."""
_LONGEST = 300
"""Characters of an old value that a correction repeats; longer ones are described by a person."""


@command
@click.argument("record_id", metavar="ID", shell_complete=complete_id)
@click.argument(
    "given", metavar="FIELD=VALUE", nargs=-1, required=True, shell_complete=complete_assignment
)
@click.option("--why", default="", help="How the mistake happened, or was found.")
@click.option("--wrong", default="", help="What was wrong; by default, the old value.")
@click.option("--redact", is_flag=True, help="Withhold something: never repeat the old value.")
@click.option("--on", help="The day of the correction, as 2026-11-24; by default, today.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@project_option
def correct(
    record_id: str,
    given: tuple[str, ...],
    why: str,
    wrong: str,
    redact: bool,
    on: str | None,
    dry_run: bool,
    project: Path,
) -> None:
    """Change fields, add the correction, show both, and save them if the check passes."""
    opened = open_valid(project)
    match = _find_record(opened, record_id)
    values = dict(_parse(match, text) for text in given)
    entry: dict[str, Any] = {"on": str(parse_today(on) or date.today())}
    if redact:
        entry["kind"] = "redaction"
    else:
        entry["wrong"] = wrong or _describe_old(match, values)
    entry["why"] = why or _ask_why(redact=redact)
    changed = _edit(opened, match, values, entry)
    for file, data in changed.items():
        print_file_diff(file, opened.files[file], data, hide_old=redact)
    save_changes(opened, changed, dry_run=dry_run)
    if not dry_run:
        click.echo(f"{match.record.id} corrected in {', '.join(changed)}", err=True)
        if redact:
            click.echo("Git keeps the old value. SECURITY.md says what to do.", err=True)
    _report_unverified(opened, opened.with_files(changed), match.record.id)


def _report_unverified(before: Project, after: Project, record_id: str) -> None:
    """Print the citations of the record that are no longer verified, and how to verify them."""
    known = {repr(diagnostic) for diagnostic in _iter_unverified(before, record_id)}
    new = [d for d in _iter_unverified(after, record_id) if repr(d) not in known]
    if any(diagnostic.is_blocking for diagnostic in new):
        click.echo(
            "The change makes a verification out of date, and tracker check fails:", err=True
        )
    if new:
        located = after.loaded.locate_all(new)
        click.echo(format_diagnostics(located, lines=after.loaded.get_line), err=True)


def _iter_unverified(project: Project, record_id: str) -> Iterator[Diagnostic]:
    if project.loaded.verifications:
        for diagnostic in check_verifications(project.dataset, project.loaded.verifications):
            if diagnostic.record == record_id and diagnostic.code in ("suspect", "not-compared"):
                yield diagnostic


def _find_record(project: Project, record_id: str) -> RecordMatch:
    match = find_by_id(project.dataset, record_id)
    if match is None:
        exit_without_record(record_id, project.dataset)
    if project.loaded.locations[match.record.id].file.startswith(IMPORTED):
        fail(
            f"{match.record.id} was imported and is not a record of this project yet",
            f"Adopt it first: tracker adopt {match.record.id}",
        )
    return match


def _parse(match: RecordMatch, text: str) -> tuple[FieldPath, Any]:
    """Return the path in the record and the new value; exit if they cannot be used."""
    name, separator, value = text.partition("=")
    if not separator:
        fail(f"{text} is not FIELD=VALUE", 'For example: title="Newcomers Act" or figure.value=12')
    path = match.path + _resolve(match.value, parse_path(name))
    field = find_field(type(match.record), path)
    if field is None:
        names = ", ".join(n for n in describe_fields(type(match.value)) if n not in _PROTECTED)
        fail(f"{match.value.id} has no field {name}", f"Fields: {names}")
    plain = ".".join(step for step in path if isinstance(step, str))
    first = plain.split(".")[-1 if plain.endswith(".id") else 0]
    if reason := _PROTECTED.get(plain) or _PROTECTED.get(first):
        fail(f"{name} cannot be corrected: {reason.format(owner=match.record.id)}")
    if not value:
        return path, None
    if field.part and not isinstance(path[-1], int) and not field.accepts(value):
        inner = ", ".join(f"{name}.{n}" for n in describe_fields(field.part))
        fail(f"{name} has fields of its own", f"Give one of them: {inner}")
    return path, _to_value(field, path, value)


def _to_value(field: FieldDescription, path: FieldPath, text: str) -> Any:
    try:
        return parse_value(field, text, item=isinstance(path[-1], int))
    except AmbiguousDateError as error:
        fail(f"{error.args[0]} can be {' or '.join(error.args[1:])}", "Type one of these.")


def _resolve(value: Any, path: FieldPath) -> FieldPath:
    """Replace the id of an item in a list, or the end of it, by the number of the item."""
    steps: list[str | int] = []
    for step in path:
        found: str | int = step
        if isinstance(value, tuple) and isinstance(step, str):
            ids = [str(getattr(item, "id", "")) for item in value]
            numbers = [n for n, i in enumerate(ids) if i == step or i.endswith(f"-{step}")]
            found = numbers[0] if len(numbers) == 1 else step
        steps.append(found)
        if isinstance(found, int):
            value = value[found] if isinstance(value, tuple) and found < len(value) else None
        else:
            value = getattr(value, found, None) if isinstance(value, FrozenModel) else None
    return tuple(steps)


def _get_value(value: Any, path: FieldPath) -> Any:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, tuple) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else getattr(value, step, None)
    return value


def _describe_old(match: RecordMatch, values: dict[FieldPath, Any]) -> str:
    """Return the sentence about what was wrong; exit if a person has to write it."""
    sentences = []
    for path in values:
        old = _get_value(match.record, path)
        items = old if isinstance(old, tuple) else (old,)
        if any(isinstance(item, FrozenModel) for item in items):
            fail("say what was wrong", 'For example: --wrong "The wrong page was cited."')
        name = next(step for step in reversed(path) if isinstance(step, str))
        label = t(f"label.{name}") if has_message(f"label.{name}") else name
        text = ", ".join(to_plain_text(item) for item in items if item is not None)
        sentences.append(f"{label}: “{text}”." if text else f"{label}: missing.")
    wrong = " ".join(sentences)
    if len(wrong) > _LONGEST:
        fail("the old value is too long to repeat", "Say in one sentence what was wrong: --wrong")
    return wrong


def _ask_why(*, redact: bool) -> str:
    if not prompts.is_interactive():
        fail(
            "say why with --why",
            "How the mistake happened or was found."
            if not redact
            else "Why something is withheld, without saying what.",
        )
    click.echo("This is published with the correction.", err=True)
    return str(click.prompt("Why", err=True)).strip()


def _edit(
    project: Project, match: RecordMatch, values: dict[FieldPath, Any], entry: dict[str, Any]
) -> dict[str, bytes]:
    """Return the changed files; exit if nothing changes or a path leads nowhere."""
    location = project.loaded.locations[match.record.id]
    edits: dict[str, FileEdit] = {}

    def open_file(file: str) -> FileEdit:
        return edits.setdefault(file, FileEdit(project.files[file], file))

    for path, value in values.items():
        part = location.parts.get(path[:2])
        node = open_file((part or location).file).find(match.record.id) if not part else None
        if part and len(path) > 2:
            item = _get_value(match.record, path[:2])
            node = open_file(part.file).find(item.id, str(path[0]))
        if node is None:
            fail("a whole position or rating cannot be replaced", "Name one of its fields.")
        try:
            set_field(node, path[2:] if part else path, value)
        except (TypeError, IndexError):
            fail(f"{'.'.join(map(str, path))} leads to nothing that can be set")
    if all(edit.format() == project.files[file] for file, edit in edits.items()):
        fail("nothing changes: the record already has this value")
    append_item(open_file(location.file).find(match.record.id), "corrections", entry)
    return {file: edit.format() for file, edit in edits.items()}
