"""Differences between two states: as values, in words, and with the affected pages."""

import json
from pathlib import Path

import pytest

from tests.command import change, git, run
from tracker.analysis.diff import RecordChange, collect_shown_records, diff_datasets
from tracker.model import Recommendation
from tracker.records.loader import LoadResult, load, read_files


def compare(project: Path, earlier: LoadResult) -> tuple[RecordChange, ...]:
    loaded = load(read_files(project))
    assert loaded.problems == ()
    return diff_datasets(loaded.dataset, earlier=earlier.dataset)


@pytest.fixture
def earlier(project: Path) -> LoadResult:
    """The example project before a change."""
    return load(read_files(project))


def test_no_changes(real: LoadResult) -> None:
    """Comparing a state with itself gives no changes."""
    assert diff_datasets(real.dataset, earlier=real.dataset) == ()


def test_status_changes_by_group(project: Path, earlier: LoadResult) -> None:
    """A change of status has groups, before, after, the reason and the pages that show it."""
    change(project, "recommendations.yml", "status: partly-implemented", "status: regressed")
    (one,) = (c for c in compare(project, earlier) if c.kind == "status")
    assert (one.facts["before"], one.facts["after"]) == (
        ("partly-implemented", ""),
        ("regressed", ""),
    )
    assert one.facts["groups"] == ("settlers",)
    assert one.facts["why"] == "A register is open to some."
    assert one.shown_on == ("asked", "asked-1")


def test_rewritten_rating(project: Path, earlier: LoadResult) -> None:
    """An edited past rating is a change, even if its status is the same."""
    change(project, "recommendations.yml", "why: A register is open to some.", "why: All is well.")
    kinds = {c.kind for c in compare(project, earlier)}
    assert "rewritten" in kinds


def test_figure_as_printed(real: LoadResult) -> None:
    """A changed figure has both printed forms and the pages that show it."""
    data = real.dataset
    indicator = data.collections["indicators"][0]
    altered = indicator.model_copy(
        update={"figure": indicator.figure.model_copy(update={"printed": "9,999"})}  # type: ignore[attr-defined]
    )
    rest = data.collections["indicators"][1:]
    now = type(data)({**data.collections, "indicators": (altered, *rest)}, data.maps)
    (one,) = diff_datasets(now, earlier=data)
    assert (one.kind, one.facts["after"]) == ("figure", "9,999")
    assert one.facts["before"] == indicator.figure.printed  # type: ignore[attr-defined]


def test_removed_and_new_records(project: Path, earlier: LoadResult) -> None:
    """Removed and new records are changes; the order of files is not."""
    change(project, "discrepancies.yml", "- id: gap-1\n", "- id: gap-2\n")
    changes = {
        (c.kind, c.record)
        for c in diff_datasets(load(read_files(project)).dataset, earlier=earlier.dataset)
    }
    assert {("vanished", "gap-1"), ("new", "gap-2")} <= changes
    data = earlier.dataset
    turned = {name: records[::-1] for name, records in data.collections.items()}
    assert diff_datasets(type(data)(turned, data.maps), earlier=data) == ()


def test_invalid_record_is_not_removed(project: Path, earlier: LoadResult) -> None:
    """An invalid record does not count as removed."""
    change(project, "events.yml", "kind: programme", "kind: program")
    loaded = load(read_files(project))
    assert diff_datasets(loaded.dataset, earlier=earlier.dataset) == ()


def test_withdrawal_correction_and_field(project: Path, earlier: LoadResult) -> None:
    """A withdrawal, a correction and a renaming are one change each."""
    change(
        project,
        "events.yml",
        "  title: ",
        "  withdrawn:\n    on: 2024-02-02\n    why: Told twice.\n"
        "  corrections:\n  - on: 2024-02-02\n    wrong: The day.\n    why: Misread.\n"
        "  title: New name of ",
    )
    kinds = [
        c.kind for c in diff_datasets(load(read_files(project)).dataset, earlier=earlier.dataset)
    ]
    assert sorted(kinds) == ["correction", "field", "withdrawn"]


def test_pages_that_show_a_record(real: LoadResult, site: Path) -> None:
    """Each figure, finding and event on a page lists its recommendation."""
    seen = 0
    for recommendation in real.dataset.of(Recommendation):
        page = site / "recommendations" / recommendation.id / "index.html"
        body = page.read_text(encoding="utf-8")
        body = body[body.index("<article") : body.rindex('<h2 id="record">')]
        shown = collect_shown_records(recommendation, data=real.dataset)
        for name in ("findings", "indicators", "events", "discrepancies"):
            for record in real.dataset.collections[name]:
                if f"../../{name}/{record.id}/" in body:
                    seen += 1
                    assert record.id in shown, (recommendation.id, record.id)
    assert seen > 100


def test_command_prints_titles(committed: Path) -> None:
    """The command prints titles and compares with the last commit by default."""
    arguments = ("diff", "--project", committed)
    assert "No published record has changed." in run(*arguments).output
    change(committed, "recommendations.yml", "status: partly-implemented", "status: regressed")
    result = run(*arguments)
    assert result.exit_code == 0
    assert "Partly implemented (results not shown) → Regressed" in result.output
    rows = json.loads(run(*arguments, "--format", "json").stdout)["changes"]
    assert "status" in {row["kind"] for row in rows}
    assert run("diff", "no-such-ref", "--project", committed).exit_code == 2


@pytest.mark.parametrize("before", ["HEAD^1", "HEAD~1", "HEAD^", "HEAD~"])
def test_first_commit_has_no_base(committed: Path, before: str) -> None:
    """Before the first commit there are no records, so a new project passes its first check."""
    result = run("diff", before, "--project", committed, "--format", "json")
    assert (result.exit_code, len(json.loads(result.stdout)["changes"]) > 5) == (0, True)
    assert run("check", committed, "--against", before).exit_code == 0
    change(committed, "recommendations.yml", "status: partly-implemented", "status: none-such")
    assert run("check", committed, "--against", before).exit_code == 1
    for missing in ("HEAD^2", "HEAD~2", "none^1"):
        assert run("diff", missing, "--project", committed).exit_code == 2


def test_default_base_is_the_merge_base(committed: Path) -> None:
    """Commits on a branch are changes until they are on main."""
    git(committed, "branch", "-M", "main")
    git(committed, "switch", "-qc", "mine")
    change(committed, "recommendations.yml", "status: partly-implemented", "status: regressed")
    git(committed, "commit", "-qam", "mine")
    assert "Regressed" in run("diff", "--project", committed).output


def test_markdown_shows_records_as_text(committed: Path) -> None:
    """Text of records is escaped in the summary: no links, images or mentions."""
    hostile = "<img src=x> [a](https://evil.example) @everybody ![b](c) `d`"
    change(committed, "events.yml", "The register opened", f"'{hostile}'")
    output = run("diff", "--project", committed, "--format", "markdown").stdout
    for markup in ("<img", "](", "https://", "@everybody", "![", " `d"):
        assert markup not in output


def test_removed_lock_file_is_reported(committed: Path) -> None:
    """`check --against` reports a removed lock file and how to restore it."""
    (committed / "data/citations.lock").unlink()
    result = run("check", committed, "--today", "2026-11-24", "--against", "HEAD")
    assert result.exit_code == 1
    assert "data/citations.lock" in result.stdout
    assert "git checkout" in result.stdout


def test_due_command(project: Path) -> None:
    """Ratings are listed as due by authority and right once their interval has passed."""
    assert "No ratings are due" in run("due", project, "--today", "2014-01-01").output
    output = run("due", project, "--today", "2044-01-01", "--format", "markdown").stdout
    assert "out of date since" in output
    rows = json.loads(run("due", project, "--today", "2044-01-01", "--format", "json").stdout)
    assert {one["rating"] for one in rows["due"]} >= {"asked-1-a1"}
    assert "## By authority" in output
    assert "## By right" in output
