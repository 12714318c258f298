"""Labels of databases → words of the vocabulary, by the names that each word lists as its own.

Where a mechanism, a State or a database has no word yet, one is made, with an id of its own that
begins with `imported-`; it goes when the vocabulary has the word.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from tracker.model import UN_SYMBOL, Dataset, Source, Term
from tracker.words import say

PREFIX = "imported-"
_LONGEST_SLUG = 80  # two of them and an ending make the name of a file: systems allow 255 bytes
Content = dict[str, Any]
"""A record as plain content: texts, lists and mappings."""


@lru_cache(maxsize=1 << 14)
def folded(label: str) -> str:
    """A label as it is compared: its letters and digits, without case and marks."""
    plain = unicodedata.normalize("NFKD", label).casefold()
    return "".join(c for c in plain if c.isalnum())


@lru_cache(maxsize=1 << 14)
def slug(text: str) -> str:
    """A text as a part of an id or of a file's name: its Latin letters and its digits.

    Where others are lost, or it is too long for a name, a hash tells it from its like.
    """
    marked = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in marked if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in letters)
    plain = "-".join(words.encode("ascii", "ignore").decode().split())
    if words.isascii() and 0 < len(plain) <= _LONGEST_SLUG:
        return plain
    hashed = hashlib.sha256(words.encode()).hexdigest()[:6]
    return f"{plain[:_LONGEST_SLUG].rstrip('-')}-{hashed}".lstrip("-")


@cache
def name_of(database: str) -> str:
    """What a database is called."""
    return say(f"import.database.{database}")


def file_of(collection: str, made: str) -> str:
    """The name of the file for a word or source that was made: sources may be very many."""
    first = made.removeprefix(PREFIX).partition("-")[0]
    return f"sources/{first}" if collection == "sources" else collection


class Terms:
    """The words and sources of a project, and those that an import has to make beside them."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._by_label: dict[tuple[str, str], list[str]] = {}
        for term in data.of(Term):
            title = (term.title,) if isinstance(term.title, str) else tuple(term.title.values())
            for label in dict.fromkeys(map(folded, (term.id, *title, *term.labels))):
                self._by_label.setdefault((term.kind, label), []).append(term.id)
        self._by_symbol = {s.symbol.upper(): s.id for s in data.of(Source) if s.symbol}
        self.made: dict[str, dict[str, Content]] = {"vocabulary": {}, "sources": {}}
        """What was made, by collection and id."""

    def named(self, kinds: Iterable[str], label: str) -> tuple[str, ...]:
        """The words of these kinds that have a label; there may be several."""
        name = folded(label)
        return tuple(found for kind in kinds for found in self._by_label.get((kind, name), ()))

    def all_named(self, kind: str, labels: Iterable[str]) -> list[str]:
        """The words of one kind that have any of the labels, each once."""
        return list(dict.fromkeys(word for label in labels for word in self.named((kind,), label)))

    def mechanism(self, label: str) -> str:
        """Who asked: a mechanism or body."""
        return self._word(("mechanism", "body"), label, voice="independent")

    def state(self, label: str) -> str:
        """A State as the one that answers."""
        return self._word(("authority",), label, voice="state")

    def database(self, name: str) -> str:
        """Who keeps a database, as the one that reports an answer."""
        title = name_of(name)
        known = self.named(("body",), name) or self.named(("body",), title)
        return known[0] if known else self._made_word(name, title, "body", voice="independent")

    def _word(self, kinds: tuple[str, ...], label: str, *, voice: str) -> str:
        known = self.named(kinds, label)
        return known[0] if known else self._made_word(label, label, kinds[0], voice=voice)

    def _made_word(self, name: str, title: str, kind: str, *, voice: str) -> str:
        found = f"{PREFIX}{slug(name)}"
        if found not in self.made["vocabulary"]:
            self.made["vocabulary"][found] = {
                "id": found,
                "title": title,
                "kind": kind,
                "definition": say("import.word"),
                "labels": [title],
                "voice": voice,
            }
        return found

    def database_source(self, name: str) -> str:
        """The database as a source."""
        wanted = f"{name}-database"
        if isinstance(self._data.find(wanted), Source):
            return wanted
        found = f"{PREFIX}{wanted}"
        if found not in self.made["sources"]:
            title = say("import.database.source", name=name_of(name))
            self._made_source(found, title, date="", symbol="")
        return found

    def document(self, symbol: str, *, date: str) -> str:
        """A UN document as a source."""
        if symbol.upper() in self._by_symbol:
            return self._by_symbol[symbol.upper()]
        found = f"{PREFIX}{slug(symbol)}"
        self._made_source(found, symbol, date=date, symbol=symbol)
        return found

    def _made_source(self, found: str, title: str, *, date: str, symbol: str) -> None:
        if found in self.made["sources"]:
            return
        kind = "un-document" if symbol else "database"
        content = {
            "id": found,
            "title": title,
            "type": self._source_type(kind),
            "symbol": symbol if UN_SYMBOL.fullmatch(symbol) else "",
            "date": date,
            "undated": "" if date else say("import.undated"),
            "access": "public",
            "identified": "as-cited",
        }
        self.made["sources"][found] = {name: text for name, text in content.items() if text}

    def _source_type(self, kind: str) -> str:
        known = self.named(("source-type",), kind)
        if known:
            return known[0]
        found = f"{PREFIX}{kind}"
        self.made["vocabulary"].setdefault(
            found,
            {
                "id": found,
                "title": say(f"import.type.{kind}"),
                "kind": "source-type",
                "definition": say("import.word"),
            },
        )
        return found
