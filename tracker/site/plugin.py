"""The MkDocs plugin. No other module of the package imports MkDocs.

MkDocs converts the prose. The plugin opens the records, and SiteBuilder writes the pages and files
made from them. Hooks are in the order in which MkDocs calls them.
"""

import logging
from collections.abc import Callable
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

from tracker.checks.report import explain_os_error
from tracker.export.archive import mark_site_folder, refuse_unsafe_files, write_checksums
from tracker.export.social_cards import SIZE
from tracker.i18n import DEFAULT, list_languages, t
from tracker.project import Project
from tracker.site import search_index
from tracker.site.builder import SiteBuilder
from tracker.site.command_reference import describe_installed_commands
from tracker.site.context import InvalidRecordsError, Publisher, SiteContext, make_context
from tracker.site.csp import add_csp
from tracker.site.generated_files import (
    SCRIPT,
    STYLESHEET,
    card_path,
    iter_card_files,
    iter_generated_files,
    make_cards,
)
from tracker.site.headings import Heading, find_headings
from tracker.site.menu import Menu, NavItem, SiteNavigation, list_committee_recommendations
from tracker.site.page_shell import PageShell, ThemePage, make_placeholder, remove_indentation
from tracker.site.preview import Preview
from tracker.site.prose import MacroCall, ProsePage, make_macros
from tracker.site.redirects import iter_redirects
from tracker.site.render import render_build_date, render_problems_page, render_publisher

_LOG = logging.getLogger("mkdocs.plugins.tracker")
_POLLING_INTERVAL = 0.1  # seconds
# The styles and scripts of the theme. Our stylesheet contains the rules that pages use.
_THEME_ASSETS = ("assets/stylesheets/", "assets/javascripts/")
_PROBLEMS_PAGE = "problems.html"
_CARD_SIZE = {"width": str(SIZE[0]), "height": str(SIZE[1])}
_SAMPLE_HEADINGS = find_headings('<h1 id="top">-</h1><h2 id="next">-</h2>')


class TrackerConfig(Config):
    """The plugin has no options. Its settings are those of the site, in mkdocs.yml."""


class TrackerPlugin(BasePlugin[TrackerConfig]):
    """Adds record pages, forms, exports and the search to the site."""

    _serving = False
    _problems = ""

    def __init__(self) -> None:
        self._preview = Preview()
        self._preview_lock = ExitStack()
        self._project: Project | None = None
        """In a preview, the project of the previous build. Unchanged files are not parsed again."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Note whether the command is `mkdocs serve`."""
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the records. Invalid ones stop the build.

        A preview continues with a single page that shows the problems.
        """
        self._preview_lock.close()  # in case the previous build failed
        self._preview_lock.enter_context(self._preview.lock)
        self._preview.clear()
        self._problems = ""
        try:
            _refuse_unsafe_files(config, serving=self._serving)
            project = _open_project(config, earlier=self._project)
            self._project = project if self._serving else None
            self._context = _make_context(config, project)
        except PluginError as error:
            if not self._serving:
                raise
            _LOG.error(error)
            self._problems = str(error)
            config.nav, config.theme.static_templates = None, set()
            return config
        self._footer_titles = frozenset(config.extra.get("footer_sections") or ())
        if not (self._serving or self._context.publisher.mail):
            # Not a warning, which would fail --strict: a copy may be published without.
            _LOG.info(
                "NOTICE: the site names no address for messages. Set PUBLISHER_NAME and"
                " PUBLISHER_MAIL, or extra.publisher in mkdocs.yml."
            )
        if STYLESHEET not in config.extra_css:
            config.extra_css.append(STYLESHEET)
            config.extra_javascript += [SCRIPT, search_index.SCRIPT]
            build_date = render_build_date(self._context)
            config.copyright = f"{config.copyright or ''} {build_date}".strip()
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated files, so that prose can link to them."""
        if self._problems:
            return Files([])
        if not self._serving:
            mark_site_folder(Path(config.site_dir))
        for file in [file for file in files if file.src_uri.startswith(_THEME_ASSETS)]:
            files.remove(file)
        # Markdown is slow on the output of macros, so it converts placeholders instead.
        self._calls: dict[str, MacroCall] = {}
        self._prose: dict[str, tuple[Page, ProsePage]] = {}
        # No one shares the URL of a preview.
        description = config.site_description or ""
        self._cards = {} if self._serving else make_cards(self._context, about=description)
        self._generated = [
            *iter_generated_files(self._context),
            *iter_card_files(self._cards),
            *iter_redirects(
                config.extra.get("redirects") or {},
                title=config.site_name,
                language=self._context.language,
            ),
        ]
        for generated in self._generated:
            files.append(File.generated(config, generated.path, content=""))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep the navigation for the record pages."""
        self._nav = nav
        return nav

    def postpone(self, call: MacroCall) -> str:
        """Return a placeholder for a macro on the page that is being converted."""
        name = f"macro{len(self._calls)}"
        self._calls[name] = call
        return make_placeholder(name)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Keep a converted page with the macros that it called."""
        is_for_readers = self._footer_titles.isdisjoint(s.title for s in page.ancestors)
        prose = ProsePage(str(page.title), page.url, html, self._calls, is_for_readers)
        self._prose[page.url] = page, prose
        self._calls = {}
        return html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Write the site when all prose is converted. A preview writes files on request."""
        if self._problems:
            return env
        env.globals["translate"] = self._context.translate
        env.globals["say"] = self._context.translate  # overrides of projects of version 0.1.0
        sections = tuple(map(_to_nav_item, self._nav.items))
        recommendations = list_committee_recommendations(self._context)
        self._navigation = SiteNavigation(sections, recommendations, self._footer_titles)
        env.globals |= {
            "menu": self._navigation.make_menu("404.html"),  # other pages have their own
            "navigation": self._navigation,
            "publisher": render_publisher(self._context),
        }
        shell = self._render_shell(env, files, config)
        for generated in self._generated:
            files.remove(files.src_uris[generated.path])  # the builder writes it, not MkDocs
        pages = [page for page, _ in self._prose.values()]
        prose = [prose for _, prose in self._prose.values()]
        site_dir = Path(config.site_dir)
        self._builder = SiteBuilder(self._context, site_dir, shell, prose, self._generated)
        if self._serving:
            self._builder.build_lazily(self._preview)
            return env
        try:
            rendered = self._builder.build()
        except ModuleNotFoundError as error:
            message, fix = t("package.missing", module=error.name), t("package.missing.fix")
            raise PluginError(f"{message}\n{fix}") from None
        for page, rendered_page in zip(pages, rendered, strict=True):
            page.content = rendered_page.html
            # MkDocs checks links to these anchors, which it has not seen.
            page.present_anchor_ids = {*(page.present_anchor_ids or ()), *rendered_page.anchors}
        return env

    def _render_shell(self, env: Environment, files: Files, config: MkDocsConfig) -> PageShell:
        """Render the theme with placeholders, for record pages in one folder and in two."""
        theme_pages = {
            (depth, has_card): _render_theme_page(
                env, files, self._nav, config, depth, has_card=has_card
            )
            for depth in (1, 2, 3)  # folders in the URL of a page
            for has_card in ((False, True) if self._cards else (False,))
        }
        site_url, description = config.site_url or "", config.site_description or ""
        return PageShell(theme_pages, self._cards, self._navigation, site_url, description)

    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Add the title, description and card that messaging apps show for a shared link."""
        preview = _describe_page(page, config)
        if card := self._cards.get(page.url):
            image = f"{config.site_url}{card_path(page.url)}"
            preview |= {"image": image, "image_alt": card.alt_text, **_CARD_SIZE}
        added: Any = context  # templates may have more
        added |= {"preview": preview, "menu": self._navigation.make_menu(page.url)}
        return context

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Add the record pages to the sitemap."""
        if template_name == "sitemap.xml" and config.site_url:
            pages: list[Any] = self._builder.list_sitemap_pages(config.site_url, get_build_date())
            context["pages"] = [*context["pages"], *pages]
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Add the content security policy. In a preview, postpone the macros of the page."""
        output = add_csp(output, content=page.content or "", preview=self._serving)
        _, prose = self._prose.get(page.url, (None, None))
        if self._serving and prose and prose.calls:
            page.present_anchor_ids = None  # unknown: MkDocs then checks no links to them
            complete = partial(self._builder.complete_prose, prose, output, page.file.dest_uri)
            self._preview.register(page.url, complete)
        return output

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Add the content security policy to 404.html."""
        return add_csp(output_content, preview=self._serving)

    @event_priority(-100)  # after every other plugin has written its files
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """List the files of the site, or show the problems, and allow requests."""
        self._preview.replacement = _PROBLEMS_PAGE if self._problems else ""
        if self._problems:
            page = render_problems_page(self._problems, language=_get_language(config))
            Path(config.site_dir, _PROBLEMS_PAGE).write_text(page, encoding="utf-8")
        if not self._serving:
            write_checksums(Path(config.site_dir))
        self._preview_lock.close()

    def on_build_error(self, *, error: Exception) -> None:
        """Allow requests again."""
        self._preview_lock.close()

    def on_serve(
        self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Write requested files before the server reads them, and notice changes sooner."""
        app: Any = server.get_app()
        server.set_app(self._preview.wrap(app, mount=server.mount_path))
        watched = [path for path in (config.docs_dir, config.config_file_path) if path]
        for path in watched:
            server.unwatch(path)
        server.observer = type(server.observer)(timeout=_POLLING_INTERVAL)
        for path in watched:
            server.watch(path)
        return server


def _refuse_unsafe_files(config: MkDocsConfig, *, serving: bool) -> None:
    """Raise PluginError for links and other unsafe files where a build reads or writes."""
    # A preview is written to a temporary folder of MkDocs.
    target = None if serving else config.site_dir
    try:
        refuse_unsafe_files([config.docs_dir, config.theme.custom_dir], target=target)
    except OSError as error:
        raise PluginError(" ".join(explain_os_error(error))) from None


def _open_project(config: MkDocsConfig, *, earlier: Project | None = None) -> Project:
    try:
        return Project.open(Path(config.config_file_path).parent, earlier=earlier)
    except OSError as error:
        raise PluginError(" ".join(explain_os_error(error))) from None


def _make_context(config: MkDocsConfig, project: Project) -> SiteContext:
    """Check the project, with the settings of mkdocs.yml. Raises PluginError with every problem."""
    publisher: dict[str, object] = config.extra.get("publisher") or {}
    try:
        return make_context(
            project,
            language=_get_language(config),
            site_name=config.site_name,
            site_url=config.site_url or "",
            repo_url=(config.repo_url or "").rstrip("/"),
            edit_branch=str(config.extra.get("editing") or ""),
            publisher=Publisher(
                *(str(publisher.get(key) or "") for key in ("name", "mail", "key"))
            ),
        )
    except InvalidRecordsError as error:
        raise PluginError(f"The records have problems.\n{error}") from None


def _get_language(config: MkDocsConfig) -> str:
    language = str(config.theme.get("language", DEFAULT))
    return language if language in list_languages() else DEFAULT


def _render_theme_page(
    env: Environment,
    files: Files,
    nav: Navigation,
    config: MkDocsConfig,
    depth: int,
    *,
    has_card: bool,
) -> ThemePage:
    page = _make_placeholder_page(config, depth)
    context: Any = get_context(nav, files, config, page)
    context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
    language = env.get_template("partials/language.html").make_module(dict(context))
    preview = _describe_page(page, config)
    if has_card:
        alt = make_placeholder("image_alt")
        preview |= {"image": make_placeholder("image"), "image_alt": alt, **_CARD_SIZE}
    context = {**context, "lang": language, "preview": preview}
    toc, nav_list = env.get_template("partials/toc.html"), env.get_template("partials/nav.html")

    def render_toc(headings: list[Heading]) -> str:
        return toc.render({**context, "page": SimpleNamespace(toc=_make_toc(headings), meta={})})

    @cache
    def render_menu(menu: Menu) -> str:
        return nav_list.render({**context, "menu": menu})

    html = env.get_template("main.html").render(context)
    html = html.replace(str(page.content), make_placeholder("content"))
    if sample := render_toc(_SAMPLE_HEADINGS):
        html = html.replace(sample, make_placeholder("toc"))
    if sample := render_menu(context["menu"]):
        html = html.replace(sample, make_placeholder("menu"))
    html = config.plugins.on_post_page(remove_indentation(html), page=page, config=config)
    return ThemePage(html, render_toc, render_menu)


def _to_nav_item(item: Any) -> NavItem:
    """Return an item of the navigation of MkDocs, whose sections have no URL."""
    children = tuple(map(_to_nav_item, item.children or ()))
    return NavItem(item.title, children[0].url if children else item.url, children)


def _make_placeholder_page(config: MkDocsConfig, depth: int) -> Page:
    file = File.generated(config, f"{'_/' * depth}index.md", content="")
    page = Page(make_placeholder("title"), file, config)
    page.content = f"<h1>{make_placeholder('content')}"  # The theme adds a missing heading.
    page.meta = {"description": make_placeholder("description")}
    page.toc = _make_toc(_SAMPLE_HEADINGS)
    page.canonical_url = f"{config.site_url}{make_placeholder('url')}" if config.site_url else None
    return page


def _make_toc(headings: list[Heading]) -> TableOfContents:
    return get_toc(headings)  # type: ignore[arg-type]  # its type is private


def _describe_page(page: Page, config: MkDocsConfig) -> dict[str, str]:
    """Return the title and description of a page as plain text, or else those of the site."""
    title = str(config.site_name if page.is_homepage else page.title)
    description = page.meta.get("description") or config.site_description or ""
    return {"title": title, "description": description}


def macros(config: MkDocsConfig, get_url: Callable[[], str]) -> dict[str, Callable[..., str]]:
    """Return the macros of prose pages, by name.

    The plugin renders them when all pages are converted. A generator that reads `macros.py` but
    not the plugin renders them at once.
    """
    plugin = config.plugins.get("tracker")
    context = cache(lambda: _make_context(config, _open_project(config)))

    def show(call: MacroCall) -> str:
        if isinstance(plugin, TrackerPlugin):
            return plugin.postpone(call)
        return call(context())

    return make_macros(show, get_url, describe_installed_commands)
