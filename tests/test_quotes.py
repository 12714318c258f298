"""Quotations: length, permission and verification."""

from pathlib import Path

import pytest

from tests.command import change, run
from tests.conftest import EXAMPLE
from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.citations.claims import compute_fingerprint
from tracker.citations.quotes import count_sentences, find_contrast
from tracker.citations.source_text import read_text
from tracker.model import Citation, Finding
from tracker.site.render import render_record_page

TEXTS = EXAMPLE / "texts"
PLACE = "  - source: report\n    locator: B2\n"
QUOTED = "In 2019, 7 children went to school."


@pytest.fixture
def quotable(project: Path) -> Path:
    """The example project with a report that may be quoted."""
    change(project, "sources.yml", "  access: offline\n", "  reuse: licence\n  access: offline\n")
    return project


def quote(project: Path, text: str) -> None:
    change(project, "findings.yml", PLACE, f"{PLACE}    quote: {text}\n")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The Committee recommends that it act.", 1),
        ("See art. 5 and No. 12 of the law.", 1),
        ("One. Two.", 2),
        ("Is it? “Yes!” He left.", 3),
        ("第一。第二。第三", 3),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    """An abbreviation before a number does not end a sentence."""
    assert count_sentences(text) == sentences


def test_quotation_needs_permission(project: Path, quotable: Path) -> None:
    """A source with unknown reuse conditions is not quoted, and quotations are short."""
    quote(project, QUOTED)
    assert "[quote-reuse]" not in run("check", project, "--today", "2026-11-24").stdout
    change(quotable, "sources.yml", "  reuse: licence\n", "")
    refused = run("check", project, "--today", "2026-11-24")
    assert (refused.exit_code, "[quote-reuse]" in refused.stdout) == (1, True)


def test_quotation_is_verified_like_a_statement(quotable: Path) -> None:
    """A quotation is unverified first, found word for word, and not found if a word changes."""
    quote(quotable, QUOTED)
    assert "[not-compared]" in run("check", quotable, "--today", "2026-11-24").stdout
    result = run("verify", quotable, "--texts", TEXTS, "--write", "--today", "2026-11-24")
    assert (result.exit_code, "6 found in source" in result.output) == (0, True)
    assert "[not-compared]" not in run("check", quotable, "--today", "2026-11-24").stdout
    change(quotable, "findings.yml", QUOTED, "In 2019, 7 children were at school.")
    assert "[suspect]" in run("check", quotable, "--today", "2026-11-24").stdout
    result = run("verify", quotable, "--texts", TEXTS)
    assert (result.exit_code, "[not-found]" in result.stdout) == (1, True)
    assert "Quotation" in result.stdout


def test_quotation_cut_off_before_a_contrast_is_a_notice(quotable: Path, tmp_path: Path) -> None:
    """A quotation that omits a following contrast is a notice, not an error."""
    change(quotable, "sources.yml", "  url: https", "  reuse: official-text\n  url: https")
    place = "  - source: observations\n    locator: whole\n"
    change(quotable, "findings.yml", PLACE, f"{PLACE}{place}    quote: All have a home.\n")
    (tmp_path / "observations.txt").write_text("All have a home. However, few do.", "utf-8")
    result = run("verify", quotable, "--texts", tmp_path)
    assert (result.exit_code, "[quote-cut-off]" in result.stdout) == (0, True)
    assert "stops before “However”" in result.stdout
    (tmp_path / "observations.txt").write_text("All have a home. Few left.", "utf-8")
    assert "[quote-cut-off]" not in run("verify", quotable, "--texts", tmp_path).stdout


@pytest.mark.parametrize(
    ("after", "word"),
    [
        (", but only in part.", "but"),
        (". 12 However, it is not.", "However"),
        (", sauf exception.", "sauf"),
        (", однако не всегда.", "однако"),
        (", 但不是全部。", "但"),
        (" button.", ""),
        (" and more, but later.", ""),
    ],
)
def test_contrast_right_after(after: str, word: str) -> None:
    """Only a whole word directly after the quotation counts."""
    text = read_text(f"The law is in force{after}".encode(), suffix=".txt")
    assert find_contrast(text, "The law is in force", 0) == word


def test_citation_without_a_quotation_keeps_its_fingerprint() -> None:
    """Verified citations stay verified."""
    citation = Citation(source="report", locator="B2")
    assert compute_fingerprint(citation) != compute_fingerprint(
        citation.model_copy(update={"quote": QUOTED})
    )
    assert citation.statements == ()


def test_page_shows_quotation_with_its_source() -> None:
    """A quotation is shown with the title or symbol, the place and the language."""
    context = make_context(find=PLACE, put=f"{PLACE}    quote: {QUOTED}\n")
    record = context.view.find("found-1")
    assert record
    html = render_record_page(context, "findings", record).html
    assert "<blockquote" in html
    assert f"“{QUOTED}” Report on the harbour, B2" in get_text(html)


def test_quotation_has_the_language_of_the_copy() -> None:
    """A quotation has the language of the copy that was read."""
    symbol = "  symbol: E/C.12/EXA/CO/1\n"
    context = make_context(find=symbol, put=f"{symbol}  language: fr\n")
    record = context.view.find("found-1")
    assert isinstance(record, Finding)
    quoted = {"source": "observations", "locator": "paragraph 5", "quote": "Le “port” est plein."}
    citation = Citation.model_validate(quoted)
    record = record.model_copy(update={"citations": (citation,)})
    html = render_record_page(context, "findings", record).html
    assert '<span lang="fr">“Le ‘port’ est plein.”</span>' in html
    assert "E/C.12/EXA/CO/1, paragraph 5, copy in French" in get_text(html)
