"""Source texts: file formats, passages, and statements in them."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tracker.citations.source_text import PDF_TIMEOUT, SourceText, read_text
from tracker.citations.verify import VerificationResult, verify_claims
from tracker.i18n import t
from tracker.model import Dataset, Finding, Source

COLUMNS = (
    """<style>body{columns:2;text-align:justify;hyphens:auto;font:11pt serif;height:6in}
</style><html lang=en><p>3. In 2019 the ﬁnancing of the Commit&shy;tee rose to 1,237 units.
The Migra&shy;tion Serv&shy;ice opened on 17 May 2013.</p><p lang=az>4. Sığınacaq axtaran
şəxslər üçün məlumat: 18 nəfər, İrəvan küçəsi.</p><p>5. """
    + "Nothing to see here. " * 90
)


@pytest.fixture(scope="module")
def pdfs(browser: Browser) -> dict[str, bytes]:
    """PDF files printed by a browser: two columns with Azerbaijani text, and a scan."""
    pages = {
        "columns": COLUMNS,
        "scan": "<canvas width=400 height=300></canvas><script>"
        "document.querySelector('canvas').getContext('2d').fillText('1,237', 9, 99)</script>",
    }
    found = {}
    for name, html in pages.items():
        page = browser.new_page()
        page.set_content(html)
        found[name] = page.pdf()
        page.close()
    return found


def make_dataset(locator: str, *states: Any) -> Dataset:
    """Return records with one finding that cites one passage."""
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


def is_proved(text: SourceText, locator: str, *states: Any) -> VerificationResult:
    return next(verify_claims(make_dataset(locator, *states), {"s": text}))


def test_two_columns_with_hyphens_and_ligatures(pdfs: dict[str, bytes]) -> None:
    """Statements are found in a justified PDF; altered ones are not."""
    text = read_text(pdfs["columns"], suffix=".pdf")
    true = ("financing of the Committee", "1,237", "Migration Service", "17 May 2013")
    assert is_proved(text, "paragraph 3", *true).result == "proved"
    assert is_proved(text, "paragraph 4", "Sığınacaq axtaran", "18", "İrəvan").result == "proved"
    for false in ("1,238", "18 May 2013", "Migration Services", "12"):
        assert is_proved(text, "paragraph 3", false).result == "not-found"
    assert is_proved(text, "paragraph 3", "İrəvan").statements[0].nearest == "paragraph 4"


def test_pages_of_a_pdf(pdfs: dict[str, bytes]) -> None:
    """A page is cited by its number; a missing page is not checkable."""
    text = read_text(pdfs["columns"], suffix=".pdf")
    assert is_proved(text, "page 1", "1,237").result == "proved"
    assert is_proved(text, "page 99", "1,237").result == "wrong-place"


def test_scan_is_not_checkable(pdfs: dict[str, bytes]) -> None:
    """A scan has no text, which is neither a pass nor an error."""
    found = is_proved(read_text(pdfs["scan"], suffix=".pdf"), "page 1", "1,237")
    assert (found.result, found.reason) == ("not-checkable", "scanned")


def nested_pdf(depth: int) -> bytes:
    """Return a PDF page that draws a form twice, which draws another twice, and so on."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/Resources<</XObject<</F 5 0 R>>>>/Contents 4 0 R>>",
        "<</Length 5>>stream\n/F Do\nendstream",
        *(
            f"<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</F {n + 6} 0 R>>>>"
            "/Length 11>>stream\n/F Do /F Do\nendstream"
            for n in range(depth)
        ),
        "<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Length 0>>stream\n\nendstream",
    ]
    file, table = "%PDF-1.4\n", "0000000000 65535 f \n"
    for number, content in enumerate(objects, 1):
        table += f"{len(file):010} 00000 n \n"
        file += f"{number} 0 obj\n{content}\nendobj\n"
    size = len(objects) + 1
    end = f"xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R>>\n"
    return f"{file}{end}startxref\n{len(file)}\n%%EOF".encode()


def test_pdf_that_takes_too_long_is_not_checkable() -> None:
    """Reading a small file that would take days times out, with a reason."""
    text = read_text(nested_pdf(60), suffix=".pdf", timeout=0.5)
    assert text.error == "too-slow"
    found = is_proved(text, "page 1", "1")
    assert (found.result, found.reason) == ("not-checkable", "too-slow")
    assert f"{PDF_TIMEOUT} seconds" in t("reason.too-slow")


def test_pdf_that_takes_all_memory_is_not_checkable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The subprocess fails at its memory limit and the caller continues."""
    monkeypatch.setattr("tracker.citations.source_text._PDF_MEMORY", 1 << 24)
    assert read_text(nested_pdf(1), suffix=".pdf").error == "unreadable"
    monkeypatch.undo()
    assert read_text(nested_pdf(1), suffix=".pdf").error == "scanned"


@pytest.mark.parametrize("data", [b"%PDF-1.4 broken", b"%PDF-", b"\x00\x01"])
def test_broken_file_is_not_checkable(data: bytes) -> None:
    """An unreadable file does not raise."""
    assert read_text(data, suffix=".pdf").error in ("unreadable", "scanned")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_encodings(encoding: str) -> None:
    """Files in older encodings are decoded."""
    words = "Миграционная служба сообщила 17 мая 2013 года"
    text = read_text(words.encode(encoding), suffix=".txt")
    assert is_proved(text, "whole", "Миграционная служба", "2013-05-17").result == "proved"


SUBLIST = "".join(f"{n}. Words of paragraph {n}.\n" for n in range(1, 5)) + "".join(
    f"{n}. Item, {n * 11} persons.\n" for n in range(1, 6)
) + "".join(f"{n}. Words, {n * 100} cases.\n" for n in range(5, 20))  # fmt: skip


def test_ambiguous_number() -> None:
    """A list in a paragraph belongs to it; a number that two texts have is not checkable."""
    text = read_text(SUBLIST.encode(), suffix=".txt")
    assert is_proved(text, "paragraph 5", "55").statements[0].nearest == "paragraph 4"
    assert is_proved(text, "paragraph 5", "500").result == "proved"
    assert is_proved(text, "paragraph 12", "1200").result == "proved"
    annex = "".join(f"{n}. Body {n}.\n" for n in range(1, 6)) * 2
    assert (
        is_proved(read_text(annex.encode(), suffix=".txt"), "paragraph 3").result == "no-statement"
    )
    assert is_proved(read_text(annex.encode(), suffix=".txt"), "paragraph 3", "Body").reason


def test_inserted_articles() -> None:
    """Article 12-1 is a separate article."""
    law = "Article 12. It has 5 seats.\nArticle 12-1. It has 7 seats.\nArticle 13. It has 9.\n"
    text = read_text(law.encode(), suffix=".txt")
    assert is_proved(text, "article 12", "7").statements[0].nearest == "article 12-1"
    assert is_proved(text, "article 12-1", "7").result == "proved"


def test_rows_at_the_edge_of_a_page_are_kept() -> None:
    """A row of figures is not a running header, even if the next page starts with a similar row."""
    pages = "Table 1\nYear Men Women\n2018 376 310\n2019 404 322\n\fYear Men Women\n2020 410 330\n"
    text = read_text(pages.encode(), suffix=".txt")
    assert is_proved(text, "page 1", "376", "404").result == "proved"
    assert is_proved(text, "page 2", "410").result == "proved"


def test_citation_without_statement() -> None:
    """A citation without statements has a different result than one without a text."""
    text = read_text(b"Anything.", suffix=".txt")
    assert is_proved(text, "whole").result == "no-statement"
    assert next(verify_claims(make_dataset("whole", "7"), {})).reason == "no-text"
