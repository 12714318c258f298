"""`tracker show`: a record, all that touches it, its ratings, its age and its proof."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tracker.cli.common import day_given, open_project, project_option, warn_of_unread
from tracker.cli.diff import Titles
from tracker.cli.sheet import RecordText, as_data, kind_of
from tracker.i18n import say

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tracker.analysis.lookup import RecordMatch
    from tracker.records.loader import LoadResult


def _ids(context: click.Context, _: click.Parameter, begun: str) -> "list[CompletionItem]":
    """For the shell: the ids that begin so, with their titles; none outside a project."""
    from click.shell_completion import CompletionItem

    from tracker.analysis.diff import plain
    from tracker.analysis.lookup import everything
    from tracker.records.loader import find_project, load, read_files

    root = find_project(context.params.get("project") or Path())
    data = None
    with suppress(OSError):
        data = load(read_files(root)).dataset if root else None
    return [
        CompletionItem(found.value.id, help=plain(found.record.title))
        for found in (everything(data) if data else ())
        if found.value.id.startswith(begun)
    ]


@click.command(
    epilog="""\b
Examples:
  tracker show asked-1                   a record
  tracker show asked-1-a1                one of its ratings; positions too
  tracker show CO/3 9                    what is asked in paragraph 9 of that document
  tracker show CO/3                      that document
  tracker show asked-1 --json | jq .proof

\b
Exit codes: 0 shown, 1 no such record or several, 2 could not run."""
)
@click.argument("words", metavar="ID", nargs=-1, required=True, shell_complete=_ids)
@project_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON document, for programs.")
@click.option("--today", help="The day to count ages to, as 2026-11-24.")
def show(words: tuple[str, ...], project: Path, as_json: bool, today: str | None) -> None:
    """Show a record, whom it names and who names it, how old its evidence is and how it is proved.

    ID is that of a record, a rating or a position; or a document's symbol, or the end of it, with
    or without a paragraph.
    """
    from tracker.analysis.lookup import sheet
    from tracker.analysis.reference_date import day_of

    opened = open_project(project)
    root, loaded = opened.root, opened.loaded
    warn_of_unread(loaded.dataset)
    found = _the_one(" ".join(words), loaded)
    day, _ = day_of(root, loaded.dataset, given=day_given(today))
    all_of_it = sheet(
        found,
        loaded.dataset,
        proofs=loaded.proofs.rows if loaded.proofs else {},
        links=loaded.links.rows if loaded.links else {},
        today=day,
    )
    where = loaded.where[found.record.id].place(found.path)
    if as_json:
        document = as_data(all_of_it, loaded.dataset, where)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(RecordText(loaded.dataset, day).of(all_of_it, where)))


def _the_one(words: str, loaded: "LoadResult") -> "RecordMatch":
    """What is meant; ends the command with 1 if it is nothing, or several."""
    from tracker.analysis.lookup import by_id, by_place, nearest

    data = loaded.dataset
    one = by_id(data, words)
    found = (one,) if one else by_place(data, words)
    if len(found) == 1:
        return found[0]
    if found:
        titles = Titles(data, data)
        _fail(
            say("show.several", got=words, count=len(found)),
            *(
                say("show.named", kind=kind_of(f), title=titles.of(f.record.id), id=f.record.id)
                for f in found
            ),
        )
    if words in data.unsound:
        _fail(say("show.unsound", got=words), say("show.unsound.fix"))
    near = nearest(data, words)
    told = say("suggest", suggest=near) if near else say("show.none.fix")
    _fail(say("show.none", got=words), told)


def _fail(what: str, *more: str) -> NoReturn:
    """Ends the command: it ran, and found nothing to show."""
    click.echo("\n    ".join((what, *more)), err=True)
    sys.exit(1)
