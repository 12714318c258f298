"""Redaction: no comparison, page or export shows a withheld value."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.command import change, commit_all, git, run
from tests.test_render import make_context
from tracker.checks import check
from tracker.records.loader import load, read_files
from tracker.site.render import render_record_page, render_view

SECRET = "quixotic"
NUMBER = "7654321"
REDACTION = "  corrections:\n  - on: 2024-03-01\n    kind: redaction\n    why: It named people.\n"
TEXTS = (
    "title|summary|says|why|note|label|counts|population|printed|near|by|undated|series|method|"
    "missing|paragraph|evidence_basis|law"
)
REDACTED = {"recommendations": "asked-1", "findings": "found-1", "indicators": "count-1"}
GONE = {
    "recommendations": (
        "  assessments:\n",
        f"  - id: asked-1-p9\n    speaker: foundation\n    mode: direct\n    undated: {SECRET}\n"
        f"    says: {SECRET}\n    citations:\n    - source: act\n      locator: whole\n"
        f"      states:\n      - {SECRET}\n  assessments:\n",
    ),
    "findings": ("    - Harbour\n", f"    - {SECRET}\n"),
    "indicators": (
        "      label: men\n",
        f"      label: men\n    - value: 2\n      printed: '2'\n      label: {SECRET} people\n",
    ),
}
"""Parts that exist only in the earlier state."""


def rewrite_record(project: Path, collection: str, alter: Callable[[str], str]) -> None:
    """Rewrite the text of the record that will be redacted."""
    path = project / "data" / f"{collection}.yml"
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^- id: {REDACTED[collection]}\n.*?(?=^- |\Z)", text)
    assert found
    path.write_text(text.replace(found[0], alter(found[0])), encoding="utf-8")


def insert_secrets(record: str, collection: str) -> str:
    """Return a record with the secret word in every text and the secret number in every figure."""
    old, new = GONE[collection]
    record = record.replace(old, new, 1)
    record = re.sub(rf"(?m)^( +(?:- )?(?:{TEXTS}): )'?(.+?)'?$", rf"\1'\2 {SECRET}'", record)
    return re.sub(r"(?m)^( +(?:- )?value:) \d+", rf"\1 {NUMBER}", record)


@pytest.fixture
def published(project: Path) -> Path:
    """The example project, with three records to redact in its last commit."""
    sound = {c: (project / "data" / f"{c}.yml").read_text(encoding="utf-8") for c in REDACTED}
    for collection in REDACTED:
        rewrite_record(project, collection, partial(insert_secrets, collection=collection))
    assert load(read_files(project)).problems == ()
    commit_all(project)
    for collection, text in sound.items():
        (project / "data" / f"{collection}.yml").write_text(text, encoding="utf-8")
    return project


def redact(project: Path) -> None:
    """Add a redaction to each of the three records, below its id."""
    for collection in REDACTED:
        rewrite_record(project, collection, lambda text: text.replace("\n", f"\n{REDACTION}", 1))


STYLES = ("text", "markdown", "json")


@pytest.mark.parametrize("style", STYLES)
def test_diff_shows_no_old_value(published: Path, style: str) -> None:
    """With a redaction, a comparison shows that a field changed and its new value only."""
    arguments = ("diff", "HEAD", "--project", published, "--format", style)
    without = run(*arguments).stdout
    assert SECRET in without
    assert NUMBER in without
    redact(published)
    result = run(*arguments)
    assert result.exit_code == 0
    assert not re.search(f"{SECRET}|{NUMBER}", result.stdout + result.stderr)
    assert "It named people" in result.stdout
    assert "1,200 newcomers" in result.stdout


@pytest.mark.parametrize("style", ["text", "github", "json"])
def test_check_accepts_a_redacted_past(published: Path, style: str) -> None:
    """A rewritten position or rating passes with a redaction, and no message has the old value."""
    arguments = ("check", published, "--against", "HEAD", "--today", "2026-11-24")
    assert "[rewritten-past]" in run(*arguments).stdout
    redact(published)
    run("verify", published, "--write", "--today", "2026-11-24")
    result = run(*arguments, "--format", style)
    assert result.exit_code == 0, result.stdout
    assert SECRET not in result.stdout + result.stderr


def test_redaction_cannot_be_removed(published: Path) -> None:
    """A published redaction cannot be removed, because a comparison would show the value."""
    redact(published)
    git(published, "commit", "-qam", "redacted")
    change(published, "findings.yml", REDACTION, "")
    result = run("check", published, "--against", "HEAD", "--today", "2026-11-24")
    assert "[rewritten-past]" in result.stdout
    assert "a redaction was published" in result.stdout


@pytest.mark.parametrize(
    "wrong",
    [REDACTION + "    wrong: There were 3.\n", REDACTION.replace("    kind: redaction\n", "")],
)
def test_redaction_has_no_wrong_value(project: Path, wrong: str) -> None:
    """A redaction has no `wrong`; any other correction needs it."""
    change(project, "findings.yml", "  kind: problem\n", f"{wrong}  kind: problem\n")
    assert "[wrong-or-redaction]" in run("check", project).stdout


def test_pages_show_the_redaction() -> None:
    """The record and the page of corrections show that a value was withheld, and why."""
    context = make_context(find="  kind: problem\n", put=f"{REDACTION}  kind: problem\n")
    record = context.view.data.find("found-1")
    assert record
    page = render_record_page(context, "findings", record).html
    for html in (page, render_view(context, "corrections", page_url="/corrections/")):
        assert "A detail was removed to protect people. It named people." in html


def test_export_has_the_redaction(project: Path) -> None:
    """The JSON export has the kind and reason of a redaction, without the old value."""
    change(project, "findings.yml", "  kind: problem\n", f"{REDACTION}  kind: problem\n")
    run("verify", project, "--write", "--today", "2026-11-24")
    result = run("export", project)
    assert '"kind":"redaction"' in result.stdout
    assert '"wrong"' not in result.stdout


SMALL = "  decided_by: The Home Office.\n  small_population: Thirty people.\n"
FIGURE = "    value: 7\n    printed: '7'\n"
STATED = "    - value: 7\n      printed: '7'\n"


def make_breakdown(by: str, *values: int, unit: str = "same") -> str:
    """Return YAML of a figure with a breakdown."""
    parts = "".join(
        f"    - value: {value}\n      basis: counted\n      label: some\n" for value in values
    )
    return f"{FIGURE}  breakdowns:\n  - by: {by}\n    unit: {unit}\n    parts:\n{parts}"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (FIGURE, FIGURE.replace("7", "4"), "figure"),
        (STATED, STATED + STATED.replace("7", "3"), "citations"),
        (FIGURE, f"{FIGURE}  listed:\n  - Arland\n", "listed"),
        (FIGURE, make_breakdown("age", 6, 1), "breakdowns"),
        (FIGURE, make_breakdown("country of origin", 7), "breakdowns"),
        (FIGURE, make_breakdown("sex", 20, 80, unit="percent"), "breakdowns"),
    ],
)
def test_small_group_has_no_small_cells(project: Path, old: str, new: str, field: str) -> None:
    """For a small group, counts from one to five and nationalities are refused.

    The same record about another group is valid.
    """
    groups = "  title: Pupils\n  groups:\n  - newcomers\n"
    change(project, "indicators.yml", old, new)
    change(project, "indicators.yml", "  title: Pupils\n", groups)

    def found() -> list[object]:
        problems = check(load(read_files(project)).dataset)
        return [p.path[0] for p in problems if p.code == "small-cell"]

    assert found() == []
    change(project, "vocabulary.yml", "  decided_by: The Home Office.\n", SMALL)
    assert set(found()) == {field}


def test_small_count_in_words_is_valid(project: Path) -> None:
    """The remedy of the rule, words instead of the number, passes the check."""
    change(project, "vocabulary.yml", "  decided_by: The Home Office.\n", SMALL)
    change(
        project, "indicators.yml", "  title: Pupils\n", "  title: Pupils\n  groups: [newcomers]\n"
    )
    few = "value: fewer than 6\n    basis: counted\n"
    change(project, "indicators.yml", "    value: 7\n    printed: '7'\n", f"    {few}")
    change(
        project,
        "indicators.yml",
        "    - value: 7\n      printed: '7'\n",
        "    - value: fewer than 6\n      basis: counted\n",
    )
    assert [p.code for p in check(load(read_files(project)).dataset)] == []


def test_withheld_detail_is_in_the_map() -> None:
    """A block with a withheld detail is marked, and the page counts such blocks."""
    context = make_context(
        find="- id: B1\n  lines: '1'\n", put="- id: B1\n  lines: '1'\n  withheld: A name.\n"
    )
    html = render_view(context, "source-map", page_url="/report/", source="report")
    assert "<strong>Withheld:</strong> A name." in html
    assert "1 passage has a detail withheld to protect people." in html
