"""Registers: the rows of a collection with what they can be filtered, sorted and saved by."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tracker.model import (
    PAGED,
    Cycle,
    Discrepancy,
    Event,
    Finding,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Record,
    Source,
    Term,
    find_current_assessments,
)
from tracker.model.text import LETTERS, fold
from tracker.site.context import SiteContext, to_citable_work
from tracker.site.dataset_view import time_sort_key
from tracker.site.facets import (
    FIXED,
    Facet,
    Translate,
    find_review_status,
    find_status_groups,
    make_facets,
)
from tracker.site.timeline import TimelineEntry, get_entry_title, make_timeline
from tracker.site.urls import record_url

LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

_ALPHABETS = {"az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz"}
"""Where letters do not sort by what they fold to."""


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """The rows under one heading."""

    id: str
    records: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """All rows of a collection, in groups, with facets, plain fields, and orders."""

    collection: str
    groups: tuple[RegisterGroup, ...]
    titles: tuple[str, ...]
    facets: tuple[Facet, ...]
    fields: Mapping[str, tuple[str, ...]]
    """What else a row shows, as plain text, for a download and the text filter."""
    orders: Mapping[str, tuple[int, ...]]
    """For each order but the first, the rank of each row."""
    holds: tuple[tuple[tuple[int, ...], ...], ...] = ()
    """Of recommendations: for each status of each row, the positions of its groups."""

    @property
    def records(self) -> tuple[Any, ...]:
        """The rows in the order of the page: records, or entries of the timeline."""
        return tuple(record for group in self.groups for record in group.records)


_FACETS: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("status", "right", "group", "authority", "body", "age", "proof"),
    "findings": ("kind", "right", "group", "source-type", "proof"),
    "indicators": ("role", "right", "group", "age", "source-type", "proof"),
    "sources": ("source-type", "access", "identified", "link", "age", "proof"),
    "events": ("event", "right", "group", "who"),
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "recommendations": ("summary", "ratings", "evidence_up_to", "review_due"),
    "findings": ("places",),
    "indicators": ("value", "unit", "date", "review_due"),
    "sources": ("symbol", "date", "url", "citations", "review_due"),
    "events": ("date", "ratings", "undated"),
}


def list_collections() -> tuple[str, ...]:
    """The collections that have a register."""
    return tuple(_FACETS)


def make_register(context: SiteContext, t: Translate, collection: str) -> Register:
    """The register of a collection, for the day and in the site's language."""
    groups = _make_groups(context, collection)
    records = [record for group in groups for record in group.records]
    told_apart = make_facets(context, t, _FACETS[collection], records)
    plain = _to_plain(context, t)
    fields = {name: tuple(plain[name](r) for r in records) for name in _FIELDS[collection]}
    titles = tuple(_get_title(context, t, record) for record in records)
    orders = {} if collection == "events" else _make_orders(context, titles, fields)
    held = (
        find_status_groups(context, told_apart, records) if collection == "recommendations" else ()
    )
    return Register(collection, groups, titles, told_apart, fields, orders, held)


def to_columns(context: SiteContext, t: Translate, found: Register) -> dict[str, Any]:
    """What the script needs of a register, column by column."""
    return {
        "collection": found.collection,
        "ids": [record.id for record in found.records],
        "titles": found.titles,
        "paths": [
            _get_path(context, row) for row in found.records if isinstance(row, TimelineEntry)
        ],
        "sizes": [len(group.records) for group in found.groups],
        "facets": [
            {
                "name": facet.name,
                "ids": [choice.id for choice in facet.choices],
                "labels": [choice.label for choice in facet.choices],
                "rows": facet.values,
            }
            for facet in found.facets
        ],
        "holds": found.holds,
        "fields": found.fields,
        "orders": found.orders,
        "folds": LETTERS,
        "day": context.view.today.isoformat(),
        "site": context.site_name,
        "root": context.site_url,
        "about": [
            to_citable_work(context, row, found.collection).about
            for row in found.records
            if isinstance(row, Recommendation)
        ],
        "cite": t(
            "record.cite-as",
            site=context.site_name,
            title="{title}",
            id="{id}",
            day=context.view.today.isoformat(),
        ),
        "licence": {"name": t("register.licence"), "url": LICENCE_URL},
    }


def find_neighbours(
    context: SiteContext, collection: str, record: Record
) -> tuple[Record | None, Record | None]:
    """The records before and after one in its register; of a word, among those of its kind."""
    listed = record.kind if isinstance(record, Term) else collection
    before, after = _find_beside(context, listed).get(
        record.id, (None, None)
    )  # withdrawn: in no register
    return before, after


@lru_cache(maxsize=32)
def _find_beside(
    context: SiteContext, listed: str
) -> Mapping[str, tuple[Record | None, Record | None]]:
    """For each record in a register, or word of a kind, the one before and the one after it."""
    records = _list_records(context, listed) if listed in PAGED else context.view.terms(listed)
    padded = (None, *records, None)
    return {r.id: (padded[n], padded[n + 2]) for n, r in enumerate(records)}


def _list_records(context: SiteContext, collection: str) -> tuple[Record, ...]:
    """The records of a collection that stand, in the order in which their page lists them."""
    if collection == "events":
        return tuple(sorted(context.view.all(Event), key=time_sort_key))
    if collection == "cycles":
        return context.view.all(Cycle)
    if collection == "discrepancies":
        states = ("open", "explained", "settled")
        return tuple(
            record
            for state in states
            for record in context.view.filter_by(Discrepancy, "state", state)
        )
    return tuple(record for group in _make_groups(context, collection) for record in group.records)


def make_sort_key(text: str, language: str) -> tuple[tuple[int, str], ...]:
    """Sorts titles by the alphabet of a language, else by what their letters fold to."""
    lower = text.replace("İ", "i").replace("I", "ı" if language == "az" else "i").lower()
    return tuple(
        _get_letter_rank(letter, language) for letter in unicodedata.normalize("NFC", lower)
    )


@lru_cache(maxsize=1 << 12)
def _get_letter_rank(letter: str, language: str) -> tuple[int, str]:
    place = _ALPHABETS.get(language, "").find(letter)
    return (1 + place, "") if place >= 0 else (0, fold(letter))


def _get_title(context: SiteContext, t: Translate, row: Record | TimelineEntry) -> str:
    return (
        get_entry_title(row, context, t)
        if isinstance(row, TimelineEntry)
        else context.localize(row.title)
    )


def _get_path(context: SiteContext, entry: TimelineEntry) -> str:
    """The address of an entry's record; a gap has none but its place in the list."""
    if entry.record is None:
        return f"events/#{entry.id}"
    return record_url(context.view.data.collection_of(entry.record.id), entry.record.id)


def _make_groups(context: SiteContext, collection: str) -> tuple[RegisterGroup, ...]:
    if collection == "events":
        years = (year for part in make_timeline(context) for year in part.years)
        return tuple(RegisterGroup(year.id, year.entries) for year in years)
    if collection == "recommendations":
        return tuple(
            RegisterGroup(*group) for group in context.view.recommendations_by_body().items()
        )
    if collection == "findings":
        return tuple(
            RegisterGroup(kind, context.view.filter_by(Finding, "kind", kind))
            for kind in FIXED["kind"]
        )
    if collection == "indicators":
        found = [
            RegisterGroup(role, context.view.filter_by(Indicator, "role", role))
            for role in FIXED["role"]
        ]
    else:
        found = [
            RegisterGroup(t.id, context.view.filter_by(Source, "type", t.id))
            for t in context.view.terms("source-type")
        ]
    return tuple(group for group in found if group.records)


def _to_plain(context: SiteContext, t: Translate) -> dict[str, Callable[[Any], str]]:
    """For each field, what a record says in plain text; dates as they are written."""

    def evidence(record: Record) -> str:
        found = find_review_status(context, record)
        return found.evidence.text if found else ""

    def due(record: Record) -> str:
        found = find_review_status(context, record)
        return found.due_on.isoformat() if found else ""

    def value(record: Indicator) -> str:
        figure = record.figure
        counted = figure.basis == "counted"
        return f"{figure.value} {t('figure.counted')}" if counted else str(figure.printed)

    def cited(record: Source) -> str:
        counts = context.view.verification.get_source_counts(record.id)
        return "; ".join(f"{n} {t(f'result.{state}')}" for state, n in counts.items() if n)

    return {
        "summary": lambda r: context.localize(r.summary),
        "ratings": lambda r: _collect_ratings(context, r),
        "evidence_up_to": evidence,
        "review_due": due,
        "places": lambda r: _collect_places(context, r),
        "value": value,
        "unit": lambda r: str(r.unit),
        "date": _get_date,
        "undated": lambda e: context.localize(e.undated),
        "symbol": lambda r: r.symbol or "",
        "url": lambda r: r.url or "",
        "citations": cited,
    }


def _get_date(row: Indicator | Source | TimelineEntry) -> str:
    if isinstance(row, TimelineEntry):
        return row.when.text if row.when else ""
    when = row.date if isinstance(row, Source) else row.as_of or row.period
    return when.text if when else ""


def _collect_places(context: SiteContext, finding: Finding) -> str:
    return "; ".join(f"{c.source}, {c.locator}" for c in context.view.citations(finding))


def _collect_ratings(context: SiteContext, row: Recommendation | TimelineEntry) -> str:
    """Each rating with its groups and its evidence: what a status alone would hide."""
    told = []
    for rating in row.ratings if isinstance(row, TimelineEntry) else find_current_assessments(row):
        groups = ", ".join(context.title(group) for group in rating.groups)
        until = f" ({rating.evidence_up_to.text})" if rating.evidence_up_to else ""
        told.append(f"{context.title(rating.status)}: {groups}{until}")
    return "; ".join(told)


def _make_orders(
    context: SiteContext, titles: tuple[str, ...], fields: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[int, ...]]:
    """Ranks by title and, where there are dates, by date both ways, those without one last."""
    rows = range(len(titles))
    keys = [make_sort_key(title, context.language) for title in titles]
    orders = {"title": _to_ranks(sorted(rows, key=lambda i: keys[i]))}
    days = fields.get("date") or fields.get("evidence_up_to")
    if days:
        dated = sorted(
            (i for i in rows if days[i]), key=lambda i: ImpreciseDate.parse(days[i]).first
        )
        undated = [i for i in rows if not days[i]]
        orders["newest"] = _to_ranks([*reversed(dated), *undated])
        orders["oldest"] = _to_ranks([*dated, *undated])
    return orders


def _to_ranks(order: list[int]) -> tuple[int, ...]:
    ranks = [0] * len(order)
    for rank, row in enumerate(order):
        ranks[row] = rank
    return tuple(ranks)
