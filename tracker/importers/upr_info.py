"""Lines of a damaged CSV file → its rows, one by one, with the line where each begins."""

import csv
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

_LONGEST = 131_072  # characters of a row, as many as Python's reader takes in a cell
_LONGEST_MENDED = 20_000  # characters of a row that is mended: no recommendation has so many
_MOST_BEFORE = 10  # rows before the heading
_MOST_LINES = 40  # of a cell in quotation marks
_MOST_BREAKS = 3  # of a row that is broken without them
_DELIMITERS = ",;\t|^~:"
# A quotation mark ends a cell only where a delimiter or the end of the row follows.
_CELL = r'\s*"((?:[^"]|"(?!\s*(?:{d}|$)))*)"\s*(?:{d}|$)|([^{d}]*)(?:{d}|$)'


class Cells(NamedTuple):
    """A row: the line where it begins, its cells, and how it was mended, if it had to be, or that
    it stands before the heading or is too large to be read."""

    line: int
    cells: list[str]
    mended: str = ""


def read_csv(
    stream: TextIO, *, is_heading: Callable[[list[str]], bool] = lambda cells: True
) -> Iterator[Cells]:
    """Each row, the heading first. A row that cannot be mended comes with the cells that it has.

    The heading is the first row that looks like one; what stands before it (`before-heading`)
    follows it. If none does, there is the first row only.

    Mended are quotation marks inside a cell that were not doubled (`quotes`), a quotation mark
    that never ends (`open-quote`), and a line break in a cell without quotation marks (`break`).
    Of a row that is `too-large`, there is the beginning only.
    """
    lines = _Lines(stream)
    before: list[Cells] = []
    while len(before) < _MOST_BEFORE and (taken := lines.take()):
        if not taken[1].strip():
            continue
        split = _Splitter(max(_DELIMITERS, key=taken[1].count))
        heading, more = _heading(lines, split, taken)
        if is_heading(heading.cells):
            for _ in range(more):
                lines.take()
            yield heading
            yield from before
            split.width = len(heading.cells)
            yield from _rows(lines, split)
            return
        before.append(heading._replace(mended="before-heading"))
    yield from before[:1]


def _heading(lines: "_Lines", split: "_Splitter", taken: tuple[int, str]) -> tuple[Cells, int]:
    """A line as a heading, and how many further lines belong to it, if it is one."""
    number, text = taken
    more = 0
    while text.count('"') % 2 and more < _MOST_BREAKS and (line := lines.look(more)):
        text, more = text + line, more + 1
    return Cells(number, split.cells(text) or taken[1].strip().split(split.delimiter)), more


class _Lines:
    """The lines of a stream with their numbers; a line can be looked at before it is taken.

    One that is too long comes in pieces of the same number.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.ended = True
        self.ahead: list[str] = []

    def take(self) -> tuple[int, str] | None:
        line = self.ahead.pop(0) if self.ahead else self.stream.readline(_LONGEST)
        if not line:
            return None
        self.number += self.ended
        self.ended = line.endswith("\n")
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


def _rows(lines: _Lines, split: _Splitter) -> Iterator[Cells]:
    """The rows behind the heading, without those that are empty."""
    while (taken := lines.take()) is not None:
        number, line = taken
        if len(line) == _LONGEST:
            while not lines.ended and lines.take():
                pass
            yield Cells(number, [line[:_LONGEST_MENDED]], "too-large")
        elif line.strip(" \n" + split.delimiter):
            yield _row(lines, split, number, line)


def _row(lines: _Lines, split: _Splitter, number: int, line: str) -> Cells:
    """The row that begins at a line, with the lines that belong to it."""
    found = split.fits(line)
    if found:
        return Cells(number, found)
    joined, begin = line, line[: line.find(split.delimiter) + 1]
    for further in range(_MOST_LINES):
        following = lines.look(further)
        inside = joined.count('"') % 2 == 1
        if not inside and further >= _MOST_BREAKS:
            break
        # A line that is a whole row begins the next one: this one ends before it. So does one that
        # begins like this row, with the same State: two broken rows would make one whole.
        again = len(begin) > 1 and following.startswith(begin)
        if not following or again or split.fits(following) or len(joined) > _LONGEST_MENDED:
            break
        joined = joined + following if inside else f"{joined.rstrip()} {following}"
        cells = split.fits(joined)
        if cells:
            for _ in range(further + 1):
                lines.take()
            return Cells(number, cells, "" if inside else "break")
    return _mended(split, number, line)


def _mended(split: _Splitter, number: int, line: str) -> Cells:
    """A line that is a row of its own, and no sound one."""
    cells = split.fits(line.replace('\\"', '""')) if '\\"' in line else None
    if cells:
        return Cells(number, cells, "quotes")
    odd = line.count('"') % 2 == 1 and len(line) < _LONGEST_MENDED
    cells = _closed(split, line) if odd else None
    if cells:
        return Cells(number, cells, "open-quote")
    loose = split.loosely(line)
    if len(loose) == split.width:
        return Cells(number, loose, "quotes")
    cells = _without_a_quote(split, line) if odd else split.cells(line)
    return Cells(number, cells or loose, "open-quote" if odd and cells else "")


def _closed(split: _Splitter, line: str) -> list[str] | None:
    """The cells of a row of which one cell's quotation marks never end: with their end before a
    delimiter, if there is one place only that makes the row whole."""
    delimiter = re.escape(split.delimiter)
    ends = [found.start() for found in re.finditer(delimiter, line)][: 3 * split.width]
    whole: list[list[str]] = []
    for begin in [found.end() for found in re.finditer(rf'(?:^|{delimiter})"', line)]:
        for end in ends:
            cells = split.fits(f'{line[:end]}"{line[end:]}') if begin < end else None
            if cells and cells not in whole:
                whole.append(cells)
    return whole[0] if len(whole) == 1 else None


def _without_a_quote(split: _Splitter, line: str) -> list[str] | None:
    """The cells of a row without the first of its quotation marks that makes it whole so."""
    for place in [found.start() for found in re.finditer('"', line)][:_MOST_LINES]:
        cells = split.fits(line[:place] + line[place + 1 :])
        if cells:
            return cells
    return None
