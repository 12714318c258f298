"""An answer → the state of a link. Pure: it asks nobody, but for the sibling it is given."""

from collections.abc import Callable
from dataclasses import replace

from tracker.links.fetch import FetchedAnswer
from tracker.links.page import FetchedPage, compute_similarity, has_figures, read_page
from tracker.links.soft_404 import is_front_page, is_login, is_no_page, is_wall
from tracker.links.state import FAILING, LinkObservation
from tracker.model.lockfiles import LinkState

_ALIKE = 0.9
_SHELL = 200  # characters: pages that scripts fill all look alike, and say nothing about any


def classify(
    answer: FetchedAnswer,
    *,
    before: LinkState | None,
    expects: tuple[str, ...] = (),
    sibling: Callable[[], FetchedAnswer] | None = None,
) -> LinkObservation:
    """The state of a link by this answer. `sibling` fetches an address that cannot exist."""
    page = read_page(answer.body, answer.headers)
    final = answer.final if answer.final != answer.url else ""
    seen = LinkObservation(
        answer.url, _classify_failure(answer, page), final=final, detail=answer.detail
    )
    if seen.state:
        return seen
    mark = page.mark(answer.body)
    found = bool(expects) and has_figures(f"{page.title} {page.text}", expects)
    if is_login(page, cited=answer.url, final=answer.final, body=answer.body):
        return replace(seen, state="login")
    if is_front_page(answer.url, answer.final) or is_no_page(page, body=answer.body):
        return replace(seen, state="soft-404", title=page.title)
    known = before.text if before else ""
    lost = bool(expects) and page.readable and not found
    if lost and known and known != mark:
        return replace(seen, state="changed", title=page.title, detail=", ".join(expects))
    # A page that holds what is cited, or is just as it was, needs no other sign.
    if sibling and not found and known != mark and _is_any(page, sibling()):
        return replace(seen, state="soft-404", title=page.title)
    return replace(
        seen, state=_get_redirect_target(answer), title=page.title, text="" if lost else mark
    )


def _classify_failure(answer: FetchedAnswer, page: FetchedPage) -> str:
    """The state of a link whose page was not had; empty if it was."""
    status = answer.status
    if answer.cause in ("refused", "too-large"):
        return answer.cause
    if answer.cause:
        return f"{FAILING}{answer.cause}"
    # Many a not-found page has a form with a captcha.
    if status not in (404, 410) and is_wall(page, headers=answer.headers, body=answer.body):
        return "blocked"
    if status == 401:
        return "login"
    if status in (403, 451):
        return "blocked"
    if status == 429 or (status == 503 and "retry-after" in answer.headers):
        return "rate-limited"
    return "" if 200 <= status < 300 else f"{FAILING}{status}"


def _get_redirect_target(answer: FetchedAnswer) -> str:
    if answer.final.partition("#")[0] == answer.url.partition("#")[0]:
        return "alive"
    return "moved" if answer.permanent else "moved-temporarily"


def _is_any(page: FetchedPage, other: FetchedAnswer) -> bool:
    """Whether a made-up address beside it gets the same page: then this one is no page either."""
    if not 200 <= other.status < 300 or len(page.text) < _SHELL:
        return False
    twin = read_page(other.body, other.headers)
    return compute_similarity(page.text, twin.text) >= _ALIKE
