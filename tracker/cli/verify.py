"""`tracker verify`: does each cited place hold what the records state? Reads texts at hand."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import changing, day_given, loaded_of, root_of, style_option, tell
from tracker.cli.texts import configured, texts_at_hand
from tracker.words import say

if TYPE_CHECKING:
    from datetime import date

    from tracker.load import Loaded
    from tracker.proof import Checked, SourceText


@click.command(
    epilog="""\b
Examples:
  tracker verify --texts ~/texts         look for everything that is cited
  tracker verify --texts ~/texts --write and keep the results in data/citations.lock
  tracker verify --write                 without texts: keep what is proved, mark what changed
  tracker verify --format json | jq .counts

\b
A text is a file named as the id of its source (report.txt, observations.pdf, law.html), or one
that is known by its hash. Texts are never published and never belong into the project. Folders
can be named once in tracker.local.toml:  texts = ["../texts"]

\b
Exit codes: 0 nothing sought is missing, 1 problems, 2 could not run."""
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
@click.option("--today", help="The day of new results, as 2026-11-24.")
@style_option
def verify(
    path: Path, folders: tuple[Path, ...], write: bool, today: str | None, style: str
) -> None:
    """Look for each stated figure, date, symbol and name in the place that is cited for it."""
    from tracker import telling
    from tracker.checks import UNCITED
    from tracker.checks import check as check_data
    from tracker.day import day_of
    from tracker.proof import as_document, other_texts, problems_of

    root = root_of(path)
    loaded = loaded_of(root)
    given = day_given(today)
    texts = texts_at_hand(root, loaded, folders or configured(root))
    results = _prove(loaded, texts)
    if write:
        _write(root, loaded, results, texts, day_of(root, loaded.dataset, given=given)[0])
    uncited = (p for p in check_data(loaded.dataset) if p.code in UNCITED)
    other = tuple(other_texts(loaded.dataset, texts))
    # In another text the places are others: what is not found there tells nothing.
    astray = {problem.facts["source"] for problem in other}
    sought = (p for p in problems_of(results) if p.facts["source"] not in astray)
    problems = [*loaded.problems, *other, *sought, *uncited]
    if style == "json":
        told = sorted(((loaded.locate(p), p) for p in problems), key=telling.in_order)
        document = as_document(results) | {"problems": [telling.as_data(one) for one in told]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        tell(loaded, problems, style=style)
    if style == "text":
        click.echo(_summary(results, texts))
    if problems:
        sys.exit(1)


def _prove(loaded: "Loaded", texts: "dict[str, SourceText]") -> "tuple[Checked, ...]":
    """Every result, with progress where somebody watches."""
    from tracker.claims import claims
    from tracker.proof import prove

    total = sum(1 for _ in claims(loaded.dataset))
    label = say("verify.progress")
    with click.progressbar(
        prove(loaded.dataset, texts), length=total, label=label, file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:  # fmt: skip
        return tuple(bar)


def _write(
    root: Path,
    loaded: "Loaded",
    results: "tuple[Checked, ...]",
    texts: "dict[str, SourceText]",
    day: "date",
) -> None:
    from tracker import locks
    from tracker.proof import as_lock, renewed

    if loaded.problems:  # what could not be read would lose its lines
        click.echo(say("verify.not-written", file=locks.CITATIONS), err=True)
        return
    before = loaded.proofs.rows if loaded.proofs else {}
    rows = []
    for checked in results:
        fresh = as_lock(checked, texts.get(checked.claim.citation.source), today=day)
        rows.append(renewed(fresh, before.get(fresh.key)))
    gone = before.keys() - {row.key for row in rows}
    changed = sum(before.get(row.key) != row for row in rows) + len(gone)
    lock = locks.write(rows, kind=locks.Proof, note=say("lock.citations"))
    with changing(root) as changes:
        changes.expect(locks.CITATIONS, loaded.files.get(locks.CITATIONS))
        changes.add(locks.CITATIONS, lock.encode())
    proved = sum(row.result == "proved" for row in rows)
    written = say("verify.written", file=locks.CITATIONS, changed=changed, proved=f"{proved:,}")
    click.echo(written, err=True)


def _summary(results: "tuple[Checked, ...]", texts: "dict[str, SourceText]") -> str:
    from collections import Counter

    from tracker.proof import counts

    lines = [say("verify.counted", citations=len(results), texts=len(texts))]
    reasons = Counter(c.reason for c in results if c.result == "not-checkable")
    for result, number in counts(results).items():
        lines.append(f"{number:7} {say(f'result.{result}')}")
        if result == "not-checkable":
            lines += [f"{n:15} {say(f'reason.{reason}')}" for reason, n in sorted(reasons.items())]
    alike = sum(bool(s.alike) for c in results for s in c.stated)
    return "\n".join([*lines, say("verify.alike", count=alike)])
