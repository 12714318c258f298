"""`tracker new`: every kind, from options and files; invalid records are never written."""

import json
import shutil
from pathlib import Path

import click
import pytest

from tests.command import run
from tracker.cli.common import get_program
from tracker.cli.new import new
from tracker.model import KINDS
from tracker.model.fields import find_field
from tracker.records.drafts import parse_value

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


def files(project: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((project / "data").rglob("*.*"))}


def arguments(kind: str, project: Path, text: str) -> list[str]:
    given = project / "given.txt"
    given.write_text(text, encoding="utf-8")
    owner = ["--in", "asked-1"] if kind in ("assessment", "position") else []
    return ["new", kind, "--project", str(project), "--from", str(given), *owner]


@pytest.mark.parametrize("kind", RECORDS)
def test_each_kind_is_written(project: Path, kind: str) -> None:
    """A record is written to its own file, in canonical format; no other file changes."""
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


def test_kinds_are_those_of_the_forms() -> None:
    """The command has the same kinds as the forms, with the same names."""
    (kind, *_) = new.params
    assert isinstance(kind.type, click.Choice)
    assert tuple(kind.type.choices) == tuple(KINDS)


def test_repeated_record_has_another_id(project: Path) -> None:
    """The same input again creates another record, and nothing is overwritten."""
    ids = [run(*arguments("event", project, RECORDS["event"])).stdout.split()[0] for _ in "ab"]
    assert ids == ["a-clinic-opened", "a-clinic-opened-2"]


def test_existing_files_are_never_overwritten(project: Path) -> None:
    """The record is appended to an existing file with its name; an existing id is refused."""
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


def test_part_refers_to_its_recommendation_in_the_file(project: Path) -> None:
    """Saved forms and data files with one item name the recommendation, so --in is optional."""
    text = "recommendation: asked-1\n" + RECORDS["position"]
    for given in (text, "- " + text.replace("\n", "\n  ").rstrip() + "\n"):
        file = project / "given.yml"
        file.write_text(given, encoding="utf-8")
        result = run("new", "position", "--project", project, "--from", file)
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith("asked-1-p-")


def test_ids_of_parts_differ_between_proposals(project: Path) -> None:
    """Positions that two people add to the same recommendation have different ids."""
    other = project.parent / "other"
    shutil.copytree(project, other)
    says = RECORDS["position"], RECORDS["position"].replace("goes on", "stops")
    ids = {run(*arguments("position", at, text)).stdout.split()[0]
           for at, text in zip((project, other), says, strict=True)}  # fmt: skip
    assert len(ids) == 2


def test_every_field_can_be_an_option(project: Path) -> None:
    """Nested fields can be options, and lists are separated by commas."""
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
    ("kind", "old", "new", "message"),
    [
        ("event", "kind: practice", "kind: practise", "practice"),
        ("event", "source: report", "source: reprot", "report"),
        ("position", "speaker: home-office", "speaker: home-ofice", "home-office"),
        ("assessment", "reason: silent\n", "", "reason"),
        ("assessment", "[bystanders]", "[visitors]", "It is about"),
    ],
)
def test_invalid_record_is_not_written(
    project: Path, kind: str, old: str, new: str, message: str
) -> None:
    """The message says what to type, and the input is printed so that it can be reused."""
    before = files(project)
    result = run(*arguments(kind, project, RECORDS[kind].replace(old, new)))
    assert result.exit_code == 1
    assert message in result.stdout + result.stderr
    assert new.strip("[]") in result.stderr
    assert "--from FILE" in result.stderr
    assert files(project) == before


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["event", "--set", "title=One"], "missing: kind, summary, citations"),
        (["event", "--set", "tittle=One"], "Fields: title"),
        (["event", "--set", "title"], "is not FIELD=VALUE"),
        (["event", "--set", "citations.0.sorce=report"], "Fields: source, locator"),
        (["event", "--set", "date=03/04/2013"], "2013-04-03 or 2013-03-04"),
        (["event", "--set", "citations.3.source=report"], "is not FIELD=VALUE"),
        (["position", "--in", "asked-l"], "asked-1"),
    ],
)
def test_incomplete_input(project: Path, given: list[str], message: str) -> None:
    """Without a terminal, the command says what to type and exits with 2."""
    result = run("new", *given, "--project", project)
    assert result.exit_code == 2
    assert message in result.stderr


def test_suggested_command_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suggested command has the path of the program if it is not on PATH."""
    monkeypatch.setattr("sys.argv", [".venv/bin/tracker", "new"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert get_program() == ".venv/bin/tracker"
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert get_program() == "tracker"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("12,40", ["12", "40"]),
        ("1,200", [{"value": "1200", "printed": "1,200"}]),
        ("1,200, 40", [{"value": "1200", "printed": "1,200"}, "40"]),
        ("17 May 2013", [{"value": "2013-05-17", "printed": "17 May 2013"}]),
        ("E/C.12/XYZ/CO/3", ["E/C.12/XYZ/CO/3"]),
        ("12 per cent", [{"value": "12", "printed": "12 per cent"}]),
    ],
)
def test_lists_are_separated_by_commas(given: str, value: list[object]) -> None:
    """A comma separates items in every list, but not thousands."""
    field = find_field(KINDS["event"].model, ("citations", 0, "states"))
    assert field
    assert parse_value(field, given) == value


def test_invalid_project_is_not_changed(project: Path) -> None:
    """The problems of a project must be fixed first."""
    file = project / "data/events.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("  kind: ", "  kid: ", 1), "utf-8")
    before = files(project)
    result = run(*arguments("event", project, RECORDS["event"]))
    assert result.exit_code == 2
    assert "tracker check" in result.stderr
    assert files(project) == before
