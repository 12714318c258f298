"""A page of prose: what Markdown left of it, and in it what its macros ask for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.site import search_index
from tracker.site.context import SiteContext
from tracker.site.page_shell import fill_placeholders, make_placeholder
from tracker.site.render import render_view

_ID = re.compile(r'\sid="([^"]+)"')


ContextProvider = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MacroCall:
    """What a macro asks for: a view of the records on the page at an address.

    `given` makes the facts of the view from the records and the facts of the macro; without it
    they are the same.
    """

    view: str
    here: str
    facts: Mapping[str, Any]
    given: ContextProvider | None = None

    def html(self, context: SiteContext) -> str:
        """The part as it stands on the page."""
        facts = self.given(context.view.data, **self.facts) if self.given else self.facts
        return render_view(context, self.view, here=self.here, **facts)


@dataclass(slots=True)
class PendingMacros:
    """The parts that wait for their pages. Markdown would read them twice, and change nothing."""

    _waiting: dict[str, MacroCall] = field(default_factory=dict)

    def put_aside(self, part: MacroCall) -> str:
        """A mark for it."""
        name = f"part{len(self._waiting)}"
        self._waiting[name] = part
        return make_placeholder(name)

    def taken(self) -> dict[str, MacroCall]:
        """Those of the page that was just read, by their marks."""
        taken, self._waiting = self._waiting, {}
        return taken


@dataclass(frozen=True, slots=True)
class ProsePage:
    """A page as Markdown left it, with marks where its parts belong."""

    title: str
    address: str
    html: str
    parts: Mapping[str, MacroCall]


@dataclass(frozen=True, slots=True)
class RenderedProse:
    """A prose page after its macros have been expanded."""

    html: str
    anchors: frozenset[str]
    entries: tuple[search_index.SearchEntry, ...]


def render_prose(context: SiteContext, prose: ProsePage) -> RenderedProse:
    """Expand the macros of a prose page."""
    html = fill_placeholders(
        prose.html, {name: part.html(context) for name, part in prose.parts.items()}
    )
    found = search_index.make_prose_page(
        prose.title, address=prose.address, language=context.language
    )
    entries = tuple(search_index.iter_entries(found, html))
    return RenderedProse(html, frozenset(_ID.findall(html)), entries)
