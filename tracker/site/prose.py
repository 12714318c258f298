"""Prose pages: Markdown converted by MkDocs, in which macros show views of the records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracker.site import search_index
from tracker.site.context import SiteContext
from tracker.site.macro_calls import MacroCall
from tracker.site.page_shell import PLACEHOLDER

_ID = re.compile(r'\sid="([^"]+)"')
# Markdown puts the placeholder of a macro that stands alone into a paragraph.
_PARAGRAPH = re.compile(f"<p>{PLACEHOLDER.pattern}</p>")


@dataclass(frozen=True, slots=True)
class ProsePage:
    """A converted page with placeholders, and the macro call for each."""

    title: str
    url: str
    html: str
    calls: Mapping[str, MacroCall]


@dataclass(frozen=True, slots=True)
class RenderedProse:
    """A prose page with the output of its macros, its anchors and its search entries."""

    html: str
    anchors: frozenset[str]
    entries: tuple[search_index.SearchEntry, ...]


def render_prose(context: SiteContext, page: ProsePage) -> RenderedProse:
    """Expand the macros of a prose page."""
    html = _PARAGRAPH.sub(lambda match: page.calls[match[1]].render(context), page.html)
    search_page = search_index.make_prose_page(
        page.title, address=page.url, language=context.language
    )
    entries = tuple(search_index.iter_entries(search_page, html))
    return RenderedProse(html, frozenset(_ID.findall(html)), entries)
