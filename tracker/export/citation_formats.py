"""How to cite a record: plain, BibTeX, RIS and CSL-JSON. A date of access is left to the reader."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

_LATEX: Mapping[str, str] = {
    **{character: f"\\{character}" for character in "%$&#_"},
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    # BibTeX counts the braces of a value even behind a backslash: they must not appear as such.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
}
_TO_LATEX = str.maketrans(dict(_LATEX))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


@dataclass(frozen=True, slots=True)
class CitableWork:
    """What is cited: a record as it stood on a day. The address may be empty."""

    id: str
    title: str
    site: str
    authors: str
    day: date
    url: str = ""
    about: str = ""
    """The document that it tells of: who made it, its symbol, the place, the day. May be empty."""


def to_bibtex(work: CitableWork) -> str:
    """Return an entry whose key is the id."""
    fields = {
        "author": f"{{{_escape_latex(work.authors)}}}",
        "title": f"{{{_escape_latex(work.title)}}}",
        "howpublished": _escape_latex(work.site),
        "year": str(work.day.year),
        "note": _escape_latex(
            _format_note(f"Record {work.id}, as of {work.day.isoformat()}", work.about)
        ),
        "url": _web(work.url),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{work.id},\n{body}}}\n"


def to_ris(work: CitableWork) -> str:
    """Return a record of the type for web pages."""
    lines = [
        ("TY", "ELEC"), ("ID", work.id), ("AU", f"{_line(work.authors)},"), ("TI", work.title),
        ("T2", work.site), ("PY", str(work.day.year)), ("DA", f"{work.day:%Y/%m/%d}"),
        ("N1", _format_note(f"Record {work.id}", work.about)), ("UR", _web(work.url)), ("ER", ""),
    ]  # fmt: skip
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines if value or tag == "ER")


def to_csl(work: CitableWork) -> str:
    """Return a list with one item, as reference managers read it."""
    item = {
        "id": work.id,
        "type": "webpage",
        "title": _line(work.title),
        "container-title": _line(work.site),
        "author": [{"literal": _line(work.authors)}],
        "issued": {"date-parts": [[work.day.year, work.day.month, work.day.day]]},
        "number": work.id,
        "note": _line(work.about),
        "URL": _web(work.url),
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=1) + "\n"


def _format_note(record: str, about: str) -> str:
    return f"{record}: {about}" if about else record


def _line(text: str) -> str:
    """Return the text on one line: a line break would begin a new field."""
    return " ".join(_CONTROL.sub("", text).split())


def _escape_latex(text: str) -> str:
    return _line(text).translate(_TO_LATEX)


def _web(url: str) -> str:
    """Return the URL without characters that the formats use themselves."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")
