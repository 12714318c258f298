"""Lock files are untrusted input: every cell is validated, and problems have locations."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.command import run
from tracker.links.state import LinkObservation, update_state
from tracker.model import lockfiles
from tracker.model.lockfiles import (
    LINKS,
    LinkState,
    LockTable,
    Verification,
    format_lock,
    parse_lock,
)

LINK = LinkState(
    url="https://example.org/a",
    state="failing:dns",
    since="2026-11-01",
    first_seen="2026-10-01",
    last_alive="",
    failures="2026-10-25,2026-11-01",
    final="https://example.org/b",
    archived="https://web.archive.org/web/2020/https://example.org/a",
    archived_on="2020-01-01",
    text="0123456789abcdef",
    title="A page",
)
PROOF = Verification(
    "count/citations report B1", "proved", "editor", "2026-11-24", "0" * 16, "1" * 16, "4:00000000"
)


def make_links(**changes: str) -> LockTable[LinkState]:
    """Return a table with one row, with some cells changed."""
    row = replace(LINK, **changes)
    text = "\t".join(getattr(row, name) or "-" for name in lockfiles.get_columns(LinkState))
    return parse_lock(f"# note\n{text}\n".encode(), kind=LinkState, file=LINKS)


def test_valid_rows_round_trip() -> None:
    """Rows can be written and read again without loss."""
    assert dict(make_links().rows) == {LINK.url: LINK}
    text = format_lock([PROOF], kind=Verification, note="note").encode()
    assert dict(parse_lock(text, kind=Verification, file=lockfiles.CITATIONS).rows) == {
        PROOF.key: PROOF
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "https://archive.today/x"),
        ("url", "https://user:secret@example.org/"),
        ("state", "excellent"),
        ("state", "alive:really"),
        ("state", "failing:<b>"),
        ("since", "2026-02-30"),
        ("since", ""),
        ("first_seen", "yesterday"),
        ("last_alive", "２０２６-01-01"),
        ("failures", "2026-10-25;2026-11-01"),
        ("failures", ",".join(["2026-10-25"] * 11)),
        ("final", "data:text/html,x"),
        ("archived", "//example.org"),
        ("archived_on", "2020"),
        ("text", "0123"),
    ],
)
def test_link_row_is_validated(column: str, value: str) -> None:
    """An invalid cell is reported at its column, and its row is ignored."""
    table = make_links(**{column: value})
    (problem,) = table.problems
    before = lockfiles.get_columns(LinkState)[: lockfiles.get_columns(LinkState).index(column)]
    start = sum(len(getattr(LINK, name) or "-") + 1 for name in before) + 1
    assert problem.location
    assert (problem.location.line, problem.location.column) == (2, start)
    assert problem.is_blocking
    assert not table.rows


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("key", "count"),
        ("result", "verified!"),
        ("by", "a\u202eb"),
        ("by", "x" * 61),
        ("since", "2026-13-01"),
        ("claim", "f" * 15),
        ("text", ""),
        ("text", "g" * 16),
        ("place", "here"),
    ],
)
def test_citation_row_is_validated(column: str, value: str) -> None:
    """An invalid cell in the lock file of citations is reported."""
    text = format_lock([replace(PROOF, **{column: value})], kind=Verification, note="note").encode()
    table = parse_lock(text, kind=Verification, file=lockfiles.CITATIONS)
    assert [p.code for p in table.problems] == ["lock-line"]
    assert not table.rows


def test_title_is_cleaned() -> None:
    """Control characters are removed from page titles, and long titles are shortened."""
    title = "A\u202e page\u2066 \x1b[2J\u200b of \u0085 mine" + "x" * 500
    observation = LinkObservation(
        "https://example.org/a", "alive", title=title, final_url="javascript:alert(1)"
    )
    row = update_state(None, observation, today=date(2026, 11, 24))
    assert row.title.startswith("A page [2J of mine")
    assert len(row.title) == lockfiles.MAX_TITLE
    assert row.final == ""
    assert next(iter(make_links(title="A\u202e page").rows.values())).title == "A page"


def test_long_address_is_not_stored() -> None:
    """A long redirect does not fill the lock file."""
    final = "https://example.org/" + "x" * 5_000
    observation = LinkObservation("https://example.org/a", "moved", final_url=final)
    row = update_state(None, observation, today=date(2026, 11, 24))
    assert row.final == ""


@pytest.mark.parametrize("file", [lockfiles.CITATIONS, LINKS])
def test_size_limit(project: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    """A lock file that is too large is reported once, and not read."""
    monkeypatch.setattr("tracker.model.lockfiles.MAX_BYTES", 1_000)
    (project / file).write_text("#" * 1_001, encoding="utf-8")
    result = run("check", project, "--today", "2026-11-24")
    assert result.exit_code == 1
    assert f"{file}:1:1: " in result.stdout
    assert "[too-large]" in result.stdout


def test_check_reports_a_forged_row(project: Path) -> None:
    """`tracker check` prints file, line and column, and no control characters of the row."""
    row = "\t".join(getattr(LINK, name) or "-" for name in lockfiles.get_columns(LinkState))
    forged = row.replace("/a", "/b").replace("failing:dns", "ali\x1bve")
    text = f"# note\n{row}\n{forged}\n"
    (project / LINKS).write_text(text, encoding="utf-8")
    result = run("check", project, "--today", "2026-11-24")
    assert result.exit_code == 1
    assert f"{LINKS}:3:23: " in result.stdout
    assert "\x1b" not in result.stdout
