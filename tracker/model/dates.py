"""Dates of different precision: a day, a month, a half-year, a year, or a span of these."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from tracker.model.patterns import StringPattern
from tracker.model.text import ENGLISH_MONTHS, MONTH_NUMBERS

Precision = Literal["day", "month", "half-year", "year", "span"]

_POINT = StringPattern(
    "bad-date",
    "([1-9][0-9]{3})(?:-H([12])|-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?",
)
_POINT_OR_SPAN = StringPattern("bad-date", f"{_POINT.pattern}(?:/{_POINT.pattern})?")


@dataclass(frozen=True, slots=True)
class ImpreciseDate:
    """A date with its text as written, its precision, and its first and last possible day.

    `1992-12` may be any day of that month, `2020-H1` any day of the first half of the year.
    """

    text: str
    precision: Precision
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "ImpreciseDate":
        """Parse `2013-05-17`, `1992-12`, `2020-H1`, `2013` or `2008/2019`, or raise ValueError."""
        begin, slash, end = text.partition("/")
        if not slash:
            precision, first, last = _parse_point(text)
            return cls(text, precision, first, last)
        _, first, _ = _parse_point(begin)
        _, _, last = _parse_point(end)
        if last < first:
            raise ValueError(f"{text} ends before it begins")
        return cls(text, "span", first, last)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            **_POINT_OR_SPAN.schema_keywords(),
            "examples": ["2013-05-17", "1992-12", "2020-H1", "2013"],
        }


def _parse_point(text: str) -> tuple[Precision, date, date]:
    match = re.fullmatch(_POINT.pattern, text)
    if not match:
        raise ValueError(f"{text} is not a date")
    year, half, month, day = (int(part) if part else 0 for part in match.groups())
    precision: Precision = "half-year" if half else "day" if day else "month" if month else "year"
    begin, end = (6 * half - 5, 6 * half) if half else (month or 1, month or 12)
    return precision, date(year, begin, day or 1), date(year, end, day or monthrange(year, end)[1])


def _validate(value: Any) -> ImpreciseDate:
    if isinstance(value, ImpreciseDate):
        return value
    try:
        if isinstance(value, str):
            return ImpreciseDate.parse(value)
        raise ValueError
    except ValueError:
        params = {"suggest": suggest_date(str(value))}
        raise PydanticCustomError("bad-date", "not a date", params) from None


_OTHER_FORMS = (
    re.compile(r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})(?P<s>[./-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>\d{4})"),
    re.compile(r"(?P<m>\d{1,2})[./-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[./](?P<m>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?(?P<m>[^\W\d_]+)\.?,? (?P<y>\d{4})"),
    re.compile(r"(?P<m>[^\W\d_]+)\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})"),
    re.compile(r"(?P<m>[^\W\d_]+)\.?,? (?P<y>\d{4})"),
)
_TIME = re.compile(r"(?:T\d\d:\d\d.*| \d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)$")
_YEAR_WORD = re.compile(r"(?:-?c[iıuü] il\w*| (?:il|г\.?|год[ау]?))$")
_HALF = re.compile(
    r"(?:the )?(?:(?P<first>first|1st)|second|2nd) half(?: of|,)? (?P<year>\d{4})"
    r"|(?:H(?P<h>[12]) (?P<y>\d{4})|(?P<y2>\d{4}) H(?P<h2>[12]))",
    re.IGNORECASE,
)
_ISO = r"\d{4}(?:-\d\d){0,2}"


def suggest_date(text: str) -> str:
    """Return the likely ISO form of a date in another format, or ""."""
    return next(iter(read_dates(text)), "")


def read_dates(text: str) -> list[str]:
    """Return the ISO forms that a date in a usual form can have: two for 03/04/2013."""
    if _is_date(text):
        return [text]
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text.strip().strip("“”„‘’\"'.,;"))
    text = _YEAR_WORD.sub("", _TIME.sub("", text))
    matches = filter(None, (pattern.fullmatch(text) for pattern in _OTHER_FORMS))
    years = re.sub(r"^(\d{4}) ?- ?(\d{4})$", r"\1/\2", text)
    if days := re.fullmatch(r"(\d{1,2}) ?(?:-|to|and) ?(\d{1,2}) ([A-Za-z]+ \d{4})", text):
        years = "/".join(suggest_date(f"{days[number]} {days[3]}") for number in (1, 2))
    if ends := re.fullmatch(rf"({_ISO}) (?:-|to|until|and) ({_ISO})", text):
        years = "/".join(ends.groups())
    candidates = (text, *(_to_iso(match.groupdict()) for match in matches), years, _read_half(text))
    return list(dict.fromkeys(filter(_is_date, candidates)))


def _read_half(text: str) -> str:
    """Return a half-year in words, such as `first half of 2018`, in ISO form, or ""."""
    if not (match := _HALF.fullmatch(text)):
        return ""
    if year := match["year"]:
        return f"{year}-H{1 if match['first'] else 2}"
    return f"{match['y'] or match['y2']}-H{match['h'] or match['h2']}"


def _to_iso(parts: dict[str, str]) -> str:
    month = parts["m"]
    number = int(month) if month.isdigit() else _get_month_number(month)
    return f"{parts['y']}-{number:02d}" + (f"-{int(parts['d']):02d}" if "d" in parts else "")


def _is_date(text: str) -> bool:
    try:
        ImpreciseDate.parse(text)
    except ValueError:
        return False
    return True


def _get_month_number(name: str) -> int:
    name = name.lower().replace("i\u0307", "i")  # from a Turkic capital I with a dot
    matches = [n for n, month in enumerate(ENGLISH_MONTHS, 1) if month.startswith(name[:3])]
    known = MONTH_NUMBERS.get(name, 0)
    return known or (matches[0] if len(name) >= 3 and matches else 0)


def _refuse_span(value: ImpreciseDate) -> ImpreciseDate:
    if value.precision == "span":
        raise PydanticCustomError("bad-date", "one date, not a span", {"suggest": ""})
    return value


PartialDate = Annotated[ImpreciseDate, AfterValidator(_refuse_span), _POINT]
"""A single date: day, month, half-year or year."""
