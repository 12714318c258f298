"""Format diagnostics as messages: as text for a terminal, or as JSON."""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tracker.checks.excerpt import format_excerpt, mark_invisible
from tracker.files import RefusedError
from tracker.i18n import has_message, t
from tracker.model.diagnostics import Diagnostic, SourceLocation

Lines = Callable[[SourceLocation], str]
"""Returns the line at a location, without its line break; empty if there is none."""

MAX_LOCATIONS = 20
"""Locations listed for one cause; the others are counted."""
_MAX_NOTICES = 5
"""The same for a notice, which should not hide problems."""


def make_sort_key(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str]:
    """Return a sort key: problems before notices, then by file and line."""
    place = diagnostic.place
    return not diagnostic.is_blocking, place.file, place.line, place.column, diagnostic.code


def group_by_cause(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    """Sort diagnostics and group those with the same cause, at the place of the first."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, diagnostic in enumerate(sorted(diagnostics, key=make_sort_key)):
        groups.setdefault(diagnostic.cause or number, []).append(diagnostic)
    return list(groups.values())


def format_message(diagnostic: Diagnostic) -> tuple[str, str]:
    """Return what is wrong and how to fix it."""
    params = {name: _clean_param(value) for name, value in diagnostic.params.items()}
    hint = params.get("hint") or params.get("condition")
    key = f"problem.{diagnostic.code}"
    suggest = params.get("suggest", "")
    what = f"{key}.as.{hint}" if has_message(f"{key}.as.{hint}") else key
    remedies = []
    if suggest:
        remedies.append(t("suggest", **params | {"line": _format_input(diagnostic, suggest)}))
    fix_keys = (f"{key}.fix.{hint}", f"{key}.fix.suggest" if suggest else f"{key}.fix")
    fix = next(filter(has_message, fix_keys), "")
    remedies.append(t(fix, **params) if fix else "")
    remedies.append(t("type", **params) if params.get("typed") else "")
    return t(what, **params), "  ".join(filter(None, remedies))


def _format_input(diagnostic: Diagnostic, value: Any) -> str:
    """Return the corrected YAML line, without indentation."""
    if diagnostic.at_key:
        return f"{value}: …"
    path, params = diagnostic.path, diagnostic.params
    field = path[-1] if path else params.get("field", "")
    return f"- {value}" if isinstance(field, int) else f"{field}: {value}" if field else str(value)


def _clean_param(value: Any) -> Any:
    """Return a parameter on one line and without terminal control characters."""
    if isinstance(value, str):
        return mark_invisible(" ".join(value.split()))
    return [_clean_param(item) for item in value] if isinstance(value, (list, tuple)) else value


def format_counts(groups: Sequence[Sequence[Diagnostic]]) -> str:
    """Format the numbers of problems and notices, counting each cause once."""
    problems = sum(group[0].is_blocking for group in groups)
    notices = len(groups) - problems
    return f"{t('check.problem', n=problems)}, {t('check.notice', n=notices)}"


def format_subject(diagnostic: Diagnostic) -> str:
    """Return the record and the labels on the path to the field: `rec-1 › Assessments 2 › Status`.

    A diagnostic without a path may name its field in `params`.
    """
    record, field = diagnostic.record, str(diagnostic.params.get("field", ""))
    steps = [mark_invisible(record)] if record and ":" not in record else []
    named = (field,) if has_message(f"label.{field}") else ()
    for step in diagnostic.path or named:
        if isinstance(step, int):
            steps[-1:] = [f"{steps[-1] if steps else ''} {step + 1}".strip()]
        else:
            label = f"label.{step}"
            steps.append(t(label) if has_message(label) else mark_invisible(step))
    return " › ".join(steps)


def format_headline(diagnostic: Diagnostic) -> tuple[str, str]:
    """Return subject and message on one line, and how to fix it."""
    what, remedy = format_message(diagnostic)
    subject = format_subject(diagnostic)
    return f"{subject}: {what}" if subject else what, remedy


def format_diagnostics(diagnostics: Iterable[Diagnostic], *, lines: Lines | None = None) -> str:
    """Format all diagnostics for a terminal, sorted, each cause once."""
    groups = group_by_cause(diagnostics)
    return "\n".join(format_diagnostic(first, lines=lines, also=also) for first, *also in groups)


def format_diagnostic(
    diagnostic: Diagnostic,
    *,
    lines: Lines | None = None,
    also: Sequence[Diagnostic] = (),
) -> str:
    """Format location, message, source line with carets, and remedy.

    `also` has the other diagnostics with the same cause. `file:line:column` comes first because
    many terminals turn it into a link.
    """
    location = diagnostic.place
    headline, remedy = format_headline(diagnostic)
    headline = headline if diagnostic.is_blocking else f"{t('notice')}: {headline}"
    parts = [f"{location}: {headline} [{diagnostic.code}]"]
    if lines:
        marked = str(diagnostic.params.get("field" if diagnostic.at_key else "got", ""))
        parts += format_excerpt(lines(location), location, marked=marked)
    parts += [f"    {remedy}"] if remedy else []
    if also:
        parts.append("    " + t("also", n=len(also)))
        shown = also[: MAX_LOCATIONS if diagnostic.is_blocking else _MAX_NOTICES]
        parts += [f"    {_format_location(other)}" for other in shown]
        if len(also) > len(shown):
            parts.append("    " + t("also.more", count=len(also) - len(shown)))
    return "\n".join(parts)


def _format_location(diagnostic: Diagnostic) -> str:
    subject = format_subject(diagnostic)
    return f"{diagnostic.place} ({subject})" if subject else str(diagnostic.place)


def to_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Format diagnostics as one JSON document: `{"problems": […], "notices": […]}`."""
    document: dict[str, list[Mapping[str, Any]]] = {"problems": [], "notices": []}
    for diagnostic in diagnostics:
        document["problems" if diagnostic.is_blocking else "notices"].append(to_dict(diagnostic))
    return json.dumps(document, ensure_ascii=False, indent=2)


def to_dict(diagnostic: Diagnostic) -> Mapping[str, Any]:
    """Return a diagnostic as an object for JSON output."""
    what, remedy = format_message(diagnostic)
    return {
        "file": diagnostic.place.file,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "record": diagnostic.record,
        "path": list(diagnostic.path),
        "about": format_subject(diagnostic),
        "message": what,
        "remedy": remedy,
        "cause": diagnostic.cause,
    }


def explain_os_error(error: OSError, key: str = "check.unreadable") -> tuple[str, str]:
    """Return why a file was not opened, and how to fix it."""
    if isinstance(error, RefusedError):
        return format_message(Diagnostic(error.rule, params={"file": os.fsdecode(error.filename)}))
    return t(key, file=mark_invisible(error.filename), why=error.strerror), ""
