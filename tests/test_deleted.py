"""Lost data that git still has: truncated files, deleted records, lock files and figures."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import change, commit_all, run
from tests.conftest import FROZEN


def find_problems(project: Path, *arguments: str) -> list[dict[str, Any]]:
    result = run("check", project, "--format", "json", "--today", "2026-11-30", *arguments)
    problems: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return problems


def test_deleted_id_is_not_replaced(committed: Path) -> None:
    """No similar id is suggested for that of a record that was published."""
    change(committed, "sources.yml", "- id: observations\n", "- id: observation\n")
    problems = find_problems(committed)
    assert {problem["code"] for problem in problems} == {"unknown-id"}
    assert len({problem["cause"] for problem in problems}) == 1
    assert "Did you mean" not in problems[0]["remedy"]
    assert "or its ID if it was renamed" in problems[0]["remedy"]


def test_truncated_file_is_reported_once(committed: Path) -> None:
    """A truncated file is the only problem reported, wherever it was cut."""
    file = committed / "data/vocabulary.yml"
    text = file.read_text("utf-8")
    for end in (len(text) // 2, len(text) // 2 + 17, len(text) // 2 + 35):
        file.write_text(text[:end], "utf-8")
        (problem,) = find_problems(committed)
        assert (problem["code"], problem["file"]) == ("vanished-id", "data/vocabulary.yml")
        assert "git checkout HEAD -- data/vocabulary.yml" in problem["remedy"]


@pytest.mark.parametrize(
    "name", ["citations.lock", pytest.param("maps/report.yml", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("with_git", [True, False])
def test_truncated_lock_file_or_map_is_reported_once(
    tmp_path: Path, name: str, with_git: bool
) -> None:
    """A cut within a line is noticed even without git; a cut between lines needs git."""
    shutil.copytree(FROZEN / "data", tmp_path / "data")
    if with_git:
        commit_all(tmp_path)
    file = tmp_path / "data" / name
    data = file.read_bytes()
    before = len(data) // 2
    between = data.rindex(b"\n", 0, before) + 1
    for end in (before, between) if with_git else (before,):
        file.write_bytes(data[:end])
        (problem,) = find_problems(tmp_path)
        assert (problem["code"], problem["file"]) == ("vanished-id", f"data/{name}")
        assert f"git checkout HEAD -- data/{name}" in problem["remedy"]
        assert "180 more" not in run("check", tmp_path).output


def test_map_truncated_between_lines_is_reported_once_without_git(tmp_path: Path) -> None:
    """The missing passages have one explanation."""
    shutil.copytree(FROZEN / "data", tmp_path / "data")
    file = tmp_path / "data/maps/report.yml"
    text = file.read_text("utf-8")
    file.write_text(text[: text.rindex("\n- id", 0, len(text) // 2) + 1], "utf-8")
    problems = find_problems(tmp_path)
    assert {p["code"] for p in problems} == {"unknown-block"}
    assert len({p["cause"] for p in problems}) == 1
    assert "data/maps/" in problems[0]["remedy"]


def test_truncation_within_the_last_record(committed: Path) -> None:
    """The last remaining record is incomplete, and the one after it is missing."""
    file = committed / "data/vocabulary.yml"
    text = file.read_text("utf-8")
    last = text.rindex("\n- id: ")
    file.write_text(text[: text.index("\n", text.rindex("\n- id: ", 0, last) + 1) + 1], "utf-8")
    (problem,) = find_problems(committed)
    assert problem["code"] == "vanished-id"


def test_missing_lock_file_is_reported_without_an_earlier_commit(committed: Path) -> None:
    """A missing lock file is reported even without --against."""
    (committed / "data/citations.lock").unlink()
    (problem,) = find_problems(committed)
    assert (problem["code"], problem["file"]) == ("vanished-id", "data/citations.lock")


def test_changed_figure_needs_a_correction(committed: Path) -> None:
    """A published figure can be changed only with a correction."""
    figure = "figure:\n    value: 1300\n    printed: '1300'\n"
    change(committed, "indicators.yml", figure, figure.replace("1300", "1310"))
    problems = find_problems(committed, "--against", "HEAD")
    found = next(p for p in problems if p["code"] == "rewritten-past")
    assert "published as 1300" in found["message"]
    assert "corrections" in found["remedy"]


def test_lost_citations_are_reported(committed: Path) -> None:
    """A record that lost its citations, for example in a merge, is reported."""
    citations = "  citations:\n  - source: report\n    locator: B1\n"
    change(committed, "sources.yml", citations, "")
    (problem,) = find_problems(committed, "--against", "HEAD")
    assert (problem["code"], problem["record"]) == ("rewritten-past", "act")
    assert "A merge or an edit lost them" in problem["remedy"]


def test_wrong_day_is_reported_once(committed: Path) -> None:
    """If many dates are after the given day, the day is reported as wrong."""
    result = run("check", committed, "--format", "json", "--today", "2012-01-01")
    problems = json.loads(result.stdout)["problems"]
    assert len(problems) > 9
    assert {problem["cause"] for problem in problems} == {"today"}


def test_id_of_another_kind_of_record_is_one_cause(committed: Path) -> None:
    """An id that another kind already has is reported once, not at each reference."""
    change(committed, "events.yml", "- id: harbour-opened", "- id: report")
    wrong = [p for p in find_problems(committed) if p["code"] == "wrong-kind"]
    assert len(wrong) > 1
    assert len({p["cause"] for p in wrong}) == 1
