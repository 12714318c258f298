"""The bytes of an answer → its text, title and headings, whatever the server says they are."""

import hashlib
import html as entities
import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import charset_normalizer

_PARSED = 300_000  # characters; what decides stands at the beginning of a page
_MARKED_AT_MOST = 500  # characters of a title or a heading, and how many of these there may be
_UNSEEN = ("script", "style", "noscript", "template", "svg")
_MARKED = ("title", "h1", "h2", "h3")
_BREAKING = ("p", "div", "br", "li", "td", "th", "tr", "title", "h1", "h2", "h3", "section")
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"'\s]{0,2}([\w-]{2,30})", re.I)
# Encodings of the web. Python knows more, some of which take hours for bytes that are made for it.
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(-?[bl]e)?|(windows|cp)-?\d+|iso[-_]8859-\d+|koi8-[rut]|gbk|gb\d+|big5|"
    r"euc-(jp|kr)|shift[-_]jis",
    re.I,
)
# Servers claim these without looking, and any byte can be read so.
_LIES = ("iso-8859-1", "windows-1252", "cp1252")
# What a body may be packed in; what else there is, nobody here unpacks.
_PACKED = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_GUESSES = ["cp1251", "cp1254", "cp1252"]


# Python's own parser takes minutes for some pages that are made for it; this takes one pass.
_TOKEN = re.compile(r"(<!--|-->)|<(/?)([a-zA-Z][\w-]*+)([^<>]*+)>|((?:(?!-->)[^<])++|<)")
_PASSWORD = re.compile(r"type\s*=\s*[\"']?password")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What a reader would see of an answer."""

    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    asks_password: bool = False
    readable: bool = True
    """Whether it is text at all; a PDF or a picture is not, and its text is empty."""

    def mark(self, body: bytes) -> str:
        """A hash that changes when the text does; of the bytes, if there is no text."""
        data = normalize_text(self.text).encode() if self.readable else body
        return hashlib.sha256(data).hexdigest()[:16]


def read_page(body: bytes, headers: Mapping[str, str]) -> FetchedPage:
    """The page in these bytes. Never raises."""
    content_type = headers.get("content-type", "")
    packed = {one.strip() for one in headers.get("content-encoding", "").lower().split(",")}
    kind = content_type.partition(";")[0].strip().lower()
    html = kind in ("text/html", "application/xhtml+xml", "") or b"<html" in body[:2000].lower()
    text_like = html or kind.startswith("text/") or "json" in kind
    if body.startswith(b"%PDF") or not text_like or not packed <= _PACKED:
        return FetchedPage("", readable=False)
    text = decode(body, declared=_parse_charset(content_type))[:_PARSED]
    if not html:
        return FetchedPage(text)
    parser = _Parser()
    parser.feed(text)
    return parser.page()


def decode(body: bytes, *, declared: str = "") -> str:
    """Bytes → text: UTF-8 if they can be read so, which is hardly ever chance; else as told."""
    for name in ("utf-8-sig", declared, _find_meta_charset(body)):
        if name == "utf-8-sig" or (_CHARSETS.fullmatch(name) and name.lower() not in _LIES):
            try:
                return body.decode(name)
            except (LookupError, UnicodeError):
                continue
    guess = charset_normalizer.from_bytes(body[:50_000], cp_isolation=_GUESSES).best()
    return body.decode(guess.encoding if guess else "latin-1", errors="replace")


def _find_meta_charset(body: bytes) -> str:
    found = _META.search(body[:4000])
    return found[1].decode() if found else ""


def _parse_charset(content_type: str) -> str:
    found = re.search(r"charset=[\"']?([\w-]+)", content_type, re.I)
    return found[1] if found else ""


def normalize_text(text: str) -> str:
    """Text for comparing: one case, one kind of i, no separators in numbers, single spaces."""
    text = unicodedata.normalize("NFKC", text)[:_PARSED]  # one character may become eighteen
    text = text.casefold().replace("i\u0307", "i").replace("ı", "i")
    text = re.sub(r"(?<=\d)[,.' \u2019](?=\d{3}(?!\d))", "", text)
    return " ".join(text.split())


def has_figures(text: str, figures: Iterable[str]) -> bool:
    """Whether any of these figures stands in a text as a whole: 1,237 is not in 21,237."""
    spoken = normalize_text(text)
    return any(
        re.search(rf"(?<!\w){re.escape(normalize_text(figure))}(?!\w)", spoken)
        for figure in figures
    )


def compute_similarity(one: str, other: str) -> float:
    """How much two texts share, from 0 to 1: pairs of words, so that the order counts."""
    first, second = (
        set(itertools.pairwise(words))
        for words in (normalize_text(one).split(), normalize_text(other).split())
    )
    union = first | second
    return len(first & second) / len(union) if union else 1.0


class _Parser:
    def __init__(self) -> None:
        self._text: list[str] = []
        self._marked: dict[str, list[str]] = {name: [] for name in _MARKED}
        self._open = ""
        self._hidden = ""
        self._password = False

    def feed(self, text: str) -> None:
        """Read tags and text, one after another."""
        for found in _TOKEN.finditer(text):
            comment, end, tag, attributes, data = found.groups()
            if comment:
                self._hidden = "!" if comment == "<!--" and not self._hidden else self._hidden
                self._hidden = "" if comment == "-->" and self._hidden == "!" else self._hidden
            elif self._hidden and not (end and tag.lower() == self._hidden):
                continue  # what looks like a tag in a script is none
            elif data is not None:
                self.handle_data(entities.unescape(data))
            elif end:
                self.handle_endtag(tag.lower())
            else:
                self.handle_starttag(tag.lower(), attributes.lower())

    def handle_starttag(self, tag: str, attributes: str) -> None:
        if tag in _UNSEEN and not attributes.endswith("/"):
            self._hidden = tag
        elif tag in _MARKED:
            self._open = tag if len(self._marked[tag]) < _MARKED_AT_MOST else ""
            self._marked[tag] += [""] if self._open else []
        elif tag == "input" and _PASSWORD.search(attributes):
            self._password = True
        if tag in _BREAKING:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        if tag == self._open:
            self._open = ""
        if tag in _BREAKING:
            self._text.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open and len(self._marked[self._open][-1]) < _MARKED_AT_MOST:
            self._marked[self._open][-1] += data[:_MARKED_AT_MOST]
        if self._open != "title":
            self._text.append(data)

    def page(self) -> FetchedPage:
        title, *headings = (
            " ".join(one.split()) for name in _MARKED for one in (self._marked[name] or [""])
        )
        if len(self._marked["title"]) > 1:  # an SVG or a careless template repeats it
            headings = headings[len(self._marked["title"]) - 1 :]
        text = " ".join("".join(self._text).split())
        return FetchedPage(text, title[:200], tuple(h for h in headings if h), self._password)
