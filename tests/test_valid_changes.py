"""A valid change of records passes all checks, whichever way it is made, without other edits."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from tests.command import change, run
from tests.conftest import EXAMPLE
from tracker.analysis.diff import diff_datasets
from tracker.cli import main
from tracker.model import KINDS, Recommendation, find_current_assessments
from tracker.project import Project
from tracker.records.formatter import format_record
from tracker.records.loader import LoadResult, load, read_files
from tracker.site.context import make_context
from tracker.site.render import render_record_page

Ids = Mapping[str, str]
EXAMPLE_IDS: Ids = {
    "asked": "asked-1",
    "group": "settlers",
    "right": "right-home",
    "speaker": "foundation",
    "type": "study",
    "block": "B1",
}
SNAPSHOT_IDS: Ids = {
    "asked": "cescr-2013-9-health",
    "group": "asylum-seekers",
    "right": "right-health",
    "speaker": "constitution-foundation",
    "type": "ngo-report",
    "block": "P6.3",
}
SOURCE = "a-later-report-on-the-register"
PAGE = "citations:\n- source: a-later-report-on-the-register\n  locator: page {page}\n"
ROW = (
    "{row}:\n  state: absent\n  why: The report finds none.\n  citations:\n"
    "  - source: a-later-report-on-the-register\n    locator: page 3\n    states:\n    - closed\n"
)
RECORDS = {
    "source": "title: A later report on the register\ntype: {type}\ndate: 2025-01\n"
    "access: offline\nidentified: verified\n",
    "finding": "title: The register is closed\nkind: problem\nsummary: The register was closed.\n"
    "groups:\n- {group}\nrights:\n- {right}\nbears_on:\n- {asked}\n"
    + PAGE.format(page=3)
    + "- source: report\n  locator: {block}\n",
    "position": "recommendation: {asked}\nspeaker: {speaker}\nmode: direct\nwhen: 2025-01\n"
    "says: The register should open again.\n" + PAGE.format(page=6),
    "assessment": "recommendation: {asked}\ndate: 2026-12-15\ngroups:\n- {group}\n"
    "status: not-implemented\n"
    + "".join(ROW.format(row=row) for row in ("law", "measures", "results"))
    + "why: The register is closed.\nevidence_up_to: 2025-01\n"
    "evidence_basis: The date of the report.\nindependent_sources: 1\nmethod: Read.\n",
    "indicator": "title: Persons in the register, by sex\ncounts: Persons in the register.\n"
    "population: All who came.\nunit: persons\nrole: outcome\nas_of: 2025-01-10\n"
    "figure:\n  value: 300\n  printed: '300'\nbreakdowns:\n- by: sex\n  parts:\n"
    "  - value: 120\n    printed: '120'\n    label: women\n"
    "  - value: 180\n    printed: '180'\n    label: men\n"
    + PAGE.format(page=4)
    + "  states:\n  - value: 2025-01-10\n    printed: 10 January 2025\n"
    + "".join(f"  - value: {n}\n    printed: '{n}'\n" for n in (300, 120, 180)),
    "event": "title: The register closed\nkind: programme\ndate: 2025-01-15\n"
    "summary: The register closed.\nbears_on:\n- {asked}\n"
    + PAGE.format(page=5)
    + "  states:\n  - value: 2025-01-15\n    printed: 15 January 2025\n",
    "discrepancy": "title: Closed or not\nkind: caution\nsummary: The report says both.\nsides:\n"
    + "".join(
        f"- says: It is {state}.\n  citation:\n    source: {SOURCE}\n    locator: page {page}\n"
        for state, page in (("open", 7), ("closed", 8))
    )
    + "state: explained\nexplanation: It closed in the meantime.\n"
    "about:\n- the-register-closed\n",
}
KEYS = {
    "source": SOURCE,
    "finding": "the-register-is-closed",
    "indicator": "persons-in-the-register-by-sex",
    "event": "the-register-closed",
    "discrepancy": "closed-or-not",
}
TODAY = "2026-12-31"


def make_records(ids: Ids) -> Iterator[tuple[str, str]]:
    """Return each kind with the fields of its record."""
    return ((kind, text.format_map(ids)) for kind, text in RECORDS.items())


def write(project: Path, kind: str, key: str, text: str) -> None:
    file = project / f"data/{KINDS[kind].folder}/{key}.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def by_hand(project: Path, ids: Ids) -> None:
    """Write each record to a new file by hand."""
    for kind, text in make_records(ids):
        key = KEYS.get(kind, f"{ids['asked']}-{kind}-2025")
        write(
            project, kind, key, f"- id: {key}\n  {text.rstrip().replace(chr(10), chr(10) + '  ')}\n"
        )


def by_command(project: Path, ids: Ids) -> None:
    """Add each record with `tracker new`."""
    for kind, text in make_records(ids):
        command = ["new", kind, "--project", str(project), "--from", "-"]
        result = CliRunner().invoke(main, command, input=text)
        assert result.exit_code == 0, result.output


def by_form(project: Path, ids: Ids) -> None:
    """Save the output of the form; test_forms tests that the form writes the same text."""
    for kind, text in make_records(ids):
        key = KEYS.get(kind, f"{ids['asked']}-{kind[0]}-1a2b3c")
        fields = {"id": key, **yaml.load(text, Loader=yaml.BaseLoader)}
        write(project, kind, key, format_record(KINDS[kind].folder, fields))


def check_change(project: Path, before: LoadResult, ids: Ids) -> None:
    """Test that a change passes all checks and has the intended effect."""
    result = run("check", project, "--today", TODAY)
    assert result.exit_code == 0, result.stdout
    assert run("fmt", "--check", project).exit_code == 0
    after = load(read_files(project))
    changed = {file for file, data in after.files.items() if before.files.get(file) != data}
    assert {file.split("/")[1] for file in changed} == {KINDS[k].folder for k in RECORDS}
    assert len(changed) == len(RECORDS) == len(after.files) - len(before.files)
    changes = diff_datasets(after.dataset, earlier=before.dataset)
    (status,) = (c.facts for c in changes if c.kind == "status")
    assert status["before"] == ("partly-implemented", "")
    assert status["after"] == ("not-implemented", "")
    assert status["qualifiers"] == (("results-not-shown",), ("one-source",))
    assert not [c for c in changes if c.kind == "map"]
    (report,) = after.dataset.maps
    (block,) = (b for b in report.blocks if b.id == ids["block"])
    assert "the-register-is-closed" in block.records
    check_pages(project, ids)


def check_pages(project: Path, ids: Ids) -> None:
    context = make_context(Project.open(project))
    paged = {"findings": "finding", "indicators": "indicator", "events": "event"}
    for collection, kind in ({"sources": "source", "discrepancies": "discrepancy"} | paged).items():
        record = context.view.data.find(KEYS[kind])
        assert record
        assert (
            f'<h1 id="top">{record.title}</h1>'
            in render_record_page(context, collection, record).html
        )
    recommendation = context.view.data.find(ids["asked"])
    assert isinstance(recommendation, Recommendation)
    html = render_record_page(context, "recommendations", recommendation).html
    assert "The register should open again." in html
    assert "Not implemented" in html
    current = [group for a in find_current_assessments(recommendation) for group in a.groups]
    assert len(set(current)) == len(current)
    assert "data/assessments/" in html


@pytest.mark.parametrize("way", [by_hand, by_command, by_form])
def test_seven_records_in_the_example(project: Path, way: object) -> None:
    """Seven kinds of record can be added in each way."""
    before = load(read_files(project))
    way(project, EXAMPLE_IDS)  # type: ignore[operator]
    check_change(project, before, EXAMPLE_IDS)


def test_seven_records_in_a_large_project(tmp_path: Path, real: LoadResult) -> None:
    """The same change is valid in a large project."""
    for file, data in real.files.items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    by_form(tmp_path, SNAPSHOT_IDS)
    check_change(tmp_path, real, SNAPSHOT_IDS)


def test_two_proposals_at_once_do_not_conflict(tmp_path: Path) -> None:
    """Two branches each add a finding, a position and a rating, and both are merged."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    git("init", "--quiet", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--quiet", "--message", "Start")
    for branch in ("first", "second"):
        git("switch", "--quiet", "--create", branch, "main")
        for kind in ("finding", "position", "assessment"):
            text = RECORDS[kind].format_map(EXAMPLE_IDS).replace(SOURCE, "observations")
            text = text.replace("page", "paragraph").replace("register", f"{branch} register")
            command = ["new", kind, "--project", str(tmp_path), "--from", "-"]
            result = CliRunner().invoke(main, command, input=text)
            assert result.exit_code == 0, result.output
        git("add", ".")
        git("commit", "--quiet", "--message", branch)
    git("switch", "--quiet", "main")
    git("merge", "--quiet", "first")
    git("merge", "--quiet", "--message", "Merge", "second")
    assert len(git("diff", "--name-only", "HEAD~2").splitlines()) == 6
    result = run("check", tmp_path, "--today", TODAY)
    assert result.exit_code == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("findings", "title: The harbour is “crowded”", "title: The harbor is “crowded”"),
        ("sources", "title: Report on the harbour", "title: Report on the harbor"),
        ("recommendations", "title: Homes for newcomers", "title: Houses for newcomers"),
        ("indicators", "title: Pupils", 'title: "Pupils at school"'),
    ],
)
def test_corrected_title(project: Path, file: str, old: str, new: str) -> None:
    """A title can be corrected in an online editor, even with unneeded quotation marks."""
    change(project, f"{file}.yml", old, new)
    result = run("check", project, "--today", TODAY)
    assert result.exit_code == 0, result.stdout
