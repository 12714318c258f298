"""A page of prose: what Markdown left of it, and in it what its macros ask for."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker import search
from tracker.frame import filled, mark
from tracker.load import Memory
from tracker.render import Book, view
from tracker.trimming import Names, names_in_page

_ID = re.compile(r'\sid="([^"]+)"')


Given = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """What a macro asks for: a view of the records on the page at an address.

    `given` makes the facts of the view from the records and the facts of the macro; without it
    they are the same.
    """

    view: str
    here: str
    facts: Mapping[str, Any]
    given: Given | None = None

    @property
    def name(self) -> str:
        """By what it is known: two parts of one name are alike."""
        return repr((self.view, self.here, self.facts))

    def html(self, book: Book) -> str:
        """The part as it stands on the page."""
        facts = self.given(book.data, **self.facts) if self.given else self.facts
        return view(book, self.view, here=self.here, **facts)


@dataclass(slots=True)
class Parts:
    """The parts that wait for their pages. Markdown would read them twice, and change nothing."""

    _waiting: dict[str, Part] = field(default_factory=dict)

    def put_aside(self, part: Part) -> str:
        """A mark for it."""
        name = f"part{len(self._waiting)}"
        self._waiting[name] = part
        return mark(name)

    def taken(self) -> dict[str, Part]:
        """Those of the page that was just read, by their marks."""
        taken, self._waiting = self._waiting, {}
        return taken


@dataclass(frozen=True, slots=True)
class Prose:
    """A page as Markdown left it, with marks where its parts belong."""

    title: str
    address: str
    html: str
    parts: Mapping[str, Part]

    def about(self, state: str) -> str:
        """What the page that is made of it hangs on; `state` is that of the records."""
        parts = [(name, part.name) for name, part in self.parts.items()]
        return repr((state, self.title, self.html, parts))


@dataclass(frozen=True, slots=True)
class Told:
    """Its content, and what the rest of the site must know of it."""

    html: str
    anchors: frozenset[str]
    entries: tuple[search.Entry, ...]
    names: Names


def told(book: Book, prose: Prose, memory: Memory) -> Told:
    """The page with its parts; taken from memory where neither it nor a record changed."""

    def make() -> bytes:
        parts = {name: part.html(book) for name, part in prose.parts.items()}
        html = filled(prose.html, parts)
        found = search.page_found(prose.title, address=prose.address, language=book.language)
        entries = search.packed(search.entries(found, html))
        made = {"html": html, "entries": entries, "names": sorted(names_in_page(html))}
        return json.dumps(made, ensure_ascii=False).encode()

    made = json.loads(memory.once(f"prose {prose.address}", prose.about(book.state), make))
    entries = search.unpacked(made["entries"])
    anchors = frozenset(_ID.findall(made["html"]))
    return Told(made["html"], anchors, entries, frozenset(made["names"]))
