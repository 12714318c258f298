"""One diagnostic about the data: place, rule, severity and facts. Messages are made elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

Severity = Literal["fault", "notice"]
"""A fault makes the published site wrong, and blocks. A notice is shown and counted."""


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place in a file, counted from 1, as editors and terminals count."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong with one record or file. `facts` holds what its wording needs."""

    code: str
    record: str = ""
    path: tuple[str | int, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    location: SourceLocation | None = None
    at_key: bool = False
    cause: str = ""
    """Problems with the same cause are explained once, and fixed together."""
    severity: Severity = "fault"

    @property
    def is_blocking(self) -> bool:
        """Whether it is a fault, which lets the command fail."""
        return self.severity == "fault"


@dataclass(frozen=True, slots=True)
class RuleExample:
    """How a rule is broken: in `file` of the example project, `right` becomes `wrong`."""

    file: str
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its code, its definition and an example that breaks it and one that does not."""

    code: str
    definition: str
    example: RuleExample | None
    severity: Severity = "fault"


def closest_match(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, whole or in its beginning; nothing if none is near."""

    def likeness(other: str) -> float:
        beginning = other[: len(word) + 1]
        typed = word.lower()
        return max(SequenceMatcher(None, typed, o.lower()).ratio() for o in (other, beginning))

    best = max(known, key=likeness, default="")
    return best if best and likeness(best) >= 0.6 else ""
