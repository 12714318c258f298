"""Lines of a damaged CSV file → its rows, one by one, with the line where each begins."""

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO

_LONGEST = 20_000  # characters of a row: no recommendation has so many
_MOST_LINES = 40  # of a cell in quotation marks
_MOST_BREAKS = 3  # of a row that is broken without them
_DELIMITERS = ",;\t|"
# A quotation mark ends a cell only where a delimiter or the end of the row follows.
_CELL = r'\s*"((?:[^"]|"(?!\s*(?:{d}|$)))*)"\s*(?:{d}|$)|([^{d}]*)(?:{d}|$)'


class Cells(NamedTuple):
    """A row: the line where it begins, its cells, and how it was mended, if it had to be."""

    line: int
    cells: list[str]
    mended: str = ""


def read_csv(stream: TextIO) -> Iterator[Cells]:
    """Each row, the header first. A row that cannot be mended comes with the cells that it has.

    Mended are quotation marks inside a cell that were not doubled (`quotes`), a quotation mark
    that never ends (`open-quote`), and a line break in a cell without quotation marks (`break`).
    """
    lines = _Lines(stream)
    header = lines.take()
    while header is not None and not header[1].strip():
        header = lines.take()
    if header is None:
        return
    delimiter = max(_DELIMITERS, key=header[1].count)
    split = _Splitter(delimiter)
    yield Cells(header[0], split.cells(header[1]) or [])
    split.width = len(split.cells(header[1]) or [])
    while (taken := lines.take()) is not None:
        if taken[1].strip(" \n" + delimiter):
            yield _row(lines, split, *taken)


class _Lines:
    """The lines of a stream with their numbers; a line can be looked at before it is taken."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.ahead: list[str] = []

    def take(self) -> tuple[int, str] | None:
        line = self.ahead.pop(0) if self.ahead else self.stream.readline(_LONGEST)
        if not line:
            return None
        self.number += 1
        return self.number, line

    def look(self, further: int) -> str:
        """The line so much further than the next; empty behind the last."""
        while len(self.ahead) <= further:
            line = self.stream.readline(_LONGEST)
            if not line:
                return ""
            self.ahead.append(line)
        return self.ahead[further]


class _Splitter:
    """Divides a row into cells."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.width = 0
        self.cell = re.compile(_CELL.format(d=re.escape(delimiter)), re.DOTALL)

    def cells(self, line: str) -> list[str] | None:
        """The cells of a sound row; None of one that is not."""
        try:
            return next(csv.reader([line], delimiter=self.delimiter, strict=True))
        except (csv.Error, StopIteration):
            return None

    def loosely(self, line: str) -> list[str]:
        """The cells where a quotation mark may stand anywhere."""
        line = line.rstrip("\n")
        found, end = [], 0
        while True:
            match = self.cell.match(line, end)
            assert match is not None  # its last part takes anything
            quoted, plain = match.groups()
            found.append(plain if quoted is None else quoted.replace('""', '"'))
            # Far too many: what else is in the row costs time and changes nothing.
            if not match[0].endswith(self.delimiter) or len(found) > 2 * self.width:
                return found
            end = match.end()

    def fits(self, line: str) -> list[str] | None:
        """The cells of a line that alone is a whole row."""
        found = self.cells(line) if line.count('"') % 2 == 0 else None
        return found if found and len(found) == self.width else None


def _row(lines: _Lines, split: _Splitter, number: int, line: str) -> Cells:
    """The row that begins at a line, with the lines that belong to it."""
    found = split.fits(line)
    if found:
        return Cells(number, found)
    joined = line
    for further in range(_MOST_LINES):
        following = lines.look(further)
        inside = joined.count('"') % 2 == 1
        if not inside and further >= _MOST_BREAKS:
            break
        # A line that is a whole row begins the next one: this one ends before it.
        if not following or split.fits(following) or len(joined) > _LONGEST:
            break
        joined = joined + following if inside else f"{joined.rstrip()} {following}"
        cells = split.fits(joined)
        if cells:
            for _ in range(further + 1):
                lines.take()
            return Cells(number, cells, "" if inside else "break")
    loose = split.loosely(line)
    if len(loose) == split.width:
        return Cells(number, loose, "quotes")
    if line.count('"') % 2 == 1:
        return _with_open_quote(split, number, line, loose)
    return Cells(number, split.cells(line) or loose)


def _with_open_quote(split: _Splitter, number: int, line: str, loose: list[str]) -> Cells:
    """A row of which one quotation mark has no partner: the first that makes it whole without."""
    for place in [found.start() for found in re.finditer('"', line)][:_MOST_LINES]:
        cells = split.fits(line[:place] + line[place + 1 :])
        if cells:
            return Cells(number, cells, "open-quote")
    return Cells(number, loose)
