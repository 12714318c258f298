"""Damaged exports: every row becomes a record or a note with its row and column."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports import HEADER, ROWS, upr_info
from tests.importing import import_summary, imported, notes, run_import
from tracker.importers.encoding import UnknownEncodingError, clean_text, open_text
from tracker.importers.rows import ExportRow, ImportNote, ParsedItem
from tracker.importers.upr_info import DELIMITERS, read_upr_info


def read_csv(data: bytes, encoding: str = "") -> list[ParsedItem]:
    text, _ = open_text(io.BytesIO(data), encoding=encoding)
    return list(read_upr_info(text))


def get_texts(items: list[ParsedItem]) -> list[str]:
    return [row.text for row in items if isinstance(row, ExportRow)]


def get_notes(items: list[ParsedItem]) -> list[tuple[str, int, str]]:
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
    assert get_texts(items) == texts
    assert {row.recommending for row in items if isinstance(row, ExportRow)} == {("Séland",)}


def test_text_decoded_twice() -> None:
    """Bytes that an earlier program read as Mac Roman and wrote as cp1252 are repaired."""
    texts = ["Respect the women’s right to a “home” in Côte"]
    rows = upr_info(*(f"Arland,,,{text},Norland,,,Accepted,5,Home,16" for text in texts)).decode()
    damaged = rows.encode("mac_roman").decode("cp1252").encode("mac_roman")
    for encoding in ("", "mac_roman_twice"):
        assert get_texts(read_csv(damaged, encoding=encoding)) == texts


@pytest.mark.slow
def test_guess_does_not_copy_the_file() -> None:
    """Guessing does not copy the rest of the file for each letter, which took minutes for 16 MB."""
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
    assert get_texts(read_csv(data, encoding)) == [text]


def test_one_damaged_letter_of_another_script(project: Path) -> None:
    """A truncated UTF-8 letter is not a sign of a Latin encoding."""
    row = "Arland,,,{} доступ беженцев,Borland,,,Accepted,5,T,16"
    data = upr_info(row.format("обеспечить"), row.format("расширить"))
    summary = import_summary(project, data.replace("рас".encode(), "рас".encode()[:-1]))
    assert (summary["encoding"], notes(summary)) == ("utf-8", [("lost-characters", 3, "Text")])
    assert open_text(io.BytesIO(upr_info(ROWS[0]) + "я".encode()[:1]))[1] == "utf-8"


def test_wrong_encoding(project: Path) -> None:
    """An impossible or unknown encoding is refused; a guess is mentioned."""
    for encoding, words in (("utf-16", "cannot be read as utf-16"), ("utf-7.5", "unknown")):
        result = run_import(project, upr_info(*ROWS), "--encoding", encoding)
        assert (result.exit_code, words in result.output) == (2, True)
        assert not (project / "data" / "imported").exists()
    row = "Arland,,,Protéger les réfugiés,B,,,Accepted,5,T,16"
    assert "--encoding" in run_import(project, upr_info(row).decode().encode("cp1252")).output


# CSV

# The rows and notes: code, row (counted from the first of these), column.
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
    """Each damaged row in a file is noted, and the next row is read."""
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
    """Rows from a CSV writer are read without loss, whatever the cells contain."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["To", "Text"], *rows])
    items = list(read_upr_info(io.StringIO(out.getvalue())))
    full = [row for row in rows if any(cell.strip() for cell in row) and row[0].casefold() != "to"]
    assert get_texts(items) == [clean_text(text)[0] for _, text in full]


def test_repeated_columns() -> None:
    """The first column that is not empty is used in each row, and the heading is noted."""
    header = "To,Text,From,Response,Session,Text,Issue,Themes"
    rows = "Arland,,B,,16,House all,,Water", "Arland,Feed all,B,,16,Not this,Food,Not this"
    items = read_csv(upr_info(*rows, header=header))
    assert get_notes(items) == [("repeated-column", 1, "Text"), ("repeated-column", 1, "Issue")]
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
    """Lines before the header are noted, and the rows after it are read."""
    items = read_csv(before.encode() + upr_info(ROWS[0]))
    assert get_notes(items) == [("before-heading", 1, "")]
    assert len(get_texts(items)) == 1


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
    """Newer exports have bars between States or themes, and words after numbers."""
    header = "Title,Text,State Under Review,Recommending State,Response,Issues,Session,Cycle"
    row = "A,House all,Arland,B|C,Not Supported,Food|Water,44 - November 2023,4th cycle"
    assert notes(import_summary(project, upr_info(row, header=header))) == []
    ((_, record),) = imported(project).items()
    found = record.imported
    assert found
    assert (found.recommending, found.themes) == (("B", "C"), ("Food", "Water"))
    assert (found.response, found.session, found.cycle) == ("noted", "44", "4")


def test_labels_with_entities() -> None:
    """Entities are kept; commas and semicolons separate themes."""
    text = "A &amp; B,,,House all,C&ocirc;te; D,,,Accepted,5,Women&#039;s rights; Labour,16"
    (row,) = read_csv(upr_info(text))
    assert isinstance(row, ExportRow)
    assert (row.states, row.recommending) == (("A & B",), ("Côte", "D"))
    assert row.themes == ("Women's rights", "Labour")


SENTENCES = ("Améliorer l’accès", "los derechos de los niños", "доступ к жилью", "保障住房权")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("â€œSayâ€\x9d cafÃ© A&amp;B <b>x</b>", "“Say” café A&B x"),
        ("cafÃƒÂ©", "café"),
        *((text.encode().decode("latin-1").encode().decode("latin-1"), text) for text in SENTENCES),
        ("&lt;p class=&quot;a b&quot;&gt;House&lt;/p&gt; &amp;amp; feed<br/>", "House & feed"),
        ("a<b and x > y, 5 < 6", "a<b and x > y, 5 < 6"),
        ("<style>p {}</style>House<!-- no --> them<script>go()</script>", "House them"),
        ("‘so’ “called” – l’État … ½ ﬁn №5 Ａ", "‘so’ “called” – l’État … ½ ﬁn №5 Ａ"),
        ("Ve\u0301rite\u0301", "Vérité"),
    ],
)
def test_clean_text(text: str, expected: str) -> None:
    """Markup and mojibake are removed, however often encoded; other characters are kept."""
    assert clean_text(text)[0] == expected


def test_report_has_no_control_characters(project: Path) -> None:
    """An export cannot send commands to the terminal that shows its report."""
    result = run_import(project, upr_info("\x1b[31mArland\0,short"))
    report = (project / "data" / "imported" / "report.txt").read_text("utf-8")
    assert (report + result.output).replace("\n", "").isprintable()
