"""The search of the built site: sections of pages → files from which a browser finds them.

A reader's browser asks first for the words (`index.json`), then only for the block of places that
holds a word, and for the texts that it shows. What a word is, `templates/search-find.js` tells in
the same way as `forms` here: where one of them changes, so does the other.
"""

import json
import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
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
from tracker.site.template_environment import TEMPLATES

SCRIPT = "assets/search.js"
INDEX = "search/index.json"
_SCRIPTS = ("search.js", "search-find.js")

# Letters and digits; inside a symbol, a place or an address also what joins its parts.
WORD = re.compile(r"[^\W_]+(?:(?:[./]|,(?=\d))[^\W_]+)*")
_LONGEST = 40  # longer than any symbol: an address, which is found by its parts

# Bytes of a file; some of each answer a query.
_PLACES = 8_000
_TEXTS = 12_000
_OF_OTHERS = frozenset({"discrepancies", "figures", "findings", "timeline", "used"})
"""Sections of a record's page that list other records, which say it themselves."""
_USUAL = 40  # different words in a section of a record's page, on average
_STEPS = 16  # how much a word weighs in a section, as part of the number that names the section


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page as a result names it: what kind it is of, and how it stands, in words."""

    address: str
    title: str
    kind: str
    status: str = ""
    weight: float = 1.0
    name: str = ""  # what it is called by beside its title: a symbol, a figure


class SearchEntry(NamedTuple):
    """A section that can be found, as the files of the search need it. Thousands are kept: as bytes
    they take half the memory."""

    address: str
    """Of its page."""
    shown: bytes
    """What a result shows of it, in JSON."""
    words: bytes
    """Each form of a word in it, once."""
    steps: bytes
    """How much each of them weighs in it."""


def make_entry(page: SearchPage, anchor: str, heading: str, text: str) -> SearchEntry:
    """A section, with its words weighed: that is done where the page is made."""
    steps = _weigh_terms(page, anchor, heading, text)
    place = f"{page.address}#{anchor}" if anchor else page.address
    shown = _ENCODER.encode([place, page.title, page.kind, page.status, heading, text])
    return SearchEntry(
        page.address, shown.encode(), " ".join(steps).encode(), bytes(steps.values())
    )


@lru_cache(maxsize=1 << 16)
def index_terms(word: str) -> tuple[str, ...]:
    """The index terms for a word: whole, from each of its parts on, and each part.

    Folding can turn one character into several words (U+FDFA) or add punctuation (U+2488), so the
    folded text is split into words again.
    """
    found = (form for whole in WORD.findall(fold_figures(word)) for form in _forms_of_folded(whole))
    return tuple(dict.fromkeys(found))


def _forms_of_folded(whole: str) -> list[str]:
    parts = re.split(r"[./,]", whole)
    if len(parts) == 1:
        return parts
    ends = [found.end() for found in re.finditer("/", whole)]
    long = [whole, *(whole[end:] for end in ends)] if len(whole) <= _LONGEST else []
    return [*long, *parts]


def make_record_page(
    context: SiteContext, collection: str, record: Record, *, address: str
) -> SearchPage:
    """How a result names a record."""
    kind = t(f"search.kind.{collection}", language=context.language)
    weight = 1.2 if collection == "recommendations" else 1.0
    if record.withdrawn or _is_imported(record):
        weight = 0.5
    title, status = context.title(record.id), _get_status(context, record)
    return SearchPage(address, title, kind, status, weight, _get_name(record))


def make_prose_page(title: str, *, address: str, language: str) -> SearchPage:
    """How a result names a page of prose. Registers repeat the records, which come first."""
    return SearchPage(address, unescape(title), t("search.kind.page", language=language), "", 0.5)


def _is_imported(record: Record) -> bool:
    return isinstance(record, Recommendation) and record.unassessed_import


def _get_name(record: Record) -> str:
    if isinstance(record, Source):
        return record.symbol or ""
    return str(record.figure.printed or "") if isinstance(record, Indicator) else ""


def _get_status(context: SiteContext, record: Record) -> str:
    return format_status(
        record,
        title=context.title,
        translate=partial(t, language=context.language),
        in_parts=isinstance(record, Recommendation) and bool(context.view.parts(record)),
    )


def iter_entries(page: SearchPage, html: str) -> Iterator[SearchEntry]:
    """The sections of a page, the first of which is found at the page itself."""
    for number, section in enumerate(split_sections(html)):
        heading = _to_plain(section.title) if number else ""
        anchor = section.anchor if number else ""
        yield make_entry(page, anchor, heading, _to_plain(section.text))


def _to_plain(text: str) -> str:
    return unicodedata.normalize("NFC", unescape(text)).replace("¶", "").strip()


def iter_scripts() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """What a browser finds them with: the path of each, and how it is made."""
    for name in _SCRIPTS:
        yield f"assets/{name}", (TEMPLATES / name).read_bytes


class Index:
    """Sections of pages → the files that a browser looks into. They are numbered as they come, and
    what is no longer needed of them is not kept: of a large site all of it would not fit."""

    def __init__(self) -> None:
        self._places: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        """Each word, and for each section that has it one number: the section, and its weight."""
        self._texts = _Blocks(size=_TEXTS)
        self._pages: list[int] = []

    def add(self, page: Iterable[SearchEntry]) -> None:
        """Take in the sections of a page."""
        begun, places = self._texts.items, self._places
        for entry in page:
            first = self._texts.items * _STEPS
            for word, step in zip(entry.words.decode().split(), entry.steps, strict=True):
                places[word].append(first + step)
            self._texts.add(entry.shown)
        if self._texts.items > begun:
            self._pages.append(self._texts.items - begun)

    def files(self) -> dict[str, bytes]:
        """The files by path: words, places, texts."""
        words, blocks = sorted(self._places), _Blocks(size=_PLACES)
        for word in words:
            blocks.add(_encode(self._places[word]))
        files = {
            f"{kind}-{n}.json": data
            for kind, found in (("words", blocks), ("texts", self._texts))
            for n, data in enumerate(found.lists())
        }
        # A page that is open while a new site is published must not mix the two.
        seen = sha256()
        for data in files.values():
            seen.update(data)
        name = seen.hexdigest()[:12]
        index = {
            "in": name,
            "words": " ".join(words),
            "blocks": blocks.firsts,
            "texts": self._texts.firsts,
            "pages": self._pages,
        }
        parts = {f"search/{name}/{path}": data for path, data in files.items()}
        return {INDEX: _ENCODER.encode(index).encode()} | parts


class _Blocks:
    """Items cut into JSON lists of about one size, as they come."""

    def __init__(self, *, size: int) -> None:
        self._size, self._end = size, 0
        self._group: list[bytes] = []
        self._lists: list[bytes] = []
        self.items = 0
        self.firsts: list[int] = []
        """The number of the first item of each list."""

    def add(self, item: bytes) -> None:
        begun, self._end = self._end, self._end + len(item)
        if not self._group or self._end // self._size > begun // self._size:
            self._close()
            self.firsts.append(self.items)
        self._group.append(item)
        self.items += 1

    def lists(self) -> list[bytes]:
        """All lists, the last of which may be short: nothing is added after that."""
        self._close()
        return self._lists

    def _close(self) -> None:
        if self._group:
            self._lists.append(b"[" + b",".join(self._group) + b"]")
            self._group.clear()


def _weigh_terms(page: SearchPage, anchor: str, heading: str, text: str) -> Mapping[str, int]:
    """Each form of a word in a section, and how much it weighs there, as one of few steps.

    A section is held against a usual one, not against the mean of all: no page changes another.
    """
    counts = _count_terms(text)
    lead = not anchor
    titled = set(_iter_terms(page.title)) if lead else set()
    named = set(_iter_terms(page.name)) if lead else set()
    headed = set(_iter_terms(heading))
    often = 0.5 + len(counts) / _USUAL
    share = page.weight * (0.5 if anchor in _OF_OTHERS else 1)
    steps = {}
    for word in sorted({*counts, *titled, *named, *headed}):
        times = counts.get(word, 0)
        weight = 7 * times / (times + often)
        weight += 8 * (word in titled) + 4 * (word in named) + 3 * (word in headed)
        steps[word] = max(1, min(_STEPS - 1, ceil(weight * share)))
    return steps


def _count_terms(text: str) -> Mapping[str, int]:
    """How often a text has each form of a word."""
    counts: dict[str, int] = {}
    for word, often in Counter(WORD.findall(text)).items():
        for form in index_terms(word):
            counts[form] = counts.get(form, 0) + often
    return counts


def _iter_terms(text: str) -> Iterator[str]:
    for word in WORD.findall(text):
        yield from index_terms(word)


def _encode(places: Sequence[int]) -> bytes:
    """Each number as what it adds to the one before: small ones pack well."""
    return f"[{','.join(map(str, map(sub, places, chain((0,), places))))}]".encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
