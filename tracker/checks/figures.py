"""Rules about figures: values, printed forms, sums and citations."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache, partial

from tracker.checks.registry import CheckContext, register_rule
from tracker.citations.arithmetic import (
    collect_printed_numbers,
    compute,
    count_names,
    is_equal_rounded,
)
from tracker.citations.claims import find_holder, iter_citing_records
from tracker.citations.matching import matches_value
from tracker.citations.matching.searchable_text import parse_date
from tracker.model import (
    Breakdown,
    Citation,
    Event,
    Figure,
    FrozenModel,
    ImpreciseDate,
    Indicator,
    Path,
    Record,
    Source,
    iter_values,
)
from tracker.model.diagnostics import Diagnostic


@register_rule("breakdown-sum")
def check_breakdown_sums(context: CheckContext) -> Iterator[Diagnostic]:
    """The parts of a breakdown add up to the indicator's figure."""
    for indicator in context.data.of(Indicator):
        whole = indicator.figure.value
        for path, breakdown, total in _iter_sums(indicator):
            if breakdown.unit == "same" and not isinstance(whole, str) and round(total - whole, 6):
                sums = {"sum": _format_number(total), "whole": _format_number(whole)}
                yield Diagnostic("breakdown-sum", indicator.id, path, {"by": breakdown.by, **sums})


@register_rule("shares-sum")
def check_shares(context: CheckContext) -> Iterator[Diagnostic]:
    """Percentages of a breakdown add up to 100. If the source rounds, add an exception."""
    for indicator in context.data.of(Indicator):
        for path, breakdown, total in _iter_sums(indicator):
            if breakdown.unit == "percent" and round(total, 6) != 100:
                params = {"by": breakdown.by, "sum": _format_number(total)}
                yield Diagnostic("shares-sum", indicator.id, path, params)


def _iter_sums(indicator: Indicator) -> Iterator[tuple[Path, Breakdown, float]]:
    """Yield path and sum of the parts of each breakdown that has only numbers."""
    for number, breakdown in enumerate(indicator.breakdowns):
        values = [float(part.value) for part in breakdown.parts if not isinstance(part.value, str)]
        if len(values) == len(breakdown.parts):
            yield ("breakdowns", number, "parts"), breakdown, sum(values)


def _format_number(number: float | None) -> str:
    return f"{number:,.10g}" if number is not None else ""


@register_rule("figure-not-cited")
def check_figures_cited(context: CheckContext) -> Iterator[Diagnostic]:
    """Each figure and each listed name of an indicator is stated by one of its citations."""
    for indicator in context.data.of(Indicator):
        stated = {(s.value, s.basis) for c in indicator.citations for s in c.states}
        for path, figure in iter_figures(indicator):
            if (figure.value, figure.basis) not in stated:
                params = {"got": str(figure.value), **_explain_point(figure.value, stated)}
                yield Diagnostic("figure-not-cited", indicator.id, (*path, "value"), params)
        values = {value for value, _ in stated}
        for number, name in enumerate(indicator.listed):
            if name not in values:
                path = ("listed", number)
                yield Diagnostic("figure-not-cited", indicator.id, path, {"got": name})


def _explain_point(
    value: float | str, stated: Collection[tuple[float | str, str]]
) -> dict[str, str]:
    """Return message arguments for a point between thousands, which makes a decimal number."""
    whole = re.fullmatch(r"(-?\d{1,3})\.(\d{1,3})", str(value))
    if isinstance(value, str) or not whole:
        return {}
    plain = int(whole[1] + whole[2].ljust(3, "0"))
    known = any(number == plain for number, _ in stated)
    return {"suggest": str(plain), "hint": "thousands"} if known else {}


def iter_figures(indicator: Indicator) -> Iterator[tuple[Path, Figure]]:
    """Yield the figure of an indicator and those of its breakdowns, with their paths."""
    yield ("figure",), indicator.figure
    for number, breakdown in enumerate(indicator.breakdowns):
        for position, part in enumerate(breakdown.parts):
            yield ("breakdowns", number, "parts", position), part


@register_rule("printed-differs")
def check_printed_forms(context: CheckContext) -> Iterator[Diagnostic]:
    """`value` and `printed` give the same number, date or symbol, in any notation."""
    for _, record in context.data.records():
        for path, figure in iter_all_figures(context, record):
            if figure.printed is not None and not matches_value(figure.printed, figure.value):
                params = {"got": figure.printed, "value": str(figure.value)}
                yield Diagnostic("printed-differs", record.id, (*path, "printed"), params)


def iter_all_figures(context: CheckContext, record: Record) -> Iterator[tuple[Path, Figure]]:
    """Yield the figures of a record and everything that its citations state."""
    if isinstance(record, Indicator):
        yield from iter_figures(record)
    for path, citation in context.data.citations_of(record):
        for number, statement in enumerate(citation.states):
            yield (*path, "states", number), statement


@register_rule("computed-differs")
def check_computed_figures(context: CheckContext) -> Iterator[Diagnostic]:
    """A computed figure equals its sum, share or change of figures cited in the same record."""
    for record in iter_citing_records(context.data):
        for at, citation in context.data.citations_of(record):
            for path, figure in _iter_computed(record, at, citation):
                if params := _check_computation(figure, citation, find_holder(record, at)):
                    yield Diagnostic("computed-differs", record.id, path, params)


def _iter_computed(record: Record, at: Path, citation: Citation) -> Iterator[tuple[Path, Figure]]:
    """Yield computed figures of a citation; for the first one, also those of its indicator."""
    for number, statement in enumerate(citation.states):
        if statement.computed:
            yield (*at, "states", number), statement
    if isinstance(record, Indicator) and at == ("citations", 0):
        for path, figure in iter_figures(record):
            if figure.computed:
                yield path, figure


def _check_computation(
    figure: Figure, citation: Citation, holder: FrozenModel
) -> dict[str, object]:
    """Return message params if a computed figure is wrong, else an empty dict."""
    assert figure.computed
    stated = collect_printed_numbers(getattr(holder, "citations", (citation,)))
    unknown = [str(n) for n in figure.computed.of if str(n) not in stated]
    if unknown:
        return {"got": str(figure.value), "missing": unknown, "hint": "stated"}
    result = compute(figure.computed, names=count_names(holder, citation))
    if result is None or not is_equal_rounded(figure, result):
        return {"got": str(figure.value), "result": _format_number(result)}
    return {}


@register_rule("date-not-cited")
def check_dates_cited(context: CheckContext) -> Iterator[Diagnostic]:
    """The date of an event or figure is stated by one of its citations, exactly or more
    precisely. For a period, this applies to both ends."""
    dated: tuple[Event | Indicator, ...] = (*context.data.of(Event), *context.data.of(Indicator))
    for record in dated:
        stated = [d for c in record.citations for s in c.states if (d := parse_date(str(s.value)))]
        for name in ("date", "as_of", "period"):
            when = getattr(record, name, None)
            if when and not all(_is_stated(end, stated) for end in _iter_ends(when)):
                yield Diagnostic("date-not-cited", record.id, (name,), {"got": when.text})


def _iter_ends(when: ImpreciseDate) -> tuple[ImpreciseDate, ...]:
    return tuple(ImpreciseDate.parse(part) for part in when.text.split("/"))


def _is_stated(when: ImpreciseDate, stated: list[ImpreciseDate]) -> bool:
    ends = {end for known in stated for end in (known, *_iter_ends(known))}
    return any(when.first <= known.first and known.last <= when.last for known in ends)


@register_rule("series-unlike")
def check_series(context: CheckContext) -> Iterator[Diagnostic]:
    """All indicators of a series have the same unit, role and population."""
    first: dict[str, Indicator] = {}
    for indicator in context.data.of(Indicator):
        if indicator.series is None:
            continue
        other = first.setdefault(indicator.series, indicator)
        for name in ("unit", "role", "population"):
            if getattr(other, name) != getattr(indicator, name):
                params = {"field": name, "series": indicator.series, "other": other.id}
                yield Diagnostic("series-unlike", indicator.id, (name,), params)


@register_rule("list-order")
def check_list_order(context: CheckContext) -> Iterator[Diagnostic]:
    """Lists of names are in alphabetical order, whatever the order in the source."""
    for indicator in context.data.of(Indicator):
        if list(indicator.listed) != sorted(indicator.listed, key=str.casefold):
            yield Diagnostic("list-order", indicator.id, ("listed",))


@register_rule("count-differs")
def check_counts(context: CheckContext) -> Iterator[Diagnostic]:
    """A figure that the tracker counted from a list equals the length of that list."""
    for indicator in context.data.of(Indicator):
        figure = indicator.figure
        counted = figure.basis == "counted" and indicator.listed
        if counted and figure.bound is None and figure.value != len(indicator.listed):
            params = {"got": str(figure.value), "length": len(indicator.listed)}
            yield Diagnostic("count-differs", indicator.id, ("figure", "value"), params)


@register_rule("small-count-in-title")
def check_small_counts(context: CheckContext) -> Iterator[Diagnostic]:
    """A title contains no count of fewer than ten people: it could identify someone."""
    for indicator in context.data.of(Indicator):
        value = indicator.figure.value
        titles = [indicator.title] if isinstance(indicator.title, str) else indicator.title.values()
        small = isinstance(value, int) and value < 10 and indicator.unit in PEOPLE_UNITS
        if small and any(re.search(rf"\b{value}\b", title) for title in titles):
            yield Diagnostic("small-count-in-title", indicator.id, ("title",), {"got": str(value)})


PEOPLE_UNITS = (
    "persons", "people", "applicants", "refugees", "children", "pupils", "women", "men", "cases",
    "families", "households", "couples", "marriages",
)  # fmt: skip
"""Units of indicators that count people."""


@register_rule("figure-in-text")
def check_text_figures(context: CheckContext) -> Iterator[Diagnostic]:
    """Each number in a text of a record appears in one of its citations or in the title, symbol
    or date of a cited source."""
    in_source = cache(partial(_collect_source_numbers, context))
    for name, record in context.data.records():
        if name in ("vocabulary", "exceptions", "sources"):
            continue
        cited = cache(partial(_collect_cited_numbers, context, record, in_source))
        own = cache(partial(_collect_own_numbers, record))  # lazy: most numbers are cited
        for path, text in iter_texts(record):
            if not _NUMBER.search(text):
                continue
            for number in _NUMBER.findall(_remove_ids(context, text)):
                plain = _remove_separators(number)
                if plain not in cited() and plain not in own():
                    yield Diagnostic("figure-in-text", record.id, path, {"got": number})


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _remove_ids(context: CheckContext, text: str) -> str:
    """Remove the ids of other records, such as I-06. While a file can't be read, they are those of
    any record."""
    any_id = bool(context.data.unreadable or context.data.invalid_ids)
    return re.sub(
        r"\b[A-Za-z]+-[\w-]+",
        lambda match: "" if any_id or context.data.find(match[0].lower()) else match[0],
        text,
    )


def _remove_separators(number: str) -> str:
    return re.sub(r"[.,](?=\d{3}\b)", "", number)


def _collect_cited_numbers(
    context: CheckContext, record: Record, in_source: Callable[[str], set[str]]
) -> set[str]:
    known: set[str] = set()
    for _, citation in context.data.citations_of(record):
        texts = (f"{s.value} {s.printed or ''}" for s in citation.states)
        known |= _collect_numbers(citation.locator, *texts) | in_source(citation.source)
    return known


def _collect_source_numbers(context: CheckContext, source_id: str) -> set[str]:
    source = context.data.find(source_id)
    if not isinstance(source, Source):
        return set()
    return _collect_numbers(str(source.title), source.symbol or "", str(source.date or ""))


def _collect_numbers(*texts: str) -> set[str]:
    numbers = {number for text in texts for number in _NUMBER.findall(text)}
    return {_remove_separators(n) for n in numbers} | {n.lstrip("0") for n in numbers}


def _collect_own_numbers(record: Record) -> set[str]:
    """Return the numbers in the id and in all fields except texts."""
    fields = str(record.model_dump(mode="json", exclude={"title", "summary", "note", "concern"}))
    return {_remove_separators(n) for n in _NUMBER.findall(fields)} | {*_NUMBER.findall(record.id)}


def iter_texts(value: FrozenModel) -> Iterator[tuple[Path, str]]:
    """Yield every text that readers see in a record, except printed figures, with its path."""
    for path, text in iter_values(value):
        if path[-1] in _PLAIN_TEXTS and isinstance(text, str):
            yield path, text


_PLAIN_TEXTS = {
    "title", "summary", "says", "why", "why_not", "concern", "note", "detail", "right",
    "explanation", "definition", "law", "measures", "results", "act", "counts", "population",
}  # fmt: skip
