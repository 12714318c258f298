"""`tracker new` in a terminal: prompts and answers."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.command import run
from tests.conftest import FROZEN
from tests.test_new import RECORDS
from tracker.cli import main, prompts


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A copy of the frozen records, with many to choose from."""
    shutil.copytree(FROZEN / "data", tmp_path / "data")
    return tmp_path


def test_prompts_repeat_until_the_answer_is_valid(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids are chosen by number or corrected; invalid values are asked for again."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["A later report", "stdy", "study", "", "", "", "03/04/2013", "17 May 2013"]
    answers += ["english", "", "opn", "public", "as-cited"]
    answers += ["sumary", "summary", "", "note", "Read once.", "", "a later", "later-report"]
    arguments = ["new", "source", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.stderr
    text = (project / "data/sources/later-report.yml").read_text(encoding="utf-8")
    assert text == (
        "- id: later-report\n  title: A later report\n  type: study\n"
        "  date: 2013-05-17\n  language: en\n  access: public\n  identified: as-cited\n"
        "  note: Read once.\n"
    )
    assert "03/04/2013 can be 2013-04-03 or 2013-03-04. Type one." in result.stderr
    assert "Understood: 2013-05-17" in result.stderr
    assert "There is no field sumary here. Did you mean summary?" in result.stderr
    assert "id [a-later-report]: " in result.stderr
    assert "1) public\n2) login (needs a login)\n" in result.stderr
    last = shlex.split(result.stderr.splitlines()[-1])
    assert run(*last[1:]).exit_code == 0


def test_rating_prompts_for_required_fields(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prompts cover evidence, dates and reasons, and accept figures as printed."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["25 November 2026", "bystanders", "", "partly-implemented"]
    answers += ["begun", "The register opened.", "report", "B2", "27 July 2020, 1,200", "", "n", ""]
    answers += ["unknown", "Nothing is said.", "", "unknown", "Nothing is said.", ""]
    answers += ["A register is open to some.", "July 2020", "Latest date in it.", "1", "Read.", ""]
    arguments = ["new", "assessment", "--in", "asked-1", "--dry-run", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join([*answers, "", ""]) + "\n")
    assert "evidence_up_to: 2020-07\n" in result.output
    assert "Understood: 2020-07-27; 1200" in result.stderr
    assert "    - value: 2020-07-27\n      printed: 27 July 2020\n" in result.output


def test_figure_is_entered_as_printed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value is parsed from the text, which is the default of `printed`."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["Clinics", "Clinics that opened.", "Clinics.", "clinics", "process", "", "", "2023"]
    answers += ["1,200", "", "", "report", "B2", "1,200", "", "n", "", ""]
    answers += ["citation", "citations.0.states", "1,200, 2023", ""]  # the date was not cited
    arguments = ["new", "indicator", "--dry-run", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert "printed [1,200]: " in result.stderr
    assert "figure:\n  value: 1200\n  printed: '1,200'\n" in result.stdout
    assert "There is no field citation here. Did you mean citations?" in result.stderr
    assert result.exit_code == 0
    assert "as_of: 2023\n" in result.output


def test_informal_answers_are_understood(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choices by number or synonym, figures with bounds, partial addresses and locators."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["Later", "study", "", "", "", "2013", "English", "www.example.org/a"]
    answers += ["https://a.example/", "free", "1", "3", "", "later"]
    arguments = ["new", "source", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "That is not a full address. It begins with https:// or http://." in result.stderr
    assert "Did you mean public?" in result.stderr
    text = (project / "data/sources/later.yml").read_text("utf-8")
    assert "  language: en\n  url: https://a.example/\n  access: public\n" in text
    assert "  identified: as-cited\n" in text
    answers = ["Clinics", "Clinics.", "Clinics.", "clinics", "Action", "", "", "2023"]
    answers += ["about 1,200", "", "", "later", "p. 4", "", "12 people, 2023", "", "n", "", ""]
    arguments = ["new", "indicator", "--dry-run", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert "Did you mean page 4?" in result.stderr
    assert "locator [page 4]: " in result.stderr
    assert "  value: 1200\n  printed: about 1,200\n  bound: about\n" in result.output
    assert "  locator: page 4\n" in result.output
    assert "  - value: 12\n    printed: 12 people\n" in result.output


def test_invalid_field_is_the_default_and_answers_are_saved(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enter selects the invalid field, and the answers are saved to a file that can be reused."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["Clinic “A” opened", "practice", "May 2013", "It helped 99 people.", ""]
    answers += ["report", "B2", "May 2013", "", "n", "", "clinic"]
    arguments = ["new", "event", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join([*answers, "-"]) + "\n")
    assert result.exit_code == 1
    assert re.search(r"Which field to change \(.*\) \[\w+\]: ", result.stderr)
    last = shlex.split(result.stderr.splitlines()[-1].partition("Then type: ")[2])
    assert "99 people" in Path(last[-1]).read_text("utf-8")
    file = Path(last[-1])
    file.write_text(file.read_text("utf-8").replace("It helped 99 people.", "It opened."))
    assert run(*last[1:], "--project", project).exit_code == 0
    file.unlink()


def test_reported_position_requires_a_reporter(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prompt follows the mode; with a date, there is no prompt for its absence."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["home-office", "reported", "foundation", "17.05.2013", "It says that it goes on."]
    answers += ["report", "B2", "", "", "n", "", ""]
    arguments = ["new", "position", "--in", "asked-1", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    (file,) = (project / "data/positions").glob("*.yml")
    text = file.read_text(encoding="utf-8")
    assert "  reported_by: foundation\n  mode: reported\n  when: 2013-05-17\n" in text


def test_prompts_stop_when_a_required_record_is_missing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If no record exists to refer to, the command says which one to add first."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    for file in (project / "data").rglob("*.yml"):
        file.unlink()
    (project / "data/recommendations.yml").write_text("[]\n", encoding="utf-8")
    arguments = ["new", "finding", "--project", str(project)]
    result = CliRunner().invoke(main, arguments, input="A clinic opened\nprogress\nIt did.\n\n\n")
    assert result.exit_code == 2
    assert "Add that record first: tracker new source" in result.stderr


def test_long_lists_are_searched(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search by symbol, title or id; choose by number, or with Enter if only one matches."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    answers = ["A clinic opened", "progress", "A clinic opened."]
    answers += ["2, 1", "1, recognised state", "", "", ""]  # groups, and no rights
    answers += ["health", "1", "CO/3 9", "", ""]
    answers += ["?", "zzz", "co/3", "research constitution", "", "P6.3", "", "", "n", "", ""]
    arguments = ["new", "finding", "--project", str(snapshot), "--dry-run"]
    result = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    output = result.stderr.split("\nSource: ")[1].split("\nReference: ")[0]
    start, first, none, several, one = re.split(r"(?m)^source(?: \[.*\])?: .*", output)[:5]
    assert "109 to choose from" in start
    assert ") " not in start
    assert len(re.findall(r"(?m)^\d+\) ", first)) == 20
    assert "20 of 109" in first
    assert "No match" in none
    assert re.findall(r"\d\) (\S+)", several) == ["cescr-co-3", "cmw-co-3"]
    assert re.findall(r"\d\) (\S+)", one) == ["report"]
    assert "source: report\n" in result.stdout
    assert "bears_on:\n- cescr-2013-9-health\n- cescr-2013-9\n" in result.stdout
    chosen = ("refused-applicants", "asylum-seekers", "refugees-state")
    assert all(f"\n- {key}\n" in result.stdout for key in chosen)


def test_record_of_a_new_part_is_found_by_symbol(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recommendation of a position is found by any identifier that the editor knows."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    file = snapshot / "position.txt"
    text = RECORDS["position"].replace("home-office", "government").replace("B2", "P6.3")
    file.write_text(text, encoding="utf-8")
    arguments = ["new", "position", "--project", str(snapshot), "--from", str(file)]
    result = CliRunner().invoke(main, arguments, input="health\nE/C.12/AZE/CO/3 9\n\n")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("cescr-2013-9-p-")
