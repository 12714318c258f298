"""Sums, differences, shares, rates of change and counts that the tracker makes itself."""

import re
from collections.abc import Iterable

from tracker.model import Citation, Computation, Figure, FrozenModel, Indicator


def collect_printed_numbers(citations: Iterable[Citation]) -> frozenset[str]:
    """The numbers that some citations state in print, also in words: what may be computed with."""
    values = (str(s.value) for c in citations for s in c.states if s.basis == "printed")
    found = (re.findall(r"\d+(?:\.\d+)?", v) for v in values if not _DATE_OR_SYMBOL.match(v))
    return frozenset(number for numbers in found for number in numbers)


_DATE_OR_SYMBOL = re.compile(r"\d{4}[-/]|[A-Z]+/")


def count_names(holder: FrozenModel, citation: Citation) -> int:
    """How many names there are to count: those an indicator lists, else those that are stated."""
    if isinstance(holder, Indicator) and holder.listed:
        return len(holder.listed)
    return sum(s.basis == "printed" and isinstance(s.value, str) for s in citation.states)


def compute(computation: Computation, *, names: int) -> float | None:
    """What a computation makes, not rounded; None where it cannot be made.

    A share and a change are in per cent; a change is counted from the first number to the second.
    """
    numbers = [float(number) for number in computation.of if not isinstance(number, str)]
    if computation.how == "count":
        return float(names)
    if computation.how == "sum":
        return sum(numbers)
    if len(numbers) != 2 or (
        computation.how != "difference" and not numbers[_BASE[computation.how]]
    ):
        return None
    first, second = numbers
    if computation.how == "difference":
        return first - second
    if computation.how == "share":
        return 100 * first / second
    return 100 * (second - first) / first


_BASE = {"share": 1, "change": 0}


def is_equal_rounded(figure: Figure, result: float) -> bool:
    """Whether a figure is a result, rounded as the figure is, and rises or falls as it says."""
    if isinstance(figure.value, str):
        return False
    if figure.change:
        if (result > 0) != (figure.change == "rise"):
            return False
        result = abs(result)
    digits = len(str(figure.value).partition(".")[2]) if isinstance(figure.value, float) else 0
    # Half a unit either way: sources round 7.5 up or to the even number.
    return bool(abs(result - figure.value) <= 0.5 * 10**-digits + 1e-9)
