"""The benchmarks, with stand-ins for the tools: no figure is lost, and none is made up."""

import json
import re
import shlex
import time
from pathlib import Path

import pytest

from benchmarks.measuring import Bench, measure
from benchmarks.results import OURS, PARTS, PLAIN, Figure, Key, Results
from benchmarks.run import SIZES
from benchmarks.sites import write_hugo
from benchmarks.synthetic import synthetic
from benchmarks.targets import TARGETS, as_markdown
from benchmarks.timing import Run, Unfinished, timed
from benchmarks.tools import OLD, TOOLS, Project, Records, Tool

WORKS = "mkdir out && cp records out || cp records out"


def tool(name: str, script: str, *, most: int = 100) -> Tool:
    """A tool whose build is a line for the shell."""

    def write(root: Path, records: Records) -> None:
        (root / "records").write_text(OLD * records.number, encoding="utf-8")

    return Tool(name, write, ("sh", "-c", script), ("out",), "records", most)


TOOLS_HERE = (
    tool("Failing", "echo Wrong; exit 3"),
    tool("Small", WORKS, most=10),
    tool("Slow", "sleep 60 & sleep 60"),
    tool("Slow at first", f"[ -e once ] && {{ {WORKS}; }} || {{ touch once; sleep 60; }}"),
    tool("Working", WORKS),
)


LIMITS = {"Slow": 0.5, "Slow at first": 3}
"""Seconds for those that are too slow; the others have as many as a busy machine may need."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What a run over all stand-ins leaves."""
    folder = tmp_path_factory.mktemp("bench")
    results = Results({"version": "0", "cores": "2"}, file=folder / "kept/0.json")
    for one in TOOLS_HERE:
        limit = LIMITS.get(one.name, 60)
        measure(Bench(results, 2, limit), Project(one, Records(20, folder), limit))
    return results


def test_each_has_its_figures_or_the_reason(results: Results) -> None:
    """What fails or takes too long is told, and what comes after it is measured."""
    found = {
        name: [
            "figure" if figure.median else figure.told
            for what in ("first", "again", "one changed")
            if (figure := results.figures[Key("Builds", 20, name, what)])
        ]
        for name in (one.name for one in TOOLS_HERE)
    }
    vain = "not run: no build was finished"
    assert found == {
        "Failing": ["failed: exit code 3", "failed: exit code 3", vain],
        "Small": ["not run above 10"] * 3,
        "Slow": ["over 0 s", "over 0 s", vain],
        "Slow at first": ["over 3 s", "figure", "figure"],
        "Working": ["figure"] * 3,
    }


def test_the_file_keeps_all(results: Results) -> None:
    """In a fixed order, a line a figure; read again, it gives the same tables."""
    assert results.file
    text = results.file.read_text(encoding="utf-8")
    again = Results.read(results.file)
    assert again.figures == results.figures
    assert again.as_json() == text
    assert again.as_markdown() == results.as_markdown()
    lines = [line.rstrip(",") for line in text.splitlines() if line.startswith('{"part"')]
    keys = [Key(*list(json.loads(line).values())[:4]) for line in lines]
    assert keys == sorted(results.figures)


def test_the_file_is_there_after_each_figure(tmp_path: Path) -> None:
    """So that a run that is ended half way keeps what it had; going on, it measures the rest."""
    file = tmp_path / "kept.json"
    first, again = (Key("Builds", 1, "Any", what) for what in ("first", "again"))
    bench = Bench(Results(file=file), times=1)
    bench.processes(first, lambda: Run(1.5, 20))

    def ended() -> Run:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.processes(again, ended)
    later = Bench(Results.read(file), times=1)
    later.processes(first, ended)
    later.processes(again, lambda: Run(0.5, 10))
    assert {key: figure.median for key, figure in later.results.figures.items()} == {
        first: 1.5,
        again: 0.5,
    }


def test_tables_tell_spread_ratio_and_growth() -> None:
    """A row a tool and number, beside ours; and what a record takes as they grow more."""
    results = Results()
    for number, ours, other in ((100, [1.0, 2.0, 1.2], [0.3]), (1000, [6.0], [])):
        results.add(
            Key("Builds", number, OURS, "first"), Figure.of([Run(s, 90.4) for s in ours], "s")
        )
        told = Figure.of([Run(s) for s in other], "s") if other else Figure(told="over 900 s")
        results.add(Key("Builds", number, "Other", "first"), told)
    rows = results.as_markdown().splitlines()
    assert f"| 100 | {OURS} | 1.2 s (1–2) | – | – | 90 MB |" in rows
    assert "| 100 | Other | 0.3 s, 0.25 × ours | – | – | – |" in rows
    assert "| 1,000 | Other | over 900 s | – | – | – |" in rows
    assert f"| Builds, first | {OURS} | 12 ms | 6 ms | 5 × for 10 × |" in rows


def test_targets_are_ratios_of_one_run() -> None:
    """As a fraction where it is one; nothing is said where a figure is missing."""
    results = Results()
    for tool, seconds in ((OURS, 2.0), (PLAIN, 30.0)):
        results.add(Key("Builds", 5000, tool, "first"), Figure.of([Run(seconds)], "s"))
    results.add(Key("Builds", 10_000, OURS, "first"), Figure.of([Run(4, 280.4)], "s"))
    rows = as_markdown(results).splitlines()
    assert "| First build by the plain site's | 5,000 | 1/15 | 1/30 | 2 s : 30 s |" in rows
    assert "| Links by LinkChecker's | 1,000 | – | 1/200 | – : – |" in rows
    assert "| Most memory of a build of 10,000 | 10,000 | 280 MB | 400 MB | 4 s |" in rows


def test_targets_are_of_what_is_measured() -> None:
    """Each names a part, a tool, and a size of the whole run."""
    names = {tool.name for tool in TOOLS} | {"LinkChecker, AnchorCheck"}
    for target in TARGETS:
        for key in filter(None, (target.key, target.by)):
            assert key.tool in names
            assert key.what in PARTS[key.part]
            assert key.records in SIZES


def test_nothing_measured_as_none() -> None:
    """A figure of 0 is one: a search that asks for nothing more."""
    results = Results()
    key = Key("What a reader loads", 100, "Other", "first search")
    results.add(key, Figure.of([Run(0.0)], "kB"))
    assert "0 kB" in results.as_markdown()
    assert json.loads(results.as_json())["figures"][0]["median"] == 0


def test_what_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    """None is left that would take time from the next."""
    folder = tmp_path / "project"
    folder.mkdir()
    script = "(while :; do date > beat; sleep 0.05; done) & wait"
    with pytest.raises(Unfinished, match="over 1 s"):
        timed(("sh", "-c", script), folder, limit=1)
    (folder / "beat").unlink(missing_ok=True)
    time.sleep(0.3)
    assert not (folder / "beat").exists()


def test_memory_is_that_of_all_children(tmp_path: Path) -> None:
    """Of two at once, both; of one its own, and not that of whoever started it."""
    folder = tmp_path / "project"
    folder.mkdir()
    code = """if True:
        import pathlib, sys, time
        held = b"x" * 60_000_000
        pathlib.Path(sys.argv[1]).touch()
        while not all(pathlib.Path(name).exists() for name in sys.argv[1:]):
            time.sleep(0.01)
        time.sleep(2)  # the memory is looked at several times a second
    """
    hold = f"python3 -c {shlex.quote(code)}"
    one = timed(("sh", "-c", f"{hold} alone"), folder).memory
    two = timed(("sh", "-c", f"{hold} a b & {hold} b a & wait"), folder).memory
    assert 55 < one < 110 < two


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(Unfinished, match="not run: no surely-absent"):
        timed(("surely-absent",), tmp_path)


def test_hugo_gets_every_record_in_files_that_it_reads(tmp_path: Path) -> None:
    """It refuses a file of very many records, so there are several, the first of which is 01."""
    data, target = tmp_path / "data", tmp_path / "hugo"
    data.mkdir()
    target.mkdir()
    for path, content in synthetic(2_000).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    write_hugo(target, data)
    count = re.compile(r"(?m)^- id: ")
    parts = {file: len(count.findall(file.read_text())) for file in target.rglob("*.yml")}
    whole = sum(len(count.findall(file.read_text())) for file in data.rglob("*.yml"))
    assert sum(parts.values()) == whole > 2_000
    assert max(parts.values()) == 500
    assert (target / "data/recommendations/01.yml") in parts
