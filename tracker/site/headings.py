"""The headings and sections of a fragment, for the table of contents and the search."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from markupsafe import Markup, escape

_HEADING = re.compile(r'<h([123])(?: id="([^"]+)")?[^>]*>(.*?)</h\1>', re.DOTALL)
_EXCLUDED_FROM_SEARCH = re.compile(
    r"<(table|form|nav)\b[^>]*data-search-exclude.*?</\1>|<script\b.*?</script>", re.DOTALL
)
# The last section explains how to cite and correct a record: the same text on every page.
_LAST_SECTION = '<h2 id="record"'


class Heading(TypedDict):
    """A heading with its subheadings, in the format of Python-Markdown's table of contents."""

    level: int
    id: str
    name: Markup
    html: Markup
    data_toc_label: str
    children: list["Heading"]


class Section(NamedTuple):
    """A section of a page: its anchor, heading and text, both as escaped text."""

    anchor: str
    title: str
    text: str


def find_headings(fragment: str) -> list[Heading]:
    """Return the headings that have an id, nested."""
    headings: list[Heading] = []
    ancestors: list[Heading] = []
    for level, anchor, content in _HEADING.findall(fragment):
        if not anchor:
            continue
        # The templates of the theme do not escape names.
        name = escape(html.unescape(_strip_tags(content)))
        heading: Heading = {
            "level": int(level),
            "id": anchor,
            "name": name,
            "html": name,
            "data_toc_label": "",
            "children": [],
        }
        while ancestors and ancestors[-1]["level"] >= heading["level"]:
            ancestors.pop()
        (ancestors[-1]["children"] if ancestors else headings).append(heading)
        ancestors.append(heading)
    return headings


def split_sections(fragment: str) -> Iterator[Section]:
    """Yield the introduction of a page, then each section that has an anchor.

    Text above the title is part of the introduction.
    """
    body = _EXCLUDED_FROM_SEARCH.sub("", fragment.partition(_LAST_SECTION)[0])
    matches = [match for match in _HEADING.finditer(body) if match[2] or match[1] == "1"]
    ends = [*(match.start() for match in matches[1:]), len(body)]
    preamble = body[: matches[0].start()] if matches else ""
    for match, end in zip(matches, ends, strict=True):
        text = preamble + " " + body[match.end() : end]
        anchor = "" if match[1] == "1" else match[2]
        yield Section(anchor, _strip_tags(match[3]), _strip_tags(text))
        preamble = ""


def _strip_tags(fragment: str) -> str:
    """Return the text without tags, still escaped."""
    return " ".join(re.sub(r"<[^>]+>", " ", fragment).split())
