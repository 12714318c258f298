"""Everything that is measured, in one run: builds beside other tools, load and check, links, what a
reader loads, filters. `make bench` runs it.

Every command is a whole process, timed from outside, on a memory file system unless `--folder`
names another place; the system has read the programs before, so a first build is one with nothing
kept by the tool. The figures are kept after each, in `benchmarks/results/`, and shown as tables at
the end.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import targets
from benchmarks.measuring import Bench, filters, measure
from benchmarks.results import OURS, Results
from benchmarks.timing import LIMIT, scratch
from benchmarks.tools import TOOLS, Project, Records, Tool
from tracker import __version__

SIZES = (100, 1_000, 5_000, 10_000, 50_000)
RESULTS = Path(__file__).parent / "results"


def facts(given: argparse.Namespace) -> dict[str, str]:
    """What the figures hold for."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    named = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    found = {
        "version": __version__,
        "commit": _git("describe", "--always", "--exclude=*", "--dirty"),
        "date": given.date or _git("log", "-1", "--format=%cs"),
        "processor": next(named, platform.processor()),
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "Python": platform.python_version(),
        "limit": f"{given.limit:.0f} s",
        "folder": str(given.folder or ""),
    }
    return {name: fact for name, fact in found.items() if fact}


def _git(*words: str) -> str:
    command = ("git", "-C", str(RESULTS.parent), *words)
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def run(bench: Bench, sizes: Sequence[int], tools: Sequence[Tool], place: Path | None) -> None:
    """Measure the tools with so many records each. All figures are in the bench's results."""
    for number in sizes:
        with scratch(place) as folder:
            records = Records(number, Path(folder))
            for tool in tools:
                project = Project(tool, records, bench.limit)
                measure(bench, project)
                if tool.name != OURS:  # some are larger than the memory of the next one
                    project.remove()
        if tools[0].name == OURS:
            filters(bench, number)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", help="how many")
    parser.add_argument("--tools", nargs="+", help="the beginnings of their names")
    parser.add_argument("--times", type=int, default=3, help="how often each is run")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for each process")
    parser.add_argument("--folder", type=Path, help="where to build, else on a memory file system")
    parser.add_argument("--date", help="the day to note, else that of the commit")
    parser.add_argument(
        "--json",
        type=Path,
        help="where to keep the figures; else those of all tools and sizes are kept by release",
    )
    parser.add_argument("--continue", action="store_true", help="measure what the file lacks")
    parser.add_argument("--show", action="store_true", help="only the tables of that file")
    given = parser.parse_args()
    if given.folder and not given.folder.is_dir():
        parser.error(f"there is no folder {given.folder}: make it first, or name another")
    return given


def main() -> None:
    """Measure, keep, and print the tables."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    given = _given()
    tools = [t for t in TOOLS if not given.tools or t.name.lower().startswith(tuple(given.tools))]
    whole = not (given.records or given.tools)
    file = given.json or (RESULTS / f"{__version__}.json" if whole else None)
    results = Results(facts(given), file=file)
    if file and file.exists() and (given.show or vars(given)["continue"]):
        results = Results.read(file)
    if not given.show:
        results.forget_failed()
        run(Bench(results, given.times, given.limit), given.records or SIZES, tools, given.folder)
    print(results.as_markdown(), f"## Targets\n\n{targets.as_markdown(results)}", sep="\n\n")


if __name__ == "__main__":
    main()
