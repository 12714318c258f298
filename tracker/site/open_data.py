"""The downloadable data: ratings in long form, and the Data Package."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from tracker.export.csv_table import to_csv
from tracker.export.data_package import (
    LICENCE,
    collection_to_csv,
    describe_collection_table,
    describe_table,
    make_data_package,
)
from tracker.model import COLLECTIONS, Assessment, ImpreciseDate, Recommendation
from tracker.model.base import suggest_id
from tracker.model.fields import describe_fields
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.urls import record_url

DATA_PAGE = "open-data/"
RATINGS, RATINGS_SEMICOLON = "data/ratings.csv", "data/ratings.semicolon.csv"
PACKAGE = "data/datapackage.json"
_OPTIONAL = (
    *("status", "reason", "evidence_up_to", "evidence_undated"),
    *("symbol", "asked_on", "rated_on", "rating"),
)
"""The columns of ratings that may be empty."""


class RatingRow(NamedTuple):
    """The status of a recommendation for one group. The fields are the headings of the file."""

    recommendation: str
    title: str
    made_by: str
    proposal: str
    """`yes` for a proposal of civil society, which counts with no recommendation."""
    group: str
    group_title: str
    status: str
    """The code of the status; empty if there is no rating."""
    label: str
    """The status with its qualifiers, or why there is none."""
    reason: str
    evidence_up_to: str
    evidence_undated: str
    symbol: str
    paragraph: str
    asked_on: str
    rated_on: str
    rating: str
    """The id of the rating."""
    address: str


def list_data_files(context: SiteContext) -> Mapping[str, Callable[[], bytes]]:
    """Return the functions that make the files, by path."""
    collections = context.view.data.collections
    return {
        RATINGS: partial(_make_ratings, context, ","),
        # Excel expects it where the decimal mark is a comma.
        RATINGS_SEMICOLON: partial(_make_ratings, context, ";"),
        PACKAGE: partial(_make_package, context),
        **{
            f"data/csv/{name}.csv": partial(
                collection_to_csv, collections.get(name, ()), model, localize=context.localize
            )
            for name, model in COLLECTIONS.items()
        },
    }


def iter_rating_rows(context: SiteContext) -> Iterator[RatingRow]:
    """Yield a row for each recommendation and group, sorted by recommendation.

    A paragraph that is rated in parts has no rows, so that nothing is counted twice.
    """
    for recommendation in sorted(context.view.recommendations, key=lambda record: record.id):
        has_parts = bool(context.view.parts(recommendation))
        for group in recommendation.groups:
            if context.view.rating_for(recommendation, group) or not has_parts:
                yield _make_row(context, recommendation, group)


def _make_row(context: SiteContext, recommendation: Recommendation, group: str) -> RatingRow:
    rating = context.view.rating_for(recommendation, group)
    no_rating = "status.imported" if recommendation.unassessed_import else "status.none"
    return RatingRow(
        recommendation=recommendation.id,
        title=context.title(recommendation.id),
        made_by=recommendation.made_by,
        proposal="yes" if context.view.is_proposal(recommendation) else "no",
        group=group,
        group_title=context.title(group),
        status=rating.status if rating else "",
        label=context.label(rating.label) if rating else context.translate(no_rating),
        reason=(rating and rating.reason) or "",
        evidence_up_to=str((rating and rating.evidence_up_to) or ""),
        evidence_undated=context.localize(rating.evidence_undated) if rating else "",
        symbol=context.view.source(recommendation.document).symbol or "",
        paragraph=recommendation.paragraph,
        asked_on=str(recommendation.made_on or ""),
        rated_on=str(rating.date) if rating else "",
        rating=rating.id if rating else "",
        address=context.site_url + record_url("recommendations", recommendation.id),
    )


def _make_ratings(context: SiteContext, separator: str) -> bytes:
    return to_csv(RatingRow._fields, iter_rating_rows(context), separator=separator)


def _make_package(context: SiteContext) -> bytes:
    ratings = describe_table(
        "ratings", "ratings.csv", context.translate("open-data.ratings"), _describe_ratings(context)
    )
    return make_data_package(
        name=suggest_id(context.site_name) or "tracker",
        title=context.site_name,
        description=context.translate("open-data.description"),
        homepage=context.site_url,
        today=context.view.today,
        resources=[ratings, *map(describe_collection_table, COLLECTIONS)],
    )


class RatingColumn(NamedTuple):
    """A column of the ratings, as the page about the data and the Data Package describe it."""

    name: str
    description: str
    choices: tuple[str, ...]
    """The codes that it can have, if they are fixed."""


def list_rating_columns(context: SiteContext) -> tuple[RatingColumn, ...]:
    """Return the columns of the ratings."""
    fields = describe_fields(Assessment)
    choices = {name: tuple(map(str, fields[name].choices)) for name in ("status", "reason")}
    choices["proposal"] = ("yes", "no")
    return tuple(
        RatingColumn(name, context.translate(f"open-data.column.{name}"), choices.get(name, ()))
        for name in RatingRow._fields
    )


def _describe_ratings(context: SiteContext) -> Mapping[str, Any]:
    """Return the Table Schema of the ratings."""
    fields = []
    for name, description, choices in list_rating_columns(context):
        constraints: dict[str, object] = {} if name in _OPTIONAL else {"required": True}
        if choices:
            constraints["enum"] = choices
        field = {"name": name, "type": "string", "description": description}
        fields.append({**field, **({"constraints": constraints} if constraints else {})})
    return {
        "fields": fields,
        "primaryKey": ["recommendation", "group"],
        "missingValues": [""],
        "foreignKeys": [
            {"fields": field, "reference": {"resource": resource, "fields": "id"}}
            for field, resource in (("recommendation", "recommendations"), ("group", "vocabulary"))
        ],
    }


def describe_dataset(context: SiteContext) -> Mapping[str, Any]:
    """Return a description of the data for search engines: a schema.org `Dataset` (JSON-LD).

    Without the site's own URL, addresses are relative to the page, as JSON-LD allows.
    """
    root = context.site_url or "../"
    files = {
        RATINGS: "text/csv",
        PACKAGE: "application/json",
        "data/tracker.json": "application/json",
    }
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": context.site_name,
        "description": context.translate("open-data.description"),
        "url": root + DATA_PAGE,
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "dateModified": context.view.today.isoformat(),
        "creator": {
            "@type": "Organization",
            "name": context.translate("authors", site=context.site_name),
        },
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": root + path}
            for path, kind in files.items()
        ],
    }


def cite_dataset(context: SiteContext) -> str:
    """Return the reference to the data as a whole."""
    today = context.view.today
    return context.translate(
        "open-data.reference",
        authors=context.translate("authors", site=context.site_name),
        year=today.year,
        site=context.site_name,
        day=format_date(ImpreciseDate.parse(today.isoformat()), context.translate),
        address=context.site_url + DATA_PAGE if context.site_url else "",
    ).strip()
