"""How a rule is written down: a function that yields problems, its docstring and an example."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.model import Dataset
from tracker.model.diagnostics import Diagnostic, Rule, RuleExample, Severity


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check may look at: the records, and the day if one was passed in."""

    data: Dataset
    today: date | None = None


Check = Callable[[CheckContext], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A rule with the function that applies it."""

    rule: Rule
    check: Check
    whole: bool


CHECKS: list[RegisteredCheck] = []
"""Every check, in the order in which the catalogue shows them."""


def register_rule(
    code: str,
    *,
    file: str,
    right: str,
    wrong: str,
    whole: bool = False,
    severity: Severity = "fault",
) -> Callable[[Check], Check]:
    """Register a check. Its docstring is the rule; the example is run as a test.

    `whole` marks rules that make sense only if every file could be read: what is never used
    cannot be known while some records are unreadable.
    """

    def register(check: Check) -> Check:
        definition = " ".join((check.__doc__ or "").split())
        example = RuleExample(file, right, wrong)
        CHECKS.append(RegisteredCheck(Rule(code, definition, example, severity), check, whole))
        return check

    return register
