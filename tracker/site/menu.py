"""The menu of each page, made from the navigation in mkdocs.yml and the records."""

from dataclasses import dataclass

from markupsafe import escape

from tracker.model import Record, Term
from tracker.site.context import SiteContext
from tracker.site.urls import record_url

REGISTER = "recommendations/"
FORMS_PARENT = "contributing/"
_TERM_PARENTS = {"right": "rights/", "group": "groups/", "authority": "authorities/"}
_MAX_RECOMMENDATIONS = 6
"""A menu shows no recommendations if there are more: the register lists them all."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page of the navigation, or a section with the URL of its first page. Titles are HTML."""

    title: str
    url: str
    children: tuple["NavItem", ...] = ()

    def contains(self, url: str) -> bool:
        """Return whether the item or one below it has this URL."""
        return self.url == url or any(child.contains(url) for child in self.children)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of a menu, and the links shown below it."""

    title: str
    url: str
    current: str = ""
    """The value of `aria-current`: `page`, `true` for a section of the page, or empty."""
    children: tuple["MenuEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of one page."""

    entries: tuple[MenuEntry, ...]
    is_for_readers: bool = True


@dataclass(frozen=True, slots=True)
class SiteNavigation:
    """All sections of the site, and the recommendations of committees to link from every menu.

    Sections in the footer have a separate menu, and are not in that of the readers.
    """

    sections: tuple[NavItem, ...]
    recommendations: tuple[NavItem, ...] = ()
    footer_titles: frozenset[str] = frozenset()

    @property
    def footer_sections(self) -> tuple[NavItem, ...]:
        """The sections that only the footer links to."""
        return tuple(item for item in self.sections if item.title in self.footer_titles)

    def contains(self, url: str) -> bool:
        """Return whether the navigation lists the page at a URL."""
        return any(item.contains(url) for item in self.sections)

    def make_menu(self, url: str, *, parent: str | None = None) -> Menu:
        """Return the menu of the page at a URL.

        A page that is not in the navigation is shown as one of the section that contains `parent`.
        """
        is_listed = self.contains(url)
        place = url if is_listed else parent
        for section in self.footer_sections:
            if place is not None and section.contains(place):
                return Menu((_make_entry(section, url, place, section.children),), False)
        entries = []
        for item in self.sections:
            if item.title not in self.footer_titles:
                pages = item.children if item.contains(url) else ()
                recommendations = self.recommendations if item.url == REGISTER else ()
                entries.append(_make_entry(item, url, place, (*recommendations, *pages)))
        return Menu(tuple(entries))


def _make_entry(
    item: NavItem, url: str, place: str | None, below: tuple[NavItem, ...]
) -> MenuEntry:
    """Return an entry with those below it, which show their own pages while one is open."""
    children = tuple(
        _make_entry(child, url, url, child.children if child.contains(url) else ())
        for child in below
        # The link of a section points to the page with the same title, which needs no second link.
        if (child.title, child.url) != (item.title, item.url)
    )
    current = ""
    if place is not None and item.contains(place):
        is_page = item.url == url and not any(child.current for child in children)
        current = "page" if is_page else "true"
    return MenuEntry(item.title, item.url, current, children)


def list_committee_recommendations(context: SiteContext) -> tuple[NavItem, ...]:
    """Return the recommendations of committees that every menu links to."""
    recommendations = context.view.committee_recommendations
    if len(recommendations) > _MAX_RECOMMENDATIONS:
        return ()
    return tuple(
        NavItem(str(escape(context.title(r.id))), record_url("recommendations", r.id))
        for r in recommendations
    )


def find_parent(collection: str, record: Record) -> str:
    """Return the URL of the page of the navigation that a record belongs to."""
    if isinstance(record, Term):
        return _TERM_PARENTS.get(record.kind, f"{collection}/")
    return f"{collection}/"
