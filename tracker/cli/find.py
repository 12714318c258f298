"""`tracker find`: records by words in them."""

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import open_project, project_option, warn_about_unread
from tracker.cli.diff import Titles
from tracker.cli.sheet import describe_kind, describe_status
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.analysis.lookup import SearchHit
    from tracker.model import Dataset

_AROUND = 60
"""So many letters are shown on each side of a word."""


@click.command(
    epilog="""\b
Examples:
  tracker find health insurance          records that have both words
  tracker find refug shelter             words may be cut short
  tracker find 1,200                     a figure, with or without the comma
  tracker find CO/3 --limit 0            a symbol, and every record that has it
  tracker find shelter --json | jq -r '.found[].id'

\b
Exit codes: 0 found, 1 nothing found, as grep has it, 2 could not run."""
)
@click.argument("words", nargs=-1, required=True)
@project_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="NUMBER",
    default=20,
    show_default=True,
    help="Show so many, the best first; 0 shows all.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON document, for programs.")
def find(words: tuple[str, ...], project: Path, limit: int, as_json: bool) -> None:
    """Find the records in which all WORDS stand, each as the beginning of a word.

    Accents and capitals may be left out, as in the search of the site. Each result tells its kind,
    id, title and status, and in which field a word stands.
    """
    from tracker.analysis.lookup import search

    data = open_project(project).dataset
    warn_about_unread(data)
    hits = search(data, " ".join(words))
    shown = hits[:limit] if limit else hits
    if as_json:
        found = [_to_data(hit, data, words) for hit in shown]
        click.echo(json.dumps({"total": len(hits), "found": found}, ensure_ascii=False, indent=2))
    else:
        for hit in shown:
            click.echo(_to_text(_to_data(hit, data, words)))
    if not hits:
        click.echo(t("find.none", words=" ".join(words)), err=True)
        sys.exit(1)
    if len(shown) < len(hits):
        click.echo(t("find.shown", shown=len(shown), count=len(hits)), err=True)


def _to_data(hit: "SearchHit", data: "Dataset", words: tuple[str, ...]) -> dict[str, Any]:
    return {
        "collection": hit.match.collection,
        "kind": describe_kind(hit.match),
        "id": hit.match.record.id,
        "title": Titles(data, data).of(hit.match.record.id),
        "status": describe_status(hit.match, data),
        "field": hit.field,
        "text": _cut_around(hit.text, words),
    }


def _to_text(found: dict[str, Any]) -> str:
    head = t("show.named", **{**found, "title": click.style(found["title"], bold=True)})
    status = f" – {found['status']}" if found["status"] else ""
    return f"{head}{status}\n    {t('find.why', **found)}"


def _cut_around(text: str, words: tuple[str, ...]) -> str:
    """The part of a text in which the first of the words stands; its beginning if it cannot be
    told where, because letters were folded to several."""
    from tracker.model.text import fold_figures

    line = " ".join(text.split())
    folded = fold_figures(line)
    places = [
        found.start()
        for word in fold_figures(" ".join(words)).split()
        if (found := re.search(rf"(?<![^\W_]){re.escape(word)}", folded))
    ]
    at = min(places, default=0) if len(folded) == len(line) else 0
    first = line.rfind(" ", 0, max(0, at - _AROUND)) + 1 if at > _AROUND else 0
    last = line.find(" ", at + _AROUND)
    end = len(line) if last < 0 else last
    return ("… " if first else "") + line[first:end] + (" …" if end < len(line) else "")
