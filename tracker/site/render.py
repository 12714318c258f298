"""Record → HTML fragment. Templates escape by default; only sound records come here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.analysis.freshness import compute_age, format_age
from tracker.export.citation_formats import CitableWork, to_bibtex, to_csl, to_ris
from tracker.i18n import t
from tracker.model import (
    KINDS,
    Citation,
    ImpreciseDate,
    Record,
    RecordKind,
    Text,
    find_current_assessments,
)
from tracker.site import comparison, dates, forms, gaps
from tracker.site.charts import Chart, make_breakdown_chart, make_series_chart
from tracker.site.context import SiteContext, to_citable_work
from tracker.site.registers import LICENCE_URL, find_neighbours, make_register, to_columns
from tracker.site.timeline import get_entry_title, make_timeline, make_timeline_overview
from tracker.site.urls import record_url, relative_url

__all__ = [
    "Fragment",
    "SiteContext",
    "build_stylesheet",
    "iter_form_files",
    "iter_form_pages",
    "iter_scripts",
    "list_views",
    "relative_url",
    "render_badge",
    "render_build_date",
    "render_chart",
    "render_record_page",
    "render_view",
]

# What may stand in a fragment as it is (RFC 3986).
_FRAGMENT = "!$&'()*+,;=:@/?-._~"
TEMPLATES = Path(__file__).parent.parent / "templates"
# The dot in “J. Doe” or “No. 136” ends no sentence.
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_END = re.compile(r"\w{2}[”\")]*([.?!][”\")]*)\s+(?=\w)")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A page's content, its title, and one sentence for search engines and previews."""

    title: str
    description: str
    html: str


@cache
def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=True,
    )
    environment.filters.update(
        escape_unprintable=_escape_unprintable,
        first_sentence=_first_sentence,
        bibtex=partial(_to_data_url, kind="application/x-bibtex", write=to_bibtex),
        ris=partial(_to_data_url, kind="application/x-research-info-systems", write=to_ris),
        csl=partial(_to_data_url, kind="application/vnd.citationstyles.csl+json", write=to_csl),
    )
    environment.globals.update(
        citable_work=to_citable_work,
        comparison=comparison,
        current_assessments=find_current_assessments,
        find_gaps=gaps.find_gaps,
        find_neighbours=find_neighbours,
        forms=forms,
        get_entry_title=get_entry_title,
        licence_url=LICENCE_URL,
        make_breakdown_chart=make_breakdown_chart,
        make_register=make_register,
        make_series_chart=make_series_chart,
        make_timeline=make_timeline,
        make_timeline_overview=make_timeline_overview,
        to_columns=to_columns,
    )
    return environment


def _to_data_url(work: CitableWork, *, kind: str, write: Callable[[CitableWork], str]) -> str:
    """A file to download that needs no request: it works from a copy on a stick as well."""
    return f"data:{kind};charset=utf-8,{quote(write(work))}"


def _escape_unprintable(text: str) -> str:
    """Text in which characters that cannot be seen, or no text at all, are spelled out."""
    return (
        "".join(
            c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
        )
        or "–"
    )


def _first_sentence(text: str) -> str:
    """The first sentence of a text; all of it where it is marked as of another language."""
    if isinstance(text, Markup):
        return text
    ends = (m.end(1) for m in _END.finditer(text) if text[m.end()].isupper())
    return text[: next(ends, len(text))]


def iter_scripts() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """What pages may load, and none needs to be read: the path of each, and how it is made."""
    for name in ("tracker.js", "register.js", "compare.js"):
        yield f"assets/{name}", (TEMPLATES / name).read_bytes


def render_build_date(context: SiteContext) -> str:
    """The day to which ages are counted, for the foot of every page."""
    translate = partial(t, language=context.language)
    day = dates.format_date(ImpreciseDate.parse(context.view.today.isoformat()), translate)
    return (
        _make_environment()
        .get_template("made-on.html")
        .render(view=context.view, t=translate, day=day)
    )


def render_problems_page(problems: str, *, language: str) -> str:
    """Return the page that a preview shows instead of the site while records have problems."""
    template = _make_environment().get_template("problems.html")
    translate = partial(t, language=language)
    return template.render(problems=problems, language=language, t=translate)


def render_badge(context: SiteContext) -> bytes:
    """How many citations are proved, as a small picture for other pages."""
    translate = partial(t, language=context.language)
    counts = context.view.verification.count_statuses()
    facts = {"proved": f"{counts['proved']:,}", "all": f"{sum(counts.values()):,}"}
    told = translate("badge.proved", **facts)
    html = (
        _make_environment()
        .get_template("badge.svg")
        .render(name=translate("badge.name"), told=told)
    )
    return html.encode()


def render_chart(chart: Chart, *, name: str) -> str:
    """A chart as it stands on a page: the picture, and how to read it."""
    module = _make_environment().get_template("chart.html").module
    html: str = vars(module)["figure"](chart, name)
    return html


def iter_form_pages(context: SiteContext) -> Iterator[tuple[str, Callable[[], Fragment]]]:
    """The address of each page on which records are written, and how it is made; none where forms
    are not wanted."""
    if context.edit_branch:
        yield "edit/", partial(_render_form_index, context)
        for kind in KINDS.values():
            yield f"edit/{kind.name}/", partial(_render_form_page, context, kind)


def _render_form_index(context: SiteContext) -> Fragment:
    translate = partial(t, language=context.language)
    html = _render("forms/index.html", context, "edit/", kinds=KINDS.values())
    return Fragment(translate("edit.index"), translate("edit.index.means"), html)


def _render_form_page(context: SiteContext, kind: RecordKind) -> Fragment:
    translate = partial(t, language=context.language)
    facts = forms.make_form_context(context, kind)
    html = _render("forms/form.html", context, f"edit/{kind.name}/", kind=kind, **facts)
    title = translate("edit.title", kind=translate(f"edit.kind.{kind.name}"))
    return Fragment(title, translate("edit.index.means"), html)


def iter_form_files(context: SiteContext) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The script and the styles of the forms, which no other page loads, and how each is made."""
    if context.edit_branch:
        yield "assets/form.js", partial(_join_files, "forms/yaml.js", "forms/form.js")
        yield "assets/form.css", partial(_join_files, "forms/form.css")


def _join_files(*names: str) -> bytes:
    return b"".join((TEMPLATES / name).read_bytes() for name in names)


def build_stylesheet() -> bytes:
    """Return the stylesheet of all pages but the forms: the theme's rules first, then ours."""
    first = ("material", "base")
    parts = sorted(
        (TEMPLATES / "css").glob("*.css"),
        key=lambda p: (p.stem not in first, p.stem != "material", p.stem),
    )
    return _COMMENT.sub("", "\n".join(part.read_text("utf-8") for part in parts)).encode()


def render_record_page(context: SiteContext, collection: str, record: Record) -> Fragment:
    """The page of one record."""
    here = record_url(collection, record.id)
    html = _render(f"pages/{collection}.html", context, here, record=record, collection=collection)
    summary = getattr(record, "summary", None) or getattr(record, "definition", None)
    return Fragment(context.title(record.id), context.localize(summary), html)


def list_views() -> list[str]:
    """The parts of a page that prose can ask for; some need facts."""
    return sorted(file.stem for file in (TEMPLATES / "views").glob("*.html"))


def render_view(context: SiteContext, name: str, *, here: str, **facts: Any) -> str:
    """A part of a page that prose asks for by a macro: a register, the gaps, a list."""
    return _render(f"views/{name}.html", context, here, **facts)


def _make_text_functions(context: SiteContext) -> dict[str, Callable[..., str]]:
    """How a text, and the title of a record, is printed: marked where its language is another."""

    def text(value: Text | None, longest: int = 0) -> str:
        told = context.localize(value)
        if longest and len(told) > longest:
            told = told[: longest - 1].rstrip() + "…"
        language = context.fallback_language(value)
        return Markup('<span lang="{}">{}</span>').format(language, told) if language else told

    def title(record_id: str, longest: int = 0) -> str:
        found = context.view.find(record_id)
        return text(found.title if found else record_id, longest)

    return {"text": text, "title": title}


def _render(template: str, context: SiteContext, here: str, **facts: Any) -> str:
    translate = partial(t, language=context.language)

    def url(record_id: str, anchor: str = "") -> str:
        context.view.find(record_id)
        target = record_url(context.view.data.collection_of(record_id), record_id)
        return relative_url(
            target + (f"#{quote(anchor, safe=_FRAGMENT)}" if anchor else ""), here=here
        )

    def citation_url(citation: Citation) -> str:
        mapped = context.view.source_map(citation.source) is not None
        return url(citation.source, citation.locator if mapped else "")

    def day(when: ImpreciseDate) -> str:
        return dates.format_date(when, translate)

    def iso_date(text: object) -> str:
        return dates.format_date(ImpreciseDate.parse(str(text)), translate)

    def age(when: ImpreciseDate) -> str:
        return format_age(compute_age(when, today=context.view.today), translate)

    facts |= {
        "site": context,
        "view": context.view,
        "t": translate,
        "url": url,
        "page": partial(relative_url, here=here),
        "citation_url": citation_url,
        "day": day,
        "iso_date": iso_date,
        "age": age,
    } | _make_text_functions(context)
    # Blank lines would end a raw HTML block where, without the plugin, it is put into Markdown.
    html = _make_environment().get_template(template).render(facts)
    return "\n".join(line for line in html.splitlines() if line.strip())
