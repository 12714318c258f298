"""Numbers as texts write them in digits, with separators and words for size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPACES = " \u00a0\u2009\u202f"
COMMA_DECIMAL = ("az", "ru", "fr", "es", "no", "de", "tr")
"""Languages that write 7,4 and 1.237 where English writes 7.4 and 1,237."""

_RUN = re.compile(rf"\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+(?:[.,]\d+)*(?!\d)|\d+(?:[.,]\d+)*")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "millions": 6, "billion": 9, "bn": 9,
    "milyon": 6, "mln": 6, "milyard": 9, "mlrd": 9,
    "тысяч": 3, "тысячи": 3, "тысяча": 3, "тыс": 3,
    "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6, "млрд": 9,
}  # fmt: skip
_SCALE = re.compile(rf"[{SPACES}\n]{{0,2}}([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: where, as written, and what it may mean."""

    start: int
    end: int
    written: str
    readings: frozenset[float]
    """What the digits may mean: none for `3.0.1`, two for `1.237` where both are usual."""
    scaled: frozenset[float]
    """The same with the word for size that follows: `1.2 million`. The readings if none does."""
    free: bool
    """Whether it stands for itself: not in a symbol, an address, or a name such as COVID-19."""


def numbers(text: str, *, language: str | None = None) -> Iterator[Number]:
    """Every number written in digits, in the order of the text."""
    for found in _RUN.finditer(text):
        for start, end in _split(text, found):
            written = text[start:end]
            readings = frozenset(_read(written, comma=language in COMMA_DECIMAL))
            power = _power(text, end, language)
            scaled = frozenset(round(r * 10**power, 6) for r in readings)
            yield Number(start, end, written, readings, scaled, _is_free(text, start, end))


def alike(one: str, other: str) -> bool:
    """Whether two prints of one number may mean the same: 2,016 is a figure, 2016 may be a year."""
    years = [bool(re.fullmatch(r"(?:19|20)\d\d", written)) for written in (one, other)]
    return not one or not other or years[0] == years[1]


def _split(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """`1 237` is one number, `2018 376 310` a row of a table: three."""
    start, end = found.span()
    if not any(space in found[0] for space in SPACES):
        yield start, end
        return
    row = re.search(rf"\d[{SPACES}]+$", text[max(0, start - 4) : start])
    if row or re.match(rf"[{SPACES}]+\d", text[end : end + 4]):
        for part in re.finditer(r"[\d.,'’]+", found[0]):
            yield start + part.start(), start + part.end()
    else:
        yield start, end


def _read(written: str, *, comma: bool) -> Iterator[float]:
    tight = re.sub(rf"[{SPACES}'’]", "", written)
    separators = re.sub(r"\d", "", tight)
    if tight != written and "," in separators and "." in separators:
        return
    parts = re.split(r"[.,]", tight)
    thousands = 1 <= len(parts[0]) <= 3 and parts[0] != "0" and all(len(p) == 3 for p in parts[1:])
    if not separators:
        yield float(tight)
    elif len(set(separators)) == 2:
        if separators.index(separators[-1]) == len(separators) - 1 and all(
            len(p) == 3 for p in parts[1:-1]
        ):
            yield float("".join(parts[:-1]) + "." + parts[-1])
    elif len(separators) > 1:
        if thousands:
            yield float("".join(parts))
    elif tight != written:
        yield float(".".join(parts))
    else:
        alone = separators == "," or comma
        if thousands and alone:
            yield float("".join(parts))
        if not thousands or separators == "." or comma:
            yield float(".".join(parts))


def _power(text: str, end: int, language: str | None) -> int:
    word = _SCALE.match(text, end)
    if not word:
        return 0
    name = word[1].lower()
    if language == "az":  # elsewhere “min” is another word; here words take endings
        ending = re.fullmatch(r"(min|milyon|milyard)(?:d[əa]n?|[əaiı]|n?[iı]n|l[iı]k)?", name)
        name = ending[1] if ending else name
        return 3 if name == "min" else SCALES.get(name, 0)
    return SCALES.get(name, 0)


_RANGE_BEFORE = re.compile(r"\d\s?[-–—]\s?$")
_RANGE_AFTER = re.compile(r"\s?[-–—]\s?\d")
_CODE = re.compile(r"[\w/.\-()#?=&:]*")


def _is_free(text: str, start: int, end: int) -> bool:
    before, after = text[:start][-60:], text[end : end + 60]
    if before[-1:].isalpha() or re.search(r"[A-ZА-Я][-‐]$", before):
        return False
    if end - start != 4 and (_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after)):
        return False  # an end of a range is no figure of its own, unless it is a year
    if after[:1].isalpha() and not _ORDINAL.match(after):
        return False
    left = _CODE.match(before[::-1])
    right = _CODE.match(after)
    code = (left[0][::-1] if left else "") + "0" + (right[0] if right else "")
    return not re.search(r"[^\W\d_]/|/[^\W\d_]", code)
