"""Prose pages: Markdown converted by MkDocs, in which macros show views of the records."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tracker.checks import all_rules
from tracker.model import Dataset
from tracker.site import search_index
from tracker.site.context import SiteContext
from tracker.site.field_reference import describe_collection, make_example
from tracker.site.page_shell import PLACEHOLDER
from tracker.site.render import list_views, render_view

MacroCall = Callable[[SiteContext], str]
"""Renders a view of the records for the page on which a macro was called."""

_ID = re.compile(r'\sid="([^"]+)"')
# Markdown wraps the placeholder of a macro on a separate line in a paragraph.
_PARAGRAPH = re.compile(f"<p>{PLACEHOLDER.pattern}</p>")


@dataclass(frozen=True, slots=True)
class ProsePage:
    """A converted page with placeholders, and the macro call for each."""

    title: str
    url: str
    html: str
    calls: Mapping[str, MacroCall]
    is_for_readers: bool = True
    """Whether the search finds the page."""


@dataclass(frozen=True, slots=True)
class RenderedProse:
    """A prose page with the output of its macros, its anchors and its search entries."""

    html: str
    anchors: frozenset[str]
    entries: tuple[search_index.SearchEntry, ...]


def render_prose(context: SiteContext, page: ProsePage) -> RenderedProse:
    """Expand the macros of a prose page."""
    html = _PARAGRAPH.sub(lambda match: page.calls[match[1]](context), page.html)
    search_page = search_index.make_prose_page(
        page.title, address=page.url, language=context.language
    )
    entries = tuple(search_index.iter_entries(search_page, html)) if page.is_for_readers else ()
    return RenderedProse(html, frozenset(_ID.findall(html)), entries)


def make_macros(
    show: Callable[[MacroCall], str],
    get_url: Callable[[], str],
    describe_commands: Callable[[], object],
) -> dict[str, Callable[..., str]]:
    """Return the macros by name: one for each view, and those that take arguments.

    `get_url` returns the URL of the current page. `describe_commands` describes the command line.
    """

    def call(
        view: str, get_values: Callable[..., Mapping[str, Any]] | None = None, **arguments: Any
    ) -> str:
        url = get_url()

        def render(context: SiteContext) -> str:
            values = get_values(context.view.data, **arguments) if get_values else arguments
            return render_view(context, view, page_url=url, **values)

        return show(render)

    def get_command_values(data: Dataset) -> Mapping[str, Any]:
        return {"commands": describe_commands()}

    def get_rule_values(data: Dataset) -> Mapping[str, Any]:
        return {"rules": all_rules()}

    views = {view.replace("-", "_"): partial(call, view) for view in list_views()}
    return views | {
        "latest_changes": lambda limit=8: call("latest-changes", limit=limit),
        "terms": lambda kind: call("terms", kind=kind),
        "source_map": lambda source: call("source-map", source=source),
        "commands": lambda: call("commands", get_command_values),
        "rules": lambda: call("rules", get_rule_values),
        "example": lambda kind: call("example", make_example, kind_name=kind),
        "kind": lambda name: call("kind", describe_collection, collection=name),
    }
