"""Where the time of a first build goes: what runs, looked at each millisecond, on one core.

`.venv/bin/python -m benchmarks.stages 5000` tells it of the whole build, `--pages` of the pages
only. What is not in the table below is the start: Python, MkDocs, its theme and its plugins.
"""

import argparse
import os
import signal
import time
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from unittest.mock import patch

from mkdocs.__main__ import cli

from benchmarks.pages_only import pages_only
from benchmarks.timing import scratch
from benchmarks.tools import TOOLS, Project, Records

STAGES = {
    "read YAML, make records of it": ("load/__init__.py load",),
    "check": ("checks/__init__.py check",),
    "record pages: templates": ("render/__init__.py record_page",),
    "… forms of citation": ("render/__init__.py _data",),
    "… put into the theme": ("tracker/site.py __call__",),
    "… the record as JSON": ("export.py record_json",),
    "… words for the search": ("search.py record_found", "search.py entries", "search.py packed"),
    "… what is kept for the next build": ("pages.py _kept", "memory.py put"),
    "… files": ("pathlib.py write_bytes", "pathlib.py mkdir"),
    "prose, registers, gaps": ("prose.py told",),
    "forms": ("pages.py work",),
    "exports, feeds, cards": ("making.py _write_file",),
    "the search": ("search.py add", "search.py files"),
    "the stylesheet": ("tracker/site.py _dressed", "trimming.py names_in_page"),
}
"""Functions by the end of their file and their name; the innermost that runs has the time."""
_STEP = 0.001
_OF = {function: stage for stage, functions in STAGES.items() for function in functions}


class Seen:
    """The seconds of each stage."""

    def __init__(self) -> None:
        self.seconds = defaultdict[str, float](float)
        self._last = time.perf_counter()

    def look(self, _: int, frame: FrameType | None) -> None:
        """Note what runs, with the time since the last look: some calls are not interrupted."""
        now = time.perf_counter()
        self.seconds[stage_of(frame)] += now - self._last
        self._last = now


def stage_of(frame: FrameType | None) -> str:
    """The stage of a frame, by the innermost function that has one."""
    while frame:
        folder, _, file = frame.f_code.co_filename.rpartition("/")
        name = f"{file} {frame.f_code.co_name}"
        if found := _OF.get(name) or _OF.get(f"{folder.rpartition('/')[2]}/{name}"):
            return found
        frame = frame.f_back
    return "start, and what MkDocs does"


def watched_build(root: Path, *, pages: bool) -> dict[str, float]:
    """Build a project with nothing kept. The seconds of each stage."""
    os.chdir(root)
    seen = Seen()
    signal.signal(signal.SIGALRM, seen.look)
    signal.setitimer(signal.ITIMER_REAL, _STEP, _STEP)
    with patch("tracker.processes.workers", lambda: 1), pages_only() if pages else nullcontext():
        cli(["build", "--strict", "--quiet"], standalone_mode=False)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return seen.seconds


def main() -> None:
    """Build, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, help="how many")
    parser.add_argument("--pages", action="store_true", help="the pages of records only")
    given = parser.parse_args()
    with scratch() as folder:
        root = Project(TOOLS[given.pages], Records(given.records, Path(folder))).root
        seconds = watched_build(root, pages=given.pages)
    whole = sum(seconds.values())
    print("| Stage | Seconds | Part |\n| --- | --- | --- |")
    for stage, taken in sorted(seconds.items(), key=lambda of: -of[1]):
        print(f"| {stage} | {taken:.2f} | {taken / whole:.0%} |")
    print(f"| **all, on one core** | {whole:.1f} | 100% |")


if __name__ == "__main__":
    main()
