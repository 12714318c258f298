"""The registry of rules about records: a check, its definition (the docstring) and an example."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.model import Dataset
from tracker.model.diagnostics import Diagnostic, Rule, RuleExample, Severity


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The input of a check: the records, and the reference date if there is one."""

    data: Dataset
    today: date | None = None


Check = Callable[[CheckContext], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A rule and the function that checks it."""

    rule: Rule
    check: Check
    needs_all_records: bool


CHECKS: list[RegisteredCheck] = []
"""All registered checks; `tracker.checks` sorts them in the order of the rules page."""


def register_rule(
    code: str,
    *,
    file: str,
    right: str,
    wrong: str,
    needs_all_records: bool = False,
    severity: Severity = "fault",
) -> Callable[[Check], Check]:
    """Register a check. Its docstring is the published rule; the example is run as a test.

    A check that `needs_all_records` is skipped while any file or record is unreadable: until
    then, no one can know that something is never used.
    """

    def register(check: Check) -> Check:
        definition = " ".join((check.__doc__ or "").split())
        rule = Rule(code, definition, RuleExample(file, right, wrong), severity)
        CHECKS.append(RegisteredCheck(rule, check, needs_all_records))
        return check

    return register
