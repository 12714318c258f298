"""The Jinja environment: filters and functions that every template can use."""

import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracker.analysis.freshness import find_last_search, find_latest_rating
from tracker.export.citation_formats import CitableWork, to_bibtex, to_csl, to_ris
from tracker.model import find_current_assessments
from tracker.model.fields import describe_fields
from tracker.site import briefs, comparison, forms, gaps, overview
from tracker.site.addresses import find_addresses
from tracker.site.charts import make_breakdown_chart, make_series_chart
from tracker.site.charts.paths import AGES, STATUSES, TIMELINE, breakdown_picture, series_picture
from tracker.site.charts.statuses import describe_ages, make_status_bar
from tracker.site.charts.strip import make_timeline_overview
from tracker.site.due_dates import iter_due_dates
from tracker.site.open_data import cite_dataset, describe_dataset, list_rating_columns
from tracker.site.references import cite_picture, list_references
from tracker.site.registers import LICENCE_URL, find_neighbours, make_register, to_columns
from tracker.site.timeline import get_entry_title, make_timeline

TEMPLATES = Path(__file__).parent.parent / "templates"
_FORMATS = {
    "bibtex": ("application/x-bibtex", to_bibtex),
    "ris": ("application/x-research-info-systems", to_ris),
    "csl": ("application/vnd.citationstyles.csl+json", to_csl),
}
"""The formats of references: the filter, the media type and the function that writes it."""
_PICTURES = {
    "AGES": AGES,
    "STATUSES": STATUSES,
    "TIMELINE": TIMELINE,
    "breakdown_picture": breakdown_picture,
    "cite_picture": cite_picture,
    "describe_ages": describe_ages,
    "make_breakdown_chart": make_breakdown_chart,
    "make_series_chart": make_series_chart,
    "make_status_bar": make_status_bar,
    "make_timeline_overview": make_timeline_overview,
    "series_picture": series_picture,
}
"""The charts, and the paths of their files."""
# Characters that need no escape in a data URL. Fewer escapes compress better.
_DATA = "!$()*+,;=:@/?-._~"
# The dot in “J. Doe” or “No. 136” ends no sentence.
_SENTENCE_END = re.compile(r"\w{2}[”\")]*([.?!][”\")]*)\s+(?=\w)")


@cache
def make_environment() -> Environment:
    """Return the environment. Templates escape values unless they are Markup."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        escape_unprintable=_escape_unprintable,
        first_sentence=_first_sentence,
        **{name: partial(_to_data_url, kind=kind, write=w) for name, (kind, w) in _FORMATS.items()},
    )
    environment.globals.update(
        **_PICTURES,
        briefs=briefs,
        cite_dataset=cite_dataset,
        comparison=comparison,
        current_assessments=find_current_assessments,
        describe_dataset=describe_dataset,
        describe_fields=describe_fields,
        find_addresses=find_addresses,
        find_gaps=gaps.find_gaps,
        find_latest_rating=find_latest_rating,
        find_neighbours=find_neighbours,
        list_references=list_references,
        forms=forms,
        get_entry_title=get_entry_title,
        iter_due_dates=iter_due_dates,
        last_search=find_last_search,
        list_rating_columns=list_rating_columns,
        licence_url=LICENCE_URL,
        make_register=make_register,
        make_timeline=make_timeline,
        overview=overview,
        to_columns=to_columns,
    )
    return environment


def _to_data_url(works: Iterable[CitableWork], *, kind: str, write: Callable[..., str]) -> str:
    """Return a download that needs no request, so that it also works in an offline copy."""
    return f"data:{kind};charset=utf-8,{quote(write(*works), safe=_DATA)}"


def _escape_unprintable(text: str) -> str:
    """Spell out characters that are not printable. Returns a dash for an empty text."""
    escaped = (
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode()
        for char in text
    )
    return "".join(escaped) or "–"


def _first_sentence(text: str) -> str:
    """Return the first sentence, or all of a text that is marked as being in another language."""
    if isinstance(text, Markup):
        return text
    ends = (match.end(1) for match in _SENTENCE_END.finditer(text) if text[match.end()].isupper())
    return text[: next(ends, len(text))]
