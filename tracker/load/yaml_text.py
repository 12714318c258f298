"""YAML text → plain lists, mappings and strings, and where each stands. Nothing is guessed.

Every scalar stays the string that was typed: types are decided by the model, so `no`, `012` and
`1:30` are never turned into something else. What makes YAML surprising is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tracker.problem import Place, Problem

MAX_BYTES = 8_000_000
MAX_DEPTH = 14

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u00ad\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff\U000e0000-\U000e0fff]"
)
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


@dataclass
class Document:
    """What a file holds: its content, and the places of each value, key and end, by path."""

    content: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    ends: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True


def read_yaml(data: bytes, *, file: str) -> Document:
    """Read one file. Never raises for what the file holds: its faults are in `problems`."""
    document = Document()
    text = _decode(data, file, document)
    if text is None:
        return document
    document.problems += _conflicts(text, file)
    if document.problems:
        document.readable = False
        return document
    document.problems += _invisible(text, file)
    text = INVISIBLE.sub(" ", text.removeprefix("\ufeff"))
    builder = _Builder(file, document)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        document.problems.append(_syntax_problem(error, text, file))
        document.readable = False
    except yaml.YAMLError as error:
        facts = {"what": str(error).splitlines()[0]}
        document.problems.append(Problem("yaml-syntax", facts=facts, place=Place(file, 1, 1)))
        document.readable = False
    except _Stop:
        document.readable = False
    return document


class _Stop(Exception):
    """The file cannot be read any further."""


def _decode(data: bytes, file: str, document: Document) -> str | None:
    if len(data) > MAX_BYTES:
        facts: dict[str, object] = {"size": len(data), "limit": MAX_BYTES}
        document.problems.append(Problem("too-large", facts=facts, place=Place(file, 1, 1)))
    else:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start]
            line = before.count(b"\n") + 1
            column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
            facts = {"byte": f"0x{data[error.start]:02x}"}
            document.problems.append(
                Problem("not-utf8", facts=facts, place=Place(file, line, column))
            )
    document.readable = False
    return None


def _conflicts(text: str, file: str) -> Iterator[Problem]:
    for found in _CONFLICT.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Problem("conflict-mark", facts={"got": found[1]}, place=Place(file, line, 1))


def _invisible(text: str, file: str) -> Iterator[Problem]:
    for found in INVISIBLE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        facts = {"character": f"U+{ord(found[0]):04X}"}
        yield Problem("invisible-character", facts=facts, place=Place(file, line, column))


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    what = error.problem or error.context or "it cannot be read"
    hints = {
        "tab character": "tab",
        "\\t": "tab",
        "mapping values are not allowed": "colon",
        "could not find expected ':'": "no-colon",
        "did not find expected key": "indent",
        "did not find expected '-'": "indent",
        "block end": "indent",
        "end of stream": "quote",
        "cannot start any token": "start",
    }
    hint = next((name for sign, name in hints.items() if sign in what), "other")
    line = next(iter(text.splitlines()[place.line - 1 :]), "")
    if hint == "colon" and re.fullmatch(r"\s*[a-z_]+", line[: place.column - 1]):
        hint = "indent"  # a field of its own, indented otherwise than those above it
    return Problem("yaml-syntax", facts={"what": what, "hint": hint}, place=place)


@dataclass
class _Level:
    """A list or mapping that is being read."""

    path: Path
    content: Any
    key: str | None = None
    waiting: bool = True
    dropped: bool = False

    def next_path(self) -> Path:
        if isinstance(self.content, list):
            return (*self.path, len(self.content))
        return (*self.path, self.key or "")


class _Builder:
    """Builds the content from parse events, without recursion, so depth cannot overflow."""

    def __init__(self, file: str, document: Document) -> None:
        self.file = file
        self.document = document
        self.levels: list[_Level] = []
        self.documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "documents")
                raise _Stop
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, "alias", event.anchor or "")
            self._scalar(event, f"*{event.anchor}")
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event)
            self._take_scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_marks(event)
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            level = self.levels.pop()
            end: Any = event.end_mark
            self.document.ends[level.path] = end.line + (end.column > 0)

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, feature: str, name: str = "") -> None:
        facts = {"feature": feature, "name": name or feature, "hint": feature}
        self.document.problems.append(
            Problem("yaml-feature", facts=facts, place=self._place(event))
        )

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchor", event.anchor)
        if event.tag is not None:
            self._refuse(event, "tag", event.tag)

    def _take_scalar(self, event: Any) -> None:
        level = self.levels[-1] if self.levels else None
        is_key = level is not None and isinstance(level.content, dict) and level.waiting
        empty = not event.style and event.value in ("", "~", "null", "Null", "NULL")
        if empty and not is_key and level is not None:
            facts = {"field": str(level.next_path()[-1])}
            self.document.problems.append(
                Problem("empty-value", facts=facts, place=self._place(event))
            )
            level.dropped = True
        # What an escape such as "\u200b" stands for is seen only once it is read.
        hidden = INVISIBLE.search(event.value) if event.style == '"' else None
        if hidden:
            facts = {"character": f"U+{ord(hidden[0]):04X}"}
            place = self._place(event)
            self.document.problems.append(Problem("invisible-character", facts=facts, place=place))
        self._scalar(event, event.value)

    def _scalar(self, event: Any, value: str) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.content, dict) and level.waiting:
            self._key(level, event, value)
        else:
            self._add(event, value)

    def _key(self, level: _Level, event: Any, key: str) -> None:
        level.key, level.waiting, level.dropped = key, False, False
        path = (*level.path, key)
        if key == "<<":
            self._refuse(event, "merge")
            level.dropped = True
        elif key in level.content:
            facts = {"field": key, "line": self.document.keys[path].line}
            self.document.problems.append(
                Problem("repeated-key", facts=facts, place=self._place(event))
            )
            level.dropped = True
        else:
            self.document.keys[path] = self._place(event)

    def _add(self, event: Any, value: Any) -> Path:
        if not self.levels:
            self.document.content = value
            self.document.values[()] = self._place(event)
            return ()
        level = self.levels[-1]
        path = level.next_path()
        if isinstance(level.content, list):
            level.content.append(value)
        elif not level.dropped:
            level.content[level.key] = value
        level.waiting = True
        self.document.values.setdefault(path, self._place(event))
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
