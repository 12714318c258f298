"""Forms: made from the model, and what they make passes `fmt` and `check` or is told why not."""

import json
import math
import random
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect
from pydantic import ValidationError

from tests.command import run
from tests.conftest import FROZEN
from tracker.model import KINDS, FrozenModel, Record, RecordKind, Source
from tracker.records.formatter import format_file, format_record
from tracker.records.loader import LoadResult
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import to_node
from tracker.records.yaml_writer import emit_file
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.forms import FieldConstraint, iter_constraints
from tracker.site.render import iter_form_pages, render_record_page, render_view

# How a form reads what it was given, through the functions of its own script.
READ = """values => {
  record.replaceChildren();
  editedId = values.id;
  addFields(record, facts.part, values);
  const problems = [];
  const value = readFields(record, facts.part, problems, true);
  return [problems.map(([, text]) => text), yamlLines([value]).join("\\n") + "\\n"];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def show(page: Page, address: str, form: str) -> None:
    """Opens a form, with nothing in it that would ask before it is left."""
    if page.url.startswith(address):
        page.evaluate("unsaved = false")
    page.goto(f"{address}edit/{form}")
    expect(page.get_by_role("button", name="Generate")).to_be_visible()


def as_given(value: Any) -> Any:
    """A value as a form is given it: numbers as they are written."""
    if isinstance(value, dict):
        return {key: as_given(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_given(one) for one in value]
    return str(value)


@pytest.mark.parametrize("at_most", [10, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_record_comes_out_as_it_went_in(
    page: Page, address: str, real: LoadResult, kind: RecordKind, at_most: int
) -> None:
    """Each record of the data, filled in and read again, says the same, in canonical form."""
    show(page, address, f"{kind.name}/")
    records: list[Any] = list(real.dataset.collections[kind.collection])
    if kind.list:
        records = [part for record in records for part in getattr(record, kind.list)]
    assert records
    for record in records[:: math.ceil(len(records) / at_most)]:
        values = as_given(record.model_dump(mode="json", exclude_none=True))
        problems, text = page.evaluate(READ, values)
        assert (record.id, problems) == (record.id, [])
        (content,) = read_yaml(text.encode(), file="f").content
        assert kind.model.model_validate(content) == record
        assert text == "".join(f"{x}\n" for x in emit_file(to_node([content]), kind.model))
        if not kind.list:
            assert (
                format_file(text.encode(), file=f"data/{kind.collection}.yml").data == text.encode()
            )


def test_texts_are_written_as_the_formatter_writes_them(page: Page, address: str) -> None:
    """Whatever somebody types: quotes, folds and blocks are those of `tracker fmt`."""
    show(page, address, "source/")
    rng = random.Random(5)
    pieces = [
        "a",
        "é",
        "“x”",
        "'",
        '"',
        ":",
        ": ",
        " #",
        "#",
        "- ",
        "no",
        "2013",
        "2013-05-17",
        "1e3",
    ]
    pieces += [
        "0x1f",
        "12:30",
        "1,200",
        " ",
        "  ",
        "\n",
        "[",
        "{",
        "word " * 30,
        "*",
        "&",
        "~",
        ".5",
    ]
    texts = ["".join(rng.choices(pieces, k=rng.randint(1, 6))).strip() for _ in range(1500)]
    texts = sorted({t for t in texts if t and not any(x.endswith(" ") for x in t.split("\n"))})
    written = page.evaluate(
        "texts => texts.map(text => yamlLines([new Map([['id', {text: 'x'}], ['title', {text}],"
        " ['date', {text, typed: true}]])]).join('\\n') + '\\n')",
        texts,
    )
    for text, found in zip(texts, written, strict=True):
        assert found == format_record("sources", {"id": "x", "title": text, "date": text})


SOURCE = "tast-report-on-housing-2024"


def field(box: Page | Locator, name: str) -> Locator:
    """A field by its name in the data format, not that of the same name in a part below."""
    return box.locator(f"xpath=.//*[@data-field='{name}']").first


def fill(box: Page | Locator, name: str, value: str) -> None:
    """Types or chooses a value, found as a person does: by the label."""
    control = field(box, name).locator("input:visible, textarea:visible, select").first
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


def cite(box: Page | Locator, source: str, locator: str, *, states: str = "", add: bool) -> None:
    citations = field(box, "citations")
    if add:
        citations.get_by_role("button", name="Add: Citation").click()
    if citations.locator("option[value='" + source + "']").count():
        fill(citations, "source", source)
    else:
        fill(citations, "source", "*")
        citations.get_by_label("Record ID").fill(source)
    fill(citations, "locator", locator)
    if states:
        citations.get_by_role("button", name="Add: Statement").click()
        fill(field(citations, "states"), "value", states)


def made(page: Page) -> str:
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("heading", name="The text for the data file")).to_be_focused()
    return page.get_by_role("textbox", name="The text for the data file").input_value()


def write_source(page: Page) -> str:
    fill(page, "title", "Täst report on housing: 2024")
    fill(page, "type", "ngo-report")
    expect(page.get_by_label("Id (required)")).to_have_value(SOURCE)
    fill(page, "date", "2024-05")
    fill(page, "url", "https://example.org/report")
    fill(page, "access", "public")
    fill(page, "identified", "verified")
    fill(page, "summary", "Pasted with a\u00a0hidden space. " + "It goes on and on. " * 12)
    return made(page)


def write_position(page: Page) -> str:
    page.get_by_label("Which recommendation").select_option("cescr-2013-9-housing")
    fill(page, "speaker", "constitution-foundation")
    fill(page, "mode", "direct")
    fill(page, "when", "2024-05")
    fill(page, "says", "A report that is not real says: homes were built.")
    field(page, "groups").get_by_label("Stateless").first.check()
    cite(page.locator("[data-record]"), SOURCE, "page 3", add=False)
    return made(page)


def write_assessment(page: Page) -> str:
    page.get_by_label("Which recommendation").select_option("cescr-2013-9-housing")
    fill(page, "date", "2026-11-25")
    field(page, "groups").get_by_label("Stateless").check()
    fill(page, "status", "partly-implemented")
    for row, state in (("law", "absent"), ("measures", "begun"), ("results", "unknown")):
        fill(field(page, row), "state", state)
        fill(field(page, row), "why", "As the report that is not real has it.")
        cite(field(page, row), SOURCE, "page 3", add=True)
    page.locator("[data-record] > [data-field=why] textarea").fill("Homes were built, it says.")
    fill(page, "evidence_up_to", "2024-05")
    fill(page, "evidence_basis", "The date of the report.")
    fill(page, "independent_sources", "1")
    fill(page, "method", "Desk review.")
    return made(page)


def save(page: Page, project: Path, text: str, file: str) -> None:
    """Write a text into the new file that the form names; ids of parts end by chance."""
    where = page.locator("[data-where]").inner_text()
    named = re.fullmatch(rf"As a new file, ({file}):", where)
    assert named, where
    path = project / named[1]
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_what_forms_make_passes(page: Page, address: str, real: LoadResult, tmp_path: Path) -> None:
    """A source, a position and an assessment, filled in and saved where the form says."""
    shutil.copytree(FROZEN / "data", tmp_path / "data")
    show(page, address, "source/")
    save(page, tmp_path, write_source(page), f"data/sources/{SOURCE}.yml")
    show(page, address, "position/?in=cescr-2013-9-housing")
    text = write_position(page)
    assert "\n  recommendation: cescr-2013-9-housing\n" in text
    save(page, tmp_path, text, r"data/positions/cescr-2013-9-housing-p-\w{6}\.yml")
    show(page, address, "assessment/")
    text = write_assessment(page)
    save(page, tmp_path, text, r"data/assessments/cescr-2013-9-housing-a-\w{6}\.yml")
    assert run("fmt", "--check", tmp_path).exit_code == 0
    first = run("check", tmp_path, "--format", "json", "--today", "2026-12-01")
    assert first.exit_code == 0, first.output
    codes = {p["code"] for p in json.loads(first.stdout)["notices"]}
    assert codes <= {"not-compared"}, first.stdout  # as with every new citation


# What is wrong


def problems_of(page: Page) -> list[str]:
    page.get_by_role("button", name="Generate").click()
    box = page.locator("[data-problems]")
    expect(box).to_be_focused()
    return box.get_by_role("listitem").all_inner_texts()


def test_a_problem_is_told_and_leads_to_its_field(page: Page, address: str) -> None:
    """Each in words, at its field and in a list on top, whose links put the cursor there."""
    show(page, address, "position/")
    told = problems_of(page)
    assert told[0] == "“Recommendation it belongs to” is missing."
    assert "“Speaker” is missing." in told
    assert [t for t in told if t.startswith("At least one of these is needed: ")]
    fill(page, "when", "17.05.2013")
    fill(page, "mode", "reported")
    told = problems_of(page)
    (date,) = (t for t in told if "17.05.2013" in t)
    assert "Did you mean “2013-05-17”?" in date
    assert [t for t in told if t.startswith("These belong together, all or none: ")]
    when = field(page, "when")
    page.get_by_role("link", name=date).click()
    expect(when.locator("input")).to_be_focused()
    expect(when.locator("input")).to_have_accessible_description(f"{page_help(when)} {date}")
    for span, right in (("2013-H1/2013-03", True), ("2013-05/2013", True), ("2019/2018", False)):
        fill(page, "when", span)
        assert any(span in t for t in problems_of(page)) is not right
    fill(page, "when", "2013-02-30")
    assert "not in the calendar" in next(t for t in problems_of(page) if "2013-02-30" in t)
    assert page.locator("[data-text]").is_hidden()


def page_help(box: Locator) -> str:
    return box.locator("[data-help]").inner_text()


def test_figures_ids_and_addresses_are_looked_at(page: Page, address: str) -> None:
    """With what to type instead, where that can be known."""
    show(page, address, "source/")
    fill(page, "id", "Report")
    fill(page, "url", "www.example.org")
    told = " ".join(problems_of(page))
    assert "Did you mean “report”?" in told
    assert "Paste the full address" in told
    fill(page, "id", "report")
    assert "The id report is taken." in problems_of(page)
    show(page, address, "indicator/")
    fill(field(page, "figure"), "value", "1,200")
    fill(page, "locator", "page 3")
    page.get_by_role("button", name="Add: Statement").click()
    fill(field(page, "states"), "value", "12%")
    told = " ".join(problems_of(page))
    assert "Did you mean “1200”?" in told
    assert "12%" not in told


def violating(rule: FieldConstraint, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The values with none of the fields, all of them, or the first alone, where that is wrong."""
    pairs = [(name, value or "2020") for name, _, value in (f.partition("=") for f in rule.fields)]
    rest = {key: one for key, one in values.items() if key not in dict(pairs)}
    if rule.how != "all":
        yield rest
    if rule.how == "one":
        yield rest | dict(pairs)
    if rule.how == "all":
        yield rest | dict(pairs[:1])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_forms_demand_the_model_demands(real: LoadResult, kind: RecordKind) -> None:
    """What a form says of fields that depend on each other is what the model refuses."""
    for model in {rule_model for rule_model, _ in iter_constraints(kind.model)}:
        values = next(found for found in samples(real, model))
        for of, rule in iter_constraints(kind.model):
            for wrong in violating(rule, values) if of is model else ():
                with pytest.raises(ValidationError) as refused:
                    model.model_validate(wrong)
                assert rule.code in {e["type"] for e in refused.value.errors()}


def samples(real: LoadResult, model: type[FrozenModel]) -> Iterator[dict[str, Any]]:
    def walk(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, model):
            yield as_given(value.model_dump(mode="json", exclude_none=True))
        for one in vars(value).values() if isinstance(value, FrozenModel) else ():
            for part in one if isinstance(one, tuple) else (one,):
                yield from walk(part)

    for _, record in real.dataset.records():
        yield from walk(record)


# Corrections


def test_a_record_page_leads_to_its_form_filled_in(page: Page, address: str) -> None:
    """The text is what stands in the file, and the form says which lines it replaces."""
    page.goto(f"{address}sources/report/")
    page.get_by_role("link", name="edit in a form").click()
    expect(page.get_by_label("Id (required)")).to_have_value("report")
    text = made(page)
    assert text in (FROZEN / "data/sources.yml").read_text(encoding="utf-8")
    assert "in place of the entry with the id report" in page.locator("[data-where]").inner_text()


def test_a_position_is_corrected_where_it_stands(page: Page, address: str) -> None:
    """A part of a record is filled in by its own id, with the record that it belongs to."""
    show(page, address, "position/?id=cescr-2013-9-p2")
    expect(page.get_by_label("Which recommendation")).to_have_value("cescr-2013-9")
    text = made(page)
    assert text in (FROZEN / "data/recommendations.yml").read_text(encoding="utf-8")


def test_what_cannot_be_read_is_said(page: Page, address: str) -> None:
    """A form for a record that is not there stays empty and says so."""
    show(page, address, "source/?id=no-such-source")
    expect(page.locator("[data-status]")).to_contain_text("no-such-source could not be read")


# Sending


def test_a_host_is_given_the_text(page: Page, address: str, site: Path, real: LoadResult) -> None:
    """Where the repository is known, links carry the text: as a new file, and in a request."""
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
    show(page, address, "source/")
    text = write_source(page)
    page.unroute("**/edit/source/")
    (link,) = page.get_by_role("link", name="Propose it as a new file").all()
    url = urlsplit(link.get_attribute("href") or "")
    assert url.path == "/them/tracker/new/main/data/sources"
    assert parse_qs(url.query) == {"filename": [f"{SOURCE}.yml"], "value": [text]}
    link = page.get_by_role("link", name="Open a public request")
    query = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    assert text in query["body"][0]


def test_a_file_holds_the_record_alone(page: Page, address: str, tmp_path: Path) -> None:
    """As one mapping, for a command that takes it up; and nothing is asked for once it is saved."""
    show(page, address, "source/")
    text = write_source(page)
    assert page.evaluate("unsaved")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert saved.value.suggested_filename == f"source-{SOURCE}.yml"
    expect(page.get_by_text(f"tracker new source --from source-{SOURCE}.yml")).to_be_visible()
    saved.value.save_as(tmp_path / "saved.yml")
    alone = read_yaml((tmp_path / "saved.yml").read_bytes(), file="f").content
    assert [alone] == read_yaml(text.encode(), file="f").content
    assert isinstance(Source.model_validate(alone), Record)
    assert not page.evaluate("unsaved")


def test_leaving_is_asked_about(page: Page, address: str) -> None:
    """Whoever has typed is warned before it is gone; and nothing of it was kept."""
    show(page, address, "source/")
    page.get_by_label("Title (required)").press_sequentially("A title")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", stay)
    page.goto(address)
    assert asked == ["beforeunload"]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_lists_grow_and_shrink_by_keyboard(page: Page, address: str) -> None:
    """What is added takes the focus; what is taken out gives it back."""
    show(page, address, "source/")
    box = field(page, "citations")
    add = box.get_by_role("button", name="Add: Citation")
    add.press("Enter")
    add.press("Enter")
    expect(box.get_by_role("group", name="Citation 2").get_by_label("Source").first).to_be_focused()
    box.get_by_role("button", name="Remove Citation 1").press("Enter")
    expect(add).to_be_focused()
    assert box.get_by_role("group", name="Citation 1").count() == 1


def test_without_javascript(browser: Browser, address: str) -> None:
    """The page says so, and names the other ways; no field pretends to work."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}edit/source/")
    expect(page.get_by_text("This form needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="How to propose a change")).to_be_visible()
    assert page.locator("[data-edit] :is(input, select, textarea):visible").count() == 0
    context.close()


def test_forms_are_there_only_where_wanted(real: LoadResult) -> None:
    """Without the line in mkdocs.yml there are no pages, and nothing leads to them."""
    lines = {"report": ("data/sources.yml", 1, 2)}
    off = SiteContext(DatasetView(real.dataset, date(2026, 11, 25), lines))
    assert list(iter_form_pages(off)) == []
    assert "edit/" not in render_record_page(off, "sources", off.view.source("report")).html
    assert render_view(off, "form-ways", page_url="").strip() == ""
