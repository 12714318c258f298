"""The texts of sources: plain text, HTML or PDF → text with its pages. None is published."""

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Literal

from tracker.citations.matching.searchable_text import SearchableText, is_symbol
from tracker.model.text import ZERO_WIDTH

SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf")
TextError = Literal["", "scanned", "unreadable", "too-large", "too-slow"]


@dataclass(frozen=True)
class SourceText:
    """The text of a source, page after page, without running heads and page numbers."""

    text: str
    sha256: str
    """Of the file, 64 hexadecimal digits."""
    pages: tuple[int, ...] = (0,)
    """The offset at which each page begins; one for what has no pages."""
    footnotes: tuple[int, ...] = ()
    """The offset at which the footnotes of each page begin: they follow the text of all pages, so
    that they part no sentence that goes on over a page break. Empty for what has no pages."""
    has_pages: bool = False
    """Whether it has pages at all: a PDF, or form feeds in plain text."""
    heading: str = ""
    """The title, where the format marks it; empty otherwise."""
    language: str | None = None
    error: TextError = ""
    """Why there is no text: a scan, or a file that cannot be read."""

    @cached_property
    def searchable(self) -> SearchableText:
        """The text made ready for search."""
        return SearchableText(self.text, self.language or guess_language(self.text))


def guess_language(text: str) -> str | None:
    """`az` or `ru` by their letters, else unknown: it decides how numbers are read."""
    sample = text[:20_000].lower()
    if sample.count("ə") > len(sample) / 200:
        return "az"
    cyrillic = len(re.findall("[а-я]", sample))
    return "ru" if cyrillic > len(sample) / 3 else None


def find_text_files(
    folders: Iterable[Path], wanted: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Path, ...]]:
    """The files of each source in some folders, the best first: named as its id, else known by
    its hash; plain text before HTML before PDF, the folders in their order.

    `wanted` maps ids to the hashes (or their beginnings) under which the text is known. Other
    files are ignored. OSError if a folder or file cannot be read.
    """
    files = [
        path
        for folder in folders
        for path in sorted(folder.iterdir(), key=_rank_file)
        if path.is_file() and path.suffix.lower() in SUFFIXES
    ]
    found: dict[str, list[Path]] = {}
    for path in files:
        if path.stem in wanted:
            found.setdefault(path.stem, []).append(path)
    missing = {h: source for source in wanted.keys() - found for h in wanted[source]}
    for path in files if missing else ():
        if path.stem not in wanted and path.stat().st_size <= MAX_SIZE:
            digest = hash_text(path.read_bytes(), suffix=path.suffix)
            source = next((s for known, s in missing.items() if digest.startswith(known)), None)
            if source:
                found.setdefault(source, []).append(path)
    return {source: tuple(paths) for source, paths in found.items()}


def _rank_file(path: Path) -> tuple[int, str]:
    suffix = path.suffix.lower()
    return SUFFIXES.index(suffix) if suffix in SUFFIXES else len(SUFFIXES), path.name


MAX_SIZE = 20_000_000
"""Bytes, and characters, of a text that is read; a source is hardly ever a hundredth of that."""


def hash_text(data: bytes, *, suffix: str) -> str:
    """SHA-256 of a file. Of a text, without its line ends and byte order mark, which copying and
    version control change."""
    if suffix.lower() != ".pdf":
        data = re.sub(b"\r\n?", b"\n", data.removeprefix(b"\xef\xbb\xbf"))
    return hashlib.sha256(data).hexdigest()


PDF_TIMEOUT = 60
_PDF_MEMORY = 2 << 30
"""The time and the bytes that a PDF may take to be read: it can be made to take far more."""


def read_text(
    data: bytes, *, suffix: str, language: str | None = None, seconds: float = PDF_TIMEOUT
) -> SourceText:
    """The bytes of a file → its text. A file that cannot be read, or is a scan, says so."""
    digest = hash_text(data, suffix=suffix)
    if len(data) > MAX_SIZE and suffix.lower() != ".pdf":
        return SourceText("", digest, error="too-large")
    try:
        pages, heading = _read_pages(data, suffix.lower(), seconds)
    except subprocess.TimeoutExpired:
        return SourceText("", digest, error="too-slow")
    except (subprocess.CalledProcessError, ValueError):
        return SourceText("", digest, error="unreadable")
    if sum(map(len, pages)) > MAX_SIZE:
        return SourceText("", digest, error="too-large")
    pages = [_normalize_page(page) for page in pages]
    if not "".join(pages).strip():
        return SourceText("", digest, error="scanned")
    heading = unicodedata.normalize("NFC", heading)
    parted = [_split_footnotes(page) for page in strip_running_heads(pages)]
    bodies, notes = [body for body, _ in parted], [note for _, note in parted]
    paged = len(pages) > 1 or data[:5] == b"%PDF-"
    *starts, end = accumulate(map(len, bodies), initial=0)
    below = tuple(accumulate(map(len, notes), initial=end)) if any(notes) else ()
    return SourceText(
        "".join([*bodies, *notes]), digest, tuple(starts), below, paged, heading, language
    )


def _normalize_page(page: str) -> str:
    """A page with composed letters, one kind of line break, and nothing that cannot be seen; a
    soft hyphen stays where it divides a word at the end of a line."""
    page = re.sub("\r\n?", "\n", unicodedata.normalize("NFC", page))
    return ZERO_WIDTH.sub("", re.sub("\u00ad(?=\\s*\n)", "-", page))


def _read_pages(data: bytes, suffix: str, seconds: float) -> tuple[list[str], str]:
    """The text of each page, and the title where the format marks it."""
    if suffix == ".pdf" or data[:5] == b"%PDF-":
        return [f"{page}\n" for page in _read_pdf_pages(data, seconds)], ""
    text = _decode(data)
    if suffix in (".html", ".htm"):
        reader = _VisibleText()
        reader.feed(text)
        reader.close()
        return ["".join(reader.parts)], reader.heading.strip()
    parts = text.split("\f")
    return [*(f"{part}\n" for part in parts[:-1]), parts[-1]], ""


def _read_pdf_pages(data: bytes, seconds: float) -> list[str]:
    if not find_spec("pypdf"):
        raise ModuleNotFoundError("pypdf is missing", name="pypdf")
    program = Path(__file__).with_name("pdf_pages.py")
    done = subprocess.run(
        [sys.executable, "-P", program, str(_PDF_MEMORY), str(MAX_SIZE)],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=True,
    )
    pages: list[str] = json.loads(done.stdout)
    return pages


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1251" if _is_cyrillic(data) else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _is_cyrillic(data: bytes) -> bool:
    high = [byte for byte in data if byte >= 0x80]
    return len(high) > len(data) / 4


_BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "tbody", "tr", "ul",
})  # fmt: skip
_HIDDEN_TAGS = ("script", "style", "template", "noscript", "title", "svg", "nav", "aside", "footer")


class _VisibleText(HTMLParser):
    """Collects the text that a reader of the page sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.heading = ""
        """The text of the first heading: the title of the page."""
        self._hidden: list[str] = []
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN_TAGS:
            self._hidden.append(tag)
        elif tag == "h1" and not self.heading:
            self._in_heading = True
        elif tag in _BLOCK_TAGS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")
        elif tag == "sup":
            self.parts.append(" ")  # a footnote mark is no digit of the figure before it

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = self._in_heading and tag != "h1"
        if tag in self._hidden:
            self._hidden.remove(tag)
        elif tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            shown = re.sub(r"[ \t\r\n]+", " ", data)
            self.parts.append(shown)
            self.heading += shown if self._in_heading else ""


_FOOTNOTE_RULE = re.compile(r"^[ \t]*[_\u2014\u2500]{5,}[ \t]*$", re.MULTILINE)


def _split_footnotes(page: str) -> tuple[str, str]:
    """A page without its footnotes, which stand below a rule, and they."""
    rules = [rule for rule in _FOOTNOTE_RULE.finditer(page) if rule.start() > len(page) / 4]
    if not rules or not re.match(r"\s*[\d*†]", page[rules[-1].end() :]):
        return page, ""
    return page[: rules[-1].start()].rstrip("\n") + "\n", page[rules[-1].end() :]


_EDGE_LINES = 3
"""Lines at the top and bottom of a page that may be running heads."""
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(\d{1,4})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)


def strip_running_heads(pages: list[str]) -> list[str]:
    """Pages without page numbers, and without what repeats at the same edge of most pages.

    The first page keeps its head: the document's own symbol stands there, often.
    """
    if len(pages) < 2:
        return pages
    divided = [page.split("\n") for page in pages]
    for downwards in (True, False):
        edges = [_select_edge(lines, downwards) for lines in divided]
        heads = _RunningHeads.of(divided, edges)
        for number, (lines, edge) in enumerate(zip(divided, edges, strict=True)):
            for index in edge if number or not downwards else ():
                inwards = lines[index + (1 if downwards else -1) :][:1] or [""]
                if not heads.has(lines[index], number, set_off=not inwards[0].strip()):
                    break
                lines[index] = ""
    return ["\n".join(lines).strip("\n") + "\n" for lines in divided]


@dataclass(frozen=True)
class _RunningHeads:
    """What repeats at one edge of the pages of a text."""

    lines: frozenset[str]
    offsets: frozenset[int]
    """By how much printed page numbers differ from the count of pages."""

    @classmethod
    def of(cls, pages: list[list[str]], edges: list[list[int]]) -> "_RunningHeads":
        """What stands at this edge of at least half of the pages, and of two."""
        marks: Counter[str] = Counter()
        offsets: Counter[int] = Counter()
        for count, (lines, edge) in enumerate(zip(pages, edges, strict=True)):
            marks.update({_mask_page_number(lines[index]) for index in edge})
            numbers = {_read_page_number(lines[index]) for index in edge}
            offsets.update(number - count for number in numbers if number is not None)
        most = max(2, len(pages) / 2)
        return cls(
            frozenset(mark for mark, n in marks.items() if n >= most),
            frozenset(offset for offset, n in offsets.items() if n >= most),
        )

    def has(self, line: str, page: int, *, set_off: bool) -> bool:
        """Whether a line is a running head or page number. Alone, with a blank line towards the
        text, a number or a symbol is one even if no other page has its like."""
        number = _read_page_number(line)
        if number is not None:
            return set_off or number - page in self.offsets
        repeated = len(line.strip()) <= 100 and _mask_page_number(line) in self.lines
        return repeated or (set_off and is_symbol(line.strip()))


def _select_edge(lines: list[str], downwards: bool) -> list[int]:
    """The first or last lines with ink, from the edge inwards."""
    order = range(len(lines)) if downwards else range(len(lines) - 1, -1, -1)
    return [index for index in order if lines[index].strip()][:_EDGE_LINES]


def _mask_page_number(line: str) -> str:
    """A line without the page number at its one or other end: that stands left on one page and
    right on the next."""
    return " ".join(re.sub(r"^\s*\d{1,4}\b(?!\.)|\b\d{1,4}\s*$", "", line).split())


def _read_page_number(line: str) -> int | None:
    found = _PAGE_NUMBER.fullmatch(line)
    return int(found[1]) if found else None
