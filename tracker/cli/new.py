"""`tracker new`: one more record, asked for in turn or given as options."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import files_of, root_of, stop, tell, write_whole
from tracker.words import say

if TYPE_CHECKING:
    from tracker.drafting import Asked, Kind
    from tracker.load import Loaded
    from tracker.model import Dataset, Frozen

NAMES = ("recommendation", "finding", "source", "indicator", "event", "assessment", "position")


@click.command(
    epilog="""\b
Examples:
  tracker new source                             asks for each field in turn
  tracker new position --in asked-1 --from words.yml
  tracker new event --set title="The register opened" --set date=2014-03 --dry-run

\b
Lists are set by number (citations.0.source=report) or with commas (groups=settlers,newcomers).
The whole project is checked with the new record before anything is written.
Exit codes: 0 written, 1 problems and nothing written, 2 could not run."""
)
@click.argument("kind", type=click.Choice(NAMES))
@click.option("--in", "owner", help="For an assessment or a position: its recommendation.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="Give a field.")
@click.option("--from", "source", type=click.File("rb"), help="Give fields as YAML; - for input.")
@click.option("--project", type=click.Path(path_type=Path), default=".", help="The project.")
@click.option("--dry-run", is_flag=True, help="Print the record and write nothing.")
def new(
    kind: str, owner: str | None, given: tuple[str, ...], source: Any, project: Path, dry_run: bool
) -> None:
    """Write a new record of a KIND, with an id of its own, where such records stand."""
    from tracker.drafting import KINDS
    from tracker.load import load

    root = root_of(project)
    files = files_of(root)
    loaded = load(files)
    if _problems(loaded):
        stop(say("new.unsound"), say("new.unsound.fix"))
    draft = _given(KINDS[kind], given, source)
    owner = _owner(loaded.dataset, owner) if KINDS[kind].inside else None
    _complete(KINDS[kind], draft, loaded.dataset)
    record = _with_id(KINDS[kind], draft, loaded.dataset, owner or "")
    _write(root, files, kind, record, owner, dry_run=dry_run)


def _problems(loaded: "Loaded") -> list[Any]:
    from tracker.checks import check

    return [*loaded.problems, *check(loaded.dataset)]


def _given(kind: "Kind", given: tuple[str, ...], source: Any) -> dict[str, Any]:
    """The fields that were given as options, those of the file first."""
    from tracker.drafting import asked_of, path_of, put
    from tracker.load.yaml_text import read_yaml

    draft: dict[str, Any] = {}
    if source:
        document = read_yaml(source.read(), file=source.name)
        if document.problems or not isinstance(document.content, dict):
            stop(say("new.unreadable", file=source.name), say("new.unreadable.fix"))
        draft = document.content
    asked = {one.name: one for one in asked_of(kind.model)}
    for text in given:
        field, found, value = text.partition("=")
        at = path_of(field)
        if at[0] not in (*asked, "id"):
            stop(say("new.unknown", field=field), say("new.unknown.fix", allowed=", ".join(asked)))
        one = asked.get(str(at[0]))
        many = one and one.many and not one.part and len(at) == 1
        try:
            put(draft, at, _several(value) if many else value)
        except (IndexError, TypeError):
            found = ""
        if not found:
            stop(say("new.not-set", given=text), say("new.not-set.fix"))
    return draft


def _several(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _owner(data: "Dataset", given: str | None) -> str:
    """The recommendation that an assessment or a position goes into."""
    from tracker.drafting import known_ids
    from tracker.model import Ref
    from tracker.problem import closest

    known = known_ids(data, Ref("recommendations"))
    if given is None and asks():
        return _ask_known(say("new.ask-owner"), known)
    if given not in known:
        near = closest(given or "", known) or ", ".join(known)
        stop(say("new.no-owner", got=given or "–"), say("new.no-owner.fix", known=near))
    return given


def asks() -> bool:
    """Whether somebody sits there who can answer."""
    return sys.stdin.isatty()


def _complete(kind: "Kind", draft: dict[str, Any], data: "Dataset") -> None:
    """Ask for what is missing; without a terminal, stop and name it."""
    from tracker.drafting import asked_of

    missing = [one for one in asked_of(kind.model) if one.required and one.name not in draft]
    if missing and not asks():
        names = ", ".join(one.name for one in missing)
        stop(say("new.missing", fields=names), say("new.missing.fix"))
    if missing:
        draft |= _ask_part(kind.model, draft, data)


def _ask_part(model: "type[Frozen]", draft: dict[str, Any], data: "Dataset") -> dict[str, Any]:
    """The required fields in turn, then any other by name."""
    from tracker.drafting import asked_of

    fields = {one.name: one for one in asked_of(model) if one.name not in draft}
    answers = {n: _ask(one, data) for n, one in fields.items() if one.required}
    while rest := [name for name in fields if name not in answers]:
        named = click.prompt(
            say("new.more", fields=", ".join(rest)), default="", show_default=False, err=True
        ).strip()
        if not named:
            break
        if named in rest:
            answers[named] = _ask(fields[named], data)
    return answers


def _ask(one: "Asked", data: "Dataset") -> Any:
    """The answer to one question, asked again until it has the right form."""
    click.echo(f"\n{say(f'label.{one.name}')}: {one.description}", err=True)
    if one.name == "status":
        click.echo(say("new.status"), err=True)
    if one.part:
        found = [_ask_part(one.part, {}, data)]
        while one.many and click.confirm(say("new.again"), default=False, err=True):
            found.append(_ask_part(one.part, {}, data))
        return found if one.many else found[0]
    if one.many:
        click.echo(say("new.many"), err=True)
    while True:
        text = _ask_text(one, data)
        values = _several(text) if one.many else [text]
        if values and all(one.accepts(value) for value in values):
            return values if one.many else text
        shown = ", ".join(one.choices or one.examples) or one.description
        click.echo(say("new.wrong", examples=shown) if text else say("new.needed"), err=True)


def _ask_text(one: "Asked", data: "Dataset") -> str:
    from tracker.drafting import known_ids

    if one.ref and not one.many:
        return _ask_known(one.name, known_ids(data, one.ref))
    offered = list(known_ids(data, one.ref)) if one.ref else one.choices
    if offered:
        click.echo(", ".join(offered), err=True)
    return str(click.prompt(one.name, default="", show_default=False, err=True)).strip()


def _ask_known(name: str, known: dict[str, str]) -> str:
    """One of the known ids, typed or by its number; a near one is offered for a wrong one."""
    from tracker.problem import closest

    ids = list(known)
    for number, (key, title) in enumerate(known.items(), 1):
        click.echo(say("new.known", number=number, id=key, title=title), err=True)
    while True:
        typed = str(click.prompt(name, default="", show_default=False, err=True)).strip()
        if typed.isdecimal() and 0 < int(typed) <= len(ids):
            return ids[int(typed) - 1]
        if typed in known:
            return typed
        click.echo(say("new.no-such", near=closest(typed, ids) or "–"), err=True)


def _with_id(kind: "Kind", draft: dict[str, Any], data: "Dataset", owner: str) -> dict[str, Any]:
    from tracker.drafting import fresh_id, taken_ids

    return {"id": fresh_id(kind, draft, taken_ids(data), owner)} | draft


def _write(
    root: Path,
    files: dict[str, bytes],
    kind: str,
    record: dict[str, Any],
    owner: str | None,
    *,
    dry_run: bool,
) -> None:
    """Check the project as it would be, and write it if nothing is wrong."""
    from tracker.drafting import KINDS
    from tracker.form import added
    from tracker.load import load

    drafted = KINDS[kind]
    file = f"data/{drafted.collection}.yml"
    inside = (owner, drafted.inside) if owner else None
    data = added(files.get(file, b""), record, file=file, inside=inside)
    after = load(files | {file: data})
    problems = _problems(after)
    if problems or dry_run:
        click.echo(_as_text(drafted, record), nl=False, err=bool(problems))
    if problems:
        tell(after, problems, style="text")
        click.echo(say("new.refused", kind=kind), err=True)
        sys.exit(1)
    if dry_run:
        return
    write_whole(root / file, data, within=root)
    line = next(
        n
        for n, text in enumerate(data.decode().splitlines(), 1)
        if text.endswith(f"- id: {record['id']}")
    )
    click.echo(say("new.written", id=record["id"], file=file, line=line))
    click.echo(say("new.next", id=owner or record["id"]), err=True)


def _as_text(kind: "Kind", record: dict[str, Any]) -> str:
    """The fields of a record as `--from` takes them, without its id."""
    from tracker.form import fields_text

    return fields_text({k: v for k, v in record.items() if k != "id"}, kind.model)
