"""Map labels of databases to the project's vocabulary, by the labels that each term lists.

For a mechanism, State, document or database that the project lacks, the import makes a term or
source whose id begins with `imported-`. It goes when the project has one of its own.
"""

from collections.abc import Iterable
from typing import Any

from tracker.i18n import t
from tracker.model import UN_SYMBOL, Dataset, Source, Term
from tracker.model.text import fold_label, slugify

PREFIX = "imported-"
Content = dict[str, Any]
"""A record as plain content: texts, lists and mappings."""


def get_made_file(collection: str, record_id: str) -> str:
    """Return the file for a made term or source; sources are many, so they get several files."""
    first = record_id.removeprefix(PREFIX).partition("-")[0]
    return f"sources/{first}" if collection == "sources" else collection


class VocabularyMapper:
    """Finds terms and sources by the names that databases use, and makes missing ones."""

    def __init__(self, data: Dataset) -> None:
        self._data = data
        self._by_label: dict[tuple[str, str], list[str]] = {}
        for term in data.of(Term):
            title = (term.title,) if isinstance(term.title, str) else tuple(term.title.values())
            for label in dict.fromkeys(map(fold_label, (term.id, *title, *term.labels))):
                self._by_label.setdefault((term.kind, label), []).append(term.id)
        self._by_symbol = {s.symbol.upper(): s.id for s in data.of(Source) if s.symbol}
        self.made: dict[str, dict[str, Content]] = {"vocabulary": {}, "sources": {}}
        """The terms and sources made so far, by collection and id."""

    def find_terms(self, kinds: Iterable[str], labels: Iterable[str]) -> list[str]:
        """Return the ids of all terms of these kinds that have one of the labels."""
        keys = ((kind, fold_label(label)) for label in labels for kind in kinds)
        return list(dict.fromkeys(i for key in keys for i in self._by_label.get(key, ())))

    def map_mechanism(self, label: str) -> str:
        """Return the mechanism or body that made a recommendation."""
        return self._map_term(
            ("mechanism", "body"), label, title=label, labels=[label], voice="independent"
        )

    def map_state(self, label: str) -> str:
        """Return the authority that speaks for a State."""
        return self._map_term(("authority",), label, title=label, labels=[label], voice="state")

    def map_database(self, name: str) -> str:
        """Return the body that keeps a database and reports the answers in it."""
        title = t(f"import.database.{name}")
        return self._map_term(
            ("body",), name, title, title=title, labels=[title], voice="independent"
        )

    def _map_term(
        self, kinds: tuple[str, ...], *names: str, title: str, **facts: str | list[str]
    ) -> str:
        """Return the first term that has one of the names; make one if there is none."""
        known = self.find_terms(kinds, names)
        if known:
            return known[0]
        term_id = f"{PREFIX}{slugify(names[0])}"
        content = {"id": term_id, "title": title, "kind": kinds[0], "definition": t("import.word")}
        self.made["vocabulary"].setdefault(term_id, content | facts)
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
        if source_id not in self.made["sources"]:
            kind = "un-document" if symbol else "database"
            content = {
                "id": source_id,
                "title": title,
                "type": self._map_term(("source-type",), kind, title=t(f"import.type.{kind}")),
                "symbol": symbol if UN_SYMBOL.fullmatch(symbol) else "",
                "date": date,
                "undated": "" if date else t("import.undated"),
                "access": "public",
                "identified": "as-cited",
            }
            self.made["sources"][source_id] = {key: text for key, text in content.items() if text}
        return source_id
