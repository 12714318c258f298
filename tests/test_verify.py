"""`tracker verify` and its lock file: what editors and maintainers see of a proof."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.command import change, run
from tests.conftest import EXAMPLE
from tracker.locks import CITATIONS, Proof, read

TEXTS = EXAMPLE / "texts"


def test_verify_the_example(project: Path) -> None:
    """The example project is proved in its text, and the lock file in it is up to date."""
    before = (project / CITATIONS).read_bytes()
    result = run("verify", project, "--texts", TEXTS, "--write", "--today", "2030-01-01")
    assert (result.exit_code, "5 proved" in result.output) == (0, True)
    assert (project / CITATIONS).read_bytes() == before, "nothing changed, so no date does"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: 1200\n      printed: '1,200'", "value: 1400\n      printed: 1,400", "not-found"),
        ("value: 30\n      printed: '30'", "value: 7\n      printed: 7", "wrong-place"),
    ],
)
def test_verify_tells_what_is_wrong(project: Path, old: str, new: str, code: str) -> None:
    """A figure that does not stand there is told with file, line, and what stands instead."""
    change(project, "findings.yml", old, new)
    result = run("verify", project, "--texts", TEXTS)
    assert result.exit_code == 1
    assert re.search(rf"data/findings\.yml:\d+:\d+: found-1 › .*\[{code}\]", result.stdout)
    assert ("B2" if code == "wrong-place" else "1,200") in result.stdout


def test_check_refuses_until_proved_again(project: Path) -> None:
    """An edited claim is suspect; without its text at hand it can be marked as not proved."""
    change(project, "findings.yml", "About 1,200 newcomers", "About 1,200 people")
    refused = run("check", project, "--today", "2026-11-24")
    assert (refused.exit_code, "[suspect]" in refused.stdout) == (1, True)
    assert "tracker verify --write" in refused.stdout
    assert run("verify", project, "--write", "--today", "2026-12-01").exit_code == 0
    assert run("check", project, "--today", "2026-12-01").exit_code == 0
    rows = read((project / CITATIONS).read_text("utf-8"), kind=Proof, file=CITATIONS).rows
    row = rows["found-1/citations report B1"]
    assert (row.result, row.reason, row.since) == ("not-checkable", "no-text", "2026-12-01")
    assert rows["count-1/citations report B1"].result == "proved", "others keep their proof"


def test_failure_stays_without_the_text(project: Path) -> None:
    """Who has no text at hand cannot turn a failure into something that nobody could check."""
    change(
        project,
        "findings.yml",
        "value: 1200\n      printed: '1,200'",
        "value: 40\n      printed: 40",
    )
    run("verify", project, "--texts", TEXTS, "--write")
    run("verify", project, "--write")
    refused = run("check", project, "--today", "2026-11-24")
    assert "[not-proved]" in refused.stdout


def test_nothing_changes_without_texts(project: Path) -> None:
    """Who has no text and changed nothing leaves the lock file as it is."""
    before = (project / CITATIONS).read_bytes()
    assert run("verify", project, "--write", "--today", "2030-01-01").exit_code == 0
    assert (project / CITATIONS).read_bytes() == before


@pytest.mark.parametrize("broken", ["report.txt", "report.pdf"])
def test_broken_text_takes_no_proof_away(project: Path, tmp_path: Path, broken: str) -> None:
    """An empty or broken file is named; a good one beside it is read; proofs stay."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / broken).write_bytes(b"")
    before = (project / CITATIONS).read_bytes()
    result = run("verify", project, "--texts", folder, "--write")
    assert "is of no use" in result.stderr
    assert (project / CITATIONS).read_bytes() == before
    (folder / "report.md").write_bytes((TEXTS / "report.txt").read_bytes())
    assert "5 proved" in run("verify", project, "--texts", folder).output


def test_another_text_is_told_once(project: Path, tmp_path: Path) -> None:
    """A text in which the lines of the map do not count is one problem, not one a citation."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "report.txt").write_text("A line more.\n" + (TEXTS / "report.txt").read_text("utf-8"))
    result = run("verify", project, "--texts", folder)
    assert result.exit_code == 1
    assert (result.stdout.count("[other-text]"), result.stdout.count("[not-found]")) == (1, 0)
    (folder / "report.txt").write_text("Short.")
    assert run("verify", project, "--texts", folder).exit_code == 1


def test_line_ends_and_marks_are_no_other_text(project: Path, tmp_path: Path) -> None:
    """A copy with Windows line ends and a byte order mark is the same text."""
    folder = tmp_path / "texts"
    folder.mkdir()
    text = (TEXTS / "report.txt").read_bytes()
    (folder / "report.txt").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    before = (project / CITATIONS).read_bytes()
    assert run("verify", project, "--texts", folder, "--write").exit_code == 0
    assert (project / CITATIONS).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("proved\t-\t2026", "prooved\t-\t2026"), ("\t2026-11-24", "\t2026-13-24"), ("8f76b273", "")],
)
def test_forged_line_is_refused(project: Path, old: str, new: str) -> None:
    """A line with an unknown result, no day, or a proof without its text is no line."""
    path = project / CITATIONS
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    assert "[lock-line]" in run("check", project, "--today", "2026-11-24").stdout


def test_trimmed_lines_are_still_read(project: Path) -> None:
    """An editor that takes away white space at the ends of lines does no harm."""
    path = project / CITATIONS
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\r\n".join(line.rstrip() for line in lines), encoding="utf-8")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0


def test_failed_proof_is_refused(project: Path) -> None:
    """What was written down as not found is refused by `check` too, which needs no text."""
    change(
        project, "findings.yml", "value: 30\n      printed: '30'", "value: 39\n      printed: 39"
    )
    change(project, "findings.yml", "value: 1230", "value: 1239")
    change(project, "findings.yml", "        - 30", "        - 39")
    assert run("verify", project, "--texts", TEXTS, "--write").exit_code == 1
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "[not-proved]" in result.stdout) == (1, True)


def test_text_by_its_hash(project: Path, tmp_path: Path) -> None:
    """A text is known by its hash whatever its name; other files in the folder do not matter."""
    folder = tmp_path / "texts"
    folder.mkdir()
    shutil.copy(TEXTS / "report.txt", folder / "download (3).txt")
    (folder / "notes.docx").write_bytes(b"\x00")
    (folder / "other.txt").write_text("Something else.", encoding="utf-8")
    counts = json.loads(run("verify", project, "--texts", folder, "--format", "json").stdout)
    assert counts["counts"]["proved"] == 5


def test_texts_from_the_configuration(project: Path) -> None:
    """Folders named once in tracker.local.toml need not be given again; a wrong one is told."""
    shutil.copytree(TEXTS, project / "texts")
    (project / "tracker.local.toml").write_text('texts = ["texts"]\n', encoding="utf-8")
    assert "5 proved" in run("verify", project).stdout
    (project / "tracker.local.toml").write_text('texts = ["nowhere"]\n', encoding="utf-8")
    assert run("verify", project).exit_code == 2
    (project / "tracker.local.toml").write_text("texts = nowhere\n", encoding="utf-8")
    assert run("verify", project).exit_code == 2


def test_document_for_programs(project: Path) -> None:
    """Counts by result and source, and each citation with its statements."""
    told = json.loads(run("verify", project, "--texts", TEXTS, "--format", "json").stdout)
    assert told["counts"] == {
        "proved": 5, "not-found": 0, "wrong-place": 0, "not-checkable": 2, "no-statement": 11,
    }  # fmt: skip
    assert sum(told["sources"]["report"][r] for r in told["counts"]) == 17
    (citation,) = [c for c in told["citations"] if c["key"] == "pupils/citations report B2"]
    assert citation["states"][0] == {"value": 7, "printed": "7", "result": "proved"}


def test_half_merged_lock_file(project: Path) -> None:
    """Marks of a merge are told by line, and `--write` mends the file."""
    path = project / CITATIONS
    path.write_text("<<<<<<< ours\n" + path.read_text("utf-8"), encoding="utf-8")
    refused = run("check", project, "--today", "2026-11-24")
    assert refused.stdout.startswith("data/citations.lock:1:1: ")
    run("verify", project, "--texts", TEXTS, "--write", "--today", "2026-11-24")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0
