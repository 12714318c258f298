"""The page of each record, and what is published and found of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracker import search
from tracker.export import record_json
from tracker.model import PAGED, Record
from tracker.processes import each
from tracker.render import Book, Fragment, record_page
from tracker.render.links import address
from tracker.trimming import Names, names_in_page

Frame = Callable[[str, Fragment], str]
"""Puts the content of the page at an address into the theme."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the rest of the site must know of a page: what is found in it, and what is to dress."""

    address: str
    entries: tuple[search.Entry, ...]
    names: Names


def make_pages(book: Book, frame: Frame, site: Path) -> Iterator[Made]:
    """Write the page of every record, and the record for programs beside it."""
    records = [
        (name, record)
        for name in PAGED
        for record in sorted(book.data.collections[name], key=lambda record: record.id)
    ]
    yield from each(partial(_make, book, frame, site), records)


def _make(book: Book, frame: Frame, site: Path, named: tuple[str, Record]) -> Made:
    name, record = named
    here = address(name, record.id)
    fragment = record_page(book, name, record)
    folder = site / here
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_bytes(frame(here, fragment).encode())
    (folder / "record.json").write_bytes(record_json(record, collection=name))
    found = search.record_found(book, name, record, address=here)
    entries = tuple(search.entries(found, fragment.html))
    return Made(here, entries, names_in_page(fragment.html))
