"""Registers: the rows of a collection, and the data to filter, sort and download them."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

from tracker.analysis.labels import format_evidence_date
from tracker.model import (
    PAGED,
    Cycle,
    Event,
    Finding,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Record,
    Source,
    Term,
    Text,
    find_current_assessments,
)
from tracker.model.text import LETTERS, fold
from tracker.site.addresses import find_addresses
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView, time_sort_key
from tracker.site.facets import (
    FIXED_CHOICES,
    Facet,
    find_review_status,
    find_status_groups,
    make_facets,
)
from tracker.site.references import cite_document
from tracker.site.timeline import TimelineEntry, get_entry_title, make_timeline
from tracker.site.urls import record_url

LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

_ALPHABETS = {"az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"}
"""Alphabets in which letters with diacritics are separate letters."""
_FACETS: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("status", "right", "group", "authority", "body", "age", "proof"),
    "findings": ("kind", "right", "group", "source-type", "proof"),
    "indicators": ("role", "right", "group", "age", "source-type", "proof"),
    "sources": ("source-type", "access", "identified", "link", "age", "proof"),
    "events": ("event", "right", "group", "who"),
}
_LISTS = (*PAGED, "proposals")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("summary", "ratings", "evidence_up_to", "review_due"),
    "findings": ("places",),
    "indicators": ("value", "unit", "date", "review_due"),
    "sources": ("symbol", "date", "url", "citations", "review_due"),
    "events": ("date", "ratings", "undated"),
}


@dataclass(frozen=True, slots=True)
class Register:
    """The rows of a collection. A row is a record or a timeline entry."""

    collection: str
    groups: Mapping[str, tuple[Any, ...]]
    """The rows under each heading, by its id."""
    titles: tuple[str, ...]
    facets: tuple[Facet, ...]
    fields: Mapping[str, tuple[str, ...]]
    """Other values of each row as plain text, for downloads and the text filter."""
    orders: Mapping[str, tuple[int, ...]]
    """The rank of each row in each order, other than the order of the page."""
    status_groups: tuple[tuple[tuple[int, ...], ...], ...] = ()
    """For recommendations: the indexes of the groups for each status of each row."""

    @property
    def records(self) -> tuple[Any, ...]:
        """The rows in the order of the page."""
        return tuple(chain.from_iterable(self.groups.values()))


def list_collections() -> tuple[str, ...]:
    """Return the collections that have a register."""
    return tuple(_FACETS)


def make_register(context: SiteContext, collection: str) -> Register:
    """Return the register of a collection, or of proposals, which are recommendations."""
    groups = _make_groups(context.view, collection)
    records = list(chain.from_iterable(groups.values()))
    collection = "recommendations" if collection == "proposals" else collection
    facets = make_facets(context, _FACETS[collection], records)
    getters = _make_field_getters(context)
    fields = {name: tuple(map(getters[name], records)) for name in _FIELDS[collection]}
    titles = tuple(_get_title(context, record) for record in records)
    orders: Mapping[str, tuple[int, ...]] = {}
    if collection != "events":
        dates = fields.get("date") or fields.get("evidence_up_to") or ()
        orders = _make_orders(titles, dates, language=context.language)
    register = Register(collection, groups, titles, facets, fields, orders)
    if collection != "recommendations":
        return register
    return replace(register, status_groups=find_status_groups(context.view, facets, records))


def to_columns(context: SiteContext, register: Register) -> dict[str, Any]:
    """Return the data that `register.js` needs, column by column."""
    day = context.view.today.isoformat()
    authors = context.translate("authors", site=context.site_name)
    citation = {"authors": authors, "title": "{title}", "id": "{id}", "day": day}
    return {
        "collection": register.collection,
        "ids": [record.id for record in register.records],
        "titles": register.titles,
        "paths": [
            _get_path(context.view, row)
            for row in register.records
            if isinstance(row, TimelineEntry)
        ],
        "sizes": [len(records) for records in register.groups.values()],
        "facets": [
            {
                "name": facet.name,
                "ids": [choice.id for choice in facet.choices],
                "labels": [choice.label for choice in facet.choices],
                "rows": facet.values,
            }
            for facet in register.facets
        ],
        "status_groups": register.status_groups,
        "fields": register.fields,
        "orders": register.orders,
        "headings": _list_headings(context, register),
        "folds": LETTERS,
        "day": day,
        "site": context.site_name,
        "root": context.site_url,
        "about": [
            cite_document(context, row)
            for row in register.records
            if isinstance(row, Recommendation)
        ],
        "cite": context.translate("record.cite-as", **citation),
        "licence": {"name": context.translate("register.licence"), "url": LICENCE_URL},
    }


def _list_headings(context: SiteContext, register: Register) -> dict[str, str]:
    """Return the headings of a downloaded table: filters have the names that the page shows."""
    names = ("id", "title", *register.fields, "address", "as_of", "citation", "licence")
    return {
        **{name: context.translate(f"column.{name}") for name in names},
        **{facet.name: context.translate(f"facet.{facet.name}") for facet in register.facets},
    }


def find_neighbours(
    view: DatasetView, collection: str, record: Record
) -> tuple[Record | None, Record | None]:
    """Return the previous and the next record in a register, or among terms of the same kind.

    Both are None for withdrawn records, which no register lists.
    """
    named = view.get_register_name(collection, record)
    list_name = record.kind if isinstance(record, Term) else named
    return _map_neighbours(view, list_name).get(record.id, (None, None))


# Each record page needs its neighbours, so the map is made once for each list.
@lru_cache(maxsize=32)
def _map_neighbours(
    view: DatasetView, list_name: str
) -> Mapping[str, tuple[Record | None, Record | None]]:
    records = _list_records(view, list_name) if list_name in _LISTS else view.terms(list_name)
    padded = (None, *records, None)
    return {r.id: (padded[n], padded[n + 2]) for n, r in enumerate(records)}


def _list_records(view: DatasetView, collection: str) -> tuple[Record, ...]:
    """Return the records of a collection in the order of its page."""
    if collection == "events":
        return tuple(sorted(view.all(Event), key=time_sort_key))
    if collection == "cycles":
        return view.all(Cycle)
    if collection == "discrepancies":
        return tuple(chain.from_iterable(view.discrepancies_by_weight.values()))
    return tuple(chain.from_iterable(_make_groups(view, collection).values()))


def make_sort_key(text: str, language: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts text by a language's alphabet, or else without diacritics."""
    lower = text.replace("İ", "i").replace("I", "ı" if language == "az" else "i").lower()
    letters = unicodedata.normalize("NFC", lower)
    return tuple(_get_letter_rank(letter, language) for letter in letters)


@lru_cache(maxsize=1 << 12)
def _get_letter_rank(letter: str, language: str) -> tuple[int, str]:
    index = _ALPHABETS.get(language, "").find(letter)
    return (1 + index, "") if index >= 0 else (0, fold(letter))


def _get_title(context: SiteContext, row: Record | TimelineEntry) -> str:
    if isinstance(row, TimelineEntry):
        return get_entry_title(row, context)
    return context.localize(row.title)


def _get_path(view: DatasetView, entry: TimelineEntry) -> str:
    """Return the URL of an entry's record, or of a gap in the timeline."""
    if entry.record is None:
        return f"events/#{entry.id}"
    return record_url(view.data.collection_of(entry.record.id), entry.record.id)


def _make_groups(view: DatasetView, collection: str) -> Mapping[str, tuple[Any, ...]]:
    if collection == "events":
        years = (year for section in make_timeline(view) for year in section.years)
        return {year.id: year.entries for year in years}
    if collection in ("recommendations", "proposals"):
        return view.recommendations_by_body(proposals=collection == "proposals")
    if collection == "findings":
        # A kind without findings keeps its heading.
        return {kind: view.filter_by(Finding, "kind", kind) for kind in FIXED_CHOICES["kind"]}
    groups: dict[str, tuple[Record, ...]]
    if collection == "indicators":
        groups = {role: view.filter_by(Indicator, "role", role) for role in FIXED_CHOICES["role"]}
    else:
        types = [term.id for term in view.terms("source-type")]
        groups = {type_id: view.filter_by(Source, "type", type_id) for type_id in types}
    return {id: records for id, records in groups.items() if records}


def _make_field_getters(context: SiteContext) -> dict[str, Callable[[Any], str]]:
    """Return a function for each field that returns the plain text of a row."""
    view = context.view

    def get_due_date(record: Record) -> str:
        review = find_review_status(view, record)
        return review.due_on.isoformat() if review else ""

    def get_evidence_date(record: Record) -> str:
        review = find_review_status(view, record)
        return _format_evidence(context, review.evidence, review.undated) if review else ""

    def get_value(record: Indicator) -> str:
        figure = record.figure
        if figure.basis == "counted":
            return f"{figure.value} {context.translate('figure.counted')}"
        return str(figure.printed)

    def get_citation_counts(record: Source) -> str:
        counts = view.verification.get_source_counts(record.id)
        labels = {state: context.translate(f"result.{state}") for state in counts}
        return "; ".join(f"{n} {labels[state]}" for state, n in counts.items() if n)

    return {
        "summary": lambda r: context.localize(r.summary),
        "ratings": lambda r: _format_ratings(context, r),
        "evidence_up_to": get_evidence_date,
        "review_due": get_due_date,
        "places": lambda r: "; ".join(f"{c.source}, {c.locator}" for c in view.citations(r)),
        "value": get_value,
        "unit": lambda r: str(r.unit),
        "date": _get_date,
        "undated": lambda entry: context.localize(entry.undated),
        "symbol": lambda r: r.symbol or "",
        "url": lambda r: find_addresses(r).best,
        "citations": get_citation_counts,
    }


def _get_date(row: Indicator | Source | TimelineEntry) -> str:
    if isinstance(row, TimelineEntry):
        when = row.when
    else:
        when = row.date if isinstance(row, Source) else row.as_of or row.period
    return when.text if when else ""


def _format_ratings(context: SiteContext, row: Recommendation | TimelineEntry) -> str:
    """Return each status with its groups and the date of its evidence."""
    ratings = row.ratings if isinstance(row, TimelineEntry) else find_current_assessments(row)
    texts = []
    for rating in ratings:
        groups = ", ".join(context.title(group) for group in rating.groups)
        when, undated = rating.evidence_up_to, rating.evidence_undated
        until = f" ({_format_evidence(context, when, undated)})" if when else ""
        texts.append(f"{context.label(rating.label)}: {groups}{until}")
    return "; ".join(texts)


def _format_evidence(context: SiteContext, when: ImpreciseDate, undated: Text | None) -> str:
    """Return a date of evidence as in the records, with the kind of document if undated."""
    return format_evidence_date(when.text, context.localize(undated), context.translate)


def _make_orders(
    titles: Sequence[str], dates: Sequence[str], *, language: str
) -> Mapping[str, tuple[int, ...]]:
    """Return the ranks by title and, if there are dates, by date both ways, undated last.

    A date may be followed by the kind of an undated document.
    """
    rows = range(len(titles))
    keys = [make_sort_key(title, language) for title in titles]
    orders = {"title": _to_ranks(sorted(rows, key=keys.__getitem__))}
    if dates:
        days = {i: ImpreciseDate.parse(dates[i].partition(" ")[0]).first for i in rows if dates[i]}
        dated = sorted(days, key=days.__getitem__)
        undated = [i for i in rows if i not in days]
        orders["newest"] = _to_ranks([*reversed(dated), *undated])
        orders["oldest"] = _to_ranks([*dated, *undated])
    return orders


def _to_ranks(order: list[int]) -> tuple[int, ...]:
    ranks = [0] * len(order)
    for rank, row in enumerate(order):
        ranks[row] = rank
    return tuple(ranks)
