"""Performance targets: limits of a figure, or of the ratio of two figures of the same run."""

from dataclasses import dataclass

from benchmarks.results import OURS, PLAIN, Figure, Key, Results, format_number, format_table


@dataclass(frozen=True, slots=True)
class Target:
    """The maximum of a figure, or of its ratio to another."""

    title: str
    maximum: float
    key: Key
    relative_to: Key | None = None
    unit: str = "times"


def _build(records: int, tool: str = OURS, metric: str = "first") -> Key:
    return Key("Builds", records, tool, metric)


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


def to_markdown(results: Results) -> str:
    """Return a table of the targets with the results and the figures."""
    rows = []
    for target in TARGETS:
        figures = [results.figures.get(key) for key in (target.key, target.relative_to) if key]
        ratio = " : ".join(str(figure or "–") for figure in figures)
        cells = (
            _compute_result(target, figures),
            _format_value(target.maximum, target.unit),
            ratio,
        )
        rows.append((target.title, f"{target.key.records:,}", *cells))
    return format_table(("Target", "Records", "Reached", "At most", "Figures"), rows)


def _compute_result(target: Target, figures: list[Figure | None]) -> str:
    values = [
        figure and (figure.memory if target.unit == "MB" else figure.median) for figure in figures
    ]
    known = [value for value in values if value]
    if len(known) < len(values):
        return "–"
    return _format_value(known[0] / known[1] if target.relative_to else known[0], target.unit)


def _format_value(value: float, unit: str) -> str:
    return (
        f"1/{format_number(1 / value)}"
        if unit == "times" and value < 1
        else f"{format_number(value)} {unit}"
    )
