"""Finding and requesting copies in the Internet Archive."""

import json
from datetime import date
from typing import Any

import pytest
import requests

from tracker.links.archive import Archive, ArchivedCopy

TODAY = date(2026, 11, 24)


class Service:
    """An archive with prepared answers; a number is the status of a failure."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Any, after: str = "") -> None:
        self.answers = list(answers)
        self.after = after
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        monkeypatch.setattr("tracker.links.guard.Session.request", self.request)

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        self.requests.append((method, url, given))
        answer = self.answers.pop(0)
        response = requests.Response()
        response.status_code = answer if isinstance(answer, int) else 200
        response.headers.update({"Retry-After": self.after} if self.after else {})
        response._content = json.dumps(answer).encode()
        return response


def closest(url: str, timestamp: str = "20240229120000") -> dict[str, Any]:
    copy = {"available": True, "url": url, "timestamp": timestamp, "status": "200"}
    return {"archived_snapshots": {"closest": copy}}


def test_find(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy nearest to a date is requested, and has its own date."""
    service = Service(
        monkeypatch, closest("http://web.archive.org/web/20240229120000/http://a.org")
    )
    copy = Archive("tests").find("http://a.org", near=TODAY)
    assert copy == ArchivedCopy(
        "https://web.archive.org/web/20240229120000/http://a.org", "2024-02-29"
    )
    assert service.requests[0][2]["params"] == {"url": "http://a.org", "timestamp": "20261124"}


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
def test_find_nothing(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """No request returns a valid copy on the same host."""
    service = Service(monkeypatch, answer, answer, answer)
    archive = Archive("tests")
    assert archive.find("http://a.org", near=TODAY) is None
    assert (service.answers, archive.unanswered) == ([], set())


COPY = ArchivedCopy("https://web.archive.org/web/20240229120000/http://a.org", "2024-02-29")
NONE: dict[str, Any] = {"archived_snapshots": {}}
FOUND = closest(COPY.url)
INDEX = [["timestamp", "original"], ["20190101000000", "http://a.org"],
         ["20240229120000", "http://a.org"]]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ((429, FOUND), [5]),
        ((503, NONE, FOUND), [5]),
        ((NONE, FOUND), []),
        ((NONE, NONE, INDEX), []),
        ((404, NONE, INDEX), []),
        ((500, 500, 500, 500, 502, INDEX), [5, 5, 5]),
    ],
)
def test_find_retries(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[Any, ...], slept: list[float]
) -> None:
    """After a failure the request is repeated; after an empty response, in another form."""
    service = Service(monkeypatch, *answers)
    waits: list[float] = []
    archive = Archive("tests", sleep=waits.append)
    assert archive.find("http://a.org", near=TODAY) == COPY
    assert (service.answers, waits, archive.unanswered) == ([], slept, set())


def test_find_in_other_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request has no scheme; the third uses the index."""
    service = Service(monkeypatch, NONE, NONE, [])
    assert Archive("tests").find("https://a.org/?b=c", near=TODAY) is None
    requests = [(url, given["params"]["url"]) for _, url, given in service.requests]
    assert requests == [
        ("https://archive.org/wayback/available", "https://a.org/?b=c"),
        ("https://archive.org/wayback/available", "a.org/?b=c"),
        ("https://web.archive.org/cdx/search/cdx", "https://a.org/?b=c"),
    ]


@pytest.mark.parametrize(("after", "slept"), [("17", [17]), ("3600", []), ("soon", [5])])
def test_archive_requests_a_delay(
    monkeypatch: pytest.MonkeyPatch, after: str, slept: list[float]
) -> None:
    """A delay requested by the archive is respected; a long one ends the run."""
    Service(monkeypatch, 429, *[FOUND] * 2, after=after)
    waits: list[float] = []
    assert Archive("tests", sleep=waits.append).find("http://a.org", near=TODAY) == COPY
    assert waits == slept


@pytest.mark.parametrize(
    "answers", [(403, NONE, []), (NONE, 429, 429, []), (NONE, NONE, 503, 503), (NONE, NONE, 302)]
)
def test_failed_requests_are_not_an_empty_result(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[Any, ...]
) -> None:
    """If one of the three requests fails, a copy may exist."""
    service = Service(monkeypatch, *answers)
    archive = Archive("tests", sleep=lambda _: None)
    assert archive.find("http://a.org", near=TODAY) is None
    assert (service.answers, archive.unanswered) == ([], {"http://a.org"})


def test_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new copy is requested with the keys, and polled for."""
    finished = {"status": "success", "timestamp": "20261124101010", "original_url": "http://a.org/"}
    service = Service(monkeypatch, {"job_id": "j1"}, {"status": "pending"}, finished)
    slept: list[float] = []
    archive = Archive("tests", sleep=slept.append)
    copy = archive.capture("http://a.org/", key="k", secret="s")
    assert copy == ArchivedCopy(
        "https://web.archive.org/web/20261124101010/http://a.org/", "2026-11-24"
    )
    assert service.requests[0][2]["headers"]["Authorization"] == "LOW k:s"
    assert len(slept) == 2


def test_failed_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive cannot make a copy."""
    Service(monkeypatch, {"job_id": "j1"}, {"status": "error"})
    assert (
        Archive("tests", sleep=lambda _: None).capture("http://a.org", key="k", secret="s") is None
    )
