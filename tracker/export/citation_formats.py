"""Citations of a record in BibTeX, RIS and CSL-JSON, without a date of access."""

import json
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

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
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


@dataclass(frozen=True, slots=True)
class CitableWork:
    """A record as of a day. The URL may be empty."""

    id: str
    title: str
    site: str
    authors: str
    day: date
    url: str = ""
    about: str = ""
    """The document of the record: author, symbol, paragraph and date. May be empty."""


def to_bibtex(work: CitableWork) -> str:
    """Return a BibTeX entry whose key is the id."""
    fields = {
        "author": f"{{{_escape_latex(work.authors)}}}",
        "title": f"{{{_escape_latex(work.title)}}}",
        "howpublished": _escape_latex(work.site),
        "year": str(work.day.year),
        "note": _escape_latex(
            _format_note(f"Record {work.id}, as of {work.day.isoformat()}", work.about)
        ),
        "url": _escape_url(work.url),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{work.id},\n{body}}}\n"


def to_ris(work: CitableWork) -> str:
    """Return a RIS record of the type for web pages.

    An institution ends with a comma and has none within: importers take what follows the first
    comma for a given name.
    """
    author = " ".join(work.authors.replace(",", " ").split())
    lines = [
        ("TY", "ELEC"), ("ID", work.id), ("AU", f"{author},"), ("TI", work.title),
        ("T2", work.site), ("PY", str(work.day.year)), ("DA", f"{work.day:%Y/%m/%d}"),
        ("N1", _format_note(f"Record {work.id}", work.about)),
        ("UR", _escape_url(work.url)), ("ER", ""),
    ]  # fmt: skip
    return "".join(
        f"{tag}  - {_to_line(value)}\r\n" for tag, value in lines if value or tag == "ER"
    )


def to_csl(work: CitableWork) -> str:
    """Return CSL-JSON, a list with one item."""
    item = {
        "id": work.id,
        "type": "webpage",
        "title": _to_line(work.title),
        "container-title": _to_line(work.site),
        "author": [{"literal": _to_line(work.authors)}],
        "issued": {"date-parts": [[work.day.year, work.day.month, work.day.day]]},
        "number": work.id,
        "note": _to_line(work.about),
        "URL": _escape_url(work.url),
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=1) + "\n"


def _format_note(record: str, about: str) -> str:
    return f"{record}: {about}" if about else record


def _to_line(text: str) -> str:
    """Return the text on one line, because a line break would begin a new field."""
    return " ".join(_CONTROL.sub("", text).split())


def _escape_latex(text: str) -> str:
    return _to_line(text).translate(_TO_LATEX)


def _escape_url(url: str) -> str:
    """Return the URL without characters that the formats use themselves."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")
