"""JSON with objects in it, read piece by piece → its objects, and where it is damaged.

The objects are read by Python's own decoder, which says where it stopped. Readers of streams such
as ijson end at the first fault and do not tell its place; here the next object is read again.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TextIO

_PIECE = 1 << 17  # characters that are read at once: to tell of a fault, all of them are counted
_LONGEST = 4 << 20  # characters of an object: none has so many
_AHEAD = 1 << 16  # characters by which it is seen what begins somewhere
_MOST_SHOWN = 80  # characters of what is damaged
_MOST_NAMES = 10
_SPACE = re.compile(r"\s*")
_BETWEEN = re.compile(r"[\s,]*")
_UNSTRUCTURED = re.compile(r"[^\"\[\]{}]*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?', re.DOTALL)
_NO_OBJECTS = re.compile(r"(?:(?:null|true|false|-?\d[\w.+-]*)\s*,\s*)*")
_NAME = re.compile(r"""["'](\w+)["']\s*:""")
_NESTED = re.compile(r"\{|\[\s*[\[{]")
_NOTHING = " \t\r\n,\ufeff\x1e"  # between values: also what marks a beginning, of a file or a line
# Where reading goes on: behind an object that is damaged, and behind what is none.
_BEHIND_OBJECT = re.compile(r'(?<=\})[\s,]*(?=\{)|(?<=[,\n])\s*(?=\{\s*"\w+"\s*:)|(?<=\})\s*(?=\])')
_BEFORE_OBJECT = re.compile(r"(?=\{\s*[\"}])")


class Item(NamedTuple):
    """An object that is a row or, with a fault, what stands in its place."""

    line: int
    column: int
    value: dict[str, Any]
    fault: str = ""
    text: str = ""
    """The beginning of what cannot be read."""


def read_json(stream: TextIO, *, is_row: Callable[[Iterable[str]], bool]) -> Iterator[Item]:
    """Each object with the line and column where it begins.

    They stand in a list, in several one after the other, in lists or objects further down, among
    facts of any kind, or in no list, as in JSON lines. `is_row` tells by the names of its fields
    whether an object is one that is sought. Where none is, the names that there are come as one.

    Faults: `damaged` and `not-an-object`, behind which reading goes on; `cut-off`, where the file
    ends inside a list or object; `comma`, a comma too many or one that is missing; `after`,
    something behind the end; and with the object as value `not-a-number`, where a value is NaN or
    infinite.
    """
    text = _Text(stream, is_row)
    depth, found = 0, False
    while True:
        between = text.skip(_UNSTRUCTURED)
        mark = text.next()
        if not depth and (between.strip(_NOTHING) or mark in ("]", "}")):
            yield text.item("damaged" if mark else "after")
        if not mark:
            break
        if mark == "[" and text.lists_rows(outside=not depth):
            yield from _listed(text)
            found = True
        elif mark == "{" and text.holds_row(outside=not depth):
            yield text.read()
            found = True
        elif mark == '"':
            if not text.string():
                yield text.item("damaged")
                text.forward(1)
        else:
            text.forward(1)
            depth = max(0, depth + (1 if mark in "[{" else -1))
    if depth and not text.cut_off:
        yield text.item("cut-off")
    if not found and text.names:
        yield Item(1, 1, dict.fromkeys(text.names))


def _listed(text: "_Text") -> Iterator[Item]:
    """Every item of a list, and where it is no good list."""
    text.forward(1)
    first, damaged = True, False
    while True:
        commas = text.skip(_BETWEEN).count(",")
        end = text.next()
        if end == "":
            text.cut_off = True
            yield text.item("cut-off")
            return
        if not damaged and commas != (0 if first or end == "]" else 1):
            yield text.item("comma")
        if end == "]":
            text.forward(1)
            return
        item = text.read()
        first, damaged = False, item.fault == "damaged"
        yield item


class _Text:
    """The part of a stream that is being read, and where it stands in the whole."""

    def __init__(self, stream: TextIO, is_row: Callable[[Iterable[str]], bool]) -> None:
        self.stream = stream
        self.is_row = is_row
        self.names: list[str] = []
        """Of fields outside of rows."""
        self.cut_off = False
        self.text = ""
        self.at = 0
        self.line, self.column = 1, 1
        self.ended = False
        self.odd = False
        self.decoder = json.JSONDecoder(strict=False, parse_constant=self._constant)

    def _constant(self, name: str) -> None:
        """NaN and infinities are no JSON: they count as missing, and are told."""
        self.odd = True

    def more(self) -> bool:
        """Reads on; False at the end of the stream."""
        piece = self.stream.read(_PIECE)
        self.text = self.text[self.at :] + piece
        self.at = 0
        self.ended = not piece
        return not self.ended

    def next(self) -> str:
        """The next character; empty at the end."""
        while self.at >= len(self.text):
            if not self.more():
                return ""
        return self.text[self.at]

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Goes on behind what fits here."""
        skipped = ""
        while self.next():
            found = pattern.match(self.text, self.at)
            end = found.end() if found else self.at
            skipped += self.text[self.at : end]
            self.forward(end - self.at)
            if self.at < len(self.text):
                break
        return skipped

    def forward(self, length: int) -> None:
        """Goes on, counting lines and columns."""
        passed = self.text.count("\n", self.at, self.at + length)
        if passed:
            self.line += passed
            last = self.text.rindex("\n", self.at, self.at + length)
            self.column = self.at + length - last
        else:
            self.column += length
        self.at += length

    def lists_rows(self, *, outside: bool) -> bool:
        """Whether a list of rows begins here; outside of all else, it is one unless it holds lists
        or objects with others in them."""
        self._look_ahead()
        first = _SPACE.match(self.text, self.at + 1)
        at = first.end() if first else self.at
        if self.text[at : at + 1] == "{" and outside:
            return self.holds_row(outside=outside, at=at)
        if outside:
            return self.text[at : at + 1] != "["
        found = _NO_OBJECTS.match(self.text, at)
        at = found.end() if found else at
        return self.text[at : at + 1] == "{" and self.holds_row(outside=outside, at=at)

    def holds_row(self, *, outside: bool, at: int | None = None) -> bool:
        """Whether the object here is a row; outside of all else, it is one unless it holds lists of
        objects or objects."""
        self._look_ahead()
        at = self.at if at is None else at
        begun = self.text[at : at + _AHEAD]
        try:
            value, _ = self.decoder.raw_decode(begun)
            names, nested = [*value], any(map(_holds_objects, value.values()))
        except (ValueError, RecursionError):  # damaged, or longer
            within = _NESTED.search(begun, 1)
            end = within.start() if within else begun.find("}")
            names = _NAME.findall(begun[: end if end > 0 else _AHEAD])
            nested = bool(within) or end < 0
        return self.is_row(names) or (outside and not nested)

    def _look_ahead(self) -> None:
        while len(self.text) - self.at < _AHEAD and self.more():
            pass

    def string(self) -> bool:
        """Goes on behind a text, and notes it if it is the name of a field; False if it does not
        end."""
        self._look_ahead()
        while not (found := _STRING.match(self.text, self.at)):
            if len(self.text) - self.at > _LONGEST or not self.more():
                return False
        if found[2] and len(self.names) < _MOST_NAMES:
            self.names.append(found[1][:_MOST_SHOWN])
        self.forward(found.end() - self.at)
        return True

    def item(self, fault: str, value: Any = None) -> Item:
        """What is found here."""
        return Item(self.line, self.column, value if isinstance(value, dict) else {}, fault)

    def read(self) -> Item:
        """The object that begins here; behind a damaged one, goes on to the next."""
        while True:
            self.odd = False
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if self._may_go_on(error) and self.more():
                    continue
                return self._damaged()
            if end == len(self.text) and not self.ended and self.more():
                continue  # a number may go on
            fault = "not-a-number" if self.odd else ""
            found = self.item(fault if isinstance(value, dict) else "not-an-object", value)
            self.forward(end - self.at)
            return found

    def _may_go_on(self, error: Exception) -> bool:
        """Whether an object that cannot be read is only not there yet as a whole."""
        if self.ended or len(self.text) - self.at > _LONGEST:
            return False
        if not isinstance(error, json.JSONDecodeError) or error.msg.startswith("Unterminated"):
            return True
        return error.pos > len(self.text) - 100

    def _damaged(self) -> Item:
        """What cannot be read, up to the next object or to the end."""
        begin, text = (self.line, self.column), self.text[self.at : self.at + _MOST_SHOWN]
        onwards = _BEHIND_OBJECT if text[0] == "{" else _BEFORE_OBJECT
        self.forward(1)
        while not (found := onwards.search(self.text, self.at)):
            # What is kept may be the beginning of what is sought.
            self.forward(max(0, len(self.text) - self.at - 100))
            if not self.more():
                self.forward(len(self.text) - self.at)
                return Item(*begin, {}, "damaged", text)
        self.forward(found.start() - self.at)
        return Item(*begin, {}, "damaged", text)


def _holds_objects(value: Any) -> bool:
    """Whether there are objects in a list or object, so that it may lead to rows."""
    if isinstance(value, list):
        return any(isinstance(item, (dict, list)) for item in value)
    return isinstance(value, dict)
