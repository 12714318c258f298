"""Numbers as texts write them: digits with separators, words for size, and words alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

SPACES = " \u00a0\u2009\u202f"
COMMA_DECIMAL = ("az", "ru", "fr", "es", "no", "de", "tr")
"""Languages that write 7,4 and 1.237 where English writes 7.4 and 1,237."""

_RUN = re.compile(rf"\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+(?:[.,]\d+)*(?!\d)|\d+(?:[.,]\d+)*")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_SCALES = {
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
    # In English “min” is minutes.
    return 3 if name == "min" and language == "az" else _SCALES.get(name, 0)


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


_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_AZ = ("sıfır", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz")
_AZ_TENS = ("on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan")
_NUMBER_WORDS = frozenset((*_EN, *_EN_TENS, *_AZ, *_AZ_TENS, "yüz"))
_SIZE_WORDS = frozenset((*_SCALES, "min", "yüz"))
_JOINING = ("and",)


@cache
def in_words(number: int, language: str | None) -> tuple[str, ...]:
    """The ways to write a whole number from 0 to 999,999 in words: cardinals and ordinals.

    English, and Azerbaijani where the language says so; other languages have none.
    """
    if not 0 <= number < 1_000_000:
        return ()
    found = dict.fromkeys(_english(number))
    forms = [*found, *(_ordinal(form) for form in found)]
    if language == "az":
        forms.append(_azerbaijani(number))
        forms += [_azerbaijani(number) + ending for ending in _AZ_ORDINALS]
    return tuple(forms)


_AZ_ORDINALS = ("inci", "ıncı", "uncu", "üncü", "nci", "ncı", "ncu", "ncü")


def _english(number: int) -> Iterator[str]:
    if number < 20:
        yield _EN[number]
    elif number < 100:
        tens, ones = divmod(number, 10)
        yield _EN_TENS[tens - 2] + (f"-{_EN[ones]}" if ones else "")
    else:
        size, word = (1000, "thousand") if number >= 1000 else (100, "hundred")
        count, rest = divmod(number, size)
        for head in (*_english(count), *(("a",) if count == 1 else ())):
            if not rest:
                yield f"{head} {word}"
            for tail in _english(rest) if rest else ():
                yield f"{head} {word} and {tail}"
                yield f"{head} {word} {tail}"


def _ordinal(cardinal: str) -> str:
    head, last = re.fullmatch(r"(.*?)([a-z]+)", cardinal, re.DOTALL).groups()  # type: ignore[union-attr]  # every form ends in a word
    ending = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return head + str(_EN_ORDINALS.get(last, ending))


def _azerbaijani(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if thousands:
        words += ([_azerbaijani(thousands)] if thousands > 1 else []) + ["min"]
    if hundreds:
        words += ([_AZ[hundreds]] if hundreds > 1 else []) + ["yüz"]
    words += [_AZ_TENS[tens - 1]] if tens else []
    words += [_AZ[ones]] if ones or not words else []
    return " ".join(words)


_WORD = re.compile(r"[^\W\d_]+")


def is_whole_number(text: str, start: int, end: int) -> bool:
    """Whether number words at a span are no part of a longer number: `two` in `twenty-two`."""
    before = _WORD.findall(text[max(0, start - 30) : start].lower())
    after = _WORD.match(re.sub(r"^[\s\-‐]+", "", text[end : end + 30].lower()))
    if after and (after[0] in _SIZE_WORDS or after[0] in _NUMBER_WORDS):
        return False
    gap = re.search(r"[^\w\s\-‐]", text[max(0, start - 3) : start])
    if not before or gap:
        return True
    if before[-1] in _JOINING:
        return len(before) < 2 or before[-2] not in _SIZE_WORDS
    return before[-1] not in _NUMBER_WORDS and before[-1] not in _SIZE_WORDS
