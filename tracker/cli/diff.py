"""`tracker diff`: what changed in the published data since a commit."""

import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from tracker.analysis.diff import REDACTED, RecordChange, diff_datasets
from tracker.citations.claims import Claim
from tracker.citations.status import find_lost_verifications, find_newly_verified
from tracker.cli import command, print_json
from tracker.cli.common import (
    format_option,
    open_commit,
    open_project,
    warn_about_unread,
)
from tracker.cli.completion import complete_commit
from tracker.cli.options import project_option
from tracker.cli.text import Titles, escape_markdown, format_line, print_template
from tracker.i18n import t
from tracker.model.assessment import StatusLabel
from tracker.model.lockfiles import Verification

_MAX_MARKDOWN = 400
"""Maximum number of changes in Markdown: GitHub accepts 1 MiB as the summary of a step."""


@command
@click.argument("ref", required=False, shell_complete=complete_commit)
@project_option
@format_option(
    *("text", "markdown", "json"), help="For a terminal, for a pull request, or for programs."
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
        print_json(
            {
                "changes": [_change_to_data(change, titles) for change in changes],
                "verified": [_verified_to_data(claim, row) for claim, row in verified],
                "lost": [claim.key for claim in lost],
            }
        )
        return
    markdown = style == "markdown"
    shown = changes[:_MAX_MARKDOWN] if markdown else changes
    print_template(
        "diff",
        groups=[list(group) for _, group in groupby(shown, key=lambda c: (c.collection, c.record))],
        counts=_count(changes),
        left_out=len(changes) - len(shown),
        # Text of records is escaped, as anyone may have written it.
        escape=escape_markdown if markdown else str,
        verified=[_format_citation(claim, titles, row) for claim, row in verified],
        lost=[_format_citation(claim, titles) for claim in lost],
        titles=titles,
        format_change=_format_change,
        most=_MAX_MARKDOWN,
        markdown=markdown,
    )


def _find_branch_point(root: Path) -> str:
    """Return the commit at which the branch left main or origin/main; else HEAD."""
    for main in ("main", "origin/main"):
        command = ["git", "-C", str(root), "merge-base", "HEAD", main]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.strip()
    return "HEAD"


def _count(changes: tuple[RecordChange, ...]) -> dict[str, int]:
    records = {(change.collection, change.record) for change in changes}
    pages = {page for change in changes for page in change.shown_on}
    return {"changes": len(changes), "records": len(records), "pages": len(pages)}


def _format_citation(claim: Claim, titles: Titles, row: Verification | None = None) -> str:
    """Format a newly verified or accepted citation, or a lost one without its old values."""
    facts = {
        "title": titles.of(claim.record.id),
        "source": titles.of(claim.citation.source),
        "locator": format_line(claim.citation.locator),
    }
    if row is None:
        return t("diff.lost.citation", **facts)
    states = format_line("; ".join(_list_statements(claim)))
    by = format_line(row.by)
    return t(f"diff.verified.{row.result}", **facts, states=states, by=by, day=row.since)


def _list_statements(claim: Claim) -> list[str]:
    return [str(s.printed or s.value) for s in claim.citation.statements]


def _change_to_data(change: RecordChange, titles: Titles) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "collection": change.collection,
        "record": change.record,
        "title": titles.of(change.record),
        "facts": dict(change.facts),
        "touches": list(change.shown_on),
    }


def _verified_to_data(claim: Claim, row: Verification) -> dict[str, Any]:
    return {
        "citation": claim.key,
        "record": claim.record.id,
        "source": claim.citation.source,
        "locator": claim.citation.locator,
        "states": _list_statements(claim),
        "result": row.result,
        "by": row.by,
        "since": row.since,
    }


def _format_change(change: RecordChange, titles: Titles) -> str:
    """Format one change on one line."""
    facts = dict(change.facts)
    key = f"diff.{change.kind}"
    if change.kind == "status":
        before, after = facts.pop("qualifiers")
        same = facts["before"] == facts["after"] and before == after
        key += ".same" if same else ""
        facts["before"] = _format_status(facts["before"], before, titles)
        facts["after"] = _format_status(facts["after"], after, titles)
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
        facts["before"] = "(withheld)"
    if "how" in facts:
        facts["how"] = t(f"diff.how.{facts['how']}")
    return t(key, **{name: format_line(value) for name, value in facts.items()})


def _format_status(rating: tuple[str, ...], qualifiers: tuple[str, ...], titles: Titles) -> str:
    if not rating:
        return "no rating"
    status, reason = rating
    label = titles.label(StatusLabel(status, qualifiers))
    facts = {"status": label, "reason": titles.of(reason)}
    return t("diff.status.reason", **facts) if reason else facts["status"]
