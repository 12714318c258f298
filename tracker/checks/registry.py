"""The registry of checks of records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tracker.model import Dataset
from tracker.model.diagnostics import Diagnostic
from tracker.model.rules import RULES, Rule


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


CHECKS: dict[str, RegisteredCheck] = {}
"""All registered checks, by the code of their rule."""


def register_rule(code: str, *, needs_all_records: bool = False) -> Callable[[Check], Check]:
    """Register a check of a rule in `rules.toml`. Its docstring is the published definition.

    A check that `needs_all_records` is skipped while any file or record is unreadable, for example
    a check for unused records.
    """

    def register(check: Check) -> Check:
        definition = " ".join((check.__doc__ or "").split())
        rule = replace(RULES["records"][code], definition=definition)
        CHECKS[code] = RegisteredCheck(rule, check, needs_all_records)
        return check

    return register
