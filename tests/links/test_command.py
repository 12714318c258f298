"""`tracker links`: exit codes, the lock file, and bad input."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import EXAMPLE
from tracker.cli.links import links
from tracker.links.checker import CheckerOutcome
from tracker.links.state import LinkObservation, update_state
from tracker.model.lockfiles import LinkState, parse_lock

TODAY = date(2026, 11, 24)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    (tmp_path / "data" / "links.lock").unlink(missing_ok=True)
    return tmp_path


Web = Callable[[str], None]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    """Replace the check: every link of the project is in one state."""

    def answer(state: str) -> None:
        def check_links(urls: list[str], **given: Any) -> CheckerOutcome:
            seen = tuple(LinkObservation(url, state) for url in urls)
            rows = tuple(
                update_state(given["known"].get(s.url), s, today=given["today"]) for s in seen
            )
            return CheckerOutcome(rows, seen, ())

        monkeypatch.setattr("tracker.cli.links.check_links", check_links)

    return answer


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(links, [str(a) for a in arguments], env={"IA_ACCESS_KEY": ""})


def lock(project: Path) -> dict[str, LinkState]:
    content = (project / "data" / "links.lock").read_bytes()
    return dict(parse_lock(content, kind=LinkState, file="data/links.lock").rows)


@pytest.mark.parametrize(("state", "code"), [("alive", 0), ("failing:404", 0), ("soft-404", 1)])
def test_exit_code(project: Path, web: Web, state: str, code: int) -> None:
    """Only states that are certainly bad end with 1."""
    web(state)
    assert run(project, "--today", "2026-11-24").exit_code == code


def test_writes_nothing_without_write(project: Path, web: Web) -> None:
    """Without --write, the project does not change."""
    web("alive")
    run(project)
    assert not (project / "data" / "links.lock").exists()


def test_weekly_failures_end_in_dead(project: Path, web: Web) -> None:
    """Three weekly failures are written as dead; a fourth run reports no change."""
    web("failing:404")
    for day in ("2026-11-03", "2026-11-10", "2026-11-17"):
        last = run(project, "--write", "--today", day)
    assert (last.exit_code, {row.state for row in lock(project).values()}) == (1, {"dead"})
    assert "not responding (404) → dead" in last.stdout
    assert "No changes." in run(project, "--write", "--today", "2026-11-24").stdout
    assert [f.name for f in (project / "data").glob(".*")] == []


def test_only_option(project: Path, web: Web) -> None:
    """The others keep their state."""
    web("alive")
    run(project, "--write", "--today", "2026-11-24")
    one, *others = lock(project)
    web("blocked")
    run(project, "--write", "--only", one, "--today", "2026-11-25")
    rows = lock(project)
    assert rows[one].state == "blocked"
    assert {rows[url].state for url in others} <= {"alive"}


def test_derived_address_is_checked(project: Path, web: Web) -> None:
    """The address derived from a UN symbol is checked, stored, and shown as derived."""
    web("failing:404")
    result = run(project, "--write", "--today", "2026-11-03")
    derived = "https://docs.un.org/en/E/C.12/EXA/CO/1"
    assert f"new → not responding (404)  {derived} (derived from a UN symbol)\n" in result.stdout
    assert "https://example.org/observations\n" in result.stdout
    assert derived in lock(project)
    report = json.loads(run(project, "--format", "json", "--today", "2026-11-04").stdout)
    assert {row["url"] for row in report["links"] if row["derived"]} == {derived}


def test_statements_are_found_as_when_verifying(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements are found on a page in the same notations as in `tracker verify`."""
    options: dict[str, Any] = {}

    def check_links(urls: list[str], **given: Any) -> CheckerOutcome:
        options.update(given)
        return CheckerOutcome((), (), ())

    monkeypatch.setattr("tracker.cli.links.check_links", check_links)
    run(project)
    contains = options["contains"]
    assert contains("It was adopted on 17.05.2013.", "17 May 2013")
    assert contains("In all 1 237 families", "1,237")
    assert not contains("In all 21,237 families", "1,237")


def test_json(project: Path, web: Web) -> None:
    """`--format json` prints one document."""
    web("alive")
    report = json.loads(run(project, "--format", "json").stdout)
    assert set(report) == {"states", "changes", "unreached", "details", "links"}


@pytest.mark.parametrize(
    ("arguments", "file"), [(["--capture"], ""), ([], "links.lock"), ([], "sources.yml")]
)
def test_could_not_run(project: Path, web: Web, arguments: list[str], file: str) -> None:
    """Missing keys, or an unreadable lock file or record, exit with 2, and nothing is written."""
    web("alive")
    if file:
        (project / "data" / file).write_text("<<<<<<< ours\n", encoding="utf-8")
    before = sorted((project / "data").rglob("*"))
    assert run(project, "--write", *arguments).exit_code == 2
    assert sorted((project / "data").rglob("*")) == before


def test_not_a_project(tmp_path: Path) -> None:
    """A folder without a project ends with 2."""
    assert run(tmp_path).exit_code == 2


def test_archive_does_not_respond(project: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command prints the number of links for which the archive did not respond."""
    web("alive")
    monkeypatch.setattr("tracker.links.archive.Archive._send", lambda *_, **__: None)
    monkeypatch.setattr("tracker.links.archive._DELAY", 0)
    result = run(project, "--archive")
    assert "The archive did not respond for 2 of the links." in result.stderr
    assert result.exit_code == 0
