"""Looking for each statement of each claim, in the place that its citation names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracker.citations.arithmetic import compute, count_names, is_equal_rounded
from tracker.citations.claims import UNAVAILABLE, Claim, iter_claims
from tracker.citations.locators import TextSpan, find_spans, get_span_kind, resolve_locator
from tracker.citations.matching import (
    find_closest_text,
    find_printed,
    iter_alterations,
    matches_value,
)
from tracker.citations.matching.context import is_in_same_clause
from tracker.citations.matching.normalize import normalize_text
from tracker.citations.matching.searchable_text import (
    find_lookalike_letters,
    is_symbol,
    parse_date,
    parse_number,
)
from tracker.citations.results import StatementResult, VerificationResult
from tracker.citations.source_text import SourceText
from tracker.model import Dataset, Record, Source, Statement
from tracker.model.lockfiles import RESULTS, Result


def verify_claims(
    data: Dataset,
    texts: Mapping[str, SourceText],
    *,
    claimed: Iterable[Claim] | None = None,
    alike: bool = True,
) -> Iterator[VerificationResult]:
    """Every claim of the records, or those claimed, each with its result, in their order.

    `alike` says whether to look also for what could be mistaken for it, which takes longest.
    """
    maps = {m.source: m for m in data.maps}
    divided: dict[tuple[str, str], tuple[TextSpan, ...]] = {}
    for claim in iter_claims(data) if claimed is None else claimed:
        name, locator = claim.citation.source, claim.citation.locator
        source, text = data.find(name), texts.get(name)
        missing = _explain_missing_text(source, text) if isinstance(source, Source) else "no-text"
        if missing or text is None:
            states = claim.citation.states
            result: Result = "not-checkable" if states else "no-statement"
            yield VerificationResult(claim, result, missing if states else "")
            continue
        kind = get_span_kind(locator)
        if (name, kind) not in divided:
            divided[name, kind] = find_spans(text, kind, maps.get(name))
        found = divided[name, kind]
        search = _Search(text, resolve_locator(locator, found), found, _get_year(source), alike)
        yield _verify_claim(claim, search)


def _get_year(source: Record | None) -> int | None:
    """The year of a source, where its date tells it: that of its dates without one."""
    date = source.date if isinstance(source, Source) else None
    return date.first.year if date else None


def _explain_missing_text(source: Source, text: SourceText | None) -> str:
    """Why a source has no text at hand: the reason that a reader can understand."""
    if text is not None:
        return text.error
    return source.access if source.access in UNAVAILABLE else "no-text"


@dataclass(frozen=True, slots=True)
class _Search:
    """Where to look: a text, the place that is cited, and all places of its kind."""

    text: SourceText
    span: TextSpan | None
    spans: tuple[TextSpan, ...]
    year: int | None = None
    """The year in which the source was written."""
    with_similar: bool = True
    """Whether to look for what could be mistaken for what is found."""

    def find_first(self, printed: str, near: str | None, place: TextSpan) -> int | None:
        """The first offset in a place at which a print stands, by the word it is to stand by."""
        reading = self.text.searchable
        bare = bool(parse_number(printed))  # the number of a paragraph is no figure that it holds
        lo, hi = place.footnotes
        below = find_printed(reading, printed, lo=lo, hi=hi)
        inside = find_printed(reading, printed, lo=place.start, hi=place.search_end)
        for start, end in sorted({*(span for span in inside if span[0] < place.end), *below}):
            if bare and any(p.start <= start < p.number_end for p in self.spans):
                continue
            if near is None or is_in_same_clause(reading, (start, end), near):
                return start
        return None


def _verify_claim(claim: Claim, search: _Search) -> VerificationResult:
    states, text = claim.citation.states, search.text
    unclear = "doubtful-place" if search.span and search.span.ambiguous else ""
    unclear = unclear or ("" if search.span or search.spans else "no-place")
    if unclear:
        result: Result = "not-checkable" if states else "no-statement"
        return VerificationResult(claim, result, unclear if states else "", text_sha256=text.sha256)
    stated = tuple(_verify_statement(statement, claim, search) for statement in states)
    results = [s.result for s in stated] or ["no-statement"]
    worst: Result = min(results, key=RESULTS.index)
    reason = next((s.detail for s in stated if s.result == worst == "not-checkable"), "")
    return VerificationResult(claim, worst, reason, stated, text.sha256)


def _verify_statement(statement: Statement, claim: Claim, search: _Search) -> StatementResult:
    printed = statement.printed
    if printed is None:
        return _verify_computed(statement, claim)
    if not matches_value(printed, statement.value, language=search.text.searchable.language):
        return StatementResult(statement, "not-found", "value", printed)
    if statement.computed and (made := _verify_computed(statement, claim)).result == "not-found":
        return made
    at = search.find_first(printed, statement.near, search.span) if search.span else None
    if search.span is None or at is None:
        return _find_elsewhere(statement, printed, search)
    if not _has_year(statement, search, search.span):
        return StatementResult(statement, "not-found", "year", printed)
    alike = tuple(_iter_similar(statement, search, search.span)) if search.with_similar else ()
    shown = search.text.text[at : at + 2 * len(printed)] if is_symbol(printed) else ""
    return StatementResult(
        statement, "proved", offset=at, similar=alike, lookalikes=find_lookalike_letters(shown)
    )


def _verify_computed(statement: Statement, claim: Claim) -> StatementResult:
    """A figure of the tracker's own making is proved by making it again."""
    if statement.computed is None:
        return StatementResult(statement, "not-checkable", "by-hand")
    result = compute(statement.computed, names=count_names(claim.holder, claim.citation))
    if result is None or not is_equal_rounded(statement, result):
        return StatementResult(
            statement, "not-found", "computed", "" if result is None else f"{result:,.10g}"
        )
    return StatementResult(statement, "proved", "computed")


def _find_elsewhere(statement: Statement, printed: str, search: _Search) -> StatementResult:
    """Why a print does not stand in its place: it stands in another, or by another word, or not."""
    place, text = search.span, search.text
    found = (p for p in search.spans if search.find_first(printed, statement.near, p) is not None)
    other = next(found, None)
    if other:
        return StatementResult(statement, "wrong-place", "elsewhere", other.name)
    if place and statement.near and search.find_first(printed, None, place) is not None:
        return StatementResult(statement, "not-found", "near", statement.near)
    whole = TextSpan("whole", 0, len(text.text), len(text.text))
    if search.find_first(printed, statement.near, whole) is not None:
        return StatementResult(statement, "wrong-place", "elsewhere")
    if place is None:
        return StatementResult(statement, "not-found", "no-place")
    instead = find_closest_text(text.searchable, printed, lo=place.start, hi=place.end)
    return StatementResult(statement, "not-found", "", instead)


def _has_year(statement: Statement, search: _Search, place: TextSpan) -> bool:
    """A date that is printed without its year needs the year in the same place, or takes that of
    the last time the same day was named before it, or that of the source itself."""
    text = search.text
    when = parse_date(str(statement.value))
    printed = statement.printed or ""
    if when is None or when.precision in ("span", "year") or re.search(r"\d{4}", printed):
        return True
    year = when.first.year
    if any(find_printed(text.searchable, str(year), lo=place.start, hi=place.end)):
        return True
    day = (when.first.month, (when.first.day,))
    earlier = [m for m in text.searchable.dates_between(0, place.start) if (m.month, m.days) == day]
    return (earlier[-1].year if earlier else search.year) == year


def _iter_similar(statement: Statement, search: _Search, place: TextSpan) -> Iterator[str]:
    """Prints one digit away that stand in the same place by the same word."""
    printed = statement.printed or ""
    there = {
        normalize_text(n.text)
        for n in search.text.searchable.numbers_between(place.start, place.search_end)
    }
    for other in iter_alterations(printed):
        digits = (normalize_text(run) for run in re.findall(r"\d+(?:[.,]\d+)*", other))
        if all(run in there for run in digits) and (
            search.find_first(other, statement.near, place) is not None
        ):
            yield other
