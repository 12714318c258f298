"""`tracker check`: output, streams and exit codes."""

import json
from pathlib import Path

from click.testing import CliRunner

from tests.command import change, commit_all, run
from tracker.cli import main


def test_valid_project(project: Path) -> None:
    """A valid project exits with 0 and prints a count."""
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "no problem" in result.output) == (0, True)


def test_all_problems_are_reported(project: Path) -> None:
    """One run reports the problems of all files, each with its location."""
    change(project, "events.yml", "kind: programme", "kind: program")
    change(project, "findings.yml", "kind: problem", "kind: probelm")
    change(project, "recommendations.yml", "status: partly-implemented", "status: partialy")
    result = run("check", project, "--today", "2026-11-24")
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert [line.split(": ")[0] for line in lines] == [
        "data/events.yml:3:9",
        "data/findings.yml:3:9",
        "data/recommendations.yml:64:13",
    ]
    assert "Did you mean “partly-implemented”?" in result.stdout


def test_json_output(project: Path) -> None:
    """`--format json` prints one document and nothing else on standard output."""
    change(project, "events.yml", "date: 2014-03-01", "date: 1.3.2014")
    result = run("check", project, "--format", "json", "--today", "2026-11-24")
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["code"], problem["line"], problem["path"]) == ("bad-date", 4, ["date"])
    assert "2014-03-01" in problem["remedy"]


def test_github_annotations(project: Path) -> None:
    """`--format github` prints workflow commands, escaped."""
    change(project, "events.yml", "kind: programme", "kind: a:b,c%d")
    (line,) = run(
        "check", project, "--format", "github", "--today", "2026-11-24"
    ).stdout.splitlines()
    assert line.startswith("::error file=data/events.yml,line=3,col=9,title=unknown-value::")
    assert "c%25d" in line


def test_gitlab_report(project: Path) -> None:
    """`--format gitlab` prints a report with a fingerprint for each problem, even if empty."""
    command = ("check", project, "--format", "gitlab", "--today", "2026-11-24")
    assert json.loads(run(*command).stdout) == []
    change(project, "events.yml", "kind: programme", "kind: walk")
    change(project, "events.yml", "date: 2014-03-01", "date: 2014-13-01")
    before = json.loads(run(*command).stdout)
    assert all(entry["location"]["path"] == "data/events.yml" for entry in before)
    assert len({entry["fingerprint"] for entry in before}) == len(before) >= 2
    events = project / "data/events.yml"
    events.write_text(f"# moved\n{events.read_text('utf-8')}", encoding="utf-8")
    after = json.loads(run(*command).stdout)
    assert [entry["fingerprint"] for entry in after] == [entry["fingerprint"] for entry in before]
    lines = [entry["location"]["lines"]["begin"] for entry in before]
    assert [entry["location"]["lines"]["begin"] for entry in after] == [n + 1 for n in lines]


def test_no_project(tmp_path: Path) -> None:
    """Outside a project it exits with 2 and says what to type."""
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "tracker check PATH" in result.stderr


def test_invalid_day(project: Path) -> None:
    """An invalid day exits with 2."""
    assert run("check", project, "--today", "tomorrow").exit_code == 2


def test_against_an_earlier_commit(project: Path) -> None:
    """A removed record and a rewritten assessment are refused; a correction allows the change."""
    (project / "data" / "README.txt").write_text("no record", encoding="utf-8")
    commit_all(project)
    arguments = ("check", project, "--today", "2026-11-24", "--against", "HEAD")
    assert run(*arguments).exit_code == 0
    change(project, "recommendations.yml", "why: A register is open to some.", "why: All is well.")
    assert "[rewritten-past]" in run(*arguments).stdout
    change(
        project,
        "recommendations.yml",
        "- id: asked-1\n  title: Homes for newcomers\n",
        "- id: asked-1\n  title: Homes for newcomers\n  corrections:\n  - on: 2024-03-01\n"
        "    wrong: The reason was wrong.\n    why: Misread.\n",
    )
    assert run(*arguments).exit_code == 0
    assert run(*arguments[:-1], "no-such-ref").exit_code == 2
    assert run(*arguments[:-1], "--output=x").exit_code == 2


def test_day_of_a_project_without_git(project: Path) -> None:
    """Without git or a given day, the newest date in the data is used, with a message."""
    result = CliRunner(env={"SOURCE_DATE_EPOCH": None}).invoke(main, ["check", str(project)])
    assert (result.exit_code, "2024-02-01" in result.stderr) == (0, True)


def test_folder_of_files(project: Path) -> None:
    """A collection may be a folder of files; ids, not file names, identify records."""
    (project / "data/events").mkdir()
    (project / "data/events.yml").rename(project / "data/events/harbour.yml")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0


def test_check_writes_nothing(project: Path) -> None:
    """`check` changes no file and adds none."""
    before = {p: p.read_bytes() for p in project.rglob("*") if p.is_file()}
    run("check", project)
    after = {p: p.read_bytes() for p in project.rglob("*") if p.is_file()}
    assert after == before
