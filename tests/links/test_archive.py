"""Finding and requesting copies in the Internet Archive."""

import json
from datetime import date
from typing import Any

import pytest
import requests

from tracker.links.archive import Archive, ArchivedCopy

TODAY = date(2026, 11, 24)


class Service:
    """An archive with prepared answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        monkeypatch.setattr("tracker.links.guard.Session.request", self.request)

    def request(self, method: str, url: str, **given: Any) -> requests.Response:
        self.requests.append((method, url, given))
        response = requests.Response()
        response.status_code = 200
        response._content = json.dumps(self.answers.pop(0)).encode()
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
    """No copy, an invalid answer, or a copy on another host."""
    Service(monkeypatch, answer)
    assert Archive("tests").find("http://a.org", near=TODAY) is None


def test_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new copy is requested with the keys, and polled for."""
    done = {"status": "success", "timestamp": "20261124101010", "original_url": "http://a.org/"}
    service = Service(monkeypatch, {"job_id": "j1"}, {"status": "pending"}, done)
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
