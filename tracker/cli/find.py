"""`tracker find`: full-text search of the records."""

import re
import sys
from pathlib import Path
from typing import Any

import click

from tracker.analysis.lookup import SearchHit, search
from tracker.cli import command, print_json
from tracker.cli.common import json_option, open_project, warn_about_unread
from tracker.cli.options import project_option
from tracker.cli.text import Titles, describe_kind, describe_status
from tracker.i18n import t
from tracker.model.dataset import Dataset
from tracker.model.text import fold_figures

_CONTEXT = 60
"""Characters shown on each side of a match."""


@command
@click.argument("words", nargs=-1, required=True)
@project_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="NUMBER",
    default=20,
    show_default=True,
    help="Maximum number of results, best first; 0 shows all.",
)
@json_option
def find(words: tuple[str, ...], project: Path, limit: int, as_json: bool) -> None:
    """Print the records that contain all words, and where."""
    data = open_project(project).dataset
    warn_about_unread(data)
    hits = search(data, " ".join(words))
    results = [_to_data(hit, data, words) for hit in (hits[:limit] if limit else hits)]
    if as_json:
        print_json({"total": len(hits), "found": results})
    else:
        for result in results:
            click.echo(_to_text(result))
    if not hits:
        click.echo(f"no record contains all of these words: {' '.join(words)}", err=True)
        sys.exit(1)
    if len(results) < len(hits):
        click.echo(f"Showing {len(results)} of {len(hits)}. To see all, add: --limit 0", err=True)


def _to_data(hit: SearchHit, data: Dataset, words: tuple[str, ...]) -> dict[str, Any]:
    return {
        "collection": hit.match.collection,
        "kind": describe_kind(hit.match),
        "id": hit.match.record.id,
        "title": Titles(data).of(hit.match.record.id),
        "status": describe_status(hit.match, data),
        "field": hit.field,
        "text": _extract_context(hit.text, words),
    }


def _to_text(result: dict[str, Any]) -> str:
    head = t("show.named", **{**result, "title": click.style(result["title"], bold=True)})
    status = f" – {result['status']}" if result["status"] else ""
    return f"{head}{status}\n    {t('find.why', **result)}"


def _extract_context(text: str, words: tuple[str, ...]) -> str:
    """Return the part of a text around the first of the words."""
    line = " ".join(text.split())
    folded = fold_figures(line)
    positions = [
        match.start()
        for word in fold_figures(" ".join(words)).split()
        if (match := re.search(rf"(?<![^\W_]){re.escape(word)}", folded))
    ]
    # Where folding changed the length, a position in the folded text means nothing in the line.
    at = min(positions, default=0) if len(folded) == len(line) else 0
    first = line.rfind(" ", 0, max(0, at - _CONTEXT)) + 1 if at > _CONTEXT else 0
    last = line.find(" ", at + _CONTEXT)
    end = len(line) if last < 0 else last
    return ("… " if first else "") + line[first:end] + (" …" if end < len(line) else "")
