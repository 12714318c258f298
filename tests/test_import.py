"""`tracker import`: what rows of other databases become, which are wanted, and how they look."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from tests.command import change
from tests.exports import HOUSES, ROWS, SCHOOLS, index, item, upr_info
from tests.importing import file_hashes, import_summary, imported, run_import
from tracker.i18n import t
from tracker.model import Source, Term, hash_text
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.generated_files import iter_due_dates, iter_generated_files, make_cards
from tracker.site.registers import make_register
from tracker.site.render import render_record_page
from tracker.site.search_index import make_record_page

# What becomes of a row


def test_row_of_upr_info(project: Path) -> None:
    """Who asked whom, when and what, the wording with its source, and the State's own answer."""
    assert run_import(project, upr_info(*ROWS)).exit_code == 0
    found = imported(project)
    record = found[f"upr-16-arland-borland-{hash_text(HOUSES)[:8]}"]
    assert record.official_text.text == HOUSES
    assert record.official_text.citations[0].source == record.document
    assert record.made_on
    assert record.made_on.text == "2013"
    row = record.imported
    assert row
    assert (row.addressed, row.recommending, row.session) == (("Arland",), ("Borland",), "16")
    assert row.themes == ("Newcomers", "Right to housing")
    assert (row.response, row.text_sha256) == ("supported", hash_text(HOUSES))
    assert (row.status, row.reason) == ("insufficient-information", "not-assessed")
    assert [p.says for p in record.positions] == [t("import.response.supported")]
    assert record.assessments == ()
    assert len(found) == 4


def test_row_of_the_index(project: Path) -> None:
    """Symbol and paragraph make the id; markup goes, what it marked stays."""
    assert run_import(project, index(item(), item(13, Text="24 (a) Teach."))).exit_code == 0
    found = imported(project)
    assert sorted(found) == ["crc-c-arl-co-6-7-12", "crc-c-arl-co-6-7-24-a"]
    record = found["crc-c-arl-co-6-7-12"]
    assert record.official_text.text == "12. House the newcomers & settlers. (a) Soon;"
    assert record.title == "“House the newcomers & settlers. (a) Soon;”"
    assert (record.paragraph, str(record.made_on)) == ("paragraph 12", "2025-02-12")
    assert record.imported
    assert record.imported.row == item()["AnnotationId"]
    document = load(read_files(project)).dataset.find(record.document)
    assert isinstance(document, Source)
    assert document.symbol == "CRC/C/ARL/CO/6-7"


def test_review_in_the_index(project: Path) -> None:
    """What States asked each other has their names, and the answer as position."""
    review = item(
        Body="- UPR",
        Symbol="A/HRC/24/13",
        Text="109.12 Ratify it (Borland);",
        UprSession="Session 16",
        UprCycle="Cycle 2",
        UprPositions=["- Noted"],
        UprRecommendingCountry=["Borland"],
    )
    run_import(project, index(review))
    record = imported(project)["a-hrc-24-13-109-12"]
    row = record.imported
    assert row
    assert (row.recommending, row.session, row.cycle) == (("Borland",), "16", "2")
    assert row.response == "noted"
    assert [p.mode for p in record.positions] == ["reported"]


def test_labels_find_words_of_the_vocabulary(project: Path) -> None:
    """Groups, rights, mechanisms and States are those that list a label as theirs."""
    for old, labels in (
        ("  kind: group\n", "  labels:\n  - newcomers!\n  kind: group\n"),
        ("  kind: right\n", "  kind: right\n  labels:\n  - Right to housing\n"),
        ("  kind: authority\n", "  kind: authority\n  labels:\n  - ARLAND\n"),
        ("  kind: mechanism\n", "  kind: mechanism\n  labels:\n  - CRC\n"),
    ):
        change(project, "vocabulary.yml", old, labels)
    run_import(project, index(item()))
    record = imported(project)["crc-c-arl-co-6-7-12"]
    assert (record.made_by, record.rights, record.groups) == (
        "committee",
        ("right-home",),
        ("newcomers",),
    )
    run_import(project, upr_info(*ROWS))
    speakers = {p.speaker for r in imported(project).values() for p in r.positions}
    assert speakers == {"home-office", "imported-dorland"}


def test_word_that_is_needed_no_more_goes(project: Path) -> None:
    """A made word goes when the vocabulary has it, and its records name the right one."""
    run_import(project, index(item()))
    assert imported(project)["crc-c-arl-co-6-7-12"].made_by == "imported-crc"
    change(project, "vocabulary.yml", "  kind: mechanism\n", "  kind: mechanism\n  labels: [CRC]\n")
    run_import(project, index(item()))
    assert imported(project)["crc-c-arl-co-6-7-12"].made_by == "committee"
    assert load(read_files(project)).dataset.find("imported-crc") is None


def test_id_of_a_database_is_no_phone_number(project: Path) -> None:
    """It may be any number, also one that begins as abroad."""
    run_import(project, index(item(AnnotationId="0041229179000")))
    assert len(imported(project)) == 1


def test_source_of_the_project_is_used(project: Path) -> None:
    """A document that the project has by its symbol is not made a second time."""
    symbol = "E/C.12/EXA/CO/1"
    run_import(project, index(item(Symbol=symbol)))
    assert imported(project)["e-c-12-exa-co-1-12"].document == "observations"


def test_record_of_the_project_is_not_doubled(project: Path) -> None:
    """A row whose record the project has itself leaves it alone."""
    run_import(project, index(item()))
    for name, made in (
        ("recommendations", "recommendations/arland-crc"),
        ("sources", "sources/uhri"),
        ("sources", "sources/crc"),
        ("vocabulary", "vocabulary"),
    ):
        own = project / "data" / f"{name}.yml"
        more = (project / "data" / "imported" / f"{made}.yml").read_text("utf-8")
        own.write_text(own.read_text("utf-8") + more, "utf-8")
    for path in sorted((project / "data" / "imported").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    summary = import_summary(project, index(item()))
    assert (summary["own"], summary["new"]) == (1, 0)
    assert len(imported(project)) == 1


def test_names_in_any_script_and_of_any_length(project: Path) -> None:
    """States whose names have no Latin letter, or very many, each have records of their own."""
    states = ("中国", "Россия", "Côte d’Ivoire", "Cote d'Ivoire", "Đà Nẵng", "Da Nang", "A" * 300)
    run_import(project, upr_info(*(f"{state},,,{HOUSES},B,,,Accepted,5,T,16" for state in states)))
    found = imported(project)
    named = {row.addressed[0]: name for name, r in found.items() if (row := r.imported)}
    assert named.keys() == {*states} - {"Cote d'Ivoire"}  # the same State as the one before it
    assert named["Côte d’Ivoire"].startswith("upr-16-cote-d-ivoire-b-")
    document = item(14, Symbol="A/HRC/" + "X" * 400 + "/1")
    assert run_import(project, index(document)).exit_code == 0


@pytest.mark.parametrize(
    ("begins", "paragraph"),
    [
        ("12.", "12"),
        ("12 (a)", "12(a)"),
        ("12. (a)(i)", "12(a)(i)"),
        ("136.12", "136.12"),
        ("12-14.", "12-14"),
        ("§ 12", "12"),
        ("[12]", "12"),
        ("Para. 12:", "12"),
        ("<p>12.</p>", "12"),
        ("12 houses,", ""),
        ("19-year-olds:", ""),
        ("2020", ""),
    ],
)
def test_numbers_of_paragraphs(project: Path, begins: str, paragraph: str) -> None:
    """The number with which a text begins is its paragraph, unless it counts something."""
    run_import(project, index(item(Text=f"{begins} House them.")))
    (record,) = imported(project).values()
    assert record.paragraph == (f"paragraph {paragraph}" if paragraph else "whole")


def test_symbols_are_read_however_they_are_typed(project: Path) -> None:
    """Blanks and small letters in a symbol change nothing; what is none makes no document."""
    typed = ("E/C.12/EXA/CO/1", "E / C.12 /EXA/CO/1 ", "e/c.12/exa/co/1", "N/A", "-")
    run_import(project, index(*(item(n, Symbol=symbol) for n, symbol in enumerate(typed, 12))))
    documents = [r.document for r in imported(project).values()]
    assert sorted(documents) == ["imported-uhri-database"] * 2 + ["observations"] * 3


def test_answers_of_a_state(project: Path) -> None:
    """Only what a database calls an answer is one; two at once are none, and told."""
    said = (["Supported"], ["Rejected/Noted"], ["Supported", "Noted"], ["Pending"], "-", None)
    rows = [item(n, UprPositions=answer) for n, answer in enumerate(said, 12)]
    summary = import_summary(project, index(*rows))
    answers = [r.imported.response for _, r in sorted(imported(project).items()) if r.imported]
    assert answers == ["supported", "noted", None, None, None, None]
    assert [p["detail"] for p in summary["notes"]] == ["Supported, Noted", "Pending"]


# Filters


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (("--state", "arland"), 3),
        (("--state", "Arland", "--state", "Dorland"), 4),
        (("--group", "newcomers"), 2),
        (("--group", "Schools"), 1),
        (("--right", "Right to housing"), 1),
        (("--mechanism", "UPR"), 4),
        (("--mechanism", "crc"), 0),
        (("--since", "2013"), 3),
        (("--since", "2013", "--group", "newcomers"), 1),
    ],
)
def test_filters(project: Path, options: tuple[str, ...], number: int) -> None:
    """Only the rows that were asked for; the others are counted."""
    summary = import_summary(project, upr_info(*ROWS), *options)
    assert (summary["new"], summary["filtered_out"]) == (number, 4 - number)
    assert len(imported(project)) == number


def test_name_in_a_filter_that_nothing_has_is_told(project: Path) -> None:
    """It may be mistyped: the number that is left out alone does not tell."""
    options = ("--state", "Arland", "--state", "Arlnd", "--group", "boats", "--since", "2013")
    result = run_import(project, upr_info(*ROWS), *options)
    assert "Arlnd, boats" in result.output
    assert import_summary(project, upr_info(*ROWS), *options)["unmatched"] == ["Arlnd", "boats"]
    assert import_summary(project, upr_info(*ROWS), *options[:2])["unmatched"] == []


def test_filtered_rows_have_not_vanished(project: Path) -> None:
    """A record that a filter leaves out this time is not told as gone."""
    run_import(project, upr_info(*ROWS))
    assert import_summary(project, upr_info(*ROWS), "--group", "Schools")["notes"] == []


# What readers see


@pytest.fixture
def context(project: Path) -> SiteContext:
    run_import(project, upr_info(*ROWS[:2]))
    data = load(read_files(project)).dataset
    return SiteContext(DatasetView(data, date(2026, 11, 24)), site_url="https://x.example/")


def test_page_says_what_an_imported_record_is(context: SiteContext) -> None:
    """The page has the wording, where it is from, the State's answer, and that nobody assessed."""
    record = next(
        r for r in context.view.recommendations if r.imported and r.imported.response == "noted"
    )
    html = render_record_page(context, "recommendations", record).html
    for text in (
        t("imported.not-assessed"),
        "Open schools, also &#34;evening schools&#34;",
        t("import.response.noted"),
        t("label.text_sha256"),
    ):
        assert text in html
    assert SCHOOLS


def test_imported_come_last_and_apart(context: SiteContext) -> None:
    """In the register they stand behind the others, under a filter of their own."""
    found = make_register(context, "recommendations")
    assert [r.unassessed_import for r in found.records] == sorted(
        r.unassessed_import for r in found.records
    )
    status = next(f for f in found.facets if f.name == "status")
    assert {c.id: c.count for c in status.choices}["imported"] == 2
    hit, other = (
        make_record_page(context, "recommendations", found.records[at], address="")
        for at in (-1, 0)
    )
    assert hit.status == t("status.imported")
    assert hit.weight < other.weight


def test_imported_are_in_no_card_feed_or_calendar(context: SiteContext) -> None:
    """They have a page and a register row, nothing that is sent round."""
    ids = [r.id for r in context.view.recommendations if r.imported]
    files = {file.path: file.make() for file in iter_generated_files(context)}
    sent = [data.decode() for name, data in files.items() if name.endswith((".atom", ".ics"))]
    assert not any(record in text for record in ids for text in sent)
    assert not any(record in name for record in ids for name in make_cards(context, about=""))
    assert not any(record in due.key for record in ids for due in iter_due_dates(context))


def test_made_words_are_in_the_vocabulary(context: SiteContext) -> None:
    """Who asked and who answered have a page, with the name that the database gives them."""
    names = {term.title for term in context.view.data.of(Term) if term.id.startswith("imported-")}
    assert {"Arland", "UPR", "UPR Info"} <= names


# Where it stops


@pytest.mark.parametrize("before", [(), ROWS[:2]])
def test_import_that_is_broken_off_leaves_all_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...]
) -> None:
    """All files are written or none: half of them would name words that are not there."""

    def interrupted(*given: object) -> str:
        raise KeyboardInterrupt

    if before:
        run_import(project, upr_info(*before))
    left = file_hashes(project)
    with monkeypatch.context() as patched:
        patched.setattr("tracker.importers.report.format_report", interrupted)
        assert run_import(project, upr_info(*ROWS)).exit_code == 1
    assert file_hashes(project) == left
    assert import_summary(project, upr_info(*ROWS))["new"] == len(ROWS) - len(before)


def test_full_disk_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows wait on the disk: where it has no room, nothing is written."""

    def full(*given: object, **more: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("tracker.importers.staging.StagingTable.add", full)
    result = run_import(project, upr_info(*ROWS))
    assert (result.exit_code, "disk is full" in result.output) == (2, True)
    assert "TMPDIR" in result.output
    assert file_hashes(project) == {}


def test_no_project_no_import(tmp_path: Path) -> None:
    """Without a project there is nowhere to put records."""
    assert run_import(tmp_path, upr_info(*ROWS)).exit_code == 2


def test_link_out_of_the_project_is_refused(project: Path, tmp_path: Path) -> None:
    """An import never writes through a link that leads elsewhere."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (project / "data" / "imported").symlink_to(outside)
    assert run_import(project, upr_info(*ROWS)).exit_code == 2
    assert list(outside.iterdir()) == []
