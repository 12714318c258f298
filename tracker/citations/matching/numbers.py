"""Find numbers in digits, with their separators and words such as million."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.citations.matching.normalize import DASHES, SPACES
from tracker.citations.matching.number_words import get_power

COMMA_DECIMAL = ("az", "ru", "fr", "es", "no", "de", "tr")
"""Languages with a decimal comma, which write 7,4 and 1.237 for 7.4 and 1,237."""

_POINTS = ".,·٫٬，．"  # the last four are Arabic and full-width
_TO_ASCII = str.maketrans("٫٬，．", ".,,.")
_DIGIT_RUN = re.compile(
    rf"\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+(?:[{_POINTS}]\d+)*(?!\d)|\d+(?:[{_POINTS}]\d+)*"
)
_INDIAN = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}")
_LINE_BREAK = re.compile(rf"[{SPACES}]*\n[{SPACES}]*")
_MARKED = re.compile(r"(\d+(?:[,'’]\d{3})*)\.(\d{1,3})")
"""A number with the mark of a footnote after the full stop: `2013.12`."""
_SENTENCE_START = re.compile(rf"[{SPACES}\n][\"“(]?(?:[^\W\d_a-z][^\W\d_A-Z]|A )")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_CURRENCY = re.compile(rf"[$€£¥₼₽₺][{SPACES}]?$")
_SHORT_POWERS = {"k": 3, "m": 6, "mn": 6, "b": 9, "tn": 12}
"""Powers of ten after an amount of money: €45m."""
_NEXT_WORD = re.compile(rf"(?:[{SPACES}\n\t]{{0,3}}|[{DASHES}])\(?([^\W\d_]+)")
_RANGE_BEFORE = re.compile(rf"\d\s?[{DASHES}]\s?$")
_RANGE_AFTER = re.compile(rf"\s?[{DASHES}]\s?\d")
_FRACTION = re.compile(rf"[{SPACES}]?(?:[¼½¾⅐-⅞]|\d/\d)")
_SIGN = re.compile(r"(?:\u2212|\(-|(?:^|\s)[.,])\Z")
"""A minus sign or a decimal point before a number."""
_CODE = re.compile(r"[\w/.\-()#?=&:@]*")
_ABBREVIATION = re.compile(r"\b(?:nos?|arts?|paras?|pp?|vol|secs?|ch|cf)\.$", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+\d|\b(?:tel|phone|fax)\b\W{0,3}[+\d])[\d ().-]{6,}\d", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SERIES = re.compile(r"[-\u2011][^\W\d_a-zа-яəğıöşüç]{1,5}(?![^\W_])")
"""The rest of the number of a law: `214-III`."""
_CLOCK = re.compile(rf"[{SPACES}]?(?:[ap]\.\s?m\b|[ap]m\b)", re.IGNORECASE)
_TABLE_CELL = re.compile(r"\t|\||\S {3,}\S")
_SPLIT_BEFORE = re.compile(r"[^\W\d_][,:(]? (\d(?:[\d.,]*\d)?) ,?\Z")
_SPLIT_AFTER = re.compile(r" ,?\d[\d.,;:)]* +[^\W\d_]")
_SPLIT_DECIMAL = re.compile(r"[^\W\d_] \d\. \d(?!\d)")


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text with its possible values."""

    start: int
    end: int
    text: str
    values: frozenset[float]
    """Possible values of the digits: none for `3.0.1`, two for an ambiguous `1.237`."""
    scaled: frozenset[float]
    """The values multiplied by a following word: `1.2 million`."""
    standalone: bool
    """False within a symbol, a URL, a range, or a name such as COVID-19."""


def find_numbers(text: str, *, language: str | None = None) -> Iterator[NumberMention]:
    """Yield the numbers in digits, in the order of the text."""
    comma = language in COMMA_DECIMAL
    for start, end in _iter_spans(text, comma=comma):
        written = text[start:end]
        values = frozenset(_iter_values(written.translate(_TO_ASCII), comma=comma))
        word = _NEXT_WORD.match(text, end)
        power = get_power(word[1], language) if word else 0
        if word and not power and _CURRENCY.search(text[max(0, start - 2) : start]):
            power = _SHORT_POWERS.get(word[1].lower(), 0)
        scaled = frozenset(round(value * 10**power, 6) for value in values)
        # The word of a power may be attached: €45m.
        edge = word.end() if word and power else end
        standalone = _is_standalone(text, start, edge if text[end : end + 1].isalpha() else end)
        yield NumberMention(start, end, written, values, scaled, standalone)


def _iter_spans(text: str, *, comma: bool) -> Iterator[tuple[int, int]]:
    """Yield the spans of numbers, joined if broken over a line, without footnote marks."""
    last: tuple[int, int] | None = None
    for found in _DIGIT_RUN.finditer(text):
        for start, end in _split_row(text, found):
            if last and _is_broken(text, last, start, end):
                last = last[0], end
                continue
            if last:
                yield last
            last = start, _find_end_before_mark(text, start, end, comma=comma)
    if last:
        yield last


def _is_broken(text: str, first: tuple[int, int], start: int, end: int) -> bool:
    """Return True if a line break is at the group space of one number: `21\\n237 refugees`.

    Other text on both lines distinguishes it from a table column or a paragraph number.
    """
    if not _LINE_BREAK.fullmatch(text, first[1], start):
        return False
    head, tail = text[first[0] : first[1]], text[start:end]
    groups = rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})*", rf"\d{{3}}(?:[{SPACES}]\d{{3}})*"
    line = text[text.rfind("\n", 0, first[0]) + 1 : first[0]]
    return (
        all(re.fullmatch(*pair) for pair in zip(groups, (head, tail), strict=True))
        and bool(re.search(rf"[^\W\d_][,:]?[{SPACES}]$", line))
        and bool(re.match(rf"[{SPACES}]+[^\W\d_]|[.,;]?\Z", text[end:]))
    )


def _find_end_before_mark(text: str, start: int, end: int, *, comma: bool) -> int:
    """Return the end of a number without the footnote mark of its sentence: `in 2013.12 The`.

    A sentence has to end there. At the end of a line, only a year cannot be a decimal.
    """
    marked = _MARKED.fullmatch(text, start, end)
    if not marked or (comma and len(marked[2]) == 3 and len(marked[1]) <= 3):
        return end
    line = text[text.rfind("\n", 0, start) + 1 : start]
    is_prose = bool(re.search(r"[a-zа-яəğıöşüç]{2}", line)) and not _TABLE_CELL.search(line)
    is_year = bool(_YEAR.fullmatch(marked[1]))
    at_end = is_year and bool(re.match(rf"[{SPACES}]*(?:\n|\Z)", text[end:]))
    word = _NEXT_WORD.match(text, end)
    starts = _SENTENCE_START.match(text, end) and not (word and get_power(word[1], None))
    return marked.end(1) if at_end or (starts and (is_prose or is_year)) else end


def is_same_notation(first: str, second: str) -> bool:
    """Return whether both or neither of two notations may be a year: 2016 may, 2,016 may not."""
    years = [bool(_YEAR.fullmatch(written)) for written in (first, second)]
    return not first or not second or years[0] == years[1]


def _split_row(text: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield one span for `1 237`, but three for the table row `2018 376 310`."""
    start, end = run.span()
    in_row = any(space in run[0] for space in SPACES) and (
        re.search(rf"\d[{SPACES}]+$", text[max(0, start - 4) : start])
        or re.match(rf"[{SPACES}]+\d", text[end : end + 4])
    )
    for part in re.finditer(r"[\d.,'’]+", run[0]) if in_row else ():
        yield start + part.start(), start + part.end()
    if not in_row:
        yield start, end


def _iter_values(written: str, *, comma: bool) -> Iterator[float]:
    tight = re.sub(rf"[{SPACES}\n'’]", "", written)
    if re.search(r"\s|·", tight):
        return  # divided at a line break, or with a middle dot: ambiguous
    separators = re.sub(r"\d", "", tight)
    if tight != written and "," in separators and "." in separators:
        return
    if _INDIAN.fullmatch(tight):
        yield float(tight.replace(",", ""))
        return
    *whole, last = parts = re.split(r"[.,]", tight)
    in_thousands = all(len(part) == 3 for part in whole[1:])
    thousands = 1 <= len(parts[0]) <= 3 and parts[0] != "0" and in_thousands and len(last) == 3
    if not separators:
        yield float(tight)
    elif len(set(separators)) == 2:
        if separators.index(separators[-1]) == len(separators) - 1 and in_thousands:
            yield float("".join(whole) + "." + last)
    elif len(separators) > 1:
        if thousands:
            yield float("".join(parts))
    elif tight != written:
        yield float(".".join(parts))
    else:
        if thousands and (separators == "," or comma):
            yield float("".join(parts))
        if not thousands or separators == "." or comma:
            yield float(".".join(parts))


def is_in_range(text: str, start: int, end: int) -> bool:
    """Return whether a number other than a year is one end of a range."""
    if _YEAR.fullmatch(text[start:end]):
        return False
    before = text[max(0, start - 4) : start]
    return bool(_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(text, end))


def has_sign_or_fraction(text: str, start: int, end: int) -> bool:
    """Return whether a sign before or a fraction after changes the number: −10, .5, 2½."""
    return bool(_SIGN.search(text[max(0, start - 2) : start]) or _FRACTION.match(text, end))


def _is_standalone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 60) : start], text[end : end + 60]
    if _is_letter(before[-1:]) or re.search(rf"[A-ZА-Я][{DASHES}]$", before):
        return False
    if is_in_range(text, start, end) or has_sign_or_fraction(text, start, end):
        return False
    if _is_letter(after[:1]) and not _ORDINAL.match(after):
        return False
    left, right = (_CODE.match(side) for side in (before[::-1], after))
    code = (left[0][::-1] if left else "") + "0" + (right[0] if right else "")
    if re.search(r"[^\W\d_]/|/[^\W\d_]|[@=_]|[^\W\d_]\(\d+\)\d", code):
        return False
    return not _is_part_of_code(before, text[start:end], after)


def _is_letter(character: str) -> bool:
    """Return True for a letter of a script that separates words: `237名` is a number."""
    return character.isalpha() and not "\u2e80" <= character <= "\u9fff"


def _is_part_of_code(before: str, number: str, after: str) -> bool:
    """Return True for half of a case number, fraction, time, power or phone number, or a mark.

    `30696/09`, `1/2`, `15:45`, `10.05 a.m.`, `214-III`, `10⁶`, `+994 12 345`; but not a year in
    2018/19. A sign as in `<5` makes another number.
    """
    if re.search(r"[<>≤≥]\s?$|\d:$", before) or re.match(r":\d", after):
        return True
    if _SERIES.match(after) or _CLOCK.match(after):
        return True
    if re.search(r"\d/$", before) or re.match(r"/\d", after):
        years = re.search(r"(?:19|20)\d\d/$", before) or re.match(
            r"/(?:(?:19|20)\d\d|\d\d)\b", after
        )
        return not (_YEAR.fullmatch(number) and years)
    if number == "10" and after[:1] in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹" and after[:1]:
        return True
    if _is_mark(before, number, after) or _is_split(before, number, after):
        return True
    line = before[-30:] + number + after[:30]
    at = len(before[-30:])
    return any(phone.start() <= at < phone.end() for phone in _PHONE.finditer(line))


def _is_mark(before: str, number: str, after: str) -> bool:
    """Return True for the mark of a footnote: `few.45 The`, `issues,3 which`, `court[5]`, `^4`."""
    if len(number) > 3:
        return False
    if before.endswith("^") or (re.search(r"\S\[$", before) and after.startswith("]")):
        return True
    stop = re.search(r"[^\W\d_][)”\"]?([.,])$", before)
    if not stop or _ABBREVIATION.search(before):
        return False
    if stop[1] == ",":
        return bool(re.match(r"\s|\Z", after))
    return bool(_SENTENCE_START.match(after) or re.match(r"\s*(?:\n|\Z)", after))


def _is_split(before: str, number: str, after: str) -> bool:
    """Return True if a space in a sentence may split a number: `in 19 93 the`, `from 2. 1 to`.

    A year may be before another number: `in 2012 27 cells`.
    """
    if _SPLIT_DECIMAL.search(before[-4:] + number + after[:4]):
        return len(number) == 1
    if re.search(r"[^\W\d_][,:(]? $", before) and _SPLIT_AFTER.match(after):
        return not _YEAR.fullmatch(number)
    first = _SPLIT_BEFORE.search(before)
    return bool(first and not _YEAR.fullmatch(first[1]) and re.match(r"[.,;:)]* +[^\W\d_]", after))
