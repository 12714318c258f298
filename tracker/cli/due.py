"""`tracker due`: what is due for review, by authority and by right."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import open_project, parse_today
from tracker.cli.diff import Titles, escape_markdown
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.analysis.freshness import DueRating


@click.command(
    epilog="""\b
Examples:
  tracker due                                what is due today, in this project
  tracker due --today 2026-11-24 --format markdown

\b
Exit codes: 0 told, whether anything is due or not, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="For a terminal, for an issue, or for programs.",
)
@click.option("--today", help="The day to count from, as 2026-11-24.")
def due(path: Path, style: str, today: str | None) -> None:
    """List the ratings whose evidence is due for review, by authority and by right."""
    from tracker.analysis.freshness import find_due_ratings, iter_review_statuses
    from tracker.analysis.reference_date import find_reference_date

    project = open_project(path)
    root, data = project.root, project.dataset
    day, _ = find_reference_date(root, data, given=parse_today(today))
    found = tuple(find_due_ratings(data, today=day))
    if style == "json":
        click.echo(_to_json(found, day))
        return
    others: dict[str, Any] = {"positions": 0, "figures": 0, "sources": 0}
    for kind, _, ageing in iter_review_statuses(data, today=day):
        if kind in others and ageing and ageing.state != "current":
            others[kind] += 1
    lines = _format_ratings(found, titles=Titles(data, data), day=day, markdown=style == "markdown")
    click.echo("\n".join((*lines, "", t("due.more", **others))))


def _to_json(found: "tuple[DueRating, ...]", day: date) -> str:
    rows = [
        {
            "recommendation": one.recommendation,
            "rating": one.rating,
            "groups": list(one.groups),
            "authorities": list(one.authorities),
            "rights": list(one.rights),
            "evidence": one.status.evidence.text,
            "due_on": one.status.due_on.isoformat(),
            "state": one.status.state,
        }
        for one in found
    ]
    return json.dumps({"as_of": day.isoformat(), "due": rows}, ensure_ascii=False, indent=2)


def _format_ratings(
    found: "tuple[DueRating, ...]", *, titles: Titles, day: date, markdown: bool
) -> Iterator[str]:
    if not found:
        yield t("due.none", day=day)
        return
    heading, below = ("## ", "### ") if markdown else ("", "")
    yield f"{heading}{t('due.heading', day=day)}\n"
    yield t("due.lead")
    for part, name in (("authorities", "due.by-authority"), ("rights", "due.by-right")):
        yield f"\n{heading}{t(name)}"
        listed: dict[str, list[DueRating]] = {}
        for one in found:
            for key in getattr(one, part) or ("",):
                listed.setdefault(key, []).append(one)
        for key in sorted(listed):
            title = titles.of(key) if key else t("due.unassigned")
            yield f"\n{below}{escape_markdown(title) if markdown else title}\n"
            yield from (_format_line(one, titles, markdown=markdown) for one in listed[key])


def _format_line(one: "DueRating", titles: Titles, *, markdown: bool) -> str:
    facts: dict[str, Any] = {"since": one.status.due_on, "evidence": one.status.evidence}
    title, groups = titles.of(one.recommendation), titles.all(one.groups)
    told = f"{title} ({groups}): {t(f'due.{one.status.state}', **facts)}"
    return f"- {escape_markdown(told)}" if markdown else f"  - {told}"
