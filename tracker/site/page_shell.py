"""The theme around a page: rendered once with placeholders, then filled for each record."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.site.generated_files import Cards, card_path
from tracker.site.headings import Heading, find_headings
from tracker.site.menu import Menu, SiteNavigation
from tracker.site.render import Fragment

# Private use characters: no template contains them, and escaping leaves them unchanged.
PLACEHOLDER = re.compile("\ue000(\\w+)\ue001")


def make_placeholder(name: str) -> str:
    """Return a placeholder for a named value."""
    return f"\ue000{name}\ue001"


def remove_indentation(theme_page: str) -> str:
    """Return a page of the theme without indentation, which every record page would contain.

    The theme has no preformatted text, unlike the content of a page.
    """
    return re.sub(r"\n\s+", "\n", theme_page)


@dataclass(frozen=True, slots=True)
class ThemePage:
    """A page of the theme with placeholders, and functions that render its lists of links."""

    html: str
    render_toc: Callable[[list[Heading]], str]
    render_menu: Callable[[Menu], str]


@dataclass(frozen=True, slots=True)
class PageShell:
    """The pages of the theme by depth of the URL, and by whether the page has a social card."""

    theme_pages: Mapping[tuple[int, bool], ThemePage]
    cards: Cards
    navigation: SiteNavigation
    site_url: str
    site_description: str

    def render(self, url: str, fragment: Fragment) -> str:
        """Return the whole page for a fragment."""
        card = self.cards.get(url)
        theme_page = self.theme_pages[url.count("/"), card is not None]
        values = {
            "url": url,
            "title": html.escape(fragment.title),
            "description": html.escape(fragment.description or self.site_description),
            "toc": theme_page.render_toc(find_headings(fragment.html)),
            "menu": theme_page.render_menu(self.navigation.make_menu(url, parent=fragment.parent)),
            "content": fragment.html,
        }
        if card:
            values["image"] = f"{self.site_url}{card_path(url)}"
            values["image_alt"] = html.escape(card.alt_text)
        return PLACEHOLDER.sub(lambda match: values[match[1]], theme_page.html)
