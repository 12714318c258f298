"""Resolve locators: find the paragraph, article, section, page or block that a citation names."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tracker.citations.source_text import SourceText
from tracker.model import SourceMap

_PAGE_OVERLAP = 300
"""Characters of the next page in which a match may end."""
_KIND_WORDS = {
    "paragraph": r"(?:paragraph|para\.?|§|bənd|пункт|párrafo|paragraphe)",
    "article": r"(?:article|art\.|maddə|статья|artículo|artikkel)",
    "section": r"(?:section|bölmə|раздел|sección)",
}
_INSERTED_NUMBER = r"(?:[-–]\d{1,2}(?!\d)|[¹²³⁴-⁹⁰]+|\s?(?:bis|ter)\b)?"
"""The suffix of an article inserted later: 12-1, 12¹, 12 bis."""
_NUMBERED_LINE = {
    "paragraph": re.compile(
        rf"^[ \t]*(?:{_KIND_WORDS['paragraph']}\s*)?(?:(?P<n>\d{{1,4}})(?: ?\.(?!\d)|\))|"
        r"(?P<d>\d{1,4}\.\d{1,3})\.?(?=[ \t\xa0]+(?-i:[^\W\da-zа-я]|[\"“(])))[ \t\xa0]*(?=\S|$)",
        re.IGNORECASE | re.MULTILINE,
    ),
    "article": re.compile(
        rf"^[ \t]*(?:{_KIND_WORDS['article']}\s*(?P<n>\d{{1,3}}(?:\.\d{{1,3}})*{_INSERTED_NUMBER})|"
        rf"(?P<d>\d{{1,3}}(?:\.\d{{1,3}})+{_INSERTED_NUMBER})(?=[.\s)]))"
        r"(?!\d|,|\s+(?-i:[a-zəğıöşüça-я]))",
        re.IGNORECASE | re.MULTILINE,
    ),
    "section": re.compile(
        rf"^[ \t]*(?:#+ )?(?:(?i:{_KIND_WORDS['section']})\s+(?P<n>\d{{1,3}}|[A-Z]|[IVX]{{1,5}})\b|"
        r"(?P<d>[A-Z]|[IVX]{1,5})\.(?=[ \t]+[^\n]*[^\s.,;:]\s*$))",
        re.MULTILINE,
    ),
}
_LETTERED_HEADING = re.compile(
    r"^[ \t]*(?:#+ )?(?P<letter>[a-z])\.[ \t]+[A-Z][^\n]{0,98}[^\s.,;:]$", re.MULTILINE
)
"""A heading in a numbered section, such as `e. Protection of Refugees` in section 2: 2.e."""
_HEADINGS = {
    "summary": re.compile(
        r"^[ \t]*(?:executive )?(?:summary|abstract|xülasə|resumen|résumé|резюме)[ \t]*\n"
        r"(.*?)(?=^[ \t]*(?:contents|introduction|section|article|[IVX]+\.\s|1\.\s|chapter\b)|\Z)",
        re.IGNORECASE | re.MULTILINE | re.DOTALL,
    ),
    "title": re.compile(r"\A\s*((?:[^\n]*\n){0,8}[^\n]*)"),
}
_RIVAL_SHARE = 0.58
"""If a second run is longer than this share of the longest one, its numbers are ambiguous."""
_CONTENTS_LEADER = re.compile(r"[^\n]*\.{4}[. ]*\d*[ \t]*$", re.MULTILINE)
"""The rest of a line in a table of contents."""
_CLOSING = re.compile(
    r"^[ \t]*(?:annex(?:es)?|appendix|list of participants|participants|signatures?|done (?:at|in)"
    r"|əlavə|приложение|anexo|annexe|vedlegg)\b[^\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
"""A heading after the last paragraph."""
_RIGHT_COLUMN = re.compile(r"^[^\n]*\S {3,}(\d{1,4})\. +[^\W\d_a-z]", re.MULTILINE)
"""A numbered paragraph next to another, in a text with two columns on the same lines."""
_ITEM = re.compile(r"(?:(?<=[\s;:,.])|^)\(?([a-z]{1,4}|\d{1,2})\)(?=\s)", re.MULTILINE)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")
_MAX_LOOKBACK = 200
"""Maximum distance of neighbours in a run, to avoid quadratic time."""


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A part of a text, by offsets. A match starts before `end` and ends before `search_end`."""

    name: str
    start: int
    end: int
    search_end: int
    """For a page, a position in the next page."""
    number_end: int = 0
    """The end of the number that names the span, which is not one of its figures."""
    footnotes: tuple[int, int] = (0, 0)
    """Start and end of the footnotes of a page."""
    ambiguous: bool = False
    """True if the number appears more than once."""


def find_spans(
    text: SourceText, kind: str, blocks: SourceMap | None = None
) -> tuple[TextSpan, ...]:
    """Return the spans of one kind in a text, in order; with `blocks`, those of the source map.

    Kinds: `block`, `paragraph`, `article`, `section`, `page`, `summary`, `title` and `whole`.
    """
    whole = len(text.text)
    end = text.footnotes[0] if text.footnotes else whole
    if blocks:
        return tuple(_iter_block_spans(text.text, blocks))
    if kind == "page" and not text.has_pages:
        return ()
    if kind == "page":
        ends = [*text.pages[1:], end]
        notes = list(pairwise(text.footnotes)) or [(0, 0)] * len(ends)
        return tuple(
            TextSpan(f"page {number}", lo, hi, min(end, hi + _PAGE_OVERLAP), footnotes=below)
            for number, (lo, hi, below) in enumerate(zip(text.pages, ends, notes, strict=True), 1)
        )
    if kind in _NUMBERED_LINE:
        matches = tuple(_find_numbered(text.text[:end], kind))
        if kind == "section" and not matches:  # headings such as `1. Population`
            return tuple(_find_numbered(text.text[:end], "paragraph", name="section"))
        lettered = matches if kind == "section" else ()
        return (*matches, *(s for m in lettered for s in _iter_lettered_sections(text.text, m)))
    if kind == "title" and text.heading:
        at = text.text.find(text.heading)
        return (TextSpan("title", at, at + len(text.heading), at + len(text.heading)),)
    if kind in _HEADINGS:
        span = _HEADINGS[kind].search(text.text)
        return (TextSpan(kind, span.start(1), span.end(1), span.end(1)),) if span else ()
    return (TextSpan("whole", 0, whole, whole),) if kind == "whole" else ()


def get_span_kind(locator: str) -> str:
    """Return the kind of span that a locator names: `paragraph` for `paragraphs 9-11 (a)`."""
    kind, _, number = locator.lower().partition(" ")
    return kind.removesuffix("s") if number else kind


def resolve_locator(locator: str, spans: tuple[TextSpan, ...], text: str) -> TextSpan | None:
    """Return the span that a locator names, or None.

    `paragraph 9 (a)` gives the sub-paragraph only, and `pages 25-26` one span from the first to the
    last.
    """
    by_name = {_normalize_suffix(span.name.lower()): span for span in spans}
    plain = _normalize_suffix(re.sub(r"\s*\(.*", "", locator).lower())
    if plain in by_name:
        return _find_sub_paragraph(locator, by_name[plain], text)
    first, _, last = plain.partition(" ")[2].replace("–", "-").partition("-")
    kind = get_span_kind(plain)
    begin, end = by_name.get(f"{kind} {first}"), by_name.get(f"{kind} {last or first}")
    if not begin or not end:
        return None
    footnotes = (begin.footnotes[0], end.footnotes[1])
    return TextSpan(locator, begin.start, end.end, end.search_end, footnotes=footnotes)


def _normalize_suffix(number: str) -> str:
    """Return a number with the suffix of an inserted article after a hyphen: 12-1 for 12¹."""
    return re.sub("[¹²³⁴-⁹⁰]+", lambda match: "-" + unicodedata.normalize("NFKC", match[0]), number)


def _find_sub_paragraph(locator: str, span: TextSpan, text: str) -> TextSpan | None:
    """Return the part of a span that letters or numbers in brackets name; None if it has none."""
    start, end = span.number_end or span.start, span.end
    labels = re.findall(r"\(([a-z]{1,4}|\d{1,2})\)", locator.lower())
    for label in labels:
        items = list(_ITEM.finditer(text, start, end))
        first = next((item for item in items if item[1].lower() == label), None)
        if not first:
            return None
        after = _list_successors(label)
        start = first.end()
        end = next((i.start() for i in items if i.start() > start and i[1].lower() in after), end)
    if not labels:
        return span
    return TextSpan(locator, start, end, end, ambiguous=span.ambiguous)


def _list_successors(label: str) -> tuple[str, ...]:
    """Return the labels that can follow: j or ii after i."""
    if label.isdecimal():
        return (str(int(label) + 1),)
    letter = (chr(ord(label) + 1),) if len(label) == 1 else ()
    return (*letter, *((_ROMAN[_ROMAN.index(label) + 1],) if label in _ROMAN[:-1] else ()))


def _iter_block_spans(text: str, blocks: SourceMap) -> Iterator[TextSpan]:
    """Yield the blocks of a source map, each with the heading directly above it."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    last = 0
    for block in blocks.blocks:
        first, _, end = block.lines.partition("-")
        if int(first) >= len(starts):
            return  # the text is shorter than the one the map was made for
        lo = _find_heading_start(text, starts, int(first), last)
        last = min(int(end or first), len(starts) - 1)
        yield TextSpan(block.id, lo, starts[last], starts[last])


def _find_heading_start(text: str, starts: list[int], first: int, last: int) -> int:
    """Return the start of a block, including lines directly above that belong to no block."""
    begin = first
    while begin - 1 > last and text[starts[begin - 2] : starts[begin - 1]].strip():
        begin -= 1
    return starts[min(begin - 1, len(starts) - 1)]


@dataclass(frozen=True, slots=True)
class _NumberedLine:
    """A number at the start of a line, with its offsets."""

    start: int
    end: int
    written: str

    @property
    def number(self) -> tuple[Any, ...]:
        """Return a sort key: (3, 0, 1) for 3.0.1, (12.01,) for 12-1, a letter for a section."""
        written = _normalize_suffix(self.written.lower()).replace("–", "-")
        base, _, later = re.sub(r"\s?(bis|ter)$", r"-\1", written).partition("-")
        *head, last = (
            int(part) if part.isdecimal() else part for part in re.findall(r"\d+|[a-z]+", base)
        )
        if later and isinstance(last, int):
            last += int({"bis": "1", "ter": "2"}.get(later, later)) / 100
        return (*head, last)


def _find_numbered(text: str, kind: str, *, name: str = "") -> Iterator[TextSpan]:
    """Yield the longest run of rising numbers; other numbers are lists or wrapped lines."""
    marks = [
        _NumberedLine(*match.span(), match["n"] or match["d"])
        for match in _NUMBERED_LINE[kind].finditer(text)
        if not _CONTENTS_LEADER.match(text, match.end())
    ]
    lists: list[_NumberedLine] = []
    if kind == "paragraph":
        marks, lists = _separate_lists(_drop_isolated(marks), text)
    kept = marks if kind == "section" else _select_rising_run(marks)
    others = [mark for mark in marks if mark not in kept]
    rivals = [] if kind == "section" else _select_rising_run(others)
    if len(rivals) <= len(kept) * _RIVAL_SHARE:
        rivals = []
    # An earlier list that may be the paragraphs makes only its own numbers doubtful.
    earlier = [mark for mark in others if kept and mark.start < kept[0].start]
    doubtful = {mark.number for mark in (*rivals, *earlier)}
    beside = kind == "paragraph" and _has_columns_side_by_side(text)
    for index, mark in enumerate(kept):
        # An article ends at the next one of the same or a higher level.
        after = (m.start for m in kept[index + 1 :] if m.number[: len(mark.number)] != mark.number)
        lo = kept[index - 1].start if index else 0
        hi = kept[index + 1].start if index + 1 < len(kept) else len(text)
        twice = any(lo < m.start < hi and m.number == mark.number for m in others)
        end = next(after, -1)
        if end < 0:
            closing = _CLOSING.search(text, mark.end) if kind != "section" else None
            end = closing.start() if closing else len(text)
        title = f"{name or kind} {mark.written.lower()}"
        ambiguous = beside or twice or mark.number in doubtful
        yield TextSpan(title, mark.start, end, end, mark.end, ambiguous=ambiguous)
    seen = {mark.number for mark in kept}
    for mark in [*others, *lists]:  # a number that only a list or an annex has
        if mark.number not in seen:
            yield TextSpan(f"{name or kind} {mark.written.lower()}", 0, 0, 0, ambiguous=True)


def _iter_lettered_sections(text: str, section: TextSpan) -> Iterator[TextSpan]:
    """Yield the parts of a numbered section that begin with a lettered heading."""
    if not section.name.rpartition(" ")[2].isdecimal() or section.ambiguous:
        return
    marks = list(_LETTERED_HEADING.finditer(text, section.start, section.end))
    letters = [mark["letter"] for mark in marks]
    for mark, end in zip(marks, [*(m.start() for m in marks[1:]), section.end], strict=False):
        twice = letters.count(mark["letter"]) > 1
        name = f"{section.name}.{mark['letter']}"
        yield TextSpan(name, mark.start(), end, end, mark.end("letter"), ambiguous=twice)


def _has_columns_side_by_side(text: str) -> bool:
    """Return True if other paragraphs begin in the middle of lines: none is whole there."""
    numbers = [int(match[1]) for match in _RIGHT_COLUMN.finditer(text)]
    return any(after == before + 1 for before, after in pairwise(numbers))


def _drop_isolated(marks: list[_NumberedLine]) -> list[_NumberedLine]:
    """Drop years and decimals at the start of a line: no neighbour continues their numbering."""
    numbers = {mark.number for mark in marks}

    def has_neighbour(mark: _NumberedLine) -> bool:
        *head, last = mark.number
        near = [tuple(head)] if head and last == 1 else []
        near += [(*head, last + step) for step in (-1, 1)]
        return any(number in numbers for number in near)

    return [m for m in marks if (len(m.number) == 1 and m.number[0] < 1000) or has_neighbour(m)]


def _separate_lists(
    marks: list[_NumberedLine], text: str
) -> tuple[list[_NumberedLine], list[_NumberedLine]]:
    """Separate the numbers of paragraphs from those of lists before or inside a paragraph.

    A list begins at 1. It is inside a paragraph if the numbering continues after it, or if a colon
    introduces it. It is before the paragraphs if it has no sentences, and a longer run follows that
    begins at 1 too.
    """
    runs: list[list[_NumberedLine]] = []
    for mark in marks:
        follows = runs and mark.number in (
            (*runs[-1][-1].number[:-1], runs[-1][-1].number[-1] + 1),
            (runs[-1][-1].number[0] + 1,),
            (*runs[-1][-1].number, 1),
        )
        if follows:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    lists = []
    for index, run in enumerate(runs):
        if run[0].number != (1,):
            continue
        before = runs[index - 1][-1] if index else None
        after = runs[index + 1] if index + 1 < len(runs) else None
        continues = before and after and after[0].number == (before.number[0] + 1,)
        introduced = before and text[: run[0].start].rstrip().endswith(":")
        precedes = (
            not before
            and after
            and after[0].number == (1,)
            and len(after) > len(run)
            and not re.search(r"[.;:!?]\s*$", text[run[0].end : run[-1].start], re.MULTILINE)
        )
        if (continues and len(run) > 1) or introduced or precedes:
            lists += run
    return [mark for mark in marks if mark not in lists], lists


def _select_rising_run(marks: list[_NumberedLine]) -> list[_NumberedLine]:
    """Return the rising subsequence with the highest score; consecutive numbers score most."""
    best: list[tuple[float, int]] = []
    numbers = [mark.number for mark in marks]
    for index, number in enumerate(numbers):
        weight, back = 1.0, -1
        for earlier in range(max(0, index - _MAX_LOOKBACK), index):
            step = _score_step(numbers[earlier], number)
            if step and best[earlier][0] + step > weight:
                weight, back = best[earlier][0] + step, earlier
        best.append((weight, back))
    chain: list[_NumberedLine] = []
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        chain.append(marks[at])
        at = best[at][1]
    return chain[::-1]


def _score_step(before: tuple[Any, ...], after: tuple[Any, ...]) -> float:
    if after <= before:
        return 0.0
    *head, last = before
    # 13 follows 12-1, as 12-1 follows 12.
    is_inserted = (*after[:-1], int(after[-1])) == (*head, int(last))
    follows = is_inserted or after == (*head, int(last) + 1)
    deeper = after[: len(before)] == before
    return 1.0 if follows or deeper else 0.4
