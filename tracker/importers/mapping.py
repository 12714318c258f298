"""A row → the record that it becomes: its id, and what the format asks of a recommendation."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracker.checks.privacy import leads_to_a_person
from tracker.importers.rows import Row, without_paragraph
from tracker.importers.vocabulary import Content, Terms, folded, slug
from tracker.model import text_hash
from tracker.model.base import LONGEST_ID
from tracker.words import say

# What databases call the answers of a State, by letters. What is not here, as "pending" or
# "general response", is no answer: the record has none, and the word is told.
_RESPONSES = {
    "accepted": "supported",
    "supported": "supported",
    "acceptedsupported": "supported",
    "supportedaccepted": "supported",
    "noted": "noted",
    "rejected": "noted",
    "notsupported": "noted",
    "rejectednoted": "noted",
    "notedrejected": "noted",
}
# The first session of each year from 2008 on of the Working Group in which States review another.
_FIRST_SESSIONS = (1, 4, 7, 10, 13, 15, 18, 21, 24, 27, 29, 32, 35, 37, 40, 42, 45, 48, 51, 54)
_LONGEST_TITLE = 90


@dataclass(frozen=True, slots=True)
class Made:
    """A record that a row becomes."""

    record: Content
    hash: str
    file: str
    """The name, without its ending, of the file for all records of one State and mechanism."""
    scope: str
    """What an export has wholly or not at all: the document, or the session of a State."""


def why_not(row: Row) -> str:
    """Why a row cannot become a record, as a key; empty if it can."""
    if not any(c.isalpha() for c in row.text):
        return "no-text"
    if not all(any(c.isalpha() for c in state) for state in row.states or [""]):
        return "no-state"
    if not any(c.isalpha() for c in row.body):
        return "no-body"
    return "personal" if leads_to_a_person(row.text) else ""


def made_of(row: Row, terms: Terms, *, database: str) -> Made:
    """The record of a row that can become one."""
    source = terms.database_source(database)
    hashed = text_hash(row.text)
    asked_by = terms.mechanism(row.body)
    one_state = slug(row.states[0]) if len(row.states) == 1 else "several-states"
    document = terms.document(row.symbol, date=row.date) if row.symbol else source
    place = _place(row)
    record_id = _id(row, one_state, hashed)
    themes = (*row.themes, *row.persons)
    record = {
        "id": record_id,
        "title": _title(row.text),
        "made_by": asked_by,
        **_dated(row),
        "document": document,
        "paragraph": place,
        "summary": _summary(row),
        "official_text": {
            "text": row.text,
            "citations": [{"source": document, "locator": place}],
        },
        "rights": terms.all_named("right", themes),
        "groups": terms.all_named("group", themes),
        "positions": list(_positions(row, record_id, terms, database)),
        "imported": _imported(row, source, hashed),
    }
    scope = f"{database} {one_state} {row.symbol or f'{slug(row.body)} {row.session}'}"
    kept = {name: content for name, content in record.items() if name in _ALWAYS or content}
    return Made(kept, hashed, f"{one_state}-{slug(row.body)}", scope)


_RESPONSE = "-response"
"""The end of the id of a position that was imported with its recommendation."""
_ALWAYS = ("rights", "groups")
_said = cache(say)
"""A text that needs no facts, which thousands of records have."""


def _id(row: Row, state: str, hashed: str) -> str:
    """By symbol and paragraph where the export has them; else by who asked whom, and the text."""
    if row.symbol and row.paragraph:
        return f"{slug(row.symbol)}-{slug(row.paragraph)}"
    named = (row.symbol or f"{row.body} {row.session}", state, *row.by[:1])
    stem = "-".join(map(slug, named))
    longest = LONGEST_ID - len(_RESPONSE) - 9
    if len(stem) > longest:
        stem = f"{stem[: longest - 9].rstrip('-')}-{text_hash(stem)[:8]}"
    return f"{stem}-{hashed[:8]}"


def _place(row: Row) -> str:
    if row.symbol and row.paragraph:
        return f"paragraph {row.paragraph}"
    return f"session {row.session}" if row.session.isalnum() and not row.symbol else "whole"


def _dated(row: Row) -> dict[str, str]:
    """When it was asked, as well as the row lets one know."""
    if row.date:
        return {"made_on": row.date, "made_on_note": _said("import.date.document")}
    if row.session.isdecimal() and 0 < int(row.session) < _FIRST_SESSIONS[-1]:
        year = 2007 + bisect_right(_FIRST_SESSIONS, int(row.session))
        return {"made_on": str(year), "made_on_note": _said("import.date.session")}
    return {"made_on_note": _said("import.date.none")}


def _title(text: str) -> str:
    """The beginning of the text, as a quotation."""
    told = without_paragraph(text)
    if len(told) > _LONGEST_TITLE:
        told = told[:_LONGEST_TITLE].rpartition(" ")[0] + "…"
    for mark, other in (("“", "‘"), ("”", "’"), ('"', "'")):
        told = told.replace(mark, other)
    return f"“{told}”"


def _summary(row: Row) -> str:
    """Who asked whom, and under which themes the database has it: no sentence of the text."""
    facts: dict[str, Any] = {
        "by": row.by or (row.body,),
        "to": row.states,
        "session": row.session,
        "themes": row.themes,
    }
    asked = say("import.asked.session" if row.session else "import.asked", **facts)
    return f"{asked} {say('import.themes', **facts)}" if row.themes else asked


def _positions(row: Row, record_id: str, terms: Terms, database: str) -> Iterator[Content]:
    """The answer of the State, as its position."""
    answer = _RESPONSES.get(folded(row.response))
    if answer and len(row.states) == 1:
        cited = terms.document(row.symbol, date=row.date) if row.symbol else ""
        yield {
            "id": f"{record_id}{_RESPONSE}",
            "speaker": terms.state(row.states[0]),
            "reported_by": terms.database(database),
            "mode": "reported",
            "undated": _said("import.response.undated"),
            "says": _said(f"import.response.{answer}"),
            "citations": [
                {"source": cited or terms.database_source(database), "locator": _place(row)}
            ],
        }


def _imported(row: Row, source: str, hashed: str) -> Content:
    facts = {
        "source": source,
        "row": row.key,
        "addressed": list(row.states),
        "cycle": row.cycle,
        "session": row.session,
        "recommending": list(row.by),
        "response": _RESPONSES.get(folded(row.response), ""),
        "themes": list(row.themes),
        "persons": list(row.persons),
        "text_sha256": hashed,
        "status": "insufficient-information",
        "reason": "not-assessed",
    }
    return {name: content for name, content in facts.items() if content}


def unknown_response(row: Row) -> bool:
    """Whether a row has an answer that is neither of the two that a State can give."""
    return bool(row.response) and folded(row.response) not in _RESPONSES
