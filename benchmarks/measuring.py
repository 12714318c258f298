"""What is measured of each tool, part by part."""

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
from benchmarks.timing import LIMIT, Run, Unfinished, timed
from benchmarks.tools import BIN, PEERS, Project
from tests.browser import BrowserMissing, Quiet, serving

FIELDS = {OURS: weight.OURS, PLAIN: weight.PLAIN}
"""Whose sites are opened in a browser: the field of the search, and a result."""
_SHOWN = 10_000
"""Up to so many records: more is no site for one reader."""
LONG = 120.0
"""Seconds: what takes longer is run once."""
BUILDS, CHECK, LINKS, LOADS, FILTER = PARTS


@dataclass
class Bench:
    """Where the figures go, and how often and how long each is measured."""

    results: Results
    times: int = 3
    limit: float = LIMIT

    def note(self, key: Key, figure: Figure) -> None:
        """Keep a figure, and show that the run goes on."""
        self.results.add(key, figure)
        line = f"{key.records:>7,}  {key.part}, {key.what}: {key.tool}: {figure}"
        print(line, file=sys.stderr, flush=True)

    def processes(self, key: Key, run: Callable[[], Run]) -> None:
        """Run a process some times over, or once where it takes long; not at all where its figure
        is known. What fails is told, and loses no other figure."""
        if key in self.results.figures:
            return
        try:
            found = [run()]
            while len(found) < self.times and found[0].value < LONG:
                found.append(run())
            figure = Figure.of(found, "s")
        except Unfinished as why:
            figure = Figure(told=str(why))
        self.note(key, figure)


def measure(bench: Bench, project: Project) -> None:
    """Everything of a tool: builds of each; of ours also what is done with records and pages."""
    tool, number = project.tool, project.records.number
    if number > tool.most:
        for what in PARTS[BUILDS]:
            told = Figure(told=f"not run above {tool.most:,}")
            bench.note(Key(BUILDS, number, tool.name, what), told)
        return
    builds(bench, project)
    if tool.name == OURS:
        check(bench, project)
        links(bench, project)
    if tool.name in FIELDS:
        loads(bench, project)


def builds(bench: Bench, project: Project) -> None:
    """A first build, one with nothing changed, and one with one record changed."""
    runs = (project.first, project.again, project.changed)
    for what, run in zip(PARTS[BUILDS], runs, strict=True):
        bench.processes(Key(BUILDS, project.records.number, project.tool.name, what), run)


def check(bench: Bench, project: Project) -> None:
    """Reading and checking all records, with nothing remembered and with all."""

    def again() -> Run:
        return timed((BIN / "tracker", "check"), project.root, limit=bench.limit)

    def first() -> Run:
        shutil.rmtree(project.root / ".cache", ignore_errors=True)
        return again()

    for what, run in zip(PARTS[CHECK], (first, again), strict=True):
        bench.processes(Key(CHECK, project.records.number, project.tool.name, what), run)


class _Open(Quiet):
    """Tells LinkChecker, as its documentation says, that it need not wait between requests."""

    def end_headers(self) -> None:
        self.send_header("LinkChecker", "welcome")
        super().end_headers()


def links(bench: Bench, project: Project) -> None:
    """Every link and anchor between the pages of our site."""
    number = project.records.number
    options = ("--offline", "--include-fragments", "--no-progress", "--index-files", "index.html")
    served = ("--root-dir", project.records.own / "site")

    def run(*command: str | Path) -> Run:
        return timed(command, project.ready(), limit=bench.limit)

    def linkchecker() -> Run:
        file = project.records.folder / "linkcheckerrc"
        file.write_text("[checking]\nmaxrequestspersecond=100000\n[AnchorCheck]\n")
        for path in (file, file.parent):  # it gives up root, and must be able to read this
            path.chmod(0o755)
        with serving(project.ready() / "site", _Open) as address:
            return run(BIN / "linkchecker", "--config", file, "--no-status", address)

    tools: dict[str, tuple[Callable[[], Run], int]] = {
        OURS: (partial(run, BIN / "tracker", "links", "--site", "site"), 1_000_000),
        "lychee": (partial(run, PEERS / "lychee", *options, *served, "site"), 1_000_000),
        "LinkChecker, AnchorCheck": (linkchecker, 1_000),
    }
    for name, (command, most) in tools.items():
        key = Key(LINKS, number, name, "all")
        if number > most:
            bench.note(key, Figure(told=f"not run above {most:,}"))
        else:
            bench.processes(key, command)


def loads(bench: Bench, project: Project) -> None:
    """What a browser asks for, packed, in kB: a recommendation, a search, and another."""

    def make() -> list[list[Run]]:
        site = project.ready() / "site"
        records = json.loads(project.records.export.read_text("utf-8"))["recommendations"]
        with _browser() as browser:
            found = weight.weigh(
                browser,
                site,
                *FIELDS[project.tool.name],
                views=[f"recommendations/{records[0]['id']}/"],
                queries=[record["title"].split()[0] for record in records[:2]],
            )
        return [[Run(size / 1000)] for size in found.values()]

    _in_browser(bench, LOADS, project.records.number, project.tool.name, "kB", make)


def filters(bench: Bench, number: int) -> None:
    """The script of a register of so many rows: milliseconds for a choice and for a text."""

    def make() -> list[list[Run]]:
        with _browser() as browser:
            return [[Run(taken) for taken in each] for each in register.acted(browser, number)]

    _in_browser(bench, FILTER, number, OURS, "ms", make)


def _in_browser(
    bench: Bench, part: str, number: int, tool: str, unit: str, make: Callable[[], list[list[Run]]]
) -> None:
    """All figures of a part, which come from one visit."""
    keys = [Key(part, number, tool, what) for what in PARTS[part]]
    if number > _SHOWN or all(key in bench.results.figures for key in keys):
        return
    try:
        figures = [Figure.of(runs, unit) for runs in make()]
    except Unfinished as why:
        figures = [Figure(told=str(why))] * len(keys)
    for key, figure in zip(keys, figures, strict=True):
        bench.note(key, figure)


@contextmanager
def _browser() -> Iterator[Browser]:
    """A browser. Unfinished if there is none, or it did not do what it was asked to."""
    try:
        with weight.opened() as browser:
            yield browser
    except BrowserMissing:
        raise Unfinished("not run: no browser") from None
    except Error as error:
        raise Unfinished(f"failed: {str(error).splitlines()[0]}") from None
