"""Map a row of an export to a recommendation in the project's own format."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.checks.privacy import has_personal_data
from tracker.i18n import t
from tracker.importers.rows import ExportRow
from tracker.importers.uhri import split_paragraph
from tracker.importers.vocabulary import Content, VocabularyMapper
from tracker.model.base import MAX_ID_LENGTH
from tracker.model.text import fold_label, hash_text, slugify

# A State supports a recommendation or takes note of it: Human Rights Council resolution 5/1, annex,
# paragraph 32. These are the words that databases have for the two, in letters only; any other,
# such as "pending", is no answer.
_RESPONSES = {
    **dict.fromkeys(
        ("accepted", "supported", "acceptedsupported", "supportedaccepted"), "supported"
    ),
    **dict.fromkeys(
        ("noted", "rejected", "notsupported", "rejectednoted", "notedrejected"), "noted"
    ),
}
# The first session in each year from 2008 on of the UPR Working Group:
# https://www.ohchr.org/en/hr-bodies/upr/upr-sessions
_FIRST_SESSIONS = (1, 4, 7, 10, 13, 15, 18, 21, 24, 27, 29, 32, 35, 37, 40, 42, 45, 48, 51, 54)
_MAX_TITLE = 90  # characters
_ALWAYS_WRITTEN = ("rights", "groups")  # even if empty: an editor fills them

RESPONSE_ID = "-response"
"""Ending of the id of a State's answer, after the id of the recommendation."""


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """The record that a row becomes."""

    content: Content
    text_hash: str
    file: str
    """Name, without its ending, of the file for all records of one State and mechanism."""
    scope: str
    """A document, or a State's session: an export contains all of its rows or none."""


def find_skip_reason(row: ExportRow) -> str:
    """Return the code of the note why a row cannot become a record; empty if it can."""
    if not any(c.isalpha() for c in row.text):
        return "no-text"
    if not all(any(c.isalpha() for c in state) for state in row.states or [""]):
        return "no-state"
    if not any(c.isalpha() for c in row.body):
        return "no-body"
    return "personal-data" if has_personal_data(row.text) else ""


def has_unknown_response(row: ExportRow) -> bool:
    """Return True for an answer that is neither of the two that a State can give."""
    return bool(row.response) and fold_label(row.response) not in _RESPONSES


def to_record(row: ExportRow, vocabulary: VocabularyMapper, *, database: str) -> ImportedRecord:
    """Return the record of a row that has no reason to be skipped."""
    source = vocabulary.map_database_source(database)
    made_by = vocabulary.map_mechanism(row.body)
    state = slugify(row.states[0]) if len(row.states) == 1 else "several-states"
    document = vocabulary.map_document(row.symbol, date=row.date) if row.symbol else source
    locator = _make_locator(row)
    row_hash = hash_text(row.text)
    record_id = _make_record_id(row, state, row_hash)
    labels = (*row.themes, *row.persons)
    content = {
        "id": record_id,
        "title": _make_title(row.text),
        "made_by": made_by,
        **_make_date_fields(row),
        "document": document,
        "paragraph": locator,
        "summary": _make_summary(row),
        "official_text": {
            "text": row.text,
            "citations": [{"source": document, "locator": locator}],
        },
        "rights": vocabulary.find_terms(("right",), labels),
        "groups": vocabulary.find_terms(("group",), labels),
        "positions": list(_iter_positions(row, record_id, document, vocabulary, database)),
        "imported": _make_imported(row, source, row_hash),
    }
    written = {key: value for key, value in content.items() if value or key in _ALWAYS_WRITTEN}
    body = slugify(row.body)
    scope = f"{database} {state} {row.symbol or f'{body} {row.session}'}"
    return ImportedRecord(written, row_hash, f"{state}-{body}", scope)


def _make_record_id(row: ExportRow, state: str, row_hash: str) -> str:
    """Return symbol and paragraph if there are both; else session, States and a hash."""
    if row.symbol and row.paragraph:
        return f"{slugify(row.symbol)}-{slugify(row.paragraph)}"
    names = (row.symbol or f"{row.body} {row.session}", state, *row.recommending[:1])
    stem = "-".join(map(slugify, names))
    longest = MAX_ID_LENGTH - len(RESPONSE_ID) - 9
    if len(stem) > longest:
        stem = f"{stem[: longest - 9].rstrip('-')}-{hash_text(stem)[:8]}"
    return f"{stem}-{row_hash[:8]}"


def _make_locator(row: ExportRow) -> str:
    if row.symbol and row.paragraph:
        return f"paragraph {row.paragraph}"
    return f"session {row.session}" if row.session.isalnum() and not row.symbol else "whole"


def _make_date_fields(row: ExportRow) -> dict[str, str]:
    """Return the date of the document, else the year of the session, and which of them it is."""
    if row.date:
        return {"made_on": row.date, "made_on_note": t("import.date.document")}
    if row.session.isdecimal() and 0 < int(row.session) < _FIRST_SESSIONS[-1]:
        year = 2007 + bisect_right(_FIRST_SESSIONS, int(row.session))
        return {"made_on": str(year), "made_on_note": t("import.date.session")}
    return {"made_on_note": t("import.date.none")}


def _make_title(text: str) -> str:
    """Return the beginning of the text, without its paragraph number, in quotation marks."""
    _, title = split_paragraph(text)
    if len(title) > _MAX_TITLE:
        title = title[:_MAX_TITLE].rpartition(" ")[0] + "…"
    for mark, inner in (("“", "‘"), ("”", "’"), ('"', "'")):
        title = title.replace(mark, inner)
    return f"“{title}”"


def _make_summary(row: ExportRow) -> str:
    """Return who made the recommendation to whom, and its themes; nothing of its text."""
    facts: dict[str, Any] = {
        "by": row.recommending or (row.body,),
        "to": row.states,
        "session": row.session,
        "themes": row.themes,
    }
    made = t("import.asked.session" if row.session else "import.asked", **facts)
    return f"{made} {t('import.themes', **facts)}" if row.themes else made


def _iter_positions(
    row: ExportRow, record_id: str, document: str, vocabulary: VocabularyMapper, database: str
) -> Iterator[Content]:
    """Yield the answer of the State as its position."""
    answer = _RESPONSES.get(fold_label(row.response))
    if answer and len(row.states) == 1:
        yield {
            "id": f"{record_id}{RESPONSE_ID}",
            "speaker": vocabulary.map_state(row.states[0]),
            "reported_by": vocabulary.map_database(database),
            "mode": "reported",
            "undated": t("import.response.undated"),
            "says": t(f"import.response.{answer}"),
            "citations": [{"source": document, "locator": _make_locator(row)}],
        }


def _make_imported(row: ExportRow, source: str, row_hash: str) -> Content:
    """Return the facts of the row, as the database has them."""
    facts = {
        "source": source,
        "row": row.key,
        "addressed": list(row.states),
        "cycle": row.cycle,
        "session": row.session,
        "recommending": list(row.recommending),
        "response": _RESPONSES.get(fold_label(row.response), ""),
        "themes": list(row.themes),
        "persons": list(row.persons),
        "text_sha256": row_hash,
        "status": "insufficient-information",
        "reason": "not-assessed",
    }
    return {key: value for key, value in facts.items() if value}
