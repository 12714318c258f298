"""The macros that prose pages call. Each shows a view of the records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tracker.checks import all_rules
from tracker.model import Dataset
from tracker.site.context import SiteContext
from tracker.site.field_reference import describe_collection, make_example
from tracker.site.page_shell import make_placeholder
from tracker.site.render import list_views, render_view

ContextProvider = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MacroCall:
    """A view of the records on the page at a URL, with its arguments.

    `provider` computes the context of the template from the dataset and the arguments. Without
    it, the arguments are the context.
    """

    view: str
    url: str
    arguments: Mapping[str, Any]
    provider: ContextProvider | None = None

    def render(self, context: SiteContext) -> str:
        """Return the view as HTML."""
        values = self.arguments
        if self.provider:
            values = self.provider(context.view.data, **values)
        return render_view(context, self.view, page_url=self.url, **values)


@dataclass(slots=True)
class PendingMacros:
    """The macro calls of the page that is being converted from Markdown.

    Their output would make the conversion slow, so placeholders take its place.
    """

    _calls: dict[str, MacroCall] = field(default_factory=dict)

    def add(self, call: MacroCall) -> str:
        """Store a call. Returns its placeholder."""
        name = f"macro{len(self._calls)}"
        self._calls[name] = call
        return make_placeholder(name)

    def take_all(self) -> dict[str, MacroCall]:
        """Remove and return the stored calls by the names of their placeholders."""
        calls, self._calls = self._calls, {}
        return calls


def make_macros(
    show: Callable[[MacroCall], str],
    get_url: Callable[[], str],
    describe_commands: Callable[[], object],
) -> dict[str, Callable[..., str]]:
    """Return the macros by name: one for each view, and those that take arguments.

    `get_url` returns the URL of the current page. `describe_commands` describes the command line.
    """

    def call(view: str, provider: ContextProvider | None = None, **arguments: Any) -> str:
        return show(MacroCall(view, get_url(), arguments, provider))

    def provide_commands(data: Dataset) -> Mapping[str, Any]:
        return {"commands": describe_commands()}

    def provide_rules(data: Dataset) -> Mapping[str, Any]:
        return {"rules": all_rules()}

    views = {view.replace("-", "_"): partial(call, view) for view in list_views()}
    return views | {
        "latest_changes": lambda limit=8: call("latest-changes", limit=limit),
        "terms": lambda kind: call("terms", kind=kind),
        "source_map": lambda source: call("source-map", source=source),
        "commands": lambda: call("commands", provide_commands),
        "rules": lambda: call("rules", provide_rules),
        "example": lambda kind: call("example", make_example, kind_name=kind),
        "kind": lambda name: call("kind", describe_collection, collection=name),
    }
