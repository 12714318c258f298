"""The checker: the state for each kind of answer, retries, delays and the time budget."""

import threading
from datetime import date

import pytest

from tests.links.checking import NOW, TODAY, Clock, check_url, settings
from tests.links.loopback import LATER, Server, serving
from tracker.links.checker import check_links
from tracker.links.fetch import FetchLimits, FetchResult, parse_retry_after
from tracker.links.state import LinkObservation, update_state
from tracker.model.lockfiles import LinkState

pytestmark = pytest.mark.usefixtures("loopback")

STATES = {
    "/good": "alive",
    "/moved": "moved",
    "/for-now": "moved-temporarily",
    "/then-for-now": "moved-temporarily",
    "/report-gone": "soft-404",
    "/loop": "failing:redirects",
    "/to-metadata": "refused",
    "/to-private": "refused",
    "/to-file": "refused",
    "/to-password": "refused",
    "/to-archive": "refused",
    "/404": "failing:404",
    "/410": "failing:410",
    "/500": "failing:500",
    "/401": "login",
    "/members": "login",
    "/login": "alive",
    "/403": "blocked",
    "/challenge": "blocked",
    "/challenge-200": "blocked",
    "/challenge-503": "blocked",
    "/captcha": "blocked",
    "/not-found-en": "soft-404",
    "/not-found-az": "soft-404",
    "/not-found-az-body": "soft-404",
    "/not-found-ru": "soft-404",
    "/not-found-long": "alive",
    "/app/report": "unclear",
    "/seconds": "rate-limited",
    "/date": "rate-limited",
    "/forever": "rate-limited",
    "/utf8-as-ascii": "alive",
    "/1251-as-latin1": "alive",
    "/bad-charset": "alive",
    "/pdf": "alive",
    "/bomb": "too-large",
    "/endless": "too-large",
    "/endless-redirect": "moved-temporarily",
    "/not-gzip": "failing:connection",
    "/reset": "failing:connection",
    "/silent": "failing:timeout",
    "/204": "soft-404",
    "/205": "soft-404",
    "/206": "alive",
    "/300": "failing:300",
    "/302": "failing:302",
    "/304": "failing:304",
    "/418": "failing:418",
    "/429-past": "rate-limited",
    "/429-long": "rate-limited",
    "/429-garbage": "rate-limited",
    "/503-page": "failing:503",
    "/empty": "soft-404",
    "/brotli": "alive",
    "/zstd": "alive",
    "/deflate-raw": "alive",
    "/gzip-cut": "alive",
    "/nested-bomb": "too-large",
    "/picture": "alive",
    "/punycode": "alive",
    "/long-title": "alive",
    "/quotes": "alive",
    "/law-404": "alive",
    "/title-en": "soft-404",
    "/title-az": "soft-404",
    "/title-ru": "soft-404",
    "/h1-en": "soft-404",
    "/h1-az": "soft-404",
    "/h1-ru": "soft-404",
    "/parked": "soft-404",
    "/parked-script": "soft-404",
    "/cookie-wall": "blocked",
    "/to-login-meta": "login",
    "/to-login-script": "login",
    "/login-button": "alive",
    "/script-title": "alive",
    "/not-found-captcha": "failing:404",
    "/cloudflare-jsd": "alive",
    "/aws-waf": "blocked",
    "/refresh-header": "alive",
    "/content-location": "alive",
    "/http10": "alive",
    "/chunks-broken": "failing:connection",
    "/negative": "alive",
    "/huge": "failing:connection",
    "/two-lengths": "failing:connection",
    "/many-headers": "failing:connection",
    "/long-header": "failing:connection",
    "/1xx": "alive",
    "/closes": "failing:connection",
    "/not-http": "failing:connection",
    "/to-bytes": "failing:redirects",
    "/to-spaces": "moved",
    "/to-bracket": "failing:redirects",
    "/to-mail": "refused",
    "/turns": "failing:redirects",
}
STATES |= {
    f"/{wall}-{status}": "blocked"
    for wall in ("cloudflare", "akamai", "datadome", "incapsula")
    for status in (200, 403, 503)
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("path", "state"), STATES.items())
def test_state(server: Server, path: str, state: str) -> None:
    """Each kind of answer has its state."""
    limits = FetchLimits(seconds=2, wait=0.3) if state == "failing:timeout" else settings().limits
    assert check_url(server.url(path), limits=limits).state == state


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("path", ["/slow", "/slow-header"])
def test_slow_bytes_time_out(server: Server, path: str) -> None:
    """Slow bytes, each within the socket's timeout, end with the time of the request."""
    seen = check_url(server.url(path), tries=1, limits=FetchLimits(seconds=0.4, wait=0.3))
    assert seen.state == "failing:timeout"


def test_linkchecker_is_the_second_opinion(server: Server) -> None:
    """LinkChecker gets only links that did not respond, and a page that it opens is alive."""
    server.requests.clear()
    urls = [server.url(path) for path in ("/404", "/good", "/flaky", "/later")]
    clock = Clock()
    outcome = check_links(urls, known={}, today=TODAY, settings=settings(clock))
    states = {seen.url: seen.state for seen in outcome.observations}
    assert [states[url] for url in urls] == ["failing:404", "alive", "alive", "alive"]
    assert [server.requests[path] for path in ("/404", "/flaky", "/later")] == [1, 4, 3]
    assert (7.0 in clock.slept, server.agents) == (True, {"tests"})


@pytest.mark.parametrize(
    ("final", "status", "state"),
    [
        ("/reset%2F1", 200, "alive"),
        ("/reset/1", 200, "failing:connection"),
        ("/reset%2F1", 404, "failing:connection"),
        ("/reset%2F1", 0, "failing:connection"),
    ],
)
def test_linkchecker_must_open_the_same_address(
    server: Server, monkeypatch: pytest.MonkeyPatch, final: str, status: int, state: str
) -> None:
    """An address that LinkChecker has rewritten or could not open does not count."""
    url = server.url("/reset%2F1")
    rows = {url: FetchResult(url, server.url(final), status)}
    monkeypatch.setattr("tracker.links.linkchecker.run_linkchecker", lambda *_, **__: rows)
    assert check_url(url).state == state


def test_linkchecker_does_not_get_links_that_responded(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A response to our request is final, whatever LinkChecker would report."""
    monkeypatch.setattr("tracker.links.linkchecker.run_linkchecker", None)
    assert check_url(server.url("/good")).state == "alive"
    assert check_url(server.url("/410")).state == "failing:410"


def test_linkchecker_without_time(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """LinkChecker does not run if the time budget is used up."""
    monkeypatch.setattr("tracker.links.linkchecker.run_linkchecker", None)
    clock = Clock()
    seen = check_url(server.url("/reset"), clock=clock, budget=3, backoff=3)
    assert (seen.state, clock.slept) == ("failing:connection", [3])


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("path", "waits"), [("/seconds", [7, 7]), ("/date", [7, 7])])
def test_retry_after_is_honoured(server: Server, path: str, waits: list[float]) -> None:
    """The run waits as long as the server asks, in seconds or until a date."""
    clock = Clock()
    check_url(server.url(path), clock=clock)
    assert clock.slept == waits


@pytest.mark.usefixtures("alone")
def test_retry_after_beyond_the_budget(server: Server) -> None:
    """The run does not wait beyond its budget."""
    clock = Clock()
    check_url(server.url("/forever"), clock=clock)
    assert clock.slept == []


@pytest.mark.usefixtures("alone")
def test_backoff_grows_with_jitter(server: Server) -> None:
    """The second delay is twice the first, and jitter adds up to half."""
    clock = Clock()
    check_url(server.url("/500"), clock=clock, random=lambda: 1.0)
    assert clock.slept == [4.5, 9.0]


@pytest.mark.parametrize(
    "value", ["", "soon", "-3", "1e9", "Tue, 99 Nov 2026", f"Tue, 24 Nov {'9' * 30} 12:00:07 GMT"]
)
def test_invalid_retry_after(value: str) -> None:
    """An invalid value is ignored."""
    assert parse_retry_after({"retry-after": value}, now=NOW) is None
    assert parse_retry_after({"retry-after": LATER}, now=NOW) == 7


@pytest.mark.usefixtures("alone")
def test_budget_ends_the_run(server: Server) -> None:
    """URLs without time left are listed, and nothing about them changes."""
    urls = [server.url(f"/500?{n}") for n in range(4)]
    outcome = check_links(urls, known={}, today=TODAY, settings=settings(budget=6))
    assert outcome.unreached == tuple(urls[2:])
    assert len(outcome.states) == 2


@pytest.mark.usefixtures("alone")
def test_one_request_at_a_time() -> None:
    """A host gets one request at a time, with a pause after each."""
    clock = Clock()
    with serving() as server:
        urls = [server.url(f"/busy?{n}") for n in range(4)]
        check_links(urls, known={}, today=TODAY, settings=settings(clock, pause=2))
    assert (server.max_concurrent, set(clock.slept)) == (1, {2})


@pytest.mark.usefixtures("alone")
def test_cookies_last_for_one_check(server: Server) -> None:
    """A cookie is sent back within one check, and only then."""
    assert check_url(server.url("/cookie")).state == "moved-temporarily"
    assert server.cookies == ["a=b"]
    check_url(server.url("/cookies"))
    assert server.cookies == ["a=b"]


def _known(url: str) -> LinkState:
    return update_state(None, LinkObservation(url, "alive", text="0" * 16), today=date(2026, 1, 1))


@pytest.mark.usefixtures("alone")
def test_cited_figure_is_missing(server: Server) -> None:
    """A known page that no longer contains any of its figures has changed."""
    url = server.url("/changed")
    assert check_url(url, known=_known(url), expects=("1,237", "88 000")).state == "changed"
    assert check_url(server.url("/good"), known=_known(url), expects=("1 237",)).state == "alive"


@pytest.mark.usefixtures("alone")
def test_figure_was_never_found(server: Server) -> None:
    """A page that never contained the figure is not reported as changed."""
    url = server.url("/changed")
    first = check_url(url, expects=("1,237",))
    known = update_state(None, first, today=TODAY)
    again = check_url(url, known=known, expects=("1,237",))
    assert (first.state, first.text, again.state) == ("alive", "", "alive")


@pytest.mark.usefixtures("alone")
def test_wrong_charset(server: Server) -> None:
    """Titles are decoded whatever encoding the server declares."""
    assert check_url(server.url("/utf8-as-ascii")).title == "Yataqxana ə"
    assert check_url(server.url("/1251-as-latin1")).title == "Доклад"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("path", ["/endless-1xx", "/endless-headers"])
def test_endless_headers(server: Server, path: str) -> None:
    """An answer without an end to its headers ends with the time of the request, or before."""
    seen = check_url(server.url(path), tries=1, limits=FetchLimits(seconds=0.4, wait=0.3))
    assert seen.state in ("failing:timeout", "failing:connection")


@pytest.mark.usefixtures("alone")
def test_unknown_compression_is_not_a_change(server: Server) -> None:
    """A page in an unknown compression is not reported as changed."""
    url = server.url("/brotli")
    assert check_url(url, known=_known(url), expects=("1,237",)).state == "alive"


@pytest.mark.usefixtures("alone")
def test_retry_after_far_away_or_past(server: Server) -> None:
    """A delay of years ends the retries; one in the past retries at once."""
    clock = Clock()
    check_url(server.url("/429-long"), clock=clock)
    assert clock.slept == []
    check_url(server.url("/429-past"), clock=clock)
    assert clock.slept == [0, 0]


@pytest.mark.usefixtures("alone")
def test_progress(server: Server) -> None:
    """The callback gets the number done and the total after each URL."""
    calls: list[tuple[int, int]] = []
    check_links(
        [server.url("/good"), "ftp://example.org/"],
        known={},
        today=TODAY,
        settings=settings(),
        progress=lambda done, total, url: calls.append((done, total)),
    )
    assert sorted(calls) == [(1, 2), (2, 2)]


def test_no_thread_is_left(server: Server) -> None:
    """Timers end with their requests, or a moment later."""
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(timeout=60)
    assert not any(timer.is_alive() for timer in timers)
