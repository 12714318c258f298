"""Rules about documents and titles: each document once, at an address that lasts."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tracker.checks.registry import CheckContext, register_rule
from tracker.model import Source
from tracker.model.diagnostics import Diagnostic
from tracker.model.text import fold_label

MAX_TITLE_LENGTH = 160
_TRACKING = re.compile(
    r"(?i)utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|igshid|ref_src|_ga|_hs\w+|mkt_tok"
)
_SESSION = re.compile(r"(?i)phpsessid|jsessionid|aspsessionid\w*|sid|sessionid|session_id|s_id")
_SESSION_PATH = re.compile(r"(?i);jsessionid=[^/?#]*")
_SHORTENERS = frozenset((
    "bit.ly", "tinyurl.com", "goo.gl", "t.co", "lnkd.in", "ow.ly", "is.gd", "buff.ly", "rb.gy",
    "cutt.ly", "shorturl.at", "tiny.cc", "t.ly", "fb.me", "youtu.be", "clck.ru",
))  # fmt: skip
_TRAILING = ".,;:"


@register_rule("same-document")
def check_same_documents(context: CheckContext) -> Iterator[Diagnostic]:
    """A document is one source: no two sources have the same symbol or address, or the same
    title, author and date."""
    seen: dict[tuple[str, ...], str] = {}
    for source in context.data.of(Source):
        if source.withdrawn:
            continue
        for field, *key in _iter_keys(source):
            first = seen.setdefault((field, *key), source.id)
            if first != source.id:
                params = {"first": first, "field": field, "got": _get_text(source, field)}
                yield Diagnostic("same-document", source.id, (field,), params)
                break


def _iter_keys(source: Source) -> Iterator[tuple[str, ...]]:
    """Yield what identifies a document, each with the name of its field."""
    if source.symbol:
        yield "symbol", fold_label(source.symbol), source.language or ""
    if source.url:
        yield "url", _normalize_url(source.url)
    if source.date:
        names = (str(source.author or ""), str(source.publisher or ""))
        yield "title", fold_label(str(source.title)), *names, source.date.text, str(source.language)


def _get_text(source: Source, field: str) -> str:
    return str(getattr(source, field))


def _normalize_url(url: str) -> str:
    """Return an address without scheme, `www.`, final slash and fragment without a meaning."""
    bare = re.sub(r"(?i)^https?://(?:www\.)?", "", clean_url(url) or url)
    return bare.rstrip("/").casefold()


@register_rule("lasting-address")
def check_addresses(context: CheckContext) -> Iterator[Diagnostic]:
    """An address is that of the document itself: without tracking parameters, session ids and a
    full stop at its end, and not of a link shortener or redirector."""
    for source in context.data.of(Source):
        for field in ("url", "archived"):
            url = getattr(source, field)
            if url and (hint := _find_problem(url)):
                cleaned = clean_url(url)
                params = {"got": url, "hint": hint, "suggest": cleaned if cleaned != url else ""}
                yield Diagnostic("lasting-address", source.id, (field,), params)


def _find_problem(url: str) -> str:
    """Return the key of what is wrong with an address; empty for a lasting one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host in _SHORTENERS:
        return "shortener"
    if _find_target(url):
        return "redirector"
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if any(_TRACKING.fullmatch(name) for name in names):
        return "tracking"
    if any(_SESSION.fullmatch(name) for name in names) or _SESSION_PATH.search(parts.path):
        return "session"
    return "end" if url[-1] in _TRAILING else ""


def _find_target(url: str) -> str:
    """Return the address to which a redirector leads, or an empty string."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    query = dict(parse_qsl(parts.query))
    is_google = re.fullmatch(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}", host)
    if is_google and parts.path == "/url":
        return _first(query, ("q", "url"))
    if host in ("l.facebook.com", "lm.facebook.com", "l.instagram.com"):
        return _first(query, ("u",))
    if host.endswith("safelinks.protection.outlook.com") or host == "out.reddit.com":
        return _first(query, ("url",))
    return ""


def _first(query: dict[str, str], names: Iterable[str]) -> str:
    return next((query[name] for name in names if query.get(name, "").startswith("http")), "")


def clean_url(url: str) -> str:
    """Return an address without what does not belong to it; empty if that cannot be known."""
    url = _find_target(url) or url
    parts = urlsplit(url)
    if (parts.hostname or "").removeprefix("www.") in _SHORTENERS:
        return ""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [
        (name, value)
        for name, value in pairs
        if not _TRACKING.fullmatch(name) and not _SESSION.fullmatch(name)
    ]
    query = parts.query if kept == pairs else urlencode(kept)
    path = _SESSION_PATH.sub("", parts.path)
    return urlunsplit(parts._replace(query=query, path=path)).rstrip(_TRAILING)


@register_rule("title-form")
def check_titles(context: CheckContext) -> Iterator[Diagnostic]:
    """A title is one line of at most 160 characters."""
    for _, record in context.data.records():
        titles = {"": record.title} if isinstance(record.title, str) else record.title
        for language, title in titles.items():
            lines, length = title.strip().count("\n") + 1, len(title)
            if lines > 1 or length > MAX_TITLE_LENGTH:
                hint = "lines" if lines > 1 else ""
                params = {"length": length, "limit": MAX_TITLE_LENGTH, "hint": hint}
                path = ("title", language) if language else ("title",)
                yield Diagnostic("title-form", record.id, path, params)


@register_rule("replaced-by-itself")
def check_replacements(context: CheckContext) -> Iterator[Diagnostic]:
    """A withdrawn record is replaced by another record."""
    for _, record in context.data.records():
        if record.withdrawn and record.withdrawn.replaced_by == record.id:
            path = ("withdrawn", "replaced_by")
            yield Diagnostic("replaced-by-itself", record.id, path, {"got": record.id})
