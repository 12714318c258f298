"""Labels of ratings: a status never appears without its qualifiers."""

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from tests.command import change, run
from tests.conftest import FROZEN
from tests.search_files import read_search_file
from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.analysis.freshness import compute_review_status, get_review_status
from tracker.analysis.labels import format_evidence_date
from tracker.export.json_export import record_to_json, to_json
from tracker.i18n import t
from tracker.model import Assessment, ImpreciseDate, Recommendation
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.due_dates import iter_due_dates
from tracker.site.generated_files import make_cards
from tracker.site.registers import make_register
from tracker.site.render import render_record_page, render_view

ONE_SOURCE = "Not implemented (one source)"
NOT_SHOWN = "Partly implemented (results not shown)"
BARE = re.compile(
    r"Not implemented(?! \(one source\))|Partly implemented(?! \(results not shown\))"
)
# Places where a status is defined, selected or considered, but not assigned.
NO_RATING = (
    re.compile(r'<label class="ct-choice">.*?</label>', re.DOTALL),
    re.compile(r'"facets":\s*\[.*?\],\s*"status_groups"', re.DOTALL),
    re.compile(rf"{re.escape(t('nearest'))}.*?</li>", re.DOTALL),
    re.compile(r'<nav class="ct-near".*?</nav>', re.DOTALL),
    re.compile(r"<h1.*?</h1>", re.DOTALL),
)
DEFINITIONS = re.compile(r"vocabulary/|methodology/|edit/|contributing/|format/|data-format/")


def ratings(loaded: LoadResult) -> list[Assessment]:
    records = loaded.dataset.of(Recommendation)
    return [a for record in records for a in record.assessments]


def test_frozen_ratings_all_have_a_qualifier(real: LoadResult) -> None:
    """All ratings with these statuses have qualifiers, so tests can search for bare ones."""
    wanted = {"not-implemented": "one-source", "partly-implemented": "results-not-shown"}
    found = [a for a in ratings(real) if a.status in wanted]
    assert {a.status for a in found} == set(wanted)
    assert all(a.label.qualifiers == (wanted[a.status],) for a in found)


@pytest.mark.parametrize(
    ("status", "results", "sources", "qualifiers"),
    [
        ("not-implemented", "unknown", 0, ("one-source",)),
        ("not-implemented", "absent", 1, ("one-source",)),
        ("not-implemented", "absent", 2, ()),
        ("partly-implemented", "unknown", 2, ("results-not-shown",)),
        ("partly-implemented", "absent", 1, ()),
        ("partly-implemented", "begun", 1, ()),
        ("planned", "unknown", 1, ()),
        ("insufficient-information", "unknown", 0, ()),
    ],
)
def test_qualifiers(
    real: LoadResult, status: str, results: str, sources: int, qualifiers: tuple[str, ...]
) -> None:
    """The definition of a status decides which qualifiers its label has."""
    rating = ratings(real)[0]
    row = rating.results.model_copy(update={"state": results})
    changes = {"status": status, "results": row, "independent_sources": sources}
    assert rating.model_copy(update=changes).label == (status, qualifiers)


def test_no_status_is_bare_on_the_site(site: Path) -> None:
    """On every page and in every file of the site, each rating has its full label."""
    seen = 0
    for path in site.rglob("*"):
        name = path.relative_to(site).as_posix()
        if path.suffix not in (".html", ".atom", ".ics", ".svg") or DEFINITIONS.match(name):
            continue
        text = path.read_text("utf-8")
        if path.suffix == ".ics":
            text = text.replace("\r\n ", "")
        if path.suffix == ".svg":  # each line of a text is an element
            text = re.sub(r"</text>\s*<text[^>]*>", " ", text)
        for pattern in NO_RATING:
            text = pattern.sub(" ", text)
        text = " ".join(unescape(text).split())
        seen += text.count(ONE_SOURCE) + text.count(NOT_SHOWN)
        bare = [text[max(0, found.start() - 80) : found.end()] for found in BARE.finditer(text)]
        assert bare == [], name
    assert seen > 50


def test_list_of_a_status_has_labels(site: Path) -> None:
    """The page of a status lists its ratings with their labels."""
    for status, label in (("not-implemented", ONE_SOURCE), ("partly-implemented", NOT_SHOWN)):
        page = (site / f"vocabulary/{status}/index.html").read_text("utf-8")
        used = page.partition('id="used"')[2].partition('id="record"')[0]
        assert used.count("<li>") == get_text(used).count(label) > 0


def test_no_status_is_bare_in_the_search(site: Path) -> None:
    """Search results of recommendations have full labels, in their status and their texts."""
    seen = 0
    for path in site.glob("search/*/texts-*.js"):
        for address, _, _, status, heading, text in read_search_file(path.read_text("utf-8")):
            if address.startswith("recommendations/") and "#moves" not in address:
                assert not BARE.search(f"{status}\n{heading}"), address
                seen += ONE_SOURCE in status
                if "/" in address.removeprefix("recommendations/"):
                    assert not BARE.search(text.partition(t("nearest"))[0]), (address, text)
    assert seen


def frozen_context() -> SiteContext:
    return make_context(FROZEN, today="2026-11-30")


def test_register_downloads_have_labels() -> None:
    """The rows of CSV and JSON downloads have full labels."""
    texts = make_register(frozen_context(), "recommendations").fields["ratings"]
    joined = "\n".join(texts)
    assert not BARE.search(joined)
    assert ONE_SOURCE in joined
    assert NOT_SHOWN in joined


def test_calendar_and_cards_have_labels() -> None:
    """Due dates and preview images have full labels."""
    context = frozen_context()
    earlier = replace(context, view=replace(context.view, today=date(2020, 8, 1)))
    summaries = "\n".join(entry.summary for entry in iter_due_dates(earlier))
    with_url = SiteContext(context.view, site_url="https://example.org/")
    cards = make_cards(with_url, about="").values()
    labels = "\n".join(rating.label for card in cards for rating in card.ratings)
    for text in (summaries, labels):
        assert not BARE.search(text)
        assert ONE_SOURCE in text
        assert NOT_SHOWN in text


def test_json_has_labels(real: LoadResult) -> None:
    """The JSON files have the label and qualifiers of each rating."""
    context = frozen_context()
    view = context.view
    document = json.loads(to_json(view.verification, today=view.today, label=context.label))
    assert {row["of"] for row in document["labels"]} == {a.id for a in ratings(real)}
    rows = [row for row in document["labels"] if row["status"] == "not-implemented"]
    assert {(row["label"], *row["qualifiers"]) for row in rows} == {(ONE_SOURCE, "one-source")}
    record = view.find(rows[0]["record"])
    assert record
    content = record_to_json(record, collection="recommendations", label=context.label)
    assert rows[0] in json.loads(content)["labels"]


@pytest.mark.parametrize("command", [("show", "asked-1"), ("find", "homes"), ("export",)])
def test_commands_print_labels(project: Path, command: tuple[str, ...]) -> None:
    """Commands print the full label."""
    at = ("--project", project) if command[0] != "export" else (project,)
    result = run(*command, *at)
    assert result.exit_code == 0, result.output
    assert NOT_SHOWN in result.output


DATED = "    evidence_up_to: 2020-07-27\n    evidence_basis: Latest date"
UNDATED = (
    "    evidence_up_to: 2020\n    evidence_undated: undated report\n"
    "    evidence_basis: Latest date"
)
SHOWN = "2020 (undated report)"


def test_undated_evidence_is_shown_everywhere() -> None:
    """A year and the kind of document are shown together, on pages and in downloads."""
    context = make_context(find=DATED, put=UNDATED)
    record = context.view.find("asked-1")
    assert isinstance(record, Recommendation)
    page = render_record_page(context, "recommendations", record).html
    home = render_view(context, "state-of-play", page_url="")
    register = make_register(context, "recommendations")
    row = [r.id for r in register.records].index("asked-1")
    cards = make_cards(SiteContext(context.view, site_url="https://example.org/"), about="")
    for text in (
        get_text(page),
        get_text(home),
        register.fields["ratings"][row],
        register.fields["evidence_up_to"][row],
        " ".join(cards["recommendations/asked-1/"].dates),
    ):
        assert SHOWN in text
    assert register.orders["newest"]


def test_undated_evidence_ages_from_the_end_of_its_year() -> None:
    """The review interval begins on 31 December, the last possible day."""
    context = make_context(find=DATED, put=UNDATED)
    record = context.view.find("asked-1")
    assert isinstance(record, Recommendation)
    data, today = context.view.data, context.view.today
    review = get_review_status(record.assessments[0], data, of=record, today=today)
    expected = compute_review_status(ImpreciseDate.parse("2020"), 12, today=today)
    assert review
    assert expected
    assert (review.due_on, review.state) == (expected.due_on, expected.state)
    assert review.undated == "undated report"
    assert format_evidence_date("2020", "", t) == "2020"


def test_undated_evidence_in_commands(project: Path) -> None:
    """`show` and `due` print the year with the kind of document."""
    change(project, "recommendations.yml", DATED, UNDATED)
    assert SHOWN in run("show", "asked-1", "--project", project).output
    assert SHOWN in run("due", "--project", project, "--today", "2026-11-24").output
