"""Write scalars: plain if every YAML parser reads the same text, otherwise quoted."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

WIDTH = 98
"""Lines are wrapped after the first word that exceeds this width, as PyYAML does."""

_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"}
# Numbers, times and dates in YAML 1.1, YAML 1.2 or Ruby's parser.
_NOT_TEXT = re.compile(
    r"""[-+]?(?: 0[bB][01_]+ | 0[oO][0-7_]+ | 0[xX][0-9a-fA-F_]+
               | (?:[0-9][0-9_,]*)?\.?[0-9_,]*(?:[eE][-+]?[0-9]+)?
               | [0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?
               | \.(?:inf|nan) )
      | [0-9]{4}-[0-9]{1,2}(?:-[0-9]{1,2})?(?:[Tt\ \t].*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)
_DATE = re.compile(r"[1-9]\d{3}(?:-(?:0[1-9]|1[0-2]))?(-\d\d)?", re.ASCII)
_NEEDS_QUOTES = re.compile(r"[\s\-?:](?:\s|$)|[\s?:,\[\]{}#&*!|>'\"%@`]|---|\.\.\.")
_NOT_PLAIN = re.compile(r":(?:\s|$)|\s#")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r"[\n\r\t]")
_BREAK = re.compile(r"(?<=[^ ]) (?=[^ ])")


def emit_scalar(text: str, typed: bool = False) -> str:
    """Write a value on one line. `typed` marks a field with numbers or dates, left unquoted."""
    if _ESCAPED.search(text):
        return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'
    return text if _is_plain(text, typed) else "'" + text.replace("'", "''") + "'"


@lru_cache(maxsize=1 << 12)
def emit_lines(start: str, text: str, indent: int, typed: bool) -> tuple[str, ...]:
    """Write a value after `start`, its key or hyphen, and indent the following lines."""
    if "\n" in text and _fits_block(text):
        lines = text.removesuffix("\n").split("\n")
        return (
            f"{start} |" if text.endswith("\n") else f"{start} |-",
            *(" " * indent + line if line else "" for line in lines),
        )
    line = f"{start} {emit_scalar(text, typed)}"
    if len(line) <= WIDTH or line[len(start) + 1] == '"':
        return (line,)
    return tuple(_wrap_line(line, len(start) + 1, indent))


def _is_plain(text: str, typed: bool) -> bool:
    if typed and (_NUMBER.fullmatch(text) or _is_date(text)):
        return True
    if not text or text.lower() in _WORDS or _NOT_TEXT.fullmatch(text):
        return False
    if _NEEDS_QUOTES.match(text) or text[-1].isspace():
        return False
    return not ((":" in text or "#" in text) and _NOT_PLAIN.search(text))


def _is_date(text: str) -> bool:
    """Return whether a date exists; other parsers may fail at one that does not."""
    match = _DATE.fullmatch(text)
    if not match or not match[1]:
        return bool(match)
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fits_block(text: str) -> bool:
    """Return whether a literal block would preserve all spaces, tabs and blank lines."""
    lines = text.split("\n")
    return (
        lines[0][:1] not in ("", " ")
        and not text.endswith("\n\n")
        and not any(c in text for c in "\r\t")
        and not any(line.endswith(" ") for line in lines)
    )


def _wrap_line(line: str, begin: int, indent: int) -> Iterator[str]:
    """Wrap a line whose value starts at `begin`, never before the first word of the value."""
    pad, at = "", 0
    while gap := _BREAK.search(line, max(begin, at + WIDTH - len(pad) + 1)):
        yield pad + line[at : gap.start()]
        pad, at = " " * indent, gap.end()
        begin = at
    yield pad + line[at:]
