"""`tracker new`: each kind by options, by a file and by answers; what is wrong is never written."""

import json
import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.command import run
from tests.conftest import FROZEN
from tracker.cli import main, prompts
from tracker.cli.new import new
from tracker.model import KINDS

CITED = "citations:\n- source: report\n  locator: B2\n"
ROW = "  state: unknown\n  why: No source cited speaks of it.\n"
RECORDS = {
    "recommendation": "title: Help with letters\nmade_by: foundation\nmade_on: 2020\n"
    "made_on_note: Its year.\ndocument: report\nparagraph: B1\nsummary: Help with letters.\n"
    "official_text:\n  missing: The place is cited instead.\n"
    "rights: [right-home]\ngroups: [newcomers]\n" + CITED,
    "finding": "title: A clinic opened\nkind: progress\nsummary: A clinic opened.\n" + CITED,
    "source": "title: A later report\ntype: study\nundated: It bears no date.\n"
    "access: public\nidentified: as-cited\n",
    "indicator": "title: Clinics\ncounts: Clinics that opened.\npopulation: Clinics.\n"
    "unit: clinics\nrole: process\nundated: No date is given.\n"
    "figure:\n  value: 3\n  printed: '3'\n" + CITED + "  states: ['3']\n",
    "event": "title: A clinic opened\nkind: practice\nundated: The source has no date.\n"
    "summary: A clinic opened.\n" + CITED,
    "position": "speaker: home-office\nmode: direct\nundated: The page has no date.\n"
    "says: The Home Office says that it goes on.\n" + CITED,
    "assessment": "date: 2026-11-25\ngroups: [bystanders]\n"
    f"status: insufficient-information\nreason: silent\nlaw:\n{ROW}measures:\n{ROW}results:\n{ROW}"
    "why: No source cited speaks of it.\nevidence_basis: Nothing is cited.\n"
    "independent_sources: 0\nmethod: Read again.\n",
}


OPTIONS = (
    *("kind=practice", "undated=No day.", "summary=A clinic opened."),
    *("citations.0.source=report", "citations.0.locator=B2"),
)
EVENT = (
    "  title: Another clinic\n  kind: practice\n  undated: No day.\n  summary: It opened.\n"
    "  citations:\n  - source: report\n    locator: B2\n"
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A copy of the snapshot, where there is much to choose from."""
    shutil.copytree(FROZEN / "data", tmp_path / "data")
    return tmp_path


def files(project: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((project / "data").rglob("*.*"))}


def arguments(kind: str, project: Path, text: str) -> list[str]:
    given = project / "given.txt"
    given.write_text(text, encoding="utf-8")
    owner = ["--in", "asked-1"] if kind in ("assessment", "position") else []
    return ["new", kind, "--project", str(project), "--from", str(given), *owner]


@pytest.mark.parametrize("kind", RECORDS)
def test_each_kind_is_written(project: Path, kind: str) -> None:
    """Into a file of its own, in canonical form; no other file changes."""
    before = files(project)
    result = run(*arguments(kind, project, RECORDS[kind]))
    assert result.exit_code == 0, result.stderr
    written, _, place = result.stdout.partition(" saved to ")
    file, line = place.strip().split(", line ")
    assert (file, line) == (f"data/{KINDS[kind].folder}/{written}.yml", "1")
    assert (project / file).read_text(encoding="utf-8").startswith(f"- id: {written}\n")
    after = files(project)
    assert {name for name in after if after[name] != before.get(name)} == {Path(file).name}
    assert run("fmt", project, "--check").exit_code == 0
    shown = json.loads(run("show", written, "--project", project, "--json").stdout)
    assert written in json.dumps(shown)


def test_whatever_can_be_written_is_offered() -> None:
    """The same kinds as in the forms, under the same names."""
    (kind, *_) = new.params
    assert isinstance(kind.type, click.Choice)
    assert tuple(kind.type.choices) == tuple(KINDS)


def test_twice_gets_two_ids(project: Path) -> None:
    """Nothing is overwritten: the same again is another record."""
    ids = [run(*arguments("event", project, RECORDS["event"])).stdout.split()[0] for _ in "ab"]
    assert ids == ["a-clinic-opened", "a-clinic-opened-2"]


def test_what_is_there_is_never_overwritten(project: Path) -> None:
    """A file that has the name of the new one gets the record at its end; its id is refused."""
    options = ("title=A clinic opened", *OPTIONS)
    arguments = ["new", "event", "--project", str(project)]
    arguments += [part for one in options for part in ("--set", one)]
    file = project / "data/events/a-clinic-opened.yml"
    file.parent.mkdir()
    file.write_text("- id: other\n" + EVENT, encoding="utf-8")
    assert run(*arguments).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("- id: other\n")
    assert "- id: a-clinic-opened\n" in text
    result = run(*arguments, "--set", "id=a-clinic-opened")
    assert result.exit_code == 1
    assert file.read_text(encoding="utf-8") == text


def test_part_names_its_recommendation_in_the_file(project: Path) -> None:
    """A saved form has it, as has a data file with one item: then --in is not needed."""
    text = "recommendation: asked-1\n" + RECORDS["position"]
    for given in (text, "- " + text.replace("\n", "\n  ").rstrip() + "\n"):
        file = project / "given.yml"
        file.write_text(given, encoding="utf-8")
        result = run("new", "position", "--project", project, "--from", file)
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith("asked-1-p-")


def test_ids_of_parts_differ_between_proposals(project: Path) -> None:
    """Two people who each add a position to the same recommendation do not choose one id."""
    other = project.parent / "other"
    shutil.copytree(project, other)
    says = RECORDS["position"], RECORDS["position"].replace("goes on", "stops")
    ids = {run(*arguments("position", at, text)).stdout.split()[0]
           for at, text in zip((project, other), says, strict=True)}  # fmt: skip
    assert len(ids) == 2


def test_options_are_enough(project: Path) -> None:
    """Every field can be given as an option, also one deep inside, and lists with commas."""
    options = {
        "title": "A clinic opened",
        "kind": "practice",
        "undated": "No day.",
        "summary": "A clinic opened.",
        "groups": "bystanders, newcomers",
        "citations.0.source": "report",
        "citations.0.locator": "B2",
    }
    given = [part for k, v in options.items() for part in ("--set", f"{k}={v}")]
    result = run("new", "event", "--project", project, "--dry-run", *given)
    assert result.exit_code == 0, result.stderr
    assert "groups:\n- bystanders\n- newcomers\n" in result.stdout
    assert "citations:\n- source: report\n  locator: B2\n" in result.stdout


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("event", "kind: practice", "kind: practise", "practice"),
        ("event", "source: report", "source: reprot", "report"),
        ("position", "speaker: home-office", "speaker: home-ofice", "home-office"),
        ("assessment", "reason: silent\n", "", "reason"),
        ("assessment", "[bystanders]", "[visitors]", "It is about"),
    ],
)
def test_what_is_wrong_is_not_written(
    project: Path, kind: str, old: str, new: str, told: str
) -> None:
    """The message says what to type, and what was typed is printed for another try."""
    before = files(project)
    result = run(*arguments(kind, project, RECORDS[kind].replace(old, new)))
    assert result.exit_code == 1
    assert told in result.stdout + result.stderr
    assert new.strip("[]") in result.stderr
    assert "--from FILE" in result.stderr
    assert files(project) == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["event", "--set", "title=One"], "missing: kind, summary, citations"),
        (["event", "--set", "tittle=One"], "Fields: title"),
        (["event", "--set", "title"], "is not FIELD=VALUE"),
        (["event", "--set", "citations.3.source=report"], "is not FIELD=VALUE"),
        (["position", "--in", "asked-l"], "asked-1"),
    ],
)
def test_what_cannot_be_taken(project: Path, given: list[str], told: str) -> None:
    """Where nobody can be asked, what to type is told, with exit code 2."""
    result = run("new", *given, "--project", project)
    assert result.exit_code == 2
    assert told in result.stderr


def test_questions_are_asked_until_answered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal: known ids by number or near miss, a wrong form asked again, more by name."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    typed = ["A later report", "stdy", "study", "opn", "public", "as-cited"]
    typed += ["language", "english", "en", ""]  # no date: refused, and more is asked for
    typed += ["undated", "It bears no date.", ""]
    given = ["new", "source", "--project", str(project)]
    result = CliRunner().invoke(main, given, input="\n".join(typed) + "\n")
    assert result.exit_code == 0, result.stderr
    text = (project / "data/sources/a-later-report.yml").read_text(encoding="utf-8")
    assert text == (
        "- id: a-later-report\n  title: A later report\n  type: study\n"
        "  undated: It bears no date.\n  language: en\n  access: public\n  identified: as-cited\n"
    )
    assert "Similar: study" in result.stderr
    assert "[undated]" in result.output
    assert "public, login" in result.stderr


def test_what_nothing_can_answer_is_not_asked(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no record can be named yet, the one to write first is told, and nothing is asked."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    for file in (project / "data").rglob("*.yml"):
        file.unlink()
    (project / "data/recommendations.yml").write_text("[]\n", encoding="utf-8")
    given = ["new", "finding", "--project", str(project)]
    result = CliRunner().invoke(main, given, input="A clinic opened\nprogress\nIt did.\n\n\n")
    assert result.exit_code == 2
    assert "Add that record first: tracker new source" in result.stderr


def test_long_lists_are_searched(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By symbol, title or id: a few are shown, and taken by number, or with Enter if it is one."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    typed = ["A clinic opened", "progress", "A clinic opened."]
    typed += ["", "zzz", "co/3", "research constitution", "", "P6.3", "", "n"]
    typed += ["bears_on", "health", "1", "CO/3 9", "", ""]
    typed += ["groups", "2, 1", "1, recognised state", "", "", ""]
    given = ["new", "finding", "--project", str(snapshot), "--dry-run"]
    result = CliRunner().invoke(main, given, input="\n".join(typed) + "\n")
    assert result.exit_code == 0, result.output
    said = result.stderr.split("\nSource: ")[1].split("\nReference: ")[0]
    start, first, none, several, one = re.split(r"(?m)^source(?: \[.*\])?: .*", said)[:5]
    assert "109 to choose from" in start
    assert ") " not in start
    assert len(re.findall(r"(?m)^\d+\) ", first)) == 12
    assert "12 of 109" in first
    assert "No match" in none
    assert re.findall(r"\d\) (\S+)", several) == ["cescr-co-3", "cmw-co-3"]
    assert re.findall(r"\d\) (\S+)", one) == ["report"]
    assert "source: report\n" in result.stdout
    assert "bears_on:\n- cescr-2013-9-health\n- cescr-2013-9\n" in result.stdout
    chosen = ("refused-applicants", "asylum-seekers", "refugees-state")
    assert all(f"\n- {key}\n" in result.stdout for key in chosen)


def test_part_is_written_to_a_record_found_by_symbol(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recommendation of a position too is found by what somebody has of it."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    file = snapshot / "given.txt"
    text = RECORDS["position"].replace("home-office", "government").replace("B2", "P6.3")
    file.write_text(text, encoding="utf-8")
    given = ["new", "position", "--project", str(snapshot), "--from", str(file)]
    result = CliRunner().invoke(main, given, input="health\nE/C.12/AZE/CO/3 9\n\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("cescr-2013-9-p-")


def test_broken_project_is_left_alone(project: Path) -> None:
    """A project that has problems is mended first."""
    file = project / "data/events.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("  kind: ", "  kid: ", 1), "utf-8")
    before = files(project)
    result = run(*arguments("event", project, RECORDS["event"]))
    assert result.exit_code == 2
    assert "tracker check" in result.stderr
    assert files(project) == before
