"""Positions and assessments in separate files are joined with their recommendation."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.command import run
from tests.conftest import EXAMPLE
from tracker.checks import check
from tracker.checks.history import check_history
from tracker.model import KINDS, PARTS, Recommendation
from tracker.model.diagnostics import SourceLocation
from tracker.records.formatter import format_record
from tracker.records.loader import LoadResult, load, read_files
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.forms import to_script_json
from tracker.site.render import render_record_page

CITED = "  citations:\n  - source: report\n    locator: B2\n"
POSITION = (
    "- id: {id}\n  recommendation: asked-2\n  speaker: home-office\n  mode: direct\n{when}"
    "  says: The register is open.\n" + CITED
)
UNKNOWN = "    state: unknown\n    why: Nothing is said.\n"
RATING = (
    "- id: asked-1-a-later\n  recommendation: asked-1\n  date: 2024-01-20\n  groups:\n"
    "  - settlers\n  status: insufficient-information\n  reason: silent\n"
    f"  law:\n{UNKNOWN}  measures:\n{UNKNOWN}  results:\n{UNKNOWN}  why: No source says anything.\n"
    "  evidence_basis: There is none.\n  independent_sources: 0\n  method: Read.\n"
)
AT = "data/positions/asked-2-p-x.yml"


def position(key: str, when: str = "undated: No date.") -> str:
    return POSITION.format(id=key, when=f"  {when}\n")


def with_files(**files: str) -> LoadResult:
    """Return the example project with more files; `__` in a name is a slash."""
    more = {f"data/{name.replace('__', '/')}.yml": text.encode() for name, text in files.items()}
    return load(read_files(EXAMPLE) | more)


def get_recommendation(loaded: LoadResult, key: str) -> Recommendation:
    found = loaded.dataset.find(key)
    assert isinstance(found, Recommendation)
    return found


def split_parts(loaded: LoadResult) -> LoadResult:
    """Return the project with each part of a recommendation in a separate file."""
    files = dict(loaded.files)
    records = loaded.locations["asked-1"].document.content
    for record in records:
        for name in PARTS:
            for part in record.pop(name, ()):
                text = format_record(name, {"recommendation": record["id"], **part})
                files[f"data/{name}/{part['id']}.yml"] = text.encode()
    text = "".join(format_record("recommendations", record) for record in records)
    return load(files | {"data/recommendations.yml": text.encode()})


def test_records_and_checks_are_the_same() -> None:
    """With every part in a separate file, the records and all problems are the same."""
    before = load(read_files(EXAMPLE))
    after = split_parts(load(read_files(EXAMPLE)))
    assert not after.problems
    assert len(after.files) == len(before.files) + 5
    assert after.dataset.collections == before.dataset.collections
    assert list(check(after.dataset)) == []


def test_order_is_by_date_then_id() -> None:
    """Parts are sorted by date, whatever their files are called."""
    loaded = with_files(
        positions__a=position("z", "when: 2021") + position("c"),
        positions__b=position("b", "when: 2021") + position("a", "when: 2022-05"),
        assessments__z=RATING,
    )
    assert not loaded.problems
    assert [p.id for p in get_recommendation(loaded, "asked-2").positions] == ["b", "z", "a", "c"]
    ratings = [a.id for a in get_recommendation(loaded, "asked-1").assessments]
    assert ratings == ["asked-1-a1", "asked-1-a-later", "asked-1-a2"]


def test_problems_are_located_in_the_file_of_the_part() -> None:
    """Problems in the joined record are located in the file of the part."""
    wrong = RATING.replace("reason: silent", "reason: silnt").replace("silnt", "no-later-evidence")
    loaded = with_files(
        positions__x=position("p-x").replace("home-office", "newcomers"), assessments__z=wrong
    )
    found = {(p.code, *_at(loaded.locate(p))) for p in check(loaded.dataset)}
    assert ("wrong-kind", "data/positions/x.yml", 3, 12) in found
    assert {file for code, file, *_ in found if code != "wrong-kind"} <= {
        "data/assessments/z.yml",
        "data/recommendations.yml",
    }
    moved = loaded.locations["asked-1"].locate(("assessments", 2, "date"))
    line = loaded.get_line(moved)
    assert (moved.file, line.strip()) == ("data/recommendations.yml", "date: 2024-02-01 # second")


def _at(place: SourceLocation) -> tuple[str, int, int]:
    return place.file, place.line, place.column


BAD = {
    "unknown field": ("says:", "sais:", "unknown-field", (6, 3)),
    "missing field": ("  mode: direct\n", "", "missing-field", (1, 3)),
    "no recommendation": ("  recommendation: asked-2\n", "", "missing-field", (1, 3)),
    "wrong recommendation": ("asked-2", "askd-2", "unknown-id", (2, 19)),
    "no position": ("recommendation: asked-2", "recommendation: opened", "unknown-id", (2, 19)),
    "no yaml": ("mode: direct", "mode: [direct", "yaml-syntax", (4, 9)),
    "empty": ("speaker: home-office", "speaker:", "empty-value", (3, 11)),
    "id twice": ("id: p-x", "id: asked-1-p1", "repeated-part-id", (1, 7)),
    "id of a record": ("id: p-x", "id: asked-1", "repeated-part-id", (1, 7)),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_each_problem_is_reported_once(case: tuple[str, str, str, tuple[int, int]]) -> None:
    """A problem is reported at its line and column, without consequential problems."""
    right, wrong, code, place = case
    text = position("p-x")
    assert right in text
    loaded = with_files(positions__x=text.replace(right, wrong))
    problems = [*loaded.problems, *check(loaded.dataset)]
    found = [(p.code, *_at(loaded.locate(p))) for p in problems]
    assert found == [(code, "data/positions/x.yml", *place)]


def test_same_id_in_two_files() -> None:
    """Duplicate ids are reported, even within one kind."""
    loaded = with_files(positions__x=position("p-x"), positions__y=position("p-x"))
    assert [p.code for p in check(loaded.dataset)] == ["repeated-part-id"]


def test_part_among_records_of_another_kind() -> None:
    """The message names where it belongs."""
    loaded = with_files(findings__x=position("p-x"), positions__y=RATING)
    problems = [(p.code, p.params["file"]) for p in loaded.problems]
    assert problems == [
        ("wrong-file", "data/positions.yml"),
        ("wrong-file", "data/assessments.yml"),
    ]


def test_commands_support_parts_in_files(project: Path) -> None:
    """`show` names the file, `fmt` formats it, and `check --format json` locates problems in it."""
    file = project / AT
    file.parent.mkdir()
    text = position("asked-2-p-x")
    file.write_text(
        text.replace("  speaker: home-office\n", "") + "  speaker: home-office\n", "utf-8"
    )
    assert run("fmt", "--check", project).exit_code == 1
    assert run("fmt", project).exit_code == 0
    assert file.read_text(encoding="utf-8") == text
    shown = run("show", "asked-2-p-x", "--project", project)
    assert f"{AT}:1\n" in shown.stdout
    assert "asked-2" in shown.stdout


def test_record_pages_link_to_each_file() -> None:
    """The page links to the files of the recommendation and of each part, with their lines."""
    loaded = with_files(positions__x=position("p-x"))
    assert loaded.record_lines["p-x"] == ("data/positions/x.yml", 1, 9)
    context = SiteContext(
        DatasetView(loaded.dataset, date(2026, 11, 24), loaded.record_lines), edit_branch="main"
    )
    html = render_record_page(
        context, "recommendations", get_recommendation(loaded, "asked-2")
    ).html
    assert "data/positions/x.yml, lines 1–9" in html
    assert "data/recommendations.yml, lines " in html
    assert '"p-x":["data/positions/x.yml",1,9]' in to_script_json(context, KINDS["position"])


def test_history_compares_the_joined_records(project: Path) -> None:
    """Moving a part to a separate file is not a change; rewriting it there is one."""
    before = load(read_files(EXAMPLE)).dataset
    moved = split_parts(load(read_files(EXAMPLE)))
    assert list(check_history(moved.dataset, earlier=before)) == []
    name = "data/assessments/asked-1-a1.yml"
    text = moved.files[name].replace(b"why: A register is open to some.", b"why: All is well.")
    rewritten = load(dict(moved.files) | {name: text})
    (problem,) = check_history(rewritten.dataset, earlier=before)
    assert problem.code == "rewritten-past"
    assert rewritten.locate(problem).file == name


def test_file_and_folder_are_read_together(project: Path) -> None:
    """`data/findings.yml` and `data/findings/` can exist together, as can `data/positions.yml`."""
    (project / "data/findings").mkdir()
    finding = (project / "data/findings.yml").read_text(encoding="utf-8")
    text = finding.replace("found-1", "found-2")
    (project / "data/findings/found-2.yml").write_text(text, encoding="utf-8")
    (project / "data/positions.yml").write_text(position("p-x"), encoding="utf-8")
    loaded = load(read_files(project))
    assert not loaded.problems
    assert [r.id for r in loaded.dataset.collections["findings"]] == ["found-1", "found-2"]
    assert [p.id for p in get_recommendation(loaded, "asked-2").positions] == ["p-x"]
    shutil.rmtree(project / "data/findings")
