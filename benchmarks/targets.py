"""What the program is held to: ratios of two figures of one run, or a figure alone."""

from dataclasses import dataclass

from benchmarks.results import OURS, PLAIN, Figure, Key, Results, as_table, short


@dataclass(frozen=True, slots=True)
class Target:
    """At most so much of one figure; by another where there is one."""

    what: str
    most: float
    key: Key
    by: Key | None = None
    unit: str = "times"


def _build(records: int, tool: str = OURS, what: str = "first") -> Key:
    return Key("Builds", records, tool, what)


TARGETS = (
    Target("First build by the plain site's", 1 / 30, _build(5000), _build(5000, PLAIN)),
    Target("First build of 10,000 by that of 1,000", 10, _build(10_000), _build(1000)),
    Target("Most memory of a build of 10,000", 400, _build(10_000), unit="MB"),
    Target("Load and check", 1.5, Key("Load and check", 5000, OURS, "first"), unit="s"),
    Target(
        "Links by LinkChecker's",
        1 / 200,
        Key("Links inside the site", 1000, OURS, "all"),
        Key("Links inside the site", 1000, "LinkChecker, AnchorCheck", "all"),
    ),
    Target(
        "Filter and counts of 10,000 rows",
        1,
        Key("Filter of a register", 10_000, OURS, "filter and counts"),
        unit="ms",
    ),
)


def as_markdown(results: Results) -> str:
    """Each target, what was reached, and what the figures were."""
    rows = []
    for target in TARGETS:
        figures = [results.figures.get(key) for key in (target.key, target.by) if key]
        told = " : ".join(str(figure or "–") for figure in figures)
        cells = (_reached(target, figures), _in_words(target.most, target.unit), told)
        rows.append((target.what, f"{target.key.records:,}", *cells))
    return as_table(("Target", "Records", "Reached", "At most", "Figures"), rows)


def _reached(target: Target, figures: list[Figure | None]) -> str:
    values = [
        figure and (figure.memory if target.unit == "MB" else figure.median) for figure in figures
    ]
    known = [value for value in values if value]
    if len(known) < len(values):
        return "–"
    return _in_words(known[0] / known[1] if target.by else known[0], target.unit)


def _in_words(value: float, unit: str) -> str:
    return f"1/{short(1 / value)}" if unit == "times" and value < 1 else f"{short(value)} {unit}"
