"""The search index: static files in which a browser finds sections of pages.

A browser loads the list of terms (`index.js`) first, then only the blocks with the occurrences of
the query's terms, and the texts of the results. `templates/search-find.js` splits and folds words
in the same way as `index_terms`; change both together. The files are scripts with one call,
because a page that was opened as a file may load scripts but no other files.
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
from types import MappingProxyType
from typing import NamedTuple

from tracker.analysis.lookup import format_status
from tracker.i18n import t
from tracker.model import Indicator, Recommendation, Record, Source, Term
from tracker.model.text import fold_figures
from tracker.site.context import SiteContext
from tracker.site.headings import split_sections

SCRIPT = "assets/search.js"
INDEX = "search/index.js"

# Letters and digits; inside a symbol, locator or URL also the characters that join its parts.
WORD = re.compile(r"[^\W_]+(?:(?:[./]|,(?=\d))[^\W_]+)*")
_DECIMAL = re.compile(r"\d+[.,]\d+")
# A number inside a symbol, such as E/C.12/XYZ/CO/3, is marked: who types 12 means a figure.
_SYMBOL = re.compile(r"[^0-9].*/")
_SYMBOL_END = re.compile(r"(?<![\w./])([^\W\d_][\w./]*+-|[^\W\d_]++\(\d++\))(\d+)")
_ABBREVIATION = re.compile(r"[A-Z]{2,}s?")
_ADDRESS = re.compile(r"(?:https?://|www\.|(?:[\w-]+\.)+[a-z]{2,}/)\S+", re.IGNORECASE)
_MAX_WHOLE_LENGTH = 40  # Longer words are URLs, which only their parts find.

# Minimum sizes of files in bytes. A query loads a few of each.
_TERM_FILE_SIZE = 8_000
_TEXT_FILE_SIZE = 3_000
_LIST_SECTION = re.compile(
    "discrepancies|figures|findings|lineage|proposals|recommendations|repeated|timeline|used.*"
)
"""Anchors of sections that list other records, which have separate entries."""
_AVERAGE_TERMS = 40  # distinct terms in a section of a record page, on average
_KIND_WEIGHTS = {"findings": 1.2, "sources": 0.8, "discrepancies": 0.8}
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
    """How far its results rank above or below those of other pages."""
    names: tuple[str, ...] = ()
    """Names for which this page is the first result."""
    is_figure: bool = False
    topics: tuple[str, ...] = ()
    """The names of its rights and groups, by which it is found too."""


class SearchEntry(NamedTuple):
    """A section of a page. Encoded, because thousands of them are kept in memory."""

    page: SearchPage
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
    return SearchEntry(page, result.encode(), " ".join(weights).encode(), bytes(weights.values()))


@lru_cache(maxsize=1 << 16)
def index_terms(word: str) -> tuple[str, ...]:
    """Return the index terms of a word: the word, its tails after each slash, and its parts.

    A number that is a part of a symbol begins with a slash, and so does one in an address.

    Folding can turn one character into several words (U+FDFA) or add punctuation (U+2488), so the
    folded text is split into words again.
    """
    words = WORD.findall(fold_figures(word))
    return tuple(dict.fromkeys(chain.from_iterable(map(_split_folded_word, words))))


def _split_folded_word(word: str) -> list[str]:
    parts = re.split(r"[./,]", word)
    if _DECIMAL.fullmatch(word):
        return [word]  # 5 is not a part of 12.5
    if len(parts) > 1 and len(word) <= _MAX_WHOLE_LENGTH:
        parts = [word, *(word[slash.end() :] for slash in re.finditer("/", word)), *parts]
    return [*map(_mark_number, parts)] if _SYMBOL.match(word) else parts


def _mark_number(term: str) -> str:
    return f"/{term}" if re.fullmatch("[0-9]+", term) else term


def make_record_page(
    context: SiteContext, collection: str, record: Record, *, address: str
) -> SearchPage:
    """Return the search page of a record."""
    view = context.view
    in_parts = isinstance(record, Recommendation) and bool(view.parts(record))
    is_group = isinstance(record, Term) and record.kind == "group"
    kind = "group" if is_group else view.get_register_name(collection, record)
    return SearchPage(
        address,
        context.title(record.id),
        context.translate(f"search.kind.{kind}"),
        format_status(
            record,
            title=context.title,
            translate=context.translate,
            in_parts=in_parts,
        ),
        _weigh_record(context, collection, record),
        tuple(_list_names(context, record)),
        isinstance(record, Indicator),
        tuple(_list_topics(context, record)),
    )


def make_prose_page(title: str, *, address: str, language: str) -> SearchPage:
    """Return the search page of a prose page. It ranks low because registers repeat records."""
    return SearchPage(address, unescape(title), t("search.kind.page", language=language), "", 0.8)


def _weigh_record(context: SiteContext, collection: str, record: Record) -> float:
    """Return the weight of a record: groups and recommendations of treaty bodies rank first."""
    if record.withdrawn or (isinstance(record, Recommendation) and record.unassessed_import):
        return 0.5
    if isinstance(record, Recommendation):
        return 2.0 if record.made_by in context.view.speakers("committee") else 0.9
    if isinstance(record, Term):
        return 2.2 if record.kind == "group" else 1.3 if record.voice else 1.0
    if isinstance(record, Source) and context.view.filter_by(Recommendation, "document", record.id):
        return 1.0
    return _KIND_WEIGHTS.get(collection, 1.0)


def _list_names(context: SiteContext, record: Record) -> Iterator[str]:
    """Yield the names for which a record is the first result. Rights yield to recommendations."""
    if isinstance(record, Term) and record.kind == "right":
        return
    title = context.title(record.id)
    yield title
    if isinstance(record, Term):
        # “European Commission (EC)” is also found without its brackets, and by the text in them.
        yield re.sub(r"\s*\([^()]*\)", "", title)
        yield from re.findall(r"\(([^()]+)\)", title)
        yield from record.also
    elif isinstance(record, Source):
        yield from (record.symbol or "", context.localize(record.short_title), *record.also)
    elif isinstance(record, Indicator):
        yield str(record.figure.printed or "")
    elif isinstance(record, Recommendation):
        yield from record.also
        if not record.part_of:
            yield f"{context.view.source(record.document).symbol or ''} {record.paragraph}"


def _list_topics(context: SiteContext, record: Record) -> Iterator[str]:
    """Yield the names of the rights and groups of a record. A term is a topic of itself.

    Of a recommendation and its parts, the parts are about one right each.
    """
    in_parts = isinstance(record, Recommendation) and context.view.parts(record)
    rights = () if in_parts else getattr(record, "rights", ())
    ids = [*rights, *getattr(record, "groups", ())]
    for term in map(context.view.data.find, [*ids, record.id]):
        if isinstance(term, Term):
            yield from (context.title(term.id), *term.also)


def iter_entries(page: SearchPage, html: str) -> Iterator[SearchEntry]:
    """Yield the entries of a page's sections. The first one has the address of the page."""
    for number, section in enumerate(split_sections(html)):
        heading = _to_plain_text(section.title) if number else ""
        anchor = section.anchor if number else ""
        yield make_entry(page, anchor, heading, _to_plain_text(section.text))


def _to_plain_text(text: str) -> str:
    return unicodedata.normalize("NFC", unescape(text)).replace("¶", "").strip()


def list_abbreviations(context: SiteContext) -> Mapping[str, tuple[str, ...]]:
    """Return the abbreviations of each name that has any, both folded as terms and texts are."""
    abbreviations: dict[str, tuple[str, ...]] = {}
    for record in chain(context.view.all(Term), context.view.all(Source)):
        names = set(_list_names(context, record))
        short = sorted(name for name in names if _ABBREVIATION.fullmatch(name))
        if short:
            full = names.difference(short, ("",))
            abbreviations |= dict.fromkeys(map(str.casefold, full), tuple(map(fold_figures, short)))
    return abbreviations


class Index:
    """Collects entries and returns the files of the index. Sections are numbered as added.

    A section with a name that has abbreviations is found by them too, below those that have them.
    """

    def __init__(self, abbreviations: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        self._abbreviations = abbreviations
        # Term → section number times _WEIGHTS plus weight, for each section that has the term.
        self._occurrences: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._results = _Blocks(size=_TEXT_FILE_SIZE)
        self._sections_per_page: list[int] = []
        self._pages: list[SearchPage] = []

    def add(self, page: Iterable[SearchEntry]) -> None:
        """Add the sections of a page."""
        first_section = self._results.count
        for entry in page:
            if self._results.count == first_section:
                self._pages.append(entry.page)
            base = self._results.count * _WEIGHTS
            terms = entry.terms.decode().split()
            for term, weight in zip(terms, entry.weights, strict=True):
                self._occurrences[term].append(base + weight)
            for term in self._find_abbreviations(entry, set(terms)):
                self._occurrences[term].append(base + 1)
            self._results.add(entry.result)
        if self._results.count > first_section:
            self._sections_per_page.append(self._results.count - first_section)

    def _find_abbreviations(self, entry: SearchEntry, terms: set[str]) -> Iterator[str]:
        """Yield the abbreviations of the names in a section, except those that it has itself."""
        text = entry.result.decode().casefold()
        found = {
            term
            for name, abbreviations in self._abbreviations.items()
            if (name in text if " " in name else name in terms)
            for term in abbreviations
        }
        yield from sorted(found - terms)

    def _list_names_by_abbreviation(self) -> Mapping[str, str]:
        """Return the words that results highlight for each abbreviation. Short ones say little."""
        words: defaultdict[str, list[str]] = defaultdict(list)
        for name, abbreviations in self._abbreviations.items():
            for term in abbreviations:
                words[term] += (word for word in WORD.findall(fold_figures(name)) if len(word) > 3)
        return {term: " ".join(sorted(set(words[term]))) for term in sorted(words)}

    def make_files(self) -> dict[str, bytes]:
        """Return the content of the index's files by path."""
        terms, term_blocks = sorted(self._occurrences), _Blocks(size=_TERM_FILE_SIZE)
        for term in terms:
            term_blocks.add(_encode_deltas(self._occurrences[term]))
        files = {
            f"{kind}-{n}.js": data
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
            "weights": [round(page.weight * 10) for page in self._pages],
            "kinds": (kinds := list(dict.fromkeys(page.kind for page in self._pages))),
            "figures": next((kinds.index(page.kind) for page in self._pages if page.is_figure), -1),
            "kind": [kinds.index(page.kind) for page in self._pages],
            "names": self._list_names_by_abbreviation(),
        }
        paths = {f"{folder}/{name}": data for name, data in files.items()}
        paths["index.js"] = _ENCODER.encode(index).encode()
        return {f"search/{path}": _to_script(path, data) for path, data in paths.items()}


def _to_script(path: str, data: bytes) -> bytes:
    return b'trackerSearch.add("%s",%s)' % (path.encode(), data)


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
    counts = _count_terms(text)
    is_first = not anchor
    title_terms = _count_terms(" ".join((page.title, *page.topics)) if is_first else "")
    name_terms = _count_terms(" ".join(page.names) if is_first else "")
    heading_terms = _count_terms(heading)
    saturation = 0.5 + len(counts) / _AVERAGE_TERMS
    factor = 0.5 if _LIST_SECTION.fullmatch(anchor) else 1
    weights = {}
    for term in sorted({*counts, *title_terms, *name_terms, *heading_terms}):
        count = counts[term]
        weight = 7 * count / (count + saturation)
        weight += 8 * (term in title_terms) + 4 * (term in name_terms) + 3 * (term in heading_terms)
        weights[term] = max(1, min(_WEIGHTS - 1, ceil(weight * factor)))
    names = {term for term in map(name_term, page.names) if is_first and term}
    return weights | dict.fromkeys(sorted(names), _WEIGHTS - 1)


def _count_terms(text: str) -> Counter[str]:
    """Count the index terms of a text. Numbers in an address or at the end of a symbol are marked.

    The end is 9 in E/C.12/XYZ/CO/7-9 or 17 in XYZ(2016)17, which are separate words.
    """
    counts = Counter[str]()
    marked = _ADDRESS.findall(text)

    def cut(symbol: re.Match[str]) -> str:
        if symbol[1].endswith("-") and "/" not in symbol[1]:
            return symbol[0]
        marked.append(symbol[2])
        return f"{symbol[1]} "

    text = _SYMBOL_END.sub(cut, _ADDRESS.sub(" ", text))
    for word, count in Counter(WORD.findall(text)).items():
        for term in index_terms(word):
            counts[term] += count
    for word in WORD.findall(" ".join(marked)):
        counts.update(map(_mark_number, index_terms(word)))
    return counts


def name_term(name: str) -> str:
    """Return the term of a whole name, or "" if it is too long for anyone to type."""
    words = chain.from_iterable(WORD.findall(fold_figures(word)) for word in WORD.findall(name))
    term = f"={'_'.join(dict.fromkeys(words))}"
    return term if 1 < len(term) <= _MAX_WHOLE_LENGTH else ""


def _encode_deltas(numbers: Sequence[int]) -> bytes:
    """Return each number as its difference from the one before, which compresses well."""
    return f"[{','.join(map(str, map(sub, numbers, chain((0,), numbers))))}]".encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
