"""Check the rules that need only the records, without side effects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from tracker.checks import (  # noqa: F401
    documents,
    editorial,
    field_forms,
    figures,
    maps,
    privacy,
    quotes,
    references,
    status,
    values,
)
from tracker.checks.registry import CHECKS, CheckContext, RegisteredCheck
from tracker.model import Dataset, Exemption, Path
from tracker.model.diagnostics import Diagnostic
from tracker.model.rules import RULES, Rule

UNCITED_CODES = ("figure-not-cited", "date-not-cited", "printed-differs", "computed-differs")
"""Rules about fields that contradict their own citations, which makes verification useless."""

_BLOCKING_CODES = ("no-records", "map-source", "unknown-id", "wrong-kind")
"""Rules whose violation would make checks of all records repeat the same problem."""

_IMPLIED_BY = {
    "group-not-asked": ("unknown-id", "wrong-kind"),
    "group-not-assessed": ("unknown-id", "wrong-kind", "parent-status"),
    "done-when": ("parent-status",),
    "assessment-without-evidence": ("no-evidence",),
    "independent-sources": ("no-evidence", "assessment-without-evidence"),
    "status-rows": ("no-evidence", "assessment-without-evidence"),
    "date-not-cited": ("value-form",),
    "series-unlike": ("unit-form",),
    "figure-not-cited": ("value-form", "negative-count"),
    "computed-differs": ("value-form", "negative-count"),
}
"""Rules that a record usually breaks only because it breaks one of the listed rules."""

_IMPLIED_BY_CUT = ("figure-in-text", "map-source", "map-unknown-record", "group-not-assessed")
"""Rules that records break because the records that they refer to are missing."""

_IMPLIED_BY_POINT = ("breakdown-sum", "shares-sum", "small-cell", "series-unlike")
"""Rules that an indicator breaks because a point between thousands makes its figure small."""

_IMPLIED_BY_SAME_FIELD = {
    "figure-in-text": ("personal-data",),
    "future-date": ("evidence-later",),
    "date-not-cited": ("future-date",),
    "figure-not-cited": ("printed-differs", "printed-quotes"),
    "printed-differs": ("value-form", "printed-quotes"),
}


def all_rules() -> tuple[Rule, ...]:
    """Return all rules, in the order of the rules page."""
    rules = (rule for group in RULES.values() for rule in group.values())
    return tuple(CHECKS[rule.code].rule if rule.code in CHECKS else rule for rule in rules)


def check(data: Dataset, *, today: date | None = None) -> Iterator[Diagnostic]:
    """Yield every problem of the records that no exception suppresses.

    Rules about dates in the future are skipped without `today`.
    """
    context = CheckContext(data, today)
    checks = [CHECKS[code] for code in RULES["records"]]
    results = list(_run_checks(context, [c for c in checks if not c.needs_all_records]))
    incomplete = data.unreadable or data.invalid_ids
    if not incomplete and not any(result.code in _BLOCKING_CODES for result in results):
        results += _run_checks(context, [c for c in checks if c.needs_all_records])
    kept = _apply_exceptions(_drop_implied(results), data.of(Exemption), today)
    # While a record is missing, it is unknown whether its exception is still needed.
    yield from (d for d in kept if d.code != "exception-unneeded" or not incomplete)


def _run_checks(context: CheckContext, checks: Sequence[RegisteredCheck]) -> Iterator[Diagnostic]:
    for registered in checks:
        for diagnostic in registered.check(context):
            yield replace(diagnostic, severity=registered.rule.severity)


def _drop_implied(diagnostics: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out diagnostics that only follow from another one."""
    codes = {(d.record, d.code) for d in diagnostics}
    is_cut = any(d.code == "unknown-id" and d.params.get("hint") == "cut" for d in diagnostics)
    field_codes = {(d.record, _get_field(d), d.code) for d in diagnostics}
    points = {d.record for d in diagnostics if d.params.get("hint") == "thousands"}
    unknown_ids = {d.params["got"] for d in diagnostics if d.code == "unknown-id"}
    map_codes = ("map-source", "map-unknown-record")
    for diagnostic in diagnostics:
        code, record = diagnostic.code, diagnostic.record
        implied = (
            (is_cut and code in _IMPLIED_BY_CUT)
            or (record in points and code in _IMPLIED_BY_POINT)
            or (code in map_codes and diagnostic.params["got"] in unknown_ids)
            or any((record, cause) in codes for cause in _IMPLIED_BY.get(code, ()))
            or any(
                (record, _get_field(diagnostic), cause) in field_codes
                for cause in _IMPLIED_BY_SAME_FIELD.get(code, ())
            )
        )
        if not implied:
            yield diagnostic


def _get_field(diagnostic: Diagnostic) -> Path:
    """Return the path of the text or figure, without its `value` or `printed`."""
    path = diagnostic.path
    return path[:-1] if path and path[-1] in ("value", "printed") else path


def _apply_exceptions(
    diagnostics: Iterable[Diagnostic], exemptions: tuple[Exemption, ...], today: date | None
) -> Iterator[Diagnostic]:
    expired = {e.id for e in exemptions if today is not None and e.until.last < today}
    active = {(e.rule, e.record) for e in exemptions if e.id not in expired}
    used = set()
    for diagnostic in diagnostics:
        key = (diagnostic.code, diagnostic.record)
        if key in active:
            used.add(key)
        else:
            yield diagnostic
    for exemption in exemptions:
        params = {"rule": exemption.rule, "id": exemption.record, "got": exemption.until.text}
        if exemption.id in expired:
            yield Diagnostic("exception-over", exemption.id, ("until",), params)
        elif (exemption.rule, exemption.record) not in used and exemption.rule in CHECKS:
            yield Diagnostic("exception-unneeded", exemption.id, ("rule",), params)
