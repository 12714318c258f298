"""The references on the page of a record: to a document, an assessment or the page itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tracker.export.citation_formats import CitableWork
from tracker.model import (
    Assessment,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Record,
    Source,
    find_current_assessments,
)
from tracker.model.citation import UN_SYMBOL
from tracker.site.addresses import find_addresses
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.urls import record_url

# The titles of imported records are in quotation marks, and so is a title in a reference.
_QUOTED = re.compile(r"^“([^“”]*)”$")
_NESTED_QUOTES = str.maketrans("“”", "‘’")
_SWAPPED_QUOTES = str.maketrans("“”‘’", "‘’“”")
_PARENTHESIS = re.compile(r" \([^()]*\)$")
_PLACE = re.compile(r"(paragraph|article|page) (?=\d)")


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
    For a figure they are the sources and, apart from them, its page. For a source it is the source
    and never this site.
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
    if isinstance(record, Indicator) and (cited := context.view.cited_sources(record)):
        sources = tuple(
            _refer_to_source(context, source, dict.fromkeys(c.locator for c in citations))
            for source, citations in cited
        )
        groups.append(ReferenceGroup("document", f"{record.id}-document", sources))
    page = _refer_to_page(context, record, collection)
    return (*groups, ReferenceGroup("record", record.id, (page,)))


def describe_origin(context: SiteContext, recommendation: Recommendation) -> str:
    """Return the body, document, paragraph and date of a recommendation, and who reported it."""
    document = context.view.source(recommendation.document)
    symbol = document.symbol or context.title(document.id)
    origin = [context.title(recommendation.made_by), symbol, recommendation.paragraph]
    if document.date or recommendation.made_on:
        origin.append(_format_dates(context, document, recommendation.made_on))
    text = ", ".join(origin)
    if not recommendation.is_known_second_hand:
        return text
    (first, *_) = recommendation.paraphrases[0].citations
    source = context.title(first.source)
    return context.translate("record.cite.reported", origin=text, source=source)


def cite_document(context: SiteContext, recommendation: Recommendation) -> str:
    """Return the footnote for the document of a recommendation, without the full stop."""
    return _refer_to_paragraph(context, recommendation).footnote.removesuffix(".")


def cite_picture(context: SiteContext, name: str, path: str) -> str:
    """Return the reference to a picture of this site."""
    values = {"title": name, "day": context.view.today.isoformat()}
    text = context.translate("picture.cite", authors=_name_us(context), **_nest_quotes(values))
    return _end(text, f"{context.site_url}{path}" if context.site_url else "")


def _refer_to_paragraph(context: SiteContext, recommendation: Recommendation) -> FormattedReference:
    source = context.view.source(recommendation.document)
    body = _get_author(context, source) or context.title(recommendation.made_by)
    work = _to_work(context, source, authors=body)
    place = recommendation.paragraph
    made_by = recommendation.imported.recommending if recommendation.imported else ()
    if made_by:
        states = ", ".join(made_by)
        place = context.translate("cite.recommending", place=place, states=states)
    when = _format_dates(context, source, recommendation.made_on)
    text = _join_parts(context, source, body, when, place)
    footnote = _join_footnote(context, source, body, when, _abbreviate(context, place))
    if recommendation.is_known_second_hand:
        text = _say_who_reported(context, recommendation, text, in_footnote=False)
        footnote = _say_who_reported(context, recommendation, footnote, in_footnote=True)
        place = _say_who_reported(context, recommendation, place, in_footnote=False)
    dates = work.note if when == _format_when(context, source.date) else when
    note = ". ".join(map(_capitalize, filter(None, (place, dates))))
    return FormattedReference(_end(text, work.url), _end(footnote), replace(work, note=note))


def _say_who_reported(
    context: SiteContext, recommendation: Recommendation, origin: str, *, in_footnote: bool
) -> str:
    """Add the document and the places that report a recommendation whose wording was not read."""
    citations = recommendation.paraphrases[0].citations
    source = context.view.source(citations[0].source)
    places = dict.fromkeys(c.locator for c in citations if c.source == source.id)
    reference = _format_source(context, source, places, in_footnote=in_footnote)
    return context.translate("record.cite.reported", origin=origin, source=reference)


def _refer_to_source(
    context: SiteContext, source: Source, places: Iterable[str] = ()
) -> FormattedReference:
    """Return the reference to a source, and to the places in it if any are named."""
    work = _to_work(context, source, authors=_get_author(context, source))
    found = _list_places(context, places)
    work = replace(work, note=". ".join(filter(None, (_capitalize(found), work.note))))
    text = _format_source(context, source, places, in_footnote=False)
    footnote = _format_source(context, source, places, in_footnote=True)
    return FormattedReference(_end(text, work.url), _end(footnote), work)


def _format_source(
    context: SiteContext, source: Source, places: Iterable[str], *, in_footnote: bool
) -> str:
    author = _get_author(context, source)
    when = _format_when(context, source.date)
    place = _list_places(context, places)
    if in_footnote:
        return _join_footnote(context, source, author, when, _abbreviate(context, place))
    return _join_parts(context, source, author, when, place)


def _refer_to_assessment(
    context: SiteContext, recommendation: Recommendation, assessment: Assessment
) -> FormattedReference:
    """Return the reference to an assessment of the groups for which it is in force."""
    # In force it may be limited to some of its groups. Its version is that of the whole.
    (whole,) = (a for a in recommendation.assessments if a.id == assessment.id)
    document = context.view.source(recommendation.document)
    symbol = document.symbol or context.short_title(document)
    values = {
        "authors": _name_us(context),
        "about": f"{symbol}, {recommendation.paragraph}",
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
        authors=_name_us(context),
        issued=assessment.date,
        site=context.site_name,
        url=url,
        note=context.translate(
            "cite.assessment.note", **values, origin=describe_origin(context, recommendation)
        ),
    )
    text = _end(context.translate("cite.assessment", **_nest_quotes(values)), url)
    short = {**values, "about": _abbreviate(context, values["about"])}
    footnote = _end(context.translate("cite.assessment.short", **short), url)
    return FormattedReference(text, footnote, work)


def _refer_to_page(context: SiteContext, record: Record, collection: str) -> FormattedReference:
    today = context.view.today
    values = {"id": record.id, "day": today.isoformat(), "title": _get_title(context, record)}
    about = describe_origin(context, record) if isinstance(record, Recommendation) else ""
    note = context.translate("cite.record.note", **values)
    work = CitableWork(
        id=record.id,
        title=values["title"],
        authors=_name_us(context),
        issued=ImpreciseDate.parse(today.isoformat()),
        site=context.site_name,
        url=_page_url(context, collection, record),
        note=f"{note}: {about}" if about else note,
    )
    text = context.translate("record.cite-as", authors=work.authors, **_nest_quotes(values))
    return FormattedReference(_end(text, work.url), "", work)


def _to_work(context: SiteContext, source: Source, *, authors: str) -> CitableWork:
    publisher = context.localize(source.publisher)
    is_report = source.symbol or source.type.endswith("report")
    title = _get_title(context, source)
    return CitableWork(
        id=source.id,
        title=title if source.titled_by == "source" else f"[{title}]",
        authors=authors,
        issued=source.date,
        url=find_addresses(source).best or source.archived or "",
        note="" if source.date else _capitalize(context.translate("undated")),
        publisher="" if publisher == authors else publisher,
        number=source.symbol or "",
        genre=context.title(source.type) if is_report else "",
    )


def _join_parts(
    context: SiteContext, source: Source, author: str, when: str, place: str = ""
) -> str:
    """Return the author, title, symbol, publisher, date and place of a source."""
    publisher = context.localize(source.publisher)
    title = _format_title(context, source, author)
    parts = [author, title, _format_symbol(context, source)]
    parts += ["" if publisher == author else publisher, when, place]
    return ", ".join(filter(None, parts))


def _join_footnote(context: SiteContext, source: Source, author: str, when: str, place: str) -> str:
    """Return the same in the order of OSCOLA, a common style for footnotes in law."""
    publisher = context.localize(source.publisher)
    published = ", ".join(filter(None, ("" if publisher == author else publisher, when)))
    title = _format_title(context, source, author)
    if source.titled_by == "source":
        title = title.translate(_SWAPPED_QUOTES)
    named = " ".join(filter(None, (title, f"({published})", _format_symbol(context, source))))
    return ", ".join(filter(None, (author, named, place)))


def _format_title(context: SiteContext, source: Source, author: str) -> str:
    """Return the title in quotation marks, or our description in brackets.

    A description often begins with the author, who need not be named twice.
    """
    title = _get_title(context, source)
    if source.titled_by == "source":
        return f"“{title.translate(_NESTED_QUOTES)}”"
    name = _PARENTHESIS.sub("", author)
    rest = title.removeprefix(name) if name else title
    if not rest.startswith((": ", " ")):
        return f"[{title}]"
    rest = rest.lstrip(": ")
    return f"[{context.translate('cite.report-on', rest=rest) if rest.startswith('on ') else rest}]"


def _format_symbol(context: SiteContext, source: Source) -> str:
    if not source.symbol or not UN_SYMBOL.fullmatch(source.symbol):
        return source.symbol or ""
    return context.translate("cite.un-document", symbol=source.symbol)


def _list_places(context: SiteContext, places: Iterable[str]) -> str:
    return ", ".join(context.place(place) for place in places if place != "whole")


def _abbreviate(context: SiteContext, place: str) -> str:
    """Return a place in a document as lawyers write it in footnotes."""
    return _PLACE.sub(lambda match: f"{context.translate(f'cite.place.{match[1]}')} ", place)


def _get_author(context: SiteContext, source: Source) -> str:
    return context.localize(source.author) or context.localize(source.publisher)


def _name_us(context: SiteContext) -> str:
    return context.translate("authors", site=context.site_name)


def _get_title(context: SiteContext, record: Record) -> str:
    return _QUOTED.sub(r"\1", context.title(record.id))


def _nest_quotes(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return the values of a message that puts the title in quotation marks."""
    return {**values, "title": values["title"].translate(_NESTED_QUOTES)}


def _format_dates(context: SiteContext, source: Source, made_on: ImpreciseDate | None) -> str:
    """Return the date of a document, and that of the recommendation if it is another."""
    when = _format_when(context, source.date)
    if not made_on:
        return when
    made = format_date(made_on, context.translate)
    if not source.date:
        return context.translate("cite.dates.undated", undated=when, made=made)
    if made_on.first <= source.date.last and source.date.first <= made_on.last:
        return when
    is_un = source.symbol and UN_SYMBOL.fullmatch(source.symbol)
    key = "cite.dates.adopted" if is_un else "cite.dates.made"
    return context.translate(key, made=made, issued=when)


def _format_when(context: SiteContext, when: ImpreciseDate | None) -> str:
    return format_date(when, context.translate) if when else context.translate("undated").lower()


def _page_url(context: SiteContext, collection: str, record: Record) -> str:
    return f"{context.site_url}{record_url(collection, record.id)}" if context.site_url else ""


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _end(text: str, url: str = "") -> str:
    """Return a reference that ends with a full stop, and then its address."""
    return f"{text.rstrip('.')}. {url}".strip()
