"""Proof: texts of every kind, the lock file, and that no altered figure passes."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import sync_playwright

from tests.browser import FLAGS, find_browser
from tests.conftest import REPORT
from tests.test_rules import EXAMPLE
from tracker.checks import UNCITED, check, check_proofs
from tracker.claims import Claim, claims, claims_of
from tracker.cli import main
from tracker.load import Loaded
from tracker.locks import CITATIONS, Proof, read
from tracker.model import Dataset, Event, Finding, Frozen, Indicator, Record, Source
from tracker.proof import Checked, SourceText, prove, read_text

TEXTS = EXAMPLE / "texts"
with_report = pytest.mark.skipif(not REPORT.is_file(), reason="the report's text is not at hand")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project, with the lock file of its proofs."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    return tmp_path


def change(project: Path, file: str, old: str, new: str) -> None:
    path = project / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- texts ---

COLUMNS = (
    """<style>body{columns:2;text-align:justify;hyphens:auto;font:11pt serif;height:6in}
</style><html lang=en><p>3. In 2019 the ﬁnancing of the Commit&shy;tee rose to 1,237 units.
The Migra&shy;tion Serv&shy;ice opened on 17 May 2013.</p><p lang=az>4. Sığınacaq axtaran
şəxslər üçün məlumat: 18 nəfər, İrəvan küçəsi.</p><p>5. """
    + "Nothing to see here. " * 90
)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files that a browser prints: two columns with Azerbaijani text, and a picture of a page."""
    pages = {
        "columns": COLUMNS,
        "scan": "<canvas width=400 height=300></canvas><script>"
        "document.querySelector('canvas').getContext('2d').fillText('1,237', 9, 99)</script>",
    }
    path = find_browser()
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, html in pages.items():
            page = browser.new_page()
            page.set_content(html)
            found[name] = page.pdf()
        browser.close()
    return found


def citing(locator: str, *states: Any) -> Dataset:
    """Records with one finding that cites one place."""
    source = {"id": "s", "title": "S", "type": "law", "undated": "–", "access": "public",
              "identified": "verified"}  # fmt: skip
    citation = {"source": "s", "locator": locator, "states": list(states)}
    finding = {"id": "f", "kind": "neutral", "title": "F", "summary": "S", "citations": [citation]}
    return Dataset(
        {
            "findings": (Finding.model_validate(finding),),
            "sources": (Source.model_validate(source),),
        }
    )


def proved(text: SourceText, locator: str, *states: Any) -> Checked:
    return next(prove(citing(locator, *states), {"s": text}))


def test_two_columns_with_hyphens_and_ligatures(pdfs: dict[str, bytes]) -> None:
    """What a person reads in a justified PDF is found, and what is altered is not."""
    text = read_text(pdfs["columns"], suffix=".pdf")
    true = ("financing of the Committee", "1,237", "Migration Service", "17 May 2013")
    assert proved(text, "paragraph 3", *true).result == "proved"
    assert proved(text, "paragraph 4", "Sığınacaq axtaran", "18", "İrəvan").result == "proved"
    for false in ("1,238", "18 May 2013", "Migration Services", "12"):
        assert proved(text, "paragraph 3", false).result == "not-found"
    assert proved(text, "paragraph 3", "İrəvan").stated[0].nearest == "paragraph 4"


def test_pages_of_a_pdf(pdfs: dict[str, bytes]) -> None:
    """A page is cited by its number; one that is not there proves nothing."""
    text = read_text(pdfs["columns"], suffix=".pdf")
    assert proved(text, "page 1", "1,237").result == "proved"
    assert proved(text, "page 99", "1,237").result == "wrong-place"


def test_scan_is_not_checkable(pdfs: dict[str, bytes]) -> None:
    """A picture of a page is no text: that is neither a pass nor an error."""
    found = proved(read_text(pdfs["scan"], suffix=".pdf"), "page 1", "1,237")
    assert (found.result, found.reason) == ("not-checkable", "scanned")


@pytest.mark.parametrize("data", [b"%PDF-1.4 broken", b"%PDF-", b"\x00\x01"])
def test_broken_file_is_not_checkable(data: bytes) -> None:
    """A file that cannot be read makes nobody's run fail."""
    assert read_text(data, suffix=".pdf").fault in ("unreadable", "scanned")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_encodings(encoding: str) -> None:
    """Old files are read by their own encoding."""
    words = "Миграционная служба сообщила 17 мая 2013 года"
    text = read_text(words.encode(encoding), suffix=".txt")
    assert proved(text, "whole", "Миграционная служба", "2013-05-17").result == "proved"


SUBLIST = "".join(f"{n}. Words of paragraph {n}.\n" for n in range(1, 5)) + "".join(
    f"{n}. Item, {n * 11} persons.\n" for n in range(1, 6)
) + "".join(f"{n}. Words, {n * 100} cases.\n" for n in range(5, 20))  # fmt: skip


def test_place_that_could_be_two() -> None:
    """A number that stands in two places proves nothing: a list inside a paragraph, an annex."""
    text = read_text(SUBLIST.encode(), suffix=".txt")
    assert proved(text, "paragraph 5", "55").reason == "doubtful-place"
    assert proved(text, "paragraph 12", "1200").result == "proved"
    annex = "".join(f"{n}. Body {n}.\n" for n in range(1, 6)) * 2
    assert proved(read_text(annex.encode(), suffix=".txt"), "paragraph 3").result == "no-statement"
    assert proved(read_text(annex.encode(), suffix=".txt"), "paragraph 3", "Body").reason


def test_inserted_articles() -> None:
    """Article 12-1 is an article of its own."""
    law = "Article 12. It has 5 seats.\nArticle 12-1. It has 7 seats.\nArticle 13. It has 9.\n"
    text = read_text(law.encode(), suffix=".txt")
    assert proved(text, "article 12", "7").stated[0].nearest == "article 12-1"
    assert proved(text, "article 12-1", "7").result == "proved"


def test_rows_at_the_edge_of_a_page_stay() -> None:
    """A row of figures is no running head, though the next page begins with the like."""
    pages = "Table 1\nYear Men Women\n2018 376 310\n2019 404 322\n\fYear Men Women\n2020 410 330\n"
    text = read_text(pages.encode(), suffix=".txt")
    assert proved(text, "page 1", "376", "404").result == "proved"
    assert proved(text, "page 2", "410").result == "proved"


def test_no_text_of_a_citation_without_statement() -> None:
    """A citation that states nothing is told apart from one that could not be checked."""
    text = read_text(b"Anything.", suffix=".txt")
    assert proved(text, "whole").result == "no-statement"
    assert next(prove(citing("whole", "7"), {})).reason == "no-text"


# --- the command and its lock file ---


def test_verify_the_example(project: Path) -> None:
    """The example project is proved in its text, and the lock file in it is up to date."""
    before = (project / CITATIONS).read_bytes()
    result = run("verify", project, "--texts", TEXTS, "--write", "--today", "2030-01-01")
    assert (result.exit_code, "5 proved" in result.output) == (0, True)
    assert (project / CITATIONS).read_bytes() == before, "nothing changed, so no date does"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: 1200\n      printed: 1,200", "value: 1400\n      printed: 1,400", "not-found"),
        ("value: 30\n      printed: 30", "value: 7\n      printed: 7", "wrong-place"),
    ],
)
def test_verify_tells_what_is_wrong(project: Path, old: str, new: str, code: str) -> None:
    """A figure that does not stand there is told with file, line, and what stands instead."""
    change(project, "findings.yml", old, new)
    result = run("verify", project, "--texts", TEXTS)
    assert result.exit_code == 1
    assert re.search(rf"data/findings\.yml:\d+:\d+: found-1: .*\[{code}\]", result.stdout)
    assert ("B2" if code == "wrong-place" else "1,200") in result.stdout


def test_check_refuses_until_proved_again(project: Path) -> None:
    """An edited claim is suspect; without its text at hand it can be marked as not proved."""
    change(project, "findings.yml", "About 1,200 newcomers", "About 1,200 people")
    refused = run("check", project, "--today", "2026-11-24")
    assert (refused.exit_code, "[suspect]" in refused.stdout) == (1, True)
    assert "tracker verify --write" in refused.stdout
    assert run("verify", project, "--write", "--today", "2026-12-01").exit_code == 0
    assert run("check", project, "--today", "2026-12-01").exit_code == 0
    rows = read((project / CITATIONS).read_text("utf-8"), kind=Proof, file=CITATIONS).rows
    row = rows["found-1/citations report B1"]
    assert (row.result, row.reason, row.since) == ("not-checkable", "no-text", "2026-12-01")
    assert rows["count-1/citations report B1"].result == "proved", "others keep their proof"


def test_failure_stays_without_the_text(project: Path) -> None:
    """Who has no text at hand cannot turn a failure into something that nobody could check."""
    change(
        project, "findings.yml", "value: 1200\n      printed: 1,200", "value: 40\n      printed: 40"
    )
    run("verify", project, "--texts", TEXTS, "--write")
    run("verify", project, "--write")
    refused = run("check", project, "--today", "2026-11-24")
    assert "[not-proved]" in refused.stdout


def test_nothing_changes_without_texts(project: Path) -> None:
    """Who has no text and changed nothing leaves the lock file as it is."""
    before = (project / CITATIONS).read_bytes()
    assert run("verify", project, "--write", "--today", "2030-01-01").exit_code == 0
    assert (project / CITATIONS).read_bytes() == before


@pytest.mark.parametrize("broken", ["report.txt", "report.pdf"])
def test_broken_text_takes_no_proof_away(project: Path, tmp_path: Path, broken: str) -> None:
    """An empty or broken file is named; a good one beside it is read; proofs stay."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / broken).write_bytes(b"")
    before = (project / CITATIONS).read_bytes()
    result = run("verify", project, "--texts", folder, "--write")
    assert "is of no use" in result.stderr
    assert (project / CITATIONS).read_bytes() == before
    (folder / "report.md").write_bytes((TEXTS / "report.txt").read_bytes())
    assert "5 proved" in run("verify", project, "--texts", folder).output


def test_another_text_is_told_once(project: Path, tmp_path: Path) -> None:
    """A text in which the lines of the map do not count is one problem, not one a citation."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "report.txt").write_text("A line more.\n" + (TEXTS / "report.txt").read_text("utf-8"))
    result = run("verify", project, "--texts", folder)
    assert result.exit_code == 1
    assert (result.stdout.count("[other-text]"), result.stdout.count("[not-found]")) == (1, 0)
    (folder / "report.txt").write_text("Short.")
    assert run("verify", project, "--texts", folder).exit_code == 1


def test_line_ends_and_marks_are_no_other_text(project: Path, tmp_path: Path) -> None:
    """A copy with Windows line ends and a byte order mark is the same text."""
    folder = tmp_path / "texts"
    folder.mkdir()
    text = (TEXTS / "report.txt").read_bytes()
    (folder / "report.txt").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    before = (project / CITATIONS).read_bytes()
    assert run("verify", project, "--texts", folder, "--write").exit_code == 0
    assert (project / CITATIONS).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("proved\t-\t2026", "prooved\t-\t2026"), ("\t2026-11-24", "\t2026-13-24"), ("8f76b273", "")],
)
def test_forged_line_is_refused(project: Path, old: str, new: str) -> None:
    """A line with an unknown result, no day, or a proof without its text is no line."""
    path = project / CITATIONS
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    assert "[lock-line]" in run("check", project, "--today", "2026-11-24").stdout


def test_trimmed_lines_are_still_read(project: Path) -> None:
    """An editor that takes away white space at the ends of lines does no harm."""
    path = project / CITATIONS
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\r\n".join(line.rstrip() for line in lines), encoding="utf-8")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0


def test_failed_proof_is_refused(project: Path) -> None:
    """What was written down as not found is refused by `check` too, which needs no text."""
    change(project, "findings.yml", "value: 30\n      printed: 30", "value: 39\n      printed: 39")
    change(project, "findings.yml", "value: 1230", "value: 1239")
    change(project, "findings.yml", "        - 30", "        - 39")
    assert run("verify", project, "--texts", TEXTS, "--write").exit_code == 1
    result = run("check", project, "--today", "2026-11-24")
    assert (result.exit_code, "[not-proved]" in result.stdout) == (1, True)


def test_text_by_its_hash(project: Path, tmp_path: Path) -> None:
    """A text is known by its hash whatever its name; other files in the folder do not matter."""
    folder = tmp_path / "texts"
    folder.mkdir()
    shutil.copy(TEXTS / "report.txt", folder / "download (3).txt")
    (folder / "notes.docx").write_bytes(b"\x00")
    (folder / "other.txt").write_text("Something else.", encoding="utf-8")
    counts = json.loads(run("verify", project, "--texts", folder, "--format", "json").stdout)
    assert counts["counts"]["proved"] == 5


def test_texts_from_the_configuration(project: Path) -> None:
    """Folders named once in tracker.local.toml need not be given again; a wrong one is told."""
    shutil.copytree(TEXTS, project / "texts")
    (project / "tracker.local.toml").write_text('texts = ["texts"]\n', encoding="utf-8")
    assert "5 proved" in run("verify", project).stdout
    (project / "tracker.local.toml").write_text('texts = ["nowhere"]\n', encoding="utf-8")
    assert run("verify", project).exit_code == 2
    (project / "tracker.local.toml").write_text("texts = nowhere\n", encoding="utf-8")
    assert run("verify", project).exit_code == 2


def test_document_for_programs(project: Path) -> None:
    """Counts by result and source, and each citation with its statements."""
    told = json.loads(run("verify", project, "--texts", TEXTS, "--format", "json").stdout)
    assert told["counts"] == {
        "proved": 5, "not-found": 0, "wrong-place": 0, "not-checkable": 2, "no-statement": 11,
    }  # fmt: skip
    assert sum(told["sources"]["report"][r] for r in told["counts"]) == 17
    (citation,) = [c for c in told["citations"] if c["key"] == "pupils/citations report B2"]
    assert citation["states"][0] == {"value": 7, "printed": "7", "result": "proved"}


def test_half_merged_lock_file(project: Path) -> None:
    """Marks of a merge are told by line, and `--write` mends the file."""
    path = project / CITATIONS
    path.write_text("<<<<<<< ours\n" + path.read_text("utf-8"), encoding="utf-8")
    refused = run("check", project, "--today", "2026-11-24")
    assert refused.stdout.startswith("data/citations.lock:1:1: ")
    run("verify", project, "--texts", TEXTS, "--write", "--today", "2026-11-24")
    assert run("check", project, "--today", "2026-11-24").exit_code == 0


# --- the real records ---


@pytest.fixture(scope="module")
def report() -> SourceText:
    return read_text(REPORT.read_bytes(), suffix=".txt", language="en")


def test_lock_file_is_complete(real: Loaded) -> None:
    """Every citation of the real records has its line, and none is suspect."""
    assert real.proofs is not None
    assert set(real.proofs.rows) == {claim.key for claim in claims(real.dataset)}
    assert list(check_proofs(real.dataset, real.proofs)) == []


@with_report
def test_the_report_proves_every_citation(real: Loaded, report: SourceText) -> None:
    """Each statement of each citation of the report stands at its block."""
    results = [c for c in prove(real.dataset, {"report": report}) if c.text]
    assert len(results) > 850
    astray = [c.claim.key for c in results if c.result not in ("proved", "no-statement")]
    assert astray == ["i-26/sides/0/citation report P3.2"], "markers that were counted by hand"


NOT_TOLD_APART = {
    ("P8.2", "2019"),
    ("P6.9", "17"),
    ("P8.3", "12"),
    ("P4.4", "2018"),
    ("P4.4", "2019"),
    ("P4.4", "3"),
    ("P4.4", "2"),
    ("ES2", "2019"),
}
"""Figures of the report that stand in one clause with one that differs by a digit."""


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy of a record with one value deep inside it replaced."""
    if not path:
        return new
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], replaced(value[step], tuple(rest), new), *value[step + 1 :])
    return value.model_copy(update={step: replaced(getattr(value, step), tuple(rest), new)})


def altered(value: Any) -> Iterator[Any]:
    """A value with one digit changed; for each digit one other is enough."""
    text = str(value)
    for position, digit in enumerate(text):
        if digit.isdecimal():
            other = text[:position] + str((int(digit) + 1) % 10 or 1) + text[position + 1 :]
            if other != text:
                yield type(value)(other)


def mutants(claim: Claim) -> Iterator[tuple[str, Record]]:
    """The record with one figure of one statement altered: its value, its print, or both."""
    for number, statement in enumerate(claim.citation.states):
        path = (*claim.path, "states", number)
        for other in altered(statement.value):
            alone = statement.model_copy(update={"value": other})
            yield "value", replaced(claim.record, path, alone)
            if str(statement.value) == statement.printed:
                both = alone.model_copy(update={"printed": str(other)})
                yield "both", replaced(claim.record, path, both)
        for printed in altered(statement.printed or ""):
            yield (
                "print",
                replaced(claim.record, path, statement.model_copy(update={"printed": printed})),
            )


def test_every_altered_figure_is_suspect(real: Loaded) -> None:
    """One digit changed in any statement of any citation: `check` tells, always."""
    assert real.proofs is not None
    count = 0
    for claim in claims(real.dataset):
        for _, record in mutants(claim):
            (mutant,) = [c for c in claims_of(record) if c.path == claim.path]
            assert mutant.fingerprint != real.proofs.rows[claim.key].claim, claim.key
            count += 1
    assert count > 4_000


@with_report
def test_every_altered_figure_is_not_found(real: Loaded, report: SourceText) -> None:
    """The same, sought in the text: refused, but for those that are listed as not told apart."""
    passed = set()
    for claim in claims(real.dataset):
        if claim.citation.source != "report" or claim.key.startswith("i-26/"):
            continue
        mutated = (
            next(c for c in claims_of(record) if c.path == claim.path)
            for _, record in mutants(claim)
        )
        for checked in prove(real.dataset, {"report": report}, claimed=mutated, alike=False):
            if checked.result not in ("not-found", "wrong-place"):
                passed.add(claim.citation.locator)
    assert passed <= {locator for locator, _ in NOT_TOLD_APART}


@with_report
def test_what_is_not_told_apart_is_listed(real: Loaded, report: SourceText) -> None:
    """The proof itself names the figures of which a like one stands beside them."""
    found = {
        (checked.claim.citation.locator, stated.statement.printed)
        for checked in prove(real.dataset, {"report": report})
        for stated in checked.stated
        if stated.alike
    }
    assert found == NOT_TOLD_APART


def fields_of(record: Record) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The figures and dates of a record that its citations prove."""
    if isinstance(record, Indicator):
        yield ("figure", "value"), record.figure.value
        for number, breakdown in enumerate(record.breakdowns):
            for position, part in enumerate(breakdown.parts):
                yield ("breakdowns", number, "parts", position, "value"), part.value
    for name in ("date", "as_of", "period"):
        when = getattr(record, name, None)
        if when is not None:
            yield (name,), when.text


def test_every_altered_field_is_refused(real: Loaded) -> None:
    """One digit changed in a figure of an indicator or the date of an event: told twice over, as
    suspect and as stated by no citation."""
    for record in (*real.dataset.of(Indicator), *real.dataset.of(Event)):
        assert real.proofs is not None
        for path, value in fields_of(record):
            other = next(altered(value), None)
            if other is None:
                continue  # no digit in it
            raw = record.model_dump(mode="json", exclude_none=True)
            _put(raw, path, other)
            mutant = _validated(type(record), raw)
            if mutant is None:
                continue  # no day of the calendar: refused when it is read
            stale = [c for c in claims_of(mutant) if real.proofs.rows[c.key].claim != c.fingerprint]
            assert stale, (record.id, path)
            data = Dataset({real.dataset.collection_of(record.id): (mutant,)})
            codes = {p.code for p in check(data, today=date(2100, 1, 1))}
            assert codes & {*UNCITED, "count-differs"}, (record.id, path)


def _put(raw: Any, path: tuple[str | int, ...], new: Any) -> None:
    *above, last = path
    for step in above:
        raw = raw[step]
    raw[last] = new


def _validated(kind: type[Record], raw: Any) -> Record | None:
    from pydantic import ValidationError

    try:
        return kind.model_validate(raw)
    except ValidationError:
        return None


def test_frozen() -> None:
    """Records cannot be changed in place, so that a fingerprint stays true."""
    assert Frozen.model_config["frozen"]
