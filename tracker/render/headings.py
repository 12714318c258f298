"""The headings of a fragment, in the form that Python-Markdown gives a table of contents."""

import html
import re
from typing import TypedDict

_HEADING = re.compile(r'<h([23]) id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)


class Heading(TypedDict):
    """One heading with those below it."""

    level: int
    id: str
    name: str
    html: str
    data_toc_label: str
    children: list["Heading"]


def headings(fragment: str) -> list[Heading]:
    """Headings of the second and third level that have an id, nested."""
    found: list[Heading] = []
    for level, anchor, content in _HEADING.findall(fragment):
        name = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())
        heading: Heading = {
            "level": int(level),
            "id": anchor,
            "name": name,
            "html": html.escape(name),
            "data_toc_label": "",
            "children": [],
        }
        (found[-1]["children"] if level == "3" and found else found).append(heading)
    return found
