"""`tracker verify`: check what the records state against the texts of their sources."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import fail, open_project, parse_today, print_diagnostics, style_option
from tracker.cli.queue import accept, keep, show_queue
from tracker.cli.texts import find_available_texts, read_configured_folders
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.citations.results import VerificationResult
    from tracker.citations.source_text import SourceText
    from tracker.model.diagnostics import Diagnostic
    from tracker.records.loader import LoadResult


@click.command(
    epilog="""\b
Examples:
  tracker verify --texts ~/texts         check everything that is cited
  tracker verify --texts ~/texts --write and keep the results in data/citations.lock
  tracker verify --queue                 what waits to be checked, by source
  tracker verify --accept "count-1/citations report B1" --by "A. Name"
  tracker verify --format json | jq .counts

\b
A text is a file named as the id of its source (report.txt, observations.pdf, law.html), or one
that is known by its hash. Texts are never published and never belong into the project. Folders
can be named once in tracker.local.toml:  texts = ["../texts"]

\b
Exit codes: 0 everything that could be checked is right, 1 problems, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option(
    "--texts",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with the texts of sources. May be given several times.",
)
@click.option("--write", is_flag=True, help="Write the results into data/citations.lock.")
@click.option("--by", help="Your role or name, published with the results.  [default: maintainer]")
@click.option("--queue", is_flag=True, help="List what waits to be checked, by source.")
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
    """Check each stated figure, date, symbol and name at the place that is cited for it."""
    from tracker.analysis.reference_date import find_reference_date

    project = open_project(path)
    root, loaded = project.root, project.loaded
    given = parse_today(today)
    name = _name(by, required=bool(accepted))
    if queue:
        show_queue(loaded, style=style)
        return
    if accepted:
        accept(
            root,
            loaded,
            accepted,
            by=name,
            today=find_reference_date(root, loaded.dataset, given=given)[0],
        )
        return
    texts = find_available_texts(root, loaded, folders or read_configured_folders(root))
    results = _verify(loaded, texts)
    problems = _problems(loaded, results, texts)
    if write:
        day = find_reference_date(root, loaded.dataset, given=given)[0]
        keep(root, loaded, results, texts, by=name, today=day)
    _tell(loaded, results, texts, problems, style=style)
    if problems:
        sys.exit(1)


def _name(by: str | None, *, required: bool) -> str:
    """The name or role that is written into the lock file; stops at one that cannot be."""
    from tracker.model.lockfiles import MAX_NAME, is_name

    if required and not by:
        fail(t("verify.no-name"), t("verify.no-name.fix"))
    name = by or t("verify.role")
    if not is_name(name):
        fail(t("verify.bad-name", most=MAX_NAME), "")
    return name


def _problems(
    loaded: "LoadResult", results: "tuple[VerificationResult, ...]", texts: "dict[str, SourceText]"
) -> "list[Diagnostic]":
    """What is wrong with the records, with the texts, and with what the lock file says of them."""
    from tracker.checks import UNCITED_CODES
    from tracker.checks import check as check_data
    from tracker.citations.report import find_mismatched_texts, find_overclaims, iter_diagnostics

    uncited = (p for p in check_data(loaded.dataset) if p.code in UNCITED_CODES)
    other = tuple(find_mismatched_texts(loaded.dataset, texts))
    # In another text the places are others: what is not found there means nothing.
    astray = {problem.params["source"] for problem in other}
    compared = [c for c in results if c.claim.citation.source not in astray]
    claimed = find_overclaims(compared, loaded.verifications) if loaded.verifications else ()
    return [*loaded.problems, *other, *iter_diagnostics(compared), *claimed, *uncited]


def _tell(
    loaded: "LoadResult",
    results: "tuple[VerificationResult, ...]",
    texts: "dict[str, SourceText]",
    problems: "list[Diagnostic]",
    *,
    style: str,
) -> None:
    from tracker.checks import report
    from tracker.citations.report import build_report

    if style == "json":
        told = sorted(((loaded.locate(p), p) for p in problems), key=report.make_sort_key)
        document = build_report(results) | {"problems": [report.to_dict(one) for one in told]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print_diagnostics(loaded, problems, style=style)
    if style == "text":
        click.echo(_format_summary(results, texts))


def _verify(
    loaded: "LoadResult", texts: "dict[str, SourceText]"
) -> "tuple[VerificationResult, ...]":
    """Check every citation, with a progress bar on a terminal."""
    from tracker.citations.claims import iter_claims
    from tracker.citations.verify import verify_claims

    total = sum(1 for _ in iter_claims(loaded.dataset))
    label = t("verify.progress")
    with click.progressbar(
        verify_claims(loaded.dataset, texts), length=total, label=label, file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:  # fmt: skip
        return tuple(bar)


def _format_summary(
    results: "tuple[VerificationResult, ...]", texts: "dict[str, SourceText]"
) -> str:
    from collections import Counter

    from tracker.citations.report import count_results

    lines = [t("verify.counted", citations=len(results), texts=len(texts))]
    reasons = Counter(c.reason for c in results if c.result == "not-checkable")
    for result, number in count_results(results).items():
        lines.append(f"{number:7} {t(f'result.{result}')}")
        if result == "not-checkable":
            lines += [f"{n:15} {t(f'reason.{reason}')}" for reason, n in sorted(reasons.items())]
    alike = sum(bool(s.similar) for c in results for s in c.statements)
    return "\n".join([*lines, t("verify.alike", count=alike)])
