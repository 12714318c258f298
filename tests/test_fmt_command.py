"""`tracker fmt`: the files that it writes, and those that it leaves unchanged."""

import json
from pathlib import Path

import pytest

from tests.command import change, run


def test_fmt_rewrites_unformatted_files(project: Path) -> None:
    """An unformatted file is rewritten and keeps its mode; a second run changes nothing."""
    file = project / "data/events.yml"
    before = file.read_text("utf-8")
    change(project, "events.yml", "title: The register opened", 'title:   "The register opened"')
    file.chmod(0o640)
    result = run("fmt", project)
    assert (result.exit_code, result.stdout) == (0, "data/events.yml\n")
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == (before, 0o640)
    assert run("fmt", project).stdout == ""
    assert json.loads(run("fmt", project, "--format", "json").stdout) == {
        "problems": [],
        "notices": [],
    }
    assert not list(project.rglob(".tracker-*"))


def test_check_option_changes_nothing(project: Path) -> None:
    """`--check` exits with 1, and prints the first difference and what to type."""
    assert run("fmt", project, "--check").exit_code == 0
    change(project, "events.yml", "  kind: programme\n", "  kind:  'programme'\n")
    before = (project / "data/events.yml").read_bytes()
    result = run("fmt", project, "--check")
    assert (result.exit_code, (project / "data/events.yml").read_bytes()) == (1, before)
    assert result.stdout.startswith("data/events.yml:3:1: ")
    assert "tracker fmt" in result.stdout
    annotation = run("fmt", project, "--check", "--format", "github").stdout
    assert annotation.startswith("::error file=data/events.yml,line=3,")


def test_one_file(project: Path) -> None:
    """Only the given file is formatted; other files than data files are refused."""
    for name in ("events", "findings"):
        change(project, f"{name}.yml", "title: ", "title:  ")
    assert run("fmt", project / "data/events.yml").stdout == "data/events.yml\n"
    assert run("fmt", project, "--check").stdout.startswith("data/findings.yml:2:1")
    assert run("fmt", project / "data/citations.lock").exit_code == 2


def test_nothing_is_written_if_a_file_cannot_be_read(project: Path) -> None:
    """If one file is invalid, none is changed, and the loader's message is printed."""
    change(project, "events.yml", "title: The register", "title:  The register")
    change(project, "findings.yml", "title: The harbour", "title: The: harbour")
    before = (project / "data/events.yml").read_bytes()
    result = run("fmt", project)
    assert (result.exit_code, (project / "data/events.yml").read_bytes()) == (1, before)
    assert "data/findings.yml:2:13" in result.stdout
    assert "[yaml-syntax]" in result.stdout


def test_links_out_of_the_project(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """If a file is a link to another folder, no file is changed."""
    change(project, "events.yml", "title: The register", "title:  The register")
    change(project, "findings.yml", "title: The harbour", "title:  The harbour")
    events, findings = project / "data/events.yml", project / "data/findings.yml"
    outside = tmp_path_factory.mktemp("outside") / "events.yml"
    events.rename(outside)
    events.symlink_to(outside)
    before = outside.read_bytes(), findings.read_bytes()
    result = run("fmt", project)
    assert (result.exit_code, "data/events.yml is a symbolic link" in result.stderr) == (2, True)
    assert (outside.read_bytes(), findings.read_bytes()) == before


def test_lock_files_do_not_follow_links(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Other commands do not write through links either."""
    outside = tmp_path_factory.mktemp("outside") / "citations.lock"
    lock = project / "data/citations.lock"
    lock.rename(outside)
    lock.symlink_to(outside)
    before = outside.read_bytes()
    assert run("verify", project, "--write", "--today", "2026-11-24").exit_code == 2
    assert outside.read_bytes() == before


def test_altered_value_is_never_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If formatting would change a value, the command exits with 2 and changes nothing."""
    change(project, "events.yml", "title: The register", "title:  The register")
    before = (project / "data/events.yml").read_bytes()
    for lines in (["- id: other"], ["- id: &a one"]):
        monkeypatch.setattr("tracker.records.formatter.emit_file", lambda *_, lines=lines: lines)
        assert run("fmt", project).exit_code == 2
        assert (project / "data/events.yml").read_bytes() == before
