"""How long a build takes, beside other tools with the same records. `make bench` runs it.

Every command is a whole process, timed from outside, on a memory file system where there is one.
A first build has nothing kept from an earlier one; the next has, and one record has changed.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import sites
from tracker.starting import Start, started
from tracker.synthetic import synthetic

BIN = Path(sys.executable).parent
PEERS = Path(".venv/.peers/bin").resolve()
LONG = 120.0
"""Seconds: what takes longer is run once."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: how its project is written, built, and what it keeps for the next build."""

    name: str
    write: Callable[[Path, Path, Path], None]
    """Into a folder, from the YAML files and the export."""
    build: tuple[str | Path, ...]
    kept: tuple[str, ...] = ()
    edited: tuple[str, str, str] = ("", "", "")
    """A file with one record of many, and what is replaced in it by what."""


OLD, NEW = "Nobody has typed it.", "Nobody typed it."
TOOLS = (
    Tool(
        "Covenant Tracker",
        lambda root, data, export: None,
        (BIN / "mkdocs", "build", "--strict"),
        (".cache", "site"),
        ("data/recommendations.yml", OLD, NEW),
    ),
    Tool(
        "MkDocs, Material, macros",
        lambda root, data, export: sites.write_macros(root, export),
        (BIN / "mkdocs", "build"),
        ("site",),
        ("records.json", OLD, NEW),
    ),
    Tool(
        "Zensical",
        lambda root, data, export: sites.write_macros(root, export),
        (PEERS / "zensical", "build"),
        ("site", ".cache"),
        ("records.json", OLD, NEW),
    ),
    Tool(
        "Hugo",
        lambda root, data, export: sites.write_hugo(root, data),
        (PEERS / "hugo", "build"),
        ("public", "resources"),
        ("data/recommendations.yml", OLD, NEW),
    ),
    Tool(
        "sphinx-needs",
        lambda root, data, export: sites.write_sphinx(root, export),
        (PEERS / "sphinx-build", "-q", "-j", "auto", ".", "out"),
        ("out",),
        ("recommendations/recommendation-0.rst", OLD, NEW),
    ),
    Tool(
        "StrictDoc",
        lambda root, data, export: sites.write_strictdoc(root, export),
        (PEERS / "strictdoc", "export", "."),
        ("output",),
        ("recommendations.sdoc", OLD, NEW),
    ),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds of the wall clock, and its greatest memory in MB."""

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Figure:
    """What several runs came to: seconds (median, least, most), the greatest memory, how many."""

    tool: str
    records: int
    what: str
    median: float
    least: float
    most: float
    memory: float
    runs: int


def timed(command: tuple[str | Path, ...], folder: Path) -> Run:
    """Run a command to its end; SystemExit with what it said if it fails."""
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    log = folder.parent / "log"
    with log.open("wb") as out:
        begun = time.perf_counter()
        words = [str(word) for word in command]
        process = subprocess.Popen(words, cwd=folder, env=quiet, stdout=out, stderr=out)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{command[0]} failed:\n{log.read_text(errors='replace')[-2000:]}")
    return Run(seconds, used.ru_maxrss / 1024)


def measured(tool: Tool, number: int, folder: Path, times: int) -> Iterator[Figure]:
    """A first build, a build with nothing changed, and one with one record changed."""

    def first() -> Run:
        for kept in tool.kept:
            shutil.rmtree(folder / kept, ignore_errors=True)
        return timed(tool.build, folder)

    yield _figure(tool, number, "first", first, times)
    yield _figure(tool, number, "again", lambda: timed(tool.build, folder), times)
    changes = iter(range(times))

    def changed() -> Run:
        name, old, new = tool.edited
        file = folder / name
        if not file.exists():  # so many records stand in several files
            file = file.with_suffix("") / f"01{file.suffix}"
        text = file.read_text(encoding="utf-8")
        pair = (old, new) if next(changes) % 2 == 0 else (new, old)
        assert pair[0] in text, file
        file.write_text(text.replace(*pair, 1), encoding="utf-8")
        return timed(tool.build, folder)

    yield _figure(tool, number, "one changed", changed, times)


def _figure(tool: Tool, number: int, what: str, run: Callable[[], Run], times: int) -> Figure:
    found = [run()]
    while len(found) < times and found[0].seconds < LONG:
        found.append(run())
    seconds = [one.seconds for one in found]
    memory = max(one.memory for one in found)
    middle = statistics.median(seconds)
    return Figure(tool.name, number, what, middle, min(seconds), max(seconds), memory, len(found))


def projects(number: int, folder: Path, tools: tuple[Tool, ...]) -> Iterator[tuple[Tool, Path]]:
    """The same records as a project of each tool."""
    own = folder / "own"
    start = Start("The same records", "Arland", "the Committee", "")
    records = synthetic(number)
    shared = {f: data for f, data in started(start).items() if not f.startswith("data/")}
    for path, content in {**shared, **records}.items():
        (own / path).parent.mkdir(parents=True, exist_ok=True)
        (own / path).write_bytes(content)
    timed(TOOLS[0].build, own)
    export = folder / "export.json"
    shutil.copy(own / "site/data/tracker.json", export)
    for tool in tools:
        root = own
        if tool is not TOOLS[0]:
            root = folder / tool.name.partition(",")[0].replace(" ", "-")
            root.mkdir()
            tool.write(root, own / "data", export)
        yield tool, root


def machine() -> Mapping[str, str]:
    """What the figures hold for."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    named = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    model = next(named, platform.processor())
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "Python": platform.python_version(),
    }


def table(figures: list[Figure]) -> str:
    """The figures as Markdown: a row a tool and number, with ratios to ours."""
    heads = ("Records", "Tool", "First build", "Again", "One record changed", "Memory")
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    ours = {(f.records, f.what): f.median for f in figures if f.tool == TOOLS[0].name}
    keys = dict.fromkeys((f.records, f.tool) for f in figures)
    for number, tool in keys:
        found = {f.what: f for f in figures if (f.records, f.tool) == (number, tool)}
        kinds = ("first", "again", "one changed")
        cells = [_cell(found.get(kind), ours.get((number, kind))) for kind in kinds]
        memory = max(f.memory for f in found.values())
        lines.append(f"| {number:,} | {tool} | {' | '.join(cells)} | {memory:.0f} MB |")
    return "\n".join(lines)


def _cell(figure: Figure | None, own: float | None) -> str:
    if figure is None:
        return "–"
    spread = f"{figure.median:.2f} s ({figure.least:.2f}–{figure.most:.2f})"
    times = f", {figure.median / own:.1f} × ours" if own and figure.tool != TOOLS[0].name else ""
    return spread + times


def main() -> None:
    """Build, time, and print the table; `--json` keeps every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--times", type=int, default=3, help="how often each is run")
    parser.add_argument("--tools", nargs="+", help="the beginnings of their names")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    given = parser.parse_args()
    chosen = tuple(
        t for t in TOOLS if not given.tools or t.name.lower().startswith(tuple(given.tools))
    )
    figures: list[Figure] = []
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    for number in given.records:
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            for tool, root in projects(number, Path(folder), chosen):
                for figure in measured(tool, number, root, given.times):
                    print(
                        f"{number:>7,} {tool.name:<26} {figure.what:<12} {figure.median:8.2f} s",
                        file=sys.stderr,
                        flush=True,
                    )
                    figures.append(figure)
    facts = machine()
    print(", ".join(f"{name} {value}" for name, value in facts.items()), table(figures), sep="\n\n")
    if given.json:
        text = json.dumps({"machine": facts, "figures": [asdict(f) for f in figures]}, indent=1)
        given.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
