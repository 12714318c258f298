"""Marks in a page, and what takes their place: what a theme or Markdown must not read again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Characters for private use: no template knows them, and every escape leaves them as they are.
_MARK = re.compile("\ue000(\\w+)\ue001")
_PARAGRAPH = re.compile(f"<p>{_MARK.pattern}</p>")


def make_placeholder(name: str) -> str:
    """The mark that stands in the page for what each record fills in."""
    return f"\ue000{name}\ue001"


def fill_placeholders(page: str, parts: Mapping[str, str]) -> str:
    """A page of prose with each part in HTML where its mark stands in a paragraph of its own."""
    return _PARAGRAPH.sub(lambda found: parts[found[1]], page)


@dataclass(frozen=True, slots=True)
class SplitTemplate:
    """A page of the theme cut at its marks: texts and names in turn, a text first."""

    pieces: tuple[str, ...]

    @classmethod
    def at_marks(cls, page: str) -> "SplitTemplate":
        """A page with marks, cut."""
        return cls(tuple(_MARK.split(page)))

    def filled(self, facts: Mapping[str, str]) -> str:
        """The page with each fact, in HTML, at its mark. KeyError if one is missing."""
        return "".join(facts[p] if n % 2 else p for n, p in enumerate(self.pieces))
