"""The references on the page of a record: to a document, an assessment or the page itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tracker.export.citation_formats import CitableWork
from tracker.model import (
    Assessment,
    ImpreciseDate,
    Recommendation,
    Record,
    Source,
    find_current_assessments,
)
from tracker.site.addresses import find_addresses
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.urls import record_url

# The titles of imported records are in quotation marks, and so is a title in a reference.
_QUOTED = re.compile(r"^“([^“”]*)”$")
_NESTED_QUOTES = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class FormattedReference:
    """A reference to a work as text, as a footnote, and as data for reference managers."""

    text: str
    footnote: str
    """Empty if it would be the text."""
    work: CitableWork


@dataclass(frozen=True, slots=True)
class ReferenceGroup:
    """The references of one kind, which are copied together."""

    kind: Literal["document", "source", "assessment", "record"]
    file: str
    """The name of the files for reference managers, without an ending."""
    references: tuple[FormattedReference, ...]

    @property
    def is_ours(self) -> bool:
        """True if the references are to pages of this site."""
        return self.kind in ("assessment", "record")


def list_references(
    context: SiteContext, record: Record, collection: str
) -> tuple[ReferenceGroup, ...]:
    """Return the references on the page of a record.

    For a recommendation these are the document and, apart from it, our assessment of each group.
    For a source it is the source and never this site.
    """
    if isinstance(record, Source):
        return (ReferenceGroup("source", record.id, (_refer_to_source(context, record),)),)
    groups = []
    if isinstance(record, Recommendation):
        document = _refer_to_paragraph(context, record)
        groups.append(ReferenceGroup("document", f"{record.id}-document", (document,)))
        current = () if record.withdrawn else find_current_assessments(record)
        if current:
            ours = tuple(_refer_to_assessment(context, record, a) for a in current)
            return (*groups, ReferenceGroup("assessment", record.id, ours))
    page = _refer_to_page(context, record, collection)
    return (*groups, ReferenceGroup("record", record.id, (page,)))


def describe_origin(context: SiteContext, recommendation: Recommendation) -> str:
    """Return the body, document, paragraph and date of a recommendation, and who reported it."""
    document = context.view.source(recommendation.document)
    symbol = document.symbol or context.title(document.id)
    origin = [context.title(recommendation.made_by), symbol, recommendation.paragraph]
    if day := document.date or recommendation.made_on:
        origin.append(format_date(day, context.translate))
    return _say_who_reported(context, recommendation, ", ".join(origin))


def cite_picture(context: SiteContext, name: str, path: str) -> str:
    """Return the reference to a picture of this site."""
    text = context.translate(
        "picture.cite", site=context.site_name, title=name, day=context.view.today.isoformat()
    )
    return _end(text, f"{context.site_url}{path}" if context.site_url else "")


def _say_who_reported(context: SiteContext, recommendation: Recommendation, origin: str) -> str:
    """Add the document that reports a recommendation, if the official wording was not read."""
    if not recommendation.is_known_second_hand:
        return origin
    (first, *_) = recommendation.paraphrases[0].citations
    source = context.title(first.source)
    return context.translate("record.cite.reported", origin=origin, source=source)


def _refer_to_paragraph(context: SiteContext, recommendation: Recommendation) -> FormattedReference:
    source = context.view.source(recommendation.document)
    body = context.title(recommendation.made_by)
    work = _to_work(context, source, authors=body, issued=source.date or recommendation.made_on)
    place = _say_who_reported(context, recommendation, recommendation.paragraph)
    parts = _list_parts(context, source, body, work.issued)
    text = _say_who_reported(context, recommendation, ", ".join([*parts, recommendation.paragraph]))
    note = ". ".join(filter(None, (_capitalize(place), work.note)))
    work = replace(work, note=note)
    footnote = _end(describe_origin(context, recommendation))
    return FormattedReference(_end(text, work.url), footnote, work)


def _refer_to_source(context: SiteContext, source: Source) -> FormattedReference:
    author = _get_author(context, source)
    work = _to_work(context, source, authors=author, issued=source.date)
    named = [author, source.symbol or _quote(context, source), _format_when(context, source.date)]
    text = ", ".join(_list_parts(context, source, author, source.date))
    return FormattedReference(_end(text, work.url), _end(", ".join(filter(None, named))), work)


def _refer_to_assessment(
    context: SiteContext, recommendation: Recommendation, assessment: Assessment
) -> FormattedReference:
    """Return the reference to an assessment of the groups for which it is in force."""
    # In force it may be limited to some of its groups. Its version is that of the whole.
    (whole,) = (a for a in recommendation.assessments if a.id == assessment.id)
    values = {
        "site": context.site_name,
        "title": _get_title(context, recommendation),
        "groups": ", ".join(map(context.title, assessment.groups)),
        "status": context.label(assessment.label),
        "id": assessment.id,
        "day": format_date(assessment.date, context.translate),
        "version": whole.version,
    }
    url = _page_url(context, "recommendations", recommendation)
    url = f"{url}#{assessment.id}" if url else ""
    work = CitableWork(
        id=assessment.id,
        title=context.translate("cite.assessment.title", **values),
        authors=context.translate("authors", site=context.site_name),
        issued=assessment.date,
        site=context.site_name,
        url=url,
        note=context.translate(
            "cite.assessment.note", **values, origin=describe_origin(context, recommendation)
        ),
    )
    text = _end(context.translate("cite.assessment", **_nest_quotes(values)), url)
    return FormattedReference(
        text, _end(context.translate("cite.assessment.short", **values), url), work
    )


def _refer_to_page(context: SiteContext, record: Record, collection: str) -> FormattedReference:
    today = context.view.today
    values = {"id": record.id, "day": today.isoformat(), "title": _get_title(context, record)}
    about = describe_origin(context, record) if isinstance(record, Recommendation) else ""
    note = context.translate("cite.record.note", **values)
    work = CitableWork(
        id=record.id,
        title=values["title"],
        authors=context.translate("authors", site=context.site_name),
        issued=ImpreciseDate.parse(today.isoformat()),
        site=context.site_name,
        url=_page_url(context, collection, record),
        note=f"{note}: {about}" if about else note,
    )
    text = context.translate("record.cite-as", site=context.site_name, **_nest_quotes(values))
    return FormattedReference(_end(text, work.url), "", work)


def _to_work(
    context: SiteContext, source: Source, *, authors: str, issued: ImpreciseDate | None
) -> CitableWork:
    publisher = context.localize(source.publisher)
    is_report = source.symbol or source.type.endswith("report")
    return CitableWork(
        id=source.id,
        title=_get_title(context, source),
        authors=authors,
        issued=issued,
        url=find_addresses(source).best or source.archived or "",
        note="" if issued else _capitalize(context.translate("undated")),
        publisher="" if publisher == authors else publisher,
        number=source.symbol or "",
        genre=context.title(source.type) if is_report else "",
    )


def _list_parts(
    context: SiteContext, source: Source, author: str, issued: ImpreciseDate | None
) -> list[str]:
    """Return the author, title, symbol, publisher and date of a source."""
    publisher = context.localize(source.publisher)
    parts = [
        author,
        _quote(context, source),
        source.symbol or "",
        "" if publisher == author else publisher,
        _format_when(context, issued),
    ]
    return [part for part in parts if part]


def _get_author(context: SiteContext, source: Source) -> str:
    return context.localize(source.author) or context.localize(source.publisher)


def _get_title(context: SiteContext, record: Record) -> str:
    return _QUOTED.sub(r"\1", context.title(record.id))


def _quote(context: SiteContext, source: Source) -> str:
    return f"“{_get_title(context, source).translate(_NESTED_QUOTES)}”"


def _nest_quotes(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return the values of a message that puts the title in quotation marks."""
    return {**values, "title": values["title"].translate(_NESTED_QUOTES)}


def _format_when(context: SiteContext, when: ImpreciseDate | None) -> str:
    return format_date(when, context.translate) if when else context.translate("undated").lower()


def _page_url(context: SiteContext, collection: str, record: Record) -> str:
    return f"{context.site_url}{record_url(collection, record.id)}" if context.site_url else ""


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _end(text: str, url: str = "") -> str:
    """Return a reference that ends with a full stop, and then its address."""
    return f"{text.rstrip('.')}. {url}".strip()
