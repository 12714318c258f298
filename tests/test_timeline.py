"""The timeline: nothing dated is left out, and every silence is computed, never typed."""

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
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.registers import make_register, to_columns
from tracker.site.render import render_view
from tracker.site.timeline import (
    TimelineEntry,
    TimelineSection,
    get_entry_title,
    make_timeline,
    make_timeline_overview,
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
    """A review of which only the given stages are known."""
    names = "state_report list_of_issues replies meetings concluding_observations next_report"
    unknown = {name: {"unknown": "Not read."} for name in [*names.split(), "follow_up"]}
    fields = {"id": f"cycle-{number}", "title": f"Review {number}", "body": "b", "number": "1"}
    return Cycle.model_validate({**fields, **unknown, **stages})


def context(*events: Event, cycles: Sequence[Cycle] = (), today: date = TODAY) -> SiteContext:
    return SiteContext(DatasetView(Dataset({"events": events, "cycles": tuple(cycles)}, ()), today))


def flat(parts: Sequence[TimelineSection]) -> list[TimelineEntry]:
    return [entry for part in parts for year in part.years for entry in year.entries]


def gaps(found: SiteContext) -> list[tuple[str, str]]:
    """Each gap: its days, and the kind it is of."""
    return [(str(e.when), e.gap_kind) for e in flat(make_timeline(found.view)) if e.kind == "gap"]


def test_no_entries_no_gaps() -> None:
    """Without a record there is today, and neither a gap nor a picture."""
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
def test_gap_is_two_whole_years_in_which_no_date_may_lie(
    one: str, other: str, expected: list[str]
) -> None:
    """A year without a day counts as all its days, so that no gap is told that may be none."""
    found = context(event(1, one), event(2, other), today=date(2003, 1, 1))
    assert [when for when, of in gaps(found) if not of] == expected


def test_long_period_covers_what_lies_in_it() -> None:
    """No gap between two steps while a third still lasts."""
    assert gaps(context(event(1, "2000/2019"), event(2, "2001"), event(3, "2019-06"))) == []


def test_silence_lasts_until_today_and_no_longer() -> None:
    """After the last entry nothing is recorded until now; what is due does not change that."""
    ahead = cycle(1, next_report={"due": "2030-06-30"})
    found = context(event(1, "2015-03-01"), cycles=[ahead])
    assert gaps(found) == [("2015-03-02/2020-06-30", ""), ("2015-03-02/2020-06-30", "law")]
    kinds = [(part.id, year.id) for part in make_timeline(found.view) for year in part.years]
    assert kinds == [("2010s", "2015"), ("today", "ahead-2030")]


def test_each_kind_tells_since_when_it_is_silent() -> None:
    """A kind that has gone silent says so while others go on."""
    found = context(event(1, "2015", "treaty"), event(2, "2016-12"), event(3, "2018-12"))
    assert gaps(found) == [("2016-01-01/2020-06-30", "treaty")]
    (gap,) = [e for e in flat(make_timeline(found.view)) if e.kind == "gap"]
    assert gap.kinds == ("gap", "treaty")
    assert get_entry_title(gap, found) == ("No later entries for Treaty (4 years 6 months).")


def test_own_ratings_fill_no_gap() -> None:
    """Who rates every year would else hide that nothing new is known."""
    example = make_context(today="2030-01-01")
    asked = next(r for r in example.view.recommendations if r.assessments)
    kept = Dataset({"recommendations": (asked,), "events": (event(1, "2015-03-01"),)}, ())
    when = [
        when for when, of in gaps(replace(example, view=replace(example.view, data=kept))) if not of
    ]
    assert when[-1].endswith("/2030-01-01")
    rated = max(a.date.first for a in asked.assessments)
    assert date.fromisoformat(when[-1][:10]) <= rated


def test_order_of_one_day_and_of_unsure_dates() -> None:
    """A day first, then its month, then its year; on one day by kind; without a date last."""
    found = context(
        event(1, None),
        event(2, "2020"),
        event(3, "2020-01"),
        event(4, "2020-01-01", "decision"),
        event(5, "2020-01-01", "law"),
    )
    assert [entry.id for entry in flat(make_timeline(found.view))] == [
        *("event-5", "event-4", "event-3", "event-2", "event-1")
    ]


def test_review_tells_each_step_once() -> None:
    """What one review leaves to the next, or an event tells as well, is one entry with links."""
    received = {"received": "2018-12-27", "source": "state-report"}
    cycles = [cycle(1, next_report=received), cycle(2, state_report=received)]
    (step,) = flat(make_timeline(context(cycles=cycles).view))
    assert get_entry_title(step, context()) == "Review 1 – Next report, received"
    assert [review.id for review in step.reviews] == ["cycle-2"]
    cited = [{"source": "state-report", "locator": "whole"}]
    same = event(1, "2018-12-27", "review").model_dump() | {"citations": cited}
    entries = flat(make_timeline(context(Event.model_validate(same), cycles=cycles).view))
    assert [(e.id, [r.id for r in e.reviews]) for e in entries] == [
        ("event-1", ["cycle-1", "cycle-2"])
    ]


def book_of_real(real: LoadResult) -> SiteContext:
    return SiteContext(DatasetView(real.dataset, date(2026, 11, 25)))


def test_nothing_is_left_out(real: LoadResult) -> None:
    """Of the real records each step, figure, request and rating is there, each id once."""
    found = flat(make_timeline(book_of_real(real).view))
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


def test_no_gap_holds_an_entry(real: LoadResult) -> None:
    """No day of a gap is a day that anything of its kind may lie on, but for own ratings."""
    found = flat(make_timeline(book_of_real(real).view))
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


def test_download_says_for_whom_a_rating_is(real: LoadResult) -> None:
    """No status leaves the page without its groups, and every row has an address."""
    found = make_register(book_of_real(real), "events")
    columns = to_columns(book_of_real(real), found)
    assert len(columns["paths"]) == len(found.records)
    for row, ratings, path in zip(
        found.records, found.fields["ratings"], columns["paths"], strict=True
    ):
        assert ratings.count(": ") == len(row.ratings)
        assert path == f"events/#{row.id}" or path.endswith(f"/{row.record.id}/")


def test_overview_says_what_the_list_says(real: LoadResult) -> None:
    """The picture has a name and a description, a mark for each date, and links to nothing."""
    page = render_view(book_of_real(real), "events", page_url="events/")
    figure = re.search(r'<figure class="ct-strip".*?</figure>', page, re.DOTALL)
    assert figure
    picture = ElementTree.fromstring(figure[0]).find("svg")
    assert picture is not None
    assert picture.get("role") == "img"
    assert {e.get("id") for e in picture.iter()} >= {"strip-name", "strip-told"}
    assert not list(picture.iter("a"))
    shown = unescape(page[figure.end() :])
    for word in picture.findall("text"):
        assert f">{word.text}</span>" in shown
    desc = next(e.text or "" for e in picture.iter("desc"))
    gaps_told = re.findall(r"\d+ \w+ \d{4} to \d+ \w+ \d{4}", desc)
    assert gaps_told
    assert all(f">{told}</time>" in shown for told in gaps_told)


def test_headings_lead_through_the_years(browser: Browser, address: str) -> None:
    """Years stand in order under their decades, and each link above them reaches its year."""
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
    expect(page.locator(".ct-strip")).to_be_hidden()
    context.close()


def test_gaps_follow_the_filter(browser: Browser, address: str) -> None:
    """Who looks for one kind sees since when it is silent; decades without a row go away."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address + "events/?event=treaty")
    expect(page.locator(".ct-silent:visible")).to_have_text(
        re.compile("No later entries for Treaty")
    )
    expect(page.locator("h2[id='2000s']")).to_be_hidden()
    expect(page.locator("#today")).to_be_visible()
    page.close()
