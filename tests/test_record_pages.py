"""The page of a record: what leads on from it, what stands early, what is said once."""

import re

import pytest

from tests.test_render import NOTICE, book_of
from tracker.load import Loaded
from tracker.model import PAGED, Term
from tracker.render import Book, record_page


@pytest.fixture(scope="module")
def book(real: Loaded) -> Book:
    """The real records on a fixed day."""
    return Book(real.dataset, book_of().today)


def page_of(book: Book, record_id: str) -> str:
    """The fragment of one record."""
    record = book.data.find(record_id)
    assert record
    return record_page(book, book.data.collection_of(record_id), record).html


def led_to(page: str) -> dict[str, str]:
    """Where the foot leads: `prev` and `next` to an id."""
    return dict(re.findall(r'<a rel="(prev|next)" href="\.\./([^"/]+)/"', page))


def test_each_kind_can_be_read_to_its_end(book: Book) -> None:
    """From the first record of a kind, `next` leads to all that stand, and `prev` back again."""
    for name in PAGED:
        standing = [r for r in book.data.collections[name] if r.withdrawn is None]
        feet = {record.id: led_to(record_page(book, name, record).html) for record in standing}
        kinds = {r.id: r.kind if isinstance(r, Term) else "" for r in standing}
        for kind in set(kinds.values()):
            wanted = {i for i in kinds if kinds[i] == kind}
            first = [i for i in wanted if "prev" not in feet[i]]
            assert len(first) == 1
            read = first
            while "next" in feet[read[-1]]:
                assert feet[feet[read[-1]]["next"]]["prev"] == read[-1]
                read.append(feet[read[-1]]["next"])
            assert set(read) == wanted


def test_withdrawn_record_is_passed_over() -> None:
    """No neighbour leads to a withdrawn record, and it leads nowhere itself."""
    book = book_of(find="- id: found-1\n", put=NOTICE)
    assert led_to(page_of(book, "found-1")) == {}
    pages = (record_page(book, "findings", r).html for r in book.data.collections["findings"])
    assert "found-1" not in {to for page in pages for to in led_to(page).values()}
