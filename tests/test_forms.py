"""Forms: their fields follow the model, and their output passes `fmt` and `check`."""

import json
import math
import random
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.command import run
from tests.conftest import FROZEN
from tests.forms import (
    SOURCE,
    field,
    fill,
    generate,
    open_form,
    write_source,
)
from tracker.model import KINDS, Record, RecordKind, Source
from tracker.records.formatter import format_file, format_record
from tracker.records.loader import LoadResult
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import to_node
from tracker.records.yaml_writer import emit_file
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import iter_form_pages

# Fill in a form and read it again, with the functions of its script.
FILL_AND_READ = """values => {
  record.replaceChildren();
  editedId = values.id;
  addFields(record, facts.part, values);
  const problems = [];
  const value = readFields(record, facts.part, problems, true);
  return [problems.map(([, text]) => text), yamlLines([value]).join("\\n") + "\\n"];
}"""


# The other kinds have the same types of fields.
VARIED = ("recommendation", "assessment", "indicator", "source")
VARIED_KINDS = [
    pytest.param(kind, id=name, marks=[] if name in VARIED else pytest.mark.slow)
    for name, kind in KINDS.items()
]


def to_form_values(value: Any) -> Any:
    """Return a value as the script reads it from JSON, with numbers as text."""
    if isinstance(value, dict):
        return {key: to_form_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_form_values(item) for item in value]
    return str(value)


@pytest.mark.parametrize("at_most", [3, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", VARIED_KINDS)
def test_unchanged_record_is_generated_unchanged(
    page: Page, address: str, real: LoadResult, kind: RecordKind, at_most: int
) -> None:
    """A form that is filled in with a record generates the same record in canonical form."""
    open_form(page, address, f"{kind.name}/")
    records: list[Any] = list(real.dataset.collections[kind.collection])
    if kind.list:
        records = [part for record in records for part in getattr(record, kind.list)]
    assert records
    for record in records[:: math.ceil(len(records) / at_most)]:
        values = to_form_values(record.model_dump(mode="json", exclude_none=True))
        problems, text = page.evaluate(FILL_AND_READ, values)
        assert (record.id, problems) == (record.id, [])
        (content,) = read_yaml(text.encode(), file="f").content
        assert kind.model.model_validate(content) == record
        assert text == "".join(f"{x}\n" for x in emit_file(to_node([content]), kind.model))
        if not kind.list:
            assert (
                format_file(text.encode(), file=f"data/{kind.collection}.yml").data == text.encode()
            )


def test_yaml_equals_that_of_the_formatter(page: Page, address: str) -> None:
    """Quotation marks, line breaks and blocks are those of `tracker fmt` for any text."""
    open_form(page, address, "source/")
    rng = random.Random(5)
    pieces = [
        "a", "é", "“x”", "'", '"', ":", ": ", " #", "#", "- ", "no", "2013", "2013-05-17", "1e3",
        "0x1f", "12:30", "1,200", " ", "  ", "\n", "[", "{", "word " * 30, "*", "&", "~", ".5",
    ]  # fmt: skip
    texts = ["".join(rng.choices(pieces, k=rng.randint(1, 6))).strip() for _ in range(1500)]
    texts = sorted({t for t in texts if t and not any(x.endswith(" ") for x in t.split("\n"))})
    written = page.evaluate(
        "texts => texts.map(text => yamlLines([new Map([['id', {text: 'x'}], ['title', {text}],"
        " ['date', {text, typed: true}]])]).join('\\n') + '\\n')",
        texts,
    )
    for text, yaml in zip(texts, written, strict=True):
        assert yaml == format_record("sources", {"id": "x", "title": text, "date": text})


def cite(box: Page | Locator, source: str, locator: str, *, states: str = "", add: bool) -> None:
    citations = field(box, "citations")
    if add:
        citations.get_by_role("button", name="Add Citation").click()
    if citations.locator("option[value='" + source + "']").count():
        fill(citations, "source", source)
    else:
        fill(citations, "source", "*")
        citations.get_by_label("Record ID").fill(source)
    fill(citations, "locator", locator)
    if states:
        field(citations, "states").locator("[data-add]").click()
        fill(field(citations, "states"), "value", states)


def write_position(page: Page) -> str:
    page.get_by_label("Recommendation it belongs to").select_option("cescr-2013-9-housing")
    fill(page, "speaker", "constitution-foundation")
    fill(page, "mode", "direct")
    fill(page, "when", "2024-05")
    fill(page, "says", "A report that is not real says: homes were built.")
    field(page, "groups").get_by_label("Stateless").first.check()
    cite(page.locator("[data-record]"), SOURCE, "page 3", add=False)
    return generate(page)


def write_assessment(page: Page) -> str:
    page.get_by_label("Recommendation it belongs to").select_option("cescr-2013-9-housing")
    fill(page, "date", "2026-11-25")
    field(page, "groups").get_by_label("Stateless").check()
    fill(page, "status", "partly-implemented")
    for row, state in (("law", "in-place"), ("measures", "begun"), ("results", "unknown")):
        fill(field(page, row), "state", state)
        fill(field(page, row), "why", "As the report that is not real has it.")
        cite(field(page, row), SOURCE, "page 3", add=True)
    page.locator("[data-record] > [data-field=why] textarea").fill("Homes were built, it says.")
    fill(page, "evidence_up_to", "2024-05")
    fill(page, "evidence_basis", "The date of the report.")
    fill(page, "independent_sources", "1")
    fill(page, "method", "Desk review.")
    return generate(page)


def save(page: Page, project: Path, text: str, file: str) -> None:
    """Write a text to the file that the form names. Ids of parts have a random suffix."""
    where = page.locator("[data-where]").inner_text()
    named = re.fullmatch(rf"As a new file, ({file}):", where)
    assert named, where
    path = project / named[1]
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_generated_files_pass_the_checks(
    page: Page, address: str, real: LoadResult, tmp_path: Path
) -> None:
    """A source, a position and an assessment are valid in the files that the form names."""
    shutil.copytree(FROZEN / "data", tmp_path / "data")
    open_form(page, address, "source/")
    save(page, tmp_path, write_source(page), f"data/sources/{SOURCE}.yml")
    open_form(page, address, "position/?in=cescr-2013-9-housing")
    text = write_position(page)
    assert "\n  recommendation: cescr-2013-9-housing\n" in text
    save(page, tmp_path, text, r"data/positions/cescr-2013-9-housing-p-\w{6}\.yml")
    open_form(page, address, "assessment/")
    text = write_assessment(page)
    save(page, tmp_path, text, r"data/assessments/cescr-2013-9-housing-a-\w{6}\.yml")
    assert run("fmt", "--check", tmp_path).exit_code == 0
    first = run("check", tmp_path, "--format", "json", "--today", "2026-12-01")
    assert first.exit_code == 0, first.output
    codes = {p["code"] for p in json.loads(first.stdout)["notices"]}
    assert codes <= {"not-compared"}, first.stdout  # as for every new citation


# Corrections


def test_record_page_links_to_its_filled_form(page: Page, address: str) -> None:
    """The generated text is that of the file, and the form names the entry to replace."""
    page.goto(f"{address}sources/report/")
    page.locator("summary").filter(has_text="About this record").click()
    page.get_by_role("link", name="edit in a form").click()
    expect(page.get_by_label("Id (required)")).to_have_value("report")
    text = generate(page)
    assert text in (FROZEN / "data/sources.yml").read_text(encoding="utf-8")
    assert "replace the entry with the ID report" in page.locator("[data-where]").inner_text()


def test_position_can_be_corrected_by_its_id(page: Page, address: str) -> None:
    """The form of a part is filled in by the id of the part, with the record it belongs to."""
    open_form(page, address, "position/?id=cescr-2013-9-p2")
    expect(page.get_by_label("Recommendation it belongs to")).to_have_value("cescr-2013-9")
    text = generate(page)
    assert text in (FROZEN / "data/recommendations.yml").read_text(encoding="utf-8")


def test_unknown_record_shows_a_message(page: Page, address: str) -> None:
    """The form of a record that does not exist is empty, with a message."""
    open_form(page, address, "source/?id=no-such-source")
    expect(page.locator("[data-status]")).to_contain_text("no-such-source could not be loaded")


# Submission


def test_links_to_the_host_contain_the_text(
    page: Page, address: str, site: Path, real: LoadResult
) -> None:
    """If the repository is known, links propose the text as a new file and in an issue."""
    context = SiteContext(
        DatasetView(real.dataset, date(2026, 11, 25)),
        edit_branch="main",
        repo_url="https://github.com/them/tracker",
    )
    new = dict(iter_form_pages(context))["edit/source/"]().html
    old = (site / "edit/source/index.html").read_text(encoding="utf-8")
    start, end = old.index('<link rel="stylesheet" href="../../assets/form.css">'), "form.js"
    whole = old[:start] + new + old[old.index("</script>", old.index(end)) + len("</script>") :]
    page.route("**/edit/source/", lambda route: route.fulfill(body=whole, content_type="text/html"))
    open_form(page, address, "source/")
    text = write_source(page)
    page.unroute("**/edit/source/")
    (link,) = page.get_by_role("link", name="Propose it as a new file").all()
    url = urlsplit(link.get_attribute("href") or "")
    assert url.path == "/them/tracker/new/main/data/sources"
    assert parse_qs(url.query) == {"filename": [f"{SOURCE}.yml"], "value": [text]}
    link = page.get_by_role("link", name="Open a public issue")
    query = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    assert text in query["body"][0]


def test_saved_file_contains_only_the_record(page: Page, address: str, tmp_path: Path) -> None:
    """The file is one mapping, for `tracker new --from`. Then the form can be left."""
    open_form(page, address, "source/")
    text = write_source(page)
    assert page.evaluate("unsaved")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert saved.value.suggested_filename == f"source-{SOURCE}.yml"
    expect(page.get_by_text(f"tracker new source --from source-{SOURCE}.yml")).to_be_visible()
    saved.value.save_as(tmp_path / "saved.yml")
    content = read_yaml((tmp_path / "saved.yml").read_bytes(), file="f").content
    assert [content] == read_yaml(text.encode(), file="f").content
    assert isinstance(Source.model_validate(content), Record)
    assert not page.evaluate("unsaved")
