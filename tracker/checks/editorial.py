"""Dates, words, vocabulary, and rules set aside."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from tracker.checks.figures import iter_texts
from tracker.checks.registry import CHECKS, CheckContext, register_rule
from tracker.model import (
    Cycle,
    Discrepancy,
    Exemption,
    FrozenModel,
    ImpreciseDate,
    Path,
    Recommendation,
    Term,
    find_models,
)
from tracker.model.diagnostics import Diagnostic


@register_rule(
    "assessment-order",
    file="recommendations",
    right="date: 2024-02-01 # second",
    wrong="date: 2023-02-01 # second",
)
def check_assessment_order(context: CheckContext) -> Iterator[Diagnostic]:
    """Assessments stand from the oldest to the newest, so that the history reads downwards."""
    for recommendation in context.data.of(Recommendation):
        dates = [assessment.date for assessment in recommendation.assessments]
        for number, (earlier, later) in enumerate(pairwise(dates), 1):
            if later.last < earlier.first:
                path = ("assessments", number, "date")
                facts = {"got": later.text, "before": earlier.text}
                yield Diagnostic("assessment-order", recommendation.id, path, facts)


@register_rule(
    "assessed-before-asked",
    file="recommendations",
    right="made_on: 2021",
    wrong="made_on: 2025",
)
def check_assessed_after(context: CheckContext) -> Iterator[Diagnostic]:
    """Nothing is assessed before it was asked."""
    for recommendation in context.data.of(Recommendation):
        for number, assessment in enumerate(recommendation.assessments):
            made = recommendation.made_on
            if made and assessment.date.last < made.first:
                path = ("assessments", number, "date")
                facts = {"got": assessment.date.text, "before": made.text}
                yield Diagnostic("assessed-before-asked", recommendation.id, path, facts)


@register_rule("cycle-order", file="cycles", right="held: 2013-05-03", wrong="held: 2013-06-03")
def check_cycle_order(context: CheckContext) -> Iterator[Diagnostic]:
    """A review runs in order: report received, issued, meetings held, outcome adopted, issued."""
    for cycle in context.data.of(Cycle):
        last: tuple[str, ImpreciseDate] | None = None
        for name, when in _iter_milestones(cycle):
            if last and when.last < last[1].first:
                facts = {"got": when.text, "before": last[1].text, "stage": last[0]}
                yield Diagnostic("cycle-order", cycle.id, tuple(name.split(".")), facts)
            last = (name, when)


def _iter_milestones(cycle: Cycle) -> Iterator[tuple[str, ImpreciseDate]]:
    for stage, fields in (
        ("state_report", ("received", "issued")),
        ("meetings", ("held",)),
        ("concluding_observations", ("adopted", "issued")),
    ):
        for name in fields:
            when = getattr(getattr(cycle, stage), name)
            if when:
                yield f"{stage}.{name}", when


@register_rule("future-date", file="sources", right="date: 2014", wrong="date: 2199")
def check_future(context: CheckContext) -> Iterator[Diagnostic]:
    """No date of something done is after the last commit or, for changed records, after today."""
    if context.today is None:
        return
    for name, record in context.data.records():
        if name == "exceptions":
            continue
        for path, when in _iter_dates(record):
            if when.first > context.today and path[-1] not in _MAY_LIE_AHEAD:
                facts = {"got": when.text, "today": context.today.isoformat()}
                yield Diagnostic("future-date", record.id, path, facts)


_MAY_LIE_AHEAD = ("due", "until", "period")


def _iter_dates(record: FrozenModel) -> Iterator[tuple[Path, ImpreciseDate]]:
    for above, part in find_models(record):
        for name, content in part.__dict__.items():
            if type(content) is ImpreciseDate:
                yield (*above, name), content


@register_rule(
    "only-quoted",
    file="findings",
    right="title: The harbour is “crowded”",
    wrong="title: The harbour is crowded",
)
def check_words(context: CheckContext) -> Iterator[Diagnostic]:
    """Words that the vocabulary marks are used only inside quotation marks."""
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
            bare = re.sub(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|«[^»]*»", "", text)
            for word, pattern in marked:
                if pattern.search(bare):
                    yield Diagnostic("only-quoted", record.id, path, {"got": word})


@register_rule(
    "unused-term",
    whole=True,
    severity="notice",
    file="findings",
    right="groups:\n  - visitors",
    wrong="groups:\n  - bystanders",
)
def check_terms_used(context: CheckContext) -> Iterator[Diagnostic]:
    """A right, group, authority, body, mechanism, article or source type is used by a record.

    Statuses and reasons are fixed by the format, and glossary terms are for reading.
    """
    for term in context.data.of(Term):
        if term.kind not in ("status", "reason", "term") and term.id not in context.data.backlinks:
            yield Diagnostic("unused-term", term.id, ("id",), {"got": term.id})


@register_rule(
    "one-side",
    file="discrepancies",
    right="  kind: caution",
    wrong="  kind: contradiction",
)
def check_sides(context: CheckContext) -> Iterator[Diagnostic]:
    """A contradiction has at least two sides; other kinds at least one."""
    for discrepancy in context.data.of(Discrepancy):
        wanted = 2 if discrepancy.kind == "contradiction" else 1
        if len(discrepancy.sides) < wanted:
            facts = {"got": len(discrepancy.sides), "wanted": wanted}
            yield Diagnostic("one-side", discrepancy.id, ("sides",), facts)


@register_rule(
    "settled-by-what",
    file="discrepancies",
    right="  state: explained\n",
    wrong="  state: settled\n",
)
def check_settled(context: CheckContext) -> Iterator[Diagnostic]:
    """A settled discrepancy says which is right; an explained one how it may be read."""
    for discrepancy in context.data.of(Discrepancy):
        lacking = {"settled": discrepancy.right, "explained": discrepancy.explanation}
        if lacking.get(discrepancy.state, "") is None:
            facts = {"got": discrepancy.state}
            yield Diagnostic("settled-by-what", discrepancy.id, ("state",), facts)


@register_rule(
    "exception-rule", file="exceptions", right="rule: list-order", wrong="rule: list-ordre"
)
def check_exception_rules(context: CheckContext) -> Iterator[Diagnostic]:
    """An exception names a rule that exists."""
    codes = {checked.rule.code for checked in CHECKS}
    for exemption in context.data.of(Exemption):
        if exemption.rule not in codes:
            facts = {"got": exemption.rule, "allowed": sorted(codes)}
            yield Diagnostic("exception-rule", exemption.id, ("rule",), facts)


def is_over(exemption: Exemption, today: date | None) -> bool:
    """Whether the last day of an exception has passed."""
    return today is not None and exemption.until.last < today
