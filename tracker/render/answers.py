"""What a book answers to what was asked of it, in short: two books that answer all questions of a
page alike make the same page of it."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from tracker.model import COLLECTIONS, Record, Term
from tracker.render.book import Book
from tracker.render.noting import Question
from tracker.render.registers import neighbours

_KINDS = {model.__name__: model for model in COLLECTIONS.values()}


class Answers(dict[str, str]):
    """The answers of one book in short, each found when it is first asked for; KeyError if nobody
    asks so. A question is one text (`as_text`): thousands of pages ask the same ones."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, question: str) -> str:
        kind, *about = question.split("\n")
        self[question] = answer = _short(_ASKED[kind](self._book, *about))
        return answer

    def everywhere(self) -> str:
        """What every page hangs on: the vocabulary, the maps, the day, and what the site is."""
        book = self._book
        site = (book.language, book.site_name, book.site_url, book.repo_url, book.editing)
        shared = (*book.data.of(Term), *book.data.maps)
        return _short((*site, book.today, *(one.model_dump_json() for one in shared)))


def as_text(question: Question) -> str:
    """A question as one text; no id, address or place holds the end of a line."""
    return "\n".join(question)


def _short(answer: Any) -> str:
    return sha256(repr(answer).encode()).hexdigest()[:24]


def _record(book: Book, record_id: str) -> Any:
    found = book.data.find(record_id)
    return found and (book.data.collection_of(record_id), found.model_dump_json())


def _ids(records: Iterable[Record | None]) -> tuple[str, ...]:
    return tuple(record.id if record else "" for record in records)


def _beside(book: Book, listed: str, record_id: str) -> Any:
    found = book.data.find(record_id)
    return found and _ids(neighbours(book, listed, found))


_ASKED: Mapping[str, Callable[..., Any]] = {
    "record": _record,
    "all": lambda book, kind: _ids(book.all(_KINDS[kind])),
    "having": lambda book, kind, name, value: _ids(book.having(_KINDS[kind], name, value)),
    "naming": lambda book, record_id: _ids(book.naming(record_id)),
    "ordered": lambda book, *ids: _ids(book.ordered(i for i in ids if book.data.find(i))),
    "related": lambda book, record_id: [
        (r.record, r.path) for r in book.data.backlinks.get(record_id, ())
    ],
    "standing": lambda book, *place: book.standing(*place),
    "of-source": lambda book, source_id: book.of_source(source_id),
    "texts-of": lambda book, source_id: book.texts_of(source_id),
    "link": lambda book, url: book.links.get(url),
    "lines": lambda book, record_id: book.lines_of(record_id),
    "beside": _beside,
}
