"""The search index: static files in which a browser finds sections of pages.

A browser loads the list of terms (`index.json`) first, then only the blocks with the occurrences of
the query's terms, and the texts of the results. `templates/search-find.js` splits and folds words
in the same way as `index_terms`; change both together.
"""

import json
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import unescape
from itertools import chain
from math import ceil
from operator import sub
from typing import NamedTuple

from tracker.analysis.lookup import format_status
from tracker.i18n import t
from tracker.model import Indicator, Recommendation, Record, Source
from tracker.model.text import fold_figures
from tracker.site.context import SiteContext
from tracker.site.headings import split_sections

SCRIPT = "assets/search.js"
INDEX = "search/index.json"

# Letters and digits; inside a symbol, locator or URL also the characters that join its parts.
WORD = re.compile(r"[^\W_]+(?:(?:[./]|,(?=\d))[^\W_]+)*")
_MAX_WHOLE_LENGTH = 40  # Longer words are URLs, which only their parts find.

# Minimum sizes of files in bytes. A query loads a few of each.
_TERM_FILE_SIZE = 8_000
_TEXT_FILE_SIZE = 12_000
_LIST_SECTIONS = frozenset({"discrepancies", "figures", "findings", "timeline", "used"})
"""Anchors of sections that list other records, which have entries of their own."""
_AVERAGE_TERMS = 40  # distinct terms in a section of a record page, on average
# Weights are lower. An occurrence is the number of the section times this, plus a weight.
_WEIGHTS = 16


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page as search results show it."""

    address: str
    title: str
    kind: str
    status: str = ""
    weight: float = 1.0
    name: str = ""
    """A second name: a symbol or a figure."""


class SearchEntry(NamedTuple):
    """A section of a page. Encoded, because thousands of them are kept in memory."""

    result: bytes
    """The JSON that a search result is made from."""
    terms: bytes
    """The distinct terms, separated by spaces."""
    weights: bytes
    """The weight of each term."""


def make_entry(page: SearchPage, anchor: str, heading: str, text: str) -> SearchEntry:
    """Return the entry of a section."""
    weights = _weigh_terms(page, anchor, heading, text)
    address = f"{page.address}#{anchor}" if anchor else page.address
    result = _ENCODER.encode([address, page.title, page.kind, page.status, heading, text])
    return SearchEntry(result.encode(), " ".join(weights).encode(), bytes(weights.values()))


@lru_cache(maxsize=1 << 16)
def index_terms(word: str) -> tuple[str, ...]:
    """Return the index terms of a word: the word, its tails after each slash, and its parts.

    Folding can turn one character into several words (U+FDFA) or add punctuation (U+2488), so the
    folded text is split into words again.
    """
    words = WORD.findall(fold_figures(word))
    return tuple(dict.fromkeys(chain.from_iterable(map(_split_folded_word, words))))


def _split_folded_word(word: str) -> list[str]:
    parts = re.split(r"[./,]", word)
    if len(parts) == 1 or len(word) > _MAX_WHOLE_LENGTH:
        return parts
    return [word, *(word[slash.end() :] for slash in re.finditer("/", word)), *parts]


def make_record_page(
    context: SiteContext, collection: str, record: Record, *, address: str
) -> SearchPage:
    """Return the search page of a record."""
    weight = 1.2 if collection == "recommendations" else 1.0
    in_parts = False
    if isinstance(record, Recommendation):
        in_parts = bool(context.view.parts(record))
        if record.unassessed_import:
            weight = 0.5
    if record.withdrawn:
        weight = 0.5
    return SearchPage(
        address,
        context.title(record.id),
        context.translate(f"search.kind.{context.view.get_register_name(collection, record)}"),
        format_status(
            record,
            title=context.title,
            translate=context.translate,
            in_parts=in_parts,
        ),
        weight,
        _get_name(record),
    )


def make_prose_page(title: str, *, address: str, language: str) -> SearchPage:
    """Return the search page of a prose page. It ranks low because registers repeat records."""
    return SearchPage(address, unescape(title), t("search.kind.page", language=language), "", 0.5)


def _get_name(record: Record) -> str:
    if isinstance(record, Source):
        return record.symbol or ""
    return str(record.figure.printed or "") if isinstance(record, Indicator) else ""


def iter_entries(page: SearchPage, html: str) -> Iterator[SearchEntry]:
    """Yield the entries of a page's sections. The first one has the address of the page."""
    for number, section in enumerate(split_sections(html)):
        heading = _to_plain_text(section.title) if number else ""
        anchor = section.anchor if number else ""
        yield make_entry(page, anchor, heading, _to_plain_text(section.text))


def _to_plain_text(text: str) -> str:
    return unicodedata.normalize("NFC", unescape(text)).replace("¶", "").strip()


class Index:
    """Collects entries and returns the files of the index. Sections are numbered as added."""

    def __init__(self) -> None:
        # Term → section number times _WEIGHTS plus weight, for each section that has the term.
        self._occurrences: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._results = _Blocks(size=_TEXT_FILE_SIZE)
        self._sections_per_page: list[int] = []

    def add(self, page: Iterable[SearchEntry]) -> None:
        """Add the sections of a page."""
        first_section = self._results.count
        for entry in page:
            base = self._results.count * _WEIGHTS
            for term, weight in zip(entry.terms.decode().split(), entry.weights, strict=True):
                self._occurrences[term].append(base + weight)
            self._results.add(entry.result)
        if self._results.count > first_section:
            self._sections_per_page.append(self._results.count - first_section)

    def make_files(self) -> dict[str, bytes]:
        """Return the content of the index's files by path."""
        terms, term_blocks = sorted(self._occurrences), _Blocks(size=_TERM_FILE_SIZE)
        for term in terms:
            term_blocks.add(_encode_deltas(self._occurrences[term]))
        files = {
            f"{kind}-{n}.json": data
            for kind, blocks in (("words", term_blocks), ("texts", self._results))
            for n, data in enumerate(blocks.finish())
        }
        # The folder is named by a hash, so that a page that is open while a new site is published
        # does not mix files of both.
        folder = sha256(b"".join(files.values())).hexdigest()[:12]
        index = {
            "in": folder,
            "words": " ".join(terms),
            "blocks": term_blocks.firsts,
            "texts": self._results.firsts,
            "pages": self._sections_per_page,
        }
        parts = {f"search/{folder}/{name}": data for name, data in files.items()}
        return {INDEX: _ENCODER.encode(index).encode()} | parts


class _Blocks:
    """Groups JSON items into lists of about the same size."""

    def __init__(self, *, size: int) -> None:
        self._size, self._length = size, 0
        self._group: list[bytes] = []
        self._lists: list[bytes] = []
        self.count = 0
        self.firsts: list[int] = []
        """The number of the first item of each list."""

    def add(self, item: bytes) -> None:
        start, self._length = self._length, self._length + len(item)
        if not self._group or self._length // self._size > start // self._size:
            self._close_group()
            self.firsts.append(self.count)
        self._group.append(item)
        self.count += 1

    def finish(self) -> list[bytes]:
        """Return all lists. Nothing can be added afterwards."""
        self._close_group()
        return self._lists

    def _close_group(self) -> None:
        if self._group:
            self._lists.append(b"[" + b",".join(self._group) + b"]")
            self._group.clear()


def _weigh_terms(page: SearchPage, anchor: str, heading: str, text: str) -> Mapping[str, int]:
    """Return the weight of each term of a section, from 1 to `_WEIGHTS` - 1.

    A term's frequency is compared with a fixed average length, not with the mean of all sections,
    so that no page changes the weights of another.
    """
    counts = Counter[str]()
    for word, count in Counter(WORD.findall(text)).items():
        for term in index_terms(word):
            counts[term] += count
    title_terms = frozenset() if anchor else _find_terms(page.title)
    name_terms = frozenset() if anchor else _find_terms(page.name)
    heading_terms = _find_terms(heading)
    saturation = 0.5 + len(counts) / _AVERAGE_TERMS
    factor = page.weight * (0.5 if anchor in _LIST_SECTIONS else 1)
    weights = {}
    for term in sorted({*counts, *title_terms, *name_terms, *heading_terms}):
        count = counts[term]
        weight = 7 * count / (count + saturation)
        weight += 8 * (term in title_terms) + 4 * (term in name_terms) + 3 * (term in heading_terms)
        weights[term] = max(1, min(_WEIGHTS - 1, ceil(weight * factor)))
    return weights


def _find_terms(text: str) -> frozenset[str]:
    return frozenset(term for word in WORD.findall(text) for term in index_terms(word))


def _encode_deltas(numbers: Sequence[int]) -> bytes:
    """Return each number as its difference from the one before, which compresses well."""
    return f"[{','.join(map(str, map(sub, numbers, chain((0,), numbers))))}]".encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
