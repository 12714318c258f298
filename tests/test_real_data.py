"""The real records: sound, complete, and in our own words."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from tests.conftest import REPORT, ROOT
from tracker.checks import check, texts_in
from tracker.load import Loaded, load, read_files
from tracker.model import Discrepancy, Finding, Recommendation, Source

CONTEXT = REPORT.parent
with_report = pytest.mark.skipif(not REPORT.is_file(), reason="the report's text is not at hand")


def test_records_are_sound(real: Loaded) -> None:
    """Every record keeps every rule."""
    problems = [*real.problems, *check(real.dataset, today=date(2100, 1, 1))]
    assert [(p.record, p.code) for p in problems] == []


def test_the_whole_report_is_carried(real: Loaded) -> None:
    """96 blocks, 38 discrepancies, 34 findings, 14 recommendations of the report's own."""
    data = real.dataset
    (report,) = data.maps
    assert len(report.blocks) == 96
    assert len(data.of(Discrepancy)) == 38
    assert Counter(f.kind for f in data.of(Finding)) == {
        "problem": 15,
        "progress": 12,
        "neutral": 7,
    }
    made_by = Counter(r.made_by for r in data.of(Recommendation))
    assert made_by == {"cescr": 5, "constitution-foundation": 14, "upr": 8}


def test_every_footnote_has_its_source(real: Loaded) -> None:
    """19 markers: the first six lost in the copy at hand, the others with their text."""
    (report,) = real.dataset.maps
    notes = [note for block in report.blocks for note in block.footnotes]
    assert [note.marker for note in notes] == [f"m{n}" for n in range(1, 20)]
    sources = [real.dataset.find(note.source) for note in notes]
    access = [s.access for s in sources if isinstance(s, Source)]
    assert access[:6] == ["lost"] * 6
    assert "lost" not in access[6:]


def test_request_first_baselines_only(real: Loaded) -> None:
    """The report's own recommendations have no later evidence, and are not rated."""
    for record in real.dataset.of(Recommendation):
        if record.made_by == "constitution-foundation":
            assert [a.reason for a in record.assessments] == ["no-later-evidence"]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def runs(text: str, *, length: int = 9) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}


# Official names and titles that are longer than eight words.
NAMES = (
    "Law of the Republic of Azerbaijan on Medical Insurance",
    "Law on the Status of Refugees and Internally Displaced Persons",
    "International Covenant on Economic, Social and Cultural Rights",
    "Committee on Economic, Social and Cultural Rights",
    "UN Convention Relating to the Status of Refugees and the 1967 Protocol",
    "UN High Commissioner for Refugees",
    "Ministry of Labor and Social Protection",
    "Special Rapporteur on the human rights of internally displaced persons",
    "A/HRC/WG.6/30/AZE/2 and Corr.1",
)


@with_report
def test_no_sentence_is_copied(real: Loaded) -> None:
    """No run of nine words of the report or its companions stands in a record or page."""
    copied_from = {
        run
        for name in ("report.txt", "context.md", "editorial.md")
        for run in runs((CONTEXT / name).read_text(encoding="utf-8"))
    }
    allowed = {pair for name in NAMES for pair in pairwise(words_of(name))}
    texts = [(r.id, text) for _, r in real.dataset.records() for _, text in texts_in(r)]
    texts += [
        (str(page.relative_to(ROOT)), re.sub(r"\{\{.*?\}\}", "", page.read_text(encoding="utf-8")))
        for page in (*ROOT.glob("docs/**/*.md"), ROOT / "README.md")
    ]
    copied = {
        (where, " ".join(run))
        for where, text in texts
        for run in runs(text) & copied_from
        if sum(pair in allowed for pair in pairwise(run)) < 5
    }
    assert copied == set()


def test_id_of_any_kind_is_known(real: Loaded) -> None:
    """Also in a list that may name records of every collection."""
    files = read_files(ROOT)
    file = "data/discrepancies.yml"
    wrong = files[file].replace(b"  about:\n  - ", b"  about:\n  - nobody-", 1)
    assert wrong != files[file]
    loaded = load(files | {file: wrong})
    assert [p.code for p in check(loaded.dataset)] == ["unknown-id"]
