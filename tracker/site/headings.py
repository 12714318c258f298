"""The sections of a fragment: for a table of contents, and for the search."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from markupsafe import Markup, escape

_HEADING = re.compile(r'<h([123])(?: id="([^"]+)")?[^>]*>(.*?)</h\1>', re.DOTALL)
_UNSEARCHED = re.compile(
    r"<(table|form|nav)\b[^>]*data-search-exclude.*?</\1>|<script\b.*?</script>", re.DOTALL
)
# The last section tells how to cite and correct a record: words that stand on every page.
_LAST = '<h2 id="record"'


class Heading(TypedDict):
    """One heading with those below it, as Python-Markdown gives a table of contents."""

    level: int
    id: str
    name: Markup
    html: Markup
    data_toc_label: str
    children: list["Heading"]


class Section(NamedTuple):
    """A part of a page that search can find: its anchor, its heading, and its text, escaped."""

    anchor: str
    title: str
    text: str


def find_headings(fragment: str) -> list[Heading]:
    """Headings that have an id, nested."""
    found: list[Heading] = []
    above: list[Heading] = []
    for level, anchor, content in _HEADING.findall(fragment):
        if not anchor:
            continue
        # The theme's templates do not escape: every name here is HTML.
        name = escape(html.unescape(_strip_tags(content)))
        heading: Heading = {
            "level": int(level),
            "id": anchor,
            "name": name,
            "html": name,
            "data_toc_label": "",
            "children": [],
        }
        while above and above[-1]["level"] >= heading["level"]:
            above.pop()
        (above[-1]["children"] if above else found).append(heading)
        above.append(heading)
    return found


def split_sections(fragment: str) -> Iterator[Section]:
    """The lead of a page, with what stands above its title, then each section with an anchor."""
    body = _UNSEARCHED.sub("", fragment.partition(_LAST)[0])
    starts = [found for found in _HEADING.finditer(body) if found[2] or found[1] == "1"]
    ends = [*(found.start() for found in starts[1:]), len(body)]
    above = body[: starts[0].start()] if starts else ""
    for found, end in zip(starts, ends, strict=True):
        text = above + " " + body[found.end() : end]
        anchor = "" if found[1] == "1" else found[2]
        yield Section(anchor, _strip_tags(found[3]), _strip_tags(text))
        above = ""


def _strip_tags(fragment: str) -> str:
    """Text without tags; escapes stay as they are."""
    return " ".join(re.sub(r"<[^>]+>", " ", fragment).split())
