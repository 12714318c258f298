"""Explain YAML syntax errors: find the typing mistake that caused a parser error.

“could not find expected ':'” means a missing colon, hyphen or space, usually on the line above.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tracker.model import FILES
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.fields import iter_part_models

_FIELD = re.compile(r"\s*(?:- +)*[a-z_][a-z0-9_]*:(?: |$)")
_VALUE = re.compile(r"(\s*(?:- +)*(?:[A-Za-z_][\w ]*?: +)?)(.*)")
_CURLY = str.maketrans("“”„«»‘’", '"""""\'\'')

_HINTS = {
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
    "expected alphabetic": "stars",
    "document start": "dots",
    "escape character": "backslash",
    "hexdecimal": "backslash",
}
"""Parts of parser messages, and the hint for each."""


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A typing mistake: its hint, line and column counted from 0, and the corrected line."""

    hint: str
    line: int
    column: int
    typed: str = ""


def explain_syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    """Return a diagnostic for invalid YAML, at the line that needs to be changed."""
    lines = [*text.splitlines(), "", ""]  # so that the lines around the error exist
    mark: Any = error.problem_mark or error.context_mark
    start: Any = error.context_mark or mark
    reason = error.problem or error.context or ""
    hint = next((hint for part, hint in _HINTS.items() if part in reason), "other")
    mistake = _find_open_quote(lines, mark.line) if hint not in ("tab", "start") else None
    mistake = mistake or _find_mistake(
        hint, lines, (mark.line, mark.column), (start.line, start.column)
    )
    params = {"what": reason, "hint": mistake.hint, "typed": mistake.typed}
    return Diagnostic(
        "yaml-syntax",
        params=params,
        location=SourceLocation(file, mistake.line + 1, mistake.column + 1),
    )


def _find_mistake(
    hint: str, lines: Sequence[str], at: tuple[int, int], start: tuple[int, int]
) -> _Mistake:
    """Return the mistake behind a hint, and its position."""
    line = lines[at[0]]
    is_item = hint in ("indent", "key") and line.lstrip().startswith("- ")
    if is_item and (missing := _find_item_without_hyphen(lines, at[0])):
        return missing
    if hint == "no-colon":
        return _find_bullet(lines, start[0]) or _find_missing_colon(lines, start[0])
    if hint == "colon":
        return _find_stray_colon(lines, *at)
    if hint == "key":
        return _find_text_after_value(line, *at)
    if hint in ("quote", "bracket"):
        return _Mistake(hint, *start)
    if hint == "start" and (bound := re.fullmatch(r"\s*((?:- +)*value:) +(>=?) *(\d.*)", line)):
        return _Mistake(
            "at-least" if bound[2] == ">=" else "more-than", *at, f"{bound[1]} {bound[3]}"
        )
    if hint == "start":
        return _Mistake(hint, *at, typed=_quote_line(lines, at[0]))
    if hint == "dots" and lines[at[0] - 1].strip() == "...":
        return _Mistake(hint, at[0] - 1, 0)
    if bullet := _find_bullet(lines, at[0]):
        return bullet
    if hint == "stars":  # as in **bold**; the parser stops behind the first of them
        return _Mistake("start", at[0], len(_split_value(line)[0]), _quote_line(lines, at[0]))
    if hint == "indent" and re.match(r"\s*-[^\s-]", line):
        return _Mistake("dash-space", *at, typed=re.sub(r"^(\s*)-", r"\1- ", line).strip())
    return _Mistake(hint, *at)


def _find_open_quote(lines: Sequence[str], last: int) -> _Mistake | None:
    """Find a value whose opening quotation mark is not closed before the next field."""
    for number in range(last):
        before, value = _split_value(lines[number])
        mark = value[:1]
        closed = mark not in ("'", '"') or (value.replace("\\" + mark, "").count(mark) % 2 == 0)
        if not closed and _FIELD.match(lines[number + 1]):
            straight = value.translate(_CURLY)
            typed = straight if straight[-1] == mark and len(straight) > 1 else value + mark
            return _Mistake("quote", number, len(before), typed=(before + typed).strip())
    return None


def _split_value(line: str) -> tuple[str, str]:
    """Return the text before a value, and the value."""
    match = _VALUE.match(line)
    return (match[1], match[2].rstrip()) if match else ("", line)


def _find_missing_colon(lines: Sequence[str], number: int) -> _Mistake:
    """Explain a line that the parser read as the name of a field."""
    line = lines[number]
    column = len(line) - len(line.lstrip())
    bare = line.strip()
    above = lines[number - 1]
    if re.match(r"-[^\s-]|--", bare):
        typed = re.sub(r"^-+\s*", "- ", bare)
        return _Mistake("dash-space", number, column, typed)
    if spaced := re.fullmatch(r"((?:- +)*[a-z_]+):(\S.*)", bare):
        return _Mistake("colon-space", number, column, f"{spaced[1]}: {spaced[2]}")
    if re.search(r"\s#", above) and not above.rstrip().endswith(":"):
        return _Mistake("hash", number - 1, re.search(r"\s#", above).start() + 1)  # type: ignore[union-attr]
    if re.fullmatch(r"[a-z_]+", bare) and lines[number + 1].lstrip().startswith("- "):
        return _Mistake("no-colon", number, column, f"{bare}:")
    item = above.rstrip().endswith(":") or above.lstrip().startswith("- ")
    if item and " " not in bare:
        return _Mistake("dash", number, column, f"- {bare}")
    named = re.fullmatch(r"((?:- +)*([a-z_]+))(?: *[=;：] *| +)(\S.*)", bare)
    if named and named[2] in _list_field_names():  # no word of a text
        return _Mistake("no-colon", number, column, f"{named[1]}: {named[3]}")
    return _Mistake("no-colon", number, column)


@cache
def _list_field_names() -> frozenset[str]:
    """Return the names of all fields of records and their parts."""
    parts = {part for model in FILES.values() for part in (model, *iter_part_models(model))}
    return frozenset(name for part in parts for name in part.model_fields)


def _find_bullet(lines: Sequence[str], number: int) -> _Mistake | None:
    """Explain a list item that starts with another sign than a hyphen."""
    item = re.fullmatch(r"(\s*)(?:[•·▪●–—*]|\d{1,2}[.)]) +(\S.*)", lines[number])
    above = lines[number - 1].rstrip()
    if not item or not (above.endswith(":") or above.lstrip().startswith(("- ", *"•·▪●–—*"))):
        return None
    return _Mistake("dash", number, len(item[1]), f"- {item[2]}")


def _find_item_without_hyphen(lines: Sequence[str], number: int) -> _Mistake | None:
    """Find the first item of a list, if only its hyphen is missing, above a later item."""
    indent = len(lines[number]) - len(lines[number].lstrip())
    first = number
    while first and len(lines[first - 1]) - len(lines[first - 1].lstrip()) > indent:
        first -= 1
    above = lines[first - 1]
    heads_list = above.rstrip().endswith(":") and not lines[first].lstrip().startswith("- ")
    if first == number or not heads_list:
        return None
    bare = lines[first].strip()
    return _Mistake("dash", first, len(lines[first]) - len(lines[first].lstrip()), f"- {bare}")


def _find_stray_colon(lines: Sequence[str], number: int, column: int) -> _Mistake:
    """Explain a misplaced colon: in a text, or after a field with the wrong indentation."""
    line = lines[number]
    above = lines[number - 1]
    if re.fullmatch(r"\s*(?:- +)*[a-z_]+", line[:column]):
        if above.strip() and not re.search(r":(\s|$)", above):
            return _find_missing_colon(lines, number - 1)
        if re.fullmatch(r"id: +[\w-]+ *", above) and line.startswith("  "):
            return _Mistake("dash", number - 1, 0, f"- {above.strip()}")
        return _Mistake("indent", number, len(line) - len(line.lstrip()))
    is_field = _FIELD.match(line)
    return _Mistake("colon", number, column, _quote_line(lines, number) if is_field else "")


def _quote_line(lines: Sequence[str], number: int) -> str:
    """Return a line with its value in quotation marks; empty if the text goes on below."""
    return "" if is_continued(lines[number + 1]) else quote_value(lines[number])


def is_continued(below: str) -> bool:
    """Return whether the line below a field continues its text."""
    field = _FIELD.match(below) or below.lstrip().startswith("- ")
    return bool(below.strip()) and below.startswith(" ") and not field


def _find_text_after_value(line: str, number: int, column: int) -> _Mistake:
    """Explain text after the end of a value."""
    before, value = _split_value(line)
    if value[:1] == "'" and column > len(before):
        return _Mistake("apostrophe", number, column, quote_value(line))
    if linked := re.fullmatch(r"\[[^\]]*\]\((https?://[^\s()]+)\)", value):
        return _Mistake("link", number, len(before), (before + linked[1]).strip())
    if value[:1] in ('"', "[", "{") and column > len(before):
        return _Mistake("start", number, len(before), quote_value(line))
    return _Mistake("indent", number, column)


def quote_value(line: str) -> str:
    """Return the line with its value in quotation marks, as valid YAML."""
    before, value = _split_value(line)
    ends = value[:1].translate(_CURLY) + value[-1:].translate(_CURLY)
    inner = value[1:-1] if len(value) > 1 and ends in ("''", '""') else value
    if not inner:
        return ""
    typed = f'"{inner}"' if not re.search(r'["\\]', inner) else "'" + inner.replace("'", "''") + "'"
    return (before + typed).strip()
