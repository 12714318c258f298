"""Pictures to download: the charts of pages as SVG files with their source, date and address."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from tracker.model import ImpreciseDate, Indicator
from tracker.site.charts import Chart, make_breakdown_chart, make_series_chart
from tracker.site.charts.figures import get_date
from tracker.site.charts.labels import GUTTER, measure_width, wrap_text
from tracker.site.charts.paths import AGES, STATUSES, TIMELINE, breakdown_picture, series_picture
from tracker.site.charts.statuses import describe_ages, make_age_rows, make_status_bar
from tracker.site.charts.strip import make_timeline_overview
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.overview import summarize
from tracker.site.references import cite_picture
from tracker.site.template_environment import TEMPLATES, make_environment
from tracker.site.timeline import make_timeline

WIDTH, MARGIN, EM = 680, 24, 14
"""The width of a file, the space around its content, and the size of text, in pixels."""
_LINE = 1.4
"""The height of a line, in sizes of its text."""
_SIZES = {"kicker": 12, "title": 18, "note": 12}
_WIDE = {"title": 1.22, "note": 1.08}
"""How much wider bold text is, and small text in wide fonts."""
_UNIT = re.compile(r'="(-?[\d.]+)(em|%)"')
_VARIABLE = re.compile(r"var\((--[\w-]+)(?:, (#\w+))?\)")
_COLOUR = re.compile(r"(--ct-\w+): (#\w+);")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of a page, as a file."""

    path: str
    title: str
    """The finding."""
    name: str
    """A description of the picture."""
    macro: str
    """The macro in chart.html that draws it."""
    drawing: object
    height: float
    """In em."""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    evidence: str = ""
    """The sentence that dates it."""
    gutter: float = 0
    """The width to the left of the drawing, in em."""


def iter_pictures(context: SiteContext) -> Iterator[Picture]:
    """Yield the charts of the home page, the timeline, and those of breakdowns and series."""
    yield from _iter_home_pictures(context)
    if strip := make_timeline_overview(make_timeline(context.view), context):
        height = 2 * len(strip.lanes) + 1.6
        # Labels end left of the drawing, and some fonts are wider than measured.
        gutter = 1.15 * max(measure_width(lane.name) for lane in strip.lanes) + 1
        yield Picture(
            *(TIMELINE, strip.title, strip.name, "whole_strip", strip, height, strip.notes),
            gutter=gutter,
        )
    indicators = context.view.all(Indicator)
    for record in indicators:
        for part in record.breakdowns:
            chart = make_breakdown_chart(
                part, record, t=context.translate, localize=context.localize
            )
            if chart:
                yield _to_picture(context, breakdown_picture(record, part), chart, [record])
    for name in sorted({i.series for i in indicators if i.series}):
        series = context.view.series(name)
        chart = make_series_chart(
            series, t=context.translate, format_date=lambda day: _format(context, day)
        )
        if chart:
            yield _to_picture(context, series_picture(name), chart, series)


def render_picture(context: SiteContext, picture: Picture) -> bytes:
    """Return a picture as a file that needs nothing else."""
    gutter = round(picture.gutter * EM)
    plot = WIDTH - 2 * MARGIN - gutter
    kicker = [] if picture.macro == "points" else [("kicker", picture.name)]
    texts, top = _stack([*kicker, ("title", picture.title)], MARGIN)
    top += EM
    notes = [("note", text) for text in _list_notes(context, picture)]
    below, bottom = _stack(notes, top + round(picture.height * EM) + EM)
    environment = make_environment()
    draw = vars(environment.get_template("chart.html").module)[picture.macro]
    drawing = _UNIT.sub(lambda unit: _to_pixels(unit, plot), draw(picture.drawing, "p"))
    return (
        environment.get_template("picture.svg")
        .render(
            picture=picture,
            drawing=Markup(drawing),  # rendered by a template, which escapes
            texts=texts + below,
            style=_make_style(),
            width=WIDTH,
            height=bottom + MARGIN,
            left=MARGIN + gutter,
            top=top,
            plot=plot,
            margin=MARGIN,
        )
        .encode()
    )


def _iter_home_pictures(context: SiteContext) -> Iterator[Picture]:
    t = context.translate
    latest = summarize(context.view).latest
    day = latest.evidence_up_to if latest else None
    when = context.evidence_date(day, latest.evidence_undated) if day and latest else ""
    evidence = f"{t('evidence.up-to')} {when}." if when else t("evidence.none")
    if bar := make_status_bar(context):
        height = 2.8 + 1.7 * len(bar.segments)
        name, labels = t("statuses.name"), [context.label(s.label) for s in bar.segments]
        yield Picture(
            *(STATUSES, bar.title, name, "labelled_statuses", (bar, labels), height),
            notes=bar.notes,
            evidence=evidence,
        )
    if rows := make_age_rows(context):
        height = rows[-1].top + 2
        finding, name, notes = describe_ages(context), t("ages.name"), (t("ages.reading"),)
        yield Picture(
            *(AGES, finding, name, "ages", rows, height, notes),
            evidence=evidence,
        )


def _to_picture(
    context: SiteContext, path: str, chart: Chart, indicators: Iterable[Indicator]
) -> Picture:
    indicators = tuple(indicators)
    dates = [when for i in indicators if (when := get_date(i))]
    latest = max(dates, key=lambda when: (when.last, when.first), default=None)
    day = _format(context, latest) if latest else context.translate("undated").lower()
    return Picture(
        *(path, chart.title, chart.name, "bars" if chart.bars else "points", chart, chart.height),
        (*chart.notes, *_list_record_notes(context, indicators)),
        sources=_list_sources(context, indicators),
        evidence=context.translate("picture.latest", day=day),
        gutter=GUTTER if chart.ticks else 0,
    )


def _list_sources(context: SiteContext, indicators: Iterable[Indicator]) -> tuple[str, ...]:
    """Return the symbol or title of each cited source with the cited places."""
    places: dict[str, dict[str, None]] = {}
    for citation in (c for i in indicators for c in i.citations):
        places.setdefault(citation.source, {})[citation.locator] = None
    sources = {id: context.view.source(id) for id in places}
    return tuple(
        ", ".join((s.symbol or context.title(id), *map(context.place, places[id])))
        for id, s in sources.items()
    )


def _list_record_notes(context: SiteContext, indicators: Iterable[Indicator]) -> Iterator[str]:
    """Yield the notes of the records, each after the dates of its figures if there are several."""
    dates: dict[str, list[str]] = {}
    for indicator in indicators:
        if indicator.note:
            when = get_date(indicator)
            day = _format(context, when) if when else context.translate("undated").lower()
            dates.setdefault(context.localize(indicator.note), []).append(day)
    for note, days in dates.items():
        yield context.translate("picture.note", days=days, note=note)


def _list_notes(context: SiteContext, picture: Picture) -> Iterator[str]:
    """Yield the legend, the sources, the date of the evidence, and the reference."""
    t = context.translate
    yield " ".join(picture.notes)
    if picture.sources:
        yield t("picture.sources", sources="; ".join(picture.sources))
    else:
        day = context.view.today.isoformat()
        source = t("picture.own-source", site=context.site_name, day=day, address=context.site_url)
        yield source.rstrip(", ")
    if picture.evidence:
        yield picture.evidence
    licence = t("record.licence", licence=t("register.licence"))
    yield f"{cite_picture(context, picture.name, picture.path)} {licence}"


def _format(context: SiteContext, day: ImpreciseDate) -> str:
    return format_date(day, context.translate)


def _stack(texts: Iterable[tuple[str, str]], top: float) -> tuple[list[dict[str, object]], float]:
    """Return the lines of texts below each other, and where they end."""
    lines: list[dict[str, object]] = []
    for kind, text in texts:
        size = _SIZES[kind]
        for line in wrap_text(text, (WIDTH - 2 * MARGIN) / size / _WIDE.get(kind, 1)):
            top += round(size * _LINE)
            lines.append({"kind": kind, "text": line, "y": top - round(size * 0.3)})
        top += 4
    return lines, top


def _to_pixels(unit: re.Match[str], width: float) -> str:
    """Return a length in pixels, which more programs understand than em and per cent."""
    pixels = float(unit[1]) * (EM if unit[2] == "em" else width / 100)
    return f'="{round(pixels, 1):g}"'


@cache
def _make_style() -> Markup:
    """Return the style of pictures on pages, with the light colours instead of variables."""
    base, drawing = ((TEMPLATES / f"css/{n}.css").read_text("utf-8") for n in ("base", "drawing"))
    colours = dict(reversed(_COLOUR.findall(base)))  # the first value is the light one
    css = _VARIABLE.sub(lambda name: colours.get(name[1]) or name[2], _COMMENT.sub("", drawing))
    common = f"svg {{ overflow: visible; }}\ntext {{ fill: {colours['--ct-ink']}; }}\n"
    return Markup(common + css)  # our own
