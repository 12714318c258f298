"""Offline rules: records → problems. Nothing here prints, writes, or reads clock or network."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from tracker.checks import editorial, figures, maps, privacy, references, status
from tracker.checks.editorial import is_over
from tracker.checks.figures import iter_texts
from tracker.checks.history import HISTORY_RULES, check_history, check_lock_file_kept
from tracker.checks.project_files import FILE_RULES, INPUT_PATHS, OUTPUT_PATHS, check_project_files
from tracker.checks.registry import CHECKS, CheckContext, RegisteredCheck
from tracker.checks.verifications import VERIFICATION_RULES, check_verifications
from tracker.model import Dataset, Exemption, Path
from tracker.model.diagnostics import Diagnostic, Rule, RuleExample

__all__ = [
    "EXCEPTION_RULES",
    "FILE_RULES",
    "HISTORY_RULES",
    "INPUT_PATHS",
    "OUTPUT_PATHS",
    "UNCITED_CODES",
    "VERIFICATION_RULES",
    "check",
    "check_history",
    "check_lock_file_kept",
    "check_project_files",
    "check_verifications",
    "iter_texts",
    "rules",
]

_UNSETTLING = ("no-records", "map-source", "unknown-id", "wrong-kind")
"""Where one of these is told, the rules that need everything would only repeat it."""

_MODULES = (figures, editorial, privacy, references, maps, status)
"""The order of the catalogue. Importing a module registers its rules, whichever comes first."""
_PLACES = {module.__name__: place for place, module in enumerate(_MODULES)}
CHECKS.sort(key=lambda checked: _PLACES[checked.check.__module__])

EXCEPTION_RULES = (
    Rule(
        "exception-over",
        "An exception ends on the day it names.",
        RuleExample("exceptions", "until: 2099-12-31", "until: 2001-12-31"),
    ),
    Rule(
        "exception-unneeded",
        "An exception that sets nothing aside any more is removed.",
        RuleExample("exceptions", "record: loose\n", "record: count-1\n"),
    ),
)


def _collect_codes() -> set[str]:
    return {checked.rule.code for checked in CHECKS}


def all_rules() -> tuple[Rule, ...]:
    """Every rule about sound records and about files, in the order of the catalogue."""
    records = (*(checked.rule for checked in CHECKS), *EXCEPTION_RULES)
    return (*records, *HISTORY_RULES, *VERIFICATION_RULES, *FILE_RULES)


UNCITED_CODES = ("figure-not-cited", "date-not-cited", "printed-differs", "computed-differs")
"""What makes a proof worthless: a field of the record says other than its citations state."""


def check(data: Dataset, *, today: date | None = None) -> Iterator[Diagnostic]:
    """Every problem of the records, those set aside left out. `today` only where a day is known."""
    context = CheckContext(data, today)
    found = list(_run_checks(context, [checked for checked in CHECKS if not checked.whole]))
    broken = data.unreadable or data.invalid_ids or any(p.code in _UNSETTLING for p in found)
    if not broken:
        found += _run_checks(context, [checked for checked in CHECKS if checked.whole])
    yield from _drop_exempted(_drop_echoes(found), data.of(Exemption), today)


def _run_checks(context: CheckContext, checks: Sequence[RegisteredCheck]) -> Iterator[Diagnostic]:
    """Run the given checks in catalogue order."""
    for checked in checks:
        severity = checked.rule.severity
        for problem in checked.check(context):
            yield problem if problem.severity == severity else replace(problem, severity=severity)


_ECHOES = {
    "group-not-asked": ("unknown-id", "wrong-kind"),
    "group-not-assessed": ("unknown-id", "wrong-kind"),
    "assessment-without-evidence": ("no-evidence",),
    "independent-sources": ("no-evidence", "assessment-without-evidence"),
    "status-rows": ("no-evidence", "assessment-without-evidence"),
}
"""What is not told where a record has one of these: it mostly follows from it."""

_FIELD_ECHOES = {"figure-in-text": "personal-data", "figure-not-cited": "printed-differs"}
"""The same, for one figure or text."""


def _drop_echoes(found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """What has a cause of its own: what follows from another problem is left out."""
    told = {(p.record, p.code) for p in found}
    fields = {(p.record, _get_field(p), p.code) for p in found}
    lost = {p.params["got"] for p in found if p.code == "unknown-id"}
    for problem in found:
        code, record = problem.code, problem.record
        echo = (
            (code in ("map-source", "map-unknown-record") and problem.params["got"] in lost)
            or any((record, cause) in told for cause in _ECHOES.get(code, ()))
            or (record, _get_field(problem), _FIELD_ECHOES.get(code)) in fields
        )
        if not echo:
            yield problem


def _get_field(problem: Diagnostic) -> Path:
    """The text or figure that a problem is about."""
    last = problem.path[-1] if problem.path else ""
    return problem.path[:-1] if last in ("value", "printed") else problem.path


def _drop_exempted(
    found: Iterable[Diagnostic], exemptions: tuple[Exemption, ...], today: date | None
) -> Iterator[Diagnostic]:
    live = {(e.rule, e.record): e for e in exemptions if not is_over(e, today)}
    used = set()
    for problem in found:
        key = (problem.code, problem.record)
        if key in live:
            used.add(key)
        else:
            yield problem
    for exemption in exemptions:
        facts = {"rule": exemption.rule, "id": exemption.record, "got": exemption.until.text}
        if is_over(exemption, today):
            yield Diagnostic("exception-over", exemption.id, ("until",), facts)
        elif (exemption.rule, exemption.record) not in used and exemption.rule in _collect_codes():
            yield Diagnostic("exception-unneeded", exemption.id, ("rule",), facts)
