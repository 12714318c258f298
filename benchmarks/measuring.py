"""Measure each tool: builds, checks, links, page loads and filters."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Error

from benchmarks import register, weight
from benchmarks.results import OURS, PARTS, PLAIN, Figure, Key, Results
from benchmarks.timing import LIMIT, NotMeasuredError, Run, run_timed
from benchmarks.tools import BIN, PEERS, Project
from tests.browser import BrowserMissingError, QuietHandler, serving

SELECTORS = {OURS: weight.OURS, PLAIN: weight.PLAIN}
"""CSS selectors of the search field and of a search result, for tools measured in a browser."""
_MAX_BROWSER_RECORDS = 10_000
"""Maximum number of records for measurements in a browser."""
SLOW = 120.0
"""Processes that take longer than this, in seconds, are run only once."""
BUILDS, CHECK, LINKS, LOADS, FILTER = PARTS


@dataclass
class Bench:
    """The results, with the number of repetitions and the time limit of each measurement."""

    results: Results
    repeats: int = 3
    limit: float = LIMIT

    def record_figure(self, key: Key, figure: Figure) -> None:
        """Store a figure and print it as progress."""
        self.results.add(key, figure)
        line = f"{key.records:>7,}  {key.part}, {key.metric}: {key.tool}: {figure}"
        print(line, file=sys.stderr, flush=True)

    def measure_process(self, key: Key, run: Callable[[], Run]) -> None:
        """Run a process several times, or once if it is slow, and record its figure.

        Skips figures that are already recorded. A failure is recorded as the reason.
        """
        if key in self.results.figures:
            return
        try:
            runs = [run()]
            while len(runs) < self.repeats and runs[0].value < SLOW:
                runs.append(run())
            figure = Figure.of(runs, "s")
        except NotMeasuredError as error:
            figure = Figure(reason=str(error))
        self.record_figure(key, figure)


def measure_tool(bench: Bench, project: Project) -> None:
    """Measure the builds of a tool; for our own, also checks, links and page loads."""
    tool, number = project.tool, project.records.number
    if number > tool.max_records:
        for metric in PARTS[BUILDS]:
            reason = Figure(reason=f"not run above {tool.max_records:,}")
            bench.record_figure(Key(BUILDS, number, tool.name, metric), reason)
        return
    measure_builds(bench, project)
    if tool.name == OURS:
        measure_check(bench, project)
        measure_links(bench, project)
    if tool.name in SELECTORS:
        measure_page_loads(bench, project)


def measure_builds(bench: Bench, project: Project) -> None:
    """Measure a first build, one without changes, and one after a change of one record."""
    runs = (project.build_first, project.rebuild, project.rebuild_changed)
    for metric, run in zip(PARTS[BUILDS], runs, strict=True):
        bench.measure_process(Key(BUILDS, project.records.number, project.tool.name, metric), run)


def measure_check(bench: Bench, project: Project) -> None:
    """Measure `tracker check`, without and with the cache folder."""

    def check_again() -> Run:
        return run_timed((BIN / "tracker", "check"), project.root, limit=bench.limit)

    def check_first() -> Run:
        shutil.rmtree(project.root / ".cache", ignore_errors=True)
        return check_again()

    for metric, run in zip(PARTS[CHECK], (check_first, check_again), strict=True):
        bench.measure_process(Key(CHECK, project.records.number, project.tool.name, metric), run)


class _UnlimitedHandler(QuietHandler):
    """Sends the header that lets LinkChecker skip the delay between requests."""

    def end_headers(self) -> None:
        self.send_header("LinkChecker", "welcome")
        super().end_headers()


def measure_links(bench: Bench, project: Project) -> None:
    """Measure checks of all internal links and anchors of our site."""
    number = project.records.number
    options = ("--offline", "--include-fragments", "--no-progress", "--index-files", "index.html")
    served = ("--root-dir", project.records.own_project / "site")

    def run(*command: str | Path) -> Run:
        return run_timed(command, project.ensure_built(), limit=bench.limit)

    def linkchecker() -> Run:
        file = project.records.folder / "linkcheckerrc"
        file.write_text("[checking]\nmaxrequestspersecond=100000\n[AnchorCheck]\n")
        for path in (
            file,
            file.parent,
        ):  # LinkChecker drops root privileges, and must still read this
            path.chmod(0o755)
        with serving(project.ensure_built() / "site", _UnlimitedHandler) as address:
            return run(BIN / "linkchecker", "--config", file, "--no-status", address)

    tools: dict[str, tuple[Callable[[], Run], int]] = {
        OURS: (partial(run, BIN / "tracker", "links", "--site", "site"), 1_000_000),
        "lychee": (partial(run, PEERS / "lychee", *options, *served, "site"), 1_000_000),
        "LinkChecker, AnchorCheck": (linkchecker, 1_000),
    }
    for name, (command, max_records) in tools.items():
        key = Key(LINKS, number, name, "all")
        if number > max_records:
            bench.record_figure(key, Figure(reason=f"not run above {max_records:,}"))
        else:
            bench.measure_process(key, command)


def measure_page_loads(bench: Bench, project: Project) -> None:
    """Measure the kB, compressed, that a browser requests for a page and for two searches."""

    def make() -> list[list[Run]]:
        site = project.ensure_built() / "site"
        records = json.loads(project.records.export.read_text("utf-8"))["recommendations"]
        with _open_browser() as browser:
            runs = weight.measure_weight(
                browser,
                site,
                *SELECTORS[project.tool.name],
                views=[f"recommendations/{records[0]['id']}/"],
                queries=[record["title"].split()[0] for record in records[:2]],
            )
        return [[Run(size / 1000)] for size in runs.values()]

    _measure_in_browser(bench, LOADS, project.records.number, project.tool.name, "kB", make)


def measure_filters(bench: Bench, number: int) -> None:
    """Measure the milliseconds that the filter script of a register takes."""

    def make() -> list[list[Run]]:
        with _open_browser() as browser:
            return [
                [Run(taken) for taken in each] for each in register.time_filters(browser, number)
            ]

    _measure_in_browser(bench, FILTER, number, OURS, "ms", make)


def _measure_in_browser(
    bench: Bench, part: str, number: int, tool: str, unit: str, make: Callable[[], list[list[Run]]]
) -> None:
    """Record all figures of a part, which are measured in one browser session."""
    keys = [Key(part, number, tool, metric) for metric in PARTS[part]]
    if number > _MAX_BROWSER_RECORDS or all(key in bench.results.figures for key in keys):
        return
    try:
        figures = [Figure.of(runs, unit) for runs in make()]
    except NotMeasuredError as error:
        figures = [Figure(reason=str(error))] * len(keys)
    for key, figure in zip(keys, figures, strict=True):
        bench.record_figure(key, figure)


@contextmanager
def _open_browser() -> Iterator[Browser]:
    """Open a browser. Raises NotMeasuredError if there is none, or if it fails."""
    try:
        with weight.open_browser() as browser:
            yield browser
    except BrowserMissingError:
        raise NotMeasuredError("not run: no browser") from None
    except Error as error:
        raise NotMeasuredError(f"failed: {str(error).splitlines()[0]}") from None
