"""Damaged exports: every row has a record or a note with its row and column, and none is lost."""

import csv
import gzip
import io
import json
import os
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import run
from tests.exports import HEADER, ROWS, index, item, upr_info
from tests.importing import import_summary, imported, notes, run_import
from tracker.importers.encoding import UnknownEncodingError, clean_text, open_text
from tracker.importers.rows import ExportRow, ImportNote, NotAnExportError, ParsedItem
from tracker.importers.uhri import read_uhri
from tracker.importers.upr_info import DELIMITERS, read_upr_info


def read_csv(data: bytes, encoding: str = "") -> list[ParsedItem]:
    text, _ = open_text(io.BytesIO(data), encoding=encoding)
    return list(read_upr_info(text))


def texts_of(items: list[ParsedItem]) -> list[str]:
    return [row.text for row in items if isinstance(row, ExportRow)]


def notes_of(items: list[ParsedItem]) -> list[tuple[str, int, str]]:
    """Return the code, row and column of each note."""
    return [note[:3] for note in items if isinstance(note, ImportNote)]


# Encodings


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_encodings(encoding: str) -> None:
    """Text is decoded in any encoding, with and without a byte order mark."""
    texts = ["Protéger les réfugiés et l’État", "vis-à-vis de la Déclaration n° 5", "Más niños"]
    rows = [f"Arland,,,{text},Séland,,,Accepted,5,Développement,16" for text in texts]
    items = read_csv(upr_info(*rows).decode().encode(encoding))
    assert texts_of(items) == texts
    assert {row.recommending for row in items if isinstance(row, ExportRow)} == {("Séland",)}


def test_guess_does_not_copy_the_file() -> None:
    """The guess does not copy the rest of the file for each letter: 16 MB took minutes."""
    data = "café ".encode("cp1252") * 20_000
    tracemalloc.start()
    encoding = open_text(io.BytesIO(data))[1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert encoding == "cp1252"
    assert peak < len(data) / 2


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "обеспечить доступ беженцев"),
        ("koi8_r", "обеспечить доступ беженцев"),
        ("cp1253", "πρόσβαση των προσφύγων"),
        ("cp1256", "حصول اللاجئين"),
        ("gb18030", "采取措施确保难民"),
    ],
)
def test_other_scripts_need_a_named_encoding(encoding: str, text: str) -> None:
    """Words in another script are not decoded as Latin."""
    data = upr_info(f"Arland,,,{text},Borland,,,Accepted,5,T,16").decode().encode(encoding)
    with pytest.raises(UnknownEncodingError):
        read_csv(data)
    assert texts_of(read_csv(data, encoding)) == [text]


def test_one_damaged_letter_of_another_script(project: Path) -> None:
    """A UTF-8 letter that is cut off, in a row or at the end, is no sign of a Latin encoding."""
    row = "Arland,,,{} доступ беженцев,Borland,,,Accepted,5,T,16"
    data = upr_info(row.format("обеспечить"), row.format("расширить"))
    summary = import_summary(project, data.replace("рас".encode(), "рас".encode()[:-1]))
    assert (summary["encoding"], notes(summary)) == ("utf-8", [("lost-characters", 3, "Text")])
    assert open_text(io.BytesIO(upr_info(ROWS[0]) + "я".encode()[:1]))[1] == "utf-8"


def test_wrong_encoding(project: Path) -> None:
    """An encoding that cannot be right, or that is unknown, is refused; a guess is mentioned."""
    for encoding, words in (("utf-16", "cannot be read as utf-16"), ("utf-7.5", "unknown")):
        result = run_import(project, upr_info(*ROWS), "--encoding", encoding)
        assert (result.exit_code, words in result.output) == (2, True)
        assert not (project / "data" / "imported").exists()
    row = "Arland,,,Protéger les réfugiés,B,,,Accepted,5,T,16"
    assert "--encoding" in run_import(project, upr_info(row).decode().encode("cp1252")).output


# CSV

# The rows, and the notes: code, row counted from the first of these, column.
DAMAGED = {
    "quotes not doubled": ('A,,,"say "yes" now",B,,,Noted,5,T,16', [("damaged-row", 0, "")]),
    "quotes escaped": (r'A,,,"say \"yes\"",B,,,Noted,5,T,16', [("damaged-row", 0, "")]),
    "quote not closed": ('A,,"AA","yes,B,,"EU, OEI",Noted,5,T,16', [("damaged-row", 0, "")]),
    "quote closed in the next row": (
        'A,,,"say yes,B,,,Noted,5,T,16\nA,,,kept one",B,,,Noted,5,T,16',
        [("damaged-row", 0, "")],
    ),
    "quote closed two rows later": (
        'A,,,"yes,B,,,Noted,5,T,16\nA,,,kept two,B,,,Noted,5,T,16\nA,,,kept",B,,,Noted,5,T,16',
        [("damaged-row", 0, "")],
    ),
    "very long": (f"A,,,{'say ' * 40_000},B,,,Noted,5,T,16", [("damaged-row", 0, "")]),
    "broken line": (
        "A,,,say\nyes,B,,,Noted,5,T,16",
        [("column-count", 0, ""), ("column-count", 1, "")],
    ),
    "ends early": ("A,,,say yes,B", [("column-count", 0, "")]),
    "too many cells": ("A,,,say, yes, now,B,,,Noted,5,T,16", [("column-count", 0, "")]),
    "zeros": (bytes(99).decode(), [("column-count", 0, "")]),
    "shifted": ("A,,,say yes,B,,Noted,5,T,16,", [("no-session", 0, "Session")]),
    "no session": ("A,,,say yes,B,,,Noted,5,T,0", [("no-session", 0, "Session")]),
    "no text": ("A,,,- ?,B,,,Noted,5,T,16", [("no-text", 0, "")]),
    "no State": (",,,say yes,B,,,Noted,5,T,16", [("no-state", 0, "")]),
    "no name of a State": ("--,,,say yes,B,,,Noted,5,T,16", [("no-state", 0, "")]),
    "phone": ("A,,,Call +994 12 555 01 02,B,,,Noted,5,T,16", [("personal-data", 0, "")]),
    "heading again": (HEADER, [("repeated-heading", 0, "")]),
    "zeros in a State": (
        "\0\0A,,,zeros,B,,,Noted,5,T,16",
        [("invisible-characters", 0, "To")],
    ),
    "lost letter": ("C\ufffdte,,,kept,B,,,Noted,5,T,16", [("lost-characters", 0, "To")]),
    "mojibake": ("A,,,kept â€œSayâ€\x9d,B,,,Noted,5,T,16", [("mojibake", 0, "Text")]),
    "invisible": ("A,,,kept\u200byes,B,,,Noted,5,T,16", [("invisible-characters", 0, "Text")]),
    "unknown answer": ("A,,,kept,B,,,Perhaps,5,T,15", [("unknown-response", 0, "")]),
    "empty": (",,,,,,,,,,\n\n", []),
    "duplicate": (
        "A,,,kept,B,,,Perhaps,5,T,15",
        [("unknown-response", 0, ""), ("duplicate", 0, "")],
    ),
    "differs": ("A,,,kept,B,,,Noted,5,T,15", [("duplicate-differs", 0, "")]),
    "quote never closed": ('A,,,"say yes,B,,,Noted,5,T,16', [("damaged-row", 0, "")]),
}


def test_damaged_rows(project: Path) -> None:
    """One file with all of them: each is noted with its row, and the row after it is read."""
    rows, expected = [], []
    number = 2
    for at, (row, found) in enumerate(DAMAGED.values()):
        expected += [(code, number + offset, column) for code, offset, column in found]
        rows += [row, f"Next,,,Row after {at},B,,,Noted,5,T,16"]
        number += row.count("\n") + 2
    data = upr_info(*rows)
    summary = import_summary(project, data)
    assert sorted(notes(summary)) == sorted(expected)
    counted = ("new", "updated", "unchanged", "duplicate", "own", "filtered_out", "unplaced")
    assert summary["read"] == sum(summary[name] for name in counted)
    texts = {record.official_text.text for record in imported(project).values()}
    assert {f"Row after {at}" for at in range(len(DAMAGED))} <= texts
    assert {'kept one"', "kept two", "kept “Say”", "keptyes"} <= texts
    result = run_import(project, upr_info(ROWS[0], "Arland,short"))
    assert result.exit_code == 1
    assert "export, row 3: expected 11 columns, got 2: Arland | short" in result.output


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_delimiters(delimiter: str) -> None:
    """The rows are the same with each delimiter."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(upr_info(*ROWS).decode()))
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert read_csv(out.getvalue().encode()) == read_csv(upr_info(*ROWS))


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]),
                                 max_size=12), min_size=2, max_size=2), max_size=5))  # fmt: skip
@settings(max_examples=settings().max_examples // 2)
def test_valid_csv_is_read_in_full(rows: list[list[str]]) -> None:
    """Rows from a CSV writer are read back, whatever the cells contain."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["To", "Text"], *rows])
    items = list(read_upr_info(io.StringIO(out.getvalue())))
    full = [row for row in rows if any(cell.strip() for cell in row) and row[0].casefold() != "to"]
    assert texts_of(items) == [clean_text(text)[0] for _, text in full]


def test_repeated_columns() -> None:
    """In each row the first column that is not empty counts, and the heading is noted."""
    header = "To,Text,From,Response,Session,Text,Issue,Themes"
    rows = "Arland,,B,,16,House all,,Water", "Arland,Feed all,B,,16,Not this,Food,Not this"
    items = read_csv(upr_info(*rows, header=header))
    assert notes_of(items) == [("repeated-column", 1, "Text"), ("repeated-column", 1, "Issue")]
    assert [(row.text, row.themes) for row in items if isinstance(row, ExportRow)] == [
        ("House all", ("Water",)),
        ("Feed all", ("Food",)),
    ]


def test_missing_column() -> None:
    """A column that is missing may have another name: the unused ones are listed."""
    header = "To,Text,From,Level of acceptance,Issue,Session"
    items = read_csv(upr_info("Arland,House all,B,Accepted,Food,16", header=header))
    assert items[0] == ImportNote("missing-column", 1, "Response", "Level of acceptance")


@pytest.mark.parametrize("before", ["UPR Info, 3 March 2025\n\n", "sep=,\n"])
def test_lines_before_the_heading(before: str) -> None:
    """Lines before the heading are noted, and the rows after it are read."""
    items = read_csv(before.encode() + upr_info(ROWS[0]))
    assert notes_of(items) == [("before-heading", 1, "")]
    assert len(texts_of(items)) == 1


def test_names_and_sessions_of_other_exports() -> None:
    """Columns have other names and another order; sessions are written in full."""
    names = "Recommending State/s", "Recommendation", "Themes", '"State under\nReview (SuR)"'
    start = f"{';'.join(names)};Session no.\nBorland;House all;Schools;Arland;"
    sessions = "16", "16.0", "16,0", "016", "Session 16", "S-16", "16th session (May 2013)"
    for session in (*sessions, "16 - May 2013", "16 (22 Apr. - 3 May 2013)"):
        *_, row = read_csv(f"{start}{session}".encode())
        assert isinstance(row, ExportRow)
        assert (row.states, row.recommending, row.session) == (("Arland",), ("Borland",), "16")


def test_newer_export_of_upr_info(project: Path) -> None:
    """It has bars between States or themes, and words after numbers."""
    header = "Title,Text,State Under Review,Recommending State,Response,Issues,Session,Cycle"
    row = "A,House all,Arland,B|C,Not Supported,Food|Water,44 - November 2023,4th cycle"
    assert notes(import_summary(project, upr_info(row, header=header))) == []
    ((_, record),) = imported(project).items()
    found = record.imported
    assert found
    assert (found.recommending, found.themes) == (("B", "C"), ("Food", "Water"))
    assert (found.response, found.session, found.cycle) == ("noted", "44", "4")


def test_labels_with_entities() -> None:
    """Entities stay whole; commas and semicolons divide themes."""
    text = "A &amp; B,,,House all,C&ocirc;te; D,,,Accepted,5,Women&#039;s rights; Labour,16"
    (row,) = read_csv(upr_info(text))
    assert isinstance(row, ExportRow)
    assert (row.states, row.recommending) == (("A & B",), ("Côte", "D"))
    assert row.themes == ("Women's rights", "Labour")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("â€œSayâ€\x9d cafÃ© A&amp;B <b>x</b>", "“Say” café A&B x"),
        ("cafÃƒÂ©", "café"),
        ("&lt;p class=&quot;a b&quot;&gt;House&lt;/p&gt; &amp;amp; feed<br/>", "House & feed"),
        ("a<b and x > y, 5 < 6", "a<b and x > y, 5 < 6"),
        ("<style>p {}</style>House<!-- no --> them<script>go()</script>", "House them"),
        ("‘so’ “called” – l’État … ½ ﬁn №5 Ａ", "‘so’ “called” – l’État … ½ ﬁn №5 Ａ"),
        ("Ve\u0301rite\u0301", "Vérité"),
    ],
)
def test_clean_text(text: str, expected: str) -> None:
    """Markup and mojibake are removed, however often encoded; other characters stay."""
    assert clean_text(text)[0] == expected


def test_report_has_no_control_characters(project: Path) -> None:
    """An export cannot send commands to the terminal that shows its report."""
    result = run_import(project, upr_info("\x1b[31mArland\0,short"))
    report = (project / "data" / "imported" / "report.txt").read_text("utf-8")
    assert (report + result.output).replace("\n", "").isprintable()


# JSON


def read_json(data: bytes) -> list[ParsedItem]:
    return list(read_uhri(open_text(io.BytesIO(data))[0]))


def to_json(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


def json_lines(*items: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in items)


A, B = item(12), item(13)
BOTH = index(A, B)
# The file, the notes, and how many rows are read.
DAMAGED_JSON = {
    "cut off": (BOTH[:-200], [("cut-off", 2, "")], 1),
    "cut off between objects": (index(A)[:-2], [("cut-off", 2, "")], 1),
    "line cut off": (json_lines(A, B)[:-200], [("cut-off", 2, "")], 1),
    "comma too many": (index(A)[:-2] + b",]", [("damaged-json", 2, "")], 1),
    "no comma": (BOTH.replace(b"},\n", b"}\n"), [("damaged-json", 2, "")], 1),
    "NaN": (BOTH.replace(b"null", b"NaN"), [("damaged-json", 1, "")], 0),
    "more after the end": (index(A) + b"soon", [("damaged-json", 2, "")], 1),
    "zeros": (BOTH.replace(b"},", b"}," + bytes(9)), [("damaged-json", 2, "")], 1),
    "not an object": (b"[1, " + BOTH[1:], [("not-an-object", 1, "")], 2),
    "other object": (
        index({"name": "x"}, A, {"n": {}}),
        [("no-kind", 1, ""), ("no-kind", 3, "")],
        1,
    ),
    "no kind": (index(item(AnnotationType=None), B), [("no-kind", 1, "AnnotationType")], 1),
    "other list": (to_json(first=[A], second=[B]), [("elsewhere", 0, "")], 1),
    "object in a text": (
        index(item(Countries=[{"Name": "X"}])),
        [("unexpected-value", 1, "Countries")],
        1,
    ),
    "damaged id": (
        index(item(AnnotationId="3f2b-00?0022")),
        [("unexpected-value", 1, "AnnotationId")],
        1,
    ),
    **{
        f"date {date}": (
            index(item(PublicationDate=date)),
            [("unexpected-date", 1, "PublicationDate")],
            1,
        )
        for date in ("0001-01-01T00:00:00", "9999-12-31T00:00:00", "2020-02-30", "soon")
    },
}


@pytest.mark.parametrize(("data", "expected", "number"), DAMAGED_JSON.values(), ids=DAMAGED_JSON)
def test_damaged_json(data: bytes, expected: list[tuple[str, int, str]], number: int) -> None:
    """Damage is noted with its object, and the objects before it are read."""
    items = read_json(data)
    assert notes_of(items) == expected
    assert len(texts_of(items)) == number


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOTH, 0),
        (BOTH[:-200], 1),
        (index(A)[:-2] + b",]", 1),
        (json.dumps([A, 1]).encode(), 1),
        (index(A, item(13, Body="- ?")), 1),
        (index(item(PublicationDate="soon")), 0),
        (to_json(first=[A], second=[B]), 1),
    ],
)
def test_exit_codes(project: Path, data: bytes, code: int) -> None:
    """A row without a record, or a part that was not read, ends the command with 1."""
    assert run_import(project, data).exit_code == code
    assert imported(project)


FORMS = {
    "a key": to_json(total=2, value=[A, B]),
    "nested facts before": to_json(meta={"q": [[1]], "by": {"a": "[{"}}, value=[A, B]),
    "a list of facts before": to_json(facets=[{"name": "x"}] * 2000, value=[A, B]),
    "empty lists before": to_json(errors=[], none=None, said='\\"[{', value=[A, B]),
    "facts after": to_json(value=[A, B], meta={"next": [{"page": 2}]}, total=2),
    "a key of a key": to_json(data={"annotations": {"items": [A, B]}}),
    "pages": to_json(value=[A]) + b"\n" + to_json(value=[B]),
    "a list of pages": json.dumps([{"n": 1, "items": [A]}, {"n": 2, "items": [B]}]).encode(),
    "a list of lists": json.dumps([[A], [B]]).encode(),
    "two lists": index(A) + b"\n" + index(B),
    "lines": json_lines(A, B),
    "each in another": to_json(hits={"hits": [{"_id": 1, "_source": A}, {"_id": 2, "_source": B}]}),
    "other spelling": index({"annotation_type": "Recommendation", "text": "12. House all."}, A),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_forms_of_json(data: bytes) -> None:
    """All objects are read wherever their list is."""
    items = read_json(data)
    assert (notes_of(items), len(texts_of(items))) == ([], 2)


def test_values_of_any_kind(project: Path) -> None:
    """Fields that are missing, null or no list stop nothing."""
    odd = [
        {"AnnotationType": "- Recommendations"},
        item(13, Countries="Arland", Themes=None, Symbol=None, Body="- SR Water", Text="Water."),
        item(14, AnnotationType="- Concerns/Observations"),
        item(15, Text=7, Countries=[None, "Arland"], PublicationDate="soon", Body=["- CRC"]),
        item(16, Text="16. \ufffd Say", Countries=["Arland", "Borland"]),
    ]
    summary = import_summary(project, index(*odd))
    assert summary["other_kinds"] == {"Concerns/Observations": 1}
    assert [note["code"] for note in summary["notes"]] == [
        "no-text",
        "unexpected-date",
        "no-text",
        "lost-characters",
    ]
    found = imported(project)
    assert {r.official_text.text for r in found.values()} == {"Water.", "16. ? Say"}
    assert {r.imported.addressed for r in found.values() if r.imported} == {
        ("Arland",),
        ("Arland", "Borland"),
    }


def test_other_kinds_are_named(project: Path) -> None:
    """Objects that are no recommendations are counted by kind, in any language."""
    result = run_import(project, index(A, item(13, AnnotationType="- Recomendaciones")))
    assert "Recomendaciones (1)" in result.output


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9)))
@settings(max_examples=settings().max_examples // 2)
def test_valid_json_is_read_in_full(texts: list[str]) -> None:
    """Every object has a row or a note, whatever its text."""
    items = read_json(index(item(), *(item(Text=text) for text in texts)))
    assert len(texts_of(items)) == len(texts) + 1


# Files that are no export


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b' {"value": []}', "no objects"),
        (b"name,colour\na,b\n", "it has: name,colour"),
        (b"\x00\x01\x02", "no columns"),
        (b"%PDF-1.7", "PDF"),
        (gzip.compress(upr_info(*ROWS)), "Unpack an archive"),
        (b"PK\x03\x04\x1b[31m" + bytes(range(256)) * 9, "save a workbook as CSV"),
        (b'{"error": 503}', "it has: error"),
        (b'{"error": {"code": [{"n": 503}]}}', "it has: error, code, n"),
        (b'[{"name": "A"}, {"name": "B"}]', "it has: name"),
        (b'{"error": ', "not valid JSON"),
        (b"[" * 100_000 + b"]", "no objects"),
        (f"{HEADER.replace('Text', 'Words')}\n{ROWS[0]}".encode(), "no columns"),
    ],
)
def test_file_that_is_no_export(project: Path, data: bytes, words: str) -> None:
    """The command says what the file has instead, and writes nothing."""
    result = run_import(project, data)
    assert result.exit_code == 2
    assert words in result.output
    assert result.output.replace("\n", "").isprintable()
    assert len(result.output) < 600
    assert not (project / "data" / "imported").exists()


def test_damage_while_looking_for_rows() -> None:
    """JSON that is damaged before its first row is no export."""
    with pytest.raises(NotAnExportError):
        read_json(b'{"total": NaN, ' + to_json(value=[A])[1:])


def test_export_from_a_pipe(project: Path) -> None:
    """A pipe, as in `tracker import <(zcat export.gz)`, can be read only once."""
    pipe = project / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(upr_info(*ROWS),))
    writer.start()
    result = run("import", pipe, project)
    writer.join()
    assert result.exit_code == 0, result.output
    assert len(imported(project)) == len(ROWS)
