"""`tracker verify` and its lock file."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.command import change, commit_all, run
from tests.conftest import EXAMPLE
from tracker.citations.claims import iter_claims
from tracker.model import Source
from tracker.model.lockfiles import CITATIONS, Verification, parse_lock
from tracker.records.loader import load, read_files

TEXTS = EXAMPLE / "texts"


def test_verify_the_example(project: Path) -> None:
    """The citations of the example are verified, and its lock file is current."""
    before = (project / CITATIONS).read_bytes()
    result = run("verify", project, "--texts", TEXTS, "--write", "--today", "2030-01-01")
    assert (result.exit_code, "5 found in source" in result.output) == (0, True)
    assert (project / CITATIONS).read_bytes() == before, "nothing changed, so no date does"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: 1200\n      printed: '1,200'", "value: 1400\n      printed: 1,400", "not-found"),
        ("value: 30\n      printed: '30'", "value: 7\n      printed: 7", "wrong-place"),
    ],
)
def test_verify_reports_errors(project: Path, old: str, new: str, code: str) -> None:
    """A figure that is not in the source is reported with its location and a similar figure."""
    change(project, "findings.yml", old, new)
    result = run("verify", project, "--texts", TEXTS)
    assert result.exit_code == 1
    assert re.search(rf"data/findings\.yml:\d+:\d+: found-1 › .*\[{code}\]", result.stdout)
    hint = "cite the place that contains it" if code == "wrong-place" else "1,200"
    assert hint in result.stdout


def read_rows(project: Path) -> dict[str, Verification]:
    return dict(
        parse_lock((project / CITATIONS).read_bytes(), kind=Verification, file=CITATIONS).rows
    )


FOUND = "pupils/citations report B2"
PRINT = "ce7ef56919dbe0cb"
"""The fingerprint of that citation in the example."""


def alter_statement(project: Path) -> None:
    """Change a digit of a verified figure in the record."""
    path = project / "data/indicators.yml"
    before, name, after = path.read_text("utf-8").partition("- id: pupils\n")
    record, end, others = after.partition("- id: ")
    path.write_text(before + name + re.sub(r"\b7\b", "8", record) + end + others, "utf-8")


def test_changed_statement_blocks_until_verified_again(project: Path) -> None:
    """Writing the lock file without the text does not help; undoing the change does."""
    before = (project / "data/indicators.yml").read_bytes()
    alter_statement(project)
    refused = run("check", project, "--today", "2026-11-24")
    assert (refused.exit_code, "[suspect]" in refused.stdout) == (1, True)
    assert "tracker verify --write" in refused.stdout
    assert run("verify", project, "--write", "--today", "2026-11-24").exit_code == 0
    assert run("check", project, "--today", "2026-11-24").exit_code == 1
    (project / "data/indicators.yml").write_bytes(before)
    assert run("check", project, "--today", "2026-11-24").exit_code == 0


def test_changed_statement_is_accepted_by_name(project: Path) -> None:
    """A person can accept it with name and date; a text can still verify or refute it later."""
    alter_statement(project)
    nameless = run("verify", project, "--accept", FOUND)
    assert (nameless.exit_code, "--by" in nameless.stderr) == (2, True)
    unknown = run("verify", project, "--accept", FOUND + "2", "--by", "A. Name")
    assert (unknown.exit_code, FOUND in unknown.stderr) == (2, True)
    arguments = ("--accept", FOUND, "--by", "A. Name", "--today", "2026-11-24")
    assert run("verify", project, *arguments).exit_code == 0
    row = read_rows(project)[FOUND]
    assert (row.result, row.by, row.since, row.text) == ("accepted", "A. Name", "2026-11-24", "")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0
    assert run("verify", project, "--texts", TEXTS, "--write").exit_code == 1
    assert read_rows(project)[FOUND].result == "not-found"


@pytest.mark.parametrize("name", ["a\tb", "a\u202eb", "x" * 61, "-"])
def test_name_that_cannot_be_published(project: Path, name: str) -> None:
    """A name is one short line without control characters."""
    assert run("verify", project, "--accept", FOUND, "--by", name).exit_code == 2


def test_wording_around_a_statement_is_a_notice(project: Path) -> None:
    """A typo in a title, summary or note is a notice at most, and the verification is kept."""
    commit_all(project)
    change(project, "indicators.yml", "Children at school", "Children in school")
    for arguments in ((), ("--against", "HEAD")):
        result = run("check", project, "--today", "2026-11-24", *arguments)
        assert result.exit_code == 0, result.output
        assert ("[wording-changed]" in result.stdout) == bool(arguments)
    assert run("verify", project, "--write").exit_code == 0
    assert read_rows(project)[FOUND].result == "proved"


def test_new_citation_without_text_is_a_notice(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new citation is shown and counted, is in the queue, and does not fail the check."""
    path = project / CITATIONS
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(FOUND)) + "\n")
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "[not-compared]" in result.stdout) == (0, True)
    assert result.stdout.splitlines()[-1].endswith("checked: no problems, 1 notice")
    assert "0 problems" not in result.output
    report = json.loads(run("check", project, "--format", "json", "--today", "2026-11-24").stdout)
    assert (report["problems"], [n["code"] for n in report["notices"]]) == ([], ["not-compared"])
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    shown = run("check", project, "--format", "github", "--today", "2026-11-24").stdout
    assert shown.startswith("::notice file=data/indicators.yml,")
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert summary.startswith("0 problems, 1 notice\n")
    assert "| notice | data/indicators.yml:" in summary
    (line,) = run("verify", project, "--queue").stdout.splitlines()
    assert line.split("\t") == ["report", "B2", "none", "7; 2019", FOUND]
    (source,) = json.loads(run("verify", project, "--queue", "--format", "json").stdout)["sources"]
    assert [len(text) for text in source["texts"]] == [64]
    assert source["files"][0] == "report.txt"
    assert source["citations"][0]["key"] == FOUND
    arguments = ("--texts", TEXTS, "--write", "--by", "archivist", "--today", "2026-11-24")
    assert run("verify", project, *arguments).exit_code == 0
    row = read_rows(project)[FOUND]
    assert (row.result, row.by) == ("proved", "archivist")
    assert run("verify", project, "--queue").stdout == ""
    assert read_rows(project)["count-1/citations report B1"].by == "maintainer", "others stay"


def test_removed_verification_is_an_error(project: Path) -> None:
    """Deleting the line of a changed statement does not hide the problem."""
    commit_all(project)
    alter_statement(project)
    path = project / CITATIONS
    path.write_text(path.read_text("utf-8").replace(FOUND, f"# {FOUND}"), encoding="utf-8")
    result = run("check", project, "--today", "2026-11-24", "--against", "HEAD")
    assert (result.exit_code, "[verification-removed]" in result.stdout) == (1, True)


def test_moved_citation_keeps_its_verification(project: Path) -> None:
    """A verification depends on source, place and statements, not on the position in a record."""
    path = project / CITATIONS
    path.write_text(path.read_text("utf-8").replace("pupils/c", "pupil/c"), encoding="utf-8")
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1), result.output
    run("verify", project, "--write")
    assert read_rows(project)[FOUND].result == "proved"


def test_line_of_a_removed_citation(project: Path) -> None:
    """An unused line is a notice, and the next `verify --write` removes it."""
    path = project / CITATIONS
    old = path.read_text("utf-8")
    line = next(line for line in old.splitlines() if line.startswith(FOUND))
    other = line.replace("pupils", "nobody").replace(PRINT, "0" * 16)
    path.write_text(f"{old}{other}\n", encoding="utf-8")
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "[lock-without-citation]" in result.stdout) == (0, True)
    run("verify", project, "--write")
    assert path.read_text("utf-8") == old


def test_invented_verification_is_detected(project: Path) -> None:
    """A line with an unknown text is an error. One with a known text is refuted by checking it,
    and always listed for reviewers."""
    commit_all(project)
    alter_statement(project)
    (claim,) = (c for c in iter_claims(load(read_files(project)).dataset) if c.key == FOUND)
    path = project / CITATIONS
    invented = path.read_text("utf-8").replace(PRINT, claim.fingerprint)
    path.write_text(invented, encoding="utf-8")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0
    assert run("verify", project, "--texts", TEXTS).exit_code == 1
    for style in ("text", "markdown", "json"):
        shown = run("diff", "HEAD", "--project", project, "--format", style).stdout
        assert "maintainer" in shown
    (row,) = json.loads(shown)["verified"]
    assert (row["citation"], row["result"], row["by"]) == (FOUND, "proved", "maintainer")
    line = next(line for line in invented.splitlines() if line.startswith(FOUND))
    forged = line.replace("8f76b273b709b4cc", "8f76b273b709b4cd")
    path.write_text(invented.replace(line, forged), encoding="utf-8")
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "[unknown-text]" in result.stdout) == (1, True)
    column = forged.index("8f76b273b709b4cd") + 1
    assert re.search(rf"data/citations\.lock:\d+:{column}: .*\[unknown-text\]", result.stdout)


def test_uncheckable_verification_is_reported(project: Path, tmp_path: Path) -> None:
    """`verify` exits with 1 if the place in a verified line cannot be found in the text."""
    change(project, "events.yml", "locator: B2\n    states", "locator: page 7\n    states")
    (claim,) = (c for c in iter_claims(load(read_files(project)).dataset) if "page 7" in c.key)
    path = project / CITATIONS
    old = next(r for r in path.read_text("utf-8").splitlines() if r.startswith("opened/"))
    cells = old.split("\t")
    cells[0], cells[4] = claim.key, claim.fingerprint
    new = path.read_text("utf-8").replace(old, "\t".join(cells))
    path.write_text(new, encoding="utf-8")
    shutil.move(project / "data/maps/report.yml", tmp_path / "kept.yml")
    result = run("verify", project, "--texts", TEXTS)
    assert (result.exit_code, "[not-shown]" in result.stdout) == (1, True)


def test_new_text_is_added_to_its_source(project: Path, tmp_path: Path) -> None:
    """The hash of a used text is added to the record of its source, where reviewers see it.

    From then on the text is recognised by its hash.
    """
    cited = "source: report\n    locator: B2\n    states"
    change(project, "events.yml", cited, "source: observations\n    locator: whole\n    states")
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "observations.txt").write_text("Opened on March 1, 2014.\n", encoding="utf-8")
    run("verify", project, "--texts", folder, "--write", "--by", "archivist")
    (source,) = [s for s in load(read_files(project)).dataset.of(Source) if s.texts]
    row = read_rows(project)["opened/citations observations whole"]
    assert (source.id, row.text, row.result) == ("observations", source.texts[0][:16], "proved")
    assert "[unknown-text]" not in run("check", project).stdout


def test_lock_of_an_older_version(project: Path) -> None:
    """An older format can be read for comparisons, and is one problem with one remedy."""
    path = project / CITATIONS
    path.write_text(path.read_text("utf-8").replace("maintainer", "-"), encoding="utf-8")
    loaded = load(read_files(project))
    assert loaded.verifications
    assert (len(loaded.verifications.rows), loaded.verifications.problems) == (7, ())
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, result.stdout.count("[lock-line]")) == (1, 1)
    assert "tracker verify --write --texts" in result.stdout


def test_failure_is_kept_without_the_text(project: Path) -> None:
    """Without the text, a failure cannot be changed to "not checkable"."""
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
    """Without texts and changes, `verify --write` does not change the lock file."""
    before = (project / CITATIONS).read_bytes()
    assert run("verify", project, "--write", "--today", "2030-01-01").exit_code == 0
    assert (project / CITATIONS).read_bytes() == before


@pytest.mark.parametrize("broken", ["report.txt", "report.pdf"])
def test_broken_text_removes_no_verification(project: Path, tmp_path: Path, broken: str) -> None:
    """An empty or broken file is reported, others are read, and verifications are kept."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / broken).write_bytes(b"")
    before = (project / CITATIONS).read_bytes()
    result = run("verify", project, "--texts", folder, "--write")
    assert "cannot use" in result.stderr
    assert (project / CITATIONS).read_bytes() == before
    (folder / "report.md").write_bytes((TEXTS / "report.txt").read_bytes())
    assert "5 found in source" in run("verify", project, "--texts", folder).output


def test_other_text_is_reported_once(project: Path, tmp_path: Path) -> None:
    """A text that differs from that of the source map is one problem, not one for each citation."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "report.txt").write_text("A line more.\n" + (TEXTS / "report.txt").read_text("utf-8"))
    result = run("verify", project, "--texts", folder)
    assert result.exit_code == 1
    assert (result.stdout.count("[other-text]"), result.stdout.count("[not-found]")) == (1, 0)
    (folder / "report.txt").write_text("Short.")
    assert run("verify", project, "--texts", folder).exit_code == 1


def test_line_endings_and_byte_order_mark_are_ignored(project: Path, tmp_path: Path) -> None:
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
    [
        ("proved\tmaintainer", "prooved\tmaintainer"),
        ("\t2026-11-24", "\t2026-13-24"),
        ("8f76b273", ""),
    ],
)
def test_forged_line_is_refused(project: Path, old: str, new: str) -> None:
    """A line with an unknown result, no date, or no text for a verification is invalid."""
    path = project / CITATIONS
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    assert "[lock-line]" in run("check", project, "--today", "2026-11-24").stdout


def test_trimmed_lines_are_valid(project: Path) -> None:
    """Lines without trailing white space are valid."""
    path = project / CITATIONS
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\r\n".join(line.rstrip() for line in lines), encoding="utf-8")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0


def test_failed_verification_is_refused(project: Path) -> None:
    """A row with the result "not found" is refused by `check`, which needs no text."""
    change(
        project, "findings.yml", "value: 30\n      printed: '30'", "value: 39\n      printed: 39"
    )
    change(project, "findings.yml", "value: 1230", "value: 1239")
    change(project, "findings.yml", "        - 30", "        - 39")
    assert run("verify", project, "--texts", TEXTS, "--write").exit_code == 1
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "[not-proved]" in result.stdout) == (1, True)


def test_text_is_recognised_by_its_hash(project: Path, tmp_path: Path) -> None:
    """A text is recognised by its hash, whatever its name; other files are ignored."""
    folder = tmp_path / "texts"
    folder.mkdir()
    shutil.copy(TEXTS / "report.txt", folder / "download (3).txt")
    (folder / "notes.docx").write_bytes(b"\x00")
    (folder / "other.txt").write_text("Something else.", encoding="utf-8")
    counts = json.loads(run("verify", project, "--texts", folder, "--format", "json").stdout)
    assert counts["counts"]["proved"] == 5


def test_texts_from_the_configuration(project: Path) -> None:
    """Folders can be set in tracker.local.toml; a missing one is reported."""
    shutil.copytree(TEXTS, project / "texts")
    (project / "tracker.local.toml").write_text('texts = ["texts"]\n', encoding="utf-8")
    assert "5 found in source" in run("verify", project).stdout
    (project / "tracker.local.toml").write_text('texts = ["nowhere"]\n', encoding="utf-8")
    assert run("verify", project).exit_code == 2
    (project / "tracker.local.toml").write_text("texts = nowhere\n", encoding="utf-8")
    assert run("verify", project).exit_code == 2


def test_json_report(project: Path) -> None:
    """The JSON report has counts by result and source, and each citation with its statements."""
    report = json.loads(run("verify", project, "--texts", TEXTS, "--format", "json").stdout)
    assert report["counts"] == {
        "proved": 5, "accepted": 0, "not-found": 0, "wrong-place": 0, "not-checkable": 2,
        "no-statement": 11,
    }  # fmt: skip
    assert sum(report["sources"]["report"][r] for r in report["counts"]) == 17
    (citation,) = [c for c in report["citations"] if c["key"] == "pupils/citations report B2"]
    assert citation["states"][0] == {"value": 7, "printed": "7", "result": "proved"}


def test_half_merged_lock_file(project: Path) -> None:
    """Merge conflict markers are reported by line, and `--write` fixes the file."""
    path = project / CITATIONS
    path.write_text("<<<<<<< ours\n" + path.read_text("utf-8"), encoding="utf-8")
    refused = run("check", project, "--today", "2026-11-24")
    assert refused.stdout.startswith("data/citations.lock:1:1: ")
    run("verify", project, "--texts", TEXTS, "--write", "--today", "2026-11-24")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0
