"""Find dates in texts, in the languages of the sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest

from tracker.citations.matching.normalize import DASHES, normalize_text
from tracker.model.text import MONTH_NUMBERS

_MONTHS = {normalize_text(name): number for name, number in MONTH_NUMBERS.items()}
_ENGLISH_VERBS = ("may", "march", "mar")
_HALVES = {
    "first": 1, "birinci": 1, "ilk": 1, "1": 1, "second": 2, "last": 2, "ikinci": 2, "2": 2,
}  # fmt: skip

_ORDINAL_ENDING = r"(?:st|nd|rd|th|er|º|-?(?:ci|cı|cu|cü))?"
_DAY = rf"\d{{1,2}}(?!\d){_ORDINAL_ENDING}"
_DAY_SEPARATOR = (
    rf"(?:\s*[{DASHES}]\s*|\s*,\s*|\s+(?:and|to|or|və|и|по|et|y|a|au|al|og|til)\s+|\s*,\s+and\s+)"
)
_DAYS = rf"(?<![\d.,/])(?P<days>{_DAY}(?:{_DAY_SEPARATOR}{_DAY}){{0,12}})"
_SPLIT_DAY = r"(?P<split>(?<=[^\W\d_] )[123] (?=\d\D))?"
"""The first digit of a day that a space may split, as scans have it: `of 2 7 June`."""
_YEAR = r"(?P<year>\d{4})(?!\d)"
_CASE_ENDING = r"(?:[ıiuü]n(?:d[aə]n?|[ıiuü]n)?|[aəyıiuü]{1,2})?"
"""Case endings in `az`: iyulun, mayında."""
_YEAR_WORD = r"(?:-?(?:ci|cı|cu|cü))?(?:\s+il(?:in|də)?)?"
_DOCUMENT_NUMBER = re.compile(r"(?:\bno\.?|\bnr\.?|n°|№)\s*$", re.IGNORECASE)
"""Text before the number of a document: in `Law No. 17 May 2013`, 17 is not a day."""
_ROMAN = {
    numeral: number
    for number, numeral in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), 1
    )
}
_CENTURY_BREAK = 50
"""Two digits below this are a year after 2000."""
DATE_JOINER = re.compile(
    rf"[\s,]*(?:[{DASHES}]|to|and|until|till|through|or|və|и|по|al?|au|et|y)[\s]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text, with its offsets and the parts that the text contains."""

    start: int
    end: int
    days: tuple[int, ...]
    """The day, the days of a list, or the ends of a range; empty for a month or half-year."""
    month: int
    """0 for a half-year."""
    year: int | None
    half: int = 0


@cache
def _compile_patterns() -> tuple[re.Pattern[str], ...]:
    longest_first = sorted(map(re.escape, MONTH_NUMBERS), key=len, reverse=True)
    names = "|".join(name.replace(r"\ ", r"\s") for name in longest_first)
    month = rf"(?<![^\W\d_])(?P<month>{names}){_CASE_ENDING}(?![^\W_])(?:\.(?=,?\s*\d))?"
    ayi = r"(?:\s+ay[ıi](?:n(?:ın|da|d[əa])?)?)?"
    forms = (
        rf"{_SPLIT_DAY}{_DAYS}\.?»?(?:-?го)?(?:\s+(?:day\s+)?(?:of|de))?(?:\s+|-){month},?"
        rf"(?:(?:\s+|-)(?:de\s+)?{_YEAR})?",
        rf"{month}\s+(?:the\s+)?{_DAYS}(?:-?(?:d[əa]n?|si|s[ıi]))?(?:,?\s+(?:of\s+)?{_YEAR})?",
        rf"(?<!\d){_YEAR}{_YEAR_WORD},?\s+{month}{ayi}(?:\s+{_DAYS})?",
        rf"(?<!\d){_YEAR}{_YEAR_WORD},?\s+{_DAYS}\s+{month}",
        rf"{month},?\s+(?:of\s+|de\s+)?{_YEAR}",
        r"(?<![\d-])(?P<year>\d{4})-(?P<number>\d{2})(?:-(?P<days>\d{2}))?(?![\d-])",
        r"(?<![\d./-])(?P<year>\d{4})(?P<sep>[./])(?P<number>\d{2})(?P=sep)(?P<days>\d{2})(?!\d)",
        r"(?<![\d./-])(?P<days>\d{1,2})(?P<sep>\.\s|[./-])(?P<number>\d{1,2})(?P=sep)"
        r"(?P<year>\d{4})(?!\d)",
        r"(?<![\d./-])(?P<days>\d{1,2})(?P<sep>\.\s?|[ /-])(?P<roman>[ivx]{1,4})(?P=sep)"
        r"(?P<year>\d{4})(?!\d)",
        r"(?<![\d./-])(?P<days>\d\d?)/(?P<number>\d\d?)/(?P<year>\d\d)(?![\d/])",
        r"(?<![\d./-])(?P<days>\d\d)\.(?P<number>\d\d)\.(?P<year>\d\d)(?!\d|\.\d)",
        r"(?<!\d)(?P<year>\d{4})\s?年\s?(?P<number>\d{1,2})\s?月(?:\s?(?P<days>\d{1,2})\s?日)?",
        rf"(?P<half>first|second|last|birinci|ikinci|ilk)\s+(?:half(?:[- ]year)?|(?:6|six|altı)\s+"
        rf"(?:months|ay)\w*|yarısı\w*)(?:\s+of)?(?:\s+{_YEAR})?",
        rf"(?<!\d){_YEAR}{_YEAR_WORD}\s+(?P<half>birinci|ikinci|ilk)\s+(?:yarı\w*|(?:6|altı)\s+ay\w*)",
        rf"\bH(?P<half>[12])\s+{_YEAR}",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def find_dates(text: str, language: str | None = None) -> tuple[DateMention, ...]:
    """Return all dates in a text, in order.

    The first date of a range takes the year of the second: `27 September – 15 October 2021`. In
    English, `may` and `march` in lower case are verbs.
    """
    matches = (match for pattern in _compile_patterns() for match in pattern.finditer(text))
    mentions = filter(None, (_read_match(match, language) for match in matches))
    kept: list[DateMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return tuple(_fill_years(kept, text))


def _read_match(match: re.Match[str], language: str | None) -> DateMention | None:
    parts = match.groupdict()
    if language in (None, "en") and parts.get("month") in _ENGLISH_VERBS:
        return None
    if parts.get("days") and _DOCUMENT_NUMBER.search(
        match.string, max(0, match.start() - 9), match.start()
    ):
        return None
    year = int(parts["year"]) if parts.get("year") else None
    if year is not None and len(parts["year"]) == 2:
        year += 2000 if year < _CENTURY_BREAK else 1900
    if parts.get("half"):
        return DateMention(*match.span(), (), 0, year, _HALVES[parts["half"].lower()])
    written = "" if parts.get("split") else parts.get("days") or ""
    days = tuple(int(day) for day in re.findall(r"\d+", written))
    if parts.get("roman"):
        month = _ROMAN.get(parts["roman"].lower(), 0)
    elif parts.get("number"):
        month = int(parts["number"])
        if days and month > 12 >= days[0]:  # US order, only if no other is possible
            days, month = (month,), days[0]
    else:
        month = _MONTHS[normalize_text(parts["month"])]
    if not 1 <= month <= 12 or any(not 1 <= day <= 31 for day in days):
        return None
    return DateMention(*match.span(), days, month, year)


def _fill_years(mentions: list[DateMention], text: str) -> Iterator[DateMention]:
    for mention, after in zip_longest(mentions, mentions[1:]):
        joined = after and DATE_JOINER.fullmatch(text[mention.end : after.start])
        if mention.year is None and joined and after:
            yield replace(mention, year=after.year)
        else:
            yield mention
