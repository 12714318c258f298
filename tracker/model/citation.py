"""Sources, and citations of statements in them."""

import re
import unicodedata
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from tracker.model.base import (
    FrozenModel,
    LanguageCode,
    Line,
    Record,
    Ref,
    Review,
    Text,
    TextHash,
    require,
)
from tracker.model.dates import PartialDate
from tracker.model.patterns import StringPattern

# The archives behind these hosts alter snapshots and have attacked third parties through readers.
REFUSED_ARCHIVES = tuple(f"archive.{end}" for end in ("today", "ph", "is", "li", "vn", "fo", "md"))

_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d][\w-]*")
# An ASCII approximation, because regular expression engines disagree on letters of other scripts.
_LABEL = r"[^\s\x00-,./:-@\[-^`{-\x7f]"
_HOST_FORM = rf"(?:{_LABEL}+\.)+(?![0-9-]){_LABEL}+\.*"
_REFUSED = "|".join(re.escape(name) for name in REFUSED_ARCHIVES)
_URL = StringPattern(
    "bad-url",
    rf"[Hh][Tt][Tt][Pp][Ss]?://(?!(?:[^/?#:]*\.)?(?:{_REFUSED})\.*(?:[:/?#]|$))"
    rf'{_HOST_FORM}(?::[0-9]+)?(?:[/?#][^\s<>"\\]*)?',
)
_LATIN = r"!-~§°№\u2010-\u2015"
_SYMBOL = StringPattern("look-alike", f"[{_LATIN}](?:[ {_LATIN}]*[{_LATIN}])?")
_QUOTES = "“”„‘’\"'"
_GROUPED = r"-?[0-9]{1,3}(?:[ ,’'\u2009\u202f][0-9]{3})+(?:\.[0-9]+)?"
_FIGURE = StringPattern(
    "figure-form",
    r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?"
    rf"|(?![{_QUOTES}]*(?:{_GROUPED}|-?[0-9]{{1,15}}(?:[.,][0-9]{{1,15}})?)"
    rf"(?:\s?(?:%|per ?cent))?[{_QUOTES}]*\s*$)[\s\S]*",
)
"""A bare number, or a text that is not a number with separators, a decimal comma, a per cent sign
or quotation marks."""
_UN_BODIES = "A|E|S|T|ST|HRI|HCR|CAT|CCPR|CED|CEDAW|CERD|CMW|CRC|CRPD|UNHCR"
UN_SYMBOL = re.compile(rf"(?:{_UN_BODIES})(?:/[A-Z0-9][A-Za-z0-9.\-]*(?:\(\w+\))?)+")


def _refuse_lookalikes(value: str) -> str:
    """Refuse non-Latin letters: Cyrillic or Greek look-alikes break searches."""
    strange = sorted(set(re.sub(f"[ {_LATIN}]", "", value)))
    if strange:
        names = ", ".join(f"{c} ({unicodedata.name(c, '?').title()})" for c in strange)
        raise PydanticCustomError("look-alike", "foreign letters", {"letters": names})
    return value


def _check_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host = unicodedata.normalize("NFKC", parts.hostname or "").rstrip(".")
    except ValueError:
        raise PydanticCustomError(
            "bad-url", "not an address", {"why": "it cannot be read"}
        ) from None
    why = ""
    if parts.scheme not in ("http", "https"):
        why = "it must begin with http:// or https://"
    elif parts.username is not None or parts.password is not None:
        why = "it contains a user name or password"
    elif any(host == name or host.endswith("." + name) for name in REFUSED_ARCHIVES):
        why = "this archive alters what it keeps; use web.archive.org"
    elif not _HOST.fullmatch(host) or not _URL.matches(value):
        why = "it has no host, or contains a space or a quotation mark"
    if why:
        raise PydanticCustomError("bad-url", "not an address", {"why": why})
    return value


def _strip_number(value: str) -> str:
    """Return a number without separators, decimal comma, per cent sign and quotation marks."""
    text = re.sub(r"\s?(%|per ?cent)$", "", value.rstrip().strip(_QUOTES))
    if re.fullmatch(_GROUPED, text):
        return re.sub(r"[^0-9.-]", "", text)
    return text.replace(",", ".")


def _parse_value(value: Any) -> Any:
    """Convert digits to a number and refuse formatted numbers; leave other text."""
    if isinstance(value, str) and not _FIGURE.matches(value):
        raise PydanticCustomError(
            "figure-form", "not a bare number", {"suggest": _strip_number(value)}
        )
    return _parse_stated(value)


def _parse_stated(value: Any) -> Any:
    """Convert digits to a number; leave other text, also formatted numbers such as `12%`."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"-?[0-9]{1,15}", value):
        return int(value)
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", value):
        return float(value)
    if re.fullmatch(r"[^\W\d_]{1,8}(/[\w.\-()]+)+", value):
        return _refuse_lookalikes(value)
    return value


Symbol = Annotated[Line, AfterValidator(_refuse_lookalikes), _SYMBOL]
Url = Annotated[Line, AfterValidator(_check_url), _URL]
_AS_VALUE = WithJsonSchema({"type": ["number", "string"]})
Value = Annotated[int | float | str, BeforeValidator(_parse_value), _AS_VALUE, _FIGURE]
Stated = Annotated[int | float | str, BeforeValidator(_parse_stated), _AS_VALUE]
Bound = Literal["more-than", "at-least", "at-most", "about"]
ChangeDirection = Literal["rise", "fall"]


class Computation(FrozenModel):
    """The computation of a figure from others that the same part cites."""

    how: Literal["sum", "difference", "share", "change", "count"] = Field(
        description="The sum; the first minus the second; the first as a percentage of the second; "
        "the change from the first to the second in per cent; or the number of names stated."
    )
    of: tuple[Value, ...] = Field(
        (), description="The figures it is computed from, each stated by a citation here."
    )


_VALUE: Any = Field(
    description="The number, ISO date or period, or text in its standard form.",
    examples=["376", "2020-04-01", "1 in 8", "E/C.12/XYZ/CO/3"],
)


class Figure(FrozenModel):
    """A figure, date, symbol or name: its value, and how the source prints it."""

    value: Value = _VALUE
    printed: Line | None = Field(
        None, description="As the source prints it. Omit it only if the tracker counted."
    )
    basis: Literal["printed", "counted"] = Field(
        "printed",
        description="Printed in the source, or counted by the tracker from the source.",
    )
    bound: Bound | None = Field(
        None, description="If the source gives a bound, not an exact number."
    )
    change: ChangeDirection | None = Field(None, description="For a rate of change: rise or fall.")
    computed: Computation | None = Field(
        None, description="How it is computed from other figures. Every check recomputes it."
    )

    _basis = require("printed-or-counted", lambda f: (f.printed is None) == (f.basis == "counted"))


class Statement(Figure):
    """A statement in a cited passage. Plain text is both the value and the printed form."""

    value: Stated = _VALUE
    near: Line | None = Field(
        None, description="A word next to it, if the passage has several such figures."
    )

    @model_validator(mode="before")
    @classmethod
    def _expand_scalar(cls, data: Any) -> Any:
        return {"value": data, "printed": data} if isinstance(data, str) else data


class Citation(FrozenModel):
    """A citation: a source, a passage in it, and the statements found there."""

    source: Annotated[str, Ref("sources")] = Field(description="The id of the source.")
    locator: Line = Field(
        description="One passage: a block of a mapped source, or `paragraph 9`, `article 6`, `page "
        "23`, `summary`, or `whole` for a short page. Cite each passage separately.",
        examples=["P6.3", "paragraph 9", "article 3.0.1", "page 23"],
    )
    states: tuple[Statement, ...] = Field(
        (), description="The figures, dates, symbols and names in this passage."
    )
    quote: Line | None = Field(
        None,
        description="At most two sentences of this passage, copied exactly, in the language of the "
        "copy used. Only if `reuse` of the source allows it.",
    )
    note: Text | None = Field(None, description="Anything a reader should know about this passage.")

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What must be in the passage: the statements and, as the last one, the quotation."""
        quoted = (Statement(value=self.quote, printed=self.quote),) if self.quote else ()
        return self.states + quoted


class Overrule(FrozenModel):
    """The state of a link as found by a person, if the automatic check is wrong."""

    state: Literal["alive", "dead", "blocked", "login"] = Field(description="The actual state.")
    why: Text = Field(description="How we know.")
    until: PartialDate = Field(description="The last day on which this applies.")


class Source(Record):
    """A cited document, page or letter."""

    type: Annotated[str, Ref("vocabulary", ("source-type",))] = Field(
        description="The type of source."
    )
    short_title: Text | None = Field(
        None,
        description="The name used where it is cited, about 40 characters. Without it, the symbol "
        "is used, or else the title.",
        examples=["Foundation report"],
    )
    titled_by: Literal["source", "tracker"] = Field(
        "tracker",
        description="Whether the title is the source's own, in its language or translated, or a "
        "description by the tracker. References put a title in quotation marks, and a description "
        "in brackets.",
    )
    also: tuple[Line, ...] = Field(
        (),
        description="Other names that readers search for: abbreviations, synonyms, short forms.",
        examples=["ICESCR"],
    )
    author: Text | None = Field(
        None, description="The author. Give only the office of a private person."
    )
    publisher: Text | None = Field(None, description="The publisher.")
    symbol: Symbol | None = Field(
        None,
        description="The document's symbol, in Latin letters.",
        examples=["E/C.12/XYZ/CO/3", "A/HRC/WG.6/1/XYZ/1"],
    )
    date: PartialDate | None = Field(None, description="Its date, as precise as known.")
    undated: Text | None = Field(None, description="Why there is no date.")
    language: LanguageCode | None = Field(None, description="The code of its language.")
    url: Url | None = Field(
        None, description="Its address, as cited. Never replace it with another."
    )
    copy_read: Line | None = Field(
        None,
        description="Where the copy that was read is, such as the address of a mirror. Shown as "
        "text, never as a link.",
    )
    link: Overrule | None = Field(
        None, description="Only if the automatic check of its address is wrong."
    )
    archived: Url | None = Field(None, description="An archived copy that a person has seen.")
    reuse: Literal["official-text", "licence", "unknown"] = Field(
        "unknown",
        description="Whether it may be quoted: as an official text, by its licence, or not known.",
    )
    access: Literal["public", "login", "lost", "not-citable", "offline"] = Field(
        description="Whether readers can get it; if not, why."
    )
    identified: Literal["verified", "verified-secondary", "as-cited"] = Field(
        description="How certain its identity is: we have seen it, another named source confirms "
        "it, or a source only cites it."
    )
    review: Review | None = Field(
        None, description="Only if its review interval differs from that of its type."
    )
    texts: tuple[TextHash, ...] = Field(
        (),
        description="The SHA-256 of each of its texts in which citations were checked, or the "
        "first 16 digits. `tracker verify --write` adds them.",
    )
    check_state: Literal["not-checked", "stored-copy-read", "opened"] = Field(
        "not-checked", description="How far a person has checked it."
    )
    summary: Text | None = Field(None, description="A description of the source.")
    citations: tuple[Citation, ...] = Field(
        (), description="Passages in which other sources name or cite it."
    )
    note: Text | None = Field(None, description="A caution for readers.")

    _date = require("undated", lambda s: s.date is not None or s.undated is not None)
