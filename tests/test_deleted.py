"""What git knows and the files have not: a cut file, a deleted record, a lost lock or figure."""

import json
from pathlib import Path
from typing import Any

from tests.command import change, run


def find_problems(project: Path, *arguments: str) -> list[dict[str, Any]]:
    result = run("check", project, "--format", "json", "--today", "2026-11-24", *arguments)
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


def test_cut_file_has_one_explanation(committed: Path) -> None:
    """Of a file that was cut in half, only that is reported, wherever it was cut."""
    file = committed / "data/vocabulary.yml"
    text = file.read_text("utf-8")
    for end in (len(text) // 2, len(text) // 2 + 17, len(text) // 2 + 35):
        file.write_text(text[:end], "utf-8")
        (problem,) = find_problems(committed)
        assert (problem["code"], problem["file"]) == ("vanished-id", "data/vocabulary.yml")
        assert "git checkout HEAD -- data/vocabulary.yml" in problem["remedy"]


def test_missing_lock_file_is_reported_without_an_earlier_commit(committed: Path) -> None:
    """A lock file that git knows is missed, also without --against."""
    (committed / "data/citations.lock").unlink()
    (problem,) = find_problems(committed)
    assert (problem["code"], problem["file"]) == ("vanished-id", "data/citations.lock")


def test_changed_figure_needs_a_correction(committed: Path) -> None:
    """A published figure is changed only together with a correction."""
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


def test_wrong_day_has_one_explanation(committed: Path) -> None:
    """Many dates after the day that was given mean that the day is wrong."""
    result = run("check", committed, "--format", "json", "--today", "2012-01-01")
    problems = json.loads(result.stdout)["problems"]
    assert len(problems) > 9
    assert {problem["cause"] for problem in problems} == {"today"}
