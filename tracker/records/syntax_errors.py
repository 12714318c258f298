"""Where YAML breaks off, in the words of the person who typed it: what the parser calls “could not
find expected ':'” is a missing colon, hyphen or space, mostly one line further up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from tracker.model.diagnostics import Diagnostic, SourceLocation

_FIELD = re.compile(r"\s*(?:- +)*[a-z_][a-z0-9_]*:(?: |$)")
_VALUE = re.compile(r"(\s*(?:- +)*(?:[A-Za-z_][\w ]*?: +)?)(.*)")
_CURLY = str.maketrans("“”„«»‘’", '"""""\'\'')

_SIGNS = {
    "tab character": "tab",
    "\\t": "tab",
    "mapping values are not allowed": "colon",
    "could not find expected ':'": "no-colon",
    "did not find expected '-'": "indent",
    "did not find expected key": "key",
    "block end": "indent",
    "end of stream": "quote",
    "expected ',' or": "bracket",
    "cannot start any token": "start",
    "comment or line break": "start",
    "entries are not allowed": "start",
    "mapping keys are not allowed": "start",
    "escape character": "backslash",
    "hexdecimal": "backslash",
}
"""What the parser says, and our name for it."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """A fault found: its name, line and column counted from 0, and the line as it should be."""

    hint: str
    line: int
    column: int
    typed: str = ""


def explain_syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    """The problem of a file that is not YAML, at the line that its editor has to change."""
    lines = text.splitlines()
    mark: Any = error.problem_mark or error.context_mark
    start: Any = error.context_mark or mark
    what = error.problem or error.context or ""
    name = next((name for sign, name in _SIGNS.items() if sign in what), "other")
    found = _open_quote(lines, mark.line) if name not in ("tab", "start") else None
    found = found or _narrow_down(name, lines, (mark.line, mark.column), (start.line, start.column))
    facts = {"what": what, "hint": found.hint, "typed": found.typed}
    return Diagnostic(
        "yaml-syntax", params=facts, location=SourceLocation(file, found.line + 1, found.column + 1)
    )


def _narrow_down(
    name: str, lines: Sequence[str], at: tuple[int, int], start: tuple[int, int]
) -> _Fault:
    """What this fault is in particular, and where."""
    line = _get_line(lines, at[0])
    if name == "no-colon":
        return _find_missing_colon(lines, start[0])
    if name == "colon":
        return _find_stray_colon(lines, *at)
    if name == "key":
        return _find_text_after_value(line, *at)
    if name in ("quote", "bracket"):
        return _Fault(name, *start)
    if name == "start":
        return _Fault(name, *at, typed=quote_value(line))
    if name == "indent" and re.match(r"\s*-[^\s-]", line):
        return _Fault("dash-space", *at, typed=re.sub(r"^(\s*)-", r"\1- ", line).strip())
    return _Fault(name, *at)


def _get_line(lines: Sequence[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""


def _open_quote(lines: Sequence[str], last: int) -> _Fault | None:
    """A value that begins with a quotation mark which its line does not close, before a field."""
    for number in range(last):
        before, value = _split(lines[number])
        mark = value[:1]
        closed = mark not in ("'", '"') or (value.replace("\\" + mark, "").count(mark) % 2 == 0)
        if not closed and _FIELD.match(_get_line(lines, number + 1)):
            straight = value.translate(_CURLY)
            typed = straight if straight[-1] == mark and len(straight) > 1 else value + mark
            return _Fault("quote", number, len(before), typed=(before + typed).strip())
    return None


def _split(line: str) -> tuple[str, str]:
    """What stands before a value, and the value."""
    found = _VALUE.match(line)
    return (found[1], found[2].rstrip()) if found else ("", line)


def _find_missing_colon(lines: Sequence[str], number: int) -> _Fault:
    """A line that was taken for the name of a field."""
    line = _get_line(lines, number)
    column = len(line) - len(line.lstrip())
    bare = line.strip()
    above = _get_line(lines, number - 1)
    if re.match(r"-[^\s-]|--", bare):
        typed = re.sub(r"^-+\s*", "- ", bare)
        return _Fault("dash-space", number, column, typed)
    if spaced := re.fullmatch(r"((?:- +)*[a-z_]+):(\S.*)", bare):
        return _Fault("colon-space", number, column, f"{spaced[1]}: {spaced[2]}")
    if re.search(r"\s#", above) and not above.rstrip().endswith(":"):
        return _Fault("hash", number - 1, re.search(r"\s#", above).start() + 1)  # type: ignore[union-attr]
    if re.fullmatch(r"[a-z_]+", bare) and _get_line(lines, number + 1).lstrip().startswith("- "):
        return _Fault("no-colon", number, column, f"{bare}:")
    item = above.rstrip().endswith(":") or above.lstrip().startswith("- ")
    if item and " " not in bare:
        return _Fault("dash", number, column, f"- {bare}")
    if named := re.fullmatch(r"((?:- +)*[a-z_]+) +(\S.*)", bare):
        return _Fault("no-colon", number, column, f"{named[1]}: {named[2]}")
    return _Fault("no-colon", number, column)


def _find_stray_colon(lines: Sequence[str], number: int, column: int) -> _Fault:
    """A colon where none may be: in a text, or of a field that is indented otherwise."""
    line = _get_line(lines, number)
    above = _get_line(lines, number - 1)
    if re.fullmatch(r"\s*(?:- +)*[a-z_]+", line[:column]):
        if above.strip() and not re.search(r":(\s|$)", above):
            return _find_missing_colon(lines, number - 1)
        return _Fault("indent", number, len(line) - len(line.lstrip()))
    below = _get_line(lines, number + 1)
    goes_on = below.strip() and not _FIELD.match(below) and not below.lstrip().startswith("- ")
    alone = _FIELD.match(line) and not goes_on
    return _Fault("colon", number, column, quote_value(line) if alone else "")


def _find_text_after_value(line: str, number: int, column: int) -> _Fault:
    """Something stands behind the end of a value."""
    before, value = _split(line)
    if value[:1] == "'" and column > len(before):
        return _Fault("apostrophe", number, column, quote_value(line))
    if value[:1] in ('"', "[", "{") and column > len(before):
        return _Fault("start", number, len(before), quote_value(line))
    return _Fault("indent", number, column)


def quote_value(line: str) -> str:
    """The line with its value in quotation marks, as YAML reads it."""
    before, value = _split(line)
    ends = value[:1].translate(_CURLY) + value[-1:].translate(_CURLY)
    inner = value[1:-1] if len(value) > 1 and ends in ("''", '""') else value
    if not inner:
        return ""
    typed = f'"{inner}"' if not re.search(r'["\\]', inner) else "'" + inner.replace("'", "''") + "'"
    return (before + typed).strip()
