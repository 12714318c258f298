"""What `tracker verify` lists and writes: the queue, acceptances, and the lock file."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import changing, fail
from tracker.i18n import t

if TYPE_CHECKING:
    from datetime import date

    from tracker.citations.results import VerificationResult
    from tracker.citations.source_text import SourceText
    from tracker.citations.status import PendingSource
    from tracker.model.lockfiles import Verification
    from tracker.records.loader import LoadResult


def keep(
    root: Path,
    loaded: "LoadResult",
    results: "tuple[VerificationResult, ...]",
    texts: "Mapping[str, SourceText]",
    *,
    by: str,
    today: "date",
) -> None:
    """Write the results into the lock file, and the hashes of new texts into their sources."""
    from tracker.citations.claims import match_lock_rows
    from tracker.citations.report import find_mismatched_texts
    from tracker.citations.results import to_lock_row, update_lock_row
    from tracker.model.lockfiles import CITATIONS

    if loaded.problems:  # what could not be read would lose its lines
        click.echo(t("verify.not-written", file=CITATIONS), err=True)
        return
    astray = {problem.params["source"] for problem in find_mismatched_texts(loaded.dataset, texts)}
    rows_before = loaded.verifications.rows if loaded.verifications else {}
    before = match_lock_rows((checked.claim for checked in results), rows_before)
    rows = {}
    for checked in results:
        source, key = checked.claim.citation.source, checked.claim.key
        new = (
            None
            if source in astray
            else to_lock_row(checked, texts.get(source), by=by, today=today)
        )
        if row := update_lock_row(checked, new, before.get(key)):
            rows[key] = row
    used = {row.key.split(" ")[1] for row in rows.values() if row.text and row.by}
    found = {source: texts[source].sha256 for source in used & texts.keys() - astray}
    _write(root, loaded, rows, found)


def accept(
    root: Path, loaded: "LoadResult", keys: tuple[str, ...], *, by: str, today: "date"
) -> None:
    """Record that citations are accepted unverified, by whom and when."""
    from tracker.citations.claims import iter_claims
    from tracker.citations.results import build_accepted_row
    from tracker.model.diagnostics import closest_match

    known = {claim.key: claim for claim in iter_claims(loaded.dataset) if claim.citation.states}
    rows = dict(loaded.verifications.rows) if loaded.verifications else {}
    for key in keys:
        if key not in known:
            near = closest_match(key, known)
            fix = "verify.no-citation.near" if near else "verify.no-citation.fix"
            fail(t("verify.no-citation", key=key), t(fix, near=near))
        row = rows.get(key)
        verified = row and row.result == "proved" and row.claim == known[key].fingerprint
        if not verified:
            rows[key] = build_accepted_row(known[key], by=by, today=today)
    if loaded.verifications and loaded.verifications.problems:
        fail(t("verify.bad-lock"), t("verify.bad-lock.fix"))
    _write(root, loaded, rows, {})


def _write(
    root: Path, loaded: "LoadResult", rows: "Mapping[str, Verification]", found: Mapping[str, str]
) -> None:
    """Write the lock file and the source records together, or neither."""
    from tracker.model import lockfiles

    before = loaded.verifications.rows if loaded.verifications else {}
    changed = sum(before.get(key) != row for key, row in rows.items())
    changed += len(before.keys() - rows.keys())
    lock = lockfiles.format_lock(
        rows.values(), kind=lockfiles.Verification, note=t("lock.citations")
    ).encode()
    with changing(root) as changes:
        for file, data in (*_sources(loaded, found).items(), (lockfiles.CITATIONS, lock)):
            changes.expect(file, loaded.files.get(file))
            changes.add(file, data)
    verified = sum(row.result in lockfiles.VERIFIED for row in rows.values())
    count = f"{verified:,}"
    told = t("verify.written", file=lockfiles.CITATIONS, changed=changed, verified=count)
    click.echo(told, err=True)


def _sources(loaded: "LoadResult", found: Mapping[str, str]) -> dict[str, bytes]:
    """The data files of sources with a text that their records do not name yet."""
    from tracker.citations.status import get_text_hashes
    from tracker.model import Source
    from tracker.records.formatter import append_record

    files: dict[str, bytes] = {}
    for source_id, digest in sorted(found.items()):
        source = loaded.dataset.find(source_id)
        if not isinstance(source, Source):
            continue
        if not any(digest.startswith(text) for text in get_text_hashes(loaded.dataset, source)):
            file = loaded.locations[source_id].file
            data = files.get(file, loaded.files[file])
            files[file] = append_record(data, digest, file=file, inside=(source_id, "texts"))
    return files


def show_queue(loaded: "LoadResult", *, style: str) -> None:
    """Print what waits to be checked, by source: for people, one line per item, or as JSON."""
    from tracker.citations.status import VerificationSummary

    if loaded.problems:
        click.echo(t("unread"), err=True)
    proofs = loaded.verifications.rows if loaded.verifications else {}
    waiting = VerificationSummary(loaded.dataset, proofs, {}).list_pending()
    if style == "json":
        sources = [_as_data(one) for one in waiting]
        click.echo(json.dumps({"sources": sources}, ensure_ascii=False, indent=1))
    elif style == "text" and sys.stdout.isatty():
        click.echo("\n".join(_as_text(waiting)))
    else:
        for item in (item for one in waiting for item in _as_data(one)["citations"]):
            cells = (item["source"], item["locator"], item["status"], item["states"], item["key"])
            click.echo("\t".join("; ".join(c) if isinstance(c, list) else c for c in cells))


def _as_text(waiting: "tuple[PendingSource, ...]") -> list[str]:
    lines = []
    for one in map(_as_data, waiting):
        lines += ["", t("queue.source", title=one["title"], count=len(one["citations"]))]
        files = one["files"]
        lines.append("  " + t("queue.text", files=files, access=t(f"access.{one['access']}")))
        lines += [f"  {one['url']}"] if one["url"] else []
        lines += ["  " + t("queue.known", texts=one["texts"])] if one["texts"] else []
        for item in one["citations"]:
            result = t(f"result.{item['status']}")
            lines.append(f"    {item['locator']}: {'; '.join(item['states'])} ({result})")
            lines.append(f"        {item['key']}")
    total = sum(len(one.citations) for one in waiting)
    return [t("queue.count", citations=total, sources=len(waiting)), *lines]


def _as_data(waiting: "PendingSource") -> dict[str, Any]:
    """The queue of one source, for programs; no text has a character that a terminal obeys."""
    from tracker.model.lockfiles import clean_text

    source = waiting.source
    title = source.title if isinstance(source.title, str) else next(iter(source.title.values()))
    return {
        "source": source.id,
        "title": clean_text(title),
        "url": source.url or "",
        "access": source.access,
        "files": [f"{source.id}{suffix}" for suffix in (".txt", ".html", ".pdf")],
        "texts": list(waiting.texts),
        "citations": [
            {
                "key": claim.key,
                "source": source.id,
                "locator": clean_text(claim.citation.locator),
                "status": standing.state,
                "states": [clean_text(str(s.printed or s.value)) for s in claim.citation.states],
            }
            for claim, standing in waiting.citations
        ],
    }
