"""`tracker show`: a record, all that touches it, its ratings, its age and its proof."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tracker.cli.common import open_project, parse_today, project_option, warn_about_unread
from tracker.cli.diff import Titles
from tracker.cli.sheet import RecordText, describe_kind, to_data
from tracker.i18n import t

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tracker.analysis.lookup import RecordMatch
    from tracker.records.loader import LoadResult


def _complete_id(context: click.Context, _: click.Parameter, begun: str) -> "list[CompletionItem]":
    """For the shell: the ids that begin so, with their titles; none outside a project."""
    from click.shell_completion import CompletionItem

    from tracker.analysis.diff import to_plain_text
    from tracker.analysis.lookup import iter_records_and_parts
    from tracker.records.loader import find_project, load, read_files

    root = find_project(context.params.get("project") or Path())
    data = None
    with suppress(OSError):
        data = load(read_files(root)).dataset if root else None
    return [
        CompletionItem(found.value.id, help=to_plain_text(found.record.title))
        for found in (iter_records_and_parts(data) if data else ())
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
@click.argument("words", metavar="ID", nargs=-1, required=True, shell_complete=_complete_id)
@project_option
@click.option("--json", "as_json", is_flag=True, help="As one JSON document, for programs.")
@click.option("--today", help="The day to count ages to, as 2026-11-24.")
def show(words: tuple[str, ...], project: Path, as_json: bool, today: str | None) -> None:
    """Show a record, whom it names and who names it, how old its evidence is and how it is proved.

    ID is that of a record, a rating or a position; or a document's symbol, or the end of it, with
    or without a paragraph.
    """
    from tracker.analysis.lookup import collect_details
    from tracker.analysis.reference_date import find_reference_date

    opened = open_project(project)
    root, loaded = opened.root, opened.loaded
    warn_about_unread(loaded.dataset)
    found = _find_one(" ".join(words), loaded)
    day, _ = find_reference_date(root, loaded.dataset, given=parse_today(today))
    all_of_it = collect_details(
        found,
        loaded.dataset,
        verifications=loaded.verifications.rows if loaded.verifications else {},
        links=loaded.links.rows if loaded.links else {},
        today=day,
    )
    where = loaded.locations[found.record.id].locate(found.path)
    if as_json:
        document = to_data(all_of_it, loaded.dataset, where)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(RecordText(loaded.dataset, day).of(all_of_it, where)))


def _find_one(words: str, loaded: "LoadResult") -> "RecordMatch":
    """What is meant; ends the command with 1 if it is nothing, or several."""
    from tracker.analysis.lookup import find_by_id, find_by_paragraph, find_closest_id

    data = loaded.dataset
    one = find_by_id(data, words)
    found = (one,) if one else find_by_paragraph(data, words)
    if len(found) == 1:
        return found[0]
    if found:
        titles = Titles(data, data)
        _fail(
            t("show.several", got=words, count=len(found)),
            *(
                t("show.named", kind=describe_kind(f), title=titles.of(f.record.id), id=f.record.id)
                for f in found
            ),
        )
    if words in data.invalid_ids:
        _fail(t("show.unsound", got=words), t("show.unsound.fix"))
    near = find_closest_id(data, words)
    told = t("suggest", suggest=near) if near else t("show.none.fix")
    _fail(t("show.none", got=words), told)


def _fail(what: str, *more: str) -> NoReturn:
    """Ends the command: it ran, and found nothing to show."""
    click.echo("\n    ".join((what, *more)), err=True)
    sys.exit(1)
