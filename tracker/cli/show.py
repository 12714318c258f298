"""`tracker show`: a record with its references, the age of its evidence, and its verification."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from tracker.analysis.diff import to_plain_text
from tracker.analysis.freshness import ReviewStatus, describe_age
from tracker.analysis.lookup import (
    RecordDetails,
    RecordMatch,
    collect_details,
    find_by_id,
    find_by_paragraph,
)
from tracker.citations.claims import Claim
from tracker.citations.status import STATUSES, CitationStatus, get_link_state
from tracker.cli import command, print_json
from tracker.cli.common import (
    json_option,
    open_project,
    parse_today,
    warn_about_unread,
)
from tracker.cli.completion import complete_id
from tracker.cli.options import project_option
from tracker.cli.text import (
    Titles,
    describe_evidence,
    describe_kind,
    describe_status,
    exit_without_record,
    print_template,
)
from tracker.export.json_export import to_link_row, to_review_row, to_verification_row
from tracker.i18n import t
from tracker.model.base import FrozenModel
from tracker.model.dataset import Dataset, get_reference_fields
from tracker.model.diagnostics import SourceLocation

_SHOWN_ELSEWHERE = {
    *("id", "title", "positions", "assessments"),
    *("citations", "right_citations", "citation"),
}
"""Fields that have a separate section."""


@command
@click.argument("words", metavar="ID", nargs=-1, required=True, shell_complete=complete_id)
@project_option
@json_option
@click.option("--today", help="Calculate ages as of this day, such as 2026-11-24.")
def show(words: tuple[str, ...], project: Path, as_json: bool, today: str | None) -> None:
    """Print one record with everything related to it."""
    opened = open_project(project)
    data = opened.dataset
    warn_about_unread(data)
    match = _find_one(" ".join(words), data)
    day = opened.reference_date(parse_today(today))
    details = collect_details(
        match, data, verifications=opened.verifications, links=opened.link_states, today=day
    )
    location = opened.loaded.locations[match.record.id].locate(match.path)
    if as_json:
        print_json(_to_data(details, data, location))
    else:
        _print_record(details, data, location, day)


def _find_one(words: str, data: Dataset) -> RecordMatch:
    """Return the record that the words mean; exit with 1 if there is none, or several."""
    by_id = find_by_id(data, words)
    matches = (by_id,) if by_id else find_by_paragraph(data, words)
    if len(matches) == 1:
        return matches[0]
    if matches:
        titles = Titles(data)
        _exit_without_match(
            f"{words} matches {len(matches)} records:",
            *(f"{describe_kind(m)}: {titles.of(m.record.id)} ({m.record.id})" for m in matches),
        )
    if words in data.invalid_ids:
        _exit_without_match(f"{words} exists but cannot be read", "To see why, type: tracker check")
    exit_without_record(words, data)


def _exit_without_match(*lines: str) -> NoReturn:
    click.echo("\n    ".join(lines), err=True)
    sys.exit(1)


def _to_data(details: RecordDetails, data: Dataset, location: SourceLocation) -> dict[str, Any]:
    """Return the details as JSON data; empty fields are left out of `record` only."""
    match, titles = details.match, Titles(data)

    def reference(key: str, path: tuple[str | int, ...]) -> dict[str, Any]:
        return {"id": key, "title": titles.of(key), "path": list(path)}

    return {
        "collection": match.collection,
        "id": match.value.id,
        "of": match.record.id if match.part else None,
        "title": titles.of(match.record.id),
        "status": describe_status(match, data),
        "file": location.file,
        "line": location.line,
        "record": match.value.model_dump(mode="json", exclude_none=True),
        "names": [reference(r.to, r.path) for r in details.references],
        "named_by": [reference(r.record, r.path) for r in details.backlinks],
        "freshness": [
            {"of": a.item.id, **to_review_row(a.status)} for a in details.reviews if a.status
        ],
        "proof": [to_verification_row(*pair) for pair in details.claims],
        "link": to_link_row(details.link) if details.link else None,
    }


def _print_record(
    details: RecordDetails, data: Dataset, location: SourceLocation, today: date
) -> None:
    """Print the details as text; of the citations, only those that are not verified."""
    match, titles = details.match, Titles(data)
    totals = Counter(status.state for _, status in details.claims)
    others = (pair for pair in details.claims if pair[1].state not in ("proved", "no-statement"))
    print_template(
        "show",
        details=details,
        kind=describe_kind(match),
        status=describe_status(match, data),
        location=location,
        fields=_iter_fields(match.value, titles),
        counts={state: totals[state] for state in STATUSES if totals[state]},
        citations=list(dict.fromkeys(_format_citation(*pair) for pair in others)),
        titles=titles,
        collection_of=data.collection_of,
        describe_age=partial(_format_age, today=today),
        link_state=get_link_state,
        one_line=_to_line,
    )


def _iter_fields(value: FrozenModel, titles: Titles, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield each field that has a value, with its depth: fields of a part are indented."""
    references = dict(get_reference_fields(type(value)))
    for name, info in type(value).model_fields.items():
        content = getattr(value, name)
        if name in _SHOWN_ELSEWHERE or content == info.default or content in (None, ()):
            continue
        items = content if isinstance(content, tuple) else (content,)
        if any(isinstance(item, FrozenModel) for item in items):
            for item in items:
                yield depth, f"{name}:"
                yield from _iter_fields(item, titles, depth + 1)
        elif name in references:
            yield depth, f"{name}: {'; '.join(f'{titles.of(key)} ({key})' for key in items)}"
        else:
            yield depth, f"{name}: {'; '.join(map(_to_line, items))}"


def _format_age(status: ReviewStatus, today: date) -> str:
    state = t(f"fresh.{status.state}", day=status.due_on)
    age = describe_age(status.evidence, t, today=today)
    return f"evidence up to {describe_evidence(status)}, {age} old: {state}"


def _to_line(value: Any) -> str:
    return " ".join(to_plain_text(value).split())


def _format_citation(claim: Claim, status: CitationStatus) -> str:
    key = "show.citation" if status.since else "show.citation.new"
    key += ".reason" if status.reason else ""
    return t(
        key,
        source=claim.citation.source,
        locator=claim.citation.locator,
        result=t(f"result.{status.state}"),
        since=status.since,
        reason=t(f"reason.{status.reason}") if status.reason else "",
    )
