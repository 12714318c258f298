"""Rules about the order of dates, quoted words, the vocabulary, discrepancies and exceptions."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from tracker.checks.figures import iter_texts
from tracker.checks.registry import CHECKS, CheckContext, register_rule
from tracker.model import (
    Cycle,
    Dataset,
    Discrepancy,
    Exemption,
    ImpreciseDate,
    Recommendation,
    Term,
    iter_values,
)
from tracker.model.diagnostics import Diagnostic


@register_rule("assessment-order")
def check_assessment_order(context: CheckContext) -> Iterator[Diagnostic]:
    """Assessments are listed from the oldest to the newest."""
    for recommendation in context.data.of(Recommendation):
        dates = [assessment.date for assessment in recommendation.assessments]
        for number, (earlier, later) in enumerate(pairwise(dates), 1):
            if later.last < earlier.first:
                path = ("assessments", number, "date")
                params = {"got": later.text, "before": earlier.text}
                yield Diagnostic("assessment-order", recommendation.id, path, params)


@register_rule("assessed-before-asked")
def check_assessment_dates(context: CheckContext) -> Iterator[Diagnostic]:
    """No assessment is dated before its recommendation was made."""
    for recommendation in context.data.of(Recommendation):
        for number, assessment in enumerate(recommendation.assessments):
            made = recommendation.made_on
            if made and assessment.date.last < made.first:
                path = ("assessments", number, "date")
                params = {"got": assessment.date.text, "before": made.text}
                yield Diagnostic("assessed-before-asked", recommendation.id, path, params)


@register_rule("cycle-order")
def check_cycle_order(context: CheckContext) -> Iterator[Diagnostic]:
    """The dates of a review are in order: report received and issued, meetings held, concluding
    observations adopted and issued."""
    for cycle in context.data.of(Cycle):
        for (stage, earlier), (name, later) in pairwise(_iter_milestones(cycle)):
            if later.last < earlier.first:
                params = {"got": later.text, "before": earlier.text, "stage": stage}
                yield Diagnostic("cycle-order", cycle.id, tuple(name.split(".")), params)


def _iter_milestones(cycle: Cycle) -> Iterator[tuple[str, ImpreciseDate]]:
    report, outcome = cycle.state_report, cycle.concluding_observations
    milestones = {
        "state_report.received": report.received,
        "state_report.issued": report.issued,
        "meetings.held": cycle.meetings.held,
        "concluding_observations.adopted": outcome.adopted,
        "concluding_observations.issued": outcome.issued,
    }
    yield from ((name, date) for name, date in milestones.items() if date)


@register_rule("future-date")
def check_future_dates(context: CheckContext) -> Iterator[Diagnostic]:
    """No date of a past event is later than the last commit or, for changed records, than today."""
    if context.today is None:
        return
    found = list(_iter_future_dates(context.data, context.today))
    if len(found) <= MAX_FUTURE_DATES:
        yield from found
        return
    # So many dates are not all wrong: the day is.
    latest = max(str(diagnostic.params["got"]) for diagnostic in found)
    for diagnostic in found:
        params = {**diagnostic.params, "hint": "many", "places": len(found), "latest": latest}
        yield replace(diagnostic, params=params, cause=WRONG_TODAY)


def _iter_future_dates(data: Dataset, today: date) -> Iterator[Diagnostic]:
    for name, record in data.records():
        if name == "exceptions":
            continue
        for path, when in iter_values(record):
            if not isinstance(when, ImpreciseDate) or path[-1] in _FUTURE_FIELDS:
                continue
            if when.first > today:
                params = {"got": when.text, "today": today.isoformat()}
                if when.first.year > today.year + 50:  # a year such as 2120 is a slip for 2020
                    params |= {"hint": "century"}
                yield Diagnostic("future-date", record.id, path, params)


MAX_FUTURE_DATES = 9
WRONG_TODAY = "today"
"""The cause of dates in the future that all follow from a wrong day."""
_FUTURE_FIELDS = ("due", "until", "period")
"""Fields with dates that may be in the future."""


@register_rule("only-quoted")
def check_quoted_words(context: CheckContext) -> Iterator[Diagnostic]:
    """Words marked in the vocabulary as `only_quoted` are used only inside quotation marks."""
    marked = [
        (word, re.compile(rf"\b{re.escape(word)}", re.IGNORECASE))
        for term in context.data.of(Term)
        for word in term.only_quoted
    ]
    if not marked:
        return
    for name, record in context.data.records():
        if name in ("sources", "vocabulary"):
            continue
        for path, text in iter_texts(record):
            unquoted = re.sub(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|«[^»]*»", "", text)
            for word, pattern in marked:
                if pattern.search(unquoted):
                    yield Diagnostic("only-quoted", record.id, path, {"got": word})


@register_rule("unused-term", needs_all_records=True)
def check_terms_used(context: CheckContext) -> Iterator[Diagnostic]:
    """Each right, group, authority, body, mechanism, article or source type in the vocabulary is
    used by a record. Statuses and reasons are fixed, and glossary terms are only for readers."""
    for term in context.data.of(Term):
        if term.kind not in ("status", "reason", "term") and term.id not in context.data.backlinks:
            yield Diagnostic("unused-term", term.id, ("id",), {"got": term.id})


@register_rule("one-side")
def check_number_of_sides(context: CheckContext) -> Iterator[Diagnostic]:
    """A contradiction has at least two sides, any other discrepancy at least one."""
    for discrepancy in context.data.of(Discrepancy):
        wanted = 2 if discrepancy.kind == "contradiction" else 1
        if len(discrepancy.sides) < wanted:
            params = {"got": len(discrepancy.sides), "wanted": wanted}
            yield Diagnostic("one-side", discrepancy.id, ("sides",), params)


@register_rule("settled-by-what")
def check_discrepancy_states(context: CheckContext) -> Iterator[Diagnostic]:
    """A settled discrepancy says which side is right; an explained one gives an explanation."""
    for discrepancy in context.data.of(Discrepancy):
        required = {"settled": discrepancy.right, "explained": discrepancy.explanation}
        if required.get(discrepancy.state, "") is None:
            params = {"got": discrepancy.state}
            yield Diagnostic("settled-by-what", discrepancy.id, ("state",), params)


@register_rule("exception-rule")
def check_exception_rules(context: CheckContext) -> Iterator[Diagnostic]:
    """An exception names a rule that exists."""
    for exemption in context.data.of(Exemption):
        if exemption.rule not in CHECKS:
            params = {"got": exemption.rule, "allowed": sorted(CHECKS)}
            yield Diagnostic("exception-rule", exemption.id, ("rule",), params)
