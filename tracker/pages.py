"""The page of each record, and what is published and found of it.

A page that hangs on nothing that changed is taken over from the last build. What it hangs on is
what was asked of the book while it was made.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tracker import search
from tracker.export import record_json
from tracker.load import Memory
from tracker.model import PAGED, Record
from tracker.render import Answers, Book, Fragment, as_text, form_pages, record_page
from tracker.render.links import address
from tracker.trimming import Names, names_in_page

FILES = ("index.html", "record.json")


@dataclass(frozen=True, slots=True)
class Frame:
    """Puts the content of the page at an address into the theme; tells in short what that adds."""

    fill: Callable[[str, Fragment], str]
    about: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Made:
    """What the rest of the site must know of a page: what is found in it, and what is to dress."""

    entries: tuple[search.Entry, ...]
    names: Names


def set_aside(site: Path) -> Path:
    """Where the pages of the last build now lie, from which they can be taken over.

    Nothing else in the site is touched: somebody may keep a repository in it.
    """
    before = site.with_name(f".{site.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    for name in PAGED:
        with suppress(OSError):  # none was built, or it lies on another disk
            before.mkdir(parents=True, exist_ok=True)
            (site / name).rename(before / name)
    return before


class Page(NamedTuple):
    """The page of a record, with the record for programs beside it."""

    address: str
    write: Callable[[], Made]
    """To write it, unless it can be taken over."""
    tell: Callable[[], Made]
    """To tell of it without writing it, where that is known."""


def record_pages(
    book: Book, frame: Frame, site: Path, *, before: Path, memory: Memory
) -> list[Page]:
    """For each record its page, which is yet to be written."""
    maker = _Maker(book, frame, site, before, memory)
    found = []
    for name in PAGED:
        for record in sorted(book.data.collections[name], key=lambda record: record.id):
            here = address(name, record.id)
            about = (here, name, record)
            found.append(Page(here, partial(maker.write, *about), partial(maker.tell, *about)))
    return found


def form_works(
    book: Book, frame: Frame, site: Path, *, memory: Memory
) -> dict[str, Callable[[], Names]]:
    """For each form, by its address: to write its page, and tell what there is to dress."""

    def work(here: str, make: Callable[[], Fragment]) -> Names:
        kept = memory.once(here, book.state, lambda: json.dumps(astuple(make())).encode())
        fragment = Fragment(*json.loads(kept))
        (site / here).mkdir(parents=True, exist_ok=True)
        (site / here / FILES[0]).write_bytes(frame.fill(here, fragment).encode())
        return names_in_page(fragment.html)

    return {here: partial(work, here, make) for here, make in form_pages(book)}


class _Maker:
    def __init__(self, book: Book, frame: Frame, site: Path, before: Path, memory: Memory) -> None:
        self._book, self._frame, self._site = book, frame, site
        self._before, self._memory = before, memory
        self._answers = Answers(book)
        self._everywhere = self._answers.everywhere()

    def write(self, here: str, name: str, record: Record) -> Made:
        kept = self._known(here)
        if kept and self._taken(here, kept):
            return _made(kept)
        self._book.asked.clear()
        made = self._make(here, name, record)
        asked = sorted(map(as_text, self._book.asked))
        self._memory.put(_key(here), self._kept(asked, here, made))
        return made

    def tell(self, here: str, name: str, record: Record) -> Made:
        kept = self._known(here)
        return _made(kept) if kept else self.write(here, name, record)

    def _known(self, here: str) -> dict[str, Any]:
        """What was kept of a page that would be made again as it was; empty without one."""
        kept: dict[str, Any] = json.loads(self._memory.get(_key(here)) or b"{}")
        same = kept.get("about") == self._about(here)
        return kept if same and kept["answers"] == self._answered(kept["asked"]) else {}

    def _about(self, here: str) -> str:
        return f"{self._everywhere} {self._frame.about(here)}"

    def _make(self, here: str, name: str, record: Record) -> Made:
        fragment = record_page(self._book, name, record)
        folder = self._site / here
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILES[0]).write_bytes(self._frame.fill(here, fragment).encode())
        (folder / FILES[1]).write_bytes(record_json(record, collection=name))
        found = search.record_found(self._book, name, record, address=here)
        entries = tuple(search.entries(found, fragment.html))
        return Made(entries, names_in_page(fragment.html))

    def _answered(self, asked: Iterable[str]) -> str:
        """All answers to what was asked, in short."""
        answers = map(self._answers.__getitem__, asked)
        return sha256(" ".join(answers).encode()).hexdigest()

    def _taken(self, here: str, kept: dict[str, Any]) -> bool:
        """Whether the files are there as they were written, and taken over."""
        old, new = self._before / here, self._site / here
        try:
            if kept["seen"] != _seen(old):
                return False
            new.mkdir(parents=True, exist_ok=True)
            for name in FILES:  # one by one: pictures and feeds may just be written beside them
                (old / name).rename(new / name)
        except OSError:
            return False
        return True

    def _kept(self, asked: list[str], here: str, made: Made) -> bytes:
        return json.dumps(
            {
                "about": self._about(here),
                "asked": asked,
                "answers": self._answered(asked),
                "seen": _seen(self._site / here),
                "entries": search.packed(made.entries),
                "names": sorted(made.names),
            }
        ).encode()


def _key(here: str) -> str:
    return sha256(f"page {here}".encode()).hexdigest()


def _seen(folder: Path) -> list[list[int]]:
    """By what files are known to be those that were written."""
    return [[(s := (folder / name).stat()).st_size, s.st_mtime_ns] for name in FILES]


def _made(kept: dict[str, Any]) -> Made:
    return Made(search.unpacked(kept["entries"]), frozenset(kept["names"]))
