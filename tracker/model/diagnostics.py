"""Diagnostics: problems in the data, without their messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["fault", "notice"]
"""A fault makes the published site wrong and fails the check; a notice does not."""


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A position in a file; line and column count from 1, as in editors."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem in one record or file. `params` are the arguments of its message."""

    code: str
    record: str = ""
    path: tuple[str | int, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    location: SourceLocation | None = None
    at_key: bool = False
    """The location is that of the key at `path`, not of its value."""
    cause: str = ""
    """Problems with the same cause are reported as one group."""
    severity: Severity = "fault"

    @property
    def place(self) -> SourceLocation:
        """The location, or `data` if it is unknown."""
        return self.location or SourceLocation("data")

    @property
    def is_blocking(self) -> bool:
        """True for a fault, which makes the command fail."""
        return self.severity == "fault"
