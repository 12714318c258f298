"""The command about links, the archive, and how pages are read."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLE
from tracker.cli.links import links
from tracker.links.archive import Archive, ArchivedCopy
from tracker.links.checker import CheckerOutcome
from tracker.links.classify import classify
from tracker.links.fetch import FetchResult
from tracker.links.page import FetchedPage, compute_similarity, decode, has_figures, read_page
from tracker.links.state import LinkObservation, update_state
from tracker.model.lockfiles import LinkState, parse_lock

TODAY = date(2026, 11, 24)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    (tmp_path / "data" / "links.lock").unlink(missing_ok=True)
    return tmp_path


Web = Callable[[str], None]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    """Every link of the project in one state."""

    def answer(state: str) -> None:
        def check_links(urls: list[str], **given: Any) -> CheckerOutcome:
            seen = tuple(LinkObservation(url, state) for url in urls)
            rows = tuple(
                update_state(given["known"].get(s.url), s, today=given["today"]) for s in seen
            )
            return CheckerOutcome(rows, seen, ())

        monkeypatch.setattr("tracker.links.checker.check_links", check_links)

    return answer


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(links, [str(a) for a in arguments], env={"IA_ACCESS_KEY": ""})


def lock(project: Path) -> dict[str, LinkState]:
    content = (project / "data" / "links.lock").read_bytes()
    return dict(parse_lock(content, kind=LinkState, file="data/links.lock").rows)


@pytest.mark.parametrize(("state", "code"), [("alive", 0), ("failing:404", 0), ("soft-404", 1)])
def test_exit_code(project: Path, web: Web, state: str, code: int) -> None:
    """Only what is surely bad ends with 1."""
    web(state)
    assert run(project, "--today", "2026-11-24").exit_code == code


def test_nothing_is_written_unasked(project: Path, web: Web) -> None:
    """Without --write, the project stays as it is."""
    web("alive")
    run(project)
    assert not (project / "data" / "links.lock").exists()


def test_death_by_weekly_runs(project: Path, web: Web) -> None:
    """Three weekly runs that find nothing write a death; a fourth tells nothing new."""
    web("failing:404")
    for day in ("2026-11-03", "2026-11-10", "2026-11-17"):
        last = run(project, "--write", "--today", day)
    assert (last.exit_code, {row.state for row in lock(project).values()}) == (1, {"dead"})
    assert "failing (404) → dead" in last.stdout
    assert "Nothing changed." in run(project, "--write", "--today", "2026-11-24").stdout
    assert [f.name for f in (project / "data").glob(".*")] == []


def test_only_some_are_asked(project: Path, web: Web) -> None:
    """What is not asked stays as it is known."""
    web("alive")
    run(project, "--write", "--today", "2026-11-24")
    one, *others = lock(project)
    web("blocked")
    run(project, "--write", "--only", one, "--today", "2026-11-25")
    rows = lock(project)
    assert rows[one].state == "blocked"
    assert {rows[url].state for url in others} <= {"alive"}


def test_json_is_data(project: Path, web: Web) -> None:
    """`--format json` prints one document."""
    web("alive")
    told = json.loads(run(project, "--format", "json").stdout)
    assert set(told) == {"states", "changes", "unreached", "details", "links"}


@pytest.mark.parametrize(
    ("arguments", "file"), [(["--capture"], ""), ([], "links.lock"), ([], "sources.yml")]
)
def test_could_not_run(project: Path, web: Web, arguments: list[str], file: str) -> None:
    """Keys that are missing, a lock or records that cannot be read: 2, and nothing is written."""
    web("alive")
    if file:
        (project / "data" / file).write_text("<<<<<<< ours\n", encoding="utf-8")
    before = sorted((project / "data").rglob("*"))
    assert run(project, "--write", *arguments).exit_code == 2
    assert sorted((project / "data").rglob("*")) == before


def test_not_a_project(tmp_path: Path) -> None:
    """A folder without a project ends with 2."""
    assert run(tmp_path).exit_code == 2


class Service:
    """An archive that answers what it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        monkeypatch.setattr("tracker.links.guard.Session.request", self.request)

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        self.asked.append((method, url, given))
        response = requests.Response()
        response.status_code = 200
        response._content = json.dumps(self.answers.pop(0)).encode()
        return response


def closest(url: str, stamp: str = "20240229120000") -> dict[str, Any]:
    copy = {"available": True, "url": url, "timestamp": stamp, "status": "200"}
    return {"archived_snapshots": {"closest": copy}}


def test_nearest_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy nearest to a day is asked for, and recorded with its own day."""
    service = Service(
        monkeypatch, closest("http://web.archive.org/web/20240229120000/http://a.org")
    )
    copy = Archive("tests").find("http://a.org", near=TODAY)
    assert copy == ArchivedCopy(
        "https://web.archive.org/web/20240229120000/http://a.org", "2024-02-29"
    )
    assert service.asked[0][2]["params"] == {"url": "http://a.org", "timestamp": "20261124"}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"archived_snapshots": {}},
        closest("https://archive.ph/x"),
        closest("http://10.0.0.1"),
        closest("https://web.archive.org/web/x", "now"),
        closest("https://web.archive.org/web/x", "20261399"),
        closest("https://web.archive.org/web/" + "x" * 5_000),
        closest("https://web.archive.org.example/web/x"),
        closest("https://example.org/web/x"),
        closest("javascript:alert(1)"),
        {"archived": 1},
    ],
)
def test_no_copy(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """No copy, nonsense, or a copy where none is trusted: none."""
    Service(monkeypatch, answer)
    assert Archive("tests").find("http://a.org", near=TODAY) is None


def test_new_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new copy is asked for with the keys, and waited for."""
    done = {"status": "success", "timestamp": "20261124101010", "original_url": "http://a.org/"}
    service = Service(monkeypatch, {"job_id": "j1"}, {"status": "pending"}, done)
    slept: list[float] = []
    archive = Archive("tests", sleep=slept.append)
    copy = archive.capture("http://a.org/", key="k", secret="s")
    assert copy == ArchivedCopy(
        "https://web.archive.org/web/20261124101010/http://a.org/", "2026-11-24"
    )
    assert service.asked[0][2]["headers"]["Authorization"] == "LOW k:s"
    assert len(slept) == 2


def test_failed_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that the archive cannot make is none."""
    Service(monkeypatch, {"job_id": "j1"}, {"status": "error"})
    assert (
        Archive("tests", sleep=lambda _: None).capture("http://a.org", key="k", secret="s") is None
    )


@given(st.binary(max_size=300), st.sampled_from(["", "text/html; charset=ascii", "text/plain"]))
def test_any_bytes_can_be_read(body: bytes, kind: str) -> None:
    """No bytes break the reading of a page; each has a mark, the same each time."""
    first, again = (read_page(body, {"content-type": kind}).compute_hash(body) for _ in range(2))
    assert first == again
    assert re.fullmatch(r"[0-9a-f]{16}", first)


HOSTILE = {
    "one tag": "<" + "a" * 300_000,
    "attributes": "<a " + "b " * 150_000,
    "open": "<" * 300_000,
    "open tags": "<a" * 150_000,
    "comments": "<!--" * 75_000,
    "ends": "-->" * 100_000,
    "title": "<title>" + "a<" * 150_000,
    "headings": "<h1>404 " * 40_000,
    "password": "<input type" + " " * 300_000 + ">",
    "refresh": "<meta http-equiv=refresh " * 20_000,
    "wide": "\ufdfa" * 300_000,
    "words": "a b " * 75_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_are_read_to_their_end(text: str) -> None:
    """Pages that are made to be read slowly are judged: in quadratic time this would not end."""
    answer = FetchResult("http://a.org/a", "http://a.org/a", 200, body=text.encode())
    classify(answer, known=None, figures=("1,237",), fetch_sibling=lambda: answer)


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7", "hex"])
def test_only_charsets_of_the_web(charset: str) -> None:
    """Python's other encodings are not used: with some of them this would not end."""
    decode(b"z" * 3_000_000 + b"9\\q\xe9", declared=charset)


@pytest.mark.parametrize("within", ["script", "style", "noscript", "template", "svg", "!--"])
def test_what_only_looks_like_a_tag(within: str) -> None:
    """Tags in a script or a comment are none: no title, heading or password field comes of them."""
    fake = "'<title>Fake</title><h1>Page not found</h1><title><h1><input type=password>'"
    end = "-->" if within == "!--" else f"</{within}>"
    page = read_page(f"<{within}>{fake}{end}<title>Real</title><h1>Head</h1>Text".encode(), {})
    assert page == FetchedPage("Head Text", "Real", ("Head",))


def test_encodings() -> None:
    """Text is read by what it is; a claim counts only where it is no habit."""
    assert decode("Qaçqınlar".encode(), declared="latin-1") == "Qaçqınlar"
    assert decode("Доклад".encode("koi8-r"), declared="koi8-r") == "Доклад"
    meta = b'<meta charset="windows-1251">'
    assert decode(meta + "Доклад".encode("cp1251")).endswith("Доклад")


def test_figures_are_whole() -> None:
    """A figure is found whole, whatever divides its thousands."""
    assert has_figures("In all 1 237 families", ["88", "1,237"])
    assert not has_figures("In all 21,237 families", ["1,237"])
    assert not has_figures("12370", ["1,237"])


def test_likeness() -> None:
    """Texts are alike by their words in order."""
    assert compute_similarity("a b c", "a b c") == 1
    assert compute_similarity("a b c", "c b a") == 0
