"""The rules that data must follow, from `rules.toml`, each with a violating edit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.model.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class RuleExample:
    """An edit that breaks a rule: in `file` of the example project, `right` becomes `wrong`."""

    file: str
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its code, its definition and an edit that breaks it."""

    code: str
    definition: str
    example: RuleExample | None
    severity: Severity = "fault"


def _make_rule(
    code: str, *, definition: str = "", severity: Severity = "fault", **example: Any
) -> Rule:
    return Rule(code, definition, _make_example(**example) if example else None, severity)


def _make_example(
    file: str, right: str, wrong: str, times: int = 1, encoding: str = "utf-8"
) -> RuleExample:
    # Bytes that are not UTF-8 become surrogates, which a TOML file cannot contain.
    decoded = wrong.encode(encoding).decode("utf-8", "surrogateescape")
    return RuleExample(file, right, decoded * times)


RULES: Mapping[str, Mapping[str, Rule]] = {
    group: {code: _make_rule(code, **facts) for code, facts in rules.items()}
    for group, rules in tomllib.loads(
        Path(__file__).with_name("rules.toml").read_text("utf-8")
    ).items()
}
"""The rules by code, grouped by subject: file format, records, and so on."""
