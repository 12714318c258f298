"""Downloads of a register: CSV and JSON of the visible rows."""

import csv
import io
import json
from pathlib import Path

from playwright.sync_api import Page

from tests.registers.actions import (
    find_register,
    list_shown_ids,
)
from tracker.site.context import SiteContext
from tracker.site.registers import Register, list_collections, to_columns


def read_table(
    content: bytes, register: Register, context: SiteContext, *, separator: str = ","
) -> list[dict[str, str]]:
    """Return the rows of a downloaded table, with the names of the columns for their headings."""
    headings = to_columns(context, register)["headings"]
    lines = io.StringIO(content.decode("utf-8-sig"), newline="")
    rows = csv.DictReader(lines, delimiter=separator, strict=True)
    return [{name: row[heading] for name, heading in headings.items()} for row in rows]


def download(page: Page, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=kind.upper()).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_download_contains_the_visible_rows(page: Page, address: str, context: SiteContext) -> None:
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
    """Filters and columns have the same names, and no two columns share a name."""
    page.goto(f"{address}tracker/recommendations/")
    content = download(page, "csv")[1].decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(content, newline="")))
    shown = page.locator("[data-facet] legend").all_text_contents()
    assert set(shown) <= set(header)
    assert {"ID", "Title", "Status by group", "Evidence up to", "Page"} <= set(header)
    for collection in list_collections():
        headings = to_columns(context, find_register(context, collection))["headings"].values()
        assert len(set(headings)) == len(headings)


def test_filtered_table_has_the_status_of_the_group(
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
