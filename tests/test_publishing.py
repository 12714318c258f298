"""Feeds, calendar and citations: valid by other people's parsers, keyed on ids."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote, urljoin

import icalendar
import pytest
import rispy  # type: ignore[import-untyped]  # has none
from atoma import parse_atom_bytes  # type: ignore[import-untyped]  # has none
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string as parse_bibtex  # type: ignore[import-untyped]

from tests.conftest import EXAMPLE
from tests.hostile import plain_latex
from tracker.export.citation_formats import CitableWork, to_bibtex, to_csl, to_ris
from tracker.export.feeds import FeedEntry, to_atom, to_calendar
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext, to_citable_work
from tracker.site.dataset_view import DatasetView
from tracker.site.generated_files import iter_generated_files
from tracker.site.render import render_record_page

DATA = load(read_files(EXAMPLE)).dataset
WORK = CitableWork("asked-1", "Homes & “50 %” {now}", "A Tracker", "A Tracker contributors",
            date(2026, 11, 24), "https://example.org/recommendations/asked-1/")  # fmt: skip

# The arguments of a feed whose title and links do not matter.
FEED = {"key": "k", "title": "T", "author": "A", "page_url": "./", "feed_url": "x"}


def make_context(today: str = "2026-11-24", site_url: str = "") -> SiteContext:
    return SiteContext(
        DatasetView(DATA, date.fromisoformat(today)), site_name="A Tracker", site_url=site_url
    )


def files_of(context: SiteContext) -> dict[str, bytes]:
    found = list(iter_generated_files(context))
    files = {file.path: file.get_content() for file in found}
    assert len(found) == len(files), "no address twice"
    return files


def entries_of(atom: bytes) -> list[Any]:
    """Read by a parser that refuses a feed without what RFC 4287 asks for."""
    found: list[Any] = parse_atom_bytes(atom).entries
    return found


def test_each_change_stands_in_the_feed_once() -> None:
    """One entry a rating, newest first, with from and to, and an id that outlives addresses."""
    context = make_context(site_url="https://example.org/")
    entries = entries_of(files_of(context)["feeds/changes.atom"])
    assert len(entries) == len(context.view.rating_changes())
    ids = [e.id_ for e in entries]
    assert len(set(ids)) == len(ids)
    assert [e.id_ for e in entries_of(files_of(make_context())["feeds/changes.atom"])] == ids
    assert all(e.links[0].href.startswith("https://example.org/recommendations/") for e in entries)


def test_links_of_a_feed_lead_from_where_it_lies() -> None:
    """Without a published address, each link of a feed resolves to a page of the site."""
    files = files_of(make_context())
    for path, atom in files.items():
        if path.endswith(".atom"):
            base = f"https://host.example/tracker/{path}"
            feed = parse_atom_bytes(atom)
            links = [link for item in (feed, *feed.entries) for link in item.links]
            found = [
                urljoin(base, link.href).removeprefix("https://host.example/tracker/")
                for link in links
            ]
            assert path in found
            records = make_context().view.data.records()
            known = {path, "", *(f"{name}/{record.id}/" for name, record in records)}
            assert set(found) <= known


def test_feeds_of_one_recommendation_and_one_group() -> None:
    """Whoever follows one item or one group gets its changes and no others."""
    files = files_of(make_context())
    own = entries_of(files["recommendations/asked-1/changes.atom"])
    assert {e.title.value.split(":")[0] for e in own} == {make_context().title("asked-1")}
    assert any(path.startswith("vocabulary/") for path in files if path.endswith(".atom"))


def test_an_empty_feed_is_valid() -> None:
    """A tracker that has rated nothing yet has a feed all the same."""
    assert entries_of(to_atom((), **FEED)) == []


def test_calendar_is_read_by_another_parser() -> None:
    """Each due date is one day-long event with an id of its own."""
    calendar = icalendar.Calendar.from_ical(files_of(make_context())["feeds/reviews.ics"])
    events = calendar.walk("VEVENT")
    assert len({str(e["UID"]) for e in events}) == len(events) > 0
    assert all(isinstance(e.decoded("DTSTART"), date) for e in events)


@given(st.text(max_size=200), st.text(min_size=1, max_size=90))
def test_any_text_survives_the_calendar(title: str, key: str) -> None:
    """Commas, semicolons, backslashes and long lines come back as they were."""
    clean = re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "", title)
    entry = FeedEntry(key, date(2026, 1, 2), clean, "", "x/")
    data = to_calendar([entry], title="T", today=date(2026, 1, 1))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(event["SUMMARY"]) == clean


def test_markup_in_a_title_stays_text() -> None:
    """A title is never markup in a feed."""
    entry = FeedEntry("k", date(2026, 1, 2), "<b>&", "x", "y/")
    (found,) = entries_of(to_atom([entry], **FEED))
    assert found.title.value == "<b>&"


def test_citations_in_three_forms() -> None:
    """Each names the record, its title, day and address, in the form's own escapes."""
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
def test_citations_survive_any_title(title: str) -> None:
    """Other people's parsers find one entry with the whole title on one line."""
    line = " ".join(title.split())
    work = replace(WORK, title=title, about=title, authors=title, site=title)
    entries = parse_bibtex(to_bibtex(work), "bibtex").entries
    assert [*entries] == [WORK.id]
    assert plain_latex(entries[WORK.id].fields["title"]) == line
    (ris,) = rispy.loads(to_ris(work))
    assert (ris["type_of_reference"], ris["title"], ris["urls"]) == ("ELEC", line, [WORK.url])
    (csl,) = json.loads(to_csl(work))
    assert (csl["title"], csl["URL"]) == (line, WORK.url)


def test_a_page_hands_out_its_citations() -> None:
    """The links on a page hold the whole file: no request is needed to save one."""
    record = DATA.find("asked-1")
    assert record
    page = render_record_page(make_context(), "recommendations", record).html
    (bib,) = re.findall(r'download="asked-1\.bib" href="data:[^,]+,([^"]+)"', page)
    assert unquote(bib) == to_bibtex(to_citable_work(make_context(), record, "recommendations"))


def test_the_same_bytes_twice() -> None:
    """Nothing published depends on the clock."""
    assert files_of(make_context()) == files_of(make_context())
