"""Signs by which an answer is not what its status says: not-found pages, walls, login forms."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from tracker.links.page import Page, plain

_NOT_FOUND = tuple(
    plain(words)
    for words in (
        "page not found",
        "page cannot be found",
        "page could not be found",
        "page you requested could not be found",
        "page you are looking for",
        "page does not exist",
        "page doesn't exist",
        "no longer available",
        "nothing was found",
        "error 404",
        "404 error",
        "404 not found",
        "səhifə tapılmadı",
        "səhifə mövcud deyil",
        "məlumat tapılmadı",
        "страница не найдена",
        "страница не существует",
        "страницы не существует",
        "ничего не найдено",
        "ошибка 404",
    )
)
# Said of a page as a whole, in its title or a heading, these few words are enough.
_NOT_FOUND_ALONE = tuple(plain(w) for w in ("not found", "404", "tapılmadı", "не найдена"))
_SHORT = 1500  # characters: in a long text, somebody may well write that a page was not found

_WALLS = (
    "just a moment",
    "attention required! | cloudflare",
    "checking your browser",
    "checking if the site connection is secure",
    "verify you are human",
    "verifying you are human",
    "are you a robot",
    "ddos-guard",
    "pardon our interruption",
    "request unsuccessful. incapsula",
)
_WALL_MARKS = (
    b"cf-chl-",
    b"challenge-platform",
    b"_incapsula_resource",
    b"g-recaptcha",
    b"hcaptcha",
)
_LOGIN = re.compile(r"/(log-?in|log-?on|sign-?in|sso|cas|oauth2?|authenticate|wp-login)\b", re.I)


def says_not_found(page: Page) -> bool:
    """Whether the page itself says that there is none, in English, `az` or `ru`."""
    for spoken in (page.title, *page.headings):
        words = plain(spoken)
        alone = any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", words) for w in _NOT_FOUND_ALONE)
        if any(phrase in words for phrase in _NOT_FOUND) or (alone and len(words) < 80):
            return True
    return len(page.text) < _SHORT and any(phrase in plain(page.text) for phrase in _NOT_FOUND)


def is_wall(page: Page, *, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a bot is being kept out: a challenge, or a captcha before the page."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    spoken = plain(f"{page.title} {page.text[:500]}")
    named = any(words in plain(page.title) for words in _WALLS) or "captcha" in plain(page.title)
    # A form with a captcha stands on many a real page; a wall has hardly any text beside it.
    return named or (
        len(page.text) < _SHORT
        and (
            any(words in spoken for words in _WALLS)
            or any(mark in body.lower() for mark in _WALL_MARKS)
        )
    )


def is_login(page: Page, *, cited: str, final: str) -> bool:
    """Whether the cited URL led to a form that asks for a password."""
    moved = cited != final and not _LOGIN.search(urlsplit(cited).path)
    return moved and page.asks_password and len(page.text) < _SHORT * 2


def is_front_page(cited: str, final: str) -> bool:
    """Whether a deep address led to the front page of a site."""
    asked, got = urlsplit(cited), urlsplit(final)
    deep = bool(asked.path.strip("/") or asked.query)
    return deep and not (got.path.strip("/") or got.query)
