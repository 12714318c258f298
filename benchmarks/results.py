"""What was measured: kept as JSON, a line a figure, and shown as tables in Markdown."""

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
    "What a reader loads": ("first view", "first search", "a search after it"),
    "Filter of a register": ("filter and counts", "with the address", "a text"),
}
"""Each part, and what of it is measured: the tables and their columns."""


class Key(NamedTuple):
    """What a figure is of."""

    part: str
    records: int
    tool: str
    what: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What several runs came to: the median, the least, the most, and the most memory, in MB; or
    why it was not to be had."""

    unit: str = ""
    median: float | None = None
    least: float | None = None
    most: float | None = None
    memory: int = 0
    runs: int = 0
    told: str = ""

    @classmethod
    def of(cls, runs: Sequence[Run], unit: str) -> "Figure":
        """The figure of these runs."""
        values = [round(run.value, 3) for run in runs]
        middle = round(statistics.median(values), 3)
        memory = round(max(run.memory for run in runs))
        return cls(unit, middle, min(values), max(values), memory, len(runs))

    def __str__(self) -> str:
        if self.median is None:
            return self.told
        if self.runs == 1:
            return f"{short(self.median)} {self.unit}"
        spread = f"{short(self.least or 0)}–{short(self.most or 0)}"
        return f"{short(self.median)} {self.unit} ({spread})"


@dataclass(slots=True)
class Results:
    """All figures of a run, what they hold for, and where they are kept."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    figures: dict[Key, Figure] = field(default_factory=dict)
    file: Path | None = None

    @classmethod
    def read(cls, file: Path) -> "Results":
        """Those that a file keeps."""
        kept = json.loads(file.read_text("utf-8"))
        figures = {
            Key(*(row.pop(name) for name in Key._fields)): Figure(**row) for row in kept["figures"]
        }
        return cls(kept["facts"], figures, file)

    def add(self, key: Key, figure: Figure) -> None:
        """Take a figure in, and keep all of them at once: a run takes hours, and may be ended."""
        self.figures[key] = figure
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_suffix(".new")
            new.write_text(self.as_json(), encoding="utf-8")
            new.replace(self.file)

    def forget_failed(self) -> None:
        """Leave out what failed, so that it is tried once more."""
        self.figures = {k: f for k, f in self.figures.items() if not f.told.startswith("failed")}

    def as_json(self) -> str:
        """In a fixed order, a line a figure, so that two releases can be compared."""
        empty = asdict(Figure())
        rows = [
            json.dumps(key._asdict() | {n: v for n, v in asdict(figure).items() if v != empty[n]})
            for key, figure in sorted(self.figures.items())
        ]
        facts = json.dumps(self.facts, sort_keys=True)
        return f'{{"facts": {facts},\n"figures": [\n' + ",\n".join(rows) + "\n]}\n"

    def as_markdown(self) -> str:
        """What the figures hold for, a table for each part, and one of how they grow."""
        facts = ", ".join(f"{name} {value}" for name, value in sorted(self.facts.items()))
        tables = [(part, self._table(part)) for part in PARTS] + [("Growth", self._growth())]
        return "\n\n".join([facts, *(f"## {name}\n\n{t}" for name, t in tables if t)])

    def _table(self, part: str) -> str:
        """A row for each number of records and tool, with ratios to ours."""
        keys = [key for key in sorted(self.figures) if key.part == part]
        rows = []
        for records, tool in dict.fromkeys((key.records, key.tool) for key in keys):
            found = [self.figures.get(Key(part, records, tool, what)) for what in PARTS[part]]
            ours = [self.figures.get(Key(part, records, OURS, what)) for what in PARTS[part]]
            cells = [_cell(*pair, same=tool == OURS) for pair in zip(found, ours, strict=True)]
            memory = max((figure.memory for figure in found if figure), default=0)
            rows.append((f"{records:,}", tool, *cells, f"{memory} MB" if memory else "–"))
        heads = ("Records", "Tool", *(what.capitalize() for what in PARTS[part]), "Memory")
        return as_table(heads, rows)

    def _growth(self) -> str:
        """What a record takes at each number of them, and how the most compare with the fewest."""
        timed = {
            key: figure.median
            for key, figure in sorted(self.figures.items())
            if figure.unit == "s" and figure.median
        }
        numbers = sorted({key.records for key in timed})
        rows = []
        for part, tool, what in sorted({(key.part, key.tool, key.what) for key in timed}):
            found = {n: timed.get(Key(part, n, tool, what)) for n in numbers}
            known = [(n, seconds) for n, seconds in found.items() if seconds]
            if len(known) > 1:
                each = [f"{short(1000 * s / n)} ms" if s else "–" for n, s in found.items()]
                (few, least), (many, most) = known[0], known[-1]
                grown = f"{short(most / least)} × for {short(many / few)} ×"
                rows.append((f"{part}, {what}", tool, *each, grown))
        heads = ("A record takes", "Tool", *(f"of {n:,}" for n in numbers), "All, at the most")
        return as_table(heads, rows)


def _cell(figure: Figure | None, own: Figure | None, *, same: bool) -> str:
    if figure is None:
        return "–"
    if same or not (figure.median and own and own.median):
        return str(figure)
    return f"{figure}, {short(figure.median / own.median)} × ours"


def short(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def as_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; nothing where there is no row."""

    def lines() -> Iterator[str]:
        yield f"| {' | '.join(heads)} |"
        yield "|" + " --- |" * len(heads)
        yield from (f"| {' | '.join(row)} |" for row in rows)

    return "\n".join(lines()) if rows else ""
