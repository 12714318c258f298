"""Replies of the organisation and of the State are shown with the record."""

import pytest

from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.site.render import render_record_page

REPLY = """  reply:
  - who: state
    'on': 2024-03-01
    text: The office says that everyone was registered.
  - who: organisation
    'on': 2024-04
    quote: We counted again.
    citations:
    - source: report
      locator: B2
"""
PLACES = [
    ("asked-1", "recommendations", "  positions:\n"),
    ("found-1", "findings", "  kind: problem\n"),
    ("opened", "events", "  kind: programme\n"),
]


@pytest.mark.parametrize(("record_id", "collection", "mark"), PLACES)
def test_reply_is_shown_with_the_record(record_id: str, collection: str, mark: str) -> None:
    """The reply has its author, date, text and source."""
    context = make_context(find=mark, put=REPLY + mark)
    record = context.view.find(record_id)
    assert record
    html = render_record_page(context, collection, record).html
    text = get_text(html)
    assert "Reply of the State 1 March 2024 The office says that everyone was registered." in text
    assert "<blockquote>We counted again.</blockquote>" in html
    assert "B2" in text[text.index("Reply of the organisation April 2024") :]


def test_page_without_a_reply_has_no_heading() -> None:
    """Without replies, the page has no empty heading."""
    context = make_context()
    record = context.view.find("found-1")
    assert record
    assert "replies" not in render_record_page(context, "findings", record).html
