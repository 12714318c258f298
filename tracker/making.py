"""All that is made from the records: at once, on every core; in a preview, what is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tracker import search
from tracker.load import Memory
from tracker.pages import FILES, Page
from tracker.preview import Preview
from tracker.processes import each
from tracker.prose import Prose, Told, told
from tracker.publishing import File
from tracker.render import Book
from tracker.trimming import Names, names_in_script


@dataclass(frozen=True, slots=True)
class Works:
    """What is to be made of a book, and the folder of the site for it."""

    book: Book
    memory: Memory
    site: Path
    prose: Sequence[Prose]
    files: Sequence[File]
    forms: Mapping[str, Callable[[], Names]]
    pages: Sequence[Page]

    def done(self) -> tuple[Sequence[Told], Names]:
        """Make all of it: prose, which is returned, and the rest, which is written. Names tell what
        there is to dress."""
        self.book.prepare()
        works: list[Callable[[], Any]] = [
            *(partial(self._told, prose) for prose in self.prose),
            *(partial(self._write_file, file) for file in self.files),
            *self.forms.values(),
            *(page.write for page in self.pages),
        ]
        made = each(lambda work: work(), works)
        told: list[Told] = list(islice(made, len(self.prose)))
        names = set[str]().union(*islice(made, len(self.files) + len(self.forms)))
        index = search.Index()
        for page in chain(told, made):
            index.add(page.entries)
            names |= page.names
        self._write_index(index)
        return told, frozenset(names)

    def wait(self, preview: Preview) -> None:
        """Let all of it wait until it is asked for, but for prose: see `complete`."""
        for made in self.files:
            preview.put(made.path, partial(self._write_file, made))
        for address, form in self.forms.items():
            preview.put(address, form)
        for page in self.pages:
            for file in FILES:
                preview.put(f"{page.address}{file}", page.write)
        preview.put(search.INDEX, self._write_search)

    def complete(self, prose: Prose, page: str, path: str) -> None:
        """Write a page of the theme with its prose in it, now with what macros ask for."""
        self._write(path, page.replace(prose.html, self._told(prose).html, 1).encode())

    def _told(self, prose: Prose) -> Told:
        return told(self.book, prose, self.memory)

    def _write_file(self, file: File) -> Names:
        data = self.memory.once(*file)
        self._write(file.path, data)
        return names_in_script(data.decode()) if file.path.endswith(".js") else frozenset()

    def _write_search(self) -> None:
        index = search.Index()
        for prose in self.prose:
            index.add(self._told(prose).entries)
        for page in self.pages:
            index.add(page.tell().entries)
        self._write_index(index)

    def _write_index(self, index: search.Index) -> None:
        for path, data in index.files().items():
            self._write(path, data)

    def _write(self, path: str, data: bytes) -> None:
        (self.site / path).parent.mkdir(parents=True, exist_ok=True)
        (self.site / path).write_bytes(data)
