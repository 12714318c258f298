"""The only code that knows MkDocs: a page for each record, and the published files."""

import html
import logging
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc
from mkdocs.utils import get_build_date
from mkdocs.utils.templates import TemplateContext

from tracker.checks import all_rules
from tracker.checks.report import explain_os_error
from tracker.export.archive import finish_site, refuse_foreign, start_site
from tracker.export.social_cards import SIZE
from tracker.files import resolve_path, walk_safely
from tracker.i18n import DEFAULT, list_languages, t
from tracker.records.format_rules import FAULTS
from tracker.site import search_index
from tracker.site.builder import SiteBuilder
from tracker.site.context import SiteContext
from tracker.site.csp import add_csp
from tracker.site.field_reference import describe_collection, make_example
from tracker.site.generated_files import (
    SCRIPT,
    STYLESHEET,
    Cards,
    card_path,
    iter_card_files,
    iter_generated_files,
    make_cards,
)
from tracker.site.headings import Heading, find_headings
from tracker.site.open_context import InvalidRecordsError, make_context
from tracker.site.page_shell import SplitTemplate, make_placeholder
from tracker.site.preview import Preview
from tracker.site.prose import ContextProvider, MacroCall, PendingMacros, ProsePage
from tracker.site.render import Fragment, list_views, problems_page, render_build_date

_LOG = logging.getLogger("mkdocs.plugins.tracker")
_LOOK = 0.1  # seconds between two looks for changes
# Where the theme keeps its styles and scripts. Our pages load none of them.
THEME = ("assets/stylesheets/", "assets/javascripts/")
PROBLEMS = "problems.html"
_SIZE = {"width": str(SIZE[0]), "height": str(SIZE[1])}
_SOME_HEADINGS = find_headings('<h1 id="top">-</h1><h2 id="next">-</h2>')


def open_book(root: Path, config: MkDocsConfig) -> SiteContext:
    """The records of the project, or PluginError with every problem worded for a person."""
    try:
        return make_context(
            root,
            language=_language(config),
            site_name=config.site_name,
            site_url=config.site_url or "",
            repo_url=(config.repo_url or "").rstrip("/"),
            edit_branch=str(config.extra.get("editing") or ""),
        )
    except InvalidRecordsError as why:
        raise PluginError(f"The records have problems.\n{why}") from None
    except OSError as error:
        raise PluginError(" ".join(explain_os_error(error))) from None


def _language(config: MkDocsConfig) -> str:
    language = str(config.theme.get("language", DEFAULT))
    return language if language in list_languages() else DEFAULT


def refuse_unsafe(config: MkDocsConfig, *, watched: bool) -> None:
    """Raise PluginError for links and other unsafe files where a build reads or writes."""
    folders = [config.docs_dir, config.theme.custom_dir]
    try:
        for folder in filter(None, folders):
            deque(walk_safely(resolve_path(Path(folder))), maxlen=0)
        if not watched:  # MkDocs makes a temporary folder for a preview
            refuse_foreign(Path(config.site_dir))
    except OSError as error:
        raise PluginError(" ".join(explain_os_error(error))) from None


class TrackerConfig(Config):
    """The plugin takes no options: what a project is stands in its data and mkdocs.yml."""


class TrackerPlugin(BasePlugin[TrackerConfig]):
    """Adds the record pages, the stylesheet and the export to the build."""

    _watched = False
    _problems = ""

    def __init__(self) -> None:
        self._while_building = ExitStack()
        self._preview = Preview()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remember whether this is `mkdocs serve`."""
        self._watched = command == "serve"

    def on_serve(
        self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Make what the preview is asked for, before the server looks for it; and look for changes
        more often than MkDocs does, which waits half a second."""
        answer: Any = server.get_app()
        server.set_app(self._preview.before(answer, mount=server.mount_path))
        watched = [path for path in (config.docs_dir, config.config_file_path) if path]
        for path in watched:
            server.unwatch(path)
        server.observer = type(server.observer)(timeout=_LOOK)
        for path in watched:
            server.watch(path)
        return server

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Drop pending pages of the previous build."""
        self._preview.empty()

    def on_build_error(self, *, error: Exception) -> None:
        """Release the preview lock."""
        self._while_building.close()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the records before anything else, so that a bad one stops the build at once.

        A preview goes on instead: without any page but the one that shows the problems.
        """
        self._while_building.close()  # of a build before it that did not end here
        self._while_building.enter_context(self._preview.building)
        self._problems = ""
        try:
            refuse_unsafe(config, watched=self._watched)
            context = open_book(_get_root(config), config)
        except PluginError as error:
            if not self._watched:
                raise
            _LOG.error(error)
            self._problems = str(error)
            config.nav, config.theme.static_templates = None, set()
            return config
        if STYLESHEET not in config.extra_css:
            config.extra_css.append(STYLESHEET)
            config.extra_javascript += [SCRIPT, search_index.SCRIPT]
            config.copyright = f"{config.copyright or ''} {render_build_date(context)}".strip()
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add what is made from the records, but for their pages, which are no files of MkDocs."""
        if self._problems:
            return Files([])
        if not self._watched:
            start_site(Path(config.site_dir))
        self._context = open_book(_get_root(config), config)
        for file in [file for file in files if file.src_uri.startswith(THEME)]:
            files.remove(file)  # our stylesheet holds the rules of the theme that pages use
        self.parts = PendingMacros()
        self._prose: dict[str, tuple[Page, ProsePage]] = {}
        # A preview while editing has an address as well, which nobody shares.
        about = config.site_description or ""
        self._cards = {} if self._watched else make_cards(self._context, about=about)
        # Their names, which pages may link to; what they hold is made with all else.
        self._published = [*iter_generated_files(self._context), *iter_card_files(self._cards)]
        for made in self._published:
            files.append(File.generated(config, made.path, content=""))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep what the frame of the record pages needs."""
        self._nav = nav
        return nav

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Keep a page as Markdown left it: what its macros ask for is made with all else."""
        prose = ProsePage(str(page.title), page.url, html, self.parts.taken())
        self._prose[page.url] = page, prose
        return html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Make all that is made from the records, now that every page is read; in a preview, let it
        wait until it is asked for."""
        if self._problems:
            return env
        env.globals["say"] = partial(t, language=self._context.language)
        framed = PageShell(env, files, self._nav, config, self._cards)
        prose = [prose for _, prose in self._prose.values()]
        site_dir = Path(config.site_dir)
        self._builder = SiteBuilder(self._context, site_dir, framed, prose, self._published)
        for made in self._published:
            files.remove(files.src_uris[made.path])  # it is not for MkDocs to write
        if self._watched:
            self._builder.build_lazily(self._preview)
        else:
            try:
                rendered = self._builder.build()
            except ModuleNotFoundError as error:
                what, fix = t("package.missing", module=error.name), t("package.missing.fix")
                raise PluginError(f"{what}\n{fix}") from None
            for (page, _), rendered_page in zip(self._prose.values(), rendered, strict=True):
                page.content = rendered_page.html
                # MkDocs validates links to these anchors but has not seen them.
                page.present_anchor_ids = {*(page.present_anchor_ids or ()), *rendered_page.anchors}
        return env

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give the head what previews show of the page; a picture where there is one."""
        preview = _make_preview(page, config)
        if card := self._cards.get(page.url):
            image = f"{config.site_url}{card_path(page.url)}"
            preview |= {"image": image, "told": card.told, **_SIZE}
        context["preview"] = preview  # type: ignore[typeddict-unknown-key]  # templates may have more
        return context

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Let the list of all pages name those of the records."""
        if template_name == "sitemap.xml" and config.site_url:
            day = get_build_date()
            pages: list[Any] = [  # as far as the template looks at them: a Page takes its time
                {"page": {"canonical_url": config.site_url + one.url, "update_date": day}}
                for one in self._builder.record_pages
            ]
            context["pages"] = [*context["pages"], *pages]
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Add the content security policy; in a preview, register pages that hold macros."""
        output = add_csp(output, content=page.content or "", watched=self._watched)
        _, prose = self._prose.get(page.url, (None, None))
        if self._watched and prose and prose.parts:
            page.present_anchor_ids = None  # of its parts: MkDocs leaves links to them alone
            complete = partial(self._builder.complete, prose, output, page.file.dest_uri)
            self._preview.put(page.url, complete)
        return output

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Add the content security policy to 404.html."""
        return add_csp(output_content, watched=self._watched)

    @event_priority(-100)  # after every other plugin has written its files
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """List the files of the site, or show the problems; then release the preview lock."""
        self._preview.replaced_by = PROBLEMS if self._problems else ""
        if self._problems:
            page = problems_page(self._problems, language=_language(config))
            Path(config.site_dir, PROBLEMS).write_text(page, encoding="utf-8")
        if not self._watched:
            finish_site(Path(config.site_dir))
        self._while_building.close()


class PageShell:
    """The theme around the content of a page: rendered once, then filled for every record."""

    def __init__(
        self, env: Environment, files: Files, nav: Navigation, config: MkDocsConfig, cards: Cards
    ) -> None:
        self._env, self._config, self._cards = env, config, cards
        self._toc = env.get_template("partials/toc.html")
        self._contexts: dict[tuple[int, bool], dict[str, Any]] = {}
        self._frames: dict[tuple[int, bool], SplitTemplate] = {}
        for depth in (1, 2):
            for pictured in (False, True) if cards else (False,):
                page = self._page(depth)
                context = self._context(page, files, nav, pictured=pictured)
                self._contexts[depth, pictured] = context
                self._frames[depth, pictured] = self._frame(page, context)

    def __call__(self, address: str, fragment: Fragment) -> str:
        """The page at an address, which has one folder or two."""
        card = self._cards.get(address)
        kind = (address.count("/"), card is not None)
        facts = {
            "address": address,
            "title": html.escape(fragment.title),
            "description": html.escape(fragment.description or self._config.site_description or ""),
            "toc": self._contents(self._contexts[kind], find_headings(fragment.html)),
            "content": fragment.html,
        }
        if card:
            facts["image"] = f"{self._config.site_url}{card_path(address)}"
            facts["told"] = html.escape(card.told)
        return self._frames[kind].filled(facts)

    def _page(self, depth: int) -> Page:
        """A page with marks, so many folders deep."""
        config = self._config
        page = Page(
            make_placeholder("title"),
            File.generated(config, f"{'_/' * depth}index.md", content=""),
            config,
        )
        page.content = (
            f"<h1>{make_placeholder('content')}"  # the theme adds a heading where it sees none
        )
        page.meta = {"description": make_placeholder("description")}
        page.toc = _make_toc(_SOME_HEADINGS)
        page.canonical_url = (
            f"{config.site_url}{make_placeholder('address')}" if config.site_url else None
        )
        return page

    def _context(
        self, page: Page, files: Files, nav: Navigation, *, pictured: bool
    ) -> dict[str, Any]:
        """What the theme's templates are given for it."""
        config = self._config
        context = get_context(nav, files, config, page)
        context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
        language = self._env.get_template("partials/language.html").make_module(dict(context))
        image = (
            {"image": make_placeholder("image"), "told": make_placeholder("told"), **_SIZE}
            if pictured
            else {}
        )
        return {**context, "lang": language, "preview": {**_make_preview(page, config), **image}}

    def _frame(self, page: Page, context: dict[str, Any]) -> SplitTemplate:
        text = self._env.get_template("main.html").render(context)
        text = text.replace(f"<h1>{make_placeholder('content')}", make_placeholder("content"))
        if contents := self._contents(context, _SOME_HEADINGS):
            text = text.replace(contents, make_placeholder("toc"))
        return SplitTemplate.at_marks(
            self._config.plugins.on_post_page(text, page=page, config=self._config)
        )

    def _contents(self, context: Mapping[str, Any], found: list[Heading]) -> str:
        return self._toc.render({**context, "page": SimpleNamespace(toc=_make_toc(found), meta={})})


def _make_toc(found: list[Heading]) -> TableOfContents:
    return get_toc(found)  # type: ignore[arg-type]  # its type is private


def _make_preview(page: Page, config: MkDocsConfig) -> dict[str, str]:
    """Title and description of a page as plain text; without its own it has the site's."""
    title = str(config.site_name if page.is_homepage else page.title)
    description = page.meta.get("description") or config.site_description or ""
    return {"title": title, "description": description}


def _get_root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def macros(
    config: MkDocsConfig, here: Callable[[], str], commands: Callable[[], object]
) -> dict[str, Callable[..., str]]:
    """Return the macros of the prose pages by name.

    `here` returns the URL of the page that is being rendered, `commands` describes the command
    line. The plugin renders macros after all pages are read; without it, as in a generator that
    only reads `macros.py`, they are rendered at once.
    """
    context = cache(partial(open_book, _get_root(config), config))
    plugin = config.plugins.get("tracker")

    def show(view: str, given: ContextProvider | None = None, **facts: Any) -> str:
        part = MacroCall(view, here(), facts, given)
        if isinstance(plugin, TrackerPlugin):
            return plugin.parts.put_aside(part)
        return part.html(context())

    def plain(name: str) -> Callable[[], str]:
        return lambda: show(name)

    found: dict[str, Callable[..., str]] = {v.replace("-", "_"): plain(v) for v in list_views()}
    return found | {
        "latest_changes": lambda limit=8: show("latest-changes", limit=limit),
        "terms": lambda kind: show("terms", kind=kind),
        "source_map": lambda source: show("source-map", source=source),
        "commands": lambda: show("commands", lambda data: {"commands": commands()}),
        "rules": lambda: show("rules", lambda data: {"rules": (*FAULTS, *all_rules())}),
        "example": lambda kind: show("example", make_example, kind=kind),
        "kind": lambda name: show("kind", describe_collection, collection=name),
    }
