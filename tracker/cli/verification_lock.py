"""Write the results of `tracker verify` into the verification lock."""

from collections.abc import Mapping
from datetime import date

import click

from tracker.citations.claims import iter_claims, match_lock_rows
from tracker.citations.report import (
    build_accepted_row,
    find_mismatched_texts,
    to_lock_row,
    update_lock_row,
)
from tracker.citations.source_text import SourceText
from tracker.citations.status import get_text_hashes
from tracker.citations.verify import VerificationResult
from tracker.cli import fail
from tracker.cli.common import open_changes
from tracker.i18n import t
from tracker.model import lockfiles
from tracker.model.citation import Source
from tracker.model.diagnostics import closest_match
from tracker.model.lockfiles import CITATIONS, VERIFIED, Verification
from tracker.project import Project
from tracker.records.formatter import append_record


def save_results(
    project: Project,
    results: tuple[VerificationResult, ...],
    texts: Mapping[str, SourceText],
    *,
    by: str,
    today: date,
) -> None:
    """Write results into the lock file, and the hashes of new texts into the source records."""
    if project.loaded.problems:  # the rows of unreadable records would be lost
        click.echo(t("verify.not-written", file=CITATIONS), err=True)
        return
    replaced = {d.params["source"] for d in find_mismatched_texts(project.dataset, texts)}
    before = match_lock_rows((result.claim for result in results), project.verifications)
    rows = {}
    for result in results:
        source, key = result.claim.citation.source, result.claim.key
        new = None
        if source not in replaced:
            new = to_lock_row(result, texts.get(source), by=by, today=today)
        if row := update_lock_row(result, new, before.get(key)):
            rows[key] = row
    used = {row.key.split(" ")[1] for row in rows.values() if row.text and row.by}
    hashes = {source: texts[source].sha256 for source in used & texts.keys() - replaced}
    _write(project, rows, hashes)


def accept_citations(project: Project, keys: tuple[str, ...], *, by: str, today: date) -> None:
    """Record that citations are accepted unverified, by whom and when."""
    known = {claim.key: claim for claim in iter_claims(project.dataset) if claim.citation.states}
    rows = dict(project.verifications)
    for key in keys:
        if key not in known:
            near = closest_match(key, known)
            fix = "verify.no-citation.near" if near else "verify.no-citation.fix"
            fail(t("verify.no-citation", key=key), t(fix, near=near))
        row = rows.get(key)
        verified = row and row.result == "proved" and row.claim == known[key].fingerprint
        if not verified:
            rows[key] = build_accepted_row(known[key], by=by, today=today)
    if project.loaded.verifications and project.loaded.verifications.problems:
        fail(t("verify.bad-lock"), t("verify.bad-lock.fix"))
    _write(project, rows, {})


def _write(project: Project, rows: Mapping[str, Verification], hashes: Mapping[str, str]) -> None:
    """Write the lock file and the source records, all or none."""
    before = project.verifications
    changed = sum(before.get(key) != row for key, row in rows.items())
    changed += len(before.keys() - rows.keys())
    lock = lockfiles.format_lock(rows.values(), kind=Verification, note=t("lock.citations"))
    with open_changes(project.root) as changes:
        for file, data in {**_add_hashes(project, hashes), CITATIONS: lock.encode()}.items():
            changes.expect(file, project.files.get(file))
            changes.add(file, data)
    verified = f"{sum(row.result in VERIFIED for row in rows.values()):,}"
    click.echo(t("verify.written", file=CITATIONS, changed=changed, verified=verified), err=True)


def _add_hashes(project: Project, hashes: Mapping[str, str]) -> dict[str, bytes]:
    """Return the changed data files of sources whose records lack the hash of their text."""
    files: dict[str, bytes] = {}
    for key, digest in sorted(hashes.items()):
        source = project.dataset.find(key)
        if not isinstance(source, Source):
            continue
        if not any(digest.startswith(text) for text in get_text_hashes(project.dataset, source)):
            file = project.loaded.locations[key].file
            data = files.get(file, project.files[file])
            files[file] = append_record(data, digest, file=file, inside=(key, "texts"))
    return files
