"""References to works in BibTeX, RIS and CSL-JSON, without a date of access."""

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from tracker.model import ImpreciseDate

_TO_LATEX = str.maketrans(
    {
        **{character: f"\\{character}" for character in "%$&#_"},
        "\\": r"{\textbackslash}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        # BibTeX counts braces even after a backslash, so they are written as commands.
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
    }
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


@dataclass(frozen=True, slots=True)
class CitableWork:
    """A document, or a page of the site. Every field after the title may be empty."""

    id: str
    title: str
    authors: str = ""
    issued: ImpreciseDate | None = None
    site: str = ""
    """The name of the website, for a page."""
    url: str = ""
    note: str = ""
    publisher: str = ""
    number: str = ""
    """The symbol of a document."""
    genre: str = ""
    """The type of a report in words, such as “UN document”. A work without one is a page."""


def to_bibtex(*works: CitableWork) -> str:
    """Return BibTeX entries whose keys are the ids."""
    return "\n".join(map(_to_bibtex_entry, works))


def _to_bibtex_entry(work: CitableWork) -> str:
    date = _list_date_parts(work)
    fields = {
        "author": f"{{{_escape_latex(work.authors)}}}" if work.authors else "",
        "title": f"{{{_escape_latex(work.title)}}}",
        "howpublished": _escape_latex(work.site or work.publisher),
        "year": "".join(map(str, date[:1])),
        "date": "-".join(f"{part:02}" for part in date) if date[1:] else "",
        "note": _escape_latex(work.note),
        "url": _escape_url(work.url),
    }
    if work.genre:
        fields["institution"] = _escape_latex(work.publisher or work.authors)
        fields |= {"type": _escape_latex(work.genre), "number": _escape_latex(work.number)}
        del fields["howpublished"]
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    # BibTeX knows the year and the month, by its abbreviation, and biblatex the date.
    body += "".join(f"  month = {_MONTHS[month - 1]},\n" for month in date[1:2])
    return f"@{'techreport' if work.genre else 'misc'}{{{work.id},\n{body}}}\n"


def to_ris(*works: CitableWork) -> str:
    """Return RIS records of the types for reports and web pages."""
    return "".join(map(_to_ris_record, works))


def _to_ris_record(work: CitableWork) -> str:
    """Return one RIS record.

    An institution ends with a comma and has none within: importers take what follows the first
    comma for a given name.
    """
    author = " ".join(work.authors.replace(",", " ").split())
    day = "/".join(f"{part:02}" for part in _list_date_parts(work))
    lines = [
        ("TY", "RPRT" if work.genre else "ELEC"), ("ID", work.id),
        ("AU", f"{author}," if author else ""), ("TI", work.title), ("T2", work.site),
        ("PY", day[:4]), ("DA", day), ("PB", work.publisher), ("SN", work.number),
        ("M3", work.genre), ("N1", work.note), ("UR", _escape_url(work.url)), ("ER", ""),
    ]  # fmt: skip
    return "".join(
        f"{tag}  - {_to_line(value)}\r\n" for tag, value in lines if value or tag == "ER"
    )


def to_csl(*works: CitableWork) -> str:
    """Return CSL-JSON, a list with one item for each work."""
    items = [*map(_to_csl_item, works)]
    return json.dumps(items, ensure_ascii=False, separators=(",", ":")) + "\n"


def _to_csl_item(work: CitableWork) -> dict[str, object]:
    item = {
        "id": work.id,
        "type": "report" if work.genre else "webpage",
        "title": _to_line(work.title),
        "container-title": _to_line(work.site),
        "author": [{"literal": _to_line(work.authors)}] if work.authors else [],
        "issued": {"date-parts": [_list_date_parts(work)]} if work.issued else {},
        "publisher": _to_line(work.publisher),
        "number": _to_line(work.number),
        "genre": _to_line(work.genre),
        "note": _to_line(work.note),
        "URL": _escape_url(work.url),
    }
    return {key: value for key, value in item.items() if value}


def _list_date_parts(work: CitableWork) -> list[int]:
    """Return the year, and the month and day if they are known."""
    if not work.issued:
        return []
    known = {"day": 3, "month": 2}.get(work.issued.precision, 1)
    first = work.issued.first
    return [first.year, first.month, first.day][:known]


def _to_line(text: str) -> str:
    """Return the text on one line, because a line break would begin a new field."""
    return " ".join(_CONTROL.sub("", text).split())


def _escape_latex(text: str) -> str:
    return _to_line(text).translate(_TO_LATEX)


def _escape_url(url: str) -> str:
    """Return the URL without characters that the formats use themselves."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")
