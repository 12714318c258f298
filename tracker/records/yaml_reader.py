"""Read YAML as a tree of strings with positions and comments. Ambiguous features are refused.

Every scalar remains a string, because types are defined in the model: `no`, `012` and `1:30` are
never converted. The parser emits no events for comments, so they are read from the text between
events.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, takewhile
from typing import Any

import yaml

from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.text import INVISIBLE
from tracker.records.syntax_errors import explain_syntax_error, is_continued, quote_value
from tracker.records.yaml_tree import YamlComment, YamlNode, to_content

MAX_BYTES = 8_000_000
MAX_DEPTH = 14
MAX_REPEATS = 1000
"""Maximum number of conflict markers, or invisible characters, reported for a file."""
NULLS = ("", "~", "null", "Null", "NULL")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HIDDEN_IN_VALUE = re.compile(f"{INVISIBLE.pattern}|[\r\t]")
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?= |$)", re.MULTILINE)
_CUT = re.compile(r"[ \t]+#(?=\S|[ \t]*\d)")
_HEADER_COMMENT = re.compile(r"[|>][^\n#]*(#[^\n]*)")


@dataclass
class YamlDocument:
    """The tree of a file, and its problems."""

    root: YamlNode = field(default_factory=YamlNode)
    """The list or mapping in the file; an empty scalar without a line if there is no content."""
    problems: list[Diagnostic] = field(default_factory=list)
    readable: bool = True
    merged: bool = False
    """True if the hyphen between two records is missing, so that not every id is known."""

    @property
    def content(self) -> Any:
        """The content as lists, mappings and strings, without refused values."""
        return to_content(self.root) if self.root.line else None

    @cached_property
    def by_line(self) -> Mapping[int, list[Diagnostic]]:
        """The problems by line."""
        by_line: dict[int, list[Diagnostic]] = defaultdict(list)
        for problem in self.problems:
            if problem.location:
                by_line[problem.location.line].append(problem)
        return by_line


def read_yaml(data: bytes, *, file: str) -> YamlDocument:
    """Parse a file. Never raises: errors are collected in `YamlDocument.problems`."""
    text = _decode(data, file)
    if isinstance(text, Diagnostic):
        return YamlDocument(problems=[text], readable=False)
    conflicts = [
        Diagnostic("conflict-mark", params={"got": found[1]}, location=place, cause=f"merge {file}")
        for found, place in _iter_matches(_CONFLICT, text, file)
    ]
    if conflicts:
        return YamlDocument(problems=conflicts, readable=False)
    problems = [_report_hidden(m[0], place) for m, place in _iter_matches(INVISIBLE, text, file)]
    if problems:
        text = INVISIBLE.sub(lambda c: " " if c[0].isspace() else "", text)
    document = YamlDocument(problems=problems)
    reader = _Reader(file, document, text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.handle(event)
    except yaml.MarkedYAMLError as error:
        document.problems = _add_syntax_error(problems, explain_syntax_error(error, text, file))
        document.readable = False
    except yaml.YAMLError as error:
        params = {"what": str(error).splitlines()[0]}
        problems.append(Diagnostic("yaml-syntax", params=params, location=SourceLocation(file)))
        document.readable = False
    except _Stop:
        document.readable = False
    return document


def _add_syntax_error(problems: list[Diagnostic], error: Diagnostic) -> list[Diagnostic]:
    """Return the problems with a syntax error, without those that have the same cause."""
    at = error.location.line if error.location else 0
    lines = [(p, p.code, p.location.line) for p in problems if p.location]
    # `*so*` is both an alias and a syntax error; a text continues after an apparent comment.
    if any(
        (code in ("yaml-feature", "repeated-key") and line == at)
        or (code == "cut-by-hash" and line >= at - 1)
        for _, code, line in lines
    ):
        return problems
    return [p for p, code, line in lines if code != "empty-value" or not at - 1 <= line <= at] + [
        error
    ]


class _Stop(Exception):
    """Raised to stop reading a file."""


def _decode(data: bytes, file: str) -> str | Diagnostic:
    """Return the text with `\\n` line endings, or a diagnostic if it cannot be decoded."""
    if len(data) > MAX_BYTES:
        params: dict[str, object] = {"size": len(data), "limit": MAX_BYTES}
        return Diagnostic("too-large", params=params, location=SourceLocation(file))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:99]:
        return Diagnostic("not-utf8", params={"hint": "utf-16"}, location=SourceLocation(file))
    try:
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before, byte = data[: error.start], data[error.start : error.start + 1]
    column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
    place = SourceLocation(file, before.count(b"\n") + 1, column)
    letters = [byte.decode(name, "replace") for name in ("cp1252", "cp1251", "cp1254")]
    params = {"byte": f"0x{byte.hex()}", "letters": [f"“{c}”" for c in dict.fromkeys(letters)]}
    return Diagnostic("not-utf8", params=params, location=place)


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
    """Report an invisible character by name. Equal characters in a file have the same cause."""
    name = unicodedata.name(character, {"\t": "tab"}.get(character, "control character")).lower()
    hint = "bom" if character == "\ufeff" and (place.line, place.column) == (1, 1) else "zero"
    hint = "space" if character.isspace() else hint
    hint = "backslash" if escaped else hint
    params = {"character": f"{name} (U+{ord(character):04X})", "hint": hint}
    cause = f"{name} {hint} {place.file}"
    return Diagnostic("invisible-character", params=params, location=place, cause=cause)


@dataclass(slots=True)
class _Level:
    """A list or mapping that is being read."""

    node: YamlNode
    keys: dict[str, YamlNode] = field(default_factory=dict)
    """The keys whose values are part of the content."""
    key: YamlNode | None = None
    """The key whose value is next; None in a list, and before a key."""
    refused: bool = False
    """True if the next value is not part of the content."""
    merged: bool = False
    """True after a second record that starts without a hyphen."""
    flow: bool = False
    """True between braces or brackets."""


class _Reader:
    """Builds the tree from parse events, without recursion, which could overflow the stack."""

    def __init__(self, file: str, document: YamlDocument, text: str) -> None:
        self.file = file
        self.document = document
        self.text = text
        self.has_tab = "\t" in text
        self.levels: list[_Level] = []
        self.documents = 0
        self.position = 0
        """The end of the previous event."""
        self.comments: list[YamlComment] = []
        """Comments that do not belong to a node yet."""
        self.last: YamlNode | None = None
        """The node to which a comment at the end of its line belongs."""

    def handle(self, event: Any) -> None:
        start = len(self.text) if isinstance(event, yaml.StreamEndEvent) else event.start_mark.index
        if self.text.find("#", self.position, start) >= 0:
            self._read_comments(start)
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_anchor_and_tag(event)
            self._add_scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_anchor_and_tag(event)
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, "alias", event.anchor or "")
            self._add(event, YamlNode(f"*{event.anchor}"))
        elif isinstance(event, yaml.StreamEndEvent):
            self.document.root.foot += tuple(self.comments)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "documents")
                raise _Stop
        self.position = max(self.position, event.end_mark.index)

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
        key = self.levels[-1].key if self.levels else None
        if key and feature in ("alias", "anchor", "tag"):
            begin = self.text.rfind("\n", 0, event.start_mark.index) + 1
            line = self.text[begin : begin + 500].partition("\n")[0]
            params |= {"field": key.text, "got": line[event.start_mark.column :].strip()}
            params["typed"] = quote_value(line) if not line.rstrip().endswith(name) else ""
        self._report("yaml-feature", event, params)

    def _refuse_anchor_and_tag(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchor", event.anchor)
        if event.tag is not None:
            self._refuse(event, "tag", event.tag)

    def _refuse_braces(self, event: Any) -> None:
        """Report a word in braces, as `{word}`: YAML reads it as a field without a value."""
        node = self.levels[-1].node
        parent = self.levels[-2].node if len(self.levels) > 1 else None
        key = parent.entries[-1][0] if parent and parent.entries and not node.refused else None
        if not key:
            return
        node.refused = True
        start = self.text.rfind("\n", 0, self.text.rfind("{", 0, event.start_mark.index)) + 1
        line = self.text[start:].partition("\n")[0]
        got = line[node.column - 1 :].strip()
        word = re.fullmatch(r"\{\s*([^{}:,]*?)\s*\}", got)
        params = {"feature": "braces", "hint": "braces", "field": key.text, "got": got}
        params["typed"] = f"{key.text}: {word[1]}" if word else ""
        location = SourceLocation(self.file, node.line, node.column)
        self.document.problems.append(Diagnostic("yaml-feature", params=params, location=location))

    def _open(self, event: Any) -> None:
        if self.levels and self.levels[-1].node.is_mapping and not self.levels[-1].key:
            self._refuse(event, "key")
            raise _Stop
        if len(self.levels) >= MAX_DEPTH:
            self._report("too-deep", event, {"limit": MAX_DEPTH})
            raise _Stop
        node = YamlNode("", [], isinstance(event, yaml.MappingStartEvent))
        self._add(event, node)
        self.levels.append(_Level(node, flow=bool(event.flow_style)))

    def _add_scalar(self, event: Any) -> None:
        node = YamlNode(event.value)
        level = self.levels[-1] if self.levels else None
        key = level.key if level else None
        if not event.style and (key or not (level and level.node.is_mapping)):
            cut = self._report_cut(event, key)
            if level and level.flow and key and not event.value:
                self._refuse_braces(event)
            elif level and event.value in NULLS:
                if not cut and event.anchor is None and event.tag is None:
                    name = key.text if key else str(len(level.node.entries or ()))
                    hint = "citations" if name == "citations" else "" if key else "item"
                    self._report("empty-value", event, {"field": name, "hint": hint})
                level.refused = True
        self._find_hidden(event)
        if event.style in ("|", ">"):
            comment = _HEADER_COMMENT.match(self.text, event.start_mark.index)
            node.tail = (comment[1].rstrip(),) if comment else ()
        self._add(event, node)
        self.last = node

    def _report_cut(self, event: Any, key: YamlNode | None) -> bool:
        """Report a `#` that cuts off text, such as ` #1`. A comment starts with `# ` and a word."""
        match = _CUT.match(self.text, event.end_mark.index)
        if match is None:
            return False
        start = self.text.rfind("\n", 0, match.end()) + 1
        end = self.text.find("\n", start)
        line = self.text[start : end if end >= 0 else None]
        column = match.end() - start
        location = SourceLocation(self.file, event.end_mark.line + 1, column)
        below = self.text[end + 1 : end + 500].partition("\n")[0] if end >= 0 else ""
        typed = "" if is_continued(below) else quote_value(line)
        params = {"got": line[column - 1 :], "typed": typed}
        params["field"] = key.text if key else ""
        self.document.problems.append(Diagnostic("cut-by-hash", params=params, location=location))
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

    def _add(self, event: Any, node: YamlNode) -> None:
        """Add a key or value to the list or mapping that it is in."""
        node.line = node.end_line = event.start_mark.line + 1
        node.column = event.start_mark.column + 1
        level = self.levels[-1] if self.levels else None
        if level and level.key:
            if node.entries is None:
                self._take_comments(level.key)
            node.refused = level.refused
            if not level.refused:
                level.keys[level.key.text] = level.key
            level.node.entries.append((level.key, node))  # type: ignore[union-attr]
            level.key = None
            return
        self._take_comments(node)
        if level is None:
            self.document.root = node
        elif level.node.is_mapping:
            self._add_key(event, level, node)
        else:
            level.node.entries.append((None, node))  # type: ignore[union-attr]

    def _add_key(self, event: Any, level: _Level, key: YamlNode) -> None:
        level.key = key
        first = level.keys.get(key.text)
        level.refused = level.merged or first is not None or key.text == "<<"
        if key.text == "<<":
            self._refuse(event, "merge")
        elif first and not level.merged:
            # A repeated first field means that the hyphen before a second record is missing.
            level.merged = len(level.keys) > 1 and first is next(iter(level.keys.values()))
            self.document.merged |= level.merged
            params = {"field": key.text, "line": first.line}
            params["hint"] = "dash" if level.merged else ""
            self._report("repeated-key", event, params, at_key=True)

    def _close(self, event: Any) -> None:
        """Close a list or mapping; it gets the comments indented like its entries."""
        node = self.levels.pop().node
        start, end = event.start_mark, event.end_mark
        node.end_line = max(node.line, end.line + (end.column > 0))
        in_brackets = end.index > start.index
        if self.comments and node.entries:
            inside = takewhile(
                lambda c: in_brackets or start.column + 1 < c.column >= node.column, self.comments
            )
            node.foot = tuple(inside)
            del self.comments[: len(node.foot)]
        if in_brackets:
            self.last = node

    def _take_comments(self, node: YamlNode) -> None:
        if self.comments:
            node.head += tuple(self.comments)
            self.comments = []

    def _read_comments(self, end: int) -> None:
        """Record the comments between the previous event and the next."""
        begin = self.text.rfind("\n", 0, self.position) + 1
        lines = self.text[begin:end].split("\n")
        # The end mark of a literal block is after the blank lines that follow it.
        blank, first_new = self.text.endswith("\n\n", 0, self.position), len(self.comments)
        for number, line in enumerate(lines):
            before = self.position - begin if number == 0 else 0
            mark = line.find("#", before)
            if mark >= 0 and number == 0 and self.last and line[:mark].strip():
                self.last.tail += (line[mark:].rstrip(),)
            elif mark >= 0:
                comment = YamlComment(line[mark:].rstrip(), mark + 1, blank_before=blank)
                self.comments.append(comment)
            elif (
                0 < number < len(lines) - 1 and len(self.comments) > first_new and not line.strip()
            ):
                self.comments[-1] = replace(self.comments[-1], blank_after=True)
            blank = not line.strip()
