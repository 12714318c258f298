"""A verified statement that is moved and changed must be verified again."""

import json
from pathlib import Path

import pytest

from tests.command import commit_all, run
from tests.test_verify import FOUND, alter_statement
from tracker.model.lockfiles import CITATIONS


@pytest.fixture
def moved(project: Path) -> Path:
    """A published project with a verified citation whose place and figure were then changed."""
    commit_all(project)
    alter_statement(project)
    path = project / "data/indicators.yml"
    before, name, after = path.read_text("utf-8").partition("- id: pupils\n")
    path.write_text(before + name + after.replace("locator: B2", "locator: B1", 1), "utf-8")
    return project


def test_statement_moved_and_changed_is_an_error(moved: Path) -> None:
    """A changed digit cannot hide behind a changed place, with or without an earlier state."""
    for arguments in ((), ("--against", "HEAD")):
        result = run("check", moved, "--today", "2026-11-24", *arguments)
        assert (result.exit_code, "[suspect]" in result.stdout) == (1, True)


def test_removing_the_old_row_does_not_help(moved: Path) -> None:
    """Compared with the published state, a deleted row is still a problem."""
    path = moved / CITATIONS
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(FOUND)) + "\n")
    result = run("check", moved, "--today", "2026-11-24", "--against", "HEAD")
    assert (result.exit_code, "[suspect]" in result.stdout) == (1, True)


def test_diff_lists_lost_verifications(moved: Path) -> None:
    """The diff shows the changed place and figure, and that they are not verified."""
    result = run("diff", "HEAD", "--project", moved, "--format", "markdown")
    assert "No published record has changed" not in result.stdout
    assert "no longer found in their source: 1" in result.stdout
    report = json.loads(run("diff", "HEAD", "--project", moved, "--format", "json").stdout)
    assert report["lost"] == [FOUND]
