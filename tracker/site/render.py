"""Render records and views of records to HTML fragments. Templates are in tracker/templates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from tracker.analysis.freshness import describe_age
from tracker.i18n import t
from tracker.model import KINDS, Citation, ImpreciseDate, Recommendation, Record, RecordKind, Text
from tracker.model.assessment import StatusLabel
from tracker.site.briefs import brief_url
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.forms import make_form_context
from tracker.site.menu import FORMS_PARENT, find_parent
from tracker.site.template_environment import TEMPLATES, make_environment
from tracker.site.urls import record_url, relative_url

# Characters that need no escape in the fragment of a URL (RFC 3986).
_FRAGMENT = "!$&'()*+,;=:@/?-._~"


@dataclass(frozen=True, slots=True)
class Fragment:
    """The content of a page, its title, and one sentence for search engines and previews."""

    title: str
    description: str
    html: str
    parent: str
    """The URL of the page whose section of the menu it belongs to."""


def render_record_page(context: SiteContext, collection: str, record: Record) -> Fragment:
    """Render the page of one record."""
    html = _render(
        f"pages/{collection}.html",
        context,
        record_url(collection, record.id),
        record=record,
        collection=collection,
    )
    summary = getattr(record, "summary", None) or getattr(record, "definition", None)
    return Fragment(
        context.title(record.id),
        context.localize(summary),
        html,
        find_parent(collection, record),
    )


def render_brief(context: SiteContext, recommendation: Recommendation) -> Fragment:
    """Render the page to print of a recommendation."""
    html = _render("pages/brief.html", context, brief_url(recommendation), record=recommendation)
    title = context.translate("brief.title", title=context.title(recommendation.id))
    parent = find_parent("recommendations", recommendation)
    return Fragment(title, context.localize(recommendation.summary), html, parent)


def list_views() -> list[str]:
    """Return the names of the views that prose can show. Some need arguments."""
    return sorted(file.stem for file in (TEMPLATES / "views").glob("*.html"))


def render_view(context: SiteContext, name: str, *, page_url: str, **values: Any) -> str:
    """Render a view of the records, such as a register, for the page at a URL."""
    return _render(f"views/{name}.html", context, page_url, **values)


def iter_form_pages(context: SiteContext) -> Iterator[tuple[str, Callable[[], Fragment]]]:
    """Yield the URL of each form and a function that renders it, if the site has forms."""
    if context.edit_branch:
        yield "edit/", partial(_render_form_index, context)
        for kind in KINDS.values():
            yield f"edit/{kind.name}/", partial(_render_form_page, context, kind)


def _render_form_index(context: SiteContext) -> Fragment:
    html = _render("forms/index.html", context, "edit/", kinds=KINDS.values())
    title, description = context.translate("edit.index"), context.translate("edit.index.means")
    return Fragment(title, description, html, FORMS_PARENT)


def _render_form_page(context: SiteContext, kind: RecordKind) -> Fragment:
    values = make_form_context(context, kind)
    html = _render("forms/form.html", context, f"edit/{kind.name}/", kind=kind, **values)
    name = context.translate(f"edit.kind.{kind.name}")
    title = context.translate("edit.title", kind=name)
    return Fragment(title, context.translate("edit.index.means"), html, FORMS_PARENT)


def render_build_date(context: SiteContext) -> str:
    """Render the reference date for the footer of every page."""
    today = context.view.today
    day = format_date(ImpreciseDate.parse(today.isoformat()), context.translate)
    template = make_environment().get_template("made-on.html")
    return template.render(view=context.view, t=context.translate, day=day)


def render_publisher(context: SiteContext) -> Markup:
    """Render who publishes the site, or that it names no one, for the footer of every page."""
    template = make_environment().get_template("publisher.html")
    return Markup(template.render(publisher=context.publisher, t=context.translate))


def render_problems_page(problems: str, *, language: str) -> str:
    """Render the page that a preview shows while the records have problems."""
    template = make_environment().get_template("problems.html")
    translate = partial(t, language=language)
    return template.render(problems=problems, language=language, t=translate)


def render_badge(context: SiteContext) -> bytes:
    """Render a picture for other sites that shows the number of verified citations."""
    counts = context.view.verification.count_statuses()
    text = context.translate(
        "badge.proved", proved=f"{counts['proved']:,}", all=f"{sum(counts.values()):,}"
    )
    template = make_environment().get_template("badge.svg")
    return template.render(name=context.translate("badge.name"), text=text).encode()


def _render(template: str, context: SiteContext, page_url: str, **values: Any) -> str:
    """Render a template for the page at a URL."""
    values |= {
        "site": context,
        "view": context.view,
        "t": context.translate,
        **_make_url_functions(context, page_url),
        **_make_date_functions(context),
        **_make_text_functions(context),
    }
    # A blank line would end an HTML block in Markdown, where the plugin is not used.
    html = make_environment().get_template(template).render(values)
    return "\n".join(line for line in html.splitlines() if line.strip())


def _make_url_functions(context: SiteContext, page_url: str) -> dict[str, Callable[..., str]]:
    """Return functions for links relative to a page."""

    def url(record_id: str, anchor: str = "") -> str:
        target = record_url(context.view.data.collection_of(record_id), record_id)
        fragment = f"#{quote(anchor, safe=_FRAGMENT)}" if anchor else ""
        return relative_url(target + fragment, base=page_url)

    def citation_url(citation: Citation) -> str:
        has_blocks = context.view.source_map(citation.source) is not None
        return url(citation.source, citation.locator if has_blocks else "")

    return {
        "url": url,
        "citation_url": citation_url,
        "page": partial(relative_url, base=page_url),
    }


def _make_date_functions(context: SiteContext) -> dict[str, Callable[..., str]]:
    """Return functions that format dates and ages."""

    def day(when: ImpreciseDate) -> str:
        return format_date(when, context.translate)

    def iso_date(text: object) -> str:
        return day(ImpreciseDate.parse(str(text)))

    def age(when: ImpreciseDate) -> str:
        return describe_age(when, context.translate, today=context.view.today)

    return {"day": day, "iso_date": iso_date, "age": age}


def _make_text_functions(context: SiteContext) -> dict[str, Callable[..., str]]:
    """Return functions that localize texts and titles, and mark those in another language."""

    def text(value: Text | None, max_length: int = 0) -> str:
        localized = context.localize(value)
        if max_length and len(localized) > max_length:
            localized = localized[: max_length - 1].rstrip() + "…"
        if language := context.fallback_language(value):
            return Markup('<span lang="{}">{}</span>').format(language, localized)
        return localized

    def title(record_id: str, max_length: int = 0) -> str:
        record = context.view.find(record_id)
        return text(record.title if record else record_id, max_length)

    def label_text(label: StatusLabel) -> str:
        term = context.view.find(label.status)
        name = context.label(label)
        if language := context.fallback_language(term.title if term else None):
            return Markup('<span lang="{}">{}</span>').format(language, name)
        return name

    return {"text": text, "title": title, "label_text": label_text}
