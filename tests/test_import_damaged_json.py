"""JSON exports in every format, damaged exports, and other files."""

import gzip
import io
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import run
from tests.exports import HEADER, ROWS, index, item, upr_info
from tests.importing import import_summary, imported, run_import
from tests.test_import_damage import get_notes, get_texts
from tracker.importers.encoding import open_text
from tracker.importers.rows import NotAnExportError, ParsedItem
from tracker.importers.uhri import read_uhri


def read_json(data: bytes) -> list[ParsedItem]:
    return list(read_uhri(open_text(io.BytesIO(data))[0]))


def to_json(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


def json_lines(*items: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in items)


A, B = item(12), item(13)


BOTH = index(A, B)


# The file, the notes, and the number of rows that are read.
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
    """Damage is noted with the number of its object, and the objects before it are read."""
    items = read_json(data)
    assert get_notes(items) == expected
    assert len(get_texts(items)) == number


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
def test_formats_of_json(data: bytes) -> None:
    """All objects are read wherever their list is."""
    items = read_json(data)
    assert (get_notes(items), len(get_texts(items))) == ([], 2)


def test_values_of_any_kind(project: Path) -> None:
    """Fields that are missing, null or not a list do not stop the import."""
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
    """Objects that are not recommendations are counted by kind."""
    result = run_import(project, index(A, item(13, AnnotationType="- Concluding remarks")))
    assert "Concluding remarks (1)" in result.output


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        ("Recommandations", "French"),
        ("Préoccupations/Observations", "French"),
        ("Recomendaciones", "Spanish"),
        ("Рекомендации", "Russian"),
        ("التوصيات", "Arabic"),
        ("建议", "Chinese"),
    ],
)
def test_other_languages_are_refused(project: Path, kind: str, language: str) -> None:
    """Nothing is imported, and the message names the language and what to type."""
    result = run_import(project, index(item(13, AnnotationType=f"- {kind}")))
    assert result.exit_code == 1
    assert f"this export is in {language}" in result.stderr
    assert "tracker import FILE" in result.stderr
    assert not (project / "data/imported").exists()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9)))
@settings(max_examples=settings().max_examples // 2)
def test_valid_json_is_read_in_full(texts: list[str]) -> None:
    """Every object has a row or a note, whatever its text."""
    items = read_json(index(item(), *(item(Text=text) for text in texts)))
    assert len(get_texts(items)) == len(texts) + 1


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
def test_file_that_is_not_an_export(project: Path, data: bytes, words: str) -> None:
    """The command says what the file contains, and writes nothing."""
    result = run_import(project, data)
    assert result.exit_code == 2
    assert words in result.output
    assert result.output.replace("\n", "").isprintable()
    assert len(result.output) < 600
    assert not (project / "data" / "imported").exists()


def test_damage_before_the_first_row() -> None:
    """JSON that is damaged before its first row is not an export."""
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
