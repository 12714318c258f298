"""Forms: made from the model, and what they make passes `fmt` and `check` or is told why not."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import Browser, Locator, Page, expect
from pydantic import ValidationError

from tests.command import run
from tests.conftest import ROOT
from tracker.day import day_of
from tracker.form import formed, record_text
from tracker.form.nodes import node_of
from tracker.form.writing import lines_of
from tracker.load import Loaded
from tracker.load.yaml_text import read_yaml
from tracker.model import Frozen, Recommendation
from tracker.render import Book, form_pages
from tracker.render.forms import _TOGETHER, KINDS, Together, ways

# How a form reads what it was given, through the functions of its own script.
READ = """values => {
  record.replaceChildren();
  known = values.id;
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
    expect(page.get_by_role("button", name="Make the text")).to_be_visible()


def as_given(value: Any) -> Any:
    """A value as a form is given it: numbers as they are written."""
    if isinstance(value, dict):
        return {key: as_given(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_given(one) for one in value]
    return str(value)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_record_comes_out_as_it_went_in(
    page: Page, address: str, real: Loaded, kind: Any
) -> None:
    """Each record of the data, filled in and read again, says the same, in canonical form."""
    show(page, address, f"{kind.name}/")
    records: list[Any] = list(real.dataset.collections[kind.collection])
    if kind.list:
        records = [part for record in records for part in getattr(record, kind.list)]
    assert records
    model = Recommendation if kind.list else kind.model
    for record in records:
        values = as_given(record.model_dump(mode="json", exclude_none=True))
        problems, text = page.evaluate(READ, values)
        assert (record.id, problems) == (record.id, [])
        (content,) = read_yaml(text.encode(), file="f").content
        assert kind.model.model_validate(content) == record
        assert text == "".join(f"{x}\n" for x in lines_of(node_of([content]), kind.model))
        if not kind.list:
            assert formed(text.encode(), file=f"data/{kind.collection}.yml").data == text.encode()
    assert model


def test_texts_are_written_as_the_formatter_writes_them(page: Page, address: str) -> None:
    """Whatever somebody types: quotes, folds and blocks are those of `tracker fmt`."""
    show(page, address, "source/")
    rng = random.Random(5)
    pieces = ["a", "é", "“x”", "'", '"', ":", ": ", " #", "#", "- ", "no", "2013", "2013-05-17", "1e3"]
    pieces += ["0x1f", "12:30", "1,200", " ", "  ", "\n", "[", "{", "word " * 30, "*", "&", "~", ".5"]
    texts = ["".join(rng.choices(pieces, k=rng.randint(1, 6))).strip() for _ in range(4000)]
    texts = sorted({t for t in texts if t and not any(x.endswith(" ") for x in t.split("\n"))})
    written = page.evaluate(
        "texts => texts.map(text => yamlLines([new Map([['id', {text: 'x'}], ['title', {text}],"
        " ['date', {text, typed: true}]])]).join('\\n') + '\\n')",
        texts,
    )
    for text, found in zip(texts, written, strict=True):
        assert found == record_text("sources", {"id": "x", "title": text, "date": text})


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
        citations.get_by_role("button", name="Add: Citations").click()
    if citations.locator("option[value='" + source + "']").count():
        fill(citations, "source", source)
    else:
        fill(citations, "source", "*")
        citations.get_by_label("Id of the record").fill(source)
    fill(citations, "locator", locator)
    if states:
        citations.get_by_role("button", name="Add: States").click()
        fill(field(citations, "states"), "value", states)


def made(page: Page) -> str:
    page.get_by_role("button", name="Make the text").click()
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


def insert(project: Path, file: str, text: str, *, after: str = "") -> None:
    """Puts a text at the end of a file, or of a list of the record with this id."""
    path = project / "data" / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = len(lines)
    if after:
        record, name = after.split("/")
        start = lines.index(f"  {name}:\n", lines.index(f"- id: {record}\n")) + 1
        at = next(n for n in range(start, len(lines)) if not lines[n].startswith(("  -", "   ")))
    path.write_text("".join([*lines[:at], text, *lines[at:]]), encoding="utf-8")


def test_what_forms_make_passes(page: Page, address: str, real: Loaded, tmp_path: Path) -> None:
    """A source, a position and an assessment, filled in and pasted where the form says."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    show(page, address, "source/")
    insert(tmp_path, "sources.yml", write_source(page))
    expect(page.locator("[data-where]")).to_have_text("At the end of data/sources.yml:")
    show(page, address, "position/?in=cescr-2013-9-housing")
    text = write_position(page)
    where = page.locator("[data-where]").inner_text()
    assert "at the end of the list “positions” of cescr-2013-9-housing" in where
    insert(tmp_path, "recommendations.yml", text, after="cescr-2013-9-housing/positions")
    show(page, address, "assessment/")
    text = write_assessment(page)
    insert(tmp_path, "recommendations.yml", text, after="cescr-2013-9-housing/assessments")
    assert run("fmt", "--check", tmp_path).output.count("not-canonical") == 0
    first = run("check", tmp_path, "--format", "json", "--today", "2026-11-25")
    problems = json.loads(first.stdout)["problems"]
    # As with every new citation, until it was sought in its source.
    assert {p["code"] for p in problems} == {"never-sought"}, problems
    assert run("verify", tmp_path, "--write").exit_code in (0, 1)
    last = run("check", tmp_path, "--today", "2026-11-25")
    assert last.exit_code == 0, last.output
