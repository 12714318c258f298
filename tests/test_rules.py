"""The example of each rule breaks that rule, and no other, at the expected location."""

from datetime import date
from functools import cache

import pytest

from tests.conftest import EXAMPLE
from tracker.checks import all_rules, check
from tracker.checks.history import check_history
from tracker.checks.report import format_message
from tracker.checks.verifications import check_verifications
from tracker.i18n import has_message
from tracker.model.diagnostics import Diagnostic
from tracker.model.rules import RULES, Rule
from tracker.records.loader import LoadResult, load, read_files

TODAY = date(2026, 11, 24)
ALL = tuple(rule for rule in all_rules() if rule.code not in RULES["files"])

# Rules whose diagnostic is in another file than the one that the example edits.
IN_RECORD_FILE = {
    "not-compared": "data/events.yml",
    "not-proved": "data/indicators.yml",
    "verification-removed": "data/indicators.yml",
}
# Rules whose diagnostic is about another record, or about one that no longer exists.
ELSEWHERE = {"groups-differ", "parent-status", "undefined-status", "unused-term", "vanished-id"}


@cache
def load_published() -> LoadResult:
    """Return the example project as it was before an edit."""
    return load(read_files(EXAMPLE))


def check_files(files: dict[str, bytes]) -> tuple[LoadResult, list[Diagnostic]]:
    loaded = load(files)
    return loaded, [*loaded.problems, *check(loaded.dataset, today=TODAY)]


def check_lock(loaded: LoadResult, *, compared: bool = False) -> list[Diagnostic]:
    """Check the lock file, with `compared` also against the published one of the example."""
    assert loaded.verifications
    earlier = load_published().verifications if compared else None
    return list(
        check_verifications(loaded.dataset, loaded.verifications, today=TODAY, earlier=earlier)
    )


def apply_example(rule: Rule) -> tuple[str, str, dict[str, bytes]]:
    """Return the file that the example edits, its text before, and all files after the edit."""
    assert rule.example
    files = read_files(EXAMPLE)
    file = rule.example.file
    name = f"data/{file}" if "." in file else f"data/{file}.yml"
    text = files.get(name, b"").decode()
    if not text:  # the example adds a file
        return name, "", files | {name: rule.example.wrong.encode()}
    assert text.count(rule.example.right) == 1, "the example must name one place"
    changed = text.replace(rule.example.right, rule.example.wrong)
    return name, text, files | {name: changed.encode("utf-8", "surrogateescape")}


def test_example_project_is_valid() -> None:
    """The example project breaks no rule."""
    loaded, problems = check_files(read_files(EXAMPLE))
    assert problems + check_lock(loaded) == []


@pytest.mark.parametrize("rule", RULES["verifications"].values(), ids=lambda rule: rule.code)
def test_example_breaks_verification_rule(rule: Rule) -> None:
    """An edit after verification gives the expected diagnostic, location and severity."""
    name, _, files = apply_example(rule)
    loaded = load(files)
    earlier = rule.code == "verification-removed"
    problem = next(p for p in check_lock(loaded, compared=earlier) if p.code == rule.code)
    assert loaded.locate(problem).file == IN_RECORD_FILE.get(rule.code, name)
    assert problem.severity == rule.severity


@pytest.mark.parametrize(
    "rule", [r for r in ALL if r.code not in RULES["verifications"]], ids=lambda r: r.code
)
def test_example_breaks_its_rule(rule: Rule) -> None:
    """The wrong text of an example breaks its rule and no other."""
    _, _, files = apply_example(rule)
    loaded, problems = check_files(files)
    if rule.code in RULES["history"]:
        earlier = load_published().dataset
        problems += check_history(loaded.dataset, earlier=earlier)
    codes = {problem.code for problem in problems}
    assert all(p.severity == rule.severity for p in problems if p.code == rule.code)
    # A broken exception no longer suppresses its rule.
    assert codes - ({"list-order"} if "exception" in rule.code else set()) == {rule.code}
    if rule.code in RULES["exceptions"]:
        assert "list-order" in codes


@pytest.mark.parametrize(
    "rule",
    [r for r in ALL if r.code not in ELSEWHERE and r.code not in RULES["verifications"]],
    ids=lambda r: r.code,
)
def test_location_is_in_the_edited_record(rule: Rule) -> None:
    """The location is in the file and the record that the example edits."""
    name, text, files = apply_example(rule)
    loaded, problems = check_files(files)
    if rule.code in RULES["history"]:
        problems += check_history(loaded.dataset, earlier=load_published().dataset)
    place = next(loaded.locate(p) for p in problems if p.code == rule.code)
    assert rule.example
    changed = text.index(rule.example.right)
    start = text[: text.rfind("\n- id:", 0, changed + 1) + 1].count("\n") + 1
    end = text.find("\n- id:", changed + 1)
    last = text[: end if end > 0 else len(text)].count("\n") + 2
    assert place.file == name
    assert start <= place.line <= last + rule.example.wrong.count("\n")


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_message_explains_problem_and_remedy(rule: Rule) -> None:
    """Each message is complete and says how to fix the problem."""
    loaded, problems = check_files(apply_example(rule)[2])
    problems += check_history(loaded.dataset, earlier=load_published().dataset)
    problems += check_lock(loaded, compared=rule.code == "verification-removed")
    what, remedy = format_message(next(p for p in problems if p.code == rule.code))
    assert "{" not in what + remedy
    assert remedy
    assert rule.definition.endswith(".")
    assert has_message(f"problem.{rule.code}")
