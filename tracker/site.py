"""The only code that knows MkDocs: a page for each record, and the published files."""

import html
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import TemplateContext

from tracker import search, telling
from tracker.cards import SIZE
from tracker.checks import check, rules
from tracker.cli import main
from tracker.cli.manual import commands
from tracker.content_policy import protect
from tracker.day import day_of
from tracker.load import FAULTS, load, read_files
from tracker.model import COLLECTIONS, PAGED
from tracker.publishing import SCRIPT, cards, drawn, picture_of, published
from tracker.render import (
    Book,
    Fragment,
    form_files,
    form_pages,
    made_on,
    record_page,
    stylesheet,
    view,
)
from tracker.render.sections import headings
from tracker.schema import reference
from tracker.trimming import names_in_page, names_in_script, trimmed
from tracker.words import DEFAULT, languages, say

STYLESHEET = "assets/tracker.css"
# Where the theme keeps its styles and scripts.
THEME = ("assets/stylesheets/", "assets/javascripts/")
_VIEWS = [
    "state-of-play",
    "recommendations",
    "findings",
    "indicators",
    "events",
    "sources",
    "cycles",
    "discrepancies",
    "glossary",
    "gaps",
    "corrections",
    "health",
    "proof-legend",
    "follow",
    "matrix",
    "ways-in",
    "compare",
    "counts",
    "components",
    "form-ways",
]


def open_book(root: Path, config: MkDocsConfig) -> Book:
    """The records of the project, or PluginError with every problem worded for a person."""
    language = str(config.theme.get("language", DEFAULT))
    return _read(
        root,
        tuple(read_files(root).items()),
        language=language if language in languages() else DEFAULT,
        site_name=config.site_name,
        site_url=config.site_url or "",
        repo_url=(config.repo_url or "").rstrip("/"),
        editing=str(config.extra.get("editing") or ""),
    )


@lru_cache(maxsize=2)
def _read(root: Path, files: tuple[tuple[str, bytes], ...], **site: str) -> Book:
    """Read and check once for the plugin and the macros; a changed file is read anew."""
    loaded = load(dict(files))
    # Without a day: a build of an old day for comparison must not call newer dates wrong.
    problems = [*loaded.problems, *check(loaded.dataset)]
    if problems:
        placed = [(loaded.locate(p), p) for p in problems]
        told = telling.as_texts(placed, lines=loaded.line)
        raise PluginError(f"The records have problems.\n{told}")
    day, _ = day_of(root, loaded.dataset)
    lines = {key: (w.file, w.first_line, w.last_line) for key, w in loaded.where.items()}
    proofs = loaded.proofs.rows if loaded.proofs else {}
    links = loaded.links.rows if loaded.links else {}
    return Book(loaded.dataset, day, lines, proofs, links, **site)


class TrackerConfig(Config):
    """The plugin takes no options: what a project is stands in its data and mkdocs.yml."""


class TrackerPlugin(BasePlugin[TrackerConfig]):
    """Adds the record pages, the stylesheet and the export to the build."""

    _watched = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Know whether this is the preview, into which MkDocs puts a script of its own."""
        self._watched = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the records before anything else, so that a bad one stops the build at once."""
        book = open_book(_root(config), config)
        if STYLESHEET not in config.extra_css:
            config.extra_css.append(STYLESHEET)
            config.extra_javascript += [SCRIPT, search.SCRIPT]
        self._copyright = getattr(self, "_copyright", config.copyright or "")
        config.copyright = f"{self._copyright} {made_on(book)}".strip()
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what is made from the records."""
        book = open_book(_root(config), config)
        self._language = book.language
        self._theme = [file for file in files if file.src_uri.startswith(THEME)]
        self._names: set[str] = set()
        self._bare = True
        self._found: list[search.Entry] = []
        for name in PAGED:
            for record in sorted(book.data.collections[name], key=lambda record: record.id):
                fragment = record_page(book, name, record)
                file = _page_file(f"{name}/{record.id}.md", fragment, config)
                files.append(file)
                found = search.record_found(book, name, record, address=file.url)
                self._found += search.entries(found, fragment.html)
        for address, fragment in form_pages(book):
            files.append(_page_file(f"{address}index.md", fragment, config))
        self._publish((*published(book), *form_files(book)), files, config)
        # A preview while editing has an address as well, which nobody shares.
        self._cards = {} if self._watched else cards(book, about=config.site_description or "")
        self._publish(drawn(self._cards), files, config)
        return files

    def _publish(
        self, made: Iterable[tuple[str, bytes]], files: Files, config: MkDocsConfig
    ) -> None:
        for path, content in made:
            files.append(File.generated(config, path, content=content))
            if path.endswith(".js"):
                self._names |= names_in_script(content.decode())

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Note what a page of prose says, for the search; record pages are noted before."""
        if not isinstance(page, RecordPage):
            title = str(page.title)
            found = search.page_found(title, address=page.url, language=self._language)
            self._found += search.entries(found, html)
        return html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Add the search, now that every page is read, and give the theme's parts their words."""
        env.globals["say"] = partial(say, language=self._language)
        self._publish(search.to_files(self._found).items(), files, config)
        return env

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give the head what previews show of the page; a picture where there is one."""
        preview = _preview(page, config)
        if card := self._cards.get(page.url):
            preview["image"] = f"{config.site_url}{picture_of(page.url)}"
            preview["told"] = card.told
            preview["width"], preview["height"] = map(str, SIZE)
        context["preview"] = preview  # type: ignore[typeddict-unknown-key]  # templates may have more
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Tell browsers what the page may load and run, and note what there is to dress."""
        self._see(output)
        return protect(output, content=page.content or "", watched=self._watched)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """The same for the page that is shown at a wrong address."""
        self._see(output_content)
        return protect(output_content, watched=self._watched)

    def _see(self, page: str) -> None:
        self._names |= names_in_page(page)
        self._bare = self._bare and not any(folder in page for folder in THEME)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the stylesheet, now that every page is known that it may dress.

        Where no page loads the theme's own files, what is needed of its styles goes into ours, and
        they are not published. A project without `overrides/` has the theme as it is.
        """
        text = stylesheet().decode()
        if self._bare:
            styles = [file.content_string for file in self._theme if file.src_uri.endswith(".css")]
            text = trimmed("".join(styles), own=text, names=frozenset(self._names))
            _unpublish(self._theme)
        Path(config.site_dir, STYLESHEET).write_text(text, encoding="utf-8", newline="\n")


class RecordPage(Page):
    """A page whose content is ready, so that it need not pass through Markdown."""

    def __init__(self, fragment: Fragment, file: File, config: MkDocsConfig) -> None:
        # Twice: the theme removes tags and one layer of escapes before it shows a title.
        super().__init__(html.escape(html.escape(fragment.title, quote=False)), file, config)
        self.fragment = fragment

    def read_source(self, config: MkDocsConfig) -> None:
        """There is no source; only what the theme asks of it."""
        self.markdown = ""
        # The theme puts these into the page as they are.
        description = html.escape(self.fragment.description)
        self.meta = {"description": description}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Hand over the content and its headings."""
        self.content = self.fragment.html
        self.toc = get_toc(headings(self.content))  # type: ignore[arg-type]  # its type is private
        self.present_anchor_ids = set()
        self.links_to_anchors = {}


def _preview(page: Page, config: MkDocsConfig) -> dict[str, str]:
    """Title and description of a page as plain text; without its own it has the site's."""
    if isinstance(page, RecordPage):
        title, description = page.fragment.title, page.fragment.description
    else:
        title = str(config.site_name if page.is_homepage else page.title)
        description = page.meta.get("description", "")
    return {"title": title, "description": description or config.site_description or ""}


def _page_file(path: str, fragment: Fragment, config: MkDocsConfig) -> File:
    file = File.generated(config, path, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    file.page = RecordPage(fragment, file, config)
    return file


def _unpublish(files: Iterable[File]) -> None:
    """Take files out of the site again, and folders that held nothing else."""
    paths = [Path(file.abs_dest_path) for file in files]
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in sorted({parent for path in paths for parent in path.parents}, reverse=True):
        with suppress(OSError):
            folder.rmdir()


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def macros(config: MkDocsConfig, here: Callable[[], str]) -> dict[str, Callable[..., str]]:
    """Each macro by its name. `here` tells the address of the page that is being made."""
    book = cache(partial(open_book, _root(config), config))

    def show(name: str, **facts: Any) -> str:
        return view(book(), name, here=here(), **facts)

    def plain(name: str) -> Callable[[], str]:
        return lambda: show(name)

    found: dict[str, Callable[..., str]] = {v.replace("-", "_"): plain(v) for v in _VIEWS}
    return found | {
        "latest_changes": lambda limit=8: show("latest-changes", limit=limit),
        "terms": lambda kind: show("terms", kind=kind),
        "source_map": lambda source: show("source-map", source=source),
        "commands": lambda: show("commands", commands=commands(main)),
        "rules": lambda: show("rules", rules=(*FAULTS, *rules())),
        "fields": lambda name: show("fields", prefix=name, models=reference(COLLECTIONS[name])),
    }
