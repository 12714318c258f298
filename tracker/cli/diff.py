"""`tracker diff`: what changed in the published data since a commit."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from tracker.analysis.diff import REDACTED, RecordChange, diff_datasets
from tracker.citations.claims import Claim
from tracker.citations.status import find_lost_verifications, find_newly_verified
from tracker.cli import command
from tracker.cli.common import open_commit, open_project, project_option, warn_about_unread
from tracker.cli.text import Titles, escape_markdown, format_line
from tracker.i18n import t
from tracker.model.lockfiles import Verification

_MAX_MARKDOWN = 400
"""Maximum number of changes in Markdown: GitHub accepts 1 MiB as the summary of a step."""

Verified = tuple[tuple[Claim, Verification], ...]


@command
@click.argument("ref", required=False)
@project_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="For a terminal, for a pull request, or for programs.",
)
def diff(ref: str | None, project: Path, style: str) -> None:
    """Print the changes that readers will see, since a commit."""
    now = open_project(project)
    earlier = open_commit(now.root, ref or _find_branch_point(now.root))
    changes = diff_datasets(now.dataset, earlier=earlier.dataset)
    summary, before = now.verification_summary(), earlier.verification_summary()
    verified = find_newly_verified(summary, earlier=before)
    lost = find_lost_verifications(summary, earlier=before)
    warn_about_unread(now.dataset)
    titles = Titles(now.dataset, earlier.dataset)
    if style == "json":
        click.echo(_to_json(changes, verified, lost, titles))
        return
    to_lines = _to_markdown if style == "markdown" else _to_text
    lines = [
        *to_lines(changes, titles),
        *_format_verified(verified, titles, style),
        *_format_lost(lost, titles, style),
    ]
    click.echo("\n".join(lines))


def _find_branch_point(root: Path) -> str:
    """Return the commit at which the branch left main or origin/main; else HEAD."""
    for main in ("main", "origin/main"):
        command = ["git", "-C", str(root), "merge-base", "HEAD", main]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.strip()
    return "HEAD"


def _to_text(changes: tuple[RecordChange, ...], titles: Titles) -> Iterator[str]:
    if not changes:
        yield t("diff.none")
        return
    yield _format_count(changes)
    for (collection, key), group in _group_by_record(changes):
        yield f"\n{collection}/{key}: {titles.of(key)}"
        yield from (f"    {_format_change(change, titles)}" for change in group)
        if group[0].shown_on:
            yield f"    {t('diff.touches', titles=titles.all(group[0].shown_on))}"


def _to_markdown(changes: tuple[RecordChange, ...], titles: Titles) -> Iterator[str]:
    """Yield lines of Markdown. Text of records is escaped, as anyone may have written it."""
    yield f"### {t('diff.heading')}\n"
    if not changes:
        yield t("diff.none")
        return
    yield _format_count(changes)
    for (collection, key), group in _group_by_record(changes[:_MAX_MARKDOWN]):
        yield f"\n**{escape_markdown(titles.of(key))}** (`{collection}/{key}`)\n"
        yield from (f"- {escape_markdown(_format_change(change, titles))}" for change in group)
        if group[0].shown_on:
            yield f"- *{escape_markdown(t('diff.touches', titles=titles.all(group[0].shown_on)))}*"
    if len(changes) > _MAX_MARKDOWN:
        yield f"\n{t('diff.left-out', count=len(changes) - _MAX_MARKDOWN)}"


def _format_verified(verified: Verified, titles: Titles, style: str) -> Iterator[str]:
    """Yield the citations that became verified, or accepted, since the earlier commit."""
    lines = (
        t(
            f"diff.verified.{row.result}",
            **_describe_citation(claim, titles),
            states=format_line("; ".join(_list_statements(claim))),
            by=format_line(row.by),
            day=row.since,
        )
        for claim, row in verified[:_MAX_MARKDOWN]
    )
    yield from _format_list("diff.verified", lines, count=len(verified), style=style)


def _format_lost(lost: tuple[Claim, ...], titles: Titles, style: str) -> Iterator[str]:
    """Yield the citations that are no longer verified, without their old values."""
    lines = (
        t("diff.lost.citation", **_describe_citation(claim, titles))
        for claim in lost[:_MAX_MARKDOWN]
    )
    yield from _format_list("diff.lost", lines, count=len(lost), style=style)


def _format_list(heading: str, lines: Iterable[str], *, count: int, style: str) -> Iterator[str]:
    if not count:
        return
    markdown = style == "markdown"
    yield f"\n{'### ' if markdown else ''}{t(heading, count=count)}\n"
    yield from (f"- {escape_markdown(line)}" if markdown else f"    {line}" for line in lines)
    if count > _MAX_MARKDOWN:
        yield t("diff.left-out", count=count - _MAX_MARKDOWN)


def _describe_citation(claim: Claim, titles: Titles) -> dict[str, str]:
    return {
        "title": titles.of(claim.record.id),
        "source": titles.of(claim.citation.source),
        "locator": format_line(claim.citation.locator),
    }


def _list_statements(claim: Claim) -> list[str]:
    return [str(s.printed or s.value) for s in claim.citation.states]


def _to_json(
    changes: tuple[RecordChange, ...], verified: Verified, lost: tuple[Claim, ...], titles: Titles
) -> str:
    change_rows = [
        {
            "kind": change.kind,
            "collection": change.collection,
            "record": change.record,
            "title": titles.of(change.record),
            "facts": dict(change.facts),
            "touches": list(change.shown_on),
        }
        for change in changes
    ]
    verified_rows = [
        {
            "citation": claim.key,
            "record": claim.record.id,
            "source": claim.citation.source,
            "locator": claim.citation.locator,
            "states": _list_statements(claim),
            "result": row.result,
            "by": row.by,
            "since": row.since,
        }
        for claim, row in verified
    ]
    document = {
        "changes": change_rows,
        "verified": verified_rows,
        "lost": [claim.key for claim in lost],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _format_count(changes: tuple[RecordChange, ...]) -> str:
    records = {(change.collection, change.record) for change in changes}
    pages = {page for change in changes for page in change.shown_on}
    return t("diff.counted", changes=len(changes), records=len(records), pages=len(pages))


def _group_by_record(
    changes: tuple[RecordChange, ...],
) -> Iterator[tuple[tuple[str, str], list[RecordChange]]]:
    for key, group in groupby(changes, key=lambda change: (change.collection, change.record)):
        yield key, list(group)


def _format_change(change: RecordChange, titles: Titles) -> str:
    """Format one change on one line."""
    facts = dict(change.facts)
    key = f"diff.{change.kind}"
    if change.kind == "status":
        key += ".same" if facts["before"] == facts["after"] else ""
        facts |= {name: _format_status(facts[name], titles) for name in ("before", "after")}
        facts["groups"] = titles.all(facts["groups"])
    elif change.kind == "cited":
        key += ".both" if facts["added"] and facts["removed"] else ""
        key += "" if facts["added"] else ".removed"
        facts |= {name: titles.all(facts[name]) for name in ("added", "removed")}
    elif change.kind == "field":
        key += ".parts" if facts["before"] is None else ""
    elif change.kind == "figure":
        key += ".of" if facts["of"] else ""
    elif change.kind == "withdrawn":
        key += ".by" if facts["by"] else ""
    elif change.kind == "correction":
        key += "" if "wrong" in facts else ".redaction"
    for name in facts.keys() & {"speaker", "source", "by"}:
        facts[name] = titles.of(facts[name])
    if facts.get("before") in (REDACTED, (REDACTED,)):
        facts["before"] = t("diff.redacted")
    if "how" in facts:
        facts["how"] = t(f"diff.how.{facts['how']}")
    return t(key, **{name: format_line(value) for name, value in facts.items()})


def _format_status(rating: tuple[str, ...], titles: Titles) -> str:
    if not rating:
        return t("diff.status.none")
    status, reason = rating
    facts = {"status": titles.of(status), "reason": titles.of(reason)}
    return t("diff.status.reason", **facts) if reason else facts["status"]
