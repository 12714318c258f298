"""Estimate the cost of a site for each of the 193 States in the UN index.

The sizes increase evenly up to the State with the most recommendations, and add up to the whole
index. Every n-th size is built; the others are estimated by linear regression. `make world` runs
this.
"""

import statistics
import sys
from pathlib import Path

from benchmarks.timing import Run, make_scratch_folder
from benchmarks.tools import TOOLS, Project, Records

STATES, ALL, MOST = 193, 267_500, 2_500
LEAST = 2 * ALL // STATES - MOST
"""The smallest size, so that all sizes add up to `ALL`."""


def sizes() -> list[int]:
    """Return the number of records of each State."""
    step = (MOST - LEAST) / (STATES - 1)
    return [round(LEAST + step * n) for n in range(STATES)]


def built(number: int) -> tuple[Run, Run, int]:
    """Return the runs of a first build and of one without changes, and the site's size in bytes."""
    with make_scratch_folder() as folder:
        project = Project(TOOLS[0], Records(number, Path(folder)))
        first, again = project.build_first(), project.rebuild()
        site = project.root / "site"
        size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
        return first, again, size


def main() -> None:
    """Build a sample, and print its results and the estimates for all States."""
    interval = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    sample = sizes()[::interval]
    print("| Records | First build | Again | Site | Memory |\n" + "| --- " * 5 + "|")
    results = []
    for number in sample:
        first, again, size = built(number)
        results.append((first.value, again.value, size / 1e6))
        print(
            f"| {number:,} | {first.value:.1f} s | {again.value:.1f} s | {size / 1e6:.0f} MB | "
            f"{first.memory:.0f} MB |",
            flush=True,
        )
    totals = []
    for measured in zip(*results, strict=True):
        slope, minimum = statistics.linear_regression(sample, measured)
        totals.append(sum(minimum + slope * number for number in sizes()))
    first_all, again_all, bytes_all = totals
    print(
        f"| all {STATES} States, {sum(sizes()):,} records | {first_all / 60:.0f} min | "
        f"{again_all / 60:.0f} min | {bytes_all / 1000:.1f} GB | one after the other |"
    )


if __name__ == "__main__":
    main()
