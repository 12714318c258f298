"""Classify a response: determine the state of a link.

Missing pages, bot walls and login forms are detected even if the status is 200.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from tracker.links.fetch import FetchResult
from tracker.links.page import (
    FetchedPage,
    compute_similarity,
    has_figures,
    normalize_text,
    read_page,
)
from tracker.links.state import FAILING, LinkObservation
from tracker.model.lockfiles import LinkState

_MIN_SIMILARITY = 0.9
_MIN_TEXT = 200
"""Minimum characters of text; a page with fewer consists mostly of scripts."""
_DIVIDERS = re.compile(r"\s[-–—|·•:»]+\s|[|»]")  # between a title and the name of the site
_MIN_SHARE = 0.4  # of a title; a title with more other words is about something else
_MAX_TEXT = 1500  # characters: a longer text may mention a page that was not found
# Redirects in the head of a page or in a script.
_REDIRECT = re.compile(
    rb"(?:http-equiv=.refresh.[^>]{0,100}url=|location(?:\.href)?\s{0,3}=\s{0,3}|"
    rb"location\.(?:replace|assign)\()[\"']?([^\"'>\s]{1,500})",
    re.I,
)
_HEAD = 20_000  # bytes in which a redirect is searched
_LOGIN = re.compile(r"/(log-?in|log-?on|sign-?in|sso|cas|oauth2?|authenticate|wp-login)\b", re.I)


def _compile_phrases(phrases: list[str]) -> str:
    return "|".join(re.escape(normalize_text(phrase)) for phrase in phrases)


_SIGNS = tomllib.loads(Path(__file__).with_name("signs.toml").read_text("utf-8"))
_NOT_FOUND = re.compile(_compile_phrases(_SIGNS["not_found"]["phrases"]))
_NOT_FOUND_WORD = re.compile(rf"(?<!\w)({_compile_phrases(_SIGNS['not_found']['words'])})(?!\w)")
_PARKED = re.compile(_compile_phrases(_SIGNS["parked"]["phrases"]))
_WALL = re.compile(_compile_phrases(_SIGNS["wall"]["phrases"]))


def classify(
    result: FetchResult,
    *,
    known: LinkState | None,
    figures: tuple[str, ...] = (),
    fetch_sibling: Callable[[], FetchResult] | None = None,
) -> LinkObservation:
    """Return the observation of a link, given its known state and the figures cited from it.

    `fetch_sibling` fetches a URL in the same folder that cannot exist.
    """
    page = read_page(result.body, result.headers)
    final_url = result.final_url if result.final_url != result.url else ""
    failure = _classify_failure(result, page)
    observation = LinkObservation(result.url, failure, final_url=final_url, detail=result.detail)
    if failure:
        return observation
    if _is_login(page, cited=result.url, final=result.final_url, body=result.body):
        return replace(observation, state="login")
    if _is_front_page(result.url, result.final_url) or _is_not_found(page, body=result.body):
        return replace(observation, state="soft-404", title=page.title)
    page_hash = page.compute_hash(result.body)
    is_unchanged = page_hash == (known.text if known else "")
    has_cited = bool(figures) and has_figures(f"{page.title} {page.text}", figures)
    is_missing = bool(figures) and page.readable and not has_cited
    if is_missing and known and known.text and not is_unchanged:
        return replace(observation, state="changed", title=page.title, detail=", ".join(figures))
    # A page with the cited figures, or with unchanged text, needs no further check.
    if fetch_sibling and not (has_cited or is_unchanged) and _is_same(page, fetch_sibling()):
        return replace(observation, state="soft-404", title=page.title)
    state = _classify_redirects(result)
    return replace(observation, state=state, title=page.title, text="" if is_missing else page_hash)


def _classify_failure(result: FetchResult, page: FetchedPage) -> str:
    """Return the state of a link without a page; empty if it has one."""
    status = result.status
    if result.cause:
        is_state = result.cause in ("refused", "too-large")
        return result.cause if is_state else f"{FAILING}{result.cause}"
    # Many not-found pages have a form with a captcha.
    if status not in (404, 410) and _is_wall(page, headers=result.headers, body=result.body):
        return "blocked"
    if status == 401:
        return "login"
    if status in (403, 451):
        return "blocked"
    if status == 429 or (status == 503 and "retry-after" in result.headers):
        return "rate-limited"
    return "" if 200 <= status < 300 else f"{FAILING}{status}"


def _classify_redirects(result: FetchResult) -> str:
    if result.final_url.partition("#")[0] == result.url.partition("#")[0]:
        return "alive"
    return "moved" if result.permanent else "moved-temporarily"


def _is_same(page: FetchedPage, sibling: FetchResult) -> bool:
    """Return whether a URL that cannot exist has the same page, so that the page is missing too."""
    # Pages that are rendered by scripts look the same.
    if not 200 <= sibling.status < 300 or len(page.text) < _MIN_TEXT:
        return False
    other = read_page(sibling.body, sibling.headers)
    return compute_similarity(page.text, other.text) >= _MIN_SIMILARITY


def _is_not_found(page: FetchedPage, *, body: bytes) -> bool:
    """Return whether a page is empty, says that it is missing, or is a domain for sale."""
    if not body.strip() or any(map(_says_not_found, (page.title, *page.headings))):
        return True
    if len(page.text) >= _MAX_TEXT:
        return False
    text = normalize_text(f"{page.title} {page.text}")
    return bool(_NOT_FOUND.search(text) or _PARKED.search(text)) or _has_mark(
        body, _SIGNS["parked"]["marks"]
    )


def _has_mark(body: bytes, marks: list[str]) -> bool:
    source = body.lower()
    return any(mark.encode() in source for mark in marks)


def _says_not_found(heading: str) -> bool:
    """Return whether a title or heading says that there is no page, and little else."""
    return any(
        match and len(match[0]) >= _MIN_SHARE * len(part.strip())
        for part in _DIVIDERS.split(normalize_text(heading))
        for match in (_NOT_FOUND.search(part), _NOT_FOUND_WORD.search(part))
    )


def _is_wall(page: FetchedPage, *, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a response is a challenge or captcha against bots instead of the page."""
    if headers.get("cf-mitigated", "").lower() == "challenge" or "x-amzn-waf-action" in headers:
        return True
    # Ordinary pages have forms with captchas too; a wall has hardly any text.
    if len(page.text) >= _MAX_TEXT:
        return False
    text = normalize_text(f"{page.title} {page.text[:500]}")
    return (
        "captcha" in normalize_text(page.title)
        or bool(_WALL.search(text))
        or _has_mark(body, _SIGNS["wall"]["marks"])
    )


def _is_login(page: FetchedPage, *, cited: str, final: str, body: bytes) -> bool:
    """Return whether a URL led to a form with a password, or the page redirects to a login."""
    if _LOGIN.search(urlsplit(cited).path):
        return False
    if len(page.text) < _MIN_TEXT:
        target = _REDIRECT.search(body[:_HEAD])
        if target and _LOGIN.search(f"/{target[1].decode('latin-1').partition('?')[0]}"):
            return True
    return cited != final and page.asks_password and len(page.text) < _MAX_TEXT * 2


def _is_front_page(cited: str, final: str) -> bool:
    """Return whether a URL below the front page of a site led to a front page."""
    start, end = urlsplit(cited), urlsplit(final)
    return bool(start.path.strip("/") or start.query) and not (end.path.strip("/") or end.query)
