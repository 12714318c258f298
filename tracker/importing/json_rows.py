"""A JSON list of objects, read piece by piece → its objects, and where it is damaged.

The objects are read by Python's own decoder, which says where it stopped. Readers of streams such
as ijson end at the first fault and do not tell its place; here the next object is read again.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

_PIECE = 1 << 20  # characters that are read at once
_LONGEST = 4 << 20  # characters of an object: none has so many
_SPACE = re.compile(r"\s*")
_BETWEEN = re.compile(r"[\s,]*")
_BEHIND = re.compile(r"[\s}]*")
# A list, or an object that has it under a key, before which plain facts may stand, as a total.
_LIST = re.compile(
    r'\[|\{(?:\s*"[^"]*"\s*:\s*(?:"[^"]*"|[^\s"\[\]{},]+)\s*,)*\s*"[^"]*"\s*:\s*\[\s*(?=\{)'
)
_MOST_BEFORE = 10_000  # characters of these facts
_MOST_SHOWN = 80  # characters of what is damaged
_NEXT = re.compile(r"\}[\s,]*(?=\{)")


class Item(NamedTuple):
    """An object of the list or, with a fault, what stands in its place."""

    line: int
    column: int
    value: dict[str, Any]
    fault: str = ""
    text: str = ""
    """The beginning of what cannot be read."""


def read_json(stream: TextIO) -> Iterator[Item]:
    """Each object with the line and column where it begins.

    They stand in a list, in several one after the other, in a list that an object has under a key,
    or in no list, as in JSON lines.

    Faults: `damaged` and `not-an-object`, behind which reading goes on; `cut-off`, where the file
    ends inside the list; `comma`, a comma too many or one that is missing; `after`, something
    behind the end; and with the object as value `not-a-number`, where a value is NaN or infinite.
    """
    text = _Text(stream)
    text.skip(_SPACE)
    listed = text.opened()
    first = True
    while True:
        commas = text.skip(_BETWEEN).count(",")
        end = text.next()
        if end == "":
            break
        if commas != (0 if first or not listed or end == "]" else 1):
            yield text.item("comma")
        first = end == "]" and listed
        if not first:
            yield text.read()
            continue
        text.forward(1)
        text.skip(_BEHIND)
        if not text.next():
            return
        if not text.opened():
            yield text.item("after")
            return
    if listed:
        yield text.item("cut-off")


class _Text:
    """The part of a stream that is being read, and where it stands in the whole."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
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

    def opened(self) -> bool:
        """Goes into the list that begins here; False where there is none."""
        while len(self.text) - self.at < _MOST_BEFORE and self.more():
            pass
        found = _LIST.match(self.text, self.at)
        if found:
            self.forward(found.end() - self.at)
        return bool(found)

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
        while not (found := _NEXT.search(self.text, self.at)):
            # What is kept may be the beginning of what is sought.
            self.forward(max(0, len(self.text) - self.at - 100))
            if not self.more():
                self.forward(len(self.text) - self.at)
                return Item(*begin, {}, "damaged", text)
        self.forward(found.start() + 1 - self.at)
        return Item(*begin, {}, "damaged", text)
