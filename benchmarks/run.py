"""Run all benchmarks: builds compared with other tools, checks, links, page loads and filters.

`make bench` runs this. Each command is timed as a separate process, on a memory file system unless
`--folder` names another location. A first build starts without the caches of the tool, but the
operating system has its program files in memory. Each figure is saved at once in
`benchmarks/results/`; the tables are printed at the end.
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
from benchmarks.measuring import Bench, measure_filters, measure_tool
from benchmarks.results import OURS, Results
from benchmarks.timing import LIMIT, make_scratch_folder
from benchmarks.tools import TOOLS, Project, Records, Tool
from tracker import __version__

SIZES = (100, 1_000, 5_000, 10_000, 50_000)
RESULTS = Path(__file__).parent / "results"


def collect_facts(arguments: argparse.Namespace) -> dict[str, str]:
    """Return facts about the version and the machine that the results apply to."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    facts = {
        "version": __version__,
        "commit": _git("describe", "--always", "--exclude=*", "--dirty"),
        "date": arguments.date or _git("log", "-1", "--format=%cs"),
        "processor": next(models, platform.processor()),
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "Python": platform.python_version(),
        "limit": f"{arguments.limit:.0f} s",
        "folder": str(arguments.folder or ""),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _git(*words: str) -> str:
    command = ("git", "-C", str(RESULTS.parent), *words)
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def run(bench: Bench, sizes: Sequence[int], tools: Sequence[Tool], location: Path | None) -> None:
    """Measure the tools with each number of records, and add the figures to the bench."""
    for number in sizes:
        with make_scratch_folder(location) as folder:
            records = Records(number, Path(folder))
            for tool in tools:
                project = Project(tool, records, bench.limit)
                measure_tool(bench, project)
                if tool.name != OURS:  # some sites are too large to keep together with the next one
                    project.remove()
        if tools[0].name == OURS:
            measure_filters(bench, number)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", help="numbers of records")
    parser.add_argument("--tools", nargs="+", help="names of tools, or the beginnings of names")
    parser.add_argument("--times", dest="repeats", type=int, default=3, help="runs of each process")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for each process")
    parser.add_argument(
        "--folder", type=Path, help="where to build (default: a memory file system)"
    )
    parser.add_argument("--date", help="date of the results (default: that of the commit)")
    parser.add_argument(
        "--json",
        type=Path,
        help="results file (default for a run with all tools and sizes: one per release)",
    )
    parser.add_argument(
        "--continue", action="store_true", help="measure only what is missing from the file"
    )
    parser.add_argument("--show", action="store_true", help="only print the tables of the file")
    arguments = parser.parse_args()
    if arguments.folder and not arguments.folder.is_dir():
        parser.error(f"there is no folder {arguments.folder}: make it first, or name another")
    return arguments


def main() -> None:
    """Run the benchmarks, save the results, and print the tables."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # exit normally, which ends all children
    arguments = _parse_arguments()
    tools = [
        t for t in TOOLS if not arguments.tools or t.name.lower().startswith(tuple(arguments.tools))
    ]
    whole = not (arguments.records or arguments.tools)
    file = arguments.json or (RESULTS / f"{__version__}.json" if whole else None)
    results = Results(collect_facts(arguments), file=file)
    if file and file.exists() and (arguments.show or vars(arguments)["continue"]):
        results = Results.read(file)
    if not arguments.show:
        results.drop_failed()
        run(
            Bench(results, arguments.repeats, arguments.limit),
            arguments.records or SIZES,
            tools,
            arguments.folder,
        )
    print(results.to_markdown(), f"## Targets\n\n{targets.to_markdown(results)}", sep="\n\n")


if __name__ == "__main__":
    main()
