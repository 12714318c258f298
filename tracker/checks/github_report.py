"""Problems as GitHub shows them: on the lines of a pull request, and in the summary of a step."""

from collections.abc import Collection, Iterator, Sequence

from tracker.checks.report import (
    Lines,
    LocatedDiagnostic,
    format_counts,
    format_diagnostic,
    format_message,
    format_subject,
)
from tracker.i18n import t

SHOWN = 10
"""GitHub shows so many errors of one step, and drops the rest without a word."""

ROWS = 1000
"""Rows of a summary, which may have one MiB."""


def format_annotations(
    groups: Sequence[Sequence[LocatedDiagnostic]],
    *,
    changed: Collection[str] = (),
    lines: Lines | None = None,
) -> Iterator[str]:
    """Yield a workflow command for the first faults and notices, and plain text for the others.

    Those in changed files come first.
    """
    ordered = sorted(groups, key=lambda group: not any(place.file in changed for place, _ in group))
    faults = [group for group in ordered if group[0][1].is_blocking]
    notices = [group for group in ordered if not group[0][1].is_blocking]
    left = [*faults[SHOWN:], *notices[SHOWN - 1 :]]  # the last notice says that there are more
    for group in (*faults[:SHOWN], *notices[: SHOWN - 1]):
        yield _format_command(group, changed)
    if left:
        yield f"::notice::{_escape_data(t('github.more', count=len(left)))}"
    for first, *others in left:
        yield _neutralize_commands(format_diagnostic(first, lines=lines, also=others))


def _format_command(group: Sequence[LocatedDiagnostic], changed: Collection[str]) -> str:
    """One cause, shown at its first place in a file that was changed."""
    place, problem = next((one for one in group if one[0].file in changed), group[0])
    what, remedy = format_message(problem)
    about = format_subject(problem)
    text = f"{about}: {what}" if about else what
    if len(group) > 1:
        others = [f"{p.file}:{p.line}" for p, _ in group if p != place]
        remedy += "\n" + t("github.also", count=len(group) - 1, places=others[:SHOWN])
    text += f"\n{remedy}"
    properties = f"file={_escape_property(place.file)},line={place.line},col={place.column}"
    command = "error" if problem.is_blocking else "notice"
    return f"::{command} {properties},title={_escape_property(problem.code)}::{_escape_data(text)}"


def format_summary(groups: Sequence[Sequence[LocatedDiagnostic]]) -> str:
    """Format every problem and notice as a Markdown table, for the summary of a step."""
    told = [one for group in groups for one in group]
    names = ("severity", "place", "what", "remedy", "code")
    heads = [t(f"github.head.{name}") for name in names]
    rows = [
        format_counts(groups),
        "",
        f"| {' | '.join(heads)} |",
        "| --- | --- | --- | --- | --- |",
    ]
    for place, problem in told[:ROWS]:
        what, remedy = format_message(problem)
        about = format_subject(problem)
        cells = (f"{place.file}:{place.line}", f"{about}: {what}" if about else what, remedy)
        severity = t(problem.severity)
        rows.append(f"| {severity} | {' | '.join(map(_escape_cell, cells))} | `{problem.code}` |")
    if told[ROWS:]:
        rows += ["", t("github.more", count=len(told) - ROWS)]
    return "\n".join(rows) + "\n"


def _escape_cell(text: str) -> str:
    """Text of a record inside a table: never markup, a mention, or the end of the cell."""
    for character in "\\`*_[]<>|~#@":
        text = text.replace(character, f"&#{ord(character)};")
    return text.replace("\n", " ")


def _escape_data(text: str) -> str:
    return text.strip().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _neutralize_commands(text: str) -> str:
    """Without what a runner takes for a command of the older form, anywhere in a line."""
    return text.replace("##[", "# #[")
