"""Write the site: record pages, form pages, generated files and the search index."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracker.export.json_export import record_json
from tracker.model import PAGED, Record
from tracker.site import search_index
from tracker.site.context import SiteContext
from tracker.site.generated_files import GeneratedFile
from tracker.site.preview import Preview
from tracker.site.prose import ProsePage, RenderedProse, render_prose
from tracker.site.render import Fragment, iter_form_pages, render_record_page
from tracker.site.urls import record_url

FILES = ("index.html", "record.json")


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The page of one record, with its JSON beside it."""

    url: str
    collection: str
    record: Record


def record_pages(context: SiteContext) -> list[RecordPage]:
    """Every record page, by collection and id."""
    return [
        RecordPage(record_url(name, record.id), name, record)
        for name in PAGED
        for record in sorted(context.view.data.collections[name], key=lambda record: record.id)
    ]


@dataclass(frozen=True, slots=True)
class SiteBuilder:
    """Writes everything that is generated from the records into the site directory."""

    context: SiteContext
    site_dir: Path
    shell: Callable[[str, Fragment], str]
    """Wraps a fragment in the theme's page for its URL."""
    prose: Sequence[ProsePage]
    files: Sequence[GeneratedFile]

    @property
    def record_pages(self) -> list[RecordPage]:
        """The record pages of the site."""
        return record_pages(self.context)

    @property
    def forms(self) -> Mapping[str, Callable[[], Fragment]]:
        """The editing forms, by URL."""
        return dict(iter_form_pages(self.context))

    def build(self) -> list[RenderedProse]:
        """Write the whole site. Returns the prose pages, in the order given."""
        index = search_index.Index()
        prose = [render_prose(self.context, page) for page in self.prose]
        for page in prose:
            index.add(page.entries)
        for file in self.files:
            self._write_file(file)
        for url, render in self.forms.items():
            self._write_form(url, render)
        for record in self.record_pages:
            index.add(self._write_record(record))
        self._write_index(index)
        return prose

    def build_lazily(self, preview: Preview) -> None:
        """Register every file to be written when the preview server is asked for it."""
        for file in self.files:
            preview.put(file.path, partial(self._write_file, file))
        for url, render in self.forms.items():
            preview.put(url, partial(self._write_form, url, render))
        for page in self.record_pages:
            for name in FILES:
                preview.put(f"{page.url}{name}", partial(self._write_record, page))
        preview.put(search_index.INDEX, self._write_search)

    def complete(self, prose: ProsePage, page: str, path: str) -> None:
        """Write a themed page with the output of its macros."""
        html = render_prose(self.context, prose).html
        self._write(path, page.replace(prose.html, html, 1).encode())

    def _write_record(self, page: RecordPage) -> tuple[search_index.SearchEntry, ...]:
        """Write the page and the JSON of a record. Returns its search entries."""
        fragment = render_record_page(self.context, page.collection, page.record)
        self._write(f"{page.url}{FILES[0]}", self.shell(page.url, fragment).encode())
        data = record_json(page.record, collection=page.collection)
        self._write(f"{page.url}{FILES[1]}", data)
        found = search_index.make_record_page(
            self.context, page.collection, page.record, address=page.url
        )
        return tuple(search_index.iter_entries(found, fragment.html))

    def _write_form(self, url: str, render: Callable[[], Fragment]) -> None:
        self._write(f"{url}{FILES[0]}", self.shell(url, render()).encode())

    def _write_file(self, file: GeneratedFile) -> None:
        self._write(file.path, file.make())

    def _write_search(self) -> None:
        index = search_index.Index()
        for page in self.prose:
            index.add(render_prose(self.context, page).entries)
        for record in self.record_pages:
            index.add(self._write_record(record))
        self._write_index(index)

    def _write_index(self, index: search_index.Index) -> None:
        for path, data in index.files().items():
            self._write(path, data)

    def _write(self, path: str, data: bytes) -> None:
        target = self.site_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
