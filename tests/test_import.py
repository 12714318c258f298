"""`tracker import`: rows become records, filters, and imported records on the site."""

import errno
import os
import threading
from datetime import date
from pathlib import Path

import pytest

from tests.command import change, run
from tests.exports import HOUSES, ROWS, SCHOOLS, index, item, upr_info
from tests.importing import file_hashes, import_summary, imported, run_import
from tracker.i18n import t
from tracker.model import Source, Term, hash_text
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.due_dates import iter_due_dates
from tracker.site.generated_files import iter_generated_files, make_cards
from tracker.site.registers import make_register
from tracker.site.render import render_record_page
from tracker.site.search_index import make_record_page

# Rows and records


def test_row_of_upr_info(project: Path) -> None:
    """A row becomes a record with States, date, text, source and the State's response."""
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
    assert row.action == "5"
    assert (row.response, row.text_sha256) == ("supported", hash_text(HOUSES))
    assert (row.status, row.reason) == ("insufficient-information", "not-assessed")
    assert [p.says for p in record.positions] == [t("import.response.supported")]
    assert record.assessments == ()
    assert len(found) == 4


def test_row_of_the_index(project: Path) -> None:
    """The id consists of symbol and paragraph; markup is removed from the text."""
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
    """A recommendation of a State has its name, and the response as a position."""
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


def test_labels_find_terms(project: Path) -> None:
    """Groups, rights, mechanisms and States are the terms that list a label."""
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


def test_review_by_states_is_not_independent(project: Path) -> None:
    """The Universal Periodic Review is a review by States; a committee is independent."""
    run_import(project, upr_info(*ROWS))
    run_import(project, index(item()))
    terms = {t.id: t for t in load(read_files(project)).dataset.of(Term)}
    assert terms["imported-upr"].voice == "states"
    assert terms["imported-crc"].voice == "independent"


def test_unneeded_term_is_deleted(project: Path) -> None:
    """An imported term is deleted if the vocabulary has one, which its records then use."""
    run_import(project, index(item()))
    assert imported(project)["crc-c-arl-co-6-7-12"].made_by == "imported-crc"
    change(project, "vocabulary.yml", "  kind: mechanism\n", "  kind: mechanism\n  labels: [CRC]\n")
    run_import(project, index(item()))
    assert imported(project)["crc-c-arl-co-6-7-12"].made_by == "committee"
    assert load(read_files(project)).dataset.find("imported-crc") is None


def test_id_of_a_database_is_not_a_phone_number(project: Path) -> None:
    """The id can be any number, even one that begins like an international prefix."""
    run_import(project, index(item(AnnotationId="0041229179000")))
    assert len(imported(project)) == 1


def test_source_of_the_project_is_used(project: Path) -> None:
    """No source is created for a document that the project already has."""
    symbol = "E/C.12/EXA/CO/1"
    run_import(project, index(item(Symbol=symbol)))
    assert imported(project)["e-c-12-exa-co-1-12"].document == "observations"


def test_record_of_the_project_is_skipped(project: Path) -> None:
    """A row whose record is in the project's own data changes nothing."""
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
    """States with names in other scripts, or very long names, have separate records."""
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
    """A number at the beginning of a text is its paragraph, unless it counts something."""
    run_import(project, index(item(Text=f"{begins} House them.")))
    (record,) = imported(project).values()
    assert record.paragraph == (f"paragraph {paragraph}" if paragraph else "whole")


def test_symbols_in_any_spelling(project: Path) -> None:
    """Spaces and case in a symbol are ignored; without a valid symbol there is no document."""
    symbols = ("E/C.12/EXA/CO/1", "E / C.12 /EXA/CO/1 ", "e/c.12/exa/co/1", "N/A", "-")
    run_import(project, index(*(item(n, Symbol=symbol) for n, symbol in enumerate(symbols, 12))))
    documents = [r.document for r in imported(project).values()]
    assert sorted(documents) == ["imported-uhri-database"] * 2 + ["observations"] * 3


def test_responses(project: Path) -> None:
    """Only known responses are imported; two responses are noted instead."""
    responses = (["Supported"], ["Rejected/Noted"], ["Supported", "Noted"], ["Pending"], "-", None)
    rows = [item(n, UprPositions=answer) for n, answer in enumerate(responses, 12)]
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
    """Only wanted rows are imported; the others are counted."""
    summary = import_summary(project, upr_info(*ROWS), *options)
    assert (summary["new"], summary["filtered_out"]) == (number, 4 - number)
    assert len(imported(project)) == number


def test_unmatched_filter_is_reported(project: Path) -> None:
    """A filter that matches no row is reported, because it may be misspelt."""
    options = ("--state", "Arland", "--state", "Arlnd", "--group", "boats", "--since", "2013")
    result = run_import(project, upr_info(*ROWS), *options)
    assert "Arlnd, boats" in result.output
    assert import_summary(project, upr_info(*ROWS), *options)["unmatched"] == ["Arlnd", "boats"]
    assert import_summary(project, upr_info(*ROWS), *options[:2])["unmatched"] == []


def test_filtered_row_is_not_removed(project: Path) -> None:
    """A record that a filter excludes is not reported as removed."""
    run_import(project, upr_info(*ROWS))
    assert import_summary(project, upr_info(*ROWS), "--group", "Schools")["notes"] == []


# On the site


@pytest.fixture
def context(project: Path) -> SiteContext:
    run_import(project, upr_info(*ROWS[:2]))
    data = load(read_files(project)).dataset
    return SiteContext(DatasetView(data, date(2026, 11, 24)), site_url="https://x.example/")


def test_page_of_an_imported_record(context: SiteContext) -> None:
    """The page has the text, its source, the State's response, and that it is not assessed."""
    record = next(
        r for r in context.view.recommendations if r.imported and r.imported.response == "noted"
    )
    html = render_record_page(context, "recommendations", record).html
    for text in (
        t("imported.not-assessed"),
        "Open schools, also &#34;evening schools&#34;",
        t("import.response.noted"),
        t("label.text_sha256"),
        t("label.recommending"),
        t("label.session"),
        'id="imported"',
    ):
        assert text in html
    assert SCHOOLS


def test_imported_records_are_last_in_the_register(context: SiteContext) -> None:
    """Imported records come after all others, and have a separate filter."""
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


def test_imported_records_are_in_no_card_feed_or_calendar(context: SiteContext) -> None:
    """Imported records have only a page and a row in the register."""
    ids = [r.id for r in context.view.recommendations if r.imported]
    files = {file.path: file.get_content() for file in iter_generated_files(context)}
    sent = [data.decode() for name, data in files.items() if name.endswith((".atom", ".ics"))]
    assert not any(record in text for record in ids for text in sent)
    assert not any(record in name for record in ids for name in make_cards(context, about=""))
    assert not any(record in due.key for record in ids for due in iter_due_dates(context))


def test_imported_terms_are_in_the_vocabulary(context: SiteContext) -> None:
    """Imported States, mechanisms and databases have terms with their names."""
    names = {term.title for term in context.view.data.of(Term) if term.id.startswith("imported-")}
    assert {"Arland", "UPR", "UPR Info"} <= names


# Failures


@pytest.mark.parametrize("before", [(), ROWS[:2]])
def test_interrupted_import_changes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...]
) -> None:
    """All files are written or none, because records refer to terms."""

    def interrupted(*given: object) -> str:
        raise KeyboardInterrupt

    if before:
        run_import(project, upr_info(*before))
    left = file_hashes(project)
    with monkeypatch.context() as patched:
        patched.setattr("tracker.cli.import_.render_template", interrupted)
        assert run_import(project, upr_info(*ROWS)).exit_code == 1
    assert file_hashes(project) == left
    assert import_summary(project, upr_info(*ROWS))["new"] == len(ROWS) - len(before)


def test_full_disk(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the disk is too full for the copy of a pipe, nothing is written."""

    def full(*given: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tracker.cli.import_.shutil.copyfileobj", full)
    pipe = project / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"",))
    writer.start()
    result = run("import", pipe, project)
    writer.join()
    assert (result.exit_code, "No space left" in result.output) == (2, True)
    assert "TMPDIR" in result.output
    assert file_hashes(project) == {}


def test_no_project(tmp_path: Path) -> None:
    """The command needs a project to write to."""
    assert run_import(tmp_path, upr_info(*ROWS)).exit_code == 2


def test_link_out_of_the_project_is_refused(project: Path, tmp_path: Path) -> None:
    """An import does not write through a symbolic link out of the project."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (project / "data" / "imported").symlink_to(outside)
    assert run_import(project, upr_info(*ROWS)).exit_code == 2
    assert list(outside.iterdir()) == []
