"""`tracker verify`: check the statements of the records against the texts of their sources."""

import json
import sys
from collections import Counter
from pathlib import Path

import click

from tracker.checks import UNCITED_CODES, report
from tracker.checks import check as check_data
from tracker.citations.claims import iter_claims
from tracker.citations.report import (
    build_report,
    count_results,
    find_mismatched_texts,
    find_overclaims,
    iter_diagnostics,
)
from tracker.citations.results import VerificationResult
from tracker.citations.source_text import SourceText
from tracker.citations.verify import verify_claims
from tracker.cli import command, fail
from tracker.cli.common import (
    open_project,
    parse_today,
    path_argument,
    print_diagnostics,
    style_option,
)
from tracker.cli.queue import print_queue
from tracker.cli.texts import find_available_texts, read_configured_folders
from tracker.cli.verification_lock import accept_citations, save_results
from tracker.i18n import t
from tracker.model.diagnostics import Diagnostic
from tracker.model.lockfiles import MAX_NAME, is_name
from tracker.project import Project

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
@click.option("--by", help="Your role or name, published with the results.  [default: maintainer]")
@click.option("--queue", is_flag=True, help="List the citations that need checking, by source.")
@click.option(
    "--accept",
    "accepted",
    metavar="KEY",
    multiple=True,
    help="Accept a citation unverified, in your name (--by). May be given several times.",
)
@click.option("--today", help="The day of new results, as 2026-11-24.")
@style_option
def verify(
    path: Path,
    folders: tuple[Path, ...],
    write: bool,
    by: str | None,
    queue: bool,
    accepted: tuple[str, ...],
    today: str | None,
    style: str,
) -> None:
    """Check the citations against texts, list them, or accept them."""
    project = open_project(path)
    day = project.reference_date(parse_today(today))
    name = _check_name(by, required=bool(accepted))
    if queue:
        print_queue(project, style=style)
        return
    if accepted:
        accept_citations(project, accepted, by=name, today=day)
        return
    texts = find_available_texts(project, folders or read_configured_folders(project.root))
    results = _verify(project, texts)
    problems = _collect_problems(project, results, texts)
    if write:
        save_results(project, results, texts, by=name, today=day)
    _print_results(project, results, texts, problems, style=style)
    if problems:
        sys.exit(1)


def _check_name(by: str | None, *, required: bool) -> str:
    """Return the name or role for the lock file; exit if it is missing or cannot be stored."""
    if required and not by:
        fail(t("verify.no-name"), t("verify.no-name.fix"))
    name = by or t("verify.role")
    if not is_name(name):
        fail(t("verify.bad-name", most=MAX_NAME))
    return name


def _verify(project: Project, texts: dict[str, SourceText]) -> Results:
    """Check every citation, with a progress bar on a terminal."""
    with click.progressbar(
        verify_claims(project.dataset, texts),
        length=sum(1 for _ in iter_claims(project.dataset)),
        label=t("verify.progress"),
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
    # A different edition has other page numbers: a statement not found there is no error.
    replaced = {d.params["source"] for d in other}
    comparable = [r for r in results if r.claim.citation.source not in replaced]
    proofs = project.loaded.verifications
    claimed = find_overclaims(comparable, proofs) if proofs else ()
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
        located = sorted(
            ((project.loaded.locate(d), d) for d in problems), key=report.make_sort_key
        )
        document = build_report(results) | {"problems": [report.to_dict(item) for item in located]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print_diagnostics(project, problems, style=style)
    if style == "text":
        click.echo(_format_summary(results, texts))


def _format_summary(results: Results, texts: dict[str, SourceText]) -> str:
    lines = [t("verify.counted", citations=len(results), texts=len(texts))]
    reasons = Counter(r.reason for r in results if r.result == "not-checkable")
    for result, number in count_results(results).items():
        lines.append(f"{number:7} {t(f'result.{result}')}")
        if result == "not-checkable":
            lines += [f"{n:15} {t(f'reason.{reason}')}" for reason, n in sorted(reasons.items())]
    similar = sum(bool(s.similar) for r in results for s in r.statements)
    return "\n".join([*lines, t("verify.alike", count=similar)])
