"""How to cite a record: plain, BibTeX, RIS and CSL-JSON. A date of access is left to the reader."""

import json
import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited: a record as it stood on a day. The address may be empty."""

    id: str
    title: str
    site: str
    authors: str
    day: date
    url: str = ""
    about: str = ""
    """The document that it tells of: who made it, its symbol, the place, the day. May be empty."""


def to_bibtex(work: Work) -> str:
    """An entry whose key is the id."""
    fields = {
        "author": f"{{{_latex(work.authors)}}}",
        "title": f"{{{_latex(work.title)}}}",
        "howpublished": _latex(work.site),
        "year": str(work.day.year),
        "note": _latex(_noted(f"Record {work.id}, as of {work.day.isoformat()}", work.about)),
        "url": work.url,
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{work.id},\n{body}}}\n"


def to_ris(work: Work) -> str:
    """A record of the type for web pages."""
    lines = [
        ("TY", "ELEC"), ("ID", work.id), ("AU", f"{work.authors},"), ("TI", work.title),
        ("T2", work.site), ("PY", str(work.day.year)), ("DA", f"{work.day:%Y/%m/%d}"),
        ("N1", _noted(f"Record {work.id}", work.about)), ("UR", work.url), ("ER", ""),
    ]  # fmt: skip
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value or tag == "ER")


def to_csl(work: Work) -> str:
    """A list with one item, as reference managers read it."""
    item = {
        "id": work.id,
        "type": "webpage",
        "title": work.title,
        "container-title": work.site,
        "author": [{"literal": work.authors}],
        "issued": {"date-parts": [[work.day.year, work.day.month, work.day.day]]},
        "number": work.id,
        "note": work.about,
        "URL": work.url,
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=1) + "\n"


def _noted(record: str, about: str) -> str:
    return f"{record}: {about}" if about else record


def _latex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", r"\textbackslash "))
