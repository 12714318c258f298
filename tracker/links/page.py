"""Read the text, title and headings of a page, even if its declared type or encoding is wrong."""

import hashlib
import html as entities
import itertools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import charset_normalizer

_MAX_TEXT = 300_000  # characters to parse; a missing page is recognized by its beginning
_MAX_MARKED = 500  # characters of a title or heading, and number of each
_HIDDEN = ("script", "style", "noscript", "template", "svg")
_MARKED = ("title", "h1", "h2", "h3")
_BLOCKS = ("p", "div", "br", "li", "td", "th", "tr", "title", "h1", "h2", "h3", "section")
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"'\s]{0,2}([\w-]{2,30})", re.I)
# Encodings of the web. Other codecs of Python take hours for certain bytes.
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(-?[bl]e)?|(windows|cp)-?\d+|iso[-_]8859-\d+|koi8-[rut]|gbk|gb\d+|big5|"
    r"euc-(jp|kr)|shift[-_]jis",
    re.I,
)
# Servers declare these by default, and they decode any bytes.
_UNRELIABLE = ("iso-8859-1", "windows-1252", "cp1252")
_GUESSES = ["cp1251", "cp1254", "cp1252"]
_CONTENT_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
"""Supported compressions; a body with any other is not text."""

# One pass without backtracking: html.parser takes minutes for some hostile pages.
_TOKEN = re.compile(r"(<!--|-->)|<(/?)([a-zA-Z][\w-]*+)([^<>]*+)>|((?:(?!-->)[^<])++|<)")
_PASSWORD = re.compile(r"type\s*=\s*[\"']?password", re.I)


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The parts of a page that a reader sees."""

    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    asks_password: bool = False
    readable: bool = True
    """False for a PDF or a picture; then the text is empty."""

    def compute_hash(self, body: bytes) -> str:
        """Return 16 hexadecimal digits of a hash of the text, or of the body if it is not text."""
        data = normalize_text(self.text).encode() if self.readable else body
        return hashlib.sha256(data).hexdigest()[:16]


def read_page(body: bytes, headers: Mapping[str, str]) -> FetchedPage:
    """Parse the body of a response. Never raises."""
    content_type = headers.get("content-type", "")
    encodings = headers.get("content-encoding", "").lower().split(",")
    is_decoded = _CONTENT_ENCODINGS.issuperset(map(str.strip, encodings))
    kind = content_type.partition(";")[0].strip().lower()
    is_html = kind in ("text/html", "application/xhtml+xml", "") or b"<html" in body[:2000].lower()
    is_text = is_html or kind.startswith("text/") or "json" in kind
    if body.startswith(b"%PDF") or not is_text or not is_decoded:
        return FetchedPage("", readable=False)
    declared = re.search(r"charset=[\"']?([\w-]+)", content_type, re.I)
    text = decode(body, declared=declared[1] if declared else "")[:_MAX_TEXT]
    return _parse_html(text) if is_html else FetchedPage(text)


def decode(body: bytes, *, declared: str = "") -> str:
    """Decode bytes as UTF-8 if they are valid UTF-8, or else as declared or guessed."""
    meta = _META.search(body[:4000])
    for name in ("utf-8-sig", declared, meta[1].decode() if meta else ""):
        if name == "utf-8-sig" or (_CHARSETS.fullmatch(name) and name.lower() not in _UNRELIABLE):
            try:
                return body.decode(name)
            except (LookupError, UnicodeError):
                continue
    guess = charset_normalizer.from_bytes(body[:50_000], cp_isolation=_GUESSES).best()
    return body.decode(guess.encoding if guess else "latin-1", errors="replace")


def normalize_text(text: str) -> str:
    """Normalize text for comparison: case, dotless i, spaces, and separators in numbers."""
    text = unicodedata.normalize("NFKC", text)[:_MAX_TEXT]  # one character may become eighteen
    text = text.casefold().replace("i\u0307", "i").replace("ı", "i")
    text = re.sub(r"(?<=\d)[,.' \u2019](?=\d{3}(?!\d))", "", text)
    return " ".join(text.split())


def has_figure(text: str, figure: str) -> bool:
    """Return whether a text contains a figure as a whole: 1,237 is not in 21,237."""
    pattern = rf"(?<!\w){re.escape(normalize_text(figure))}(?!\w)"
    return re.search(pattern, normalize_text(text)) is not None


def compute_similarity(text: str, other: str) -> float:
    """Return the share of word pairs that two texts have in common, from 0 to 1."""
    pairs, others = (set(itertools.pairwise(normalize_text(t).split())) for t in (text, other))
    union = pairs | others
    return len(pairs & others) / len(union) if union else 1.0


def _parse_html(html: str) -> FetchedPage:
    """Parse an HTML page."""
    text: list[str] = []
    marked: dict[str, list[str]] = {name: [] for name in _MARKED}
    hidden = open_marked = ""  # the open element that is not shown, and the open title or heading
    asks_password = False
    for token in _TOKEN.finditer(html):
        comment, end, tag, attributes, data = token.groups("")
        tag = tag.lower()
        if comment:
            hidden = (hidden or comment) if comment == "<!--" else hidden.replace("<!--", "")
        elif hidden and not (end and tag == hidden):
            continue  # content of a script is not markup
        elif data:
            data = entities.unescape(data)
            if open_marked and len(marked[open_marked][-1]) < _MAX_MARKED:
                marked[open_marked][-1] += data[:_MAX_MARKED]
            text.append(data if open_marked != "title" else "")
        elif end:
            hidden = ""
            open_marked = "" if tag == open_marked else open_marked
        elif tag in _HIDDEN:
            hidden = "" if attributes.endswith("/") else tag
        elif tag in _MARKED:
            open_marked = tag if len(marked[tag]) < _MAX_MARKED else ""
            marked[tag] += [""] if open_marked else []
        elif tag == "input" and _PASSWORD.search(attributes):
            asks_password = True
        text.append(" " if tag in _BLOCKS else "")
    # Only the first title counts: an SVG or a careless template repeats it.
    titles, *headings = (
        [" ".join(words.split()) for words in marked[name]] or [""] for name in _MARKED
    )
    all_headings = tuple(filter(None, itertools.chain.from_iterable(headings)))
    return FetchedPage(
        " ".join("".join(text).split()), titles[0][:200], all_headings, asks_password
    )
