"""`tracker show`: a record with its references, the age of its evidence, and its verification."""

import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from tracker.analysis.diff import to_plain_text
from tracker.analysis.freshness import ReviewStatus, compute_age, format_age
from tracker.analysis.lookup import (
    RecordDetails,
    RecordMatch,
    collect_details,
    find_by_id,
    find_by_paragraph,
    find_closest_id,
    iter_records_and_parts,
)
from tracker.citations.claims import Claim
from tracker.citations.status import STATUSES, CitationStatus, get_link_state
from tracker.cli import command, print_json
from tracker.cli.common import (
    json_option,
    open_project,
    parse_today,
    project_option,
    warn_about_unread,
)
from tracker.cli.text import Titles, describe_kind, describe_status
from tracker.export.json_export import to_link_row, to_review_row, to_verification_row
from tracker.i18n import t
from tracker.model.base import FrozenModel
from tracker.model.dataset import Dataset, get_reference_fields
from tracker.model.diagnostics import SourceLocation
from tracker.model.lockfiles import LinkState
from tracker.model.recommendation import Assessment, Position
from tracker.project import Project
from tracker.records.loader import find_project

_WIDEST = 100
_SHOWN_ELSEWHERE = {
    *("id", "title", "positions", "assessments"),
    *("citations", "right_citations", "citation"),
}
"""Fields that have a section of their own."""


def _complete_id(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the ids that begin with the given text; none outside a project."""
    root = find_project(context.params.get("project") or Path())
    data = None
    with suppress(OSError):
        data = Project.open(root).dataset if root else None
    return [
        CompletionItem(match.value.id, help=to_plain_text(match.record.title))
        for match in (iter_records_and_parts(data) if data else ())
        if match.value.id.startswith(begun)
    ]


@command
@click.argument("words", metavar="ID", nargs=-1, required=True, shell_complete=_complete_id)
@project_option
@json_option
@click.option("--today", help="The day to count ages to, as 2026-11-24.")
def show(words: tuple[str, ...], project: Path, as_json: bool, today: str | None) -> None:
    """Print one record with all that concerns it."""
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
        click.echo("\n".join(_RecordText(data, day).format(details, location)))


def _find_one(words: str, data: Dataset) -> RecordMatch:
    """Return the record that the words mean; exit with 1 if there is none, or several."""
    by_id = find_by_id(data, words)
    matches = (by_id,) if by_id else find_by_paragraph(data, words)
    if len(matches) == 1:
        return matches[0]
    if matches:
        titles = Titles(data)
        _exit_without_match(
            t("show.several", got=words, count=len(matches)),
            *(
                t("show.named", kind=describe_kind(m), title=titles.of(m.record.id), id=m.record.id)
                for m in matches
            ),
        )
    if words in data.invalid_ids:
        _exit_without_match(t("show.unsound", got=words), t("show.unsound.fix"))
    near = find_closest_id(data, words)
    remedy = t("suggest", suggest=near) if near else t("show.none.fix")
    _exit_without_match(t("show.none", got=words), remedy)


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


class _RecordText:
    """Formats the details of a record as lines no wider than the terminal."""

    def __init__(self, data: Dataset, today: date) -> None:
        self._data = data
        self._today = today
        self._titles = Titles(data)
        self._width = min(shutil.get_terminal_size().columns, _WIDEST)

    def format(self, details: RecordDetails, location: SourceLocation) -> Iterator[str]:
        """Yield all lines, section by section."""
        yield from self._format_head(details.match, location)
        yield ""
        yield from self._format_fields(details.match.value)
        yield from self._format_ages(details)
        yield from self._format_section("show.named-by", self._list_referrers(details))
        yield from self._format_section("show.proof", _list_verifications(details))
        yield from self._format_section("show.address", _list_link(details.link))

    def _format_head(self, match: RecordMatch, location: SourceLocation) -> Iterator[str]:
        kind, record = describe_kind(match), match.record
        title = self._titles.of(record.id)
        if match.part:
            facts = {"kind": kind, "id": match.part.id, "title": title, "record": record.id}
            yield click.style(t("show.part", **facts), bold=True)
        else:
            yield click.style(title, bold=True)
            yield t("show.record", kind=kind, id=record.id)
        yield t("show.place", file=location.file, line=location.line)
        status = "" if match.part else describe_status(match, self._data)
        if status:
            yield t("show.status", status=status)

    def _format_section(self, key: str, lines: list[str]) -> Iterator[str]:
        if lines:
            yield ""
            yield click.style(t(key), bold=True)
            for line in lines:
                yield from self._wrap(line, 1)

    def _wrap(self, line: str, depth: int) -> list[str]:
        # Only URLs are longer than a line: they stay whole, so that they can be clicked.
        return textwrap.wrap(
            line,
            self._width,
            initial_indent="  " * depth,
            subsequent_indent="  " * (depth + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _format_fields(self, value: FrozenModel, depth: int = 0) -> Iterator[str]:
        """Yield each field that has a value; fields of a part are indented."""
        references = dict(get_reference_fields(type(value)))
        for name, info in type(value).model_fields.items():
            content = getattr(value, name)
            if name in _SHOWN_ELSEWHERE or content == info.default or content in (None, ()):
                continue
            items = content if isinstance(content, tuple) else (content,)
            if any(isinstance(item, FrozenModel) for item in items):
                for item in items:
                    yield "  " * depth + f"{name}:"
                    yield from self._format_fields(item, depth + 1)
            elif name in references:
                text = "; ".join(f"{self._titles.of(item)} ({item})" for item in items)
                yield from self._wrap(f"{name}: {text}", depth)
            else:
                text = "; ".join(map(_to_line, items))
                yield from self._wrap(f"{name}: {text}", depth)

    def _format_ages(self, details: RecordDetails) -> Iterator[str]:
        """Yield ratings and positions with the age of their evidence, or that of the record."""
        if details.match.part or details.match.collection != "recommendations":
            ages = [self._format_age(entry.status) for entry in details.reviews]
            yield from self._format_section("show.age", ages)
            return
        for key, kind in (("show.ratings", Assessment), ("show.positions", Position)):
            lines = []
            for entry in details.reviews:
                if isinstance(entry.item, kind):
                    lines.append(self._format_part(entry.item))
                    lines += [self._format_age(entry.status)] if entry.status else []
            yield from self._format_section(key, lines)

    def _format_part(self, part: Assessment | Position) -> str:
        if isinstance(part, Assessment):
            reason = f" ({self._titles.of(part.reason)})" if part.reason else ""
            text = f"{self._titles.of(part.status)}{reason}: {self._titles.all(part.groups)}"
        else:
            text = f"{self._titles.of(part.speaker)}: {_to_line(part.says)}"
        return f"{text} [{part.id}]"

    def _format_age(self, status: ReviewStatus | None) -> str:
        if status is None:
            return t("show.ageless")
        state = t(f"fresh.{status.state}", day=status.due_on)
        age = format_age(compute_age(status.evidence, today=self._today), t)
        return t("show.evidence", day=status.evidence, age=age, state=state)

    def _list_referrers(self, details: RecordDetails) -> list[str]:
        """Return each record that refers to this one, once."""
        lines = []
        for key in dict.fromkeys(reference.record for reference in details.backlinks):
            kind = t(f"search.kind.{self._data.collection_of(key)}")
            lines.append(t("show.named", kind=kind, title=self._titles.of(key), id=key))
        return lines


def _to_line(value: Any) -> str:
    return " ".join(to_plain_text(value).split())


def _list_verifications(details: RecordDetails) -> list[str]:
    """Return the number of citations by status, and each that is not verified."""
    counts = Counter(status.state for _, status in details.claims)
    if not counts:
        return [t("show.proof.none")]
    totals = ", ".join(
        t("show.proof.counted", count=counts[state], result=t(f"result.{state}"))
        for state in STATUSES
        if counts[state]
    )
    others = (pair for pair in details.claims if pair[1].state not in ("proved", "no-statement"))
    return [totals, *dict.fromkeys(_format_citation(*pair) for pair in others)]


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


def _list_link(link: LinkState | None) -> list[str]:
    if link is None:
        return []
    state = t(f"link.state.{get_link_state(link)}")
    return [t("show.address.state", url=link.url, state=state, since=link.since)]
