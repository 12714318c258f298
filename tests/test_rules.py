"""Every rule is broken by its own example, and only that rule, where the example says."""

from datetime import date

import pytest

from tests.conftest import EXAMPLE
from tracker.checks import EXCEPTION_RULES, all_rules, check
from tracker.checks.history import HISTORY_RULES, check_history
from tracker.checks.project_files import FILE_RULES
from tracker.checks.report import format_message
from tracker.checks.verifications import VERIFICATION_RULES, check_verifications
from tracker.i18n import has_message
from tracker.model.diagnostics import Diagnostic, Rule
from tracker.records.format_rules import FAULTS
from tracker.records.loader import LoadResult, load, read_files

TODAY = date(2026, 11, 24)
ALL = tuple(rule for rule in (*FAULTS, *all_rules()) if rule not in FILE_RULES)

# Told at another record, the one that is now a parent; or nowhere, as it is gone.
AT_THE_RECORD = {
    "not-compared": "data/events.yml",
    "not-proved": "data/indicators.yml",
    "verification-removed": "data/indicators.yml",
}
ELSEWHERE = {"parent-status", "undefined-status", "unused-term", "vanished-id"}


def problems_of(files: dict[str, bytes]) -> tuple[LoadResult, list[Diagnostic]]:
    loaded = load(files)
    return loaded, [*loaded.problems, *check(loaded.dataset, today=TODAY)]


def suspects_of(loaded: LoadResult, *, compared: bool = False) -> list[Diagnostic]:
    """What is wrong with the citations, also compared with what the example published."""
    assert loaded.verifications
    earlier = load(read_files(EXAMPLE)).verifications if compared else None
    return list(
        check_verifications(loaded.dataset, loaded.verifications, today=TODAY, earlier=earlier)
    )


def broken(rule: Rule) -> tuple[str, str, dict[str, bytes]]:
    """The file that the example changes, its text before, and all files after."""
    assert rule.example
    files = read_files(EXAMPLE)
    file = rule.example.file
    name = f"data/{file}" if "." in file else f"data/{file}.yml"
    text = files.get(name, b"").decode()
    if not text:  # the file itself is what is wrong
        return name, "", files | {name: rule.example.wrong.encode()}
    assert text.count(rule.example.right) == 1, "the example must name one place"
    changed = text.replace(rule.example.right, rule.example.wrong)
    return name, text, files | {name: changed.encode("utf-8", "surrogateescape")}


def test_example_project_is_sound() -> None:
    """What every example starts from breaks no rule."""
    loaded, problems = problems_of(read_files(EXAMPLE))
    assert problems + suspects_of(loaded) == []


@pytest.mark.parametrize("rule", VERIFICATION_RULES, ids=lambda rule: rule.code)
def test_example_makes_suspect(rule: Rule) -> None:
    """What is broken after the proof is told at its place, and with what to type."""
    name, _, files = broken(rule)
    loaded = load(files)
    earlier = rule.code == "verification-removed"
    problem = next(p for p in suspects_of(loaded, compared=earlier) if p.code == rule.code)
    assert loaded.locate(problem).file == AT_THE_RECORD.get(rule.code, name)
    assert problem.severity == rule.severity


@pytest.mark.parametrize(
    "rule", [r for r in ALL if r not in VERIFICATION_RULES], ids=lambda r: r.code
)
def test_example_breaks_its_rule(rule: Rule) -> None:
    """The wrong half of an example breaks its rule and no other."""
    _, _, files = broken(rule)
    loaded, problems = problems_of(files)
    if rule in HISTORY_RULES:
        earlier = load(read_files(EXAMPLE)).dataset
        problems += check_history(loaded.dataset, earlier=earlier)
    codes = {problem.code for problem in problems}
    assert all(p.severity == rule.severity for p in problems if p.code == rule.code)
    # Breaking an exception lets through what it had set aside.
    assert codes - ({"list-order"} if "exception" in rule.code else set()) == {rule.code}
    if rule in EXCEPTION_RULES:
        assert "list-order" in codes


@pytest.mark.parametrize(
    "rule",
    [r for r in ALL if r.code not in ELSEWHERE and r not in VERIFICATION_RULES],
    ids=lambda r: r.code,
)
def test_problem_stands_in_the_record(rule: Rule) -> None:
    """The place of a problem lies in the file and in the record that the example changes."""
    name, text, files = broken(rule)
    loaded, problems = problems_of(files)
    if rule in HISTORY_RULES:
        problems += check_history(loaded.dataset, earlier=load(read_files(EXAMPLE)).dataset)
    place = next(loaded.locate(p) for p in problems if p.code == rule.code)
    assert rule.example
    changed = text.index(rule.example.right)
    start = text[: text.rfind("\n- id:", 0, changed + 1) + 1].count("\n") + 1
    end = text.find("\n- id:", changed + 1)
    last = text[: end if end > 0 else len(text)].count("\n") + 2
    assert place.file == name
    assert start <= place.line <= last + rule.example.wrong.count("\n")


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_message_teaches(rule: Rule) -> None:
    """Each message says what is wrong in full, and nearly each what to type instead."""
    loaded, problems = problems_of(broken(rule)[2])
    problems += check_history(loaded.dataset, earlier=load(read_files(EXAMPLE)).dataset)
    problems += suspects_of(loaded, compared=rule.code == "verification-removed")
    what, remedy = format_message(next(p for p in problems if p.code == rule.code))
    assert "{" not in what + remedy
    assert remedy
    assert rule.definition.endswith(".")
    assert has_message(f"problem.{rule.code}")
