"""Read the JSON export of the Universal Human Rights Index (https://uhri.ohchr.org)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import ijson  # type: ignore[import-untyped]  # ships no types

from tracker.importers.encoding import clean_label, clean_text, split_labels
from tracker.importers.rows import (
    ExportRow,
    ImportNote,
    NotAnExportError,
    OtherLanguageError,
    ParsedItem,
)
from tracker.model import ImpreciseDate
from tracker.model.text import fold_name

# The fields that are read, in lower case and letters only. Each is a text or a list of texts.
_FIELDS = (
    "annotationid", "annotationtype", "body", "symbol", "publicationdate", "countries", "themes",
    "affectedpersons", "text", "uprcycle", "uprsession", "uprpositions", "uprrecommendingcountry",
)  # fmt: skip
_KEYS = ("annotationid", "annotationtype")  # An object with one of these is a row.
# The number before a paragraph: `24.`, `136.12`, `24 (a)`, `24. (a)(i)`, `§ 24`, `24-26.`, `[24]`.
# A number before a lower-case word counts something: `24 houses`.
_PARAGRAPH = re.compile(
    r"(?:§+\s*|[Pp]ara(?:graph)?s?\.?\s+|[\[(])?"
    r"(\d{1,3}(?:\.\d{1,3})?(?:\s?[–-]\s?\d{1,3})?)"
    r"(?:[.)]?((?:\s*\([a-z]{1,4}\))+)|[.)\]:]+\s|\s(?![a-z])|\.(?=\D))",
    re.ASCII,
)
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")
# Signs of the other languages of the index in its kinds of annotation, such as `Recommandations`.
_LANGUAGES = (
    ("French", re.compile(r"recommandation|préoccupation")),
    ("Spanish", re.compile(r"recomendaci|preocupaci")),
    ("Russian", re.compile("[\u0400-\u04ff]")),
    ("Arabic", re.compile("[\u0600-\u06ff]")),
    ("Chinese", re.compile("[\u4e00-\u9fff]")),
)
# No document of the UN is older. 0001 and 9999 mean that the date is unknown.
_EARLIEST, _LATEST = "1945", "2100"
_MAX_DEPTH = 20  # levels of lists and objects around the rows


def read_uhri(stream: TextIO) -> Iterator[ParsedItem]:
    """Yield the recommendations of a JSON file, and a note for each object that cannot be read.

    The objects may be in a list, in a list below other keys, or one after the other (JSON lines).
    Damaged JSON ends the reading with a note, because the start of the next object is unknown.

    Raises NotAnExportError if no object has a field of the index, and OtherLanguageError unless it
    is in English: kinds, answers, States and mechanisms have other names in other languages, so the
    records would get other ids.
    """
    prefix, key = _find_rows(stream)
    stream.seek(0)
    source = _Utf8Reader(stream, marker=f'"{key}"')
    number = count_with_key = 0
    try:
        for value in ijson.items(source, prefix, multiple_values=True, use_float=True):
            number += 1
            if isinstance(value, dict):
                count_with_key += key in value
                yield from _read_object(value, number)
            else:
                yield ImportNote("not-an-object", number, detail=clean_text(str(value)[:80])[0])
    except ijson.JSONError as error:
        code = "cut-off" if "premature EOF" in str(error) else "damaged-json"
        yield ImportNote(code, number + 1, detail=_describe(error))
        return
    if source.marker_count > count_with_key:
        yield ImportNote("elsewhere", detail=f"{source.marker_count - count_with_key:,}")


class _Utf8Reader:
    """Reads a text stream as UTF-8 bytes and counts the occurrences of a marker."""

    def __init__(self, stream: TextIO, *, marker: str) -> None:
        self._stream = stream
        self._marker = marker.encode()
        self._tail = b""
        self.marker_count = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` characters."""
        data = self._stream.read(size).encode(errors="replace")
        joined = self._tail + data
        self.marker_count += joined.count(self._marker)
        self._tail = joined[-len(self._marker) + 1 :]
        return data


def _find_rows(stream: TextIO) -> tuple[str, str]:
    """Return the ijson path of the first object of the index, and the key that identifies it."""
    names: dict[str, None] = {}
    source = _Utf8Reader(stream, marker=" ")
    try:
        # A small buffer, because the paths of nested lists take memory quadratic in their depth.
        for path, event, name in ijson.parse(source, multiple_values=True, buf_size=2048):
            if path.count(".") > _MAX_DEPTH:
                break
            if event == "map_key" and fold_name(name) in _KEYS:
                return path, name
            if event == "map_key" and len(names) < 10:
                names[name] = None
    except ijson.JSONError as error:
        raise NotAnExportError("json", _describe(error)) from error
    raise NotAnExportError("fields", clean_text(", ".join(names))[0][:80])


def _describe(error: Exception) -> str:
    """Return the first line of an error of the JSON parser."""
    return clean_text(str(error).partition("\n")[0][:120])[0]


def _read_object(content: Mapping[str, Any], number: int) -> Iterator[ParsedItem]:
    """Yield an object of the index as a row, with notes, or a note that it is not a row."""
    names = {fold_name(name): name for name in content}
    value = {field: content.get(names.get(field, "")) for field in _FIELDS}
    kind = _read_label(value["annotationtype"])
    text, codes = clean_text(_join_texts(value["text"]))
    for language, sign in _LANGUAGES:
        if sign.search(kind.casefold()):
            raise OtherLanguageError(language)
    if "recommendation" not in kind.casefold():
        code = "other-kind" if kind else "no-kind"
        yield ImportNote(code, number, names.get("annotationtype", ""), kind or text[:80])
        return
    row = ExportRow(
        number=number,
        body=_read_label(value["body"]),
        text=text,
        states=_read_labels(value["countries"]),
        recommending=_read_labels(value["uprrecommendingcountry"]),
        response=", ".join(_read_labels(value["uprpositions"])),
        cycle=_read_number(value["uprcycle"]),
        session=_read_number(value["uprsession"]),
        symbol=_read_symbol(value["symbol"]),
        paragraph=split_paragraph(text)[0],
        date=_read_date(value["publicationdate"]),
        themes=_read_labels(value["themes"]),
        persons=_read_labels(value["affectedpersons"]),
        key=_read_key(value["annotationid"]),
    )
    for code in sorted(codes):
        yield ImportNote(code, number, names["text"], text[:80])
    for field in _FIELDS:
        for code, detail in _check_field(field, value[field], row):
            yield ImportNote(code, number, names[field], detail or text[:80])
    yield row


def _check_field(field: str, value: Any, row: ExportRow) -> Iterator[tuple[str, str]]:
    """Yield the code of each note about a field, and its value if that matters."""
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, (dict, list, bool)) for item in items):
        yield "unexpected-value", ""
    elif field == "annotationid" and value and not row.key:
        yield "unexpected-value", _read_label(value)[:40]
    elif field == "publicationdate" and value and not row.date:
        yield "unexpected-date", _read_label(value)[:40]
    if field != "text":
        for code in sorted(clean_text(_join_texts(value))[1]):
            yield code, ""


def split_paragraph(text: str) -> tuple[str, str]:
    """Return the paragraph's number before a text, such as `24(a)` or none, and the rest."""
    match = _PARAGRAPH.match(text)
    if not match:
        return "", text
    return re.sub(r"\s", "", match[1] + (match[2] or "")), text[match.end() :].strip()


def _join_texts(value: Any) -> str:
    """Return a text, a number, or a list of them as one text, without other values."""
    items = value if isinstance(value, list) else [value]
    texts = (i for i in items if isinstance(i, (str, int, float)) and not isinstance(i, bool))
    return " ".join(map(str, texts))


def _read_label(value: Any) -> str:
    return clean_label(_join_texts(value))


def _read_labels(value: Any) -> tuple[str, ...]:
    """Return the different labels in a list, or in a text with semicolons or bars."""
    if isinstance(value, list):
        return tuple(dict.fromkeys(label for item in value if (label := _read_label(item))))
    return split_labels(_read_label(value))


def _read_symbol(value: Any) -> str:
    """Return a document symbol without spaces around slashes, or "" if it has no digit."""
    symbol = re.sub(r"\s*/\s*", "/", _read_label(value))
    return symbol if any(c.isdigit() for c in symbol) else ""


def _read_key(value: Any) -> str:
    """Return the id of a row, or "" if it is not made of letters, digits and hyphens."""
    key = _read_label(value).strip("{}")
    return key if _KEY.fullmatch(key) else ""


def _read_number(value: Any) -> str:
    """Return the number in a label such as `Session 16`, or else the label."""
    label = next(iter(_read_labels(value)), "")
    match = re.search(r"[1-9][0-9]{0,3}", label)
    return match[0] if match else label


def _read_date(value: Any) -> str:
    """Return the date of a timestamp, or "" if it cannot be the date of a UN document."""
    day = _join_texts(value)[:10]
    try:
        return ImpreciseDate.parse(day).text if _EARLIEST <= day < _LATEST else ""
    except ValueError:
        return ""
