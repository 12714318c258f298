"""Detect answers that are not what their status says: missing pages, bot walls, login forms."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from tracker.links.page import FetchedPage, normalize_text

MIN_TEXT = 200
"""Characters of text below which a page is hardly more than its scripts."""


def _split_phrases(phrases: str) -> tuple[str, ...]:
    return tuple(normalize_text(phrase) for phrase in phrases.split(";"))


# In `en`, `az` and `ru`.
_NOT_FOUND = _split_phrases("""
    page not found; page cannot be found; page could not be found;
    page you requested could not be found; page you are looking for; page does not exist;
    page doesn't exist; no longer available; nothing was found; error 404; 404 error;
    404 not found; requested url was not found;
    səhifə tapılmadı; səhifə mövcud deyil; məlumat tapılmadı; xəta 404;
    страница не найдена; страница не существует; страницы не существует; ничего не найдено;
    ошибка 404""")
# Enough in a title or a heading, which describes the page as a whole.
_NOT_FOUND_WORDS = _split_phrases("not found; 404; tapılmadı; не найдена; не найден; не найдено")
_PARKED = _split_phrases("""
    domain is for sale; domain may be for sale; domain name is for sale; buy this domain;
    domain is parked; domain has expired; домен продаётся; домен припаркован; domen satılır""")
_PARKED_MARKS = (b"sedoparking.com", b"parkingcrew.net", b"bodis.com", b'location.href="/lander"')
_WALLS = _split_phrases("""
    just a moment; attention required! | cloudflare; checking your browser;
    checking if the site connection is secure; verify you are human; verifying you are human;
    are you a robot; ddos-guard; pardon our interruption; request unsuccessful. incapsula;
    access denied; please enable js; enable cookies; cookies are disabled;
    before you continue to""")
_WALL_MARKS = (
    b"cf-chl-",
    b"_cf_chl_opt",  # unlike challenge-platform/scripts/jsd, which is on ordinary pages too
    b"_incapsula_resource",
    b"captcha-delivery.com",  # DataDome
    b"sec-if-cpt-container",  # Akamai
    b"px-captcha",
    b"g-recaptcha",
    b"hcaptcha",
)
_NOT_FOUND_PHRASE = re.compile("|".join(map(re.escape, _NOT_FOUND)))
_NOT_FOUND_WORD = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, _NOT_FOUND_WORDS))})(?!\w)")
_DIVIDERS = re.compile(r"\s[-–—|·•:»]+\s|[|»]")  # between a title and the name of the site
_MIN_SHARE = 0.4  # of a title: one with more words is about something else
_MAX_TEXT = 1500  # characters: a longer text may mention a page that was not found
# Redirects in the head of a page or in a script.
_REDIRECT = re.compile(
    rb"(?:http-equiv=.refresh.[^>]{0,100}url=|location(?:\.href)?\s{0,3}=\s{0,3}|"
    rb"location\.(?:replace|assign)\()[\"']?([^\"'>\s]{1,500})",
    re.I,
)
_HEAD = 20_000  # bytes in which a redirect is searched
_LOGIN = re.compile(r"/(log-?in|log-?on|sign-?in|sso|cas|oauth2?|authenticate|wp-login)\b", re.I)


def is_not_found(page: FetchedPage, *, body: bytes) -> bool:
    """Return True if a page is empty, says that it is missing, or is a domain for sale."""
    if not body.strip() or any(map(_says_not_found, (page.title, *page.headings))):
        return True
    if len(page.text) >= _MAX_TEXT:
        return False
    text = normalize_text(f"{page.title} {page.text}")
    return (
        bool(_NOT_FOUND_PHRASE.search(text))
        or any(phrase in text for phrase in _PARKED)
        or any(mark in body.lower() for mark in _PARKED_MARKS)
    )


def _says_not_found(heading: str) -> bool:
    """Return True if a title or heading says that there is no page, and little else."""
    return any(
        match and len(match[0]) >= _MIN_SHARE * len(part.strip())
        for part in _DIVIDERS.split(normalize_text(heading))
        for match in (_NOT_FOUND_PHRASE.search(part), _NOT_FOUND_WORD.search(part))
    )


def is_wall(page: FetchedPage, *, headers: Mapping[str, str], body: bytes) -> bool:
    """Return True if an answer keeps bots out, by a challenge or a captcha before the page."""
    if headers.get("cf-mitigated", "").lower() == "challenge" or "x-amzn-waf-action" in headers:
        return True
    # Ordinary pages have forms with captchas too; a wall has hardly any text.
    if len(page.text) >= _MAX_TEXT:
        return False
    text = normalize_text(f"{page.title} {page.text[:500]}")
    return (
        "captcha" in normalize_text(page.title)
        or any(phrase in text for phrase in _WALLS)
        or any(mark in body.lower() for mark in _WALL_MARKS)
    )


def is_login(page: FetchedPage, *, cited: str, final: str, body: bytes) -> bool:
    """Return True if a URL led to a form with a password, or the page redirects to a login."""
    if _LOGIN.search(urlsplit(cited).path):
        return False
    if len(page.text) < MIN_TEXT:
        target = _REDIRECT.search(body[:_HEAD])
        if target and _LOGIN.search(f"/{target[1].decode('latin-1').partition('?')[0]}"):
            return True
    return cited != final and page.asks_password and len(page.text) < _MAX_TEXT * 2


def is_front_page(cited: str, final: str) -> bool:
    """Return True if a URL below the front page of a site led to a front page."""
    start, end = urlsplit(cited), urlsplit(final)
    return bool(start.path.strip("/") or start.query) and not (end.path.strip("/") or end.query)
