"""Repeated `tracker import`: only changes of the export are written, and no edit is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.exports import HOUSES, ROWS, index, item, upr_info
from tests.importing import file_hashes, import_summary, imported, notes, records_file, run_import
from tracker.i18n import t
from tracker.model import Recommendation, hash_text
from tracker.records.loader import load, read_files


def test_second_import_changes_nothing(project: Path) -> None:
    """The same export changes no file."""
    damaged = upr_info(*ROWS, ROWS[0], "Arland,short")
    assert run_import(project, damaged).exit_code == 1
    before = file_hashes(project)
    summary = import_summary(project, damaged)
    assert file_hashes(project) == before
    assert (summary["new"], summary["updated"], summary["unchanged"]) == (0, 0, 4)
    assert run("fmt", project, "--check").exit_code == 0


def test_newer_export_keeps_edits(project: Path) -> None:
    """Changes of the export are written; fields, notes and comments of editors are kept."""
    run_import(project, index(item(12), item(13)))
    file = records_file(project, "arland-crc")
    text = file.read_text("utf-8")
    edited = text.replace("  title: ", "  # Look again.\n  title: Our own words # ", 1)
    edited = edited.replace("  rights: []\n", "  rights:\n  - right-home\n", 1)
    edited = edited.replace("- id: crc-c-arl-co-6-7-13", "  note: Seen.\n- id: crc-c-arl-co-6-7-13")
    file.write_text(edited, "utf-8")
    new = index(item(12, Themes=["Water"], Text="12. House all."), item(13))
    summary = import_summary(project, new)
    found = imported(project)
    record = found["crc-c-arl-co-6-7-12"]
    assert (record.title, record.note, record.rights) == ("Our own words", "Seen.", ("right-home",))
    assert record.official_text.text == "12. House all."
    assert record.imported
    assert record.imported.themes == ("Water",)
    assert "# Look again." in file.read_text("utf-8")
    assert (summary["updated"], summary["unchanged"]) == (1, 1)
    assert [p["detail"] for p in summary["notes"] if p["code"] == "edited"] == [
        "crc-c-arl-co-6-7-12: title",
        "crc-c-arl-co-6-7-12: rights",
    ]
    before = file_hashes(project)
    run_import(project, new)
    assert file_hashes(project) == before


def test_comments_around_records_are_kept(project: Path) -> None:
    """Comments above and below all records are kept."""
    run_import(project, upr_info(*ROWS[:3]))
    file = records_file(project)
    file.write_text(f"# Above.\n\n{file.read_text('utf-8')}# Below.\n", "utf-8")
    run_import(project, upr_info(ROWS[0].replace("Accepted", "Noted"), *ROWS[1:3]))
    text = file.read_text("utf-8")
    assert (text.count("# Above.\n"), text.count("# Below.\n")) == (1, 1)
    before = file_hashes(project)
    run_import(project, upr_info(ROWS[0].replace("Accepted", "Noted"), *ROWS[1:3]))
    assert file_hashes(project) == before


def test_position_of_an_editor_is_kept(project: Path) -> None:
    """The State's response follows the export; a position that an editor added is kept."""
    run_import(project, upr_info(ROWS[0]))
    file = records_file(project)
    own = (
        "  positions:\n  - id: own-1\n    speaker: foundation\n    mode: direct\n    when: 2014\n"
        "    says: It is late.\n    citations:\n    - source: observations\n      locator: whole\n"
    )
    file.write_text(file.read_text("utf-8").replace("  positions:\n", own), "utf-8")
    run_import(project, upr_info(ROWS[0].replace("Accepted", "Noted")))
    (record,) = imported(project).values()
    assert [p.says for p in record.positions] == ["It is late.", t("import.response.noted")]


def test_assessed_record_stays_assessed(project: Path) -> None:
    """A record with an assessment no longer counts as imported only."""
    run_import(project, upr_info(ROWS[0]))
    own = load(read_files(project)).dataset.of(Recommendation)
    rating = next(r.assessments[0] for r in own if r.assessments)
    (record,) = (r for r in own if r.imported)
    assert record.unassessed_import
    assert not record.model_copy(update={"assessments": (rating,)}).unassessed_import


def test_removed_row_is_reported(project: Path) -> None:
    """A row missing from a session of the export is noted; its record is kept."""
    run_import(project, upr_info(*ROWS))
    summary = import_summary(project, upr_info(*ROWS[1:3]))
    gone = f"upr-16-arland-borland-{hash_text(HOUSES)[:8]}"
    assert [(p["code"], p["detail"]) for p in summary["notes"]] == [("vanished", gone)]
    assert len(imported(project)) == 4


def test_truncated_export_reports_no_removed_rows(project: Path) -> None:
    """Missing rows may be in the part that was not read; the others are imported."""
    run_import(project, index(item(12), item(13)))
    summary = import_summary(project, index(item(12), item(13))[:-300])
    assert notes(summary) == [("cut-off", 2, "")]
    assert len(imported(project)) == 2


def test_id_is_kept_when_its_paragraph_is_shared(project: Path) -> None:
    """Two texts in one paragraph are two records; the older one keeps its id."""
    run_import(project, index(item(12)))
    other = item(1, Text="12. And boats.")
    run_import(project, index(other, item(12)))
    found = imported(project)
    assert found["crc-c-arl-co-6-7-12"].imported.row == item(12)["AnnotationId"]  # type: ignore[union-attr]
    assert f"crc-c-arl-co-6-7-12-{hash_text('12. And boats.')[:8]}" in found


def test_file_with_an_error_is_not_changed(project: Path) -> None:
    """A file that cannot be read is reported with its line, and not overwritten."""
    run_import(project, upr_info(*ROWS))
    file = records_file(project)
    file.write_text(file.read_text("utf-8") + "  title: a: b\n", "utf-8")
    before = file.read_bytes()
    result = run_import(project, upr_info(ROWS[0].replace("Accepted", "Noted")))
    assert result.exit_code == 1
    assert f"{file}:" in result.output
    assert "[repeated-key]" in result.output
    assert file.read_bytes() == before


def test_damaged_state_is_replaced(project: Path) -> None:
    """A truncated state of the last import counts as missing."""
    rows = [row.replace("Dorland", "Dórland") for row in ROWS]
    run_import(project, upr_info(*rows))
    before = file_hashes(project)
    for kept in (project / "data" / "imported" / ".import").rglob("*.json"):
        data = kept.read_bytes()
        kept.write_bytes(data[: max(1, data.find("ó".encode()) + 1)])
    assert import_summary(project, upr_info(*rows))["unchanged"] == len(ROWS)
    assert file_hashes(project) == before


SAME = item(77, Text="12.  House the newcomers & settlers. (a)\u00a0Soon; ")
TWICE = {
    "one text under two ids": (item(12), SAME),
    "one id for two texts": (item(12), item(12, Text="12. And boats.")),
    "one id for two texts, one under two": (
        item(12),
        item(13, Text="Boats."),
        item(12, Text="Boats."),
    ),
    "two texts in a paragraph": (item(12), item(13, Text="12. And boats.")),
}


@pytest.mark.parametrize("items", TWICE.values(), ids=TWICE)
def test_rows_with_shared_keys_again(project: Path, items: tuple[Any, ...]) -> None:
    """Rows with one paragraph, text or id become the same records each time, in either order."""
    run_import(project, index(*items))
    texts = {name: record.official_text.text for name, record in imported(project).items()}
    before = file_hashes(project)
    summary = import_summary(project, index(*items))
    assert file_hashes(project) == before
    assert (summary["new"], summary["updated"]) == (0, 0)
    run_import(project, index(*reversed(items)))
    assert {n: r.official_text.text for n, r in imported(project).items()} == texts
    shutil.rmtree(project / "data" / "imported")
    run_import(project, index(*reversed(items)))
    assert {n: r.official_text.text for n, r in imported(project).items()} == texts


def test_paragraph_of_several_states(project: Path) -> None:
    """A paragraph addressed to two States is two records, in one export or in two."""
    rows = item(12), item(13, Text="12. And boats.", Countries=["Borland"])
    for row in (*rows, *rows):
        run_import(project, index(row))
    alone = imported(project)
    assert sorted(alone) == ["crc-c-arl-co-6-7-12", "crc-c-arl-co-6-7-12-borland-crc"]
    assert import_summary(project, index(*rows))["unchanged"] == 2
    assert imported(project).keys() == alone.keys()
    shutil.rmtree(project / "data" / "imported")
    run_import(project, index(*rows))
    assert len(imported(project)) == 2


def test_record_is_kept_when_its_row_has_other_states(project: Path) -> None:
    """A row that is now addressed to more States remains the same record."""
    run_import(project, index(item()))
    assert import_summary(project, index(item(Countries=["Arland", "Borland"])))["updated"] == 1
    (record,) = imported(project).values()
    assert record.id == "crc-c-arl-co-6-7-12"
    assert record.imported
    assert record.imported.addressed == ("Arland", "Borland")
