"""Read YAML as lists, mappings and strings, with positions. Ambiguous features are refused.

Every scalar remains a string, because the model decides on types: `no`, `012` and `1:30` are never
converted.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import yaml

from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.text import INVISIBLE
from tracker.records.syntax_errors import explain_syntax_error, quote_value

MAX_BYTES = 8_000_000
MAX_DEPTH = 14
MAX_REPEATS = 1000
"""Maximum number of conflict markers, or invisible characters, reported for a file."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULLS = ("", "~", "null", "Null", "NULL")

_HIDDEN_IN_VALUE = re.compile(f"{INVISIBLE.pattern}|[\r\t]")
CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?=[ \r]|$)", re.MULTILINE)
CUT = re.compile(r"[ \t]+#(?=\S|[ \t]*\d)")
_HASH = re.compile(r"[^\s#][ \t]+#")

Lines = list[tuple[int, int]]

Path = tuple[str | int, ...]


class YamlLocations(NamedTuple):
    """Start positions of values and keys, and last lines of lists and mappings, by path."""

    values: dict[Path, SourceLocation]
    keys: dict[Path, SourceLocation]
    ends: dict[Path, int]


@dataclass
class YamlDocument:
    """The content of a file, with positions and problems."""

    content: Any = None
    lines: Lines = field(default_factory=list)
    """The first and last line of each record: the items of a list, or the one mapping."""
    problems: list[Diagnostic] = field(default_factory=list)
    readable: bool = True
    merged: bool = False
    """Whether the hyphen between two records is missing, so that not every id is known."""
    places: YamlLocations = field(default_factory=lambda: YamlLocations({}, {}, {}))

    @cached_property
    def by_line(self) -> Mapping[int, list[Diagnostic]]:
        """The problems by line."""
        found: dict[int, list[Diagnostic]] = defaultdict(list)
        for problem in self.problems:
            if problem.location:
                found[problem.location.line].append(problem)
        return found


def read_yaml(data: bytes, *, file: str) -> YamlDocument:
    """Parse a file. Never raises: errors are collected in `YamlDocument.problems`."""
    document = YamlDocument()
    text = _decode(data, file, document)
    if text is None:
        return document
    document.problems += _find_conflict_marks(text, file)
    if document.problems:
        document.readable = False
        return document
    document.problems += _find_invisible(text, file)
    if document.problems:
        text = INVISIBLE.sub(lambda c: " " if c[0].isspace() else "", text)
    builder = _Builder(file, document, text)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.handle(event)
    except yaml.MarkedYAMLError as error:
        document.problems = _add_syntax_error(document, explain_syntax_error(error, text, file))
        document.readable = False
    except yaml.YAMLError as error:
        params = {"what": str(error).splitlines()[0]}
        document.problems.append(
            Diagnostic("yaml-syntax", params=params, location=SourceLocation(file))
        )
        document.readable = False
    except _Stop:
        document.readable = False
    document.lines = _get_lines(document)
    return document


def _get_lines(document: YamlDocument) -> Lines:
    content, places = document.content, document.places
    paths: list[Path] = [(n,) for n in range(len(content))] if isinstance(content, list) else [()]
    firsts = [(path, places.values[path].line) for path in paths if path in places.values]
    return [(first, max(first, places.ends.get(path, 0))) for path, first in firsts]


def _add_syntax_error(document: YamlDocument, fault: Diagnostic) -> list[Diagnostic]:
    """Return the problems with a syntax error, without those that have the same cause."""
    at = fault.location.line if fault.location else 0
    here = [p for p in document.problems if p.location and p.location.line == at]
    if any(p.code in ("yaml-feature", "repeated-key") for p in here):
        return document.problems  # `*so*` is both an alias and a syntax error
    if any(
        p.code == "cut-by-hash" and p.location and at - 1 <= p.location.line
        for p in document.problems
    ):
        return document.problems  # the text continues after the apparent comment
    empty = [
        p
        for p in document.problems
        if p.code == "empty-value" and p.location and at - 1 <= p.location.line <= at
    ]
    return [*(p for p in document.problems if p not in empty), fault]


class _Stop(Exception):
    """Raised to stop reading a file."""


def _decode(data: bytes, file: str, document: YamlDocument) -> str | None:
    if len(data) > MAX_BYTES:
        params: dict[str, object] = {"size": len(data), "limit": MAX_BYTES}
        document.problems.append(
            Diagnostic("too-large", params=params, location=SourceLocation(file))
        )
    else:
        try:
            if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:99]:
                document.problems.append(_report_utf16(file))
            else:
                return data.decode("utf-8")
        except UnicodeDecodeError as error:
            document.problems.append(_report_not_utf8(data, error.start, file))
    document.readable = False
    return None


def _report_utf16(file: str) -> Diagnostic:
    return Diagnostic("not-utf8", params={"hint": "utf-16"}, location=SourceLocation(file))


def _report_not_utf8(data: bytes, start: int, file: str) -> Diagnostic:
    """Report the first invalid byte, and its letter in Windows-1252."""
    before = data[:start]
    column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
    letter = data[start : start + 1].decode("cp1252", "replace")
    params = {"byte": f"0x{data[start]:02x}", "letter": letter}
    return Diagnostic(
        "not-utf8", params=params, location=SourceLocation(file, before.count(b"\n") + 1, column)
    )


def _find_conflict_marks(text: str, file: str) -> Iterator[Diagnostic]:
    for found, place in _iter_matches(CONFLICT, text, file):
        yield Diagnostic(
            "conflict-mark", params={"got": found[1]}, location=place, cause=f"merge {file}"
        )


def _find_invisible(text: str, file: str) -> Iterator[Diagnostic]:
    for found, place in _iter_matches(INVISIBLE, text, file):
        yield _report_hidden(found[0], place)


def _iter_matches(
    pattern: re.Pattern[str], text: str, file: str
) -> Iterator[tuple[re.Match[str], SourceLocation]]:
    """Yield the first matches with their positions, in a single pass over the text."""
    line, begin, seen = 1, 0, 0
    for match in islice(pattern.finditer(text), MAX_REPEATS):
        at = match.start()
        line += text.count("\n", seen, at)
        begin = max(begin, text.rfind("\n", seen, at) + 1)
        seen = at
        yield match, SourceLocation(file, line, at - begin + 1)


def _report_hidden(character: str, place: SourceLocation, *, escaped: bool = False) -> Diagnostic:
    """Report an invisible character by name. Equal ones in a file have the same cause."""
    name = unicodedata.name(character, {"\t": "tab"}.get(character, "control character")).lower()
    hint = "bom" if character == "\ufeff" and (place.line, place.column) == (1, 1) else "zero"
    hint = "space" if character.isspace() else hint
    hint = "backslash" if escaped else hint
    params = {"character": f"{name} (U+{ord(character):04X})", "hint": hint}
    cause = f"{name} {hint} {place.file}"
    return Diagnostic("invisible-character", params=params, location=place, cause=cause)


@dataclass
class _Level:
    """A list or mapping that is being built."""

    path: Path
    content: Any
    key: str | None = None
    expects_key: bool = True
    skip_value: bool = False
    merged: bool = False
    """Whether a second record follows without a hyphen."""

    def next_path(self) -> Path:
        if isinstance(self.content, list):
            return (*self.path, len(self.content))
        return (*self.path, self.key or "")


class _Builder:
    """Builds the content from parse events, without recursion, which could overflow the stack."""

    def __init__(self, file: str, document: YamlDocument, text: str) -> None:
        self.file = file
        self.text = text
        self.has_tab = "\t" in text
        self.has_hash = _HASH.search(text) is not None
        self.document = document
        self.levels: list[_Level] = []
        self.documents = 0

    def handle(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "documents")
                raise _Stop
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, "alias", event.anchor or "")
            self._add_scalar(event, f"*{event.anchor}")
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_anchor_and_tag(event)
            self._check_scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_anchor_and_tag(event)
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            level = self.levels.pop()
            end: Any = event.end_mark
            self.document.places.ends[level.path] = end.line + (end.column > 0)

    def _locate(self, event: Any) -> SourceLocation:
        return SourceLocation(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _report(
        self, code: str, event: Any, params: Mapping[str, Any], *, at_key: bool = False
    ) -> None:
        location = self._locate(event)
        self.document.problems.append(
            Diagnostic(code, params=params, location=location, at_key=at_key)
        )

    def _refuse(self, event: Any, feature: str, name: str = "") -> None:
        params = {"feature": feature, "name": name or feature, "hint": feature}
        level = self.levels[-1] if self.levels else None
        if level and level.key and feature in ("alias", "anchor", "tag"):
            line = self._get_line(event)
            params |= {"field": level.key, "got": line[event.start_mark.column :].strip()}
            params["typed"] = quote_value(line) if not line.rstrip().endswith(name) else ""
        self._report("yaml-feature", event, params)

    def _get_line(self, event: Any) -> str:
        start = self.text.rfind("\n", 0, event.start_mark.index) + 1
        return self.text[start : start + 500].partition("\n")[0]

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchor", event.anchor)
        if event.tag is not None:
            self._refuse(event, "tag", event.tag)

    def _check_scalar(self, event: Any) -> None:
        level = self.levels[-1] if self.levels else None
        is_key = level is not None and isinstance(level.content, dict) and level.expects_key
        empty = not event.style and event.value in NULLS
        cut = self.has_hash and not is_key and self._report_cut(event)
        if empty and not is_key and level is not None:
            if not cut and event.anchor is None and event.tag is None:
                self._report("empty-value", event, {"field": str(level.next_path()[-1])})
            level.skip_value = True
        self._find_hidden(event)
        self._add_scalar(event, event.value)

    def _report_cut(self, event: Any) -> bool:
        """Report a `#` that cuts off text, such as ` #1`. A comment starts with `# ` and a word."""
        match = None if event.style else CUT.match(self.text, event.end_mark.index)
        if match is None:
            return False
        start = self.text.rfind("\n", 0, match.end()) + 1
        end = self.text.find("\n", start)
        line = self.text[start : end if end >= 0 else None]
        column = match.end() - start
        place = SourceLocation(self.file, event.end_mark.line + 1, column)
        level = self.levels[-1] if self.levels else None
        params = {"got": line[column - 1 :], "typed": quote_value(line)}
        params["field"] = level.key or "" if level else ""
        self.document.problems.append(Diagnostic("cut-by-hash", params=params, location=place))
        return True

    def _find_hidden(self, event: Any) -> None:
        """Report an invisible character in a value: a tab, or an escape such as "\\u200b"."""
        if event.style != '"' and not self.has_tab:
            return
        hidden = _HIDDEN_IN_VALUE.search(event.value)
        if hidden is None:
            return
        raw = self.text[event.start_mark.index : event.end_mark.index]
        at = raw.find(hidden[0])
        escaped = at < 0
        start, line = event.start_mark, raw.count("\n", 0, max(at, 0))
        column = at - raw.rfind("\n", 0, at) if line else start.column + 1 + max(at, 0)
        place = SourceLocation(self.file, start.line + 1 + line, column)
        self.document.problems.append(_report_hidden(hidden[0], place, escaped=escaped))

    def _add_scalar(self, event: Any, value: str) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.content, dict) and level.expects_key:
            self._add_key(level, event, value)
        else:
            self._add(event, value)

    def _add_key(self, level: _Level, event: Any, key: str) -> None:
        level.key, level.expects_key, level.skip_value = key, False, False
        path = (*level.path, key)
        if key == "<<":
            self._refuse(event, "merge")
            level.skip_value = True
        elif level.merged:
            level.skip_value = True
        elif key in level.content:
            # A repeated first field means that the hyphen before a second record is missing.
            level.merged = key == next(iter(level.content)) and len(level.content) > 1
            self.document.merged |= level.merged
            params = {"field": key, "line": self.document.places.keys[path].line}
            params["hint"] = "dash" if level.merged else ""
            self._report("repeated-key", event, params, at_key=True)
            level.skip_value = True
        else:
            self.document.places.keys[path] = self._locate(event)

    def _add(self, event: Any, value: Any) -> Path:
        if not self.levels:
            self.document.content = value
            self.document.places.values[()] = self._locate(event)
            return ()
        level = self.levels[-1]
        path = level.next_path()
        if isinstance(level.content, list):
            level.content.append(value)
        elif not level.skip_value:
            level.content[level.key] = value
        level.expects_key = True
        self.document.places.values.setdefault(path, self._locate(event))
        return path

    def _open(self, event: Any, content: Any) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.content, dict) and level.expects_key:
            self._refuse(event, "key")
            raise _Stop
        if len(self.levels) >= MAX_DEPTH:
            self._report("too-deep", event, {"limit": MAX_DEPTH})
            raise _Stop
        self.levels.append(_Level(self._add(event, content), content))
