"""`tracker new`: write a new record, from prompts, options or a file."""

import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, NoReturn

import click

from tracker.cli import command, fail, prompts
from tracker.cli.answers import format_answer
from tracker.cli.changes import find_problems, open_valid
from tracker.cli.common import (
    find_root,
    get_program,
    open_changes,
    print_diagnostics,
)
from tracker.cli.completion import complete_assignment, complete_ref
from tracker.cli.options import project_option
from tracker.model import Path as FieldPath
from tracker.model.base import Ref
from tracker.model.dataset import FILES, Dataset
from tracker.model.diagnostics import Diagnostic
from tracker.model.fields import describe_fields, find_field
from tracker.model.kinds import KINDS, RecordKind
from tracker.model.suggestions import closest_match
from tracker.project import Project
from tracker.records.drafts import (
    AmbiguousDateError,
    list_known_ids,
    list_taken_ids,
    make_id,
    parse_path,
    parse_value,
    set_path,
)
from tracker.records.formatter import append_record, format_fields
from tracker.records.yaml_reader import read_yaml

_NAMED = ("sources", "vocabulary")
"""Collections whose records appear on the site only where another record names them."""


_OWNER = complete_ref(Ref("recommendations"))


@dataclass(frozen=True)
class DraftRecord:
    """A drafted record, and the project as it would be with it."""

    kind: RecordKind
    fields: dict[str, Any]
    file: str
    data: bytes
    """The content of the file with the record."""
    project: Project

    @cached_property
    def problems(self) -> list[Diagnostic]:
        """The problems of the project with the record."""
        return find_problems(self.project)

    def format(self) -> str:
        """Format the fields as `--from` reads them, without the id."""
        fields = {name: value for name, value in self.fields.items() if name != "id"}
        return format_fields(fields, FILES[self.kind.folder])


@command
@click.argument("kind", metavar="KIND", type=click.Choice(tuple(KINDS)))
@click.option(
    "--in",
    "owner",
    default="",
    shell_complete=_OWNER,
    help="ID of the recommendation that a statement or rating is about.",
)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="FIELD=VALUE",
    shell_complete=complete_assignment,
    help="Set a field.",
)
@click.option("--from", "source", type=click.File("rb"), help="Read fields as YAML; - for stdin.")
@project_option
@click.option("--dry-run", is_flag=True, help="Print the record and write nothing.")
def new(
    kind: str,
    owner: str,
    given: tuple[str, ...],
    source: BinaryIO | None,
    project: Path,
    dry_run: bool,
) -> None:
    """Write a new record, with fields from options, a file or prompts."""
    root = find_root(project)
    data = open_valid(root).dataset
    record_kind = KINDS[kind]
    fields = _read_file(source) if source else {}
    _set_fields(record_kind, fields, given)
    owner = owner or str(fields.pop("recommendation", ""))
    owner = _find_owner(data, owner) if record_kind.list else ""
    if _fill_missing(record_kind, fields, data) and "id" not in fields:
        fields["id"] = _ask_id(record_kind, fields, data, owner)
    while problems := (draft := _add(root, record_kind, fields, owner, dry_run=dry_run)).problems:
        click.echo(draft.format(), nl=False, err=True)
        print_diagnostics(draft.project, problems, style="text")
        _correct_fields(draft, fields)
    if dry_run:
        click.echo(draft.format(), nl=False)
    else:
        _report_written(draft, owner, project)


def _ask_id(kind: RecordKind, fields: dict[str, Any], data: Dataset, owner: str) -> str:
    """Propose an id that can be changed."""
    taken, form = list_taken_ids(data), describe_fields(kind.model)["id"]
    proposed = make_id(kind, fields, taken, owner)
    return prompts.ask_id(proposed, lambda key: key not in taken and form.accepts(key))


def _correct_fields(draft: DraftRecord, fields: dict[str, Any]) -> None:
    """Ask for fields that have problems; exit if the user names none.

    What was typed in a terminal is kept in a file, so that it need not be typed again.
    """
    kind = draft.kind
    faulty = dict(_find_faulty(draft, problem) for problem in reversed(draft.problems))
    answers = prompts.correct_fields(kind.model, draft.project.dataset, fields, faulty)
    if not answers:
        file = "FILE"
        if prompts.is_interactive():
            with NamedTemporaryFile(
                "w", prefix=f"{kind.name}-", suffix=".yml", delete=False, encoding="utf-8"
            ) as kept:
                kept.write(draft.format())
            file = kept.name
            click.echo(f"What you typed is in {file}. Fix it there.", err=True)
        else:
            click.echo("Fix this in a file.", err=True)
        again = shlex.join([get_program(), "new", kind.name, "--from", file])
        click.echo(f"Nothing saved. Then type: {again}", err=True)
        sys.exit(1)
    for path, value in answers.items():
        if value is None and len(path) == 1:
            fields.pop(str(path[0]), None)
        elif value is not None:
            with suppress(IndexError, TypeError):  # a gap in a list: the check says so again
                set_path(fields, path, value)


def _find_faulty(draft: DraftRecord, problem: Diagnostic) -> tuple[FieldPath, str]:
    """Return the field to change because of a problem, and what to add to it."""
    path = problem.path[2:] if draft.kind.list else problem.path
    if problem.code in ("date-not-cited", "figure-not-cited"):
        figure = path[:-1] if path[-1:] == ("value",) else path
        added = format_answer(draft.fields, (*figure, "printed"))
        return ("citations", 0, "states"), added or format_answer(draft.fields, path)
    return path, ""


def _read_file(source: BinaryIO) -> dict[str, Any]:
    """Read the fields of one record from YAML; exit if it contains anything else."""
    name = getattr(source, "name", "-")
    document = read_yaml(source.read(), file=name)
    content = document.content
    if isinstance(content, list) and len(content) == 1:
        (content,) = content  # as in a data file
    if document.problems or not isinstance(content, dict):
        fail(
            f"{name} does not contain the fields of one record",
            "Write one field per line, without a hyphen, for example: title: Newcomers Act",
        )
    return content


def _set_fields(kind: RecordKind, fields: dict[str, Any], given: tuple[str, ...]) -> None:
    """Add the fields given as options; exit if one is unknown or cannot be set."""
    for text in given:
        name, separator, value = text.partition("=")
        path = parse_path(name)
        field = find_field(kind.model, path)
        if field is None and not (kind.list and name == "recommendation"):
            _reject_field(kind, path)
        try:
            is_item = isinstance(path[-1], int)
            set_path(fields, path, parse_value(field, value, item=is_item) if field else value)
        except AmbiguousDateError as error:
            fail(
                f"{error.args[0]} can be {' or '.join(error.args[1:])}",
                "Type one of these.",
            )
        except (IndexError, TypeError):
            separator = ""
        if not separator:
            fail(
                f"--set {text} is not FIELD=VALUE",
                'For example: --set title="Newcomers Act" or --set citations.0.source=report',
            )


def _reject_field(kind: RecordKind, path: FieldPath) -> NoReturn:
    """Exit with the names of the fields at the place where a path has an unknown one."""
    known = [step for step in range(1, len(path)) if find_field(kind.model, path[:step])]
    inside = find_field(kind.model, path[: known[-1]]) if known else None
    model = inside.part if inside and inside.part else kind.model
    names = ", ".join(name for name in describe_fields(model) if name != "id")
    fail(f"unknown field `{'.'.join(map(str, path))}` in --set", f"Fields: {names}")


def _find_owner(data: Dataset, given: str) -> str:
    """Return the id of the recommendation that an assessment or a position belongs to."""
    known = list_known_ids(data, Ref("recommendations"))
    if not given and prompts.is_interactive():
        return prompts.RecordPrompt("Recommendation it belongs to", known, data).ask()[0]
    if given not in known:
        near = closest_match(given, known)
        names = near or ", ".join([*known][: prompts.MAX_CHOICES])
        fail(f"there is no recommendation {given or '–'}", f"Name one with --in: {names}")
    return given


def _fill_missing(kind: RecordKind, fields: dict[str, Any], data: Dataset) -> bool:
    """Ask for missing fields, and return True if there were any; exit without a terminal."""
    missing = [
        name
        for name, field in describe_fields(kind.model).items()
        if field.required and name not in ("id", *fields)
    ]
    if missing and not prompts.is_interactive():
        fail(
            f"missing: {', '.join(missing)}",
            (
                "Give them with --set or --from, or run the command in a terminal, where "
                "it asks for them."
            ),
        )
    if missing:
        fields |= prompts.ask_fields(kind.model, data, given=fields)
    return bool(missing)


def _add(
    root: Path, kind: RecordKind, fields: dict[str, Any], owner: str, *, dry_run: bool
) -> DraftRecord:
    """Add the record to the files as they are now: they may have changed during the prompts."""
    with open_changes(root) as changes:
        project = open_valid(root)
        if owner:
            owner = _find_owner(project.dataset, owner)
        record = {"id": make_id(kind, fields, list_taken_ids(project.dataset), owner)}
        record |= ({"recommendation": owner} if owner else {}) | fields
        file = f"data/{kind.folder}/{record['id']}.yml"
        data = append_record(project.files.get(file, b""), record, file=file)
        draft = DraftRecord(kind, record, file, data, project.with_files({file: data}))
        if not dry_run and not draft.problems:
            changes.expect(file, project.files.get(file))
            changes.add(file, data)
    return draft


def _report_written(draft: DraftRecord, owner: str, project: Path) -> None:
    """Print where the record is, and as the last line a command that shows it."""
    key = draft.fields["id"]
    lines = draft.data.decode().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if text.endswith(f"- id: {key}"))
    click.echo(f"{key} saved to {draft.file}, line {line}")
    if draft.kind.collection in _NAMED:
        click.echo(f"Next, add a record that refers to {key}. To see it, type:", err=True)
    else:
        click.echo(
            "Next, check the citations with make verify TEXTS=folder. To see the record, type:",
            err=True,
        )
    place = [] if project == Path() else ["--project", str(project)]
    click.echo(shlex.join([get_program(), "show", owner or key, *place]), err=True)
