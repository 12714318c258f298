"""Rules against personal data: contact details, identity numbers and small counts of people.

Patterns only recognize the format. A match that is not personal data gets an exception, whose
reason documents that a reviewer looked at it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address

from tracker.checks.figures import PEOPLE_UNITS, iter_texts
from tracker.checks.registry import CheckContext, register_rule
from tracker.model import Figure, Indicator, Path, Term, iter_values
from tracker.model.diagnostics import Diagnostic

_UPPER = "A-ZÀ-ÞƏĞİŞЀ-Я"
_NAME = rf"[{_UPPER}][\w.’'-]*(?:\s+[{_UPPER}][\w.’'-]*){{0,3}}"
_HOUSE = (
    r"(?:(?i:no\.|№|house|building|ev|bina|дом|д\.)\s*)?"
    r"\d{1,3}(?:[/-]\d{1,3})?[a-zа-я]?\b(?![.,]\d)"
)
_STREET = (
    r"(?i:street|avenue|road|lane|boulevard|alley|st\.|ave\.|rd\.|blvd\.?|küçəsi|küç\.|prospekti|"
    r"döngəsi|caddesi|sokağı|straße|strasse|улица|ул\.|проспект|переулок)(?!\w)"
)
_STREET_FIRST = r"(?i:rue|avenue|calle|ул\.|улица|пр\.|проспект)"
_PATTERNS = {
    "e-mail": re.compile(r"(?i)(?<![\w.+-])[\w.+-]++\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+"),
    "profile": re.compile(
        r"(?i)(?<![\w@.])@[a-z_][\w.]{2,}|(?<![\w.-])(?:www\.|m\.)?(?:facebook|fb|instagram|"
        r"twitter|x|linkedin|tiktok|youtube|t|telegram|vk|ok|wa)\.(?:com|me|ru)/\S+"
    ),
    "account": re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b"),
    "network": re.compile(
        r"(?i)(?<![\w.:/])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){2,7})"
        r"(?![\w:/]|\.\d)"
    ),
    "phone": re.compile(
        r"(?<![\w.,/+-])(?:(?:\+|00)\d(?:[\s().-]{0,2}\d){6,14}"
        r"|\(\d{2,5}\)\s?\d{2,4}(?:[\s-]\d{2,4}){1,3}"
        r"|0\d{1,3}(?:[\s-]\d{2,4}){2,4}|\d{1,3}(?:[\s-]\d{2,4}){4})(?![\w/-]|[.,]\d)"
        r"|\b(?i:tel|telephone|phone|mobile|mob|fax|whatsapp)\b[.:]*\s*\d(?:[\s-]?\d){4,13}\b"
    ),
    "paper": re.compile(r"(?<![\w/.-])[A-Z]{1,3}(?:\s?№)?[ -]?\d{7,9}(?![\w/]|[.,-]\d)"),
    # Letters and digits alternate; a word followed by a number (COVID19) does not match.
    "code": re.compile(r"(?<![\w/.-])(?!(?:[A-Z]+\d*|\d+)\b)[A-Z0-9]{7}(?![\w/-])"),
    "home": re.compile(
        rf"\b{_NAME}\s+{_STREET},?\s+{_HOUSE}|(?<![\w.,])\d{{1,3}}[a-z]?,?\s+{_NAME}\s+{_STREET}"
        rf"|(?<!\w){_STREET_FIRST}\s+{_NAME},?\s+{_HOUSE}"
    ),
}
_ANY = re.compile(r"(?i)[\d@/]|[(\[]at[)\]]")
"""A fast necessary condition of all patterns, which most texts do not meet."""
# Most texts are ids, dates and locators; matching them took 20% of the time of `tracker check`.
# The only personal data in such a format is a phone number, which has more digits.
_HARMLESS = re.compile(r"(?!.*\d[\d-]{6}\d)[a-z0-9-]+|[12]\d{3}-\d\d-\d\d|[a-z]+ \d{1,4}")
_LEGAL_REFERENCE = re.compile(
    r"(?i)\b(?:article|art\.|section|paragraph|point|clause)s?(?:[\d.,;\s]|and|or|to)*$"
)
_SKIPPED_FIELDS = ("url", "archived", "row")
"""Addresses (which `bad-url` checks) and database ids may contain any number."""


@register_rule("personal-data")
def check_personal_data(context: CheckContext) -> Iterator[Diagnostic]:
    """No text or printed figure contains a phone number, an email address, a street address, the
    number of an identity document or bank account, an IP address, or a social media profile."""
    for _, record in context.data.records():
        seen = set()  # value and printed form are often the same
        for path, text in iter_values(record):
            if not isinstance(text, str) or path[-1] in _SKIPPED_FIELDS:
                continue
            for kind, match in find_personal_data(text):
                if match not in seen:
                    seen.add(match)
                    # Logs and pull requests are public and archived: never repeat it in full.
                    params = {"got": f"{match[:4]}…", "hint": kind}
                    yield Diagnostic("personal-data", record.id, path, params)


_NAMED = re.compile(
    rf"\b(?:Mr|Ms|Mrs|Miss|Dr|Prof|Mme|Monsieur|Madame|Cənab|Xanım)\b\.?\s+[{_UPPER}][\w’'-]+"
)


@register_rule("named-person")
def check_named_persons(context: CheckContext) -> Iterator[Diagnostic]:
    """People appear only by their office. A form of address followed by a name is flagged:
    the reviewer decides whether the name is needed."""
    for _, record in context.data.records():
        for path, text in iter_texts(record):
            if match := _NAMED.search(text):
                params = {"got": f"{match[0].split()[0]} …"}
                yield Diagnostic("named-person", record.id, path, params)


@register_rule("small-cell")
def check_small_cells(context: CheckContext) -> Iterator[Diagnostic]:
    """A count of one to five people is never broken down by nationality. For a group with
    `small_population` in the vocabulary, no count of one to five and no nationality is given at
    all: merge such cells or give "fewer than 6"."""
    small = {term.id: term for term in context.data.of(Term) if term.small_population}
    for indicator in context.data.of(Indicator):
        group = next((g for g in indicator.groups if g in small), "")
        for path, params in _iter_small_cells(indicator, group):
            yield Diagnostic("small-cell", indicator.id, path, {"group": group, **params})


_SmallCell = tuple[Path, dict[str, str]]


def _iter_small_cells(indicator: Indicator, group: str) -> Iterator[_SmallCell]:
    """Yield path and params of each small count; `group` is empty unless it is a small group."""
    whole = indicator.figure.value
    counts_people = indicator.unit in PEOPLE_UNITS
    if group and indicator.listed:
        yield ("listed",), {"got": "", "hint": "names"}
    if group and counts_people:
        yield from _filter_small([(("figure", "value"), indicator.figure)], scale=1)
        yield from _filter_small(_iter_stated(indicator), scale=1)
    for number, breakdown in enumerate(indicator.breakdowns):
        if breakdown.by_nationality and group:
            yield ("breakdowns", number, "by"), {"got": breakdown.by, "hint": "nationality"}
        elif (
            (breakdown.by_nationality or group)
            and indicator.unit in PEOPLE_UNITS
            and not isinstance(whole, str)
        ):
            scale = whole / 100 if breakdown.unit == "percent" else 1
            at = ("breakdowns", number, "parts")
            cells = (((*at, i, "value"), part) for i, part in enumerate(breakdown.parts))
            yield from _filter_small(cells, scale=scale)


def _filter_small(figures: Iterable[tuple[Path, Figure]], *, scale: float) -> Iterator[_SmallCell]:
    for path, figure in figures:
        if not isinstance(figure.value, str) and 0 < round(figure.value * scale) < 6:
            yield path, {"got": str(figure.value)}


def _iter_stated(indicator: Indicator) -> Iterator[tuple[Path, Figure]]:
    """Yield the figures that citations state; small counts left out above could be here."""
    for number, citation in enumerate(indicator.citations):
        for position, statement in enumerate(citation.states):
            yield ("citations", number, "states", position, "value"), statement


@lru_cache(maxsize=1 << 16)  # most texts are ids, which many records repeat
def find_personal_data(text: str) -> tuple[tuple[str, str], ...]:
    """Return kind and text of everything that looks like personal data."""
    if not _ANY.search(text) or _HARMLESS.fullmatch(text):
        return ()
    return tuple(_iter_personal_data(text))


def has_personal_data(text: str) -> bool:
    """Return whether a text seems to contain personal data. Not cached, for unique texts."""
    return any(_iter_personal_data(text)) if _ANY.search(text) else False


def _iter_personal_data(text: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            if _is_plausible(kind, match):
                yield kind, match[0]
                text = text.replace(match[0], " ", 1)  # no other pattern matches it again


def _is_plausible(kind: str, match: re.Match[str]) -> bool:
    """Check conditions that the pattern cannot express."""
    digits = sum(c.isdecimal() for c in match[0])
    if kind == "network":
        before = match.string[max(0, match.start() - 99) : match.start()]
        return _is_ip_address(match[0]) and not _LEGAL_REFERENCE.search(before)
    if kind == "account":
        return digits >= 10 and len(re.sub(r"[ -]", "", match[0])) >= 15
    has_prefix = match[0][0] == "+" or match[0][0].isalpha()
    return kind != "phone" or has_prefix or digits >= 9


def _is_ip_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
