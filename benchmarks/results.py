"""Store benchmark results as JSON, with one figure per line, and format them as Markdown."""

import json
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.timing import Run

OURS = "Covenant Tracker"
PLAIN = "MkDocs, Material, macros"
PARTS: Mapping[str, tuple[str, ...]] = {
    "Builds": ("first", "again", "one changed"),
    "Load and check": ("first", "again"),
    "Links inside the site": ("all",),
    "Page loads": ("first view", "first search", "second search"),
    "Filter of a register": ("filter and counts", "with the address", "a text"),
}
"""The parts of the benchmark with their metrics: the tables and their columns."""


class Key(NamedTuple):
    """The identity of a figure."""

    part: str
    records: int
    tool: str
    metric: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Statistics of several runs, with memory in MB, or the reason why there are none."""

    unit: str = ""
    median: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    memory: int = 0
    runs: int = 0
    reason: str = ""

    @classmethod
    def of(cls, runs: Sequence[Run], unit: str) -> "Figure":
        """Return the figure of some runs."""
        values = [round(run.value, 3) for run in runs]
        middle = round(statistics.median(values), 3)
        memory = round(max(run.memory for run in runs))
        return cls(unit, middle, min(values), max(values), memory, len(runs))

    def __str__(self) -> str:
        if self.median is None:
            return self.reason
        if self.runs == 1:
            return f"{format_number(self.median)} {self.unit}"
        spread = f"{format_number(self.minimum or 0)}–{format_number(self.maximum or 0)}"
        return f"{format_number(self.median)} {self.unit} ({spread})"


@dataclass(slots=True)
class Results:
    """All figures of a benchmark run, facts about the environment, and the results file."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    figures: dict[Key, Figure] = field(default_factory=dict)
    file: Path | None = None

    @classmethod
    def read(cls, file: Path) -> "Results":
        """Read a results file."""
        content = json.loads(file.read_text("utf-8"))
        figures = {
            Key(*(row.pop(name) for name in Key._fields)): Figure(**row)
            for row in content["figures"]
        }
        return cls(content["facts"], figures, file)

    def add(self, key: Key, figure: Figure) -> None:
        """Add a figure and save the file at once, because a run takes hours and may be aborted."""
        self.figures[key] = figure
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_suffix(".new")
            new.write_text(self.to_json(), encoding="utf-8")
            new.replace(self.file)

    def drop_failed(self) -> None:
        """Remove failed measurements, so that they are repeated."""
        self.figures = {k: f for k, f in self.figures.items() if not f.reason.startswith("failed")}

    def to_json(self) -> str:
        """Return JSON in a fixed order with one figure per line, to compare releases."""
        empty = asdict(Figure())
        rows = [
            json.dumps(key._asdict() | {n: v for n, v in asdict(figure).items() if v != empty[n]})
            for key, figure in sorted(self.figures.items())
        ]
        facts = json.dumps(self.facts, sort_keys=True)
        return f'{{"facts": {facts},\n"figures": [\n' + ",\n".join(rows) + "\n]}\n"

    def to_markdown(self) -> str:
        """Return the facts, a table for each part, and a table of growth."""
        facts = ", ".join(f"{name} {value}" for name, value in sorted(self.facts.items()))
        tables = [(part, self._table(part)) for part in PARTS] + [("Growth", self._growth())]
        return "\n\n".join([facts, *(f"## {name}\n\n{t}" for name, t in tables if t)])

    def _table(self, part: str) -> str:
        """Return a table with a row per number of records and tool, and ratios to our tool."""
        keys = [key for key in sorted(self.figures) if key.part == part]
        rows = []
        for records, tool in dict.fromkeys((key.records, key.tool) for key in keys):
            figures = [self.figures.get(Key(part, records, tool, metric)) for metric in PARTS[part]]
            ours = [self.figures.get(Key(part, records, OURS, metric)) for metric in PARTS[part]]
            cells = [_cell(*pair, same=tool == OURS) for pair in zip(figures, ours, strict=True)]
            memory = max((figure.memory for figure in figures if figure), default=0)
            rows.append((f"{records:,}", tool, *cells, f"{memory} MB" if memory else "–"))
        heads = ("Records", "Tool", *(metric.capitalize() for metric in PARTS[part]), "Memory")
        return format_table(heads, rows)

    def _growth(self) -> str:
        """Return a table of the time per record for each size, and the growth between sizes."""
        seconds = {
            key: figure.median
            for key, figure in sorted(self.figures.items())
            if figure.unit == "s" and figure.median
        }
        numbers = sorted({key.records for key in seconds})
        rows = []
        for part, tool, metric in sorted({(key.part, key.tool, key.metric) for key in seconds}):
            by_size = {n: seconds.get(Key(part, n, tool, metric)) for n in numbers}
            measured = [(n, value) for n, value in by_size.items() if value]
            if len(measured) > 1:
                each = [
                    f"{format_number(1000 * s / n)} ms" if s else "–" for n, s in by_size.items()
                ]
                (smallest, first), (largest, last) = measured[0], measured[-1]
                growth = (
                    f"{format_number(last / first)} × for {format_number(largest / smallest)} ×"
                )
                rows.append((f"{part}, {metric}", tool, *each, growth))
        heads = ("Per record", "Tool", *(f"of {n:,}" for n in numbers), "Growth")
        return format_table(heads, rows)


def _cell(figure: Figure | None, own: Figure | None, *, same: bool) -> str:
    if figure is None:
        return "–"
    if same or not (figure.median and own and own.median):
        return str(figure)
    return f"{figure}, {format_number(figure.median / own.median)} × ours"


def format_number(value: float) -> str:
    """Format a number with three significant digits, or as a whole number from 100."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def format_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, or "" if there are no rows."""

    def lines() -> Iterator[str]:
        yield f"| {' | '.join(heads)} |"
        yield "|" + " --- |" * len(heads)
        yield from (f"| {' | '.join(row)} |" for row in rows)

    return "\n".join(lines()) if rows else ""
