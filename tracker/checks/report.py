"""Problems, worded for a person at a terminal, for a pull request, or for a program."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tracker.checks.excerpt import format_excerpt, mark_invisible
from tracker.files import RefusedError
from tracker.i18n import has_message, t
from tracker.model.diagnostics import Diagnostic, SourceLocation

LocatedDiagnostic = tuple[SourceLocation, Diagnostic]
"""A problem with its place."""

Lines = Callable[[SourceLocation], str]
"""The line of a file at a place, without its end; empty where there is none."""

PLACES = 20
"""So many places of one cause are named in a terminal; the rest are counted."""


def make_sort_key(told: LocatedDiagnostic) -> tuple[bool, str, int, int, str]:
    """Sort key: faults before notices, then by file and line."""
    place, problem = told
    return not problem.is_blocking, place.file, place.line, place.column, problem.code


def group_by_cause(told: Iterable[LocatedDiagnostic]) -> list[list[LocatedDiagnostic]]:
    """Faults, then notices, by file and line; one cause is one group, at its first place."""
    groups: dict[object, list[LocatedDiagnostic]] = {}
    for number, one in enumerate(sorted(told, key=make_sort_key)):
        groups.setdefault(one[1].cause or number, []).append(one)
    return list(groups.values())


def format_message(problem: Diagnostic) -> tuple[str, str]:
    """What is wrong, and what to type instead."""
    facts = {name: _format_fact(value) for name, value in problem.params.items()}
    hint = facts.get("hint") or facts.get("condition")
    key = f"problem.{problem.code}"
    suggest = facts.get("suggest", "")
    what = f"{key}.as.{hint}" if has_message(f"{key}.as.{hint}") else key
    fix = next((k for k in _iter_fix_keys(key, hint, suggest=bool(suggest)) if has_message(k)), "")
    remedies = (
        [t("suggest", **facts | {"line": _format_input(problem, suggest)})] if suggest else []
    )
    remedies += [said] if fix and (said := t(fix, **facts)) else []
    remedies += [t("type", **facts)] if facts.get("typed") else []
    return t(what, **facts), "  ".join(remedies)


def _iter_fix_keys(key: str, hint: object, *, suggest: bool) -> Iterator[str]:
    """The keys of a remedy, the most fitting first; an empty one ends with the suggestion."""
    if hint:
        yield f"{key}.fix.{hint}"
    if suggest:
        yield f"{key}.fix.suggest"
    yield f"{key}.fix"


def _format_input(problem: Diagnostic, value: Any) -> str:
    """The line as it is to be typed, without its indent."""
    if problem.at_key:
        return f"{value}: …"
    field = problem.path[-1] if problem.path else problem.params.get("field", "")
    return f"- {value}" if isinstance(field, int) else f"{field}: {value}" if field else str(value)


def _format_fact(value: Any) -> Any:
    """A fact on one line, without characters that a terminal obeys."""
    if isinstance(value, str):
        return mark_invisible(" ".join(value.split()))
    return [_format_fact(item) for item in value] if isinstance(value, (list, tuple)) else value


def format_counts(groups: Sequence[Sequence[LocatedDiagnostic]]) -> str:
    """Say how many problems and notices there are; those of one cause are one."""
    faults = sum(group[0][1].is_blocking for group in groups)
    notices = len(groups) - faults
    problem = t("check.problem" if faults == 1 else "check.problems", count=faults)
    notice = t("check.notice" if notices == 1 else "check.notices", count=notices)
    return f"{problem}, {notice}"


def format_subject(problem: Diagnostic) -> str:
    """The record, and the way to the field by its labels: `asked-1 › Assessments 2 › Status`."""
    steps = [mark_invisible(problem.record)] if problem.record and ":" not in problem.record else []
    for step in problem.path or _get_named_field(problem):
        if isinstance(step, int):
            steps[-1:] = [f"{steps[-1] if steps else ''} {step + 1}".strip()]
        else:
            steps.append(
                t(key) if has_message(key := f"label.{step}") else mark_invisible(str(step))
            )
    return " › ".join(steps)


def _get_named_field(problem: Diagnostic) -> tuple[str, ...]:
    """The field that a problem without a path speaks of, if it is one."""
    field = str(problem.params.get("field", ""))
    return (field,) if has_message(f"label.{field}") else ()


def format_diagnostics(told: Iterable[LocatedDiagnostic], *, lines: Lines | None = None) -> str:
    """All problems for a terminal, in order; what has one cause is explained once."""
    return "\n".join(
        format_diagnostic(one, lines=lines, also=also) for one, *also in group_by_cause(told)
    )


def format_diagnostic(
    told: LocatedDiagnostic, *, lines: Lines | None = None, also: Sequence[LocatedDiagnostic] = ()
) -> str:
    """A place that terminals make clickable, the line with a caret below it, and the remedy."""
    place, problem = told
    what, remedy = format_message(problem)
    about = format_subject(problem)
    head = f"{about}: {what}" if about else what
    head = head if problem.is_blocking else f"{t('notice')}: {head}"
    parts = [f"{place.file}:{place.line}:{place.column}: {head} [{problem.code}]"]
    parts += format_excerpt(lines(place), place, length=_get_marked_text(problem)) if lines else []
    parts += [f"    {remedy}"] if remedy else []
    if also:
        parts.append("    " + t("also", count=len(also)))
        parts += [f"    {_format_location(one)}" for one in also[:PLACES]]
        if len(also) > PLACES:
            parts.append("    " + t("also.more", count=len(also) - PLACES))
    return "\n".join(parts)


def _get_marked_text(problem: Diagnostic) -> str:
    """The text that stands at the place, as far as it is known."""
    return str(problem.params.get("field" if problem.at_key else "got", ""))


def _format_location(told: LocatedDiagnostic) -> str:
    place, problem = told
    about = format_subject(problem)
    return f"{place.file}:{place.line}:{place.column}" + (f" ({about})" if about else "")


def to_json(told: Iterable[LocatedDiagnostic]) -> str:
    """Format diagnostics as one JSON document: `{"problems": [faults…], "notices": […]}`."""
    found: dict[str, list[Mapping[str, Any]]] = {"problems": [], "notices": []}
    for one in told:
        found["problems" if one[1].is_blocking else "notices"].append(to_dict(one))
    return json.dumps(found, ensure_ascii=False, indent=2)


def to_dict(told: LocatedDiagnostic) -> Mapping[str, Any]:
    """A problem with its place and words, for a program. What has one `cause` is mended once."""
    place, problem = told
    what, remedy = format_message(problem)
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "code": problem.code,
        "severity": problem.severity,
        "record": problem.record,
        "path": list(problem.path),
        "about": format_subject(problem),
        "message": what,
        "remedy": remedy,
        "cause": problem.cause,
    }


def explain_os_error(error: OSError, key: str = "check.unreadable") -> tuple[str, str]:
    """Return why a file was not opened, and what to do about it."""
    if isinstance(error, RefusedError):
        return format_message(Diagnostic(error.rule, params={"file": os.fsdecode(error.filename)}))
    return t(key, file=mark_invisible(error.filename), why=error.strerror), ""
