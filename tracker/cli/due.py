"""`tracker due`: the ratings whose evidence is due for review."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import click

from tracker.analysis.freshness import DueRating, find_due_ratings, iter_review_statuses
from tracker.cli import command, print_json
from tracker.cli.common import format_option, open_project, parse_today
from tracker.cli.options import path_argument
from tracker.cli.text import Titles, describe_evidence, escape_markdown, print_template


@command
@path_argument
@format_option(*("text", "markdown", "json"), help="For a terminal, for an issue, or for programs.")
@click.option("--today", help="List what is due on this day, such as 2026-11-24.")
def due(path: Path, style: str, today: str | None) -> None:
    """Print the ratings that are due for review."""
    project = open_project(path)
    data, day = project.dataset, project.reference_date(parse_today(today))
    ratings = tuple(find_due_ratings(data, today=day))
    if style == "json":
        print_json({"as_of": day.isoformat(), "due": [_to_data(rating) for rating in ratings]})
        return
    counts = Counter(
        kind
        for kind, _, status in iter_review_statuses(data, today=day)
        if status and status.state != "current"
    )
    print_template(
        "due",
        ratings=ratings,
        groupings=[
            ("due.by-authority", _group(ratings, "authorities")),
            ("due.by-right", _group(ratings, "rights")),
        ],
        day=day,
        titles=Titles(data),
        describe_evidence=describe_evidence,
        others={kind: counts[kind] for kind in ("positions", "figures", "sources")},
        markdown=style == "markdown",
        escape=escape_markdown if style == "markdown" else str,
    )


def _to_data(rating: DueRating) -> dict[str, Any]:
    return {
        "recommendation": rating.recommendation,
        "rating": rating.rating,
        "groups": list(rating.groups),
        "authorities": list(rating.authorities),
        "rights": list(rating.rights),
        "evidence": rating.status.evidence.text,
        "due_on": rating.status.due_on.isoformat(),
        "state": rating.status.state,
    }


def _group(ratings: tuple[DueRating, ...], field: str) -> list[tuple[str, list[DueRating]]]:
    """Group ratings by the ids in a field, or under an empty id if there are none."""
    groups = defaultdict(list)
    for rating in ratings:
        for key in getattr(rating, field) or ("",):
            groups[key].append(rating)
    return sorted(groups.items())
