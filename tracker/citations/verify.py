"""Verify citations: search the cited passages of the sources for each statement."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.citations.arithmetic import compute, count_names, is_equal_rounded
from tracker.citations.claims import UNAVAILABLE, Claim, iter_claims
from tracker.citations.locators import TextSpan, find_spans, get_span_kind, resolve_locator
from tracker.citations.matching import (
    find_closest_text,
    is_in_same_clause,
    iter_alterations,
    matches_value,
)
from tracker.citations.matching.normalize import normalize_text
from tracker.citations.matching.searchable_text import (
    get_symbol_series,
    is_symbol,
    parse_date,
    parse_number,
)
from tracker.citations.quotes import find_contrast
from tracker.citations.source_text import SourceText
from tracker.model import Dataset, Record, Source, Statement
from tracker.model.lockfiles import RESULTS, Result

_NOTE_NUMBER = re.compile(r"[ \t]*(\d{1,3})\.? +[^\W\d_a-z]")
_SERIES_DISTANCE = 300
"""Characters in which the full symbol comes before a short one: `E/C.12/XYZ/Q/4 and RQ/4`."""


@dataclass(frozen=True)
class StatementResult:
    """The result of one statement of a citation."""

    statement: Statement
    result: Result
    detail: str = ""
    """The cause: `value`, `near`, `year`, `split-year`, `elsewhere`, `no-place`, `computed` or
    `by-hand`."""
    nearest: str = ""
    """The most similar text in the cited passage, or the passage that has the statement."""
    offset: int = -1
    """The offset of the match in the text, or -1."""
    similar: tuple[str, ...] = ()
    """Figures in the passage that differ in one digit, which could hide a typing error."""
    lookalikes: tuple[str, ...] = ()
    """Non-Latin letters in the source's form of a document symbol."""


@dataclass(frozen=True)
class VerificationResult:
    """The result of a claim, which is the worst result of its statements."""

    claim: Claim
    result: Result
    reason: str = ""
    statements: tuple[StatementResult, ...] = ()
    text_sha256: str = ""
    """SHA-256 of the text that was searched."""
    cut_before: str = ""
    """The word after the quotation, if it limits or contradicts the quotation."""


def verify_claims(
    data: Dataset,
    texts: Mapping[str, SourceText],
    *,
    claims: Iterable[Claim] | None = None,
    with_similar: bool = True,
) -> Iterator[VerificationResult]:
    """Yield the result of each claim, by default of all claims of the dataset.

    `texts` maps source ids to texts. `with_similar` also lists figures that could be confused with
    those found, which takes most of the time.
    """
    maps = {m.source: m for m in data.maps}
    cache: dict[tuple[str, str], tuple[TextSpan, ...]] = {}
    paragraphs: dict[str, tuple[TextSpan, ...]] = {}
    for claim in iter_claims(data) if claims is None else claims:
        name, locator = claim.citation.source, claim.citation.locator
        source, text = data.find(name), texts.get(name)
        if not isinstance(source, Source) or text is None or text.error:
            yield _to_unchecked(claim, _explain_missing_text(source, text))
            continue
        kind = get_span_kind(locator)
        if (name, kind) not in cache:
            cache[name, kind] = find_spans(text, kind, maps.get(name))
        if name not in paragraphs:
            paragraphs[name] = find_spans(text, "paragraph")
        spans = cache[name, kind]
        year = source.date.first.year if source.date else None
        search = _Search(
            text,
            resolve_locator(locator, spans, text.text),
            spans,
            (*spans, *paragraphs[name]),
            year,
            with_similar,
        )
        yield _verify_claim(claim, search)


def _explain_missing_text(source: Record | None, text: SourceText | None) -> str:
    if isinstance(source, Source) and (text or source.access in UNAVAILABLE):
        return text.error if text else source.access
    return "no-text"


def _to_unchecked(claim: Claim, reason: str, text_sha256: str = "") -> VerificationResult:
    if not claim.citation.statements:
        return VerificationResult(claim, "no-statement", text_sha256=text_sha256)
    return VerificationResult(claim, "not-checkable", reason, text_sha256=text_sha256)


@dataclass(frozen=True, slots=True)
class _Search:
    """The text to search, the cited span, and all spans of the same kind."""

    text: SourceText
    span: TextSpan | None
    spans: tuple[TextSpan, ...]
    numbered: tuple[TextSpan, ...]
    """Spans whose own numbers are not figures: those, and all paragraphs."""
    year: int | None = None
    """The year of the source."""
    with_similar: bool = True

    def find_first(self, printed: str, near: str | None, span: TextSpan) -> int | None:
        """Return the first offset of a statement in a span, in the same clause as `near`."""
        text = self.text.searchable
        # A bare number could be the number of the paragraph itself.
        bare = bool(parse_number(printed))
        below = text.find_printed(printed, *span.footnotes)
        inside = text.find_printed(printed, span.start, span.search_end)
        for start, end in sorted({*(match for match in inside if match[0] < span.end), *below}):
            if bare and (self._is_note_number(start) or self._is_place_number(start)):
                continue
            if near is None or is_in_same_clause(text, (start, end), near):
                return start
        return None

    def _is_place_number(self, start: int) -> bool:
        """Return True for the number of a paragraph or another place."""
        return any(s.start <= start < s.number_end for s in self.numbered)

    def _is_note_number(self, start: int) -> bool:
        """Return True for the number before a footnote, which begins with a capital or quote."""
        text, notes = self.text.text, self.text.footnotes
        line = text.rfind("\n", 0, start) + 1
        number = _NOTE_NUMBER.match(text, line) if notes and start >= notes[0] else None
        return number is not None and start < number.end(1)


def _verify_claim(claim: Claim, search: _Search) -> VerificationResult:
    sha256 = search.text.sha256
    if search.span and search.span.ambiguous:
        return _to_unchecked(claim, "doubtful-place", sha256)
    if not search.span and not search.spans:
        return _to_unchecked(claim, "no-place", sha256)
    checked = tuple(_verify_statement(s, claim, search) for s in claim.citation.statements)
    if any(s.result == "wrong-place" for s in checked):
        place = _find_other_place(claim, search)
        checked = tuple(
            replace(s, nearest=place) if s.result == "wrong-place" else s for s in checked
        )
    worst: Result = min((s.result for s in checked), key=RESULTS.index, default="no-statement")
    reason = next((s.detail for s in checked if s.result == worst == "not-checkable"), "")
    cut_before = ""
    if claim.citation.quote and checked[-1].result == "proved":
        cut_before = find_contrast(search.text, claim.citation.quote, checked[-1].offset)
    return VerificationResult(claim, worst, reason, checked, sha256, cut_before)


def _find_other_place(claim: Claim, search: _Search) -> str:
    """Return the only other place that has all statements of a citation, or "".

    Nothing is proposed if the cited place was not found: it may be a form that is not understood.
    """
    if not search.span:
        return ""
    wanted = [(s.printed, s.near) for s in claim.citation.statements if s.printed is not None]
    places = [
        span
        for span in search.spans
        if not span.ambiguous
        and all(search.find_first(*statement, span) is not None for statement in wanted)
    ]
    inner = [
        place
        for place in places
        if not any(
            place.start <= other.start and other.end <= place.end and other is not place
            for other in places
        )
    ]
    return inner[0].name if len(inner) == 1 else ""


def _verify_statement(statement: Statement, claim: Claim, search: _Search) -> StatementResult:
    printed, span = statement.printed, search.span
    if printed is None:
        return _verify_computed(statement, claim)
    if not matches_value(printed, statement.value, language=search.text.searchable.language):
        return StatementResult(statement, "not-found", "value", printed)
    if statement.computed:
        computed = _verify_computed(statement, claim)
        if computed.result == "not-found":
            return computed
    offset = search.find_first(printed, statement.near, span) if span else None
    if span is None or offset is None:
        if span and _has_split_year(printed, search.text.text[span.start : span.search_end]):
            return StatementResult(statement, "not-checkable", "split-year")
        return _find_elsewhere(statement, printed, search)
    series = get_symbol_series(str(statement.value), printed)
    if series and series not in search.text.text[max(0, offset - _SERIES_DISTANCE) : offset]:
        return StatementResult(statement, "not-found", "value", printed)
    if not _has_year(statement, search, span):
        return StatementResult(statement, "not-found", "year", printed)
    similar = tuple(_iter_similar(statement, search, span)) if search.with_similar else ()
    symbol = search.text.text[offset : offset + 2 * len(printed)] if is_symbol(printed) else ""
    foreign = sorted({letter for letter in symbol if letter.isalpha() and not letter.isascii()})
    return StatementResult(statement, "proved", "", "", offset, similar, tuple(foreign))


def _has_split_year(printed: str, text: str) -> bool:
    """Return True if a date is in a text with its year split, as PDF files may have it: 20 10."""
    year = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", printed)
    if not year or not parse_date(printed):
        return False
    split = rf"{year[0][:2]} {year[0][2:]}|{year[0][0]} {year[0][1:]}|{year[0][:3]} {year[0][3]}"
    before, after = (re.escape(part) for part in (printed[: year.start()], printed[year.end() :]))
    return bool(re.search(rf"(?<!\d){before}(?:{split}){after}(?!\d)", text))


def _verify_computed(statement: Statement, claim: Claim) -> StatementResult:
    """Verify a figure computed by the tracker by recomputing it."""
    if statement.computed is None:
        return StatementResult(statement, "not-checkable", "by-hand")
    result = compute(statement.computed, names=count_names(claim.holder, claim.citation))
    if result is None:
        return StatementResult(statement, "not-found", "computed")
    if not is_equal_rounded(statement, result):
        return StatementResult(statement, "not-found", "computed", f"{result:,.10g}")
    return StatementResult(statement, "proved", "computed")


def _find_elsewhere(statement: Statement, printed: str, search: _Search) -> StatementResult:
    """Explain a statement missing from its span: it is elsewhere, lacks `near`, or is absent."""
    span, text, near = search.span, search.text, statement.near
    if any(search.find_first(printed, near, other) is not None for other in search.spans):
        return StatementResult(statement, "wrong-place", "elsewhere")
    if span and near and search.find_first(printed, None, span) is not None:
        return StatementResult(statement, "not-found", "near", near)
    # A list of abbreviations or contents before the first paragraph states nothing.
    numbered = (s.start for s in search.spans if s.end and s.name.startswith("paragraph"))
    begin = min(numbered, default=0)
    whole = TextSpan("whole", begin, len(text.text), len(text.text))
    if search.find_first(printed, near, whole) is not None:
        return StatementResult(statement, "wrong-place", "elsewhere")
    if span is None:
        return StatementResult(statement, "not-found", "no-place")
    closest = find_closest_text(text.searchable, printed, lo=span.start, hi=span.end)
    return StatementResult(statement, "not-found", "", closest)


def _has_year(statement: Statement, search: _Search, span: TextSpan) -> bool:
    """Return whether the year of a date is certain.

    The year is printed with the date or elsewhere in the span, or it is the year of the last
    earlier mention of the same day or, if there is none, of the source.
    """
    text = search.text.searchable
    date = parse_date(str(statement.value))
    if date is None or date.precision in ("span", "year"):
        return True
    if re.search(r"\d{4}", statement.printed or "") or parse_date(statement.printed or ""):
        return True
    year = date.first.year
    if any(text.find_printed(str(year), span.start, span.end)):
        return True
    day = (date.first.month, (date.first.day,))
    earlier = [m for m in text.dates_between(0, span.start) if (m.month, m.days) == day]
    return (earlier[-1].year if earlier else search.year) == year


def _iter_similar(statement: Statement, search: _Search, span: TextSpan) -> Iterator[str]:
    """Yield the figures in the span that differ from the statement in one digit."""
    numbers = search.text.searchable.numbers_between(span.start, span.search_end)
    known = {normalize_text(number.text) for number in numbers}
    for other in iter_alterations(statement.printed or ""):
        digits = map(normalize_text, re.findall(r"\d+(?:[.,]\d+)*", other))
        is_known = known.issuperset(digits)
        if is_known and search.find_first(other, statement.near, span) is not None:
            yield other
