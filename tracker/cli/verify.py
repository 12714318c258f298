"""`tracker verify`: does each cited place hold what the records state? Reads texts at hand."""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import day_given, files_of, root_of, stop, tell, write_whole
from tracker.words import say

if TYPE_CHECKING:
    from datetime import date

    from tracker.load import Loaded
    from tracker.proof import Checked, SourceText

CONFIGURATION = "tracker.local.toml"
"""Names folders of texts: `texts = ["../texts"]`. It belongs to one computer: git ignores it."""


@click.command(
    epilog="""\b
Examples:
  tracker verify --texts ~/texts         look for everything that is cited
  tracker verify --texts ~/texts --write and keep the results in data/citations.lock
  tracker verify --write                 without texts: keep what is proved, mark what changed
  tracker verify --format json | jq .counts

\b
A text is a file named as the id of its source (report.txt, cescr-co-3.pdf, law.html), or one
that is known by its hash. Texts are never published and never belong into the project. Folders
can be named once in tracker.local.toml:  texts = ["../texts"]"""
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
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="For people, for pull requests, or for programs.",
)
def verify(
    path: Path, folders: tuple[Path, ...], write: bool, today: str | None, style: str
) -> None:
    """Look for each stated figure, date, symbol and name in the place that is cited for it."""
    from tracker import telling
    from tracker.checks import UNCITED
    from tracker.checks import check as check_data
    from tracker.day import day_of
    from tracker.load import load
    from tracker.proof import as_document, problems_of

    root = root_of(path)
    loaded = load(files_of(root))
    given = day_given(today)
    texts = _texts(loaded, folders or tuple(_configured(root)))
    results = _prove(loaded, texts)
    if write:
        _write(root, loaded, results, texts, day_of(root, loaded.dataset, given=given)[0])
    uncited = (p for p in check_data(loaded.dataset) if p.code in UNCITED)
    problems = [*loaded.problems, *problems_of(results), *uncited]
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


def _configured(root: Path) -> Iterator[Path]:
    file = root / CONFIGURATION
    if not file.is_file():
        return
    try:
        named = tomllib.loads(file.read_text(encoding="utf-8")).get("texts", [])
        folders = [root / Path(name).expanduser() for name in named]
    except (ValueError, TypeError):
        stop(say("verify.configuration", file=file), say("verify.configuration.fix"))
    for folder in folders:
        if not folder.is_dir():
            stop(say("verify.no-folder", folder=folder, file=file), "")
        yield folder


def _texts(loaded: "Loaded", folders: Iterable[Path]) -> "dict[str, SourceText]":
    """The text of each source that is at hand."""
    from tracker.model import Source
    from tracker.proof import find_texts, read_text

    known = {source.id: source for source in loaded.dataset.of(Source)}
    hashes: dict[str, set[str]] = {source: set() for source in known}
    for source_map in loaded.dataset.maps:
        hashes.setdefault(source_map.source, set()).add(source_map.sha256)
    for row in loaded.proofs.rows.values() if loaded.proofs else ():
        source = row.key.split(" ")[1]  # a sound row has one: locks.read saw to it
        if row.text and source in hashes:
            hashes[source].add(row.text)
    try:
        found = find_texts(folders, {source: tuple(h) for source, h in hashes.items()})
        return {
            source: read_text(
                file.read_bytes(), suffix=file.suffix, language=known[source].language
            )
            for source, file in found.items()
        }
    except OSError as error:
        stop(say("check.unreadable", file=error.filename, why=error.strerror), "")


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
    text = locks.write(rows, kind=locks.Proof, note=say("lock.citations"))
    write_whole(root / locks.CITATIONS, text)


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
