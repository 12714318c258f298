"""`tracker due`: the ratings whose evidence is due for review."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.analysis.freshness import DueRating, find_due_ratings, iter_review_statuses
from tracker.cli import command
from tracker.cli.common import open_project, parse_today, path_argument
from tracker.cli.text import Titles, escape_markdown
from tracker.i18n import t


@command
@path_argument
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="For a terminal, for an issue, or for programs.",
)
@click.option("--today", help="The day to count from, as 2026-11-24.")
def due(path: Path, style: str, today: str | None) -> None:
    """Print the ratings that are due for review."""
    project = open_project(path)
    data, day = project.dataset, project.reference_date(parse_today(today))
    ratings = tuple(find_due_ratings(data, today=day))
    if style == "json":
        click.echo(_to_json(ratings, day))
        return
    counts = Counter(
        kind
        for kind, _, status in iter_review_statuses(data, today=day)
        if status and status.state != "current"
    )
    others: dict[str, Any] = {kind: counts[kind] for kind in ("positions", "figures", "sources")}
    lines = _format_ratings(ratings, titles=Titles(data), day=day, markdown=style == "markdown")
    click.echo("\n".join((*lines, "", t("due.more", **others))))


def _to_json(ratings: tuple[DueRating, ...], day: date) -> str:
    rows = [
        {
            "recommendation": rating.recommendation,
            "rating": rating.rating,
            "groups": list(rating.groups),
            "authorities": list(rating.authorities),
            "rights": list(rating.rights),
            "evidence": rating.status.evidence.text,
            "due_on": rating.status.due_on.isoformat(),
            "state": rating.status.state,
        }
        for rating in ratings
    ]
    return json.dumps({"as_of": day.isoformat(), "due": rows}, ensure_ascii=False, indent=2)


def _format_ratings(
    ratings: tuple[DueRating, ...], *, titles: Titles, day: date, markdown: bool
) -> Iterator[str]:
    if not ratings:
        yield t("due.none", day=day)
        return
    heading, subheading = ("## ", "### ") if markdown else ("", "")
    yield f"{heading}{t('due.heading', day=day)}\n"
    yield t("due.lead")
    for field, name in (("authorities", "due.by-authority"), ("rights", "due.by-right")):
        yield f"\n{heading}{t(name)}"
        groups = defaultdict(list)
        for rating in ratings:
            for key in getattr(rating, field) or ("",):
                groups[key].append(rating)
        for key in sorted(groups):
            title = titles.of(key) if key else t("due.unassigned")
            yield f"\n{subheading}{escape_markdown(title) if markdown else title}\n"
            yield from (_format_rating(r, titles, markdown=markdown) for r in groups[key])


def _format_rating(rating: DueRating, titles: Titles, *, markdown: bool) -> str:
    status = rating.status
    state = t(f"due.{status.state}", since=status.due_on, evidence=status.evidence)
    line = f"{titles.of(rating.recommendation)} ({titles.all(rating.groups)}): {state}"
    return f"- {escape_markdown(line)}" if markdown else f"  - {line}"
