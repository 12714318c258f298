"""`tracker show` and `tracker find`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.command import change, run
from tests.conftest import FROZEN
from tracker.analysis.lookup import find_by_paragraph, iter_records_and_parts, search
from tracker.citations.status import VerificationSummary
from tracker.model import Recommendation
from tracker.records.loader import LoadResult

DAY = ("--project", FROZEN, "--today", "2026-11-24")


def show_json(*words: str) -> Any:
    return json.loads(run("show", *words, "--json", *DAY).stdout)


def test_show_lists_citations_and_references(real: LoadResult) -> None:
    """The output has citations with their checks, references, and the line of the record."""
    data = real.dataset
    proofs = real.verifications.rows if real.verifications else {}
    health = VerificationSummary(data, proofs, {})
    for recommendation in data.of(Recommendation)[:3]:
        sheet = show_json(recommendation.id)
        own = [pair for pair in health.claims if pair[0].record is recommendation]
        assert [(row["citation"], row["result"]) for row in sheet["proof"]] == [
            (claim.key, standing.state) for claim, standing in own
        ]
        naming = [reference.record for reference in data.backlinks[recommendation.id]]
        assert [row["id"] for row in sheet["named_by"]] == naming
        assert sheet["record"]["summary"] == recommendation.summary
        line = (FROZEN / sheet["file"]).read_text(encoding="utf-8").splitlines()[sheet["line"] - 1]
        assert line == f"- id: {recommendation.id}"


def test_show_prints_labels() -> None:
    """The text output has titles, statuses with reasons, ages, and unverified citations."""
    output = " ".join(run("show", "cescr-2013-9-health", *DAY).stdout.split())
    for words in (
        "Status: Partly implemented (results not shown), Insufficient information",
        "part_of: Rights of refugees",
        "Insufficient information (Silent): Refugees recognised by the State",
        "evidence up to 2020-07-27, 6 years 3 months old: evidence out of date since 2021-07-27",
        "Conflict: I-09: Whether the people concerned have health care and insurance (i-09)",
        "19 found in source",
    ):
        assert words in output


def test_show_a_rating(real: LoadResult) -> None:
    """A rating or position is shown by its id, with its age, checks and line."""
    for part, count in (("cescr-2013-9-health-a1", 7), ("cescr-2013-9-health-p1", None)):
        sheet = show_json(part)
        assert (sheet["id"], sheet["of"]) == (part, "cescr-2013-9-health")
        assert all(f"/{part}/" in row["citation"] for row in sheet["proof"])
        assert count is None or len(sheet["proof"]) == count
        lines = (FROZEN / sheet["file"]).read_text(encoding="utf-8").splitlines()
        assert lines[sheet["line"] - 1].strip().removeprefix("- ") == f"id: {part}"
    assert [row["of"] for row in show_json("cescr-2013-9-health-a1")["freshness"]] == [
        "cescr-2013-9-health-a1"
    ]


@pytest.mark.parametrize("found", ["records", "parts"])
def test_every_record_can_be_shown(real: LoadResult, found: str) -> None:
    """Every record and every part can be shown."""
    data = real.dataset
    wanted = [f for f in iter_records_and_parts(data) if bool(f.part) == (found == "parts")]
    for one in wanted[:: len(wanted) // 4]:
        result = run("show", one.value.id, *DAY)
        assert (result.exit_code, one.value.id in result.stdout) == (0, True), one.value.id


def test_show_by_symbol_and_paragraph(real: LoadResult) -> None:
    """A paragraph is the record itself, not one of its parts. The start of a symbol is optional."""
    data = real.dataset
    for place in ("CO/3 9", "co/3 paragraph 9", "E/C.12/AZE/CO/3 9", "cescr-co-3 9"):
        assert [found.record.id for found in find_by_paragraph(data, place)] == ["cescr-2013-9"], (
            place
        )
    assert [found.record.id for found in find_by_paragraph(data, "AZE/RQ/4")] == ["cescr-rq-4"]
    assert find_by_paragraph(data, "O/3 9") == ()
    assert show_json("CO/3", "9")["id"] == "cescr-2013-9"


def test_show_lists_candidates() -> None:
    """Several matches are listed; without a match, the most similar id is suggested."""
    several = run("show", "CO/3", *DAY)
    assert (several.exit_code, several.stdout) == (1, "")
    assert "cescr-co-3" in several.stderr
    assert "cmw-co-3" in several.stderr
    none = run("show", "cescr-2013-9-helth", *DAY)
    assert none.exit_code == 1
    assert "Did you mean “cescr-2013-9-health”?" in none.stderr
    assert "tracker find" in run("show", "qqqq", *DAY).stderr


def test_show_an_invalid_record(project: Path) -> None:
    """An invalid record is not reported as missing."""
    change(project, "events.yml", "kind: programme", "kind: program")
    broken = (project / "data/events.yml").read_text(encoding="utf-8")
    (name,) = re.findall(r"- id: (.+)\n(?:  .*\n)*?  kind: program\n", broken)[:1]
    result = run("show", name, "--project", project)
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_every_record_is_found_by_its_title(real: LoadResult) -> None:
    """The words of a title find its record among the first results."""
    for found in list(iter_records_and_parts(real.dataset))[::60]:
        title = str(found.record.title)
        words = " ".join(re.findall(r"[^\W_]+", title)[:6]).upper()
        hits = [hit.match.record.id for hit in search(real.dataset, words)]
        assert found.record.id in hits[:8], words


def test_find_ignores_case_and_diacritics(project: Path) -> None:
    """Accents, case and thousands separators are optional; words must be complete."""
    change(project, "events.yml", "The register opened", "Sığınacaq, the register of 12,345 opened")
    for words in ("siginacaq", "SIĞINACAQ 12345", "12,345 regist"):
        rows = json.loads(run("find", words, "--json", "--project", project).stdout)["found"]
        assert [row["field"] for row in rows] == ["title"], words
    assert run("find", "ginacaq", "--project", project).exit_code == 1


def test_results_show_the_matching_text() -> None:
    """Each result has kind, title, id, status, and the text around the match."""
    result = run("find", "insurance", "--limit", "3", "--project", FROZEN)
    assert result.exit_code == 0
    assert "Showing 3 of" in result.stderr
    assert len(result.stdout.splitlines()) == 6
    rows = json.loads(run("find", "shelter", "--json", "--limit", "0", "--project", FROZEN).stdout)
    assert rows["total"] == len(rows["found"]) > 10
    assert all("shelter" in row["text"].lower() for row in rows["found"])
    assert run("find", "qqqq", "--project", FROZEN).exit_code == 1


def test_find_warns_about_unread_records(project: Path) -> None:
    """A message says if unreadable records were not searched."""
    change(project, "events.yml", "The register opened", "The register: opened")
    assert "tracker check" in run("find", "register", "--project", project).stderr


def test_find_does_not_search_ids_of_other_records() -> None:
    """The ids of referenced records are not part of the searched text."""
    report = json.loads(run("find", "right-health", "--json", "--project", FROZEN).stdout)
    assert [row["id"] for row in report["found"]] == ["right-health"]
