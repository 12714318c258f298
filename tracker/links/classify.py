"""Classify a response: determine the state of a link.

Missing pages, bot walls and login forms are detected even if the status is 200.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from tracker.links.fetch import FetchResult
from tracker.links.page import (
    FetchedPage,
    compute_similarity,
    has_figure,
    normalize_text,
    read_page,
)
from tracker.links.state import FAILING, LinkObservation
from tracker.model.lockfiles import LinkState

Contains = Callable[[str, str], bool]
"""Returns whether a text contains a figure or another statement."""
_BLOCKED = (403, 405, 406, 412, 451, 999)
"""Statuses with which sites turn software away. They say nothing about the page."""
_MIN_SIMILARITY = 0.9
_MIN_TEXT = 200
"""Minimum characters of text; a page with fewer may redirect by a script."""
_DIVIDERS = re.compile(r"\s[-–—|·•:»]+\s|[|»]")  # between a title and the name of the site
_MIN_SHARE = 0.4  # of a title; a title with more other words is about something else
_MAX_TEXT = 1500  # characters: a longer text may mention a page that was not found
# Redirects in the head of a page or in a script.
_REDIRECT = re.compile(
    rb"(?:http-equiv=.refresh.[^>]{0,100}url=|location(?:\.href)?\s{0,3}=\s{0,3}|"
    rb"location\.(?:replace|assign)\()[\"']?([^\"'>\s]{1,500})",
    re.I,
)
# Seconds of one digit: a page that refreshes later can be read.
_REFRESH = re.compile(
    rb"""content=["']?\s{0,3}\d\s{0,3}[;,]\s{0,3}url=["']?([^"'>\s]{1,500})""", re.I
)
_META = re.compile(
    rb"<!--.*?(?:-->|\Z)|<noscript.*?(?:</noscript|\Z)|<(meta\s[^>]{0,600})", re.I | re.S
)
_HEAD = 20_000  # bytes in which a redirect is searched
_LOGIN = re.compile(r"/(log-?in|log-?on|sign-?in|sso|cas|oauth2?|authenticate|wp-login)\b", re.I)
_CONSENT = re.compile(r"(?:^|[/.])(?:consent|cookie-?wall|captcha)(?=[/.]|$)", re.I)
# The forms of the address of a front page: /, /index.php, /en/home, /?lang=en.
_FRONT_NAME = r"(?:index|default|home|main)(?:\.[a-z]{2,5})?"
_LANGUAGE = r"[a-z]{2}(?:[-_][a-z]{2,4})?"
_FRONT_PATH = re.compile(rf"(?:/{_LANGUAGE})?(?:/{_FRONT_NAME}){{0,2}}(?:/{_LANGUAGE})?/*", re.I)
_FRONT_QUERY = re.compile(rf"(?:(?:lang|language|locale|lng|hl|l)={_LANGUAGE})?", re.I)


def _compile_phrases(phrases: list[str]) -> str:
    return "|".join(re.escape(normalize_text(phrase)) for phrase in phrases)


_SIGNS = tomllib.loads(Path(__file__).with_name("signs.toml").read_text("utf-8"))
_NOT_FOUND = re.compile(_compile_phrases(_SIGNS["not_found"]["phrases"]))
_NOT_FOUND_WORD = re.compile(rf"(?<!\w)({_compile_phrases(_SIGNS['not_found']['words'])})(?!\w)")
_CODE_WORDS = _compile_phrases(_SIGNS["not_found"]["code_words"])
# Only with words for an error: laws and resolutions are numbered 404, 404-IVQ or № 404 too.
_CODE = re.compile(rf"(?:(?:{_CODE_WORDS})[\s:,.!-]+)*404(?:[\s:,.!-]+(?:{_CODE_WORDS}))*[\s:.!]*")
_LOGIN_WORD = re.compile(rf"(?<!\w)({_compile_phrases(_SIGNS['login']['words'])})(?!\w)")
_PARKED = re.compile(_compile_phrases(_SIGNS["parked"]["phrases"]))
_WALL = re.compile(_compile_phrases(_SIGNS["wall"]["phrases"]))


def classify(
    result: FetchResult,
    *,
    known: LinkState | None,
    figures: tuple[str, ...] = (),
    contains: Contains = has_figure,
    fetch_sibling: Callable[[], FetchResult] | None = None,
) -> LinkObservation:
    """Return the observation of a link, given its known state and the figures cited from it.

    `fetch_sibling` fetches a URL in the same folder that cannot exist.
    """
    page = read_page(result.body, result.headers)
    found = _find_figures(page, figures, contains)
    state = _classify_failure(result, page) or _classify_missing(result, page)
    if state and found:
        unsure = [f for f in found if not contains(_get_words(result.url), f)]
        sibling = fetch_sibling() if fetch_sibling and unsure else None
        # The page for missing addresses may contain a year or a name too.
        other = read_page(sibling.body, sibling.headers) if sibling else FetchedPage("")
        if len(_find_figures(other, unsure, contains)) < len(unsure):
            state = ""
    final_url = result.final_url if result.final_url != result.url else ""
    observation = LinkObservation(result.url, state, final_url=final_url, detail=result.detail)
    if state:
        return replace(observation, title=page.title if state == "soft-404" else "")
    page_hash = page.compute_hash(result.body)
    is_unchanged = page_hash == (known.text if known else "")
    is_missing = bool(figures) and page.readable and not found
    if is_missing and known and known.text and not is_unchanged:
        return replace(observation, state="changed", title=page.title, detail=", ".join(figures))
    # A page with the cited figures, or with unchanged text, needs no further check.
    if not (found or is_unchanged) and _is_shell(page, result, fetch_sibling):
        return replace(observation, state="unclear", title=page.title)
    state = _classify_redirects(result)
    return replace(observation, state=state, title=page.title, text="" if is_missing else page_hash)


def _find_figures(page: FetchedPage, figures: Iterable[str], contains: Contains) -> list[str]:
    """Return those of the figures that a page contains."""
    text = f"{page.title} {page.text}"
    return [figure for figure in figures if page.readable and contains(text, figure)]


def _get_words(url: str) -> str:
    """Return the words in a URL, which a page for missing addresses may repeat."""
    return re.sub(r"[\W_]+", " ", unquote(url))


def _classify_failure(result: FetchResult, page: FetchedPage) -> str:
    """Return the state of a link without a page; empty if it has one."""
    status = result.status
    if result.cause:
        is_state = result.cause in ("refused", "too-large", "insecure")
        return result.cause if is_state else f"{FAILING}{result.cause}"
    # Many not-found pages have a form with a captcha.
    if status not in (404, 410) and _is_wall(page, headers=result.headers, body=result.body):
        return "blocked"
    if status == 401:
        return "login"
    if status in _BLOCKED or (status == 202 and not result.body.strip()):
        return "blocked"
    if status == 429 or (status == 503 and "retry-after" in result.headers):
        return "rate-limited"
    return "" if 200 <= status < 300 else f"{FAILING}{status}"


def _classify_missing(result: FetchResult, page: FetchedPage) -> str:
    """Return the state of a link whose page is another than the cited one; empty if it is not."""
    if _is_login(page, cited=result.url, final=result.final_url, body=result.body):
        return "login"
    cited, final = (
        _CONSENT.search(url.partition("?")[0]) for url in (result.url, result.final_url)
    )
    if final and not cited:
        return "blocked"
    targets = [result.final_url, *_find_refresh(result)]
    if not _is_front(result.url) and any(map(_is_front, targets)):
        return "soft-404"
    return "soft-404" if _is_not_found(page, body=result.body) else ""


def _classify_redirects(result: FetchResult) -> str:
    if result.final_url.partition("#")[0] == result.url.partition("#")[0]:
        return "alive"
    return "moved" if result.permanent else "moved-temporarily"


def _is_shell(
    page: FetchedPage, result: FetchResult, fetch_sibling: Callable[[], FetchResult] | None
) -> bool:
    """Return whether the site has the same page for any URL, which a script may then fill."""
    if urlsplit(result.url).fragment.startswith(("/", "!")):
        return True  # only the script sees this part of the URL
    if not page.readable or not fetch_sibling or _is_front(result.final_url):
        return False
    sibling = fetch_sibling()
    other = read_page(sibling.body, sibling.headers)
    return (
        200 <= sibling.status < 300
        and page.title == other.title
        and compute_similarity(page.text, other.text) >= _MIN_SIMILARITY
    )


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
    parts = [part.strip() for part in _DIVIDERS.split(normalize_text(heading))]
    return any(map(_CODE.fullmatch, parts)) or any(
        match and len(match[0]) >= _MIN_SHARE * len(part)
        for part in parts
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
    if not page.asks_password or len(page.text) >= _MAX_TEXT * 2:
        return False
    headings = (normalize_text(heading) for heading in (page.title, *page.headings))
    return cited != final or any(map(_LOGIN_WORD.match, headings))


def _is_front(url: str) -> bool:
    """Return whether a URL is one of the forms of the address of a front page."""
    parts = urlsplit(url)
    return bool(_FRONT_PATH.fullmatch(parts.path) and _FRONT_QUERY.fullmatch(parts.query))


def _find_refresh(result: FetchResult) -> Iterator[str]:
    """Yield the URLs to which the head of a page redirects after a few seconds."""
    for match in _META.finditer(result.body[:_HEAD]):
        meta = match[1] or b""
        target = _REFRESH.search(meta) if b"refresh" in meta.lower() else None
        if target:
            with suppress(ValueError):
                yield urljoin(result.final_url, target[1].decode("utf-8", "replace"))
