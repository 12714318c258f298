"""`tracker correct` and `tracker adopt`: documented changes, and moves to the project's data."""

import shutil
from pathlib import Path

import pytest

from tests.command import change, run
from tests.exports import ROWS, index, item, upr_info
from tests.importing import import_summary, imported, run_import
from tracker.model import Event, Recommendation
from tracker.records.loader import load, read_files

WHY = ("--why", "Misread.", "--on", "2026-11-25")


def read(project: Path) -> dict[str, bytes]:
    return {str(f): f.read_bytes() for f in sorted((project / "data").rglob("*.*")) if f.is_file()}


def correct(project: Path, *arguments: str) -> tuple[int, str]:
    result = run("correct", *arguments, "--project", project)
    return result.exit_code, result.output


def test_field_is_changed_with_a_correction(project: Path) -> None:
    """The correction names the old value, and the file keeps its canonical format."""
    event = load(read_files(project)).dataset.of(Event)[0]
    code, output = correct(project, event.id, "title=The new harbour opened", *WHY)
    assert code == 0, output
    assert "+  title: The new harbour opened" in output
    after = load(read_files(project)).dataset.find(event.id)
    assert isinstance(after, Event)
    assert after.title == "The new harbour opened"
    (entry,) = after.corrections
    assert (str(entry.on), entry.why) == ("2026-11-25", "Misread.")
    assert entry.wrong == f"Title: “{event.title}”."
    assert run("fmt", project, "--check").exit_code == 0
    assert run("check", project).exit_code == 0


@pytest.mark.parametrize(
    ("record_id", "field"),
    [
        ("asked-1", "assessments.asked-1-a1.why"),
        ("asked-1", "assessments.a1.law.why"),
        ("asked-1-a2", "method"),
        ("asked-1-p1", "says"),
        ("asked-1", "positions.0.says"),
    ],
)
def test_parts_are_found_by_id_number_or_end_of_id(
    project: Path, record_id: str, field: str
) -> None:
    """The correction is added to the recommendation; comments in the file are kept."""
    code, output = correct(project, record_id, f"{field}=Read again.", *WHY)
    assert code == 0, output
    record = load(read_files(project)).dataset.find("asked-1")
    assert isinstance(record, Recommendation)
    assert len(record.corrections) == 1
    text = (project / "data/recommendations.yml").read_text(encoding="utf-8")
    assert text.count("Read again.") == 1
    assert "# second" in text


def test_part_in_its_own_file(project: Path) -> None:
    """The part changes in its file, and the correction is in the file of the recommendation."""
    file = project / "data/positions/x.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        "- id: asked-1-p-x\n  recommendation: asked-1\n  speaker: home-office\n  mode: direct\n"
        "  undated: No date.\n  says: It goes on.\n  citations:\n  - source: report\n"
        "    locator: B2\n",
        encoding="utf-8",
    )
    code, output = correct(project, "asked-1-p-x", "says=It stops.", *WHY)
    assert code == 0, output
    assert "says: It stops." in file.read_text(encoding="utf-8")
    assert "“It goes on.”" in (project / "data/recommendations.yml").read_text(encoding="utf-8")


def test_redaction_does_not_repeat_the_value(project: Path) -> None:
    """The old value is neither in the correction nor in the output."""
    event = load(read_files(project)).dataset.of(Event)[0]
    summary = str(event.summary)
    code, output = correct(project, event.id, "summary=It opened.", "--redact", *WHY)
    assert code == 0, output
    assert summary not in output
    after = load(read_files(project)).dataset.find(event.id)
    assert after
    assert after.redactions[0].wrong is None
    assert "SECURITY.md" in output


def test_outdated_verification_is_reported(project: Path) -> None:
    """The message says what to type, even in a dry run. Changed wording needs no verification."""
    code, output = correct(project, "asked-1", "title=Houses", *WHY)
    assert code == 0
    assert "verif" not in output
    for last in (("--dry-run",), ()):
        code, output = correct(project, "count-1", "citations.0.locator=B2", *WHY, *last)
        assert code == 0, output
        assert "The change makes a verification out of date" in output
        assert "[suspect]" in output
        assert "tracker verify --write --texts FOLDER" in output
    assert run("check", project).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("asked-1", "id=asked-9"), "withdrawn.replaced_by"),
        (("asked-1", "assessments.a1.status=implemented"), "tracker new assessment --in asked-1"),
        (("asked-1-a1", "law.state=in-place"), "tracker new assessment --in asked-1"),
        (("asked-1-p1", "speaker=home-office"), "tracker new position --in asked-1"),
        (("asked-1", "corrections.0.why=x"), "adds corrections itself"),
        (("asked-1", "titel=x"), "Fields: title"),
        (("asked-1", "title"), "is not FIELD=VALUE"),
        (("asked-1", "done_when=x"), "done_when.law"),
        (("asked-1", "title=Homes for newcomers"), "nothing changes"),
        (("asked-1", "assessments.a7.why=x"), "has no"),
    ],
)
def test_protected_fields_are_refused(
    project: Path, arguments: tuple[str, ...], message: str
) -> None:
    """The message says what to do instead, the exit code is 2, and nothing is written."""
    before = read(project)
    code, output = correct(project, *arguments, *WHY)
    assert (code, read(project)) == (2, before), output
    assert message in output


def test_invalid_change_is_not_written(project: Path) -> None:
    """The problem is printed, and no file changes."""
    before = read(project)
    code, output = correct(project, "asked-1", "made_on=May 2013", *WHY, "--dry-run")
    assert code in (0, 1)
    code, output = correct(project, "asked-1", "made_by=nobody", *WHY)
    assert (code, read(project)) == (1, before)
    assert "Nothing saved" in output
    code, output = correct(project, "asked-1", "title=Houses")
    assert (code, read(project)) == (2, before)
    assert "--why" in output
    assert correct(project, "asked-l", "title=x", *WHY)[0] == 1


def test_adopted_records_move_with_their_references(project: Path) -> None:
    """Contents and ids are kept; a later import does not change adopted records."""
    run_import(project, upr_info(*ROWS))
    before = imported(project)
    chosen = next(key for key, record in before.items() if record.positions)
    result = run("adopt", chosen, "--project", project)
    assert result.exit_code == 0, result.output
    after = imported(project)
    assert after == before
    for file in result.stdout.splitlines():
        assert (project / file).is_file()
    own = load(read_files(project, imported=False))
    assert not any(problem.is_blocking for problem in own.problems)
    assert own.dataset.find(chosen) == before[chosen]
    assert before[chosen].imported
    assert run("fmt", project, "--check").exit_code == 0
    again = import_summary(project, upr_info(*ROWS))
    assert again["own"] == 1
    assert imported(project) == before
    assert run("adopt", chosen, "--project", project).exit_code == 2


def test_adopted_records_are_valid_alone(project: Path) -> None:
    """Without data/imported/, as in a clone, the adopted record passes the check."""
    run_import(project, index(item()))
    (chosen,) = imported(project)
    before = read(project)
    assert run("adopt", chosen, "--project", project, "--dry-run").exit_code == 0
    assert read(project) == before
    assert run("adopt", chosen, "nobody", "--project", project).exit_code == 1
    assert read(project) == before
    assert run("correct", chosen, "title=x", "--project", project).exit_code == 2
    assert run("adopt", chosen, "--project", project).exit_code == 0
    shutil.rmtree(project / "data/imported")
    assert [*imported(project)] == [chosen]
    assert run_import(project, index(item())).exit_code == 0
    assert [*imported(project)] == [chosen]


def test_invalid_project_is_not_changed(project: Path) -> None:
    """Its problems must be fixed first."""
    change(project, "events.yml", "kind: ", "kid: ")
    assert correct(project, "asked-1", "title=x", *WHY)[0] == 2
    assert run("adopt", "x", "--project", project).exit_code == 2
