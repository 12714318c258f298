"""YAML text → plain lists, mappings and strings, and where each stands. Nothing is guessed.

Every scalar stays the string that was typed: types are decided by the model, so `no`, `012` and
`1:30` are never turned into something else. What makes YAML surprising is refused.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from typing import Any, NamedTuple
from zlib import crc32

import yaml

from tracker.load.memory import Memory
from tracker.load.syntax import quoted, syntax_problem
from tracker.problem import Place, Problem
from tracker.processes import each

MAX_BYTES = 8_000_000
MAX_DEPTH = 14

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u00ad\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff\U000e0000-\U000e0fff]"
)
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?=[ \r]|$)", re.MULTILINE)
_UNSEEN_ESCAPE = re.compile(f"{INVISIBLE.pattern}|[\r\t]")
_HASH = re.compile(r"[^\s#][ \t]+#")
_CUT = re.compile(r"[ \t]+#(?=\S|[ \t]*\d)")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_RECORDS = 32
"""So many records are read together, more or less."""
_LIST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*- ")
_RECORD = re.compile(r"^- .*", re.MULTILINE)
_ONLY_WHOLE = re.compile(rf"^(?:---|\.\.\.|%)|{_CONFLICT.pattern}", re.MULTILINE)

Path = tuple[str | int, ...]
Part = tuple[list[Any], list[tuple[int, int]]]


class Places(NamedTuple):
    """Where each value and each key begins, and the last line of each list or mapping, by path."""

    values: dict[Path, Place]
    keys: dict[Path, Place]
    ends: dict[Path, int]


@dataclass
class Document:
    """What a file holds, and where."""

    content: Any = None
    items: list[tuple[int, int]] = field(default_factory=list)
    """The first and the last line of each record, where it is a list of records."""
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True
    merged: bool = False
    """Whether two records run into one, so that not every id is known."""
    again: "Callable[[], Document] | None" = None
    """Reads the file with its places, if that was not done."""

    @cached_property
    def places(self) -> Places:
        """Where everything stands. Few ask: only what is wrong is shown in its place."""
        return self.again().places if self.again else Places({}, {}, {})


def read_yaml(data: bytes, *, file: str, memory: Memory | None = None) -> Document:
    """Read one file. Never raises for what the file holds: its faults are in `problems`.

    A sound list of records is read in parts, each of which is remembered.
    """
    text = _text_of(data)
    found = _in_parts(text, file, memory) if text else None
    if found is None:
        return read_whole(data, file=file)
    return Document(*found, again=partial(read_whole, data, file=file))


def read_whole(data: bytes, *, file: str, placed: bool = True) -> Document:
    """Read one file at once, with the place of everything if `placed`."""
    document = Document()
    text = _decode(data, file, document)
    if text is None:
        return document
    document.problems += _conflicts(text, file)
    if document.problems:
        document.readable = False
        return document
    document.problems += _invisible(text, file)
    if document.problems:
        text = INVISIBLE.sub(lambda c: " " if c[0].isspace() else "", text)
    builder = _Builder(file, document, text, placed=placed)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        document.problems = _without_echoes(document, syntax_problem(error, text, file))
        document.readable = False
    except yaml.YAMLError as error:
        facts = {"what": str(error).splitlines()[0]}
        document.problems.append(Problem("yaml-syntax", facts=facts, place=Place(file, 1, 1)))
        document.readable = False
    except _Stop:
        document.readable = False
    return document


def _text_of(data: bytes) -> str:
    """The text of a list that can be read in parts; empty for any other file.

    A line that begins with a hyphen is then a new record, wherever it stands: all else in a list
    is indented, and a part of which that is not true is no sound YAML.
    """
    if len(data) > MAX_BYTES:
        return ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    whole = _ONLY_WHOLE.search(text) or INVISIBLE.search(text) or not _LIST.match(text)
    return "" if whole else text


def _in_parts(text: str, file: str, memory: Memory | None) -> Part | None:
    """All records with their lines; None if anything is wrong with any."""
    parts = list(_cut(text))
    keys = [sha256(part.encode()).hexdigest() for part in parts]
    known = {key: found for key in keys if memory and (found := memory.get(key))}
    unread = [(key, part) for key, part in zip(keys, parts, strict=True) if key not in known]
    read = each(partial(_read_part, file), [part for _, part in unread], few=16, chunk=1)
    for (key, _), found in zip(unread, read, strict=True):
        if not found:
            return None
        known[key] = found
        if memory:
            memory.put(key, found)
    content: list[Any] = []
    items: list[tuple[int, int]] = []
    above = 0
    for key, part in zip(keys, parts, strict=True):
        records, lines = json.loads(known[key])
        content += records
        items += ((first + above, last + above) for first, last in lines)
        above += part.count("\n")
    return content, items


def _cut(text: str) -> Iterator[str]:
    """Parts of some records each. What begins one is told by its first line alone, so that an edit
    moves no other part's ends."""
    start = 0
    for found in _RECORD.finditer(text):
        if crc32(found[0].encode()) % _RECORDS == 0 and found.start() > start:
            yield text[start : found.start()]
            start = found.start()
    yield text[start:]


def _read_part(file: str, part: str) -> bytes:
    """Records and their lines as JSON; nothing if anything is wrong with them."""
    found = read_whole(part.encode(), file=file, placed=False)
    sound = not found.problems and isinstance(found.content, list)
    return json.dumps((found.content, found.items)).encode() if sound else b""


def _without_echoes(document: Document, fault: Problem) -> list[Problem]:
    """What was found before reading broke off, without what has the same cause."""
    at = fault.place.line if fault.place else 0
    here = [p for p in document.problems if p.place and p.place.line == at]
    if any(p.code in ("yaml-feature", "repeated-key") for p in here):
        return document.problems  # `*so*`: the end is refused because its beginning is
    if any(
        p.code == "cut-by-hash" and p.place and at - 1 <= p.place.line for p in document.problems
    ):
        return document.problems  # the text goes on behind what was taken for a comment
    empty = [
        p
        for p in document.problems
        if p.code == "empty-value" and p.place and at - 1 <= p.place.line <= at
    ]
    return [*(p for p in document.problems if p not in empty), fault]


class _Stop(Exception):
    """The file cannot be read any further."""


def _decode(data: bytes, file: str, document: Document) -> str | None:
    if len(data) > MAX_BYTES:
        facts: dict[str, object] = {"size": len(data), "limit": MAX_BYTES}
        document.problems.append(Problem("too-large", facts=facts, place=Place(file, 1, 1)))
    else:
        try:
            if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:99]:
                document.problems.append(_utf16(file))
            else:
                return data.decode("utf-8")
        except UnicodeDecodeError as error:
            document.problems.append(_not_utf8(data, error.start, file))
    document.readable = False
    return None


def _utf16(file: str) -> Problem:
    return Problem("not-utf8", facts={"hint": "utf-16"}, place=Place(file, 1, 1))


def _not_utf8(data: bytes, start: int, file: str) -> Problem:
    """The first wrong byte, and the letter that it is in the encoding of older Windows."""
    before = data[:start]
    column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
    letter = data[start : start + 1].decode("cp1252", "replace")
    facts = {"byte": f"0x{data[start]:02x}", "letter": letter}
    return Problem("not-utf8", facts=facts, place=Place(file, before.count(b"\n") + 1, column))


def _conflicts(text: str, file: str) -> Iterator[Problem]:
    for found in _CONFLICT.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        place = Place(file, line, 1)
        yield Problem("conflict-mark", facts={"got": found[1]}, place=place, cause=f"merge {file}")


def _invisible(text: str, file: str) -> Iterator[Problem]:
    for found in INVISIBLE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        yield _hidden(found[0], Place(file, line, column))


def _hidden(character: str, place: Place, *, escaped: bool = False) -> Problem:
    """A character that cannot be seen, by its name; each of a file has one cause with its like."""
    name = unicodedata.name(character, {"\t": "tab"}.get(character, "control character")).lower()
    hint = "bom" if character == "\ufeff" and (place.line, place.column) == (1, 1) else "zero"
    hint = "space" if character.isspace() else hint
    hint = "backslash" if escaped else hint
    facts = {"character": f"{name} (U+{ord(character):04X})", "hint": hint}
    cause = f"{name} {hint} {place.file}"
    return Problem("invisible-character", facts=facts, place=place, cause=cause)


@dataclass
class _Level:
    """A list or mapping that is being read."""

    path: Path
    content: Any
    key: str | None = None
    waiting: bool = True
    dropped: bool = False
    merged: bool = False

    def next_path(self) -> Path:
        if isinstance(self.content, list):
            return (*self.path, len(self.content))
        return (*self.path, self.key or "")


class _Builder:
    """Builds the content from parse events, without recursion, so depth cannot overflow."""

    def __init__(self, file: str, document: Document, text: str, *, placed: bool) -> None:
        self.file = file
        self.placed = placed
        self.text = text
        self.has_tab = "\t" in text
        self.has_hash = _HASH.search(text) is not None
        self.document = document
        self.levels: list[_Level] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):  # first: it is what most are
            self._refuse_marks(event)
            self._take_scalar(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "documents")
                raise _Stop
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, "alias", event.anchor or "")
            self._scalar(event, f"*{event.anchor}")
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_marks(event)
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            level = self.levels.pop()
            end: Any = event.end_mark
            last = end.line + (end.column > 0)
            if self.placed:
                self.document.places.ends[level.path] = last
            if len(self.levels) == 1 and self.document.items:
                first, known = self.document.items[-1]
                self.document.items[-1] = first, max(known, last)

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, feature: str, name: str = "") -> None:
        facts = {"feature": feature, "name": name or feature, "hint": feature}
        level = self.levels[-1] if self.levels else None
        if level and level.key and feature in ("alias", "anchor", "tag"):
            line = self._line(event)
            facts |= {"field": level.key, "got": line[event.start_mark.column :].strip()}
            facts["typed"] = quoted(line) if not line.rstrip().endswith(name) else ""
        self.document.problems.append(
            Problem("yaml-feature", facts=facts, place=self._place(event))
        )

    def _line(self, event: Any) -> str:
        start = self.text.rfind("\n", 0, event.start_mark.index) + 1
        return self.text[start : start + 500].partition("\n")[0]

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchor", event.anchor)
        if event.tag is not None:
            self._refuse(event, "tag", event.tag)

    def _take_scalar(self, event: Any) -> None:
        level = self.levels[-1] if self.levels else None
        is_key = level is not None and isinstance(level.content, dict) and level.waiting
        empty = not event.style and event.value in ("", "~", "null", "Null", "NULL")
        cut = self.has_hash and not is_key and self._is_cut(event)
        if empty and not is_key and level is not None:
            facts = {"field": str(level.next_path()[-1])}
            if not cut and event.anchor is None and event.tag is None:
                self.document.problems.append(
                    Problem("empty-value", facts=facts, place=self._place(event))
                )
            level.dropped = True
        self._look_inside(event)
        self._scalar(event, event.value)

    def _is_cut(self, event: Any) -> bool:
        """Whether a `#` cuts a text off: one that touches a word, or stands before a number."""
        found = None if event.style else _CUT.match(self.text, event.end_mark.index)
        if found is None:
            return False
        start = self.text.rfind("\n", 0, found.end()) + 1
        line = self.text[start:].partition("\n")[0]
        column = found.end() - start
        place = Place(self.file, event.end_mark.line + 1, column)
        level = self.levels[-1] if self.levels else None
        facts = {"got": line[column - 1 :], "typed": quoted(line)}
        facts["field"] = level.key or "" if level else ""
        self.document.problems.append(Problem("cut-by-hash", facts=facts, place=place))
        return True

    def _look_inside(self, event: Any) -> None:
        """What hides in a value: an escape such as "\\u200b" is seen only once it is read."""
        if event.style != '"' and not self.has_tab:
            return
        hidden = _UNSEEN_ESCAPE.search(event.value)
        if hidden is None:
            return
        raw = self.text[event.start_mark.index : event.end_mark.index]
        at = raw.find(hidden[0])
        escaped = at < 0
        start, line = event.start_mark, raw.count("\n", 0, max(at, 0))
        column = at - raw.rfind("\n", 0, at) if line else start.column + 1 + max(at, 0)
        place = Place(self.file, start.line + 1 + line, column)
        self.document.problems.append(_hidden(hidden[0], place, escaped=escaped))

    def _scalar(self, event: Any, value: str) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.content, dict) and level.waiting:
            self._key(level, event, value)
        else:
            self._add(event, value)

    def _key(self, level: _Level, event: Any, key: str) -> None:
        level.key, level.waiting, level.dropped = key, False, False
        if key == "<<":
            self._refuse(event, "merge")
            level.dropped = True
        elif level.merged:
            level.dropped = True
        elif key in level.content:
            # The first field of a record again: the hyphen before a second record is missing.
            level.merged = key == next(iter(level.content)) and len(level.content) > 1
            self.document.merged |= level.merged
            facts: dict[str, object] = {"field": key}
            if self.placed:
                facts["line"] = self.document.places.keys[*level.path, key].line
            facts["hint"] = "dash" if level.merged else ""
            self.document.problems.append(
                Problem("repeated-key", facts=facts, place=self._place(event), at_key=True)
            )
            level.dropped = True
        elif self.placed:
            self.document.places.keys[*level.path, key] = self._place(event)

    def _add(self, event: Any, value: Any) -> Path:
        path: Path = ()
        if not self.levels:
            self.document.content = value
        else:
            level = self.levels[-1]
            path = level.next_path() if self.placed else ()
            if isinstance(level.content, list):
                level.content.append(value)
                if len(self.levels) == 1:
                    line = event.start_mark.line + 1
                    self.document.items.append((line, line))
            elif not level.dropped:
                level.content[level.key] = value
            level.waiting = True
        if self.placed:
            self.document.places.values.setdefault(path, self._place(event))
        return path

    def _open(self, event: Any, content: Any) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.content, dict) and level.waiting:
            self._refuse(event, "key")
            raise _Stop
        if len(self.levels) >= MAX_DEPTH:
            self.document.problems.append(
                Problem("too-deep", facts={"limit": MAX_DEPTH}, place=self._place(event))
            )
            raise _Stop
        self.levels.append(_Level(self._add(event, content), content))
