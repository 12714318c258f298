"""Map the rows of an export to recommendations, and their labels to the project's vocabulary.

For a mechanism, State, document or database that the project lacks, the import creates a term or
source whose id begins with `imported-`. It is deleted when the project has its own.
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

from tracker.checks.documents import MAX_TITLE_LENGTH
from tracker.checks.privacy import has_personal_data
from tracker.i18n import t
from tracker.importers.rows import ExportRow
from tracker.importers.uhri import split_paragraph
from tracker.model import UN_SYMBOL, Dataset, Source, Term
from tracker.model.base import MAX_ID_LENGTH
from tracker.model.text import fold_label, hash_text, slugify

PREFIX = "imported-"
Content = dict[str, Any]
"""A record as plain content: texts, lists and mappings."""

# A State supports a recommendation or takes note of it: Human Rights Council resolution 5/1, annex,
# paragraph 32. These are the words that databases use for the two, in letters only. Any other word,
# such as "pending", is not an answer.
_RESPONSES = {
    **dict.fromkeys(
        ("accepted", "supported", "acceptedsupported", "supportedaccepted"), "supported"
    ),
    **dict.fromkeys(
        ("noted", "rejected", "notsupported", "rejectednoted", "notedrejected"), "noted"
    ),
}
_PEER_REVIEWS = ("upr", "universal periodic review")
"""Names of the review in which States, not independent experts, make the recommendations."""
# The first session in each year from 2008 on of the UPR Working Group:
# https://www.ohchr.org/en/hr-bodies/upr/upr-sessions
_FIRST_SESSIONS = (1, 4, 7, 10, 13, 15, 18, 21, 24, 27, 29, 32, 35, 37, 40, 42, 45, 48, 51, 54)
_MAX_TITLE = 90  # characters
_ALWAYS_WRITTEN = ("rights", "groups")  # even if empty: an editor fills them

RESPONSE_SUFFIX = "-response"
"""Added to the id of a recommendation for the id of the State's answer."""


class ImportRow(NamedTuple):
    """A record to merge into a file, made from a row of an export."""

    id: str
    file: str
    """Name, without its extension, of the file for all records of one State and mechanism."""
    key: str = ""
    """The row's own id in the database, or empty."""
    number: int = 0
    hash: str = ""
    """Hash of the text."""
    scope: str = ""
    """A document, or a State's session. An export contains all of its rows or none."""
    record: bytes | None = None
    """The record as JSON, which takes a third of the memory. None if a filter left it out."""

    def content(self) -> Content:
        """Return the record with the id of the row, which the ids of its positions contain too."""
        content: Content = json.loads(self.record or b"{}")
        if content.get("id", self.id) != self.id:
            content["id"] = self.id
            for position in content.get("positions", ()):
                position["id"] = f"{self.id}{RESPONSE_SUFFIX}"
        return content


class VocabularyMapper:
    """Finds terms and sources by the names that databases use, and creates missing ones."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._by_label: dict[tuple[str, str], list[str]] = {}
        for term in data.of(Term):
            title = (term.title,) if isinstance(term.title, str) else tuple(term.title.values())
            for label in dict.fromkeys(map(fold_label, (term.id, *title, *term.labels))):
                self._by_label.setdefault((term.kind, label), []).append(term.id)
        self._by_symbol = {s.symbol.upper(): s.id for s in data.of(Source) if s.symbol}
        self.created: dict[str, dict[str, Content]] = {"vocabulary": {}, "sources": {}}
        """The terms and sources created so far, by collection and id."""

    def find_terms(self, kinds: Iterable[str], labels: Iterable[str]) -> list[str]:
        """Return the ids of all terms of these kinds that have one of the labels."""
        keys = ((kind, fold_label(label)) for label in labels for kind in kinds)
        return list(dict.fromkeys(i for key in keys for i in self._by_label.get(key, ())))

    def map_mechanism(self, label: str) -> str:
        """Return the mechanism or body that made a recommendation."""
        voice = "states" if fold_label(label) in _PEER_REVIEWS else "independent"
        return self._map_term(("mechanism", "body"), label, label, voice=voice)

    def map_state(self, label: str) -> str:
        """Return the authority that speaks for a State."""
        return self._map_term(("authority",), label, label, voice="state")

    def map_database(self, name: str) -> str:
        """Return the body that maintains a database and reports the answers in it."""
        title = t(f"import.database.{name}")
        return self._map_term(("body",), name, title, voice="independent")

    def _map_term(self, kinds: tuple[str, ...], name: str, title: str, *, voice: str = "") -> str:
        """Return the first term with this name, and create it if there is none.

        A term with a voice is also found by its title.
        """
        labels = [title] if voice else []
        if known := self.find_terms(kinds, (name, *labels)):
            return known[0]
        term_id = f"{PREFIX}{slugify(name)}"
        if self._data.find(term_id):  # adopted by the project
            return term_id
        content = {"id": term_id, "title": _shorten(title), "kind": kinds[0]}
        content["definition"] = t("import.word")
        facts = {"labels": labels, "voice": voice} if voice else {}
        self.created["vocabulary"].setdefault(term_id, content | facts)
        return term_id

    def map_database_source(self, name: str) -> str:
        """Return the database as a source."""
        source_id = f"{name}-database"
        if isinstance(self._data.find(source_id), Source):
            return source_id
        title = t("import.database.source", name=t(f"import.database.{name}"))
        return self._make_source(f"{PREFIX}{source_id}", title)

    def map_document(self, symbol: str, *, date: str) -> str:
        """Return a UN document as a source."""
        known = self._by_symbol.get(symbol.upper())
        return known or self._make_source(f"{PREFIX}{slugify(symbol)}", symbol, symbol, date)

    def _make_source(self, source_id: str, title: str, symbol: str = "", date: str = "") -> str:
        if source_id not in self.created["sources"] and not self._data.find(source_id):
            kind = "un-document" if symbol else "database"
            content = {
                "id": source_id,
                "title": _shorten(title),
                "type": self._map_term(("source-type",), kind, t(f"import.type.{kind}")),
                "symbol": symbol if UN_SYMBOL.fullmatch(symbol) else "",
                "date": date,
                "undated": "" if date else t("import.undated"),
                "access": "public",
                "identified": "as-cited",
            }
            self.created["sources"][source_id] = {
                key: text for key, text in content.items() if text
            }
        return source_id


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
    """Return whether an answer is neither of the two that a State can give."""
    return bool(row.response) and fold_label(row.response) not in _RESPONSES


def to_row(
    row: ExportRow, vocabulary: VocabularyMapper, *, database: str, is_wanted: bool
) -> ImportRow:
    """Return the row to merge, with its record if the filters accept it."""
    state = slugify(row.states[0]) if len(row.states) == 1 else "several-states"
    body = slugify(row.body)
    # Many rows have the same scope and file.
    scope = sys.intern(f"{database} {state} {row.symbol or f'{body} {row.session}'}")
    file = sys.intern(f"{state}-{body}")
    text_hash = hash_text(row.text)
    if row.symbol and row.paragraph:
        record_id = f"{slugify(row.symbol)}-{slugify(row.paragraph)}"
    else:
        names = (row.symbol or f"{row.body} {row.session}", state, *row.recommending[:1])
        stem = "-".join(map(slugify, names))
        max_length = MAX_ID_LENGTH - len(RESPONSE_SUFFIX) - 9
        if len(stem) > max_length:
            stem = f"{stem[: max_length - 9].rstrip('-')}-{hash_text(stem)[:8]}"
        record_id = f"{stem}-{text_hash[:8]}"
    record = None
    if is_wanted:
        content = _make_content(row, record_id, text_hash, vocabulary, database)
        record = json.dumps(content, ensure_ascii=False).encode()
    return ImportRow(record_id, file, row.key, row.number, text_hash, scope, record)


def _make_content(
    row: ExportRow, record_id: str, text_hash: str, vocabulary: VocabularyMapper, database: str
) -> Content:
    source = vocabulary.map_database_source(database)
    document = vocabulary.map_document(row.symbol, date=row.date) if row.symbol else source
    locator = _make_locator(row)
    citations = [{"source": document, "locator": locator}]
    labels = (*row.themes, *row.persons)
    made_on, basis = get_date(row)
    answer = _RESPONSES.get(fold_label(row.response), "")
    response = {
        "id": f"{record_id}{RESPONSE_SUFFIX}",
        "speaker": vocabulary.map_state(row.states[0]),
        "reported_by": vocabulary.map_database(database),
        "mode": "reported",
        "undated": t("import.response.undated"),
        "says": answer and t(f"import.response.{answer}"),
        "citations": citations,
    }
    content = {
        "id": record_id,
        "title": _make_title(row.text),
        "made_by": vocabulary.map_mechanism(row.body),
        "made_on": made_on,
        "made_on_note": t(f"import.date.{basis}"),
        "document": document,
        "paragraph": locator,
        "summary": _make_summary(row),
        "official_text": {"text": row.text, "citations": citations},
        "rights": vocabulary.find_terms(("right",), labels),
        "groups": vocabulary.find_terms(("group",), labels),
        "positions": [response] if answer and len(row.states) == 1 else [],
        "imported": _make_imported(row, source, text_hash, answer),
    }
    return {key: value for key, value in content.items() if value or key in _ALWAYS_WRITTEN}


def _make_locator(row: ExportRow) -> str:
    if row.symbol and row.paragraph:
        return f"paragraph {row.paragraph}"
    return f"session {row.session}" if row.session.isalnum() and not row.symbol else "whole"


def get_date(row: ExportRow) -> tuple[str, str]:
    """Return the date of the document, or else the year of the session, and its basis."""
    if row.date:
        return row.date, "document"
    if row.session.isdecimal() and 0 < int(row.session) < _FIRST_SESSIONS[-1]:
        return str(2007 + bisect_right(_FIRST_SESSIONS, int(row.session))), "session"
    return "", "none"


def _shorten(title: str) -> str:
    """Return a title within the limit of all titles."""
    return title if len(title) <= MAX_TITLE_LENGTH else f"{title[: MAX_TITLE_LENGTH - 1]}…"


def _make_title(text: str) -> str:
    """Return the beginning of the text, without its paragraph number, in quotation marks."""
    _, title = split_paragraph(text)
    if len(title) > _MAX_TITLE:
        title = title[:_MAX_TITLE].rpartition(" ")[0] + "…"
    for outer, inner in (("“", "‘"), ("”", "’"), ('"', "'")):
        title = title.replace(outer, inner)
    return f"“{title}”"


def _make_summary(row: ExportRow) -> str:
    """Return a sentence on who made the recommendation to whom, and one on its themes."""
    facts: dict[str, Any] = {
        "by": row.recommending or (row.body,),
        "to": row.states,
        "session": row.session,
        "themes": row.themes,
    }
    origin = t("import.asked.session" if row.session else "import.asked", **facts)
    return f"{origin} {t('import.themes', **facts)}" if row.themes else origin


def _make_imported(row: ExportRow, source: str, text_hash: str, answer: str) -> Content:
    """Return the content of the row as the database has it."""
    content = {
        "source": source,
        "row": row.key,
        "addressed": list(row.states),
        "cycle": row.cycle,
        "session": row.session,
        "recommending": list(row.recommending),
        "response": answer,
        "action": row.action,
        "themes": list(row.themes),
        "persons": list(row.persons),
        "text_sha256": text_hash,
        "status": "insufficient-information",
        "reason": "not-assessed",
    }
    return {key: value for key, value in content.items() if value}
