"""Nothing that leads to a person: addresses, names online, numbers of phones, papers and accounts,
and counts of so few people that they could be recognised.

Only the form is looked for. One that belongs to nobody is set aside by an exception, whose reason
shows that somebody has looked at it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address

from tracker.checks.figures import PEOPLE_UNITS
from tracker.checks.registry import CheckContext, register_rule
from tracker.model import Breakdown, Figure, FrozenModel, Indicator, Path, Term
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
_FORMS = {
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
    # Letters and digits by turns: a word with a number behind it (COVID19) is none.
    "code": re.compile(r"(?<![\w/.-])(?!(?:[A-Z]+\d*|\d+)\b)[A-Z0-9]{7}(?![\w/-])"),
    "home": re.compile(
        rf"\b{_NAME}\s+{_STREET},?\s+{_HOUSE}|(?<![\w.,])\d{{1,3}}[a-z]?,?\s+{_NAME}\s+{_STREET}"
        rf"|(?<!\w){_STREET_FIRST}\s+{_NAME},?\s+{_HOUSE}"
    ),
}
_NEEDS = {
    "e-mail": re.compile(r"[@(\[]"),
    "profile": re.compile(r"[@/]"),
    "account": re.compile(r"\d(?:\D*\d){9}"),
    "network": re.compile(r":|\d\.\d"),
    "phone": re.compile(r"\d(?:\D*\d){4}"),
    "paper": re.compile(r"\d{7}"),
    "code": re.compile(r"[A-Z]\d|\d[A-Z]"),
    "home": re.compile(r"(?<!\d)\d{1,3}(?!\d)"),
}
"""What each form has in it: in most texts there is none, and that is seen sooner."""
_ANY = re.compile(r"(?i)[\d@/]|[(\[]at[)\]]")  # without one of these no form fits
# Ids, days and places: so many that to try every form on each took a fifth of a check. A number of
# a phone is the only thing that could be one, and is longer.
_HARMLESS = re.compile(r"(?!.*\d[\d-]{6}\d)[a-z0-9-]+|[12]\d{3}-\d\d-\d\d|[a-z]+ \d{1,4}")
_PART_OF_LAW = re.compile(
    r"(?i)\b(?:article|art\.|section|paragraph|point|clause)s?(?:[\d.,;\s]|and|or|to)*$"
)
_ADDRESSES = ("url", "archived", "row")
"""Addresses of sources, and ids of databases, which may hold any number; `bad-url` looks at the
addresses."""


@register_rule(
    "personal-data",
    file="events",
    right="summary: The register opened at the harbour.",
    wrong="summary: Ask keeper@example.org at the harbour.",
)
def check_personal_data(context: CheckContext) -> Iterator[Diagnostic]:
    """No text and no print holds a phone number, an e-mail address, a street with its house number,
    the number of a paper or account, a network address, or a name in social media."""
    for _, record in context.data.records():
        if not any(map(find_personal_data, _collect_texts(record, []))):
            continue
        told = set()
        for path, text in _iter_words(record):
            for kind, got in find_personal_data(text):
                if got not in told:  # a value and its print are often alike
                    told.add(got)
                    yield Diagnostic(
                        "personal-data", record.id, path, {"got": _shorten(got), "hint": kind}
                    )


@register_rule(
    "small-cell",
    file="indicators",
    right="    value: 7\n    printed: '7'\n  citations:\n  - source: report\n    locator: B2\n"
    "    states:\n",
    wrong="    value: 7\n    printed: '7'\n  breakdowns:\n  - by: nationality\n    parts:\n"
    "    - value: 3 # from Arland\n      basis: counted\n      label: Arland\n"
    "    - value: 4\n      basis: counted\n      label: Borland\n"
    "  citations:\n  - source: report\n    locator: B2\n    states:\n"
    "    - value: 3\n      basis: counted\n    - value: 4\n      basis: counted\n",
)
def check_small_cells(context: CheckContext) -> Iterator[Diagnostic]:
    """A count of one to five people is never combined with nationality. Of a group whose
    `small_population` is set in the vocabulary, no such count is given at all, and no nationality:
    such cells are merged, or given as "fewer than 6"."""
    small = {term.id: term for term in context.data.of(Term) if term.small_population}
    for indicator in context.data.of(Indicator):
        group = next((g for g in indicator.groups if g in small), "")
        for path, params in _small_cells(indicator, group):
            yield Diagnostic("small-cell", indicator.id, path, {"group": group, **params})


_NATIONALITY = re.compile(r"(?i)\b(?:nation|citizen|countr|origin|ethnic)")
"""How the `by` of a breakdown says that it divides people by where they come from."""
_Cell = tuple[Path, dict[str, str]]


def _small_cells(indicator: Indicator, group: str) -> Iterator[_Cell]:
    """Yield path and params of each small count; `group` is empty unless it is a small group."""
    whole = indicator.figure.value
    if group and indicator.listed:
        yield ("listed",), {"got": "", "hint": "names"}
    if group and indicator.unit in PEOPLE_UNITS:
        yield from _small([(("figure", "value"), indicator.figure)], scale=1)
        yield from _small(_stated(indicator), scale=1)
    for number, breakdown in enumerate(indicator.breakdowns):
        divided = bool(_NATIONALITY.search(breakdown.by))
        if divided and group:
            yield ("breakdowns", number, "by"), {"got": breakdown.by, "hint": "nationality"}
        elif (divided or group) and indicator.unit in PEOPLE_UNITS and not isinstance(whole, str):
            scale = whole / 100 if breakdown.unit == "percent" else 1
            yield from _small(_cells(breakdown, number), scale=scale)


def _small(figures: Iterable[tuple[Path, Figure]], *, scale: float) -> Iterator[_Cell]:
    for path, figure in figures:
        if not isinstance(figure.value, str) and 0 < round(figure.value * scale) < 6:
            yield path, {"got": str(figure.value)}


def _cells(breakdown: Breakdown, number: int) -> Iterator[tuple[Path, Figure]]:
    for position, part in enumerate(breakdown.parts):
        yield ("breakdowns", number, "parts", position, "value"), part


def _stated(indicator: Indicator) -> Iterator[tuple[Path, Figure]]:
    """What its citations state: figures that it leaves out could stand there."""
    for number, citation in enumerate(indicator.citations):
        for position, statement in enumerate(citation.states):
            yield ("citations", number, "states", position, "value"), statement


@lru_cache(maxsize=1 << 16)  # most texts are ids, which come again and again
def find_personal_data(text: str) -> tuple[tuple[str, str], ...]:
    """Each thing in a text that looks like data of a person, with its kind; each place once."""
    if not _ANY.search(text) or _HARMLESS.fullmatch(text):
        return ()
    return tuple(_iter_personal_data(text))


def has_personal_data(text: str) -> bool:
    """Whether anything in a text does; of a text that comes once, nothing is remembered."""
    return any(_iter_personal_data(text)) if _ANY.search(text) else False


def _iter_personal_data(rest: str) -> Iterator[tuple[str, str]]:
    for kind, form in _FORMS.items():
        for found in form.finditer(rest) if _NEEDS[kind].search(rest) else ():
            if _is_meant(kind, found):
                yield kind, found[0]
                rest = rest.replace(found[0], " ", 1)


def _is_meant(kind: str, found: re.Match[str]) -> bool:
    """What the form alone cannot tell."""
    digits = sum(c.isdecimal() for c in found[0])
    if kind == "network":
        return _is_network(found[0]) and not _PART_OF_LAW.search(
            found.string[max(0, found.start() - 99) : found.start()]
        )
    if kind == "account":
        return digits >= 10 and len(re.sub(r"[ -]", "", found[0])) >= 15
    marked = found[0][0] in "+" or found[0][0].isalpha()
    return kind != "phone" or marked or digits >= 9


def _is_network(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _shorten(got: str) -> str:
    """Enough to find it by: logs and pull requests are read by all, and kept."""
    return f"{got[:4]}…"


def _collect_texts(value: object, found: list[str]) -> list[str]:
    """The texts of `_words_in` without their paths, which hardly any record needs."""
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect_texts(item, found)
    elif isinstance(value, FrozenModel):
        for name, item in value.__dict__.items():
            if item and name not in _ADDRESSES:
                _collect_texts(item, found)
    elif isinstance(value, dict):
        found.extend(value.values())
    return found


def _iter_words(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in a record, whatever its field, with the path of the field."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for text in value.values():
            yield path, text
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _iter_words(item, (*path, position))
    elif isinstance(value, FrozenModel):
        for name in type(value).model_fields:
            if name not in _ADDRESSES:
                yield from _iter_words(getattr(value, name), (*path, name))
