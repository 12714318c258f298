"""The timeline: it shows every dated item, and gaps are computed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, expect

from tests.test_render import make_context
from tracker.model import Cycle, Dataset, Event, Indicator, Recommendation
from tracker.records.loader import LoadResult
from tracker.site.charts.strip import make_timeline_overview
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.registers import make_register, to_columns
from tracker.site.render import render_view
from tracker.site.timeline import (
    TimelineEntry,
    TimelineSection,
    get_entry_title,
    make_timeline,
)

TODAY = date(2020, 6, 30)


def event(number: int, when: str | None, kind: str = "law") -> Event:
    fields = {
        "id": f"event-{number}",
        "title": f"Step {number}",
        "kind": kind,
        "summary": "A step.",
    }
    dated = {"date": when} if when else {"undated": "Nobody says."}
    return Event.model_validate({**fields, **dated, "citations": []})


def cycle(number: int, **stages: dict[str, str]) -> Cycle:
    """Return a review with the given stages. All others are unknown."""
    names = "state_report list_of_issues replies meetings concluding_observations next_report"
    unknown = {name: {"unknown": "Not read."} for name in [*names.split(), "follow_up"]}
    fields = {"id": f"cycle-{number}", "title": f"Review {number}", "body": "b", "number": "1"}
    return Cycle.model_validate({**fields, **unknown, **stages})


def context(*events: Event, cycles: Sequence[Cycle] = (), today: date = TODAY) -> SiteContext:
    return SiteContext(DatasetView(Dataset({"events": events, "cycles": tuple(cycles)}, ()), today))


def list_entries(parts: Sequence[TimelineSection]) -> list[TimelineEntry]:
    return [entry for part in parts for year in part.years for entry in year.entries]


def list_gaps(found: SiteContext) -> list[tuple[str, str]]:
    """Return the period and the kind of each gap."""
    return [
        (str(e.when), e.gap_kind)
        for e in list_entries(make_timeline(found.view))
        if e.kind == "gap"
    ]


def test_empty_timeline_has_no_gaps() -> None:
    """Without records, there is no gap and no overview."""
    parts = make_timeline(context().view)
    assert [(part.id, part.years) for part in parts] == [("today", ())]
    assert make_timeline_overview(parts, context()) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2000-01-01", "2002-01-01", []),
        ("2000-01-01", "2002-01-02", ["2000-01-02/2002-01-01"]),
        ("2000", "2002", []),
        ("2000", "2003", ["2001-01-01/2002-12-31"]),
        ("2000-H1", "2002-07", ["2000-07-01/2002-06-30"]),
        ("2000-02-28", "2002-03-01", ["2000-02-29/2002-02-28"]),
        ("1990/2000", "2002-05", []),
    ],
)
def test_gap_has_at_least_two_years_without_dates(
    one: str, other: str, expected: list[str]
) -> None:
    """An entry with only a year covers the whole year, so that every gap is certain."""
    found = context(event(1, one), event(2, other), today=date(2003, 1, 1))
    assert [when for when, of in list_gaps(found) if not of] == expected


def test_no_gap_during_a_long_period() -> None:
    """There is no gap between two entries during a third one."""
    assert list_gaps(context(event(1, "2000/2019"), event(2, "2001"), event(3, "2019-06"))) == []


def test_last_gap_ends_today() -> None:
    """The gap after the last entry ends today, even if something is due later."""
    ahead = cycle(1, next_report={"due": "2030-06-30"})
    found = context(event(1, "2015-03-01"), cycles=[ahead])
    assert list_gaps(found) == [("2015-03-02/2020-06-30", ""), ("2015-03-02/2020-06-30", "law")]
    kinds = [(part.id, year.id) for part in make_timeline(found.view) for year in part.years]
    assert kinds == [("2010s", "2015"), ("today", "ahead-2030")]


def test_each_kind_has_its_current_gap() -> None:
    """A kind without recent entries has a gap, even if other kinds have entries."""
    found = context(event(1, "2015", "treaty"), event(2, "2016-12"), event(3, "2018-12"))
    assert list_gaps(found) == [("2016-01-01/2020-06-30", "treaty")]
    (gap,) = [e for e in list_entries(make_timeline(found.view)) if e.kind == "gap"]
    assert gap.kinds == ("gap", "treaty")
    assert get_entry_title(gap, found) == ("No later dated entries for Treaty (4 years 6 months).")


def test_ratings_do_not_end_a_gap() -> None:
    """Our own ratings would hide that there is no new evidence."""
    example = make_context(today="2030-01-01")
    asked = next(r for r in example.view.recommendations if r.assessments)
    kept = Dataset({"recommendations": (asked,), "events": (event(1, "2015-03-01"),)}, ())
    when = [
        when
        for when, of in list_gaps(replace(example, view=replace(example.view, data=kept)))
        if not of
    ]
    assert when[-1].endswith("/2030-01-01")
    rated = max(a.date.first for a in asked.assessments)
    assert date.fromisoformat(when[-1][:10]) <= rated


def test_entries_are_sorted_by_date_and_kind() -> None:
    """A day precedes its month and year. Entries of a day are sorted by kind, undated ones last."""
    found = context(
        event(1, None),
        event(2, "2020"),
        event(3, "2020-01"),
        event(4, "2020-01-01", "decision"),
        event(5, "2020-01-01", "law"),
    )
    assert [entry.id for entry in list_entries(make_timeline(found.view))] == [
        *("event-5", "event-4", "event-3", "event-2", "event-1")
    ]


def test_each_review_step_is_listed_once() -> None:
    """A step that two reviews, or a review and an event, have in common is one entry."""
    received = {"received": "2018-12-27", "source": "state-report"}
    cycles = [cycle(1, next_report=received), cycle(2, state_report=received)]
    (step,) = list_entries(make_timeline(context(cycles=cycles).view))
    assert get_entry_title(step, context()) == "Review 1 – Next report, received"
    assert [review.id for review in step.reviews] == ["cycle-2"]
    cited = [{"source": "state-report", "locator": "whole"}]
    same = event(1, "2018-12-27", "review").model_dump() | {"citations": cited}
    entries = list_entries(make_timeline(context(Event.model_validate(same), cycles=cycles).view))
    assert [(e.id, [r.id for r in e.reviews]) for e in entries] == [
        ("event-1", ["cycle-1", "cycle-2"])
    ]


def make_real_context(real: LoadResult) -> SiteContext:
    return SiteContext(DatasetView(real.dataset, date(2026, 11, 25)))


def test_timeline_lists_every_dated_item(real: LoadResult) -> None:
    """Each step, figure, recommendation and rating of the frozen records has a unique entry."""
    found = list_entries(make_timeline(make_real_context(real).view))
    ids = [entry.id for entry in found]
    assert len(set(ids)) == len(ids)
    records = {e.record.id for e in found if e.record}
    listed = (r for kind in (Event, Indicator) for r in real.dataset.of(kind) if not r.withdrawn)
    assert {r.id for r in listed} <= records
    asked = real.dataset.of(Recommendation)
    expected = {r.id for r in asked if r.assessments or not (r.part_of or r.imported)}
    assert expected <= records
    told_reviews = records | {cycle.id for e in found for cycle in e.reviews}
    assert {c.id for c in real.dataset.of(Cycle)} <= told_reviews
    assert all(entry.undated for entry in found if entry.when is None)


def test_gaps_contain_no_entry(real: LoadResult) -> None:
    """No entry of its kind can be on a day of a gap, except our own ratings."""
    found = list_entries(make_timeline(make_real_context(real).view))
    silent = [e for e in found if e.kind == "gap"]
    assert len(silent) > 5
    for gap in silent:
        assert gap.when
        for other in found:
            if (
                other.when
                and other.kind not in ("gap", "rating")
                and gap.gap_kind in ("", other.kind)
            ):
                assert other.when.last < gap.when.first or gap.when.last < other.when.first


def test_download_contains_the_groups_of_ratings(real: LoadResult) -> None:
    """Each status is downloaded with its groups, and each row has a URL."""
    found = make_register(make_real_context(real), "events")
    columns = to_columns(make_real_context(real), found)
    assert len(columns["paths"]) == len(found.records)
    for row, ratings, path in zip(
        found.records, found.fields["ratings"], columns["paths"], strict=True
    ):
        assert ratings.count(": ") == len(row.ratings)
        assert path == f"events/#{row.id}" or path.endswith(f"/{row.record.id}/")


def test_overview_matches_the_list(real: LoadResult) -> None:
    """The overview has a name, a lane for each kind, a link to each entry, and the gaps."""
    context = make_real_context(real)
    page = render_view(context, "events", page_url="events/")
    found = re.search(r'<figure class="ct-strip".*?</figure>', page, re.DOTALL)
    assert found
    figure = ElementTree.fromstring(re.sub(r"<(/?)details[^>]*>", r"<\1details>", found[0]))
    assert {figure.get("aria-labelledby"), figure.get("aria-describedby")} == {
        *("strip-name", "strip-told")
    }
    shown = unescape(page[found.end() :])
    entries = [e for e in list_entries(make_timeline(context.view)) if e.when and e.kind != "gap"]
    assert (figure.findtext("p") or "").startswith(f"{len(entries)} dated entries, ")
    linked = [link.get("href", "") for link in figure.iter("a")]
    assert sorted(linked) == sorted(f"#{e.id}" for e in entries)
    assert all(f'<li id="{entry.id}"' in shown for entry in entries)
    for lane in figure.findall("details"):
        name, count = (span.text or "" for span in lane.findall("summary/span"))
        assert f">{name}</span>" in shown
        assert int(count) == len(list(lane.iter("a")))
    stated_gaps = re.findall(r"\d+ \w+ \d{4} to \d+ \w+ \d{4}", figure.findtext("figcaption") or "")
    assert stated_gaps
    assert all(f">{stated}</time>" in shown for stated in stated_gaps)


def test_year_links_lead_to_their_headings(browser: Browser, address: str) -> None:
    """Without scripts on a phone, years and lanes of the overview link to their entries."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + "events/")
    heads = page.locator("article :is(h2, h3)").evaluate_all("all => all.map(h => h.id)")
    years = [id for id in heads if re.fullmatch(r"\d{4}", id)]
    assert years == sorted(years)
    for year in years:
        decades = [id for id in heads[: heads.index(year)] if re.fullmatch(r"\d{3}0s", id)]
        assert decades[-1][:3] == year[:3]
    assert heads[-2:] == ["today", "undated"]
    assert page.locator(".ct-jump a").count() == len(heads)
    page.get_by_role("link", name="2013", exact=True).click()
    expect(page.get_by_role("heading", name="2013")).to_be_in_viewport()
    lanes = page.locator(".ct-strip summary")
    assert all(lane["height"] >= 24 for lane in lanes.evaluate_all(
        "all => all.map(lane => lane.getBoundingClientRect().toJSON())"
    ))  # fmt: skip
    lanes.first.focus()
    page.keyboard.press("Enter")
    page.locator(".ct-strip li a:visible").first.click()
    expect(page.locator(".ct-timeline > li:target")).to_be_in_viewport()
    context.close()


def test_filter_by_kind_shows_its_gap(browser: Browser, address: str) -> None:
    """A filter by kind shows the gap of the kind, and hides decades without rows."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + "events/?event=treaty")
    expect(page.locator(".ct-silent:visible")).to_have_text(
        re.compile("No later dated entries for Treaty")
    )
    expect(page.locator("h2[id='2000s']")).to_be_hidden()
    expect(page.locator("#today")).to_be_visible()
    page.close()


def test_lane_with_undated_entries_shows_no_gap() -> None:
    """An undated entry may be in the gap, so its lane is not hatched, and the caption says so."""
    dated = event(1, "2015-03-01", "treaty"), event(2, "2015-04-01")
    for undated, hatched in (((), True), ((event(3, None, "treaty"),), False)):
        found = context(*dated, *undated)
        strip = make_timeline_overview(make_timeline(found.view), found)
        assert strip
        lanes = {lane.kind: lane.gap is not None for lane in strip.lanes}
        assert lanes == {"treaty": hatched, "law": True}
        assert any("undated" in note for note in strip.notes) is not hatched


def test_title_and_entry_agree_on_a_gap() -> None:
    """A gap that ends on the day before an entry has the same length everywhere."""
    found = context(event(1, "2000-01-31"), event(2, "2004-02-01"), event(3, "2019-12"))
    parts = make_timeline(found.view)
    strip = make_timeline_overview(parts, found)
    assert strip
    longest = max(
        (e for e in list_entries(parts) if e.kind == "gap" and e.when and not e.gap_kind),
        key=lambda e: e.when.last - e.when.first if e.when else TODAY - TODAY,
    )
    length = get_entry_title(longest, found).removeprefix("No dated entries for ")
    assert f"the longest gap is {length.removesuffix('.')} (" in strip.title
