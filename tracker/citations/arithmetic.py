"""Recompute the sums, differences, shares, changes and counts that the tracker states itself."""

import re
from collections.abc import Iterable

from tracker.model import Citation, Computation, Figure, FrozenModel, Indicator

_DATE_OR_SYMBOL = re.compile(r"\d{4}[-/]|[A-Z]+/")


def collect_printed_numbers(citations: Iterable[Citation]) -> frozenset[str]:
    """Return the numbers printed in the cited sources, which computations may use."""
    values = (str(s.value) for c in citations for s in c.states if s.basis == "printed")
    numbers = (re.findall(r"\d+(?:\.\d+)?", v) for v in values if not _DATE_OR_SYMBOL.match(v))
    return frozenset(number for group in numbers for number in group)


def count_names(holder: FrozenModel, citation: Citation) -> int:
    """Return the number of names that an indicator lists, or else that the citation states."""
    if isinstance(holder, Indicator) and holder.listed:
        return len(holder.listed)
    return sum(s.basis == "printed" and isinstance(s.value, str) for s in citation.states)


def compute(computation: Computation, *, names: int) -> float | None:
    """Return the unrounded result, or None if it cannot be computed.

    Shares and changes are percentages; a change is relative to the first number.
    """
    numbers = [float(number) for number in computation.of if not isinstance(number, str)]
    if computation.how == "count":
        return float(names)
    if computation.how == "sum":
        return sum(numbers)
    if len(numbers) != 2:
        return None
    first, second = numbers
    if computation.how == "difference":
        return first - second
    if computation.how == "share":
        return 100 * first / second if second else None
    return 100 * (second - first) / first if first else None


def is_equal_rounded(figure: Figure, result: float) -> bool:
    """Return whether a result, rounded like the figure, has its value and direction of change."""
    if isinstance(figure.value, str):
        return False
    if figure.change:
        if (result > 0) != (figure.change == "rise"):
            return False
        result = abs(result)
    digits = len(str(figure.value).partition(".")[2]) if isinstance(figure.value, float) else 0
    # Half a unit either way: some sources round 7.5 up, others to the even number.
    return bool(abs(result - figure.value) <= 0.5 * 10**-digits + 1e-9)
