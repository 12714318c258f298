"""Registers in a browser: filters, counts, order, URL, downloads, and 2,000 rows."""

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import serving
from tests.conftest import FROZEN_ON, Once
from tests.registers import fitting, having, many, odd, write
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.registers import Register, list_collections, make_register, to_columns


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The context of the site, with the date on which the site was built."""
    proofs = real.verifications.rows if real.verifications else {}
    return SiteContext(
        DatasetView(real.dataset, FROZEN_ON, {}, proofs, real.links.rows if real.links else {})
    )


@pytest.fixture(scope="module")
def address(site: Path, context: SiteContext, once: Once) -> Iterator[str]:
    """The site, with pages of invented registers added."""

    def make(root: Path) -> None:
        write(root / "many", many(context))
        write(root / "odd", odd())
        (root / "tracker").symlink_to(site)

    with serving(once("registers", make)) as base:
        yield base


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page for all tests, and the errors that it reports."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page, errors
    page.close()


@pytest.fixture
def page(window: tuple[Page, list[str]], context: SiteContext) -> Iterator[Page]:
    """A page on the date of the build, which must report no error."""
    page, errors = window
    page.set_viewport_size({"width": 1280, "height": 900})
    page.clock.set_fixed_time(context.view.today.isoformat())
    errors.clear()
    yield page
    assert errors == []


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    page = browser.new_page(java_script_enabled=False)
    yield page
    page.close()


def find_register(context: SiteContext, collection: str) -> Register:
    return make_register(context, collection)


def read_table(
    content: bytes, register: Register, context: SiteContext, *, separator: str = ","
) -> list[dict[str, str]]:
    """Return the rows of a downloaded table, with the names of the columns for their headings."""
    headings = to_columns(context, register)["headings"]
    lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    rows = csv.DictReader(lines, delimiter=separator, strict=True)
    return [{name: row[heading] for name, heading in headings.items()} for row in rows]


def list_shown_ids(page: Page) -> list[str]:
    """Return the ids of the visible rows in page order, when all of them are rendered."""
    wait_for_rows(page)
    ids: list[str] = page.evaluate(
        """[...document.querySelectorAll("[data-rows] > *")].filter((row) => row.checkVisibility())
        .map((row) => row.id || row.querySelector("a").getAttribute("href").split("/").at(-2))"""
    )
    return ids


def wait_for_rows(page: Page) -> None:
    """Wait until as many rows are visible as the register says, because they change in batches."""
    page.wait_for_function(
        """() => {
          const told = document.querySelector("[role=status]");
          const rows = document.querySelectorAll("[data-rows] > :not([hidden])");
          return !told || !told.checkVisibility() || parseInt(told.textContent) === rows.length;
        }"""
    )


def find_checkbox(page: Page, facet: str, choice: str) -> Locator:
    return page.locator(f"input[name='{facet}'][value='{choice}']")


def choose(page: Page, facet: str, choice: str) -> None:
    """Open a facet and select a choice, as a reader does."""
    part = page.locator(f"[data-facet='{facet}']")
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    find_checkbox(page, facet, choice).click()


SOME_COLLECTIONS = [
    pytest.param(name, marks=[] if name == "recommendations" else pytest.mark.slow)
    for name in list_collections()
]
CHOSEN = {
    "recommendations": ("status", "group"),
    "findings": ("kind", "right"),
    "indicators": ("role", "group"),
    "sources": ("source-type", "proof"),
    "events": ("event", "group"),
}


@pytest.mark.parametrize("collection", SOME_COLLECTIONS)
def test_filters_combine_and_update_counts(
    page: Page, address: str, context: SiteContext, collection: str
) -> None:
    """A row matches any choice of every facet. A count is the number of rows for its choice."""
    found = find_register(context, collection)
    page.goto(f"{address}tracker/{collection}/")
    assert list_shown_ids(page) == [record.id for record in found.records]
    facets = {facet.name: facet for facet in found.facets}
    first, second = (facets[name] for name in CHOSEN[collection])
    chosen = {
        first.name: [choice.id for choice in first.choices[:2]],
        second.name: [second.choices[0].id],
    }
    for name, ids in chosen.items():
        for id in ids:
            choose(page, name, id)
    rows = fitting(found, chosen)
    assert 0 < len(rows) < len(found.records)
    assert list_shown_ids(page) == [found.records[i].id for i in sorted(rows)]
    expect(page.get_by_role("status").first).to_have_text(
        f"{len(rows)} of {len(found.records)} shown"
    )
    for facet in found.facets:
        open_to = fitting(found, chosen, but=facet.name)
        held = [having(found, facet, i, chosen) for i in open_to]
        counts = [sum(choice.id in values for values in held) for choice in facet.choices]
        written = page.locator(f"[data-facet='{facet.name}'] .ct-choice__n").all_text_contents()
        assert [int(n) for n in written] == counts
    heads = page.locator("[data-group]:visible [data-count]").all_text_contents()
    assert sum(map(int, heads)) == len(rows)


def test_url_contains_the_filters(page: Page, address: str) -> None:
    """A filtered view can be shared, reloaded, and left with the back button."""
    page.goto(f"{address}tracker/sources/")
    everything = list_shown_ids(page)
    choose(page, "proof", "proved")
    proved = list_shown_ids(page)
    assert page.url.endswith("/sources/?proof=proved")
    page.get_by_label("Sort by").select_option("title")
    page.get_by_label("Search this list").fill("report")
    page.wait_for_url("**/sources/?text=report&order=title&proof=proved")
    narrowed = list_shown_ids(page)
    assert set(narrowed) < set(proved)
    page.reload()
    assert list_shown_ids(page) == narrowed
    expect(page.get_by_label("Search this list")).to_have_value("report")
    expect(find_checkbox(page, "proof", "proved")).to_be_checked()
    page.go_back()
    page.go_back()
    assert list_shown_ids(page) == proved
    page.go_back()
    assert list_shown_ids(page) == everything
    expect(find_checkbox(page, "proof", "proved")).not_to_be_checked()
    page.go_forward()
    assert list_shown_ids(page) == proved


def test_unknown_filters_in_the_url_are_ignored(
    page: Page, address: str, context: SiteContext
) -> None:
    """A URL with unknown values shows all rows, and its markup stays text."""
    page.goto(f"{address}tracker/findings/?right=gone&order=gone&other=<b>")
    assert len(list_shown_ids(page)) == len(find_register(context, "findings").records)


def download(page: Page, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=kind.upper()).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_download_contains_the_shown_rows(page: Page, address: str, context: SiteContext) -> None:
    """CSV and JSON contain the visible rows in their order, with citation and licence."""
    found = find_register(context, "recommendations")
    right = found.facets[1].choices[0]
    page.goto(f"{address}tracker/recommendations/?right={right.id}&order=title")
    ids = list_shown_ids(page)
    name, content = download(page, "csv")
    assert name == f"recommendations-{context.view.today}.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == len(ids) + 1
    rows = read_table(content, found, context)
    assert [row["id"] for row in rows] == ids
    name, other = download(page, "semicolon-separated")
    assert name == f"recommendations-{context.view.today}.semicolon.csv"
    assert read_table(other, found, context, separator=";") == rows
    document = json.loads(download(page, "json")[1])
    assert [record["id"] for record in document["records"]] == ids
    assert (document["shown"], document["of"]) == (len(ids), len(found.records))
    assert document["address"] == page.url
    at = [record.id for record in found.records].index(ids[0])
    for record in (rows[0], document["records"][0]):
        assert record["title"] == context.title(ids[0])
        assert record["summary"] == found.fields["summary"][at]
        assert record["address"] == f"{address}tracker/recommendations/{ids[0]}/"
        assert record["as_of"] == context.view.today.isoformat()
        assert record["licence"] == "CC BY 4.0"
        assert f"“{context.title(ids[0])}”, record {ids[0]}, as of" in record["citation"]
    assert right.label in rows[0]["right"].split("; ")
    assert {"id": right.id, "title": right.label} in document["records"][0]["right"]


def test_table_has_the_headings_of_the_page(page: Page, address: str, context: SiteContext) -> None:
    """A filter has the same name as a heading of the table, and no two columns share one."""
    page.goto(f"{address}tracker/recommendations/")
    content = download(page, "csv")[1].decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(content, newline="")))
    shown = page.locator("[data-facet] legend").all_text_contents()
    assert set(shown) <= set(header)
    assert {"ID", "Title", "Status by group", "Evidence up to", "Page"} <= set(header)
    for collection in list_collections():
        headings = to_columns(context, find_register(context, collection))["headings"].values()
        assert len(set(headings)) == len(headings)


def test_table_of_a_group_has_the_status_of_that_group(
    page: Page, address: str, context: SiteContext
) -> None:
    """If groups are selected, the table has only these and their status, as of now."""
    found = find_register(context, "recommendations")
    view = context.view
    mixed = next(
        (record, group)
        for record in found.records
        for group in record.groups
        if len({r.status for g in record.groups if (r := view.rating_for(record, g))}) > 1
        and view.rating_for(record, group)
    )
    record, group = mixed
    page.goto(f"{address}tracker/recommendations/?group={group}")
    rows = read_table(download(page, "csv")[1], found, context)
    row = next(row for row in rows if row["id"] == record.id)
    rating = view.rating_for(record, group)
    assert rating
    assert row["group"] == context.title(group)
    assert row["status"] == context.title(rating.status)
    assert all(context.title(g) in row["ratings"] for r in record.assessments for g in r.groups)
    everything = json.loads(download(page, "json")[1])["records"]
    (whole,) = (item for item in everything if item["id"] == record.id)
    assert {item["id"] for item in whole["group"]} == set(record.groups)


def test_download_escapes_formulas(page: Page, address: str) -> None:
    """Formulas are text in a spreadsheet. Quotation marks and line breaks are preserved."""
    page.goto(f"{address}odd/findings/")
    content = download(page, "csv")[1].decode("utf-8-sig")
    titles = [row["Title"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    assert titles[:4] == ["'=1+1", "'@SUM(A1)", "'-5", "'+5"]
    assert titles[4] == '"quoted", <b>\r\nlines</b>'
    titles = [record["title"] for record in json.loads(download(page, "json")[1])["records"]]
    assert titles[0] == "=1+1"


@pytest.mark.parametrize(
    "typed",
    [
        *("siginacaq", "Əlİ İşİ", "ODD-5", "əli sığın"),
        *(pytest.param(t, marks=pytest.mark.slow) for t in ("SIĞINACAQ", "sığınacaq", "isi eli")),
    ],
)
def test_text_filter_ignores_case_and_diacritics(page: Page, address: str, typed: str) -> None:
    """Diacritics, dotless letters and capitals do not matter in the query or the rows."""
    page.goto(f"{address}odd/findings/")
    page.get_by_label("Search this list").press_sequentially(typed)
    assert page.locator("[data-rows] > :visible").all_text_contents()[0].strip().startswith("Sığ")
    expect(page.get_by_role("status").first).to_have_text("1 of 6 shown")


@pytest.mark.parametrize("order", ["title", "newest", "oldest"])
def test_rows_are_sorted_within_groups(
    page: Page, address: str, context: SiteContext, order: str
) -> None:
    """Rows are sorted inside their group, undated ones last, and can be reset."""
    found = find_register(context, "indicators")
    page.goto(f"{address}tracker/indicators/")
    page.get_by_label("Sort by").select_option(order)
    ids = {record.id: i for i, record in enumerate(found.records)}
    sorted_rows, start = [], 0
    for records in found.groups.values():
        rows = [ids[record.id] for record in records]
        sorted_rows += sorted(rows, key=lambda i: found.orders[order][i])
        start += len(rows)
    assert list_shown_ids(page) == [found.records[i].id for i in sorted_rows]
    page.get_by_label("Sort by").select_option("")
    assert list_shown_ids(page) == list(ids)


def test_filter_without_matches_shows_a_message(
    page: Page, address: str, context: SiteContext
) -> None:
    """Without rows there are no headings, but a message and a button to clear the filters."""
    page.goto(f"{address}tracker/findings/?text=zzzz")
    assert list_shown_ids(page) == []
    expect(page.locator("[data-group]:visible")).to_have_count(0)
    expect(page.get_by_text("No results. Try removing a filter.")).to_be_visible()
    page.locator("[data-nothing]").get_by_role("button", name="Clear all filters").click()
    assert len(list_shown_ids(page)) == len(find_register(context, "findings").records)
    assert page.url.endswith("/findings/")
    expect(page.get_by_label("Search this list")).to_be_focused()


def test_filters_work_by_keyboard(page: Page, address: str) -> None:
    """Tab, Enter and Space open a facet, select and deselect. The focus is always visible."""
    page.goto(f"{address}tracker/findings/")
    all_rows = list_shown_ids(page)
    page.get_by_label("Search this list").focus()
    for _ in range(3):
        page.keyboard.press("Tab")  # order, filters, the first facet
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(find_checkbox(page, "kind", "problem")).to_be_checked()
    expect(find_checkbox(page, "kind", "problem")).to_be_focused()
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"
    assert 0 < len(list_shown_ids(page)) < len(all_rows)
    page.get_by_role("button", name="Remove filter Kind: Problem").press("Enter")
    assert list_shown_ids(page) == all_rows
    expect(page.get_by_label("Search this list")).to_be_focused()


@pytest.mark.parametrize("collection", SOME_COLLECTIONS)
def test_page_without_javascript_shows_all_rows(
    bare: Page, address: str, context: SiteContext, collection: str
) -> None:
    """Without JavaScript there is no form, but all rows and links to rights and groups."""
    bare.goto(f"{address}tracker/{collection}/")
    expect(bare.locator("form.ct-filter")).to_be_hidden()
    rows = bare.locator("[data-rows] > *:visible")
    expect(rows).to_have_count(len(find_register(context, collection).records))
    ways = bare.locator("[data-pages] details").first
    ways.locator("summary").click()
    ways.get_by_role("link").first.click()
    expect(bare).to_have_url(f"{address}tracker/vocabulary/{bare.url.split('/')[-2]}/")


@pytest.mark.parametrize(
    "width",
    [390, *(pytest.param(width, marks=pytest.mark.slow) for width in (320, 1280))],
)
@pytest.mark.parametrize("collection", SOME_COLLECTIONS)
def test_open_form_fits_the_screen(page: Page, address: str, collection: str, width: int) -> None:
    """The form with all facets open fits the screen, and targets are large enough."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}tracker/{collection}/")
    if width < 700:
        expect(page.locator("[data-facet]").first).to_be_hidden()
    page.evaluate(
        """for (const part of document.querySelectorAll("[data-facets], [data-facet]")) {
             part.open = true; part.querySelector("input").click(); }"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """[...document.querySelectorAll(".ct-filter :is(button, summary, select, label.ct-choice,"
           + " input[type=search])")].filter((part) => part.checkVisibility())
          .map((part) => part.getBoundingClientRect()).filter((r) => r.height < 24 || r.width < 24)
          .length"""
    )
    assert small == 0


def test_reviews_become_due_after_the_build(page: Page, address: str) -> None:
    """A review that was current on the date of the build is found under “due” later."""
    page.clock.set_fixed_time("2021-01-01")  # the day of these records
    page.goto(f"{address}odd/recommendations/?age=current")
    current = list_shown_ids(page)
    assert current
    page.clock.set_fixed_time("2099-01-01")
    page.reload()
    assert list_shown_ids(page) == []
    page.goto(f"{address}odd/recommendations/?age=due")
    assert set(current) <= set(list_shown_ids(page))


ACT = """(step) => {
  const text = document.querySelector("input[type=search]");
  const boxes = document.querySelectorAll("[data-facet]:first-child input");
  const seen = new MutationObserver(() => {});
  seen.observe(document.body, { attributes: true, subtree: true });
  if (step.box !== undefined) boxes[step.box].click();
  else {
    text.value = step.typed;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const changed = seen.takeRecords().map((change) => change.target);
  seen.disconnect();
  return new Set(changed.filter((element) => element.matches("[data-rows] > *"))).size;
}"""
STEPS: list[dict[str, Any]] = [
    *({"box": number} for number in (0, 0, 1, 1, 2, 2)),
    *({"typed": typed} for typed in ("m", "mar", "marri", "")),
]


@pytest.mark.slow
@pytest.mark.parametrize("collection", ["findings", "recommendations"])
def test_many_rows_change_in_batches(browser: Browser, address: str, collection: str) -> None:
    """A filter of many rows shows or hides at most 100 of them before the browser can answer.

    How long that takes is measured by `make bench`.
    """
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}many/{collection}/")
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"^(\d+) of \1 shown$"))
    # Of 2,000 recommendations, about half are proposals, which have a page of their own.
    rows = int(page.get_by_role("status").first.inner_text().split()[0])
    assert rows > 900
    at_once, shown_now = [], [rows]
    for step in STEPS:
        at_once.append(page.evaluate(ACT, step))
        wait_for_rows(page)
        shown_now.append(int(page.get_by_role("status").first.inner_text().split()[0]))
    page.close()
    assert 0 < max(at_once) <= 100
    # Some step changes many more rows than come at once.
    assert max(abs(a - b) for a, b in pairwise(shown_now)) > rows / 2
