"""References to records of every kind, as reference managers parse them."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
import rispy  # type: ignore[import-untyped]  # has none
from pybtex.database import parse_string as parse_bibtex  # type: ignore[import-untyped]

from tests.conftest import FROZEN_ON
from tests.hostile import plain_latex
from tracker.export.citation_formats import CitableWork, to_bibtex, to_csl, to_ris
from tracker.model import Source
from tracker.records.loader import LoadResult
from tracker.site.addresses import find_addresses
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.references import FormattedReference, list_references

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


@pytest.mark.parametrize("source_id", SOURCES)
def test_source_has_its_own_author(context: SiteContext, source_id: str) -> None:
    """Author, year, title, symbol and address are those of the record."""
    source = context.view.source(source_id)
    assert isinstance(source, Source)
    (reference,) = collect_references(context, source_id, "sources")
    read = read_all(reference.work)
    author = str(source.author or source.publisher or "")
    year = str(source.date.first.year) if source.date else ""
    assert (read.author, read.year, read.title) == (author, year, source.title)
    addresses = find_addresses(source)
    assert (read.number, read.url) == (source.symbol or "", addresses.best or "")
    assert bool(read.kind) == (bool(source.symbol) or source.type.endswith("report"))
    for text in (reference.text, reference.footnote):
        assert all(part in text for part in (author, year))
        assert (
            source.symbol or context.title(source_id).translate(str.maketrans("“”", "‘’"))
        ) in text


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
    (reference,) = collect_references(context, "azeriobserver-2020", "sources")
    assert "“Azeri Observer: ‘Representing the voiceless’”" in reference.text
    assert reference.work.title == "Azeri Observer: “Representing the voiceless”"
    (reference,) = collect_references(context, "detained-2019", "indicators")
    assert reference.text.count("“") == reference.text.count("”") == 1
