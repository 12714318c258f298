"""A local server with every kind of failure, and a setting that allows requests to it."""

from collections.abc import Iterator

import pytest

from tests.links.loopback import Server, serving
from tracker.links.guard import LOOPBACK


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOOPBACK, "1")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip LinkChecker's process, as if it had no results."""
    monkeypatch.setattr("tracker.links.linkchecker.run_linkchecker", lambda *_, **__: {})
