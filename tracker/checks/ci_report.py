"""Format diagnostics for GitHub, as annotations and as a step summary, and for GitLab."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256

from tracker.checks.report import (
    Lines,
    format_counts,
    format_diagnostic,
    format_headline,
)
from tracker.i18n import t
from tracker.model.diagnostics import Diagnostic

MAX_ANNOTATIONS = 10
"""Maximum errors, and notices, that GitHub shows for a step; it silently drops the others."""

MAX_ROWS = 1000
"""Maximum rows of a step summary, which GitHub limits to 1 MiB."""


def format_annotations(
    groups: Sequence[Sequence[Diagnostic]],
    *,
    changed: Collection[str] = (),
    lines: Lines | None = None,
) -> Iterator[str]:
    """Yield a workflow command for the first problems and notices, and plain text for the others.

    Those in changed files come first.
    """
    ordered = sorted(groups, key=lambda group: not any(d.place.file in changed for d in group))
    problems = [group for group in ordered if group[0].is_blocking]
    notices = [group for group in ordered if not group[0].is_blocking]
    max_notices = MAX_ANNOTATIONS - 1  # the last one says that there are more
    for group in (*problems[:MAX_ANNOTATIONS], *notices[:max_notices]):
        yield _format_command(group, changed)
    rest = [*problems[MAX_ANNOTATIONS:], *notices[max_notices:]]
    if rest:
        yield f"::notice::{_escape_data(t('github.more', count=len(rest)))}"
    for first, *others in rest:
        yield _neutralize_commands(format_diagnostic(first, lines=lines, also=others))


def _format_command(group: Sequence[Diagnostic], changed: Collection[str]) -> str:
    """Return the workflow command for one cause, at its first location in a changed file."""
    diagnostic = next((d for d in group if d.place.file in changed), group[0])
    location = diagnostic.place
    headline, remedy = format_headline(diagnostic)
    if len(group) > 1:
        others = [f"{d.place.file}:{d.place.line}" for d in group if d.place != location]
        also = t("github.also", n=len(group) - 1, places=others[:MAX_ANNOTATIONS])
        remedy += f"\n{also}"
    text = _escape_data(f"{headline}\n{remedy}")
    command = "error" if diagnostic.is_blocking else "notice"
    properties = f"file={_escape_property(location.file)},line={location.line}"
    properties += f",col={location.column},title={_escape_property(diagnostic.code)}"
    return f"::{command} {properties}::{text}"


def format_summary(groups: Sequence[Sequence[Diagnostic]]) -> str:
    """Format all diagnostics as a Markdown table for the summary of a step."""
    diagnostics = [diagnostic for group in groups for diagnostic in group]
    names = ("severity", "place", "what", "remedy", "code")
    header = " | ".join(t(f"github.head.{name}") for name in names)
    rows = [format_counts(groups), "", f"| {header} |", "| --- | --- | --- | --- | --- |"]
    for diagnostic in diagnostics[:MAX_ROWS]:
        cells = (f"{diagnostic.place.file}:{diagnostic.place.line}", *format_headline(diagnostic))
        escaped = " | ".join(map(_escape_cell, cells))
        rows.append(f"| {t(diagnostic.severity)} | {escaped} | `{diagnostic.code}` |")
    if diagnostics[MAX_ROWS:]:
        rows += ["", t("github.more", count=len(diagnostics) - MAX_ROWS)]
    return "\n".join(rows) + "\n"


def _escape_cell(text: str) -> str:
    """Escape everything that Markdown could read as markup, a mention or the end of the cell."""
    for character in "\\`*_[]<>|~#@":
        text = text.replace(character, f"&#{ord(character)};")
    return text.replace("\n", " ")


def _escape_data(text: str) -> str:
    return text.strip().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _neutralize_commands(text: str) -> str:
    """Break up `##[`, which runners still accept as a command anywhere in a line."""
    return text.replace("##[", "# #[")


def format_gitlab_report(diagnostics: Iterable[Diagnostic]) -> str:
    """Format diagnostics as a GitLab Code Quality report, shown on the lines of a merge request."""
    return json.dumps(list(_iter_gitlab_entries(diagnostics)), ensure_ascii=False, indent=2)


def _iter_gitlab_entries(diagnostics: Iterable[Diagnostic]) -> Iterator[dict[str, object]]:
    counts: Counter[tuple[str, ...]] = Counter()
    for diagnostic in diagnostics:
        headline, remedy = format_headline(diagnostic)
        place = diagnostic.place
        # GitLab compares fingerprints between reports. A problem that only moved to another line
        # is not new, so the line is left out.
        identity = (place.file, diagnostic.code, headline)
        counts[identity] += 1
        yield {
            "description": f"{headline} {remedy}".strip(),
            "check_name": diagnostic.code,
            "fingerprint": sha256(repr((*identity, counts[identity])).encode()).hexdigest(),
            "severity": "major" if diagnostic.is_blocking else "info",
            "location": {"path": place.file, "lines": {"begin": place.line}},
        }
