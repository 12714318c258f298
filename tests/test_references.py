"""References to records of every kind, as reference managers parse them."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
import rispy  # type: ignore[import-untyped]  # has none
from pybtex.database import parse_string as parse_bibtex  # type: ignore[import-untyped]

from tests.conftest import FROZEN_ON
from tests.hostile import plain_latex
from tracker.export.citation_formats import CitableWork, to_bibtex, to_csl, to_ris
from tracker.model import Dataset, ImpreciseDate, Recommendation, Source
from tracker.records.loader import LoadResult
from tracker.site.addresses import find_addresses
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.references import FormattedReference, cite_picture, list_references

SITE = "https://example.org/tracker/"
SOURCES = (
    *("cescr-co-3", "cescr-state-report-4", "cescr-rq-4", "cerd-co-6", "upr-wg-3"),
    *("upr-compilation-3", "special-rapporteur-idps-2015", "ecri-2016", "ecri-press-2011"),
    *("law-refugees-1999", "constitution-azerbaijan", "statelessness-conventions"),
    *("unhcr-factsheet-2020-04", "us-report-2019", "uscri-2005", "guardian-2015"),
    *("azertag-2019", "azeriobserver-2020", "sms-joint-statement-14088", "upr-info-database"),
    *("facebook-search", "report"),
)
"""UN and regional documents, laws, press, reports of organisations and web pages."""
RECORDS = {
    "cescr-2013-9": "recommendations",
    "cescr-2013-9-health": "recommendations",
    "foundation-2020-p21": "recommendations",
    "detained-2019": "indicators",
    "centre-rules": "findings",
    "event-1992-accession": "events",
    "cescr-3": "cycles",
    "i-01": "discrepancies",
    "unhcr": "vocabulary",
    "asylum-seekers": "vocabulary",
}


@dataclass(frozen=True)
class ReadWork:
    """The fields of a work in a reference manager."""

    author: str
    year: str
    title: str
    number: str
    kind: str
    url: str


def read_bibtex(text: str) -> ReadWork:
    """Read an entry as BibTeX does. An institution is one last name."""
    (entry,) = parse_bibtex(text, "bibtex").entries.values()
    people = entry.persons.get("author", [])
    assert all(not (p.first_names or p.middle_names or p.lineage_names) for p in people)
    names = [plain_latex(" ".join(p.prelast_names + p.last_names)) for p in people]
    fields = {name: plain_latex(value) for name, value in entry.fields.items() if name != "url"}
    assert len(names) < 2
    return ReadWork(
        "".join(names),
        fields.get("year", ""),
        fields["title"],
        fields.get("number", ""),
        fields.get("type", ""),
        entry.fields.get("url", ""),
    )


def read_ris(text: str) -> ReadWork:
    """Read a record as Zotero does, which splits an author at commas into last and first name."""
    (record,) = rispy.loads(text)
    names = [re.split(r"\s*,\s*", name) for name in record.get("authors", [])]
    assert all(first_names == [""] for _, *first_names in names)
    assert len(names) < 2
    (url,) = record.get("urls", [""])
    return ReadWork(
        "".join(last_name for last_name, _ in names),
        record.get("year", ""),
        record["title"],
        record.get("issn", ""),  # tag SN, the number of a report
        record.get("type_of_work", ""),
        url,
    )


def read_csl(text: str) -> ReadWork:
    """Read an item of CSL-JSON. A literal name is never split."""
    (item,) = json.loads(text)
    names = item.get("author", [])
    assert all([*name] == ["literal"] for name in names)
    assert len(names) < 2
    return ReadWork(
        "".join(name["literal"] for name in names),
        str(item["issued"]["date-parts"][0][0]) if "issued" in item else "",
        item["title"],
        item.get("number", ""),
        item.get("genre", ""),
        item.get("URL", ""),
    )


def read_all(work: CitableWork) -> ReadWork:
    """Return the result of each parser, which must be the same except for commas in RIS names."""
    read = read_bibtex(to_bibtex(work))
    assert read_csl(to_csl(work)) == read
    without_commas = {**vars(read), "author": read.author.replace(",", "")}
    assert vars(read_ris(to_ris(work))) == without_commas
    return read


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The snapshot as a site with a URL."""
    view = DatasetView(real.dataset, FROZEN_ON)
    return SiteContext(view, site_name="Covenant Tracker", site_url=SITE)


def collect_references(
    context: SiteContext, record_id: str, collection: str
) -> list[FormattedReference]:
    """Return all references of a record, except those to its document."""
    record: Any = context.view.data.find(record_id)
    groups = list_references(context, record, collection)
    return [one for group in groups if group.kind != "document" for one in group.references]


def refer_to(context: SiteContext, source_id: str, **changes: object) -> FormattedReference:
    """Return the reference to a changed source."""
    source = context.view.source(source_id).model_copy(update=changes)
    ((reference,),) = (g.references for g in list_references(context, source, "sources"))
    return reference


@pytest.mark.parametrize("source_id", SOURCES)
def test_source_has_its_own_author(context: SiteContext, source_id: str) -> None:
    """Author, year, title, symbol and address are those of the record."""
    source = context.view.source(source_id)
    assert isinstance(source, Source)
    (reference,) = collect_references(context, source_id, "sources")
    read = read_all(reference.work)
    author = str(source.author or source.publisher or "")
    year = str(source.date.first.year) if source.date else ""
    assert (read.author, read.year, read.title) == (author, year, f"[{source.title}]")
    addresses = find_addresses(source)
    assert (read.number, read.url) == (source.symbol or "", addresses.best or "")
    assert bool(read.kind) == (bool(source.symbol) or source.type.endswith("report"))
    for text in (reference.text, reference.footnote):
        assert all(part in text for part in (author, year, source.symbol or ""))
        assert "[" in text
        assert "“" not in text.replace(author, "").partition("[")[0]


@pytest.mark.parametrize(("record_id", "collection"), RECORDS.items(), ids=RECORDS)
def test_record_has_the_tracker_as_author(
    context: SiteContext, record_id: str, collection: str
) -> None:
    """The author is the tracker; year and URL are those of the version and record."""
    references = collect_references(context, record_id, collection)
    assert references
    for reference in references:
        read = read_all(reference.work)
        assert read.author == "Covenant Tracker contributors"
        assert read.title.startswith(context.title(record_id))
        assert (read.number, read.kind) == ("", "")
        assert read.url.partition("#")[0] == f"{SITE}{collection}/{record_id}/"
        assert read.year in reference.text
        assert read.url in reference.text


def test_quotation_marks_within_a_quoted_title_are_single(context: SiteContext) -> None:
    """Quotation marks in a quoted title become single ones, but only in the text."""
    reference = refer_to(context, "azeriobserver-2020", titled_by="source")
    assert "“Azeri Observer: ‘Representing the voiceless’”" in reference.text
    assert "‘Azeri Observer: “Representing the voiceless”’" in reference.footnote
    assert reference.work.title == "Azeri Observer: “Representing the voiceless”"
    assert "“A ‘b’ c” (chart)" in cite_picture(context, "A “b” c", "a.svg")
    (reference,) = collect_references(context, "detained-2019", "indicators")
    assert reference.text.count("“") == reference.text.count("”") == 1


@pytest.mark.parametrize(
    ("source_id", "text"),
    [
        ("trend-3217220", "Trend, [report on text message permits], undated."),
        ("footnote-m1", "“Constitution” Research Foundation, [Lost footnote, mark 1], undated."),
        ("sms-news-13685", "Service, [news item on stateless people], undated."),
        ("unhcr-factsheet-2020-04", "UNHCR, [fact sheet on Azerbaijan, 1 April 2020], 1 April"),
        ("ecri-2016", "(ECRI), [ECRI report on Azerbaijan, fifth monitoring cycle], CRI(2016)17"),
        ("facebook-search", "[Facebook search for UNHCR Azerbaijan], undated."),
    ],
)
def test_description_is_not_quoted_as_a_title(
    context: SiteContext, source_id: str, text: str
) -> None:
    """A description by the tracker is in brackets and doesn't repeat the author."""
    (reference,) = collect_references(context, source_id, "sources")
    assert text in reference.text


def test_footnote_of_a_un_document_follows_oscola(context: SiteContext) -> None:
    """Body, title, dates, “UN Doc” with the symbol, and the paragraph in its short form."""
    source = context.view.source("cescr-co-3")
    changes = {"titled_by": "source", "date": ImpreciseDate.parse("2013-06-05")}
    titled = source.model_copy(update=changes)
    record = context.view.find("cescr-2013-9")
    assert isinstance(record, Recommendation)
    record = record.model_copy(update={"paraphrases": ()})
    others = tuple(s for s in context.view.data.of(Source) if s.id != source.id)
    data = Dataset({**context.view.data.collections, "sources": (titled, *others)})
    changed = replace(context, view=DatasetView(data, FROZEN_ON))
    (reference,) = list_references(changed, record, "recommendations")[0].references
    assert reference.footnote == (
        f"{source.author}, ‘{source.title}’ (adopted 17 May 2013, issued 5 June 2013) "
        "UN Doc E/C.12/AZE/CO/3, para 9."
    )


def test_secondary_citation_names_author_date_and_places(context: SiteContext) -> None:
    """The reference to the document that reports a paragraph is complete."""
    record: Any = context.view.find("cescr-2013-9-health")
    (reference,) = list_references(context, record, "recommendations")[0].references
    places = [c.locator for c in record.paraphrases[0].citations if c.source == "report"]
    author = context.view.source("report").author
    for text in (reference.text, reference.footnote):
        _, _, reported = text.partition(" as reported in ")
        assert all(part in reported for part in (str(author), "undated", ", ".join(places)))


def test_recommendation_of_the_upr_is_cited_as_its_database(context: SiteContext) -> None:
    """The author is the database's, the State is named, and an undated source has no year."""
    upr = next(r for r in context.view.data.of(Recommendation) if r.imported)
    assert upr.imported
    assert upr.imported.recommending
    (reference,) = list_references(context, upr, "recommendations")[0].references
    read = read_all(reference.work)
    assert (read.author, read.year) == ("UPR Info", "")
    assert f"recommendation by {upr.imported.recommending[0]}" in reference.text
    assert f"undated, recommendation made {upr.made_on}" in reference.text


def test_assessment_names_the_paragraph_and_one_author(context: SiteContext) -> None:
    for reference in collect_references(context, "cescr-2013-9-health", "recommendations"):
        for text, place in ((reference.text, "paragraph 9"), (reference.footnote, "para 9")):
            assert text.startswith(f"{reference.work.authors}, ")
            assert f"(E/C.12/AZE/CO/3, {place})" in text


def test_figure_cites_its_sources_and_places(context: SiteContext) -> None:
    """The sources of a figure are cited apart from its page, with the places in them."""
    record: Any = context.view.find("detained-2019")
    documents, _ = list_references(context, record, "indicators")
    cited = {c.source for c in record.citations}
    assert {r.work.id for r in documents.references} == cited
    places = {c.locator for c in record.citations if c.locator != "whole"}
    text = " ".join(reference.text for reference in documents.references)
    assert places
    assert all(place in text for place in places)


def test_bibtex_has_month_and_date() -> None:
    """BibTeX styles print the month by its abbreviation, and biblatex reads the date."""
    for day, month, date in (
        ("2013-06-05", "June", "2013-06-05"),
        ("2013-06", "June", "2013-06"),
        ("2013", None, None),
    ):
        work = CitableWork("id", "Title", issued=ImpreciseDate.parse(day))
        (entry,) = parse_bibtex(to_bibtex(work), "bibtex").entries.values()
        found = [entry.fields.get(name) for name in ("year", "month", "date")]
        assert found == ["2013", month, date]
