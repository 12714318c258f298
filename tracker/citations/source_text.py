"""Read the texts of sources from plain text, HTML or PDF. Texts are never published."""

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
from itertools import accumulate, chain, count
from pathlib import Path
from typing import Literal

from tracker.citations.matching.searchable_text import SearchableText, is_symbol
from tracker.citations.pdf_pages import SUPERSCRIPTS
from tracker.model.text import ZERO_WIDTH

SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf")
TextError = Literal["", "scanned", "unreadable", "too-large", "too-slow"]
MAX_SIZE = 20_000_000
"""Maximum bytes of a file and characters of a text; few sources reach 1% of it."""
PDF_TIMEOUT = 60
_PDF_MEMORY = 2 << 30
"""Limits in seconds and bytes for reading a PDF, because a malicious file takes far more."""
_BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "tbody", "tr", "ul",
})  # fmt: skip
_HIDDEN_TAGS = (
    "script", "style", "template", "noscript", "title", "svg", "nav", "aside", "footer",
    "del", "s", "strike",
)  # fmt: skip
"""Elements that are not shown, are not part of the text, or are struck out."""
_VOID_TAGS = ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOOTNOTE_RULE = re.compile(r"^[ \t]*[_\u2014\u2500]{5,}[ \t]*$", re.MULTILINE)
_EDGE_LINES = 3
"""Lines at the top and bottom of a page that may be running heads."""
_PAGE_OF = re.compile(r"^[ \t]*page \d{1,4} of \d{1,4}[ \t]*$", re.IGNORECASE | re.MULTILINE)
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(\d{1,4})(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)


@dataclass(frozen=True)
class SourceText:
    """The text of a source, page after page, without running heads and page numbers."""

    text: str
    sha256: str
    """Hash of the file, 64 hexadecimal digits."""
    pages: tuple[int, ...] = (0,)
    """The offset of each page; only 0 if there are no pages."""
    footnotes: tuple[int, ...] = ()
    """The offset of the footnotes of each page. Footnotes follow the text of all pages so that they
    do not interrupt a sentence at a page break. Empty if there are none."""
    has_pages: bool = False
    """True for a PDF and for plain text with form feeds."""
    heading: str = ""
    """The title, if the format marks it."""
    language: str | None = None
    error: TextError = ""
    """The reason why the text is missing."""

    @cached_property
    def searchable(self) -> SearchableText:
        """The text prepared for searching."""
        return SearchableText(self.text, self.language or guess_language(self.text))


def guess_language(text: str) -> str | None:
    """Return `az` or `ru` by the letters used, else None. Numbers depend on the language."""
    sample = text[:20_000].lower()
    if sample.count("ə") > len(sample) / 200:
        return "az"
    cyrillic = len(re.findall("[а-я]", sample))
    return "ru" if cyrillic > len(sample) / 3 else None


def find_text_files(
    folders: Iterable[Path], hashes: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Path, ...]]:
    """Return the text files of each source, best first.

    A file belongs to a source if it is named after its id or, failing that, has one of its hashes.
    Folders keep their order; plain text comes before HTML and PDF. `hashes` maps source ids to
    SHA-256 hashes or prefixes. Raises OSError if a folder or file cannot be read.
    """
    files = [
        path
        for folder in folders
        for suffix in SUFFIXES
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() == suffix
    ]
    matches: dict[str, list[Path]] = {}
    for path in files:
        if path.stem in hashes:
            matches.setdefault(path.stem, []).append(path)
    missing = {prefix: source for source in hashes.keys() - matches for prefix in hashes[source]}
    for path in files if missing else ():
        if path.stem not in hashes and path.stat().st_size <= MAX_SIZE:
            digest = hash_text(path.read_bytes(), suffix=path.suffix)
            source = next((s for prefix, s in missing.items() if digest.startswith(prefix)), None)
            if source:
                matches.setdefault(source, []).append(path)
    return {source: tuple(paths) for source, paths in matches.items()}


def hash_text(data: bytes, *, suffix: str) -> str:
    """Return the SHA-256 of a file.

    Line endings and byte order marks of text files are ignored: copying and git change them.
    """
    if suffix.lower() != ".pdf":
        data = re.sub(b"\r\n?", b"\n", data.removeprefix(b"\xef\xbb\xbf"))
    return hashlib.sha256(data).hexdigest()


def read_text(
    data: bytes, *, suffix: str, language: str | None = None, timeout: float = PDF_TIMEOUT
) -> SourceText:
    """Return the text of a file, or an empty text with an `error`."""
    digest = hash_text(data, suffix=suffix)
    if len(data) > MAX_SIZE and suffix.lower() != ".pdf":
        return SourceText("", digest, error="too-large")
    try:
        pages, heading = _read_pages(data, suffix.lower(), timeout)
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
    parts = [_split_footnotes(page) for page in strip_running_heads(pages)]
    bodies, notes = [body for body, _ in parts], [note for _, note in parts]
    has_pages = len(pages) > 1 or data[:5] == b"%PDF-"
    *starts, end = accumulate(map(len, bodies), initial=0)
    footnotes = tuple(accumulate(map(len, notes), initial=end)) if any(notes) else ()
    return SourceText(
        "".join([*bodies, *notes]), digest, tuple(starts), footnotes, has_pages, heading, language
    )


def _normalize_page(page: str) -> str:
    """Return a page in NFC with `\\n` line endings, without invisible characters and `Page 2 of 9`.

    A soft hyphen that divides a word at the end of a line becomes a hyphen.
    """
    page = re.sub("\r\n?", "\n", unicodedata.normalize("NFC", page))
    return _PAGE_OF.sub("", ZERO_WIDTH.sub("", re.sub("\u00ad(?=\\s*\n)", "-", page)))


def _read_pages(data: bytes, suffix: str, timeout: float) -> tuple[list[str], str]:
    """Return the text of each page, and the title if the format marks it."""
    if suffix == ".pdf" or data[:5] == b"%PDF-":
        return [f"{page}\n" for page in _read_pdf_pages(data, timeout)], ""
    text = _decode(data)
    if suffix in (".html", ".htm"):
        reader = _VisibleText()
        reader.feed(text)
        reader.close()
        return ["".join(reader.parts)], reader.heading.strip()
    parts = text.split("\f")
    return [*(f"{part}\n" for part in parts[:-1]), parts[-1]], ""


def _read_pdf_pages(data: bytes, timeout: float) -> list[str]:
    if not find_spec("pypdf"):
        raise ModuleNotFoundError("pypdf is missing", name="pypdf")
    script = Path(__file__).with_name("pdf_pages.py")
    process = subprocess.run(
        [sys.executable, "-P", script, str(_PDF_MEMORY), str(MAX_SIZE)],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=timeout,
        check=True,
    )
    pages: list[str] = json.loads(process.stdout)
    return pages


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    is_cyrillic = sum(byte >= 0x80 for byte in data) > len(data) / 4
    for encoding in ("utf-8-sig", "cp1251" if is_cyrillic else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


class _VisibleText(HTMLParser):
    """Collect the text of a page that readers see, with the numbers of ordered lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.heading = ""
        """The text of the first `h1`."""
        self._hidden: list[str] = []
        """The open elements that are hidden, and those of the same name inside them."""
        self._lists: list[int | None] = []
        """The next number of each open list; None in an unordered or nested one."""
        self._in_heading = self._in_mark = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _HIDDEN_TAGS or (tag not in _VOID_TAGS and _is_hidden(attributes)):
            self._hidden.append(tag)
        elif self._hidden:
            self._hidden += [tag] if tag == self._hidden[-1] else []
        elif tag in ("ol", "ul"):
            start = attributes.get("start", "1")
            counts = tag == "ol" and not self._lists and start.isdecimal()
            self._lists.append(int(start) if counts else None)
        elif tag == "li":
            self._start_item(attributes.get("value", ""))
        elif tag == "h1" and not self.heading:
            self._in_heading = True
        elif tag in _BLOCK_TAGS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")
        elif tag == "sup":
            self._in_mark = True

    def _start_item(self, value: str) -> None:
        self.parts.append("\n")
        if self._lists and self._lists[-1] is not None:
            number = int(value) if value.isdecimal() else self._lists[-1]
            self.parts.append(f"{number}. ")
            self._lists[-1] = number + 1

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = self._in_heading and tag != "h1"
        self._in_mark = self._in_mark and tag != "sup"
        if self._hidden:
            self._hidden = self._hidden[:-1] if tag == self._hidden[-1] else self._hidden
            return
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            text = re.sub(r"[ \t\r\n]+", " ", data)
            if self._in_mark and text.strip():
                # Keep a footnote mark apart from the figure before it.
                mark = text.strip().strip("[]()")
                text = mark.translate(SUPERSCRIPTS) if mark.isdecimal() else f" {text}"
            self.parts.append(text)
            self.heading += text if self._in_heading else ""


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))


def _split_footnotes(page: str) -> tuple[str, str]:
    """Split a page into its text and the footnotes below a rule."""
    rules = [rule for rule in _FOOTNOTE_RULE.finditer(page) if rule.start() > len(page) / 4]
    if not rules or not re.match(r"\s*[\d*†]", page[rules[-1].end() :]):
        return page, ""
    return page[: rules[-1].start()].rstrip("\n") + "\n", page[rules[-1].end() :]


def strip_running_heads(pages: list[str]) -> list[str]:
    """Return pages without page numbers and lines repeated at the same edge of most pages.

    The first page keeps its head, which often has the symbol of the document.
    """
    if len(pages) < 2:
        return pages
    page_lines = [page.split("\n") for page in pages]
    for at_top in (True, False):
        edges = [_select_edge(lines, at_top) for lines in page_lines]
        counts = Counter(chain.from_iterable(map(_collect_head_keys, page_lines, edges, count())))
        repeated = {key for key, number in counts.items() if number >= max(2, len(pages) / 2)}
        for page, (lines, edge) in enumerate(zip(page_lines, edges, strict=True)):
            for index in edge if page or not at_top else ():
                neighbour = lines[index + (1 if at_top else -1) :][:1] or [""]
                isolated = not neighbour[0].strip()
                if not _is_running_head(lines[index], page, repeated, isolated=isolated):
                    break
                lines[index] = ""
    return ["\n".join(lines).strip("\n") + "\n" for lines in page_lines]


def _collect_head_keys(lines: list[str], edge: list[int], page: int) -> set[str | int]:
    """Return keys that repeat on other pages if these lines are running heads.

    A key is the text of a line, or a page number minus the index of the page.
    """
    numbers = [_read_page_number(lines[index]) for index in edge]
    offsets = {number - page for number in numbers if number is not None}
    return offsets | {_mask_page_number(lines[index]) for index in edge}


def _is_running_head(line: str, page: int, repeated: set[str | int], *, isolated: bool) -> bool:
    """Return whether a line is a running head or page number.

    A number or symbol separated from the text by a blank line need not repeat on other pages.
    """
    number = _read_page_number(line)
    if number is not None:
        return isolated or number - page in repeated
    if len(line.strip()) <= 100 and _mask_page_number(line) in repeated:
        return True
    return isolated and is_symbol(line.strip())


def _select_edge(lines: list[str], at_top: bool) -> list[int]:
    """Return the indexes of the first or last non-blank lines, from the edge inwards."""
    order = range(len(lines)) if at_top else range(len(lines) - 1, -1, -1)
    return [index for index in order if lines[index].strip()][:_EDGE_LINES]


def _mask_page_number(line: str) -> str:
    """Return a line without a page number at either end, where facing pages have it."""
    return " ".join(re.sub(r"^\s*\d{1,4}\b(?!\.)|\b\d{1,4}\s*$", "", line).split())


def _read_page_number(line: str) -> int | None:
    match = _PAGE_NUMBER.fullmatch(line)
    return int(match[1]) if match else None
