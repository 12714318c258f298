"""The bytes of an answer → its text, title and headings, whatever the server says they are."""

import hashlib
import html as entities
import itertools
import re
import unicodedata
from dataclasses import dataclass

import charset_normalizer

_PARSED = 300_000  # characters of HTML; what decides stands at the beginning of a page
_UNSEEN = ("script", "style", "noscript", "template", "svg")
_MARKED = ("title", "h1", "h2", "h3")
_BREAKING = ("p", "div", "br", "li", "td", "th", "tr", "title", "h1", "h2", "h3", "section")
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"'\s]{0,2}([\w-]{2,30})", re.I)
# Servers claim these without looking, and any byte can be read as the last three.
_LIES = ("ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "windows-1252", "cp1252")
_GUESSES = ["cp1251", "cp1254", "cp1252"]


# Python's own parser takes minutes for some pages that are made for it; this takes one pass.
_TOKEN = re.compile(r"(<!--|-->)|<(/?)([a-zA-Z][\w-]*)([^<>]*)>|((?:(?!-->)[^<])+|<)")
_PASSWORD = re.compile(r"type\s*=\s*[\"']?password")


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader would see of an answer."""

    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    asks_password: bool = False
    readable: bool = True
    """Whether it is text at all; a PDF or a picture is not, and its text is empty."""

    def mark(self, body: bytes) -> str:
        """A hash that changes when the text does; of the bytes, if there is no text."""
        data = plain(self.text).encode() if self.readable else body
        return hashlib.sha256(data).hexdigest()[:16]


def read_page(body: bytes, *, content_type: str = "") -> Page:
    """The page in these bytes. Never raises."""
    kind = content_type.partition(";")[0].strip().lower()
    html = kind in ("text/html", "application/xhtml+xml", "") or b"<html" in body[:2000].lower()
    if body.startswith(b"%PDF") or not (html or kind.startswith("text/") or "json" in kind):
        return Page("", readable=False)
    text = decode(body, declared=_charset(content_type))
    if not html:
        return Page(text)
    parser = _Parser()
    parser.feed(text[:_PARSED])
    return parser.page()


def decode(body: bytes, *, declared: str = "") -> str:
    """Bytes → text: UTF-8 if they can be read so, which is hardly ever chance; else as told."""
    for name in ("utf-8-sig", declared, _meta(body)):
        if name.lower() not in ("", *_LIES):
            try:
                return body.decode(name)
            except (LookupError, UnicodeError):
                continue
    guess = charset_normalizer.from_bytes(body[:50_000], cp_isolation=_GUESSES).best()
    return body.decode(guess.encoding if guess else "latin-1", errors="replace")


def _meta(body: bytes) -> str:
    found = _META.search(body[:4000])
    return found[1].decode() if found else ""


def _charset(content_type: str) -> str:
    found = re.search(r"charset=[\"']?([\w-]+)", content_type, re.I)
    return found[1] if found else ""


def plain(text: str) -> str:
    """Text for comparing: one case, one kind of i, no separators in numbers, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i").replace("ı", "i")
    text = re.sub(r"(?<=\d)[,.' \u2019](?=\d{3}(?!\d))", "", text)
    return " ".join(text.split())


def holds(text: str, figure: str) -> bool:
    """Whether a figure stands in a text as a whole: 1,237 is not in 21,237."""
    wanted = re.escape(plain(figure))
    return bool(re.search(rf"(?<!\w){wanted}(?!\w)", plain(text)))


def likeness(one: str, other: str) -> float:
    """How much two texts share, from 0 to 1: pairs of words, so that the order counts."""
    first, second = (
        set(itertools.pairwise(words)) for words in (plain(one).split(), plain(other).split())
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
            elif data is not None:
                self.handle_data(entities.unescape(data))
            elif end:
                self.handle_endtag(tag.lower())
            else:
                self.handle_starttag(tag.lower(), attributes.lower())

    def handle_starttag(self, tag: str, attributes: str) -> None:
        if tag in _UNSEEN:
            self._hidden = self._hidden or tag
        elif tag in _MARKED:
            self._open = tag
            self._marked[tag].append("")
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
        if self._hidden:
            return
        if self._open:
            self._marked[self._open][-1] += data
        if self._open != "title":
            self._text.append(data)

    def page(self) -> Page:
        title, *headings = (
            " ".join(one.split()) for name in _MARKED for one in (self._marked[name] or [""])
        )
        if len(self._marked["title"]) > 1:  # an SVG or a careless template repeats it
            headings = headings[len(self._marked["title"]) - 1 :]
        text = " ".join("".join(self._text).split())
        return Page(text, title[:200], tuple(h for h in headings if h), self._password)
