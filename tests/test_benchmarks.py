"""Benchmarks with fake tools: no figure is lost or invented."""

import json
import re
import shlex
import time
from pathlib import Path

import pytest

from benchmarks.measuring import Bench, measure_tool
from benchmarks.results import OURS, PARTS, PLAIN, Figure, Key, Results
from benchmarks.run import SIZES
from benchmarks.sites import write_hugo
from benchmarks.synthetic import generate_data
from benchmarks.targets import TARGETS, to_markdown
from benchmarks.timing import NotMeasuredError, Run, run_timed
from benchmarks.tools import OLD, TOOLS, Project, Records, Tool

SUCCESS = "mkdir out && cp records out || cp records out"


def make_tool(name: str, script: str, *, max_records: int = 100) -> Tool:
    """Return a tool that builds with a shell command."""

    def write(root: Path, records: Records) -> None:
        (root / "records").write_text(OLD * records.number, encoding="utf-8")

    return Tool(name, write, ("sh", "-c", script), ("out",), "records", max_records)


FAKE_TOOLS = (
    make_tool("Failing", "echo Wrong; exit 3"),
    make_tool("Small", SUCCESS, max_records=10),
    make_tool("Slow", "sleep 60 & sleep 60"),
    make_tool("Slow at first", f"[ -e once ] && {{ {SUCCESS}; }} || {{ touch once; sleep 60; }}"),
    make_tool("Working", SUCCESS),
)


LIMITS = {"Slow": 0.5, "Slow at first": 3}
"""Seconds for the slow tools; the others have enough time even on a busy machine."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The results of a run with all fake tools."""
    folder = tmp_path_factory.mktemp("bench")
    results = Results({"version": "0", "cores": "2"}, file=folder / "kept/0.json")
    for tool in FAKE_TOOLS:
        limit = LIMITS.get(tool.name, 60)
        measure_tool(Bench(results, 2, limit), Project(tool, Records(20, folder), limit))
    return results


@pytest.mark.slow
def test_each_tool_has_figures_or_a_reason(results: Results) -> None:
    """A failure or timeout does not prevent the following measurements."""
    found = {
        name: [
            "figure" if figure.median else figure.reason
            for metric in ("first", "again", "one changed")
            if (figure := results.figures[Key("Builds", 20, name, metric)])
        ]
        for name in (tool.name for tool in FAKE_TOOLS)
    }
    no_build = "not run: no build was finished"
    assert found == {
        "Failing": ["failed: exit code 3", "failed: exit code 3", no_build],
        "Small": ["not run above 10"] * 3,
        "Slow": ["over 0 s", "over 0 s", no_build],
        "Slow at first": ["over 3 s", "figure", "figure"],
        "Working": ["figure"] * 3,
    }


@pytest.mark.slow
def test_results_file_round_trip(results: Results) -> None:
    """The file has one figure per line, in a fixed order."""
    assert results.file
    text = results.file.read_text(encoding="utf-8")
    again = Results.read(results.file)
    assert again.figures == results.figures
    assert again.to_json() == text
    assert again.to_markdown() == results.to_markdown()
    lines = [line.rstrip(",") for line in text.splitlines() if line.startswith('{"part"')]
    keys = [Key(*list(json.loads(line).values())[:4]) for line in lines]
    assert keys == sorted(results.figures)


def test_results_are_saved_after_each_figure(tmp_path: Path) -> None:
    """An interrupted run can be continued."""
    file = tmp_path / "kept.json"
    first, again = (Key("Builds", 1, "Any", metric) for metric in ("first", "again"))
    bench = Bench(Results(file=file), repeats=1)
    bench.measure_process(first, lambda: Run(1.5, 20))

    def interrupt() -> Run:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.measure_process(again, interrupt)
    later = Bench(Results.read(file), repeats=1)
    later.measure_process(first, interrupt)
    later.measure_process(again, lambda: Run(0.5, 10))
    assert {key: figure.median for key, figure in later.results.figures.items()} == {
        first: 1.5,
        again: 0.5,
    }


def test_tables_show_spread_ratio_and_growth() -> None:
    results = Results()
    for number, ours, other in ((100, [1.0, 2.0, 1.2], [0.3]), (1000, [6.0], [])):
        results.add(
            Key("Builds", number, OURS, "first"), Figure.of([Run(s, 90.4) for s in ours], "s")
        )
        reason = Figure.of([Run(s) for s in other], "s") if other else Figure(reason="over 900 s")
        results.add(Key("Builds", number, "Other", "first"), reason)
    rows = results.to_markdown().splitlines()
    assert f"| 100 | {OURS} | 1.2 s (1–2) | – | – | 90 MB |" in rows
    assert "| 100 | Other | 0.3 s, 0.25 × ours | – | – | – |" in rows
    assert "| 1,000 | Other | over 900 s | – | – | – |" in rows
    assert f"| Builds, first | {OURS} | 12 ms | 6 ms | 5 × for 10 × |" in rows


def test_targets_compare_figures_of_a_run() -> None:
    """Ratios below 1 are fractions; missing figures are dashes."""
    results = Results()
    for tool, seconds in ((OURS, 2.0), (PLAIN, 30.0)):
        results.add(Key("Builds", 5000, tool, "first"), Figure.of([Run(seconds)], "s"))
    results.add(Key("Builds", 10_000, OURS, "first"), Figure.of([Run(4, 280.4)], "s"))
    rows = to_markdown(results).splitlines()
    assert "| First build by the plain site's | 5,000 | 1/15 | 1/30 | 2 s : 30 s |" in rows
    assert "| Links by LinkChecker's | 1,000 | – | 1/200 | – : – |" in rows
    assert "| Most memory of a build of 10,000 | 10,000 | 280 MB | 400 MB | 4 s |" in rows


def test_targets_refer_to_measured_figures() -> None:
    names = {tool.name for tool in TOOLS} | {"LinkChecker, AnchorCheck"}
    for target in TARGETS:
        for key in filter(None, (target.key, target.relative_to)):
            assert key.tool in names
            assert key.metric in PARTS[key.part]
            assert key.records in SIZES


def test_zero_is_a_figure() -> None:
    """For example, a search that requests no further file."""
    results = Results()
    key = Key("Page loads", 100, "Other", "first search")
    results.add(key, Figure.of([Run(0.0)], "kB"))
    assert "0 kB" in results.to_markdown()
    assert json.loads(results.to_json())["figures"][0]["median"] == 0


@pytest.mark.slow
def test_slow_processes_are_killed_with_their_children(tmp_path: Path) -> None:
    """Otherwise they would slow down the next measurement."""
    folder = tmp_path / "project"
    folder.mkdir()
    script = "(while :; do date > beat; sleep 0.05; done) & wait"
    with pytest.raises(NotMeasuredError, match="over 1 s"):
        run_timed(("sh", "-c", script), folder, limit=1)
    (folder / "beat").unlink(missing_ok=True)
    time.sleep(0.3)
    assert not (folder / "beat").exists()


@pytest.mark.slow
def test_memory_includes_all_children(tmp_path: Path) -> None:
    """It does not include the process that started them."""
    folder = tmp_path / "project"
    folder.mkdir()
    code = """if True:
        import pathlib, sys, time
        held = b"x" * 60_000_000
        pathlib.Path(sys.argv[1]).touch()
        while not all(pathlib.Path(name).exists() for name in sys.argv[1:]):
            time.sleep(0.01)
        time.sleep(2)  # memory is measured several times a second
    """
    hold = f"python3 -c {shlex.quote(code)}"
    one = run_timed(("sh", "-c", f"{hold} alone"), folder).memory
    two = run_timed(("sh", "-c", f"{hold} a b & {hold} b a & wait"), folder).memory
    assert 55 < one < 110 < two


def test_missing_command_is_reported(tmp_path: Path) -> None:
    with pytest.raises(NotMeasuredError, match="not run: no surely-absent"):
        run_timed(("surely-absent",), tmp_path)


def test_records_for_hugo_are_split_into_files(tmp_path: Path) -> None:
    """Hugo refuses very large files."""
    data, target = tmp_path / "data", tmp_path / "hugo"
    data.mkdir()
    target.mkdir()
    for path, content in generate_data(2_000).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    write_hugo(target, data)
    count = re.compile(r"(?m)^- id: ")
    parts = {file: len(count.findall(file.read_text())) for file in target.rglob("*.yml")}
    whole = sum(len(count.findall(file.read_text())) for file in data.rglob("*.yml"))
    assert sum(parts.values()) == whole > 2_000
    assert max(parts.values()) == 500
    assert (target / "data/recommendations/01.yml") in parts
