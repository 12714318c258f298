"""Signs by which an answer is not what its status says: not-found pages, walls, login forms."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from tracker.links.page import FetchedPage, normalize_text

_NOT_FOUND = tuple(
    normalize_text(words)
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
        "requested url was not found",
        "səhifə tapılmadı",
        "səhifə mövcud deyil",
        "məlumat tapılmadı",
        "xəta 404",
        "страница не найдена",
        "страница не существует",
        "страницы не существует",
        "ничего не найдено",
        "ошибка 404",
    )
)
# Said of a page as a whole, in its title or a heading, these few words are enough.
_ALONE = ("not found", "404", "tapılmadı", "не найдена", "не найден", "не найдено")
_TOLD = re.compile("|".join(map(re.escape, _NOT_FOUND)))
_TOLD_ALONE = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, map(normalize_text, _ALONE)))})(?!\w)")
_DIVIDERS = re.compile(r"\s[-–—|·•:»]+\s|[|»]")  # between what a title says and the site's name
_SHARE = 0.4  # of the words of a title: one that says more is about something else
_SHORT = 1500  # characters: in a long text, somebody may well write that a page was not found
_SHELL = 200  # characters: hardly a page, but for what a script makes of it

_PARKED = tuple(
    normalize_text(words)
    for words in (
        "domain is for sale",
        "domain may be for sale",
        "domain name is for sale",
        "buy this domain",
        "domain is parked",
        "domain has expired",
        "домен продаётся",
        "домен припаркован",
        "domen satılır",
    )
)
_PARKED_MARKS = (b"sedoparking.com", b"parkingcrew.net", b"bodis.com", b'location.href="/lander"')

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
    "access denied",
    "please enable js",
    "enable cookies",
    "cookies are disabled",
    "before you continue to",
)
_WALL_MARKS = (
    b"cf-chl-",
    b"_cf_chl_opt",  # challenge-platform/scripts/jsd stands on ordinary pages too
    b"_incapsula_resource",
    b"captcha-delivery.com",  # DataDome
    b"sec-if-cpt-container",  # Akamai
    b"px-captcha",
    b"g-recaptcha",
    b"hcaptcha",
)
# How a page sends a browser elsewhere, by its head or by a script.
_SENT_ON = re.compile(
    rb"(?:http-equiv=.refresh.[^>]{0,100}url=|location(?:\.href)?\s{0,3}=\s{0,3}|"
    rb"location\.(?:replace|assign)\()[\"']?([^\"'>\s]{1,500})",
    re.I,
)
_HEAD = 20_000  # bytes
_LOGIN = re.compile(r"/(log-?in|log-?on|sign-?in|sso|cas|oauth2?|authenticate|wp-login)\b", re.I)


def is_no_page(page: FetchedPage, *, body: bytes) -> bool:
    """Whether there is no page: nothing at all, one that says so, or a domain that is for sale."""
    if not body.strip() or any(map(_says_not_found, (page.title, *page.headings))):
        return True
    if len(page.text) >= _SHORT:
        return False
    spoken = normalize_text(f"{page.title} {page.text}")
    return (
        bool(_TOLD.search(spoken))
        or any(words in spoken for words in _PARKED)
        or any(mark in body.lower() for mark in _PARKED_MARKS)
    )


def _says_not_found(heading: str) -> bool:
    """Whether a title or a heading says in English, `az` or `ru` that there is no page."""
    for part in _DIVIDERS.split(normalize_text(heading)):
        for found in (_TOLD.search(part), _TOLD_ALONE.search(part)):
            if found and len(found[0]) >= _SHARE * len(part.strip()):
                return True
    return False


def is_wall(page: FetchedPage, *, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a bot is being kept out: a challenge, or a captcha before the page."""
    if headers.get("cf-mitigated", "").lower() == "challenge" or "x-amzn-waf-action" in headers:
        return True
    # A form with a captcha stands on many a real page; a wall has hardly any text beside it.
    if len(page.text) >= _SHORT:
        return False
    spoken = normalize_text(f"{page.title} {page.text[:500]}")
    return (
        "captcha" in normalize_text(page.title)
        or any(words in spoken for words in _WALLS)
        or any(mark in body.lower() for mark in _WALL_MARKS)
    )


def is_login(page: FetchedPage, *, cited: str, final: str, body: bytes) -> bool:
    """Whether the cited URL led to a form that asks for a password, or sends a browser to one."""
    if _LOGIN.search(urlsplit(cited).path):
        return False
    if len(page.text) < _SHELL:
        sent = _SENT_ON.search(body[:_HEAD])
        if sent and _LOGIN.search(f"/{sent[1].decode('latin-1').partition('?')[0]}"):
            return True
    return cited != final and page.asks_password and len(page.text) < _SHORT * 2


def is_front_page(cited: str, final: str) -> bool:
    """Whether a deep address led to the front page of a site."""
    asked, got = urlsplit(cited), urlsplit(final)
    deep = bool(asked.path.strip("/") or asked.query)
    return deep and not (got.path.strip("/") or got.query)
