"""YAML read fast, as long as nothing in it is to be refused, and remembered.

What is to be refused, and where it stands, `yaml_text` finds out: it reads what is not sound here
from the beginning. So nothing here words a fault, or notes the place of a field.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from zlib import crc32

import yaml
from yaml.events import (
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from tracker.load.memory import Memory
from tracker.processes import each

MAX_BYTES = 8_000_000
MAX_DEPTH = 14
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOTHING = ("", "~", "null", "Null", "NULL")
"""What YAML takes for no value at all, where it is not in quotation marks."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u00ad\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff\U000e0000-\U000e0fff]"
)
UNSEEN_ESCAPE = re.compile(f"{INVISIBLE.pattern}|[\r\t]")
CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?=[ \r]|$)", re.MULTILINE)
CUT = re.compile(r"[ \t]+#(?=\S|[ \t]*\d)")
"""What stands behind a text that a number sign cuts off."""

_RECORDS = 64
"""So many records are read together, more or less."""
_LIST = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*+- ")
# Patterns that begin with an end of line are found ten times as fast as those with `^`.
_RECORD = re.compile(rb"\n- .*")
_ONLY_WHOLE = re.compile(r"\n(?:---|\.\.\.|%|<{7}|\|{7}|={7}|>{7})")

Lines = list[tuple[int, int]]
Sound = tuple[Any, Lines]
"""Content, and the first and last line of each record: of each in a list, or of the one that a
mapping is."""


def read_sound(data: bytes, memory: Memory | None = None) -> Sound | None:
    """What a file holds, read in parts, each of which is remembered; None if it is not sound."""
    if len(data) > MAX_BYTES:
        return None
    parts = list(_cut(data))
    keys = [sha256(part).hexdigest() for part in parts]
    known = {key: found for key in keys if memory and (found := memory.get(key))}
    unread = [(key, part) for key, part in zip(keys, parts, strict=True) if key not in known]
    read = each(_read_part, [part for _, part in unread], few=16, chunk=1)
    for (key, _), found in zip(unread, read, strict=True):
        if not found:
            return None
        known[key] = found
        if memory:
            memory.put(key, found)
    read_parts = [json.loads(known[key]) for key in keys]
    return _joined(read_parts, [part.count(b"\n") for part in parts])


def _joined(parts: list[Any], lengths: list[int]) -> Sound:
    """Parts as one, which is of the kind that the first is; `lengths` count their lines."""
    content = parts[0][0]
    lines: Lines = []
    above = 0
    for number, ((records, below), length) in enumerate(zip(parts, lengths, strict=True)):
        if number:
            content += records
        lines += ((first + above, last + above) for first, last in below)
        above += length
    return content, lines


def _cut(data: bytes) -> Iterator[bytes]:
    """Parts of some records each, if it is a list. What begins one is told by its first line alone,
    so that an edit moves no other part's ends.

    A line that begins with a hyphen is a new record, wherever it stands: all else in a list is
    indented, and a part of which that is not true is not sound.
    """
    start = 0
    for found in _RECORD.finditer(data) if _LIST.match(data) else ():
        begin = found.start() + 1
        if crc32(found[0]) % _RECORDS == 0:
            yield data[start:begin]
            start = begin
    yield data[start:]


def _read_part(part: bytes) -> bytes:
    """Content and lines as JSON; nothing if it is not sound."""
    try:
        text = part.decode("utf-8")
        # YAML takes a return alone for an end of line too: lines would be miscounted.
        returns = text.count("\r") != text.count("\r\n")
        if returns or _ONLY_WHOLE.search(f"\n{text}") or INVISIBLE.search(text):
            return b""
        return json.dumps(_Reader(text).document()).encode()
    except (_Unsound, UnicodeDecodeError, yaml.YAMLError):
        return b""


class _Unsound(Exception):
    """Something is to be refused."""


class _Reader:
    """Reads a text of one document. What it reads, `yaml_text` reads in the same way."""

    def __init__(self, text: str) -> None:
        self._whole = text
        self._has_tab = "\t" in text
        self._has_hash = "#" in text
        self._next = LOADER(text).get_event
        self._end: Any = None
        """The end of the list or mapping that was read last."""

    def document(self) -> Sound:
        """Its content and lines. _Unsound, or the parser's own error, if anything is wrong."""
        self._next()  # the beginning of the stream, and then of the document
        self._next()
        begin = self._next()
        if type(begin) is SequenceStartEvent and begin.anchor is begin.tag is None:
            content, lines = [], []
            while type(event := self._next()) is not SequenceEndEvent:
                content.append(self._value(event, 1))
                lines.append(self._lines(event))
        elif type(begin) is MappingStartEvent:
            content, lines = self._value(begin, 0), [self._lines(begin)]
        else:
            raise _Unsound
        if type(self._next()) is not DocumentEndEvent or type(self._next()) is not StreamEndEvent:
            raise _Unsound
        return content, lines

    def _value(self, event: Any, depth: int) -> Any:
        """What begins with this event, inside so many lists and mappings."""
        if event.anchor is not None or event.tag is not None:
            raise _Unsound
        kind, following = type(event), self._next
        if kind is ScalarEvent:
            return self._text(event)
        if depth == MAX_DEPTH:
            raise _Unsound
        if kind is SequenceStartEvent:
            items = []
            while type(below := following()) is not SequenceEndEvent:
                items.append(self._value(below, depth + 1))
            self._end = below
            return items
        fields: dict[str, Any] = {}
        while type(key := following()) is not MappingEndEvent:
            name = self._value(key, MAX_DEPTH)
            if name in fields or name == "<<":
                raise _Unsound
            fields[name] = self._value(following(), depth + 1)
        self._end = key
        return fields

    def _text(self, event: Any) -> str:
        text: str = event.value
        if not event.style:
            cut = self._has_hash and CUT.match(self._whole, event.end_mark.index)
            if text in NOTHING or cut:
                raise _Unsound
        # An escape such as "\u200b" is seen only once it is read.
        if (self._has_tab or event.style == '"') and UNSEEN_ESCAPE.search(text):
            raise _Unsound
        return text

    def _lines(self, event: Any) -> tuple[int, int]:
        """The first and the last line of a record that has just been read."""
        first = event.start_mark.line + 1
        if type(event) is ScalarEvent:
            return first, first
        end = self._end.end_mark
        return first, max(first, end.line + (end.column > 0))
