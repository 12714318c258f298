"""`tracker verify`: check the statements of the records against the texts of their sources."""

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.checks import UNCITED_CODES, report
from tracker.checks import check as check_data
from tracker.citations.claims import iter_claims, match_lock_rows
from tracker.citations.report import (
    build_accepted_row,
    build_report,
    count_results,
    find_mismatched_texts,
    find_uncheckable_verifications,
    iter_diagnostics,
    to_lock_row,
    update_lock_row,
)
from tracker.citations.self_test import (
    KNOWN_FALSE_PASSES,
    format_percent,
    load_pairs,
    score_by_kind,
    score_pairs,
    to_report,
    verify_pair,
)
from tracker.citations.source_text import SourceText
from tracker.citations.status import PendingSource, get_text_hashes
from tracker.citations.verify import VerificationResult, verify_claims
from tracker.cli import command, common, fail, print_json
from tracker.cli.completion import complete_citation
from tracker.cli.options import path_argument
from tracker.cli.text import print_template
from tracker.cli.texts import find_available_texts, read_configured_folders
from tracker.i18n import t
from tracker.model.citation import Source
from tracker.model.diagnostics import Diagnostic
from tracker.model.lockfiles import (
    CITATIONS,
    MAX_NAME,
    VERIFIED,
    Verification,
    clean_text,
    format_lock,
    is_name,
)
from tracker.model.suggestions import closest_match
from tracker.project import Project
from tracker.records.formatter import append_record

Results = tuple[VerificationResult, ...]


@command
@path_argument
@click.option(
    "--texts",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with the texts of sources. May be given several times.",
)
@click.option("--write", is_flag=True, help="Record the results in data/citations.lock.")
@click.option("--by", help="Your name or role, published with the results.  [default: maintainer]")
@click.option("--queue", is_flag=True, help="List the citations that need checking, by source.")
@click.option(
    "--accept",
    "accepted",
    metavar="KEY",
    multiple=True,
    shell_complete=complete_citation,
    help="Accept a citation without checking it, in your name (--by). May be given several times.",
)
@click.option(
    "--self-test", is_flag=True, help="Measure the matcher on its own pairs; needs no project."
)
@click.option("--today", help="Date of new results, such as 2026-11-24.")
@common.style_option
def verify(
    path: Path,
    folders: tuple[Path, ...],
    write: bool,
    by: str | None,
    queue: bool,
    accepted: tuple[str, ...],
    self_test: bool,
    today: str | None,
    style: str,
) -> None:
    """Check the citations against texts, list them, or accept them."""
    if self_test:
        if folders or write or queue or accepted:
            raise click.UsageError("--self-test takes no other option than --format.")
        _run_self_test(style=style)
        return
    project = common.open_project(path)
    day = project.reference_date(common.parse_today(today))
    name = _check_name(by, required=bool(accepted))
    if queue:
        _print_queue(project, style=style)
        return
    if accepted:
        _accept_citations(project, accepted, by=name, today=day)
        return
    texts = find_available_texts(project, folders or read_configured_folders(project.root))
    results = _verify(project, texts)
    problems = _collect_problems(project, results, texts)
    if write:
        _save_results(project, results, texts, by=name, today=day)
    _print_results(project, results, texts, problems, style=style)
    if any(problem.is_blocking for problem in problems):
        sys.exit(1)


def _run_self_test(*, style: str) -> None:
    """Print precision and recall on the pairs of the package; exit 1 for a new false pass."""
    pairs = load_pairs()
    results = {pair.id: verify_pair(pair) for pair in pairs}
    total, kinds = score_pairs(pairs, results), score_by_kind(pairs, results)
    known = {key: KNOWN_FALSE_PASSES.get(key, "") for key in total.false_passes}
    if style == "json":
        by_kind = {kind: to_report(score) for kind, score in kinds.items()}
        print_json(to_report(total) | {"known": known, "by_kind": by_kind})
    else:
        print_template("self_test", total=total, kinds=kinds, known=known, percent=format_percent)
    if not all(known.values()):
        sys.exit(1)


def _check_name(by: str | None, *, required: bool) -> str:
    """Return the name or role for the lock file; exit if it is missing or cannot be stored."""
    if required and not by:
        fail(
            "--accept needs the name of the person accepting",
            'Type: --by "Your name". It is published.',
        )
    name = by or t("verify.role")
    if not is_name(name):
        fail(f"--by must be one line of at most {MAX_NAME} characters")
    return name


def _verify(project: Project, texts: dict[str, SourceText]) -> Results:
    """Check every citation, with a progress bar on a terminal."""
    with click.progressbar(
        verify_claims(project.dataset, texts),
        length=sum(1 for _ in iter_claims(project.dataset)),
        label="Checking citations",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        return tuple(bar)


def _collect_problems(
    project: Project, results: Results, texts: dict[str, SourceText]
) -> list[Diagnostic]:
    """Return the problems of the records, of the texts, and of the lock file's claims."""
    uncited = (d for d in check_data(project.dataset) if d.code in UNCITED_CODES)
    other = tuple(find_mismatched_texts(project.dataset, texts))
    # A different edition has other page numbers: a statement not found there is not an error.
    replaced = {d.params["source"] for d in other}
    comparable = [r for r in results if r.claim.citation.source not in replaced]
    proofs = project.loaded.verifications
    claimed = find_uncheckable_verifications(comparable, proofs) if proofs else ()
    return [*project.loaded.problems, *other, *iter_diagnostics(comparable), *claimed, *uncited]


def _print_results(
    project: Project,
    results: Results,
    texts: dict[str, SourceText],
    problems: list[Diagnostic],
    *,
    style: str,
) -> None:
    if style == "json":
        located = sorted(project.loaded.locate_all(problems), key=report.make_sort_key)
        print_json(build_report(results) | {"problems": [report.to_dict(item) for item in located]})
    else:
        common.print_diagnostics(project, problems, style=style)
    if style == "text":
        print_template(
            "verify",
            results=results,
            texts=len(texts),
            counts=count_results(results),
            reasons=Counter(r.reason for r in results if r.result == "not-checkable"),
            similar=sum(bool(s.similar) for r in results for s in r.statements),
        )


def _print_queue(project: Project, *, style: str) -> None:
    """Print the queue as text on a terminal, as JSON, or else as one line per citation."""
    if project.loaded.problems:
        click.echo("Some records could not be read and are left out. Run: tracker check", err=True)
    sources = [_pending_to_data(entry) for entry in project.verification_summary().list_pending()]
    if style == "json":
        print_json({"sources": sources})
    elif style == "text" and sys.stdout.isatty():
        print_template("queue", sources=sources)
    else:
        for item in (item for source in sources for item in source["citations"]):
            states = "; ".join(item["states"])
            cells = (item["source"], item["locator"], item["status"], states, item["key"])
            click.echo("\t".join(cells))


def _pending_to_data(waiting: PendingSource) -> dict[str, Any]:
    """Return the queue of one source as JSON data, without control characters."""
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
                "status": status.state,
                "states": [
                    clean_text(str(s.printed or s.value)) for s in claim.citation.statements
                ],
            }
            for claim, status in waiting.citations
        ],
    }


def _save_results(
    project: Project,
    results: Results,
    texts: Mapping[str, SourceText],
    *,
    by: str,
    today: date,
) -> None:
    """Write results into the lock file, and the hashes of new texts into the source records."""
    if project.loaded.problems:  # the rows of unreadable records would be lost
        click.echo(f"{CITATIONS} was not changed: some records could not be read.", err=True)
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
    _write_lock(project, rows, hashes)


def _accept_citations(project: Project, keys: tuple[str, ...], *, by: str, today: date) -> None:
    """Record that citations are accepted unverified, by whom and when."""
    known = {
        claim.key: claim for claim in iter_claims(project.dataset) if claim.citation.statements
    }
    rows = dict(project.verifications)
    for key in keys:
        if key not in known:
            near = closest_match(key, known)
            hint = f"Did you mean “{near}”?" if near else "List the keys: tracker verify --queue"
            fail(f"no citation has the key {key}", hint)
        row = rows.get(key)
        verified = row and row.result == "proved" and row.claim == known[key].fingerprint
        if not verified:
            rows[key] = build_accepted_row(known[key], by=by, today=today)
    if project.loaded.verifications and project.loaded.verifications.problems:
        fail("data/citations.lock has invalid lines", "To list them, type: tracker check")
    _write_lock(project, rows, {})


def _write_lock(
    project: Project, rows: Mapping[str, Verification], hashes: Mapping[str, str]
) -> None:
    """Write the lock file and the source records, all or none."""
    before = project.verifications
    changed = sum(before.get(key) != row for key, row in rows.items())
    changed += len(before.keys() - rows.keys())
    lock = format_lock(rows.values(), kind=Verification, note=t("lock.citations"))
    with common.open_changes(project.root) as changes:
        for file, data in {**_add_hashes(project, hashes), CITATIONS: lock.encode()}.items():
            changes.expect(file, project.files.get(file))
            changes.add(file, data)
    verified = f"{sum(row.result in VERIFIED for row in rows.values()):,}"
    click.echo(
        (
            f"Lines changed in {CITATIONS}: {changed}. Citations found in their source or "
            f"accepted: {verified}."
        ),
        err=True,
    )


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
