"""Classify an answer: return the state of a link. Has no side effects of its own."""

from collections.abc import Callable
from dataclasses import replace

from tracker.links.fetch import FetchResult
from tracker.links.page import FetchedPage, compute_similarity, has_figures, read_page
from tracker.links.soft_404 import MIN_TEXT, is_front_page, is_login, is_not_found, is_wall
from tracker.links.state import FAILING, LinkObservation
from tracker.model.lockfiles import LinkState

_MIN_SIMILARITY = 0.9


def classify(
    result: FetchResult,
    *,
    known: LinkState | None,
    figures: tuple[str, ...] = (),
    fetch_sibling: Callable[[], FetchResult] | None = None,
) -> LinkObservation:
    """Return the observation of a link, given its known state and the figures cited from it.

    `fetch_sibling` fetches an address at which there can be no page.
    """
    page = read_page(result.body, result.headers)
    final_url = result.final_url if result.final_url != result.url else ""
    failure = _classify_failure(result, page)
    seen = LinkObservation(result.url, failure, final_url=final_url, detail=result.detail)
    if failure:
        return seen
    if is_login(page, cited=result.url, final=result.final_url, body=result.body):
        return replace(seen, state="login")
    if is_front_page(result.url, result.final_url) or is_not_found(page, body=result.body):
        return replace(seen, state="soft-404", title=page.title)
    page_hash = page.compute_hash(result.body)
    is_unchanged = page_hash == (known.text if known else "")
    has_cited = bool(figures) and has_figures(f"{page.title} {page.text}", figures)
    is_missing = bool(figures) and page.readable and not has_cited
    if is_missing and known and known.text and not is_unchanged:
        return replace(seen, state="changed", title=page.title, detail=", ".join(figures))
    # A page that contains what is cited, or is the same as before, needs no other sign.
    if fetch_sibling and not (has_cited or is_unchanged) and _is_same(page, fetch_sibling()):
        return replace(seen, state="soft-404", title=page.title)
    state = _classify_redirects(result)
    return replace(seen, state=state, title=page.title, text="" if is_missing else page_hash)


def _classify_failure(result: FetchResult, page: FetchedPage) -> str:
    """Return the state of a link without a page; empty if it has one."""
    status = result.status
    if result.cause:
        is_state = result.cause in ("refused", "too-large")
        return result.cause if is_state else f"{FAILING}{result.cause}"
    # Many not-found pages have a form with a captcha.
    if status not in (404, 410) and is_wall(page, headers=result.headers, body=result.body):
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
    """Return True if a made-up address gets the same page: then the cited page is missing too."""
    # Pages that scripts fill are all alike.
    if not 200 <= sibling.status < 300 or len(page.text) < MIN_TEXT:
        return False
    other = read_page(sibling.body, sibling.headers)
    return compute_similarity(page.text, other.text) >= _MIN_SIMILARITY
