"""Rules of ratings: requirements of statuses, reasons and groups."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import change, commit_all, run
from tests.conftest import EXAMPLE
from tests.test_rules import check_files
from tests.test_searches import FILE, MARK, SEARCHES
from tracker.checks.status import find_unmet_condition
from tracker.model import (
    Assessment,
    CriterionRow,
    Recommendation,
    find_current_assessments,
)
from tracker.model.assessment import FORMER_REASONS
from tracker.model.suggestions import suggest_value
from tracker.records.loader import load, read_files

REASONS = (
    *("nothing-later-found", "not-searched", "contradictory", "unsourced", "silent"),
    "group-not-covered",
)
OTHER = "- id: asked-2\n"


def codes(changes: Mapping[str, str], *, file: str = FILE) -> list[str]:
    """The rules that the example breaks after these changes of its text."""
    files = read_files(EXAMPLE)
    text = files[file].decode()
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    _, problems = check_files(files | {file: text.encode()})
    return [problem.code for problem in problems]


def rating(status: str, *states: str, **facts: Any) -> Assessment:
    """A rating of the example with another status, and rows in these states."""
    found = load(read_files(EXAMPLE)).dataset.find("asked-1")
    assert isinstance(found, Recommendation)
    rows = {
        name: CriterionRow(
            state=state, why="As read.", citations=found.assessments[0].law.citations
        )
        for name, state in zip(("law", "measures", "results"), states, strict=True)
    }
    return found.assessments[0].model_copy(update={"status": status, **rows, **facts})


@pytest.mark.parametrize(
    ("found", "unmet"),
    [
        # A law or a measure is enough for “partly”: no shortfall has to be cited.
        (rating("partly-implemented", "in-place", "unknown", "unknown"), ""),
        (rating("partly-implemented", "unknown", "begun", "unknown"), ""),
        (rating("partly-implemented", "in-place", "in-place", "unknown"), ""),
        (rating("partly-implemented", "in-place", "in-place", "absent"), ""),
        (rating("partly-implemented", "unknown", "unknown", "begun"), "law-or-measure"),
        (rating("partly-implemented", *["in-place"] * 3), "something-missing"),
        (rating("implemented", *["in-place"] * 3, independent_sources=2), ""),
        (rating("implemented", *["in-place"] * 3, independent_sources=1), "two-sources"),
        (rating("implemented", "in-place", "in-place", "unknown"), "all-in-place"),
        (rating("not-implemented", "absent", "unknown", "unknown"), ""),
        (rating("not-implemented", "begun", "absent", "absent"), "nothing-in-force"),
        (rating("not-implemented", "unknown", "unknown", "unknown"), "absent"),
        (rating("not-implemented", "absent", "absent", "absent", commitment=1), "no-commitment"),
        (rating("planned", "absent", "unknown", "unknown"), "commitment"),
        (rating("planned", "begun", "unknown", "unknown", commitment=1), "nothing-in-force"),
        (rating("insufficient-information", "in-place", "begun", "unknown"), ""),
    ],
)
def test_status_follows_from_rows(found: Assessment, unmet: str) -> None:
    """Each status has exactly the requirements of its definition."""
    assert find_unmet_condition(found) == unmet


NOTHING_LATER = {"reason: not-searched": "reason: nothing-later-found"}


def search(on: str, found: str) -> dict[str, str]:
    """Give `asked-2` a search."""
    facts = f"    subject: Homes.\n    where: A library.\n    languages: [en]\n    found: {found}\n"
    owner = "  - id: asked-2-a1\n"
    return {
        f"  assessments:\n{owner}": f"  searches:\n  - 'on': {on}\n{facts}  assessments:\n{owner}"
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["no-search"]),
        (search("2024-02-01", "nothing"), []),
        (search("2023", "nothing"), []),
        (search("2024-02-02", "nothing"), ["no-search"]),
        (search("2024-01-31", "[{source: report, locator: B2}]"), ["no-search"]),
    ],
)
def test_nothing_later_needs_a_search(changes: dict[str, str], expected: list[str]) -> None:
    """A search that found nothing, on the day of the assessment or before, must be on record."""
    assert codes(NOTHING_LATER | changes) == expected


@pytest.mark.parametrize(("on", "expected"), [("2024-02-01", ["no-search"]), ("2024-02-02", [])])
def test_not_searched_requires_no_search_on_record(on: str, expected: list[str]) -> None:
    """An assessment with the reason `not-searched` must have no search on record."""
    assert codes(search(on, "nothing")) == expected


def test_search_of_another_recommendation_does_not_count() -> None:
    """A search counts for the recommendation that it is on record for."""
    assert codes(NOTHING_LATER | {MARK: SEARCHES + MARK}) == ["no-search"]


@pytest.mark.parametrize("reason", REASONS)
def test_baseline_requires_a_reason_about_time(reason: str) -> None:
    """Only the two reasons about the time after the recommendation have a baseline."""
    has_baseline = reason in ("nothing-later-found", "not-searched")
    found = codes({"reason: not-searched": f"reason: {reason}"})
    assert ("baseline" in found) != has_baseline


@pytest.mark.parametrize("reason", FORMER_REASONS)
def test_former_reason_loads_and_is_explained(project: Path, reason: str) -> None:
    """A former code is not an unknown value: the message says what replaced it."""
    change(project, "recommendations.yml", "reason: not-searched", f"reason: {reason}")
    output = run("check", project).output
    assert "former-reason" in output
    assert "unknown-value" not in output
    assert "Type reason: not-searched" in output or "or not-searched" in output


def test_former_reason_of_a_superseded_rating_is_valid(project: Path) -> None:
    """History keeps its codes: only a rating that still applies needs a new one."""
    path = project / "data/recommendations.yml"
    text = path.read_text(encoding="utf-8")
    newer = text[text.index("  - id: asked-2-a1\n") :]
    older = newer.replace("reason: not-searched", "reason: no-later-evidence")
    newer = newer.replace("asked-2-a1", "asked-2-a2").replace(
        "date: 2024-02-01", "date: 2024-03-01"
    )
    path.write_text(text[: text.index("  - id: asked-2-a1\n")] + older + newer, encoding="utf-8")
    result = run("check", project)
    assert result.exit_code == 0, result.output


def test_earlier_commit_with_a_former_reason_can_be_compared(project: Path) -> None:
    """`tracker diff` accepts codes that were valid in the earlier commit."""
    change(project, "recommendations.yml", "reason: not-searched", "reason: no-later-evidence")
    commit_all(project)
    change(project, "recommendations.yml", "reason: no-later-evidence", "reason: not-searched")
    result = run("diff", "--project", project)
    assert result.exit_code == 0, result.output
    assert "no-later-evidence" in result.output


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("not searched", "not-searched"),
        ("not looked for", "not-searched"),
        ("nothing later found", "nothing-later-found"),
        ("no newer evidence", "nothing-later-found"),
        ("searched", ""),
        ("something later found", ""),
        ("later-evidence", ""),
    ],
)
def test_suggestion_is_never_the_opposite(typed: str, meant: str) -> None:
    """Synonyms of a reason suggest it; antonyms suggest none."""
    assert suggest_value(typed, REASONS).get("suggest", "") == meant


def test_absence_with_a_statement_is_accepted() -> None:
    """A citation with a statement is a positive statement."""
    row = "      state: unknown\n      why: The report finds none.\n      citations:\n"
    cited = "      - source: report\n        locator: B2\n"
    stated = f"{row.replace('unknown', 'absent')}{cited}        states:\n        - Corland\n"
    assert codes({row + cited: stated}) == []


def test_undated_evidence_needs_a_year() -> None:
    """With an undated document, evidence_up_to is its year."""
    basis = "    evidence_basis: Latest date"
    undated = f"    evidence_undated: undated report\n{basis}"
    assert "evidence-undated" in codes({basis: undated})
    dated = f"    evidence_up_to: 2020-07-27\n{basis}"
    assert codes({dated: f"    evidence_up_to: 2020\n{undated}"}) == []


@pytest.mark.parametrize(
    ("group", "found"),
    [
        # The only rating of the settlers is older than the others, so it becomes history.
        ("settlers", []),
        ("bystanders", ["group-not-asked"]),
    ],
)
def test_group_can_be_removed_after_a_later_rating(group: str, found: list[str]) -> None:
    """A rating that no longer applies to any group may name one removed from the record."""
    named = "  groups:\n  - settlers\n  - newcomers\n  - bystanders\n"
    assert codes({named: named.replace(f"  - {group}\n", "")}) == found


def test_rating_of_a_removed_group_does_not_apply() -> None:
    """The rating is kept in the record, but no page shows it as current."""
    record = load(read_files(EXAMPLE)).dataset.find("asked-1")
    assert isinstance(record, Recommendation)
    others = tuple(group for group in record.groups if group != "settlers")
    changed = record.model_copy(update={"groups": others})
    assert [a.id for a in find_current_assessments(changed)] == ["asked-1-a2"]
    assert [a.id for a in changed.assessments] == ["asked-1-a1", "asked-1-a2"]
