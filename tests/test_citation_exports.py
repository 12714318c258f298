"""Citations of records, assessments and sources, in all formats."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

import pytest
import rispy  # type: ignore[import-untyped]  # has none
from pybtex.database import parse_string as parse_bibtex  # type: ignore[import-untyped]

from tests.hostile import plain_latex
from tests.test_publishing import DATA, make_context
from tracker.export.citation_formats import CitableWork, to_bibtex, to_csl, to_ris
from tracker.export.json_export import record_to_json
from tracker.model import (
    ImpreciseDate,
    Recommendation,
    Source,
    find_current_assessments,
)
from tracker.site.references import list_references
from tracker.site.render import render_record_page

WORK = CitableWork("asked-1", "Homes & “50 %” {now}", "A Tracker contributors",
            ImpreciseDate.parse("2026-11-24"), "A Tracker",
            "https://example.org/recommendations/asked-1/")  # fmt: skip


def test_citations_have_three_formats() -> None:
    """Each has the record, title, date and URL, with the escapes of the format."""
    bib = to_bibtex(WORK)
    assert bib.startswith("@misc{asked-1,")
    assert r"Homes \& “50 \%” {\textbraceleft}now{\textbraceright}" in bib
    ris = dict(line.split("  - ", 1) for line in to_ris(WORK).splitlines())
    assert (ris["TY"], ris["TI"], ris["DA"]) == ("ELEC", WORK.title, "2026/11/24")
    (csl,) = json.loads(to_csl(WORK))
    assert (csl["title"], csl["issued"]) == (WORK.title, {"date-parts": [[2026, 11, 24]]})


@pytest.mark.parametrize(
    "title",
    [
        "A harbour\nER  - \n\nTY  - JOUR\nTI  - A forged article\nUR  - https://evil.example/",
        "A harbour\r\n\x0bER  -\x85AU  - Nobody",
        "{ {{ }} } }{ \\{ \\ \\}",
        "},\n}\n@misc{other, title = {Forged}",
        "% $ & # _ ~ ^ \\input{/etc/passwd} ``quoted'' @string{a}",
        '"<i>a</i>", \\u0000 “b”',
    ],
)
def test_citations_preserve_any_title(title: str) -> None:
    """Independent parsers find one entry with the whole title on one line."""
    line = " ".join(title.split())
    work = replace(WORK, title=title, note=title, authors=title, site=title)
    entries = parse_bibtex(to_bibtex(work), "bibtex").entries
    assert [*entries] == [WORK.id]
    assert plain_latex(entries[WORK.id].fields["title"]) == line
    (ris,) = rispy.loads(to_ris(work))
    assert (ris["type_of_reference"], ris["title"], ris["urls"]) == ("ELEC", line, [WORK.url])
    (csl,) = json.loads(to_csl(work))
    assert (csl["title"], csl["URL"]) == (line, WORK.url)


def test_institution_with_a_comma_is_one_author() -> None:
    """RIS importers read the text after the first comma of an author as a given name."""
    authors = "Ministry of Labour, Department 3 contributors"
    ris = to_ris(replace(WORK, authors=authors))
    assert "AU  - Ministry of Labour Department 3 contributors,\r\n" in ris


def test_page_links_contain_the_citations() -> None:
    """The links on a page contain the whole file, so that no request is needed."""
    record = DATA.find("asked-1")
    assert record
    page = render_record_page(make_context(), "recommendations", record).html
    groups = list_references(make_context(), record, "recommendations")
    for group, file in zip(groups, ("asked-1-document", "asked-1"), strict=True):
        (bib,) = re.findall(rf'download="{file}\.bib" href="data:[^,]+,([^"]+)"', page)
        assert unquote(bib) == to_bibtex(*(one.work for one in group.references))


def test_document_and_assessments_are_cited_separately() -> None:
    """Each current assessment has its id, date, version and address; the document its symbol."""
    context = make_context(site_url="https://example.org/")
    for record in context.view.recommendations:
        document, ours = list_references(context, record, "recommendations")
        (reference,) = document.references
        assert reference.work.id == record.document
        assert record.paragraph in reference.text
        assert record.paragraph.replace("paragraph ", "para ") in reference.footnote
        assert "A Tracker" not in reference.text + reference.footnote + reference.work.authors
        current = find_current_assessments(record)
        assert [one.work.id for one in ours.references] == ([a.id for a in current] or [record.id])
        for assessment, one in zip(current, ours.references, strict=False):
            address = f"https://example.org/recommendations/{record.id}/#{assessment.id}"
            (whole,) = (a for a in record.assessments if a.id == assessment.id)
            for text in (one.text, one.footnote, f"{one.work.note} {one.work.url}"):
                assert all(part in text for part in (assessment.id, whole.version, address))
            assert one.work.issued == assessment.date


def test_sources_are_cited_as_themselves() -> None:
    """The author, year, title, symbol and publisher are those of the source, in each format."""
    context = make_context(site_url="https://example.org/")
    for source in DATA.of(Source):
        (group,) = list_references(context, source, "sources")
        (reference,) = group.references
        (csl,) = json.loads(to_csl(reference.work))
        (ris,) = rispy.loads(to_ris(reference.work))
        fields = parse_bibtex(to_bibtex(reference.work), "bibtex").entries[source.id].fields
        title = f"[{source.title}]" if source.titled_by == "tracker" else source.title
        assert csl["title"] == ris["title"] == title
        assert plain_latex(fields["title"]) == title
        author = source.author or source.publisher
        assert [one["literal"] for one in csl.get("author", [])] == ([author] if author else [])
        assert "A Tracker" not in "".join((to_csl(reference.work), reference.text))
        year = str(source.date.first.year) if source.date else None
        assert (fields.get("year"), ris.get("year")) == (year, year)
        assert csl.get("number") == ris.get("issn") == fields.get("number") == source.symbol
        named = str(source.title).removeprefix(f"{author}: ")
        expected = (author, named, source.symbol)
        assert all(str(text) in reference.text for text in expected if text)


def test_version_is_the_hash_of_the_published_content() -> None:
    """Anyone can compute the version of an assessment from the JSON of its record."""

    def remove_empty(value: Any) -> Any:
        if isinstance(value, list):
            return [remove_empty(one) for one in value]
        if isinstance(value, dict):
            return {key: remove_empty(one) for key, one in value.items() if one != []}
        return value

    rated = [r for r in DATA.of(Recommendation) if r.assessments]
    assert rated
    for record in rated:
        data = record_to_json(record, collection="recommendations", label=make_context().label)
        for assessment, published in zip(
            record.assessments, json.loads(data)["assessments"], strict=True
        ):
            text = json.dumps(
                remove_empty(published),
                sort_keys=True, ensure_ascii=False, separators=(",", ":"),
            )  # fmt: skip
            assert assessment.version == sha256(text.encode()).hexdigest()[:8]
            changed = assessment.model_copy(update={"why": "Something else."})
            assert changed.version != assessment.version


def test_each_assessment_keeps_its_address() -> None:
    """An old address shows the old assessment with its version, and links to newer ones."""
    context = make_context()
    record = DATA.find("asked-1")
    assert isinstance(record, Recommendation)
    first, second = record.assessments[:2]
    later = first.model_copy(
        update={
            "id": "asked-1-later",
            "date": ImpreciseDate.parse("2026-11-23"),
            "groups": ("settlers", "newcomers"),
            "why": "What was found later.",
        }
    )
    changed = record.model_copy(update={"assessments": (*record.assessments, later)})
    page = render_record_page(context, "recommendations", changed).html
    for assessment in changed.assessments:
        assert page.count(f'id="{assessment.id}"') == 1
    replaced = page[page.index(f'<li id="{first.id}"') :].partition("</li>")[0]
    assert f"{first.id}, version {first.version}" in replaced
    assert str(first.why) in replaced
    assert "What was found later." not in replaced
    assert 'href="#asked-1-later">Newer rating of 23 November 2026</a>:\nSettlers<' in replaced
    # The second one still applies to one of its groups.
    limited = page[page.index(f'<tr id="{second.id}"') :].partition("</tr>")[0]
    assert 'href="#asked-1-later">Newer rating of 23 November 2026</a>:\nNewcomers<' in limited
    newest = page[page.index('<tr id="asked-1-later"') :].partition("</tr>")[0]
    assert "Newer rating" not in newest


def test_copy_without_an_address() -> None:
    """A reference to the site has an address only if the site's URL is configured."""
    record = DATA.find("asked-1")
    assert record
    for address, expected in (("", True), ("https://example.org/", False)):
        page = render_record_page(make_context(site_url=address), "recommendations", record).html
        assert ("This site has no permanent web address yet." in page) is expected
        assert ("https://example.org/recommendations/asked-1/" in page) is not expected
        source = DATA.of(Source)[0]
        page = render_record_page(make_context(site_url=address), "sources", source).html
        assert ("on this site, which has no permanent web address yet" in page) is expected
        assert (f"<code>https://example.org/sources/{source.id}/</code>" in page) is not expected
