"""`tracker new`: one more record, asked for in turn or given as options."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import changing, fail, find_root, open_project, print_diagnostics
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.model import Dataset, FrozenModel, RecordKind, Ref
    from tracker.model.diagnostics import Diagnostic
    from tracker.model.fields import FieldDescription
    from tracker.records.loader import LoadResult

NAMES = (
    *("source", "position", "assessment", "finding", "indicator", "event", "recommendation"),
    *("discrepancy", "cycle", "term"),
)
"""Those of `model.KINDS`, which would take long to import for the help alone."""

_FEW = 12
"""So many records are shown to choose from."""
_NAMED = ("sources", "vocabulary")
"""Collections whose records are of use only where another names them."""


@click.command(
    epilog="""\b
Examples:
  tracker new source                             asks for each field in turn
  tracker new position --in asked-1 --from words.yml
  tracker new finding --from - < finding.yml
  tracker new event --set title="The register opened" --set date=2014-03 --dry-run

\b
Lists are set by number (citations.0.source=report) or with commas (groups=settlers,newcomers).
The whole project is checked with the new record before anything is written.
Exit codes: 0 written, 1 problems and nothing written, 2 could not run."""
)
@click.argument("kind", type=click.Choice(NAMES))
@click.option("--in", "owner", default="", help="The recommendation of a part.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="Give a field.")
@click.option("--from", "source", type=click.File("rb"), help="Give fields as YAML; - for input.")
@click.option("--project", type=click.Path(path_type=Path), default=".", help="The project.")
@click.option("--dry-run", is_flag=True, help="Print the record and write nothing.")
def new(
    kind: str, owner: str, given: tuple[str, ...], source: Any, project: Path, dry_run: bool
) -> None:
    """Write a new record of a KIND into a file of its own, data/KIND/ID.yml."""
    from tracker.model import KINDS

    root = find_root(project)
    loaded = _valid(root)
    drafted = KINDS[kind]
    draft = _read_given(drafted, given, source)
    owner = owner or str(draft.pop("recommendation", ""))
    owner = _find_owner(loaded.dataset, owner) if drafted.list else ""
    _fill_missing(drafted, draft, loaded.dataset)
    while (made := _written(root, drafted, draft, owner, dry_run=dry_run)).problems:
        click.echo(made.text(), nl=False, err=True)
        print_diagnostics(made.after, made.problems, style="text")
        if not (is_interactive() and _correct_fields(drafted, draft, made.after.dataset)):
            click.echo(t("new.refused", kind=kind), err=True)
            sys.exit(1)
    if dry_run:
        click.echo(made.text(), nl=False)
    else:
        _tell_written(made, owner)


def _valid(root: Path) -> "LoadResult":
    """The records as they are now; stops the command if they have problems of their own."""
    loaded = open_project(root).loaded
    if _select_diagnostics(loaded):
        fail(t("new.unsound"), t("new.unsound.fix"))
    return loaded


def _select_diagnostics(loaded: "LoadResult") -> list["Diagnostic"]:
    """Every fault. What no record uses yet is none: a source is written before it is cited."""
    from tracker.checks import check

    found = [*loaded.problems, *check(loaded.dataset)]
    return [problem for problem in found if problem.is_blocking]


def _read_given(kind: "RecordKind", given: tuple[str, ...], source: Any) -> dict[str, Any]:
    """The fields that were given as options, those of the file first."""
    from tracker.model.fields import describe_fields
    from tracker.records.drafts import parse_path, set_path
    from tracker.records.yaml_reader import read_yaml

    draft: dict[str, Any] = {}
    if source:
        name = getattr(source, "name", "-")
        document = read_yaml(source.read(), file=name)
        content = document.content
        if isinstance(content, list) and len(content) == 1:
            (content,) = content  # as in a data file
        if document.problems or not isinstance(content, dict):
            fail(t("new.unreadable", file=name), t("new.unreadable.fix"))
        draft = content
    asked = {name: one for name, one in describe_fields(kind.model).items() if name != "id"}
    for text in given:
        field, found, value = text.partition("=")
        at = parse_path(field)
        if at[0] not in (*asked, "id", *(["recommendation"] if kind.list else [])):
            fail(t("new.unknown", field=field), t("new.unknown.fix", allowed=", ".join(asked)))
        one = asked.get(str(at[0]))
        many = one and one.many and not one.part and len(at) == 1
        try:
            set_path(draft, at, _split_values(value) if many else value)
        except (IndexError, TypeError):
            found = ""
        if not found:
            fail(t("new.not-set", given=text), t("new.not-set.fix"))
    return draft


def _split_values(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _find_owner(data: "Dataset", given: str) -> str:
    """The recommendation that an assessment or a position goes into."""
    from tracker.model import Ref
    from tracker.model.diagnostics import closest_match
    from tracker.records.drafts import list_known_ids

    known = list_known_ids(data, Ref("recommendations"))
    if not given and is_interactive():
        return _Asking(t("new.ask-owner"), known, data).one()
    if given not in known:
        near = closest_match(given, known) or [*known][:_FEW]
        fail(t("new.no-owner", got=given or "–"), t("new.no-owner.fix", known=near))
    return given


def is_interactive() -> bool:
    """Whether somebody sits there who can answer."""
    return sys.stdin.isatty()


def _fill_missing(kind: "RecordKind", draft: dict[str, Any], data: "Dataset") -> None:
    """Ask for what is missing; without a terminal, stop and name it."""
    from tracker.model.fields import describe_fields

    missing = [
        one
        for one in describe_fields(kind.model).values()
        if one.required and one.name not in ("id", *draft)
    ]
    if missing and not is_interactive():
        names = ", ".join(one.name for one in missing)
        fail(t("new.missing", fields=names), t("new.missing.fix"))
    if missing:
        draft |= _ask_part(kind.model, draft, data)


def _correct_fields(kind: "RecordKind", draft: dict[str, Any], data: "Dataset") -> bool:
    """Ask for fields anew, by name; whether one was given."""
    from tracker.model.fields import describe_fields

    fields = {name: one for name, one in describe_fields(kind.model).items() if name != "id"}
    answers = _ask_named(fields, data)
    draft |= answers
    return bool(answers)


def _ask_part(model: "type[FrozenModel]", draft: dict[str, Any], data: "Dataset") -> dict[str, Any]:
    """The required fields in turn, then any other by name."""
    from tracker.model.fields import describe_fields

    fields = {
        name: one for name, one in describe_fields(model).items() if name not in ("id", *draft)
    }
    answers = {n: _ask(one, data) for n, one in fields.items() if one.required}
    return answers | _ask_named({n: one for n, one in fields.items() if n not in answers}, data)


def _ask_named(fields: dict[str, "FieldDescription"], data: "Dataset") -> dict[str, Any]:
    """Answers to the questions that are asked for by name, until there is none."""
    answers: dict[str, Any] = {}
    while rest := [name for name in fields if name not in answers]:
        named = click.prompt(
            t("new.more", fields=", ".join(rest)), default="", show_default=False, err=True
        ).strip()
        if not named:
            break
        if named in rest:
            answers[named] = _ask(fields[named], data)
    return answers


def _ask(one: "FieldDescription", data: "Dataset") -> Any:
    """The answer to one question, asked again until it has the right form."""
    click.echo(f"\n{t(f'label.{one.name}')}: {one.description}", err=True)
    if one.name == "status":
        click.echo(t("new.status"), err=True)
    if one.part:
        found = [_ask_part(one.part, {}, data)]
        while one.many and click.confirm(t("new.again"), default=False, err=True):
            found.append(_ask_part(one.part, {}, data))
        return found if one.many else found[0]
    if one.ref:
        return _ask_named_records(one, one.ref, data)
    if one.many:
        click.echo(t("new.many"), err=True)
    while True:
        text = _ask_text(one)
        values = _split_values(text) if one.many else [text]
        if values and all(one.accepts(value) for value in values):
            return values if one.many else text
        shown = ", ".join(one.choices or one.examples) or one.description
        click.echo(t("new.wrong", examples=shown) if text else t("new.needed"), err=True)


def _ask_text(one: "FieldDescription") -> str:
    if one.choices:
        click.echo(", ".join(one.choices), err=True)
    return str(click.prompt(one.name, default="", show_default=False, err=True)).strip()


def _ask_named_records(one: "FieldDescription", ref: "Ref", data: "Dataset") -> str | list[str]:
    """The id of a record, or of several."""
    from tracker.model import KINDS
    from tracker.records.drafts import list_known_ids

    known = list_known_ids(data, ref)
    if not known:
        kinds = [k.name for k in KINDS.values() if k.collection == ref.collection and not k.list]
        fail(t("new.none", field=one.name), t("new.none.fix", kind=(kinds or NAMES)[0]))
    asking = _Asking(one.name, known, data)
    if not one.many:
        return asking.one()
    click.echo(t("new.each"), err=True)
    found: list[str] = []
    while more := asking.some(found):
        found += [key for key in more if key not in found]
        click.echo(t("new.taken", ids=found), err=True)
    return found


class _Asking:
    """A question for records, of which no more are shown than can be read at once."""

    def __init__(self, name: str, known: dict[str, str], data: "Dataset") -> None:
        self.name = name
        self.known = known
        self.data = data
        self.shown: list[str] = []
        if len(known) <= _FEW:
            self._show(list(known))
        else:
            click.echo(t("new.long", count=len(known)), err=True)

    def one(self) -> str:
        """The id of the one that is meant."""
        return self.some([], several=False)[0]

    def some(self, taken: list[str], *, several: bool = True) -> list[str]:
        """The ids that an answer means, asked for until there is one: an id, the number of one that
        is shown, or Enter for the only one that matches. None if some are taken, and Enter says
        that these are all."""
        offered = ""
        while True:
            typed = str(
                click.prompt(self.name, default=offered, show_default=bool(offered), err=True)
            ).strip()
            if not typed and taken:
                return []
            ids = [self._id(part) for part in (_split_values(typed) if several else [typed])]
            unknown = [key for key in ids if key not in self.known]
            if ids and not unknown:
                return ids
            offered = self._offer(unknown[0] if unknown else "")

    def _id(self, typed: str) -> str:
        """The id that a number stands for, where it was shown with one; else what was typed."""
        shown = dict(zip(map(str, range(1, len(self.shown) + 1)), self.shown, strict=True))
        return shown.get(typed, typed)

    def _offer(self, typed: str) -> str:
        """Show what matches; the id that Enter takes, where it is one alone."""
        from tracker.analysis.lookup import find_matching_ids
        from tracker.model.diagnostics import closest_match

        found = find_matching_ids(self.data, self.known, typed) if typed else list(self.known)
        if not found:
            near = closest_match(typed, list(self.known))
            click.echo(t("new.no-such", near=near or "–"), err=True)
            return near
        self._show(found)
        return found[0] if len(found) == 1 else ""

    def _show(self, ids: list[str]) -> None:
        self.shown = ids[:_FEW]
        for number, key in enumerate(self.shown, 1):
            click.echo(t("new.known", number=number, id=key, title=self.known[key]), err=True)
        if len(ids) > _FEW:
            click.echo(t("new.cut", shown=_FEW, count=len(ids)), err=True)


@dataclass(frozen=True)
class DraftRecord:
    """A drafted record with its id, and the project as it would be with it."""

    kind: "RecordKind"
    record: dict[str, Any]
    file: str
    before: Mapping[str, bytes]
    """The files of the project before."""
    new: dict[str, bytes]
    """The files that change."""
    after: "LoadResult"
    problems: list["Diagnostic"]

    def text(self) -> str:
        """The fields as `--from` takes them, without the id."""
        from tracker.model import FILES
        from tracker.records.formatter import format_fields

        fields = {name: value for name, value in self.record.items() if name != "id"}
        return format_fields(fields, FILES[self.kind.folder])


def _make_draft(
    loaded: "LoadResult", kind: "RecordKind", draft: dict[str, Any], owner: str
) -> DraftRecord:
    from tracker.records.drafts import list_taken_ids, make_id
    from tracker.records.formatter import append_record
    from tracker.records.loader import load

    record = {"id": make_id(kind, draft, list_taken_ids(loaded.dataset), owner)}
    record |= ({"recommendation": owner} if owner else {}) | draft
    file = f"data/{kind.folder}/{record['id']}.yml"
    new = {file: append_record(loaded.files.get(file, b""), record, file=file)}
    after = load({**loaded.files, **new})
    return DraftRecord(kind, record, file, loaded.files, new, after, _select_diagnostics(after))


def _written(
    root: Path, kind: "RecordKind", draft: dict[str, Any], owner: str, *, dry_run: bool
) -> DraftRecord:
    """Add the record to the files as they are now, not as they were when the questions began."""
    with changing(root) as changes:
        loaded = _valid(root)
        made = _make_draft(loaded, kind, draft, _find_owner(loaded.dataset, owner) if owner else "")
        for file, data in () if dry_run or made.problems else made.new.items():
            changes.expect(file, made.before.get(file))
            changes.add(file, data)
    return made


def _tell_written(made: DraftRecord, owner: str) -> None:
    key = made.record["id"]
    lines = made.new[made.file].decode().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if text.endswith(f"- id: {key}"))
    click.echo(t("new.written", id=key, file=made.file, line=line))
    click.echo(
        t("new.next-unnamed" if made.kind.collection in _NAMED else "new.next", id=owner or key),
        err=True,
    )
