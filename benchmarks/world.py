"""What the whole index would take: a site for each of 193 States, of which some are built.

The sizes run evenly from the smallest record to the most-reviewed State's, and add up to the whole
index. Every n-th is built through the same commands as any other site; the others follow by a
straight line through those. `make world` runs it.
"""

import statistics
import sys
from pathlib import Path

from benchmarks.timing import Run, scratch
from benchmarks.tools import TOOLS, Project, Records

STATES, ALL, MOST = 193, 267_500, 2_500
LEAST = 2 * ALL // STATES - MOST
"""So that the sizes from here to the most add up to all."""


def sizes() -> list[int]:
    """How many records each State has."""
    step = (MOST - LEAST) / (STATES - 1)
    return [round(LEAST + step * n) for n in range(STATES)]


def built(number: int) -> tuple[Run, Run, int]:
    """A first build, one with nothing changed, and the bytes of the site."""
    with scratch() as folder:
        project = Project(TOOLS[0], Records(number, Path(folder)))
        first, again = project.first(), project.again()
        site = project.root / "site"
        size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
        return first, again, size


def main() -> None:
    """Build some, and print what they and all of them take."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    some = sizes()[::every]
    print("| Records | First build | Again | Site | Memory |\n" + "| --- " * 5 + "|")
    found = []
    for number in some:
        first, again, size = built(number)
        found.append((first.value, again.value, size / 1e6))
        print(
            f"| {number:,} | {first.value:.1f} s | {again.value:.1f} s | {size / 1e6:.0f} MB | "
            f"{first.memory:.0f} MB |",
            flush=True,
        )
    totals = []
    for measured in zip(*found, strict=True):
        slope, least = statistics.linear_regression(some, measured)
        totals.append(sum(least + slope * number for number in sizes()))
    first_all, again_all, bytes_all = totals
    print(
        f"| all {STATES} States, {sum(sizes()):,} records | {first_all / 60:.0f} min | "
        f"{again_all / 60:.0f} min | {bytes_all / 1000:.1f} GB | one after the other |"
    )


if __name__ == "__main__":
    main()
