"""Write the site: record pages, forms, generated files and the search index."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracker.export.json_export import record_to_json
from tracker.model import PAGED, Recommendation, Record
from tracker.site import search_index
from tracker.site.briefs import brief_url, has_brief
from tracker.site.context import SiteContext
from tracker.site.generated_files import GeneratedFile
from tracker.site.page_shell import PageShell
from tracker.site.preview import Preview
from tracker.site.prose import ProsePage, RenderedProse, render_prose
from tracker.site.render import Fragment, iter_form_pages, render_brief, render_record_page
from tracker.site.urls import record_url

PAGE, DATA = "index.html", "record.json"


@dataclass(frozen=True, slots=True)
class SiteBuilder:
    """Writes all pages and files made from the records into the site directory."""

    context: SiteContext
    site_dir: Path
    shell: PageShell
    prose: Sequence[ProsePage]
    files: Sequence[GeneratedFile]

    def build(self) -> list[RenderedProse]:
        """Write the whole site. Returns the prose pages, which MkDocs writes."""
        for file in self.files:
            self._write_file(file)
        for url, render in iter_form_pages(self.context):
            self._write_form(url, render)
        for record in self._iter_with_brief():
            self._write_brief(record)
        return self._write_pages()

    def build_lazily(self, preview: Preview) -> None:
        """Register every file. It is written when a browser first requests it."""
        for file in self.files:
            preview.register(file.path, partial(self._write_file, file))
        for url, render in iter_form_pages(self.context):
            preview.register(url, partial(self._write_form, url, render))
        for rated in self._iter_with_brief():
            preview.register(brief_url(rated) + PAGE, partial(self._write_brief, rated))
        for collection, record in self.iter_records():
            for name in (PAGE, DATA):
                path = record_url(collection, record.id) + name
                preview.register(path, partial(self._write_record, collection, record))
        preview.register(search_index.INDEX, self._write_pages)

    def iter_records(self) -> Iterator[tuple[str, Record]]:
        """Yield each record that has a page, with its collection, sorted by id."""
        for name in PAGED:
            records = self.context.view.data.collections[name]
            yield from ((name, record) for record in sorted(records, key=lambda r: r.id))

    def list_sitemap_pages(self, site_url: str, date: str) -> list[dict[str, dict[str, str]]]:
        """Return the record pages with the two attributes that the template of the sitemap reads.

        A page of MkDocs is slow to make.
        """
        urls = (record_url(name, record.id) for name, record in self.iter_records())
        return [{"page": {"canonical_url": site_url + url, "update_date": date}} for url in urls]

    def _iter_with_brief(self) -> Iterator[Recommendation]:
        view = self.context.view
        return (record for record in view.recommendations if has_brief(view, record))

    def complete_prose(self, page: ProsePage, themed_page: str, path: str) -> None:
        """Expand the macros of a page in the theme, and write it."""
        html = render_prose(self.context, page).html
        self._write(path, themed_page.replace(page.html, html, 1).encode())

    def _write_pages(self) -> list[RenderedProse]:
        """Write the record pages and the search index. Returns the prose pages."""
        prose = [render_prose(self.context, page) for page in self.prose]
        index = search_index.Index(search_index.list_abbreviations(self.context))
        for page in prose:
            index.add(page.entries)
        for collection, record in self.iter_records():
            index.add(self._write_record(collection, record))
        for path, content in index.make_files().items():
            self._write(path, content)
        return prose

    def _write_record(
        self, collection: str, record: Record
    ) -> tuple[search_index.SearchEntry, ...]:
        """Write the page and the JSON of a record. Returns its search entries."""
        url = record_url(collection, record.id)
        fragment = render_record_page(self.context, collection, record)
        self._write(url + PAGE, self.shell.render(url, fragment).encode())
        self._write(url + DATA, self._to_json(collection, record))
        search_page = search_index.make_record_page(self.context, collection, record, address=url)
        return tuple(search_index.iter_entries(search_page, fragment.html))

    def _write_brief(self, recommendation: Recommendation) -> None:
        """Write the page to print of a recommendation. The search does not find it."""
        url = brief_url(recommendation)
        fragment = render_brief(self.context, recommendation)
        self._write(url + PAGE, self.shell.render(url, fragment).encode())

    def _to_json(self, collection: str, record: Record) -> bytes:
        return record_to_json(record, collection=collection, label=self.context.label)

    def _write_form(self, url: str, render: Callable[[], Fragment]) -> None:
        self._write(url + PAGE, self.shell.render(url, render()).encode())

    def _write_file(self, file: GeneratedFile) -> None:
        self._write(file.path, file.get_content())

    def _write(self, path: str, content: bytes) -> None:
        target = self.site_dir / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
