"""Feeds and calendar: valid for independent parsers, with stable ids."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urljoin

import icalendar
from atoma import parse_atom_bytes  # type: ignore[import-untyped]  # has none
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLE
from tracker.analysis.rating_changes import iter_rating_changes
from tracker.export.feeds import FeedEntry, to_atom, to_calendar
from tracker.model import (
    Cycle,
    Dataset,
    ImpreciseDate,
    Recommendation,
)
from tracker.model.facts import Stage
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.generated_files import iter_generated_files
from tracker.site.render import render_view

DATA = load(read_files(EXAMPLE)).dataset

# The arguments of a feed in tests that ignore its title and links.
FEED = {"key": "k", "title": "T", "author": "A", "page_url": "./", "feed_url": "x"}


def make_context(today: str = "2026-11-24", site_url: str = "") -> SiteContext:
    return SiteContext(
        DatasetView(DATA, date.fromisoformat(today)), site_name="A Tracker", site_url=site_url
    )


def make_files(context: SiteContext) -> dict[str, bytes]:
    found = list(iter_generated_files(context))
    files = {file.path: file.get_content() for file in found}
    assert len(found) == len(files), "no address twice"
    return files


def parse_entries(atom: bytes) -> list[Any]:
    """Parse a feed with a parser that requires all elements that RFC 4287 requires."""
    found: list[Any] = parse_atom_bytes(atom).entries
    return found


def test_feed_lists_each_change_once() -> None:
    """Each rating is one entry, newest first, with both statuses and a permanent id."""
    context = make_context(site_url="https://example.org/")
    atom = make_files(context)["feeds/changes.atom"]
    entries = parse_entries(atom)
    assert {link.href for link in parse_atom_bytes(atom).links} == {
        "https://example.org/",
        "https://example.org/feeds/changes.atom",
    }
    assert len(entries) == len(context.view.rating_changes())
    ids = [e.id_ for e in entries]
    assert len(set(ids)) == len(ids)
    assert [e.id_ for e in parse_entries(make_files(make_context())["feeds/changes.atom"])] == ids
    assert all(e.links[0].href.startswith("https://example.org/recommendations/") for e in entries)


def test_links_of_a_feed_are_relative_to_it() -> None:
    """Without a site URL, each link of a feed leads to a page of the site."""
    files = make_files(make_context())
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
            known |= {
                f"recommendations/{record.id}/#{assessment.id}"
                for record in make_context().view.assessable
                for assessment in record.assessments
            }
            assert set(found) <= known


def test_recommendations_and_groups_have_feeds() -> None:
    """The feed of a recommendation or group contains its changes only."""
    files = make_files(make_context())
    own = parse_entries(files["recommendations/asked-1/changes.atom"])
    names, groups = zip(*(e.title.value.split(": ")[0].split(" – ") for e in own), strict=True)
    assert set(names) == {f"The Committee, {make_context().title('asked-1')}"}
    assert set(groups) == {"Settlers", "Newcomers, Bystanders"}
    assert not any(e.summary.value.startswith(groups) for e in own)
    assert any(path.startswith("vocabulary/") for path in files if path.endswith(".atom"))


def test_groups_with_different_ratings_have_separate_entries() -> None:
    """Each entry has the previous rating of its groups, and a separate id."""
    record = DATA.find("asked-1")
    assert isinstance(record, Recommendation)
    first, second = record.assessments[:2]
    assert (first.groups, second.groups) == (("settlers",), ("newcomers", "bystanders"))
    third = first.model_copy(
        update={
            "id": "asked-1-later",
            "date": ImpreciseDate.parse("2026-11-23"),
            "groups": ("newcomers", "settlers", "bystanders", "asylum-seekers"),
        }
    )
    changed = record.model_copy(update={"assessments": (first, second, third)})
    found = [
        (previous and previous.id, groups)
        for _, previous, rating, groups in iter_rating_changes(changed)
        if rating is third
    ]
    assert found == [
        (second.id, ("newcomers", "bystanders")),
        (first.id, ("settlers",)),
        (None, ("asylum-seekers",)),
    ]
    others = tuple(r for r in DATA.of(Recommendation) if r.id != changed.id)
    data = Dataset({**DATA.collections, "recommendations": (changed, *others)})
    view = DatasetView(data, date(2026, 11, 24))
    atom = make_files(replace(make_context(), view=view))["recommendations/asked-1/changes.atom"]
    entries = parse_entries(atom)
    assert len({entry.id_ for entry in entries}) == len(entries) == 5
    later = [e.title.value.split(" – ", 1)[1] for e in entries if e.updated.day == 23]
    groups = ["Settlers", "Newcomers, Bystanders", "asylum-seekers"]
    assert [title.partition(": ")[0] for title in later] == groups
    assert [("(before: " in title, "unchanged" in title) for title in later] == [
        (False, True),
        (True, False),
        (False, False),
    ]


def test_empty_feed_is_valid() -> None:
    """A tracker without ratings has a valid feed."""
    assert parse_entries(to_atom((), **FEED)) == []


def parse_events(calendar: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(calendar).walk("VEVENT"))


def test_calendar_groups_reviews_by_month() -> None:
    """Each month with due reviews is one all-day event, with an address and a unique id."""
    context = make_context("2020-08-01", site_url="https://example.org/")
    events = parse_events(make_files(context)["feeds/reviews.ics"])
    assert len({str(e["UID"]) for e in events}) == len(events) > 0
    assert all(isinstance(e.decoded("DTSTART"), date) for e in events)
    assert all(str(e["URL"]).startswith("https://example.org/") for e in events)
    reviews = [e for e in events if "due for review" in str(e["SUMMARY"])]
    months = [f"{e.decoded('DTSTART'):%Y-%m}" for e in reviews]
    assert len(set(months)) == len(months) > 0
    for event in reviews:
        lines = str(event["DESCRIPTION"]).splitlines()
        days = {line.split()[0] for line in lines}
        assert event.decoded("DTSTART").isoformat() == min(days)
        assert any(context.title("asked-1") in line for line in lines)


def make_cycle_context(today: str, **stages: Any) -> SiteContext:
    """Return the example on a day, with changed stages of its cycle."""
    (cycle,) = DATA.of(Cycle)
    changed = {
        name: Stage.model_validate({"unknown": "Not known."} if facts is None else facts)
        for name, facts in stages.items()
    }
    collections = {**DATA.collections, "cycles": (cycle.model_copy(update=changed),)}
    view = DatasetView(Dataset(collections), date.fromisoformat(today))
    return SiteContext(view, site_name="A Tracker", site_url="https://example.org/")


def test_calendar_has_steps_of_reviews() -> None:
    """The calendar has reports, lists of issues, sessions and follow-up, with imprecise dates."""
    context = make_cycle_context(
        "2030-01-10",
        state_report={"due": "2030-02-01"},
        list_of_issues={"issued": "2030-03"},
        meetings={"held": "2030-04-01/2030-04-05", "detail": "Geneva"},
        next_report={"due": "2035"},
        follow_up={"due": "2030-01-10"},
    )
    events = parse_events(make_files(context)["feeds/reviews.ics"])
    title = next(iter(context.view.all(Cycle))).title
    found = {
        str(e["SUMMARY"]): (str(e.decoded("DTSTART")), str(e.decoded("DTEND"))) for e in events
    }
    assert found == {
        f"{title}: Follow-up, due 10 January 2030": ("2030-01-10", "2030-01-11"),
        f"{title}: State report, due 1 February 2030": ("2030-02-01", "2030-02-02"),
        f"{title}: List of issues, issued March 2030": ("2030-03-01", "2030-04-01"),
        f"{title}: Meetings, held 1 April 2030 to 5 April 2030": ("2030-04-01", "2030-04-06"),
        f"{title}: Next report, due 2035": ("2035-01-01", "2036-01-01"),
    }
    assert {str(e["URL"]) for e in events} == {"https://example.org/cycles/review-1/"}


def test_calendar_has_no_past_events() -> None:
    """The calendar has only events after the reference date."""
    context = make_cycle_context(
        "2040-01-01", state_report={"due": "2039-12-31"}, next_report={"due": "2039"}
    )
    data = make_files(context)["feeds/reviews.ics"]
    assert parse_events(data) == []
    assert icalendar.Calendar.from_ical(data).subcomponents, "RFC 5545 requires one"
    assert "so the calendar is empty" in render_view(context, "follow", page_url="history/")
    ahead = make_cycle_context("2040-01-01", next_report={"due": "2041"})
    assert "so the calendar is empty" not in render_view(ahead, "follow", page_url="history/")


@given(st.text(max_size=200), st.text(min_size=1, max_size=90))
def test_calendar_preserves_any_text(title: str, key: str) -> None:
    """Commas, semicolons, backslashes and long lines are preserved."""
    clean = re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "", title)
    entry = FeedEntry(key, date(2026, 1, 2), clean, "", "x/")
    data = to_calendar([entry], title="T", today=date(2026, 1, 1))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(event["SUMMARY"]) == clean


def test_markup_in_a_title_is_escaped() -> None:
    """A title is never markup in a feed."""
    entry = FeedEntry("k", date(2026, 1, 2), "<b>&", "x", "y/")
    (found,) = parse_entries(to_atom([entry], **FEED))
    assert found.title.value == "<b>&"


def test_published_files_are_reproducible() -> None:
    """Nothing published depends on the clock."""
    assert make_files(make_context()) == make_files(make_context())
