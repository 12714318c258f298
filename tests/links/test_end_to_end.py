"""`tracker links` with real processes, real requests, and a server on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.links.loopback import RESOLVER, Server, serving
from tests.links.test_command import lock, project
from tracker.links.checker import CheckerSettings, check_links
from tracker.links.guard import LOOPBACK

__all__ = ["project"]
CODE = "from tracker.cli import main; main()"
PATHS = {
    "alive": "/good",
    "moved": "/moved",
    "failing:404": "/404",
    "soft-404": "/title-az",
    "refused": "/to-private",
    "login": "/members",
}
SOURCE = """
- id: {name}
  title: {name}
  type: study
  undated: It prints no date.
  url: {url}
  access: public
  identified: verified
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def cited(project: Path, server: Server) -> dict[str, str]:
    """Add sources to the project, each on its own host; return URLs by state."""
    urls = {
        state: server.url(path, host=f"host{number}.test")
        for number, (state, path) in enumerate(PATHS.items())
    }
    file = project / "data" / "sources.yml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("https://example.org/observations", urls["alive"])
    text = text.replace("  symbol: E/C.12/EXA/CO/1\n", "")  # without its derived address
    for number, (state, url) in enumerate(urls.items()):
        text += SOURCE.format(name=f"more-{number}", url=url) if state != "alive" else ""
    file.write_text(text, encoding="utf-8")
    return urls


@pytest.fixture
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for PYTHONPATH that resolves test names to this machine."""
    folder = tmp_path_factory.mktemp("names")
    (folder / "sitecustomize.py").write_text(RESOLVER, encoding="utf-8")
    return folder


def run(project: Path, names: Path, *arguments: str, switch: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-c", CODE, "links", str(project), "--format", "json", *arguments]
    environment = os.environ | {"PYTHONPATH": str(names), LOOPBACK: switch}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


def records(project: Path) -> dict[str, bytes]:
    files = (project / "data").rglob("*.yml")
    return {str(file): file.read_bytes() for file in files}


@pytest.mark.slow
def test_two_weeks(project: Path, names: Path, server: Server, cited: dict[str, str]) -> None:
    """Two weekly runs: states, lock file, changes and exit codes; records do not change."""
    before = records(project)
    code, report = run(project, names, "--write", "--today", "2026-11-03", switch="1")
    states = {row["url"]: row["state"] for row in report["links"]}
    assert states == {url: state for state, url in cited.items()}
    assert (code, report["unreached"], len(report["changes"])) == (1, [], len(cited))
    first = lock(project)
    assert {url: row.state for url, row in first.items()} == states

    code, again = run(
        project, names, "--write", "--today", "2026-11-10", "--only", "/404", switch="1"
    )
    second = lock(project)
    gone = second.pop(cited["failing:404"])
    assert (code, again["changes"], again["states"]) == (0, [], {"failing:404": 1})
    assert (gone.failures, gone.since) == ("2026-11-03,2026-11-10", "2026-11-03")
    assert second.items() <= first.items()
    assert (records(project), server.requests["/robots.txt"]) == (before, 0)


def test_loopback_is_blocked_by_default(
    project: Path, names: Path, server: Server, cited: dict[str, str]
) -> None:
    """Without the environment variable, no byte reaches this machine."""
    code, report = run(project, names, "--write", "--today", "2026-11-03", switch="0")
    assert (code, report["states"], server.connections) == (1, {"refused": len(cited)}, 0)


HOSTILE = [
    "slow", "slow-header", "silent", "endless", "endless-redirect", "reset", "bomb", "nested-bomb",
    "endless-1xx", "endless-headers", "forever", "seconds", "500", "loop", "turns", "429-garbage",
]  # fmt: skip


@pytest.mark.slow
def test_budget_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty hostile servers, some redirecting to one, end the run when its time is up."""
    monkeypatch.setenv(LOOPBACK, "1")
    with serving(address="0.0.0.0") as server:
        urls = [server.url(f"/{path}", host=f"127.0.1.{n}") for n, path in enumerate(HOSTILE)]
        urls += [server.url("/to-slow", host=f"127.0.2.{n}") for n in range(30 - len(urls))]
        settings = CheckerSettings(user_agent="tests", pause=0.1, budget=3)
        outcome = check_links(urls, known={}, today=date(2026, 11, 24), settings=settings)
    assert len(outcome.states) + len(outcome.unreached) == len(urls)
    # Without the budget, each request would time out and fail.
    assert not [row for row in outcome.states if row.state == "failing:timeout"]
