"""All that is made from the records: at once, on every core; in a preview, what is asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tracker import search
from tracker.load import Memory
from tracker.pages import Made, Page
from tracker.preview import Preview
from tracker.processes import each
from tracker.prose import Prose, Told, told
from tracker.publishing import File
from tracker.render import Book
from tracker.trimming import Names


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

    def done(self) -> "Done":
        """Make all of it; pages of records and forms are written."""
        self.book.prepare()
        works: list[Callable[[], Any]] = [
            *(partial(self._told, prose) for prose in self.prose),
            *(partial(self._file, file) for file in self.files),
            *self.forms.values(),
            *(page.write for page in self.pages),
        ]
        made = each(lambda work: work(), works)
        kinds = (self.prose, self.files, self.forms)
        prose, files, forms = (list(islice(made, len(kind))) for kind in kinds)
        return Done(prose, files, forms, list(made))

    def wait(self, preview: Preview) -> None:
        """Let all of it wait until it is asked for, but for prose: see `complete`."""
        for file in self.files:
            preview.put(file.path, partial(self._write_file, file))
        for address, form in self.forms.items():
            preview.put(address, form)
        for page in self.pages:
            preview.put(page.address, page.write)
        preview.put(search.INDEX, self._write_search)

    def complete(self, prose: Prose, page: str, path: str) -> None:
        """Write a page of the theme with its prose in it, now with what macros ask for."""
        self._write(path, page.replace(prose.html, self._told(prose).html, 1).encode())

    def _told(self, prose: Prose) -> Told:
        return told(self.book, prose, self.memory)

    def _file(self, file: File) -> bytes:
        return self.memory.once(*file)

    def _write_file(self, file: File) -> None:
        self._write(file.path, self._file(file))

    def _write_search(self) -> None:
        prose, pages = map(self._told, self.prose), [page.tell() for page in self.pages]
        for path, data in search.to_files(_entries([*prose, *pages])).items():
            self._write(path, data)

    def _write(self, path: str, data: bytes) -> None:
        (self.site / path).parent.mkdir(parents=True, exist_ok=True)
        (self.site / path).write_bytes(data)


@dataclass(frozen=True, slots=True)
class Done:
    """What was made of each, and what of it the rest of the site must know."""

    prose: Sequence[Told]
    files: Sequence[bytes]
    forms: Sequence[Names]
    pages: Sequence[Made]

    def entries(self) -> Iterator[search.Entry]:
        """All that can be found."""
        return _entries([*self.prose, *self.pages])

    def names(self) -> Names:
        """All that there is to dress."""
        pages: Sequence[Told | Made] = [*self.prose, *self.pages]
        return frozenset().union(*self.forms, *(page.names for page in pages))


def _entries(pages: Sequence[Told | Made]) -> Iterator[search.Entry]:
    return chain.from_iterable(page.entries for page in pages)
