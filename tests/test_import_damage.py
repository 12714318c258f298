"""Damaged exports: each row is mended or has no place, and either is told with its line."""

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
from tests.exports import HEADER, HOUSES, ROWS, index, item, upr_info
from tests.importing import bring, imported, told, whats
from tracker.importers import LOST, UNPLACED, uhri
from tracker.importers.encoding import cleaned, reading
from tracker.importers.upr_info import read_csv
from tracker.words import say

# Encodings and CSV


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_encodings(project: Path, encoding: str) -> None:
    """Letters come out whatever the encoding, with and without a mark."""
    texts = ("Protéger les réfugiés et l’État", "vis-à-vis de la Déclaration n° 5", "Más niños")
    rows = [f"Arland,,,{text},Séland,,,Accepted,5,Développement,16" for text in texts]
    data = upr_info(*rows).decode().encode(encoding)
    bring(project, data)
    found = imported(project).values()
    assert {r.official_text.text for r in found} == set(texts)
    assert {r.imported.recommending for r in found if r.imported} == {("Séland",)}


def test_guess_copies_nothing() -> None:
    """The rest of a file is not copied at each foreign letter: 16 MB once took many minutes."""
    data = "café ".encode("cp1252") * 20_000
    tracemalloc.start()
    encoding = reading(io.BytesIO(data))[1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert encoding == "cp1252"
    assert peak < len(data) / 2


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp1253", "cp1256", "gb18030"])
def test_script_that_is_not_latin(project: Path, encoding: str) -> None:
    """Words of another script are taken for no Latin ones: the encoding has to be named."""
    words = (
        "обеспечить доступ беженцев",
        "πρόσβαση των προσφύγων",
        "حصول اللاجئين",
        "采取措施确保难民",
    )
    text = next(word for word in words if word.encode(encoding, "ignore").decode(encoding) == word)
    data = upr_info(f"Arland,,,{text},Borland,,,Accepted,5,T,16").decode().encode(encoding)
    result = bring(project, data)
    assert (result.exit_code, "--encoding" in result.output) == (2, True)
    assert bring(project, data, "--encoding", encoding).exit_code == 0
    assert [r.official_text.text for r in imported(project).values()] == [text]


def test_one_damaged_letter_of_another_script(project: Path) -> None:
    """A letter of UTF-8 that is cut, in a row or at the end, is lost, and no sign of a Latin
    encoding."""
    row = "Arland,,,{} доступ беженцев,Borland,,,Accepted,5,T,16"
    data = upr_info(row.format("обеспечить"), row.format("расширить"))
    summary = told(project, data.replace("рас".encode(), "рас".encode()[:-1]))
    assert (summary["encoding"], whats(summary)) == ("utf-8", [("lost", 3)])
    assert told(project, upr_info(ROWS[0]) + "я".encode()[:1])["encoding"] == "utf-8"


DAMAGED = {
    "quotes inside": ('Arland,,,"say "yes" to boats",B,,,Accepted,5,T,16', "quotes", 2),
    "open quote": ('Arland,,"AA, BB","say yes,B,,"EU, OEI",Accepted,5,T,16', "open-quote", 2),
    "open quote before commas": (
        'Arland,,"AA, BB","say, if ""asked"", yes,B,,"EU, OEI",Accepted,5,T,16',
        "open-quote",
        2,
    ),
    "broken line": ("Arland,,,say\nyes,B,,,Accepted,5,T,16", "break", 2),
    "ends early": ("Arland,,,say yes,B", "too-short", 2),
    "too many cells": ("Arland,,,say, yes, now,B,,,Accepted,5,T,16", "too-long", 2),
    "shifted": ("Arland,,,say yes,B,,Accepted,5,T,16,", "no-session", 2),
    "no text": ("Arland,,,- ?,B,,,Accepted,5,T,16", "no-text", 2),
    "no state": (",,,say yes,B,,,Accepted,5,T,16", "no-state", 2),
    "no State's name": ("--,,,say yes,B,,,Accepted,5,T,16", "no-state", 2),
    "phone": ("Arland,,,Call +994 12 555 01 02 for boats,B,,,Accepted,5,T,16", "personal", 2),
    "no session": ("Arland,,,say yes,B,,,Accepted,5,T,0", "no-session", 2),
    "heading again": (HEADER, "heading-again", 2),
    "very long": (f"Arland,,,{'say ' * 80_000},B,,,Accepted,5,T,16", "too-large", 2),
    "escaped quotes": (r'Arland,,,"say \"yes\", all",B,,,Accepted,5,T,16', "quotes", 2),
    "zeros": (bytes(99).decode(), "too-short", 2),
    "zeros before a State": (f"{bytes(9).decode()}Arland,,,say,B,,,Noted,5,T,16", "invisible", 2),
    "lost in a State": ("C\ufffdte,,,say yes,B,,,Accepted,5,T,16", "lost", 2),
    "mojibake": ("Arland,,,â€œSayâ€\x9d cafÃ©,B,,,Accepted,5,T,16", "mojibake", 2),
    "mojibake twice": ("Arland,,,Say cafÃƒÂ©,B,,,Accepted,5,T,16", "mojibake", 2),
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
    counted = ("new", "updated", "same", "double", "known", "left_out", "unplaced")
    assert summary["read"] == sum(summary[name] for name in counted)
    texts = {r.official_text.text for r in imported(project).values()}
    assert f"{HOUSES} soon" in texts
    report = (project / "data" / "imported" / "report.txt").read_text("utf-8")
    assert say(f"import.told.{what}") in report


def test_texts_of_damaged_rows() -> None:
    """What is mended says what it said."""
    rows = [text for text, what, _ in DAMAGED.values() if what in ("quotes", "open-quote", "break")]
    found = list(read_csv(io.StringIO(upr_info(*rows).decode())))
    texts = [row.cells[3] for row in found[1:]]
    assert texts == [
        'say "yes" to boats',
        "say yes",
        'say, if "asked", yes',
        "say yes",
        'say "yes", all',
    ]


def test_two_broken_rows_are_no_whole_one(project: Path) -> None:
    """A quotation mark that never ends does not take in the next row, if that has one as well."""
    rows = ('Arland,,,"say yes,B,,,Accepted,5,T,16', 'Arland,,,say no",B,,,Noted,5,T,16')
    assert whats(told(project, upr_info(*rows))) == [("open-quote", 2), ("quotes", 3)]
    texts = {r.official_text.text for r in imported(project).values()}
    assert texts == {"say yes", 'say no"'}


@pytest.mark.parametrize("delimiter", ",;\t|^~:")
def test_delimiters(project: Path, delimiter: str) -> None:
    """Whatever stands between the cells, the rows are the same."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(upr_info(*ROWS).decode()))
    csv.writer(out, delimiter=delimiter).writerows(rows)
    summary = told(project, out.getvalue().encode())
    assert (whats(summary), summary["new"]) == ([], 4)


def test_columns_that_stand_twice(project: Path) -> None:
    """The first that holds something counts, in each row, and it is told that there are two."""
    header = "To,Text,From,Response,Session,Text,Issue,Themes"
    rows = "Arland,,B,,16,House all,,Water", "Arland,Feed all,B,,16,Not this,Food,Not this"
    summary = told(project, upr_info(*rows, header=header))
    assert [(t["what"], t["of"]) for t in summary["told"]] == [("column-twice", "Text, Issue")]
    found = imported(project).values()
    assert {(r.official_text.text, r.imported.themes) for r in found if r.imported} == {
        ("House all", ("Water",)),
        ("Feed all", ("Food",)),
    }


def test_report_holds_no_control_characters(project: Path) -> None:
    """What an export holds cannot give orders to the terminal on which its report is read."""
    bring(project, upr_info("\x1b[31mArland\0,short"))
    report = (project / "data" / "imported" / "report.txt").read_text("utf-8")
    assert report.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("â€œSayâ€\x9d cafÃ© A&amp;B <b>x</b>", "“Say” café A&B x"),
        ("cafÃƒÂ©", "café"),
        ("&lt;p class=&quot;a b&quot;&gt;House&lt;/p&gt; &amp;amp; feed<br/>", "House & feed"),
        ("a<b and x > y, 5 < 6", "a<b and x > y, 5 < 6"),
        ("<style>p {}</style>House<!-- no --> them<script>go()</script>", "House them"),
    ],
)
def test_texts_without_markup(text: str, expected: str) -> None:
    """Tags, scripts and entities go, however often they were encoded; what is none stays."""
    assert cleaned(text)[0] == expected


@pytest.mark.parametrize("before", ["UPR Info, 3 March 2025\n\n", "sep=,\n"])
def test_heading_is_found(project: Path, before: str) -> None:
    """What stands before the heading is told, and the rows behind it are read."""
    summary = told(project, before.encode() + upr_info(ROWS[0]))
    assert (whats(summary), summary["new"]) == ([("before-heading", 1)], 1)


def test_headings_of_another_database(project: Path) -> None:
    """Columns have other names elsewhere, and another order; sessions are written in full."""
    names = "Recommending State/s", "Recommendation", "Themes", '"State under\nReview (SuR)"'
    rows = f"{';'.join(names)};Session no.\nBorland;House all;Schools;Arland;"
    told_as = "16", "16.0", "16,0", "016", "Session 16", "S-16", "16th session (May 2013)"
    for session in (*told_as, "16 - May 2013", "16 (22 Apr. - 3 May 2013)"):
        bring(project, f"{rows}{session}".encode())
    ((name, record),) = imported(project).items()
    assert name.startswith("upr-16-arland-borland-")
    assert str(record.made_on) == "2013"


def test_export_of_the_newer_database(project: Path) -> None:
    """It puts strokes between several States or themes, and words behind numbers."""
    header = "Title,Text,State Under Review,Recommending State,Response,Issues,Session,Cycle"
    row = "A,House all,Arland,B|C,Not Supported,Food|Water,44 - November 2023,4th cycle"
    assert whats(told(project, upr_info(row, header=header))) == []
    ((_, record),) = imported(project).items()
    found = record.imported
    assert found
    assert (found.recommending, found.themes) == (("B", "C"), ("Food", "Water"))
    assert (found.response, found.session, found.cycle) == ("noted", "44", "4")


def test_column_that_is_missing_is_told(project: Path) -> None:
    """Without it each record lacks something: it may only be named otherwise."""
    header = "To,Text,From,Level of acceptance,Issue,Session"
    summary = told(project, upr_info("Arland,House all,B,Accepted,Food,16", header=header))
    assert [(t["what"], t["of"]) for t in summary["told"]] == [
        ("no-column", "response | Level of acceptance")
    ]


def test_labels_with_entities(project: Path) -> None:
    """Names and themes that hold entities stay whole; commas and semicolons divide themes."""
    row = "A &amp; B,,,House all,C&ocirc;te; D,,,Accepted,5,Women&#039;s rights; Labour,16"
    bring(project, upr_info(row))
    ((_, record),) = imported(project).items()
    assert record.imported
    assert record.imported.addressed == ("A & B",)
    assert record.imported.recommending == ("Côte", "D")
    assert record.imported.themes == ("Women's rights", "Labour")


# JSON


def lines(*items: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in items)


JSON_DAMAGED = {
    "cut off": (index(item(), item(13))[:-200], ["damaged", "cut-off"], 1),
    "trailing comma": (index(item())[:-2] + b",]", ["comma"], 1),
    "missing comma": (index(item(), item(13)).replace(b"},\n", b"}\n"), ["comma"], 2),
    "NaN": (index(item()).replace(b"null", b"NaN"), ["not-a-number"], 1),
    "broken object": (index(item(), item(13), item(14)).replace(b'":', b'"', 1), ["damaged"], 2),
    "no object": (b"[1, " + index(item())[1:], ["not-an-object"], 1),
    "more behind": (index(item()) + b"soon", ["after"], 1),
    "two lists": (index(item()) + b"\n" + index(item(13)), [], 2),
    "a brace too few": (index(item(), item(13)).replace(b"},", b",", 1), ["damaged"], 1),
    "broken at the end": (index(item(), item(13))[:-4] + b"'}]", ["damaged"], 1),
    "zeros between": (index(item(), item(13)).replace(b"},", b"}," + bytes(9)), ["damaged"], 2),
    "a line cut off": (
        lines(item())[:-200] + b"\n" + lines(item(13), item(14)),
        ["damaged"],
        2,
    ),
    "two marks": ("\ufeff\ufeff".encode() + index(item()), [], 1),
    "wrapper cut off": (b'{"value": ' + index(item()) + b', "total": {', ["cut-off"], 1),
    "lines": (b"\n".join(index(item(n))[1:-1].strip() for n in (12, 13)), [], 2),
    "no kind": (index(item(AnnotationType=None), item(13)), ["no-kind"], 1),
    "no mechanism": (index(item(Body="- ?"), item(13)), ["no-body"], 1),
    "an object for a text": (index(item(Countries=[{"Name": "X"}])), ["odd-value", "no-state"], 0),
    "damaged id": (index(item(AnnotationId="3f2b-8000-00?000000022")), ["odd-value"], 1),
    "no date": (index(item(PublicationDate="0001-01-01T00:00:00")), ["odd-date"], 1),
    "no day of ours": (index(item(PublicationDate="9999-12-31T00:00:00")), ["odd-date"], 1),
    "no day of any year": (index(item(PublicationDate="2020-02-30")), ["odd-date"], 1),
    "deep": (b"[" * 100_000 + b"]", ["cut-off"], 0),
}


@pytest.mark.parametrize(("data", "expected", "number"), JSON_DAMAGED.values(), ids=JSON_DAMAGED)
def test_damaged_json(project: Path, data: bytes, expected: list[str], number: int) -> None:
    """Damage is told with its line, and all other objects are taken."""
    summary = told(project, data)
    assert [what for what, _ in whats(summary)] == expected
    assert all(line for _, line in whats(summary))
    assert len(imported(project)) == number
    result = bring(project, data)
    assert result.exit_code == (1 if {*expected} & {*UNPLACED, *LOST} else 0)


def within(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


A, B = item(12), item(13)
WRAPPED = {
    "under a key": within(total=2, value=[A, B]),
    "behind facts of facts": within(meta={"q": [[1]], "by": {"a": "[{"}}, value=[A, B]),
    "behind a list of facts": within(facets=[{"name": "x"}] * 2000, value=[A, B]),
    "behind nothing": within(errors=[], none=None, said='\\"[{', value=[A, B]),
    "before facts": within(value=[A, B], meta={"next": [{"page": 2}]}, total=2),
    "under a key of a key": within(data={"annotations": {"items": [A, B]}}),
    "under two keys": within(first=[A], second=[B]),
    "pages": within(value=[A]) + b"\n" + within(value=[B]),
    "list of pages": json.dumps([{"n": 1, "items": [A]}, {"n": 2, "items": [B]}]).encode(),
    "list of lists": json.dumps([[A], [B]]).encode(),
    "by their ids": within(**{one["AnnotationId"]: one for one in (A, B)}),
    "each in another": within(
        hits={"hits": [{"_id": n, "_source": one} for n, one in enumerate((A, B))]}
    ),
}


@pytest.mark.parametrize("data", WRAPPED.values(), ids=WRAPPED)
def test_json_around_the_objects(project: Path, data: bytes) -> None:
    """Wherever the objects stand, among facts of any kind, all are taken and nothing is told."""
    summary = told(project, data)
    assert (whats(summary), summary["read"], len(imported(project))) == ([], 2, 2)


def test_object_that_is_no_row_is_told(project: Path) -> None:
    """In a list of rows no object is passed over, whatever it has."""
    summary = told(project, index({"name": "x"}, item(), {"total": {"value": 2}}))
    assert (summary["read"], whats(summary)) == (3, [("no-kind", 2), ("no-kind", 35)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b' {"value": []}', "no list of objects"),
        (b"name,colour\na,b\n", "name, colour"),
        (b"\x00\x01\x02", "no columns"),
        (b"%PDF-1.7", "printed document"),
        (gzip.compress(upr_info(*ROWS)), "Unpack an archive"),
        (b"PK\x03\x04\x1b[31m" + bytes(range(256)) * 9, "save a workbook as CSV"),
        (b'{"error": 503}', "it has: error"),
        (b'{"error": {"code": [{"n": 503}]}}', "it has: error, code, n"),
        (b'[{"name": "A"}, {"name": "B"}]', "it has: name"),
        (f"{HEADER.replace('Text', 'Words')}\n{ROWS[0]}".encode(), "no columns"),
    ],
)
def test_file_that_is_no_export(project: Path, data: bytes, words: str) -> None:
    """It says what it found instead, and writes nothing."""
    result = bring(project, data)
    assert result.exit_code == 2
    assert words in result.output
    assert result.output.replace("\n", "").isprintable()
    assert len(result.output) < 500
    assert not (project / "data" / "imported").exists()


def test_export_from_a_pipe(project: Path) -> None:
    """It may come from a program that unpacks it: `tracker import <(zcat export.gz)`."""
    pipe = project / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(upr_info(*ROWS),))
    writer.start()
    result = run("import", pipe, project)
    writer.join()
    assert result.exit_code == 0, result.output
    assert len(imported(project)) == len(ROWS)


def test_other_kinds_are_told(project: Path) -> None:
    """What an export holds and is no recommendation is named, also in another language."""
    result = bring(project, index(item(), item(13, AnnotationType="- Recomendaciones")))
    assert "Recomendaciones (1)" in result.output


def test_encoding_that_is_another(project: Path) -> None:
    """A file that cannot be of the encoding that was named is refused; a guess is told."""
    result = bring(project, upr_info(*ROWS), "--encoding", "utf-16")
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit)
    assert "cannot be read as utf-16" in result.output
    assert not (project / "data" / "imported").exists()
    foreign = "Arland,,,Protéger les réfugiés,B,,,Accepted,5,T,16"
    assert "--encoding" in bring(project, upr_info(foreign).decode().encode("cp1252")).output


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
    assert [what for what, _ in whats(summary)] == ["no-text", "odd-date", "no-text", "lost"]
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
        patch.setattr(uhri, "_PIECE", 3)
        text = json.dumps(items, ensure_ascii=False, indent=1)
        found = list(uhri.read_json(io.StringIO(text), is_row=lambda names: True))
    assert [one.value for one in found] == items
    assert [one.fault for one in found] == [""] * len(items)
