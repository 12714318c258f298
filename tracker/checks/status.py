"""Statuses: each follows from its rows and its evidence."""

from collections.abc import Iterator

from tracker.checks.registry import CheckContext, register_rule
from tracker.model import Assessment, Recommendation, Term
from tracker.model.diagnostics import Diagnostic

_MOVING = ("in-place", "begun")
_SILENT = ("silent", "unsourced", "group-not-covered", "not-assessed")


def _iter_assessments(
    context: CheckContext,
) -> Iterator[tuple[Recommendation, tuple[str, int], Assessment]]:
    for recommendation in context.data.of(Recommendation):
        for number, assessment in enumerate(recommendation.assessments):
            yield recommendation, ("assessments", number), assessment


def find_unmet_condition(assessment: Assessment) -> str:
    """The first condition of its status that the rows do not meet, as a key; empty if all are met.

    The conditions are those of the tracker's status definitions (docs, methodology).
    """
    states = [row.state for _, row in assessment.rows()]
    moving = any(state in _MOVING for state in states)
    match assessment.status:
        case "implemented" if set(states) != {"in-place"}:
            return "all-in-place"
        case "implemented" if assessment.independent_sources < 2:
            return "two-sources"
        case "partly-implemented" if states[0] not in _MOVING and states[1] not in _MOVING:
            return "law-or-measure"
        case "partly-implemented" if set(states) == {"in-place"}:
            return "something-missing"
        case "planned" if moving:
            return "nothing-in-force"
        case "planned" if assessment.commitment is None:
            return "commitment"
        case "not-implemented" if moving:
            return "nothing-in-force"
        case "not-implemented" if "absent" not in states:
            return "absent"
        case "regressed" if len(assessment.all_citations()) < 2:
            return "two-observations"
    return ""


@register_rule(
    "status-rows",
    file="recommendations",
    right="    law:\n      state: begun",
    wrong="    law:\n      state: absent",
)
def check_rows(context: CheckContext) -> Iterator[Diagnostic]:
    """A status follows from its three rows: law and policy, measures, results."""
    for recommendation, path, assessment in _iter_assessments(context):
        reason = find_unmet_condition(assessment)
        if reason:
            rows = ", ".join(f"{name} {row.state}" for name, row in assessment.rows())
            facts = {"got": assessment.status, "rows": rows, "condition": reason}
            yield Diagnostic("status-rows", recommendation.id, (*path, "status"), facts)


@register_rule(
    "reason-code",
    file="recommendations",
    right="    status: insufficient-information\n    reason: silent\n",
    wrong="    status: insufficient-information\n",
)
def check_reasons(context: CheckContext) -> Iterator[Diagnostic]:
    """`insufficient-information` names its reason; no other status has one."""
    for recommendation, path, assessment in _iter_assessments(context):
        wanted = assessment.status == "insufficient-information"
        if wanted != (assessment.reason is not None):
            facts = {"got": assessment.status, "wanted": wanted}
            yield Diagnostic("reason-code", recommendation.id, (*path, "status"), facts)


@register_rule(
    "baseline",
    file="recommendations",
    right="    reason: no-later-evidence\n    baseline: absent\n",
    wrong="    reason: no-later-evidence\n",
)
def check_baselines(context: CheckContext) -> Iterator[Diagnostic]:
    """Without later evidence, and only then, an assessment says how things stood when asked."""
    for recommendation, path, assessment in _iter_assessments(context):
        wanted = assessment.reason == "no-later-evidence"
        if wanted != (assessment.baseline is not None):
            facts = {"wanted": wanted}
            yield Diagnostic("baseline", recommendation.id, (*path, "reason"), facts)


@register_rule(
    "no-evidence",
    file="recommendations",
    right="      why: The register opened.\n      citations:\n      - source: report\n"
    "        locator: B2",
    wrong="      why: The register opened.",
)
def check_row_evidence(context: CheckContext) -> Iterator[Diagnostic]:
    """A row that is not `unknown` cites its evidence."""
    for recommendation, path, assessment in _iter_assessments(context):
        for name, row in assessment.rows():
            if row.state != "unknown" and not row.citations:
                facts = {"row": name, "got": row.state}
                yield Diagnostic("no-evidence", recommendation.id, (*path, name), facts)


@register_rule(
    "assessment-without-evidence",
    file="recommendations",
    right="    independent_sources: 1 # planned later\n    method: Read.\n    citations:\n"
    "    - source: report\n      locator: B2",
    wrong="    independent_sources: 0\n    method: Read.",
)
def check_evidence(context: CheckContext) -> Iterator[Diagnostic]:
    """An assessment rests on evidence, unless its reason is that there is none to cite."""
    for recommendation, path, assessment in _iter_assessments(context):
        excused = assessment.reason in _SILENT or (
            assessment.reason is None and assessment.status == "insufficient-information"
        )
        if not assessment.all_citations() and not excused:
            yield Diagnostic("assessment-without-evidence", recommendation.id, path)


@register_rule(
    "evidence-later",
    file="recommendations",
    right="evidence_up_to: 2020-07-27\n    evidence_basis: Latest",
    wrong="evidence_up_to: 2025-07-27\n    evidence_basis: Latest",
)
def check_evidence_date(context: CheckContext) -> Iterator[Diagnostic]:
    """Evidence is not later than the assessment that it is said to carry."""
    for recommendation, path, assessment in _iter_assessments(context):
        known = assessment.evidence_up_to
        if known and known.first > assessment.date.last:
            facts = {"got": known.text, "date": assessment.date.text}
            path = (*path, "evidence_up_to")  # type: ignore[assignment]  # one step longer
            yield Diagnostic("evidence-later", recommendation.id, path, facts)


@register_rule(
    "evidence-not-later",
    file="recommendations",
    right="made_on: 2013-05-17",
    wrong="made_on: 2021-05-17",
)
def check_later_evidence(context: CheckContext) -> Iterator[Diagnostic]:
    """Evidence no later than the request allows only `insufficient-information`."""
    for recommendation, path, assessment in _iter_assessments(context):
        made, known = recommendation.made_on, assessment.evidence_up_to
        rated = assessment.status != "insufficient-information"
        if rated and made and (known is None or known.last <= made.last):
            dated = known.text if known else "no date"
            facts = {"got": assessment.status, "evidence": dated, "made_on": made.text}
            yield Diagnostic("evidence-not-later", recommendation.id, (*path, "status"), facts)


@register_rule(
    "independent-sources",
    file="recommendations",
    right="independent_sources: 1\n",
    wrong="independent_sources: 4\n",
)
def check_independence(context: CheckContext) -> Iterator[Diagnostic]:
    """There are no more independent sources than sources cited."""
    for recommendation, path, assessment in _iter_assessments(context):
        cited = {citation.source for citation in assessment.all_citations()}
        if assessment.independent_sources > len(cited):
            facts = {"got": assessment.independent_sources, "cited": len(cited)}
            where = (*path, "independent_sources")
            yield Diagnostic("independent-sources", recommendation.id, where, facts)


@register_rule(
    "done-when",
    file="recommendations",
    right="  done_when:\n    law: A law says so.\n    measures: A register is open.\n"
    "    results: Newcomers are housed.\n",
    wrong="",
)
def check_done_when(context: CheckContext) -> Iterator[Diagnostic]:
    """What would count as done is written before a status is given."""
    for recommendation in context.data.of(Recommendation):
        if recommendation.assessments and recommendation.done_when is None:
            yield Diagnostic("done-when", recommendation.id, ("assessments",), at_key=True)


@register_rule(
    "parent-status",
    file="recommendations",
    right="  part_of: asked\n",
    wrong="  part_of: asked-2\n",
)
def check_parents(context: CheckContext) -> Iterator[Diagnostic]:
    """A recommendation that is split has no status of its own, and is not itself a part."""
    parents = {r.part_of for r in context.data.of(Recommendation) if r.part_of}
    for recommendation in context.data.of(Recommendation):
        if recommendation.id in parents and recommendation.assessments:
            yield Diagnostic("parent-status", recommendation.id, ("assessments",), at_key=True)
        if recommendation.id in parents and recommendation.part_of:
            yield Diagnostic("parent-status", recommendation.id, ("part_of",))


@register_rule(
    "group-not-asked",
    file="recommendations",
    right="    groups:\n    - settlers\n    status: partly-implemented",
    wrong="    groups:\n    - settlers\n    - visitors\n    status: partly-implemented",
)
def check_groups(context: CheckContext) -> Iterator[Diagnostic]:
    """An assessment covers only groups that the recommendation names."""
    for recommendation, path, assessment in _iter_assessments(context):
        for number, group in enumerate(assessment.groups):
            if group not in recommendation.groups:
                facts = {"got": group, "allowed": list(recommendation.groups)}
                where = (*path, "groups", number)
                yield Diagnostic("group-not-asked", recommendation.id, where, facts)


@register_rule(
    "group-not-assessed",
    file="recommendations",
    right="    groups:\n    - newcomers\n    - bystanders\n    status: insufficient-information",
    wrong="    groups:\n    - newcomers\n    status: insufficient-information",
)
def check_all_groups(context: CheckContext) -> Iterator[Diagnostic]:
    """Where some groups are assessed, every group named is, if only for want of information."""
    for recommendation in context.data.of(Recommendation):
        covered = {group for a in recommendation.assessments for group in a.groups}
        for number, group in enumerate(recommendation.groups):
            if covered and group not in covered:
                facts = {"got": group}
                yield Diagnostic("group-not-assessed", recommendation.id, ("groups", number), facts)


@register_rule(
    "undefined-status",
    whole=True,
    file="vocabulary",
    right="- id: silent\n",
    wrong="- id: silence\n",
)
def check_statuses_defined(context: CheckContext) -> Iterator[Diagnostic]:
    """Every status and reason that an assessment gives has its definition in the vocabulary."""
    known = {term.id for term in context.data.of(Term) if term.kind in ("status", "reason")}
    for recommendation, path, assessment in _iter_assessments(context):
        for name in ("status", "reason"):
            value = getattr(assessment, name)
            if value and value not in known:
                yield Diagnostic(
                    "undefined-status", recommendation.id, (*path, name), {"got": value}
                )
