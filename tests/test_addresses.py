"""Addresses of sources: the official one is a link, a copy on another site is not."""

from datetime import date

import pytest

from tests.test_render import make_context
from tracker.model.lockfiles import LinkState
from tracker.site.addresses import find_addresses
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_record_page

OFFICIAL = "https://docs.un.org/en/E/C.12/EXA/CO/1"
CITED = "https://example.org/observations"


def render_page(context: SiteContext, record_id: str, collection: str) -> str:
    record = context.view.find(record_id)
    assert record
    return render_record_page(context, collection, record).html


def test_official_address_is_the_only_link() -> None:
    """A copy on another host is shown as text, on the source page and next to citations."""
    context = make_context()
    for record_id, collection in (("observations", "sources"), ("asked-1", "recommendations")):
        html = render_page(context, record_id, collection)
        assert f'href="{OFFICIAL}"' in html
        assert f'href="{CITED}"' not in html
        assert "not opened by us" in html
    assert f">{CITED}</span>" in render_page(context, "observations", "sources")


@pytest.mark.parametrize(
    ("url", "official", "cited"),
    [
        (OFFICIAL, "", OFFICIAL),
        ("https://docstore.ohchr.org/a", OFFICIAL, "https://docstore.ohchr.org/a"),
        ("https://ohchr.org.example.net/a", OFFICIAL, ""),
    ],
)
def test_addresses_of_the_publisher_are_links(url: str, official: str, cited: str) -> None:
    """An address on a UN host is a link too."""
    source = make_context(find=CITED, put=url).view.source("observations")
    assert (find_addresses(source).official, find_addresses(source).cited) == (official, cited)


def test_opened_address_has_a_date() -> None:
    """Once a link check has opened the address, the page gives the day."""
    data = make_context().view.data
    seen = LinkState(OFFICIAL, "alive", "2024-03-01", "2024-03-01", "2024-03-05", *[""] * 6)
    view = DatasetView(data, date(2026, 11, 24), link_states={OFFICIAL: seen})
    html = render_page(SiteContext(view), "observations", "sources")
    assert "not opened by us" not in html
    assert "2024" in html[html.index("last opened by the link check") :][:60]


def test_address_of_the_copy_is_text() -> None:
    """The address of a mirror is shown as text, not as a link."""
    context = make_context(find=f"  url: {CITED}\n", put="  copy_read: mirror.example.net/a\n")
    html = render_page(context, "observations", "sources")
    assert ">mirror.example.net/a</span>" in html
    assert "mirror.example.net" not in "".join(part.split('"')[0] for part in html.split('href="'))
