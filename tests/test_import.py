"""`tracker import`: other databases' rows become sound records, again and again the same ones."""

import csv
import hashlib
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import change, run
from tests.exports import HOUSES, ROWS, SCHOOLS, index, item, upr_info
from tracker.importing import json_rows
from tracker.importing.characters import cleaned
from tracker.importing.csv_rows import read_csv
from tracker.load import load, read_files
from tracker.model import Recommendation, Source, Term, text_hash
from tracker.publishing import cards, dues, published
from tracker.render import Book, record_page
from tracker.render.registers import register
from tracker.search import record_found
from tracker.words import say


def bring(project: Path, data: bytes, *options: str) -> Result:
    """What the import of an export prints and ends with."""
    file = project / "export"
    file.write_bytes(data)
    return run("import", file, project, *options)


def told(project: Path, data: bytes, *options: str) -> dict[str, Any]:
    """The summary of an import."""
    found: dict[str, Any] = json.loads(bring(project, data, "--json", *options).stdout)
    return found


def whats(summary: dict[str, Any]) -> list[tuple[str, int]]:
    return [(place["what"], place["line"]) for place in summary["told"]]


def imported(project: Path) -> dict[str, Recommendation]:
    """The imported records, by id; the whole project must be sound."""
    checked = run("check", project)
    assert checked.exit_code == 0, checked.output
    found = load(read_files(project)).dataset.of(Recommendation)
    return {record.id: record for record in found if record.imported}


def state(project: Path) -> dict[str, str]:
    """Every file of the import with its hash."""
    folder = project / "data" / "imported"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def records_file(project: Path, name: str = "arland-upr") -> Path:
    return project / "data" / "imported" / "recommendations" / f"{name}.yml"


# What becomes of a row


def test_row_of_upr_info(project: Path) -> None:
    """Who asked whom, when and what, the wording with its source, and the State's own answer."""
    assert bring(project, upr_info(*ROWS)).exit_code == 0
    found = imported(project)
    record = found[f"upr-16-arland-borland-{text_hash(HOUSES)[:8]}"]
    assert record.official_text.text == HOUSES
    assert record.official_text.citations[0].source == record.document
    assert record.made_on
    assert record.made_on.text == "2013"
    row = record.imported
    assert row
    assert (row.addressed, row.recommending, row.session) == (("Arland",), ("Borland",), "16")
    assert row.themes == ("Newcomers", "Right to housing")
    assert (row.response, row.text_sha256) == ("supported", text_hash(HOUSES))
    assert (row.status, row.reason) == ("insufficient-information", "not-assessed")
    assert [p.says for p in record.positions] == [say("import.response.supported")]
    assert record.assessments == ()
    assert len(found) == 4


def test_row_of_the_index(project: Path) -> None:
    """Symbol and paragraph make the id; markup goes, what it marked stays."""
    assert bring(project, index(item(), item(13, Text="24 (a) Teach."))).exit_code == 0
    found = imported(project)
    assert sorted(found) == ["crc-c-arl-co-6-7-12", "crc-c-arl-co-6-7-24-a"]
    record = found["crc-c-arl-co-6-7-12"]
    assert record.official_text.text == "12. House the newcomers & settlers. (a) Soon;"
    assert record.title == "“House the newcomers & settlers. (a) Soon;”"
    assert (record.paragraph, str(record.made_on)) == ("paragraph 12", "2025-02-12")
    assert record.imported
    assert record.imported.row == item()["AnnotationId"]
    document = load(read_files(project)).dataset.find(record.document)
    assert isinstance(document, Source)
    assert document.symbol == "CRC/C/ARL/CO/6-7"


def test_review_in_the_index(project: Path) -> None:
    """What States asked each other has their names, and the answer as position."""
    review = item(
        Body="- UPR",
        Symbol="A/HRC/24/13",
        Text="109.12 Ratify it (Borland);",
        UprSession="Session 16",
        UprCycle="Cycle 2",
        UprPositions=["- Noted"],
        UprRecommendingCountry=["Borland"],
    )
    bring(project, index(review))
    record = imported(project)["a-hrc-24-13-109-12"]
    row = record.imported
    assert row
    assert (row.recommending, row.session, row.cycle) == (("Borland",), "16", "2")
    assert row.response == "noted"
    assert [p.mode for p in record.positions] == ["reported"]


def test_labels_find_words_of_the_vocabulary(project: Path) -> None:
    """Groups, rights, mechanisms and States are those that list a label as theirs."""
    for old, labels in (
        ("  kind: group\n", "  labels:\n  - newcomers!\n  kind: group\n"),
        ("  kind: right\n", "  kind: right\n  labels:\n  - Right to housing\n"),
        ("  kind: authority\n", "  kind: authority\n  labels:\n  - ARLAND\n"),
        ("  kind: mechanism\n", "  kind: mechanism\n  labels:\n  - CRC\n"),
    ):
        change(project, "vocabulary.yml", old, labels)
    bring(project, index(item()))
    record = imported(project)["crc-c-arl-co-6-7-12"]
    assert (record.made_by, record.rights, record.groups) == (
        "committee",
        ("right-home",),
        ("newcomers",),
    )
    bring(project, upr_info(*ROWS))
    speakers = {p.speaker for r in imported(project).values() for p in r.positions}
    assert speakers == {"home-office", "imported-dorland"}


def test_word_that_is_needed_no_more_goes(project: Path) -> None:
    """A made word goes when the vocabulary has it, and its records name the right one."""
    bring(project, index(item()))
    assert imported(project)["crc-c-arl-co-6-7-12"].made_by == "imported-crc"
    change(project, "vocabulary.yml", "  kind: mechanism\n", "  kind: mechanism\n  labels: [CRC]\n")
    bring(project, index(item()))
    assert imported(project)["crc-c-arl-co-6-7-12"].made_by == "committee"
    assert load(read_files(project)).dataset.find("imported-crc") is None


def test_source_of_the_project_is_used(project: Path) -> None:
    """A document that the project has by its symbol is not made a second time."""
    symbol = "E/C.12/EXA/CO/1"
    bring(project, index(item(Symbol=symbol)))
    assert imported(project)["e-c-12-exa-co-1-12"].document == "observations"


def test_record_of_the_project_is_not_doubled(project: Path) -> None:
    """A row whose record the project has itself leaves it alone."""
    bring(project, index(item()))
    for name, made in (
        ("recommendations", "recommendations/arland-crc"),
        ("sources", "sources/uhri"),
        ("sources", "sources/crc"),
        ("vocabulary", "vocabulary"),
    ):
        own = project / "data" / f"{name}.yml"
        more = (project / "data" / "imported" / f"{made}.yml").read_text("utf-8")
        own.write_text(own.read_text("utf-8") + more, "utf-8")
    for path in sorted((project / "data" / "imported").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    summary = told(project, index(item()))
    assert (summary["known"], summary["new"]) == (1, 0)
    assert len(imported(project)) == 1


# Again, and newer


def test_second_import_changes_nothing(project: Path) -> None:
    """The same export leaves every file as it is."""
    damaged = upr_info(*ROWS, ROWS[0], "Arland,short")
    assert bring(project, damaged).exit_code == 1
    before = state(project)
    summary = told(project, damaged)
    assert state(project) == before
    assert (summary["new"], summary["updated"], summary["same"]) == (0, 0, 4)
    assert run("fmt", project, "--check").exit_code == 0


def test_newer_export_updates_and_keeps_what_editors_wrote(project: Path) -> None:
    """What changed there changes here; a field, a note or a comment of an editor stays."""
    bring(project, index(item(12), item(13)))
    file = records_file(project, "arland-crc")
    text = file.read_text("utf-8")
    edited = text.replace("  title: ", "  # Look again.\n  title: Our own words # ", 1)
    edited = edited.replace("  rights: []\n", "  rights:\n  - right-home\n", 1)
    edited = edited.replace("- id: crc-c-arl-co-6-7-13", "  note: Seen.\n- id: crc-c-arl-co-6-7-13")
    file.write_text(edited, "utf-8")
    new = index(item(12, Themes=["Water"], Text="12. House all."), item(13))
    summary = told(project, new)
    found = imported(project)
    record = found["crc-c-arl-co-6-7-12"]
    assert (record.title, record.note, record.rights) == ("Our own words", "Seen.", ("right-home",))
    assert record.official_text.text == "12. House all."
    assert record.imported
    assert record.imported.themes == ("Water",)
    assert "# Look again." in file.read_text("utf-8")
    assert (summary["updated"], summary["same"]) == (1, 1)
    assert [p["of"] for p in summary["told"] if p["what"] == "edited"] == [
        "crc-c-arl-co-6-7-12: title",
        "crc-c-arl-co-6-7-12: rights",
    ]
    before = state(project)
    bring(project, new)
    assert state(project) == before


def test_position_of_an_editor_stays(project: Path) -> None:
    """The State's answer follows the export; another speaker's position beside it stays."""
    bring(project, upr_info(ROWS[0]))
    file = records_file(project)
    own = (
        "  positions:\n  - id: own-1\n    speaker: foundation\n    mode: direct\n    when: 2014\n"
        "    says: It is late.\n    citations:\n    - source: observations\n      locator: whole\n"
    )
    file.write_text(file.read_text("utf-8").replace("  positions:\n", own), "utf-8")
    bring(project, upr_info(ROWS[0].replace("Accepted", "Noted")))
    (record,) = imported(project).values()
    assert [p.says for p in record.positions] == ["It is late.", say("import.response.noted")]


def test_assessed_record_stays_assessed(project: Path) -> None:
    """Once somebody has assessed a record, it is no longer told as imported only."""
    bring(project, upr_info(ROWS[0]))
    own = load(read_files(project)).dataset.of(Recommendation)
    rating = next(r.assessments[0] for r in own if r.assessments)
    (record,) = (r for r in own if r.imported)
    assert record.unassessed_import
    assert not record.model_copy(update={"assessments": (rating,)}).unassessed_import


def test_vanished_row_is_told_and_stays(project: Path) -> None:
    """What a newer export of a session lacks is told; what it does not cover is not."""
    bring(project, upr_info(*ROWS))
    summary = told(project, upr_info(*ROWS[1:3]))
    gone = f"upr-16-arland-borland-{text_hash(HOUSES)[:8]}"
    assert [(p["what"], p["of"]) for p in summary["told"]] == [("vanished", gone)]
    assert len(imported(project)) == 4


def test_cut_off_export_tells_of_nothing_vanished(project: Path) -> None:
    """Of what was not read nobody knows whether it vanished; what was read is taken."""
    bring(project, index(item(12), item(13)))
    summary = told(project, index(item(12), item(13))[:-300])
    assert {"damaged", "cut-off"} <= {what for what, _ in whats(summary)}
    assert "vanished" not in {what for what, _ in whats(summary)}
    assert len(imported(project)) == 2


def test_id_stays_when_its_paragraph_is_shared(project: Path) -> None:
    """Two texts in one paragraph are two records; the one that was there keeps its id."""
    bring(project, index(item(12)))
    other = item(1, Text="12. And boats.")
    bring(project, index(other, item(12)))
    found = imported(project)
    assert found["crc-c-arl-co-6-7-12"].imported.row == item(12)["AnnotationId"]  # type: ignore[union-attr]
    assert f"crc-c-arl-co-6-7-12-{text_hash('12. And boats.')[:8]}" in found


def test_file_of_an_editor_with_a_mistake_is_left_alone(project: Path) -> None:
    """A file that cannot be read is told with its line, and not written over."""
    bring(project, upr_info(*ROWS))
    file = records_file(project)
    file.write_text(file.read_text("utf-8") + "  title: a: b\n", "utf-8")
    before = file.read_bytes()
    result = bring(project, upr_info(ROWS[0].replace("Accepted", "Noted")))
    assert result.exit_code == 1
    assert f"{file}:" in result.output
    assert "[repeated-key]" in result.output
    assert file.read_bytes() == before


# Filters


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (("--state", "arland"), 3),
        (("--state", "Arland", "--state", "Dorland"), 4),
        (("--group", "newcomers"), 2),
        (("--group", "Schools"), 1),
        (("--right", "Right to housing"), 1),
        (("--mechanism", "UPR"), 4),
        (("--mechanism", "crc"), 0),
        (("--since", "2013"), 3),
        (("--since", "2013", "--group", "newcomers"), 1),
    ],
)
def test_filters(project: Path, options: tuple[str, ...], number: int) -> None:
    """Only the rows that were asked for; the others are counted."""
    summary = told(project, upr_info(*ROWS), *options)
    assert (summary["new"], summary["left_out"]) == (number, 4 - number)
    assert len(imported(project)) == number


def test_filtered_rows_have_not_vanished(project: Path) -> None:
    """A record that a filter leaves out this time is not told as gone."""
    bring(project, upr_info(*ROWS))
    assert told(project, upr_info(*ROWS), "--group", "Schools")["told"] == []


# Damage


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le"]
)
def test_encodings(project: Path, encoding: str) -> None:
    """Letters come out whatever the encoding; one without a mark can be named."""
    texts = ("Protéger les réfugiés et l’État", "vis-à-vis de la Déclaration n° 5", "Más niños")
    rows = [f"Arland,,,{text},Séland,,,Accepted,5,Développement,16" for text in texts]
    data = upr_info(*rows).decode().encode(encoding)
    bring(project, data, *(("--encoding", encoding) if encoding == "utf-16-le" else ()))
    found = imported(project).values()
    assert {r.official_text.text for r in found} == set(texts)
    assert {r.imported.recommending for r in found if r.imported} == {("Séland",)}


DAMAGED = {
    "quotes inside": ('Arland,,,"say "yes" to boats",B,,,Accepted,5,T,16', "quotes", 2),
    "open quote": ('Arland,,"AA, BB","say yes,B,,"EU, OEI",Accepted,5,T,16', "open-quote", 2),
    "broken line": ("Arland,,,say\nyes,B,,,Accepted,5,T,16", "break", 2),
    "ends early": ("Arland,,,say yes,B", "too-short", 2),
    "too many cells": ("Arland,,,say, yes, now,B,,,Accepted,5,T,16", "too-long", 2),
    "shifted": ("Arland,,,say yes,B,,Accepted,5,T,16,", "no-session", 2),
    "no text": ("Arland,,,- ?,B,,,Accepted,5,T,16", "no-text", 2),
    "no state": (",,,say yes,B,,,Accepted,5,T,16", "no-state", 2),
    "mojibake": ("Arland,,,â€œSayâ€\x9d cafÃ©,B,,,Accepted,5,T,16", "mojibake", 2),
    "lost": ("Arland,,,caf\ufffd,B,,,Accepted,5,T,16", "lost", 2),
    "invisible": ("Arland,,,say\u200byes,B,,,Accepted,5,T,16", "invisible", 2),
    "odd answer": ("Arland,,,say yes,B,,,Perhaps,5,T,16", "unknown-response", 2),
    "doubled": (f"{ROWS[0]}\n{ROWS[0]}", "double", 3),
    "differs": (f"{ROWS[0]}\n{ROWS[0].replace('Accepted', 'Noted')}", "double-differs", 3),
}


@pytest.mark.parametrize(("rows", "what", "line"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_rows(project: Path, rows: str, what: str, line: int) -> None:
    """Each is mended or has no place, and is told with its line; the row behind it is whole."""
    behind = f"Arland,,,{HOUSES} soon,B,,,Accepted,5,T,16"
    summary = told(project, upr_info(rows, behind))
    assert whats(summary) == [(what, line)]
    texts = {r.official_text.text for r in imported(project).values()}
    assert f"{HOUSES} soon" in texts
    report = (project / "data" / "imported" / "report.txt").read_text("utf-8")
    assert say(f"import.told.{what}") in report


def test_texts_of_damaged_rows() -> None:
    """What is mended says what it said."""
    rows = [text for text, what, _ in DAMAGED.values() if what in ("quotes", "open-quote", "break")]
    found = list(read_csv(io.StringIO(upr_info(*rows).decode())))
    texts = [row.cells[3] for row in found[1:]]
    assert texts == ['say "yes" to boats', "say yes", "say yes"]
    assert cleaned("â€œSayâ€\x9d cafÃ© A&amp;B <b>x</b>")[0] == "“Say” café A&B x"


JSON_DAMAGED = {
    "cut off": (index(item(), item(13))[:-200], ["damaged", "cut-off"], 1),
    "trailing comma": (index(item())[:-2] + b",]", ["comma"], 1),
    "missing comma": (index(item(), item(13)).replace(b"},\n", b"}\n"), ["comma"], 2),
    "NaN": (index(item()).replace(b"null", b"NaN"), ["not-a-number"], 1),
    "broken object": (index(item(), item(13), item(14)).replace(b'":', b'"', 1), ["damaged"], 2),
    "no object": (b"[1, " + index(item())[1:], ["not-an-object"], 1),
    "more behind": (index(item()) + b"[]", ["after"], 1),
    "deep": (b"[" * 100_000 + b"]", ["damaged", "cut-off"], 0),
}


@pytest.mark.parametrize(("data", "expected", "number"), JSON_DAMAGED.values(), ids=JSON_DAMAGED)
def test_damaged_json(project: Path, data: bytes, expected: list[str], number: int) -> None:
    """Damage is told with its line, and all other objects are taken."""
    summary = told(project, data)
    assert [what for what, _ in whats(summary)] == expected
    assert all(line for _, line in whats(summary))
    assert len(imported(project)) == number


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b' {"value": []}', "no list of objects"),
        (b"name,colour\na,b\n", "name, colour"),
        (b"\x00\x01\x02", "no columns"),
        (b"%PDF-1.7", "no columns"),
    ],
)
def test_file_that_is_no_export(project: Path, data: bytes, words: str) -> None:
    """It says what it found instead, and writes nothing."""
    result = bring(project, data)
    assert result.exit_code == 2
    assert words in result.output
    assert not (project / "data" / "imported").exists()


def test_odd_values_of_the_index(project: Path) -> None:
    """Fields that are missing, null, or no list stop nothing."""
    odd = [
        {"AnnotationType": "- Recommendations"},
        item(13, Countries="Arland", Themes=None, Symbol=None, Body="- SR Water", Text="Water."),
        item(14, AnnotationType="- Concerns/Observations"),
        item(15, Text=7, Countries=[None, "Arland"], PublicationDate="soon", Body=["- CRC"]),
        item(16, Text="16. \ud800 Say", Countries=["Arland", "Borland"]),
    ]
    summary = told(project, index(*odd))
    assert summary["other_kinds"] == {"Concerns/Observations": 1}
    assert [what for what, _ in whats(summary)] == ["no-text", "no-text", "lost"]
    found = imported(project)
    assert {r.official_text.text for r in found.values()} == {"Water.", "16. ? Say"}
    assert {r.imported.addressed for r in found.values() if r.imported} == {
        ("Arland",),
        ("Arland", "Borland"),
    }


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]),
                                 max_size=12), min_size=3, max_size=3), max_size=5))  # fmt: skip
@settings(max_examples=60)
def test_sound_csv_is_read_as_it_is(rows: list[list[str]]) -> None:
    """What a CSV writer wrote is read back, whatever the cells hold."""
    rows = [["kept", *(" ".join(cell.split()) for cell in row)] for row in rows]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["a", "b", "c", "d"], *rows])
    found = list(read_csv(io.StringIO(out.getvalue())))
    assert [row.cells for row in found[1:]] == rows
    assert all(row.mended == "" for row in found)


@given(st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=9), max_size=3)))
@settings(max_examples=60)
def test_sound_json_is_read_in_pieces(items: list[dict[str, str]]) -> None:
    """However small the pieces in which a stream comes, its objects are the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "_PIECE", 3)
        text = json.dumps(items, ensure_ascii=False, indent=1)
        found = list(json_rows.read_json(io.StringIO(text)))
    assert [one.value for one in found] == items
    assert [one.fault for one in found] == [""] * len(items)


# What readers see


@pytest.fixture
def book(project: Path) -> Book:
    bring(project, upr_info(*ROWS[:2]))
    return Book(
        load(read_files(project)).dataset, date(2026, 11, 24), site_url="https://x.example/"
    )


def test_page_says_what_an_imported_record_is(book: Book) -> None:
    """The page has the wording, where it is from, the State's answer, and that nobody assessed."""
    record = next(r for r in book.recommendations if r.imported and r.imported.response == "noted")
    html = record_page(book, "recommendations", record).html
    for text in (
        say("imported.not-assessed"),
        "Open schools, also &#34;evening schools&#34;",
        say("import.response.noted"),
        say("label.text_sha256"),
    ):
        assert text in html
    assert SCHOOLS


def test_imported_come_last_and_apart(book: Book) -> None:
    """In the register they stand behind the others, under a filter of their own."""
    found = register(book, say, "recommendations")
    assert [r.unassessed_import for r in found.records] == sorted(
        r.unassessed_import for r in found.records
    )
    status = next(f for f in found.facets if f.name == "status")
    assert {c.id: c.count for c in status.choices}["imported"] == 2
    hit, other = (
        record_found(book, "recommendations", found.records[at], address="") for at in (-1, 0)
    )
    assert hit.status == say("status.imported")
    assert hit.weight < other.weight


def test_imported_are_in_no_card_feed_or_calendar(book: Book) -> None:
    """They have a page and a register row, nothing that is sent round."""
    ids = [r.id for r in book.recommendations if r.imported]
    files = {file.path: file.make() for file in published(book)}
    sent = [data.decode() for name, data in files.items() if name.endswith((".atom", ".ics"))]
    assert not any(record in text for record in ids for text in sent)
    assert not any(record in name for record in ids for name in cards(book, about=""))
    assert not any(record in due.key for record in ids for due in dues(book))


def test_made_words_are_in_the_vocabulary(book: Book) -> None:
    """Who asked and who answered have a page, with the name that the database gives them."""
    names = {term.title for term in book.data.of(Term) if term.id.startswith("imported-")}
    assert {"Arland", "UPR", "UPR Info"} <= names


# Where it stops


def test_no_project_no_import(tmp_path: Path) -> None:
    """Without a project there is nowhere to put records."""
    assert bring(tmp_path, upr_info(*ROWS)).exit_code == 2


def test_link_out_of_the_project_is_refused(project: Path, tmp_path: Path) -> None:
    """An import never writes through a link that leads elsewhere."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (project / "data" / "imported").symlink_to(outside)
    assert bring(project, upr_info(*ROWS)).exit_code == 2
    assert list(outside.iterdir()) == []
