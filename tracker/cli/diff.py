"""`tracker diff`: what changed in the published data since a commit, in words."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import open_commit, open_project, project_option, warn_about_unread
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.analysis.diff import RecordChange
    from tracker.citations.claims import Claim
    from tracker.model import Dataset
    from tracker.model.lockfiles import Verification
    from tracker.records.loader import LoadResult

_LONGEST = 200
_MOST = 400
"""As many changes go into Markdown: a step's summary takes 1 MiB."""


@click.command(
    epilog="""\b
Examples:
  tracker diff                       since this branch left main
  tracker diff HEAD                  what is not yet committed
  tracker diff v1.0 --format markdown

\b
Exit codes: 0 told, whether anything changed or not, 2 could not run."""
)
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
    """Tell what readers will see changed since REF: statuses, figures, sources, positions.

    Without REF: since the commit at which this branch left main, or else since the last commit.
    """
    from tracker.analysis.diff import diff_datasets

    current = open_project(project)
    now = current.loaded
    root = current.root
    earlier = open_commit(root, ref or _find_branch_point(root)).loaded
    found = diff_datasets(now.dataset, earlier=earlier.dataset)
    verified, lost = _compare_verifications(now, earlier)
    warn_about_unread(now.dataset)
    titles = Titles(now.dataset, earlier.dataset)
    if style == "json":
        click.echo(_to_json(found, verified, lost, titles))
        return
    tell = _to_markdown if style == "markdown" else _to_text
    lines = [
        *tell(found, titles),
        *_told_verified(verified, titles, style),
        *_format_lost(lost, titles, style),
    ]
    click.echo("\n".join(lines))


def _compare_verifications(
    now: "LoadResult", earlier: "LoadResult"
) -> "tuple[tuple[tuple[Claim, Verification], ...], tuple[Claim, ...]]":
    """Return the citations that became verified or accepted, and those that no longer are."""
    from tracker.citations.status import (
        VerificationSummary,
        find_lost_verifications,
        find_newly_verified,
    )

    states = [
        VerificationSummary(
            state.dataset, state.verifications.rows if state.verifications else {}, {}
        )
        for state in (now, earlier)
    ]
    return (
        find_newly_verified(states[0], earlier=states[1]),
        find_lost_verifications(states[0], earlier=states[1]),
    )


def _format_lost(lost: "tuple[Claim, ...]", titles: "Titles", style: str) -> Iterator[str]:
    """Yield the list of citations that are no longer verified. It shows no old value."""
    if not lost:
        return
    markdown = style == "markdown"
    show = escape_markdown if markdown else str
    yield f"\n{'### ' if markdown else ''}{t('diff.lost', count=len(lost))}\n"
    for claim in lost[:_MOST]:
        facts = {
            "title": titles.of(claim.record.id),
            "source": titles.of(claim.citation.source),
            "locator": _format_line(claim.citation.locator),
        }
        yield f"{'- ' if markdown else '    '}{show(t('diff.lost.citation', **facts))}"
    if len(lost) > _MOST:
        yield t("diff.left-out", count=len(lost) - _MOST)


def _told_verified(
    verified: "tuple[tuple[Claim, Verification], ...]", titles: "Titles", style: str
) -> Iterator[str]:
    """The list of citations that became verified; what records say is escaped in Markdown."""
    if not verified:
        return
    markdown = style == "markdown"
    show = escape_markdown if markdown else str
    yield f"\n{'### ' if markdown else ''}{t('diff.verified', count=len(verified))}\n"
    for claim, row in verified[:_MOST]:
        states = "; ".join(str(s.printed or s.value) for s in claim.citation.states)
        facts = {
            "title": titles.of(claim.record.id),
            "source": titles.of(claim.citation.source),
            "locator": _format_line(claim.citation.locator),
            "states": _format_line(states),
            "by": _format_line(row.by),
            "day": row.since,
        }
        yield f"{'- ' if markdown else '    '}{show(t(f'diff.verified.{row.result}', **facts))}"
    if len(verified) > _MOST:
        yield t("diff.left-out", count=len(verified) - _MOST)


def _find_branch_point(root: Path) -> str:
    """The commit at which the branch left main, here or on the server; else the last one."""
    for main in ("main", "origin/main"):
        command = ["git", "-C", str(root), "merge-base", "HEAD", main]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.strip()
    return "HEAD"


class Titles:
    """The title of a record by its id, as it is now or as it was."""

    def __init__(self, now: "Dataset", earlier: "Dataset") -> None:
        self._states = (now, earlier)

    def of(self, key: str) -> str:
        """The title in one line; the id itself where no record has it."""
        found = next((r for r in (state.find(key) for state in self._states) if r), None)
        return _format_line(found.title) if found else key

    def all(self, keys: Iterable[str]) -> str:
        """Several, joined."""
        return "; ".join(map(self.of, keys)) or "–"


def _to_text(found: "tuple[RecordChange, ...]", titles: Titles) -> Iterator[str]:
    if not found:
        yield t("diff.none")
        return
    yield _format_count(found)
    for (collection, key), group in _group_by_record(found):
        yield f"\n{collection}/{key}: {titles.of(key)}"
        yield from (f"    {_format_change(change, titles)}" for change in group)
        if group[0].shown_on:
            yield f"    {t('diff.touches', titles=titles.all(group[0].shown_on))}"


def _to_markdown(found: "tuple[RecordChange, ...]", titles: Titles) -> Iterator[str]:
    """What records say is escaped: it may come from anybody, and can be no markup."""
    yield f"### {t('diff.heading')}\n"
    if not found:
        yield t("diff.none")
        return
    yield _format_count(found)
    for (collection, key), group in _group_by_record(found[:_MOST]):
        yield f"\n**{escape_markdown(titles.of(key))}** (`{collection}/{key}`)\n"
        yield from (f"- {escape_markdown(_format_change(change, titles))}" for change in group)
        if group[0].shown_on:
            yield f"- *{escape_markdown(t('diff.touches', titles=titles.all(group[0].shown_on)))}*"
    if len(found) > _MOST:
        yield f"\n{t('diff.left-out', count=len(found) - _MOST)}"


def _to_json(
    found: "tuple[RecordChange, ...]",
    verified: "tuple[tuple[Claim, Verification], ...]",
    lost: "tuple[Claim, ...]",
    titles: Titles,
) -> str:
    rows = [
        {
            "kind": change.kind,
            "collection": change.collection,
            "record": change.record,
            "title": titles.of(change.record),
            "facts": dict(change.facts),
            "touches": list(change.shown_on),
        }
        for change in found
    ]
    checked = [
        {
            "citation": claim.key,
            "record": claim.record.id,
            "source": claim.citation.source,
            "locator": claim.citation.locator,
            "states": [str(s.printed or s.value) for s in claim.citation.states],
            "result": row.result,
            "by": row.by,
            "since": row.since,
        }
        for claim, row in verified
    ]
    document = {"changes": rows, "verified": checked, "lost": [claim.key for claim in lost]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _format_count(found: "tuple[RecordChange, ...]") -> str:
    records = {(change.collection, change.record) for change in found}
    pages = {page for change in found for page in change.shown_on}
    return t("diff.counted", changes=len(found), records=len(records), pages=len(pages))


def _group_by_record(
    found: "tuple[RecordChange, ...]",
) -> "Iterator[tuple[tuple[str, str], list[RecordChange]]]":
    for key, group in groupby(found, key=lambda change: (change.collection, change.record)):
        yield key, list(group)


def _format_change(change: "RecordChange", titles: Titles) -> str:
    """One change in one line."""
    from tracker.analysis.diff import REDACTED

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
    return t(key, **{name: _format_line(value) for name, value in facts.items()})


def _format_status(rated: tuple[str, ...], titles: Titles) -> str:
    if not rated:
        return t("diff.status.none")
    status, reason = rated
    facts = {"status": titles.of(status), "reason": titles.of(reason)}
    return t("diff.status.reason", **facts) if reason else facts["status"]


def _format_line(value: Any) -> str:
    """A fact on one line, no longer than a reviewer reads."""
    from tracker.analysis.diff import to_plain_text

    text = ", ".join(value) if isinstance(value, tuple) else to_plain_text(value)
    text = "".join(c if c.isprintable() else " " for c in text)
    text = re.sub(r"\s+", " ", text).strip() or "–"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no link, no mention of anybody."""
    text = re.sub(r"([\\`*_{}\[\]()#+!|~>-])", r"\\\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    # A character without width keeps an address from becoming a link and a name from being called.
    return re.sub(r"(@|:(?=//)|www(?=\.))", "\\1\u200b", text)
