"""The downloadable data: ratings in long form, and a Data Package.

`frictionless validate` accepts the package of the example and of the snapshot (version 5.21.0). It
has 40 dependencies, so these tests check the same with the csv module.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import jsonschema
import pytest
from bs4 import BeautifulSoup

from tests.conftest import FROZEN, FROZEN_ON
from tracker.export.csv_table import to_csv
from tracker.export.data_package import collection_to_csv
from tracker.model import COLLECTIONS, Dataset, Finding, Recommendation
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext
from tracker.site.csp import add_csp
from tracker.site.dataset_view import DatasetView
from tracker.site.open_data import describe_dataset, iter_rating_rows, list_data_files
from tracker.site.render import render_view

PACKAGE_SCHEMA = {
    "type": "object",
    "required": ["name", "licenses", "resources", "created", "title", "description"],
    "properties": {
        "name": {"type": "string", "pattern": "^([-a-z0-9._/])+$"},
        "created": {"type": "string", "format": "date-time"},
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["name", "path"]},
        },
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "path", "schema", "profile"],
                "properties": {
                    "name": {"type": "string", "pattern": "^([-a-z0-9._/])+$"},
                    "path": {"type": "string", "pattern": r"^(?!/)(?!.*\.\.)[\w/.-]+$"},
                    "profile": {"const": "tabular-data-resource"},
                    "schema": {
                        "type": "object",
                        "required": ["fields", "primaryKey"],
                        "properties": {
                            "fields": {
                                "type": "array",
                                "items": {
                                    "type": "object",
                                    "required": ["name", "type"],
                                    "properties": {
                                        "type": {"enum": ["string", "integer", "array"]}
                                    },
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}
"""The requirements of the Data Package and Table Schema profiles (version 1)."""


@cache
def make_context() -> SiteContext:
    dataset = load(read_files(FROZEN)).dataset
    return SiteContext(
        DatasetView(dataset, FROZEN_ON), site_name="A Tracker", site_url="https://example.org/"
    )


@cache
def make_files() -> dict[str, bytes]:
    return {path: make_file() for path, make_file in list_data_files(make_context()).items()}


def read_rows(table: bytes, separator: str = ",") -> list[dict[str, str]]:
    lines = io.StringIO(table.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(lines, delimiter=separator, strict=True))


def test_ratings_have_a_row_for_each_group() -> None:
    """Each current rating of each group is a row, with the document and its date."""
    context = make_context()
    rows = read_rows(make_files()["data/ratings.csv"])
    pairs = [(row["recommendation"], row["group"]) for row in rows]
    assert len(set(pairs)) == len(pairs) > 0
    rated = {
        (record.id, group): rating
        for record in context.view.recommendations
        for group in record.groups
        if (rating := context.view.rating_for(record, group))
    }
    assert {
        pair: row["rating"] for pair, row in zip(pairs, rows, strict=True) if row["rating"]
    } == {pair: rating.id for pair, rating in rated.items()}
    for pair, row in zip(pairs, rows, strict=True):
        record = context.view.find(pair[0])
        assert isinstance(record, Recommendation)
        assert row["paragraph"] == record.paragraph
        assert row["asked_on"] == str(record.made_on or "")
        assert row["symbol"] == (context.view.source(record.document).symbol or "")
        assert row["address"] == f"https://example.org/recommendations/{record.id}/"
        assert row["proposal"] == ("yes" if context.view.is_proposal(record) else "no")
        if rating := rated.get(pair):
            assert (row["status"], row["reason"]) == (rating.status, rating.reason or "")
            assert row["label"] == context.label(rating.label)
            assert row["evidence_up_to"] == str(rating.evidence_up_to or "")
            assert row["rated_on"] == str(rating.date)
        else:
            no_rating = "Imported, not yet assessed" if record.imported else "Not assessed"
            assert (row["status"], row["label"]) == ("", no_rating)


def test_ratings_pivot_to_status_by_group() -> None:
    """Counting rows gives the numbers of the page that shows the status by group."""
    view = make_context().view
    rows = read_rows(make_files()["data/ratings.csv"])
    counted = Counter((row["status"], row["group"]) for row in rows if row["proposal"] == "no")
    expected = Counter(
        (rating.status, group)
        for record in view.recommendations
        if not view.is_proposal(record)
        for group in record.groups
        if (rating := view.rating_for(record, group))
    )
    assert {pair: n for pair, n in counted.items() if pair[0]} == expected


def test_paragraph_in_parts_is_not_counted_twice() -> None:
    """A paragraph with only parts has no row, because its parts have rows."""
    view = make_context().view
    split = {r.id for r in view.recommendations if view.parts(r) and not r.assessments}
    assert split
    assert not split & {row.recommendation for row in iter_rating_rows(make_context())}


def test_semicolons_separate_the_same_rows() -> None:
    """The variant for Excel with decimal commas contains the same table."""
    files = make_files()
    rows = read_rows(files["data/ratings.csv"])
    assert read_rows(files["data/ratings.semicolon.csv"], ";") == rows


def test_csv_is_safe_for_spreadsheets() -> None:
    """Formulas are text, line breaks and quotation marks are kept, and the encoding suits Excel."""
    texts = ["=1+1", " @SUM(A1)", "-5", "+5", "＝1", 'a "b"\nc', "Sığınacaq"]
    table = to_csv(["a", "b"], [(text, -5) for text in texts] + [(None, 1.5)])
    assert table.startswith(b"\xef\xbb\xbfa,b\r\n")
    rows = read_rows(table)
    assert [row["a"] for row in rows] == [f"'{text}" for text in texts[:5]] + [*texts[5:], ""]
    assert [row["b"] for row in rows] == ["-5"] * len(texts) + ["1.5"]


def test_package_describes_each_file() -> None:
    """The descriptor is valid, and each file has exactly the columns of its schema."""
    files = make_files()
    package = json.loads(files["data/datapackage.json"])
    jsonschema.validate(package, PACKAGE_SCHEMA)
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert [*resources] == ["ratings", *COLLECTIONS]
    for resource in resources.values():
        header = next(
            csv.reader(io.StringIO(files[f"data/{resource['path']}"].decode("utf-8-sig")))
        )
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        for field in resource["schema"]["fields"]:
            assert resource["name"] == "ratings" or field["description"]


def iter_violations(
    resource: dict[str, Any], tables: dict[str, list[dict[str, str]]]
) -> Iterator[str]:
    """Yield each cell that breaks the schema of its table."""
    rows, schema = tables[resource["name"]], resource["schema"]
    for field in schema["fields"]:
        limits = field.get("constraints", {})
        for row in rows:
            cell = row[field["name"]]
            if not cell and limits.get("required"):
                yield f"{field['name']} is missing"
            if cell and field["type"] == "array" and not isinstance(json.loads(cell), list):
                yield f"{cell} is no list"
            if cell and field["type"] == "integer" and not cell.isdecimal():
                yield f"{cell} is no number"
            if cell and cell not in limits.get("enum", [cell]):
                yield f"{cell} is not allowed"
    primary = schema["primaryKey"]
    names = primary if isinstance(primary, list) else [primary]
    keys = Counter(tuple(row[name] for name in names) for row in rows)
    yield from (f"{key} is there twice" for key, n in keys.items() if n > 1)
    for key in schema["foreignKeys"]:
        other = tables[key["reference"]["resource"] or resource["name"]]
        known = {row[key["reference"]["fields"]] for row in other}
        used = {row[key["fields"]] for row in rows} - {""}
        yield from (f"{value} is unknown" for value in used - known)


def test_files_are_valid_for_their_schemas() -> None:
    """Types, required cells, allowed values, keys and references hold in every table."""
    files = make_files()
    resources = json.loads(files["data/datapackage.json"])["resources"]
    tables = {r["name"]: read_rows(files[f"data/{r['path']}"]) for r in resources}
    faults = [fault for resource in resources for fault in iter_violations(resource, tables)]
    assert faults == []
    for name, records in make_context().view.data.collections.items():
        assert [row["id"] for row in tables[name]] == sorted(record.id for record in records)


def test_collection_keeps_lists_and_languages() -> None:
    """A list is JSON, a part has separate columns, and a text is in the site's language."""
    context = replace(make_context(), language="az")
    (record, *_) = context.view.data.of(Finding)
    changed = record.model_copy(update={"title": {"en": "Shelter", "az": "Sığınacaq"}})
    table = collection_to_csv([changed], Finding, localize=context.localize)
    (row,) = read_rows(table)
    assert row["title"] == "Sığınacaq"
    assert json.loads(row["groups"]) == list(record.groups)
    assert [c["source"] for c in json.loads(row["citations"])] == [
        citation.source for citation in record.citations
    ]
    figure = read_rows(make_files()["data/csv/indicators.csv"])[0]
    assert figure["figure.value"]


@pytest.mark.parametrize(("site_url", "root"), [("https://example.org/", "https://example.org/"),
                                                ("", "../")])  # fmt: skip
def test_dataset_is_described_for_search_engines(site_url: str, root: str) -> None:
    """The JSON-LD names licence, date and files, which exist."""
    context = replace(make_context(), site_url=site_url)
    described = describe_dataset(context)
    assert (described["@type"], described["dateModified"]) == ("Dataset", FROZEN_ON.isoformat())
    assert 50 <= len(described["description"]) <= 5000
    paths = {file["contentUrl"].removeprefix(root) for file in described["distribution"]}
    assert paths - {"data/tracker.json"} <= make_files().keys()


def test_description_runs_no_script() -> None:
    """The page contains the description as data, which the policy allows."""
    context = replace(make_context(), site_name="</script><script>alert(1)</script>")
    html = render_view(context, "dataset", page_url="open-data/")
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert json.loads(found) == json.loads(json.dumps(describe_dataset(context)))
    page = f"<html><head></head><body>{html}</body></html>"
    assert "sha256" not in add_csp(page, content=html)


def test_empty_project_has_empty_tables() -> None:
    """Without records, each file has only its headings."""
    view = DatasetView(Dataset({}), date(2026, 1, 1))
    files = {p: f() for p, f in list_data_files(SiteContext(view, site_name="Əli")).items()}
    assert json.loads(files["data/datapackage.json"])["name"]
    assert read_rows(files["data/csv/findings.csv"]) == read_rows(files["data/ratings.csv"]) == []


def test_columns_of_ratings_are_described_once() -> None:
    """The Data Package describes each column as the page does, and lists fixed codes."""
    package = json.loads(make_files()["data/datapackage.json"])
    (ratings,) = [r for r in package["resources"] if r["name"] == "ratings"]
    fields = {field["name"]: field for field in ratings["schema"]["fields"]}
    page = render_view(make_context(), "rating-columns", page_url="open-data/")
    rows = BeautifulSoup(page, "html.parser").select("tbody tr")
    assert [row.code.string for row in rows if row.code] == list(fields)
    for row, field in zip(rows, fields.values(), strict=True):
        codes = field.get("constraints", {}).get("enum", [])
        assert field["description"] in row.get_text()
        assert all(f"<code>{code}</code>" in str(row) for code in codes)
    table = read_rows(make_files()["data/ratings.csv"])
    for name in ("status", "reason", "proposal"):
        assert {row[name] for row in table} - {""} <= set(fields[name]["constraints"]["enum"])
    imported = {row["paragraph"] for row in table if row["label"].startswith("Imported")}
    assert imported == {"session 16"}
    assert "session" in fields["paragraph"]["description"]
