"""Rules about assessments: the status follows from its tests and its evidence."""

from collections.abc import Iterator

from tracker.checks.registry import CheckContext, register_rule
from tracker.citations.matching.searchable_text import parse_date
from tracker.model import (
    Assessment,
    Path,
    Recommendation,
    Source,
    Term,
    find_current_assessments,
)
from tracker.model.assessment import FORMER_REASONS
from tracker.model.diagnostics import Diagnostic

_STARTED = ("in-place", "begun")
_NOTHING_TO_CITE = ("silent", "unsourced", "group-not-covered", "not-assessed")
_NOTHING_LATER = ("nothing-later-found", "not-searched", "no-later-evidence")
"""Reasons without evidence later than the recommendation. A baseline describes the time before."""


def _iter_assessments(
    context: CheckContext,
) -> Iterator[tuple[Recommendation, Path, Assessment]]:
    for recommendation in context.data.of(Recommendation):
        for number, assessment in enumerate(recommendation.assessments):
            yield recommendation, ("assessments", number), assessment


def _iter_current(context: CheckContext) -> Iterator[tuple[Recommendation, Path, Assessment]]:
    """Yield the assessments that still apply to a group. Superseded ones stay as they were."""
    for recommendation, path, assessment in _iter_assessments(context):
        current = {a.id for a in find_current_assessments(recommendation)}
        if assessment.id in current:
            yield recommendation, path, assessment


def find_unmet_condition(assessment: Assessment) -> str:
    """Return the key of the first unmet condition of the status; empty if all are met.

    The conditions are the status definitions of the methodology (docs/methodology.md).
    """
    states = [row.state for _, row in assessment.rows()]
    started = any(state in _STARTED for state in states)
    match assessment.status:
        case "implemented" if set(states) != {"in-place"}:
            return "all-in-place"
        case "implemented" if assessment.independent_sources < 2:
            return "two-sources"
        case "partly-implemented" if states[0] not in _STARTED and states[1] not in _STARTED:
            return "law-or-measure"
        case "partly-implemented" if set(states) == {"in-place"}:
            return "something-missing"
        case "planned" if started:
            return "nothing-in-force"
        case "planned" if assessment.commitment is None:
            return "commitment"
        case "not-implemented" if started:
            return "nothing-in-force"
        case "not-implemented" if assessment.commitment is not None:
            return "no-commitment"
        case "not-implemented" if "absent" not in states:
            return "absent"
        case "regressed" if len(assessment.all_citations()) < 2:
            return "two-observations"
    return ""


@register_rule("status-rows")
def check_status_rows(context: CheckContext) -> Iterator[Diagnostic]:
    """A status follows from its three tests: law and policy, measures, results."""
    for recommendation, path, assessment in _iter_assessments(context):
        if condition := find_unmet_condition(assessment):
            rows = ", ".join(f"{name} {row.state}" for name, row in assessment.rows())
            params = {"got": assessment.status, "rows": rows, "condition": condition}
            yield Diagnostic("status-rows", recommendation.id, (*path, "status"), params)


@register_rule("reason-code")
def check_reasons(context: CheckContext) -> Iterator[Diagnostic]:
    """`insufficient-information` has a reason; no other status has one."""
    for recommendation, path, assessment in _iter_assessments(context):
        wanted = assessment.status == "insufficient-information"
        if wanted != (assessment.reason is not None):
            params = {"got": assessment.status, "hint": "needed" if wanted else "extra"}
            yield Diagnostic("reason-code", recommendation.id, (*path, "status"), params)


@register_rule("baseline")
def check_baselines(context: CheckContext) -> Iterator[Diagnostic]:
    """An assessment has a baseline if, and only if, its reason is `nothing-later-found` or
    `not-searched`."""
    for recommendation, path, assessment in _iter_assessments(context):
        wanted = assessment.reason in _NOTHING_LATER
        if wanted != (assessment.baseline is not None):
            params = {"hint": "needed" if wanted else "extra"}
            yield Diagnostic("baseline", recommendation.id, (*path, "reason"), params)


@register_rule("former-reason")
def check_former_reasons(context: CheckContext) -> Iterator[Diagnostic]:
    """A current assessment has no reason that the tracker no longer uses. Superseded assessments
    keep theirs."""
    for recommendation, path, assessment in _iter_current(context):
        parts = ((path, assessment.reason), ((*path, "nearest"), assessment.nearest))
        for at, part in parts:
            reason = part if isinstance(part, str) else part and part.reason
            if reason in FORMER_REASONS:
                params = {"got": reason, "hint": reason}
                yield Diagnostic("former-reason", recommendation.id, (*at, "reason"), params)


@register_rule("no-search")
def check_searches(context: CheckContext) -> Iterator[Diagnostic]:
    """The reason `nothing-later-found` needs a search on record that found nothing, on the day of
    the assessment or before; `not-searched` needs that there was none."""
    for recommendation, path, assessment in _iter_current(context):
        last = assessment.date.last
        searches = [s for s in recommendation.searches if s.on.first <= last]
        params = {"date": assessment.date.text}
        at = (*path, "reason")
        if assessment.reason == "nothing-later-found" and all(s.found for s in searches):
            yield Diagnostic("no-search", recommendation.id, at, params)
        elif assessment.reason == "not-searched" and searches:
            yield Diagnostic("no-search", recommendation.id, at, {**params, "hint": "searched"})


@register_rule("absent-stated")
def check_absence_stated(context: CheckContext) -> Iterator[Diagnostic]:
    """A test with the result `absent` cites a statement of absence: silence is not evidence."""
    for recommendation, path, assessment in _iter_current(context):
        for name, row in assessment.rows():
            stated = any(citation.states for citation in row.citations)
            if row.state == "absent" and row.citations and not stated:
                at = (*path, name, "state")
                yield Diagnostic("absent-stated", recommendation.id, at, {"row": name})


@register_rule("no-evidence")
def check_row_evidence(context: CheckContext) -> Iterator[Diagnostic]:
    """A test whose result is not `unknown` cites evidence."""
    for recommendation, path, assessment in _iter_assessments(context):
        for name, row in assessment.rows():
            if row.state != "unknown" and not row.citations:
                params = {"row": name, "got": row.state}
                yield Diagnostic("no-evidence", recommendation.id, (*path, name), params)


@register_rule("assessment-without-evidence")
def check_evidence(context: CheckContext) -> Iterator[Diagnostic]:
    """An assessment cites evidence, unless its reason says that there is none."""
    for recommendation, path, assessment in _iter_assessments(context):
        excused = assessment.reason in _NOTHING_TO_CITE or (
            assessment.reason is None and assessment.status == "insufficient-information"
        )
        if not assessment.all_citations() and not excused:
            yield Diagnostic("assessment-without-evidence", recommendation.id, path)


@register_rule("evidence-later")
def check_evidence_date(context: CheckContext) -> Iterator[Diagnostic]:
    """The evidence is not later than the assessment."""
    for recommendation, path, assessment in _iter_assessments(context):
        evidence = assessment.evidence_up_to
        if evidence and evidence.first > assessment.date.last:
            params = {"got": evidence.text, "date": assessment.date.text}
            path = (*path, "evidence_up_to")
            yield Diagnostic("evidence-later", recommendation.id, path, params)


@register_rule("evidence-not-later")
def check_later_evidence(context: CheckContext) -> Iterator[Diagnostic]:
    """Without evidence later than the recommendation, the status is `insufficient-information`."""
    for recommendation, path, assessment in _iter_assessments(context):
        made, evidence = recommendation.made_on, assessment.evidence_up_to
        rated = assessment.status != "insufficient-information"
        if rated and made and (evidence is None or evidence.last <= made.last):
            params = {"got": assessment.status, "made_on": made.text}
            if evidence is None:
                params |= _suggest_evidence_date(context, assessment)
            else:
                params |= {"evidence": evidence.text}
            at = (*path, "status" if evidence is None else "evidence_up_to")
            yield Diagnostic("evidence-not-later", recommendation.id, at, params)


def _suggest_evidence_date(context: CheckContext, assessment: Assessment) -> dict[str, str]:
    """Return message arguments with the newest date among the citations of an assessment."""
    dates = []
    for citation in assessment.all_citations():
        stated = (parse_date(str(s.value)) for s in citation.states if isinstance(s.value, str))
        dates += [(date.last, date.text, citation.source) for date in stated if date]
        source = context.data.find(citation.source)
        if isinstance(source, Source) and source.date:
            dates.append((source.date.last, source.date.text, citation.source))
    past = [date for date in dates if date[0] <= assessment.date.last]
    if not past:
        return {"hint": "undated"}
    _, text, source_id = max(past)
    return {"hint": "missing", "newest": text.split("/")[-1], "source": source_id}


@register_rule("independent-sources")
def check_independent_sources(context: CheckContext) -> Iterator[Diagnostic]:
    """The number of independent sources is at most the number of sources cited."""
    for recommendation, path, assessment in _iter_assessments(context):
        cited = {citation.source for citation in assessment.all_citations()}
        if assessment.independent_sources > len(cited):
            params = {"got": assessment.independent_sources, "cited": len(cited)}
            path = (*path, "independent_sources")
            yield Diagnostic("independent-sources", recommendation.id, path, params)


@register_rule("done-when")
def check_done_when(context: CheckContext) -> Iterator[Diagnostic]:
    """A recommendation with an assessment has `done_when`, the criteria for implementation."""
    for recommendation in context.data.of(Recommendation):
        if recommendation.assessments and recommendation.done_when is None:
            yield Diagnostic("done-when", recommendation.id, ("assessments",), at_key=True)


@register_rule("parent-status")
def check_parents(context: CheckContext) -> Iterator[Diagnostic]:
    """A recommendation split into parts has no assessment of its own and is not itself a part."""
    parents = {r.part_of for r in context.data.of(Recommendation) if r.part_of != r.id} - {None}
    for recommendation in context.data.of(Recommendation):
        if recommendation.part_of == recommendation.id:
            params = {"hint": "itself"}
            yield Diagnostic("parent-status", recommendation.id, ("part_of",), params)
            continue
        if recommendation.id in parents and recommendation.assessments:
            yield Diagnostic("parent-status", recommendation.id, ("assessments", 0))
        if recommendation.id in parents and recommendation.part_of:
            yield Diagnostic("parent-status", recommendation.id, ("part_of",))


@register_rule("group-not-asked")
def check_assessed_groups(context: CheckContext) -> Iterator[Diagnostic]:
    """An assessment covers only groups named in the recommendation. One that later assessments have
    replaced may cover a group that has been removed since."""
    for recommendation, path, assessment in _iter_assessments(context):
        if _is_replaced(recommendation, assessment):
            continue
        for number, group in enumerate(assessment.groups):
            if group not in recommendation.groups:
                params = {"got": group, "allowed": list(recommendation.groups)}
                at = (*path, "groups", number)
                yield Diagnostic("group-not-asked", recommendation.id, at, params)


def _is_replaced(recommendation: Recommendation, assessment: Assessment) -> bool:
    """True if it applies to no group any more and the recommendation was assessed again later."""
    current = find_current_assessments(recommendation)
    if assessment.id in {a.id for a in current}:
        return False
    return any(a.date.last > assessment.date.last for a in current)


@register_rule("group-not-assessed")
def check_unassessed_groups(context: CheckContext) -> Iterator[Diagnostic]:
    """If assessments name groups, they cover every group of the recommendation, if need be with
    `insufficient-information`."""
    for recommendation in context.data.of(Recommendation):
        covered = {group for a in recommendation.assessments for group in a.groups}
        for number, group in enumerate(recommendation.groups):
            if covered and group not in covered:
                path = ("groups", number)
                yield Diagnostic("group-not-assessed", recommendation.id, path, {"got": group})


@register_rule("groups-differ")
def check_groups_alike(context: CheckContext) -> Iterator[Diagnostic]:
    """An assessment does not cover both citizens and non-citizens, whose rights differ in law."""
    for recommendation, path, assessment in _iter_current(context):
        by_law: dict[str, str] = {}
        for group in assessment.groups:
            term = context.data.find(group)
            if isinstance(term, Term) and term.citizenship:
                by_law.setdefault(term.citizenship, group)
        if len(by_law) > 1:
            params = {"citizens": by_law["citizens"], "others": by_law["non-citizens"]}
            yield Diagnostic("groups-differ", recommendation.id, (*path, "groups"), params)


@register_rule("undefined-status", needs_all_records=True)
def check_statuses_defined(context: CheckContext) -> Iterator[Diagnostic]:
    """Each status and reason used in an assessment is defined in the vocabulary."""
    known = {term.id for term in context.data.of(Term) if term.kind in ("status", "reason")}
    for recommendation, path, assessment in _iter_assessments(context):
        for name in ("status", "reason"):
            value = getattr(assessment, name)
            if value and value not in (*known, *FORMER_REASONS):
                at = (*path, name)
                yield Diagnostic("undefined-status", recommendation.id, at, {"got": value})
