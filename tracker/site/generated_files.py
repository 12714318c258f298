"""Generated files other than pages: exports, feeds, the calendar, scripts and cards."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from tracker.analysis.labels import group_by_label
from tracker.analysis.rating_changes import RatingChange
from tracker.export.feeds import FeedEntry, to_atom, to_calendar
from tracker.export.json_export import to_json
from tracker.export.json_schema import get_schema_paths, make_schema_file
from tracker.export.social_cards import CardRating, SocialCard, to_png
from tracker.model import Assessment, Recommendation, find_current_assessments
from tracker.site.context import SiteContext
from tracker.site.dates import format_date
from tracker.site.due_dates import iter_due_dates
from tracker.site.open_data import list_data_files
from tracker.site.pictures import iter_pictures, render_picture
from tracker.site.render import render_badge
from tracker.site.template_environment import TEMPLATES
from tracker.site.urls import record_url

STYLESHEET = "assets/tracker.css"
SCRIPT = "assets/tracker.js"
"""The script of every page."""
CHANGES_FEED = "feeds/changes.atom"
CALENDAR = "feeds/reviews.ics"
_SCRIPTS = ("tracker.js", "register.js", "compare.js", "search.js", "search-find.js")
"""The scripts. Pages are readable without them."""
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_SCRIPT_COMMENT = re.compile(rb"^[ \t]*//.*\n", re.MULTILINE)
_CSS_SPACE = re.compile(r"""("[^"]*"|'[^']*')|;?\s*([{};])\s*|([:,])\s+""")
"""Strings, which stay as they are, and space and semicolons that style sheets do not need."""
Cards = Mapping[str, SocialCard]
"""Social cards by the URL of their page."""


class GeneratedFile(NamedTuple):
    """A generated file and the function that produces its content."""

    path: str
    get_content: Callable[[], bytes]


def iter_generated_files(context: SiteContext) -> Iterator[GeneratedFile]:
    """Yield the badge, schemas, exports, pictures, feeds, calendar, scripts and stylesheets."""
    view = context.view
    yield GeneratedFile("assets/proof.svg", partial(render_badge, context))
    for path, kind in get_schema_paths().items():
        yield GeneratedFile(path, partial(make_schema_file, kind, view.data))
    make_json = partial(to_json, view.verification, today=view.today, label=context.label)
    yield GeneratedFile("data/tracker.json", make_json)
    for path, make_file in list_data_files(context).items():
        yield GeneratedFile(path, make_file)
    for picture in iter_pictures(context):
        yield GeneratedFile(picture.path, partial(render_picture, context, picture))
    yield from _iter_feeds(context)
    yield GeneratedFile(CALENDAR, partial(_make_calendar, context))
    yield GeneratedFile(STYLESHEET, build_stylesheet)
    for name in _SCRIPTS:
        yield GeneratedFile(f"assets/{name}", partial(_build_script, name))
    yield GeneratedFile("assets/mistake.js", partial(_concatenate, "mistake/mistake.js"))
    yield GeneratedFile("assets/form.css", partial(_concatenate, "forms/form.css"))
    yield GeneratedFile("assets/timeline.css", partial(_concatenate, "timeline.css"))
    yield GeneratedFile("assets/overview.css", partial(_concatenate, "overview.css"))
    yield GeneratedFile("assets/brief.css", partial(_concatenate, "brief/brief.css"))
    if context.edit_branch:
        yield GeneratedFile(
            "assets/form.js", partial(_concatenate, "forms/yaml.js", "forms/form.js")
        )


def build_stylesheet() -> bytes:
    """Return the stylesheet of all pages: the rules of the theme first, then ours."""
    first = ("material", "base")
    files = sorted(
        (TEMPLATES / "css").glob("*.css"),
        key=lambda file: (file.stem not in first, file.stem != "material", file.stem),
    )
    css = _COMMENT.sub("", "\n".join(file.read_text("utf-8") for file in files))
    return _CSS_SPACE.sub(lambda match: "".join(filter(None, match.groups())), css).encode()


def _build_script(name: str) -> bytes:
    """Return a script of all pages without its comments, which every reader would load."""
    return _SCRIPT_COMMENT.sub(b"", _concatenate(name))


def _concatenate(*names: str) -> bytes:
    return b"".join((TEMPLATES / name).read_bytes() for name in names)


def _make_calendar(context: SiteContext) -> bytes:
    title = context.translate("calendar.title", site=context.site_name)
    return to_calendar(iter_due_dates(context), title=title, today=context.view.today)


def _iter_feeds(context: SiteContext) -> Iterator[GeneratedFile]:
    """Yield a feed of all rating changes, and one per recommendation, right and group."""
    changes = context.view.rating_changes()
    yield GeneratedFile(CHANGES_FEED, partial(_make_atom, context, CHANGES_FEED, changes))
    for recommendation in context.view.recommendations:
        if recommendation.assessments:
            selected = tuple(c for c in changes if c.recommendation is recommendation)
            path = f"recommendations/{recommendation.id}/changes.atom"
            make_feed = partial(_make_atom, context, path, selected, recommendation.id)
            yield GeneratedFile(path, make_feed)
    for kind in ("right", "group"):
        for term in context.view.terms(kind):
            selected = tuple(c for c in changes if term.id in (*c.recommendation.rights, *c.groups))
            if selected:
                path = f"vocabulary/{term.id}/changes.atom"
                yield GeneratedFile(path, partial(_make_atom, context, path, selected, term.id))


def _make_atom(
    context: SiteContext, path: str, changes: tuple[RatingChange, ...], record_id: str = ""
) -> bytes:
    # Without the site's own URL, links are relative to the feed.
    root = context.site_url or "../" * path.count("/")
    url = f"{context.view.data.collection_of(record_id)}/{record_id}/" if record_id else ""
    name = context.title(record_id) if record_id else context.site_name
    return to_atom(
        (_make_entry(context, change, root) for change in changes),
        key=f"changes {record_id}".strip(),
        title=context.translate("feed.title", name=name),
        author=context.translate("authors", site=context.site_name),
        page_url=root + url,
        feed_url=root + path,
    )


def _make_entry(context: SiteContext, change: RatingChange, root: str) -> FeedEntry:
    recommendation, previous, assessment, group_ids = change
    groups = ", ".join(map(context.title, group_ids))
    before = ""
    if previous:
        kind = "unchanged" if previous.label == assessment.label else "changed"
        before = context.translate(f"feed.{kind}", before=context.label(previous.label))
    title = context.translate(
        "feed.entry",
        body=context.title(recommendation.made_by),
        title=context.name_recommendation(recommendation),
        groups=groups,
        status=f"{context.label(assessment.label)} {before}".strip(),
    )
    is_whole = len(group_ids) == len(assessment.groups)
    return FeedEntry(
        key=assessment.id if is_whole else f"{assessment.id} {group_ids[0]}",
        day=assessment.date.first,
        title=title,
        summary=context.localize(assessment.why),
        link=f"{root}{record_url('recommendations', recommendation.id)}#{assessment.id}",
    )


def make_cards(context: SiteContext, *, about: str) -> Cards:
    """Return a social card for the home page and for each rated recommendation.

    `about` is the description of the site. Without the site's own URL there are no cards, because
    messaging apps request them by absolute URL.
    """
    if not context.site_url:
        return {}
    rated = [r for r in context.view.recommendations if r.assessments]
    counted = [r for r in rated if not context.view.is_proposal(r)]
    home = SocialCard("", context.site_name, about, dates=_format_totals(context, counted))
    return {"": home} | {f"recommendations/{r.id}/": _make_card(context, r) for r in rated}


def iter_card_files(cards: Cards) -> Iterator[GeneratedFile]:
    """Yield each card as a picture."""
    for url, card in cards.items():
        yield GeneratedFile(card_path(url), partial(to_png, card))


def card_path(url: str) -> str:
    """Return the path of the card of a page."""
    return f"{url}card.png"


def _make_card(context: SiteContext, recommendation: Recommendation) -> SocialCard:
    """Return the card of a recommendation, with each label once and all its groups."""
    current = find_current_assessments(recommendation)
    document = recommendation.document
    symbol = context.view.source(document).symbol or context.title(document)
    return SocialCard(
        site=context.site_name,
        title=context.title(recommendation.id),
        origin=", ".join((context.title(recommendation.made_by), symbol, recommendation.paragraph)),
        ratings=tuple(
            CardRating(label.status, context.label(label), _list_groups(context, rated))
            for label, rated in group_by_label(current).items()
        ),
        dates=tuple(dict.fromkeys(_format_dates(context, assessment) for assessment in current)),
    )


def _list_groups(context: SiteContext, assessments: Iterable[Assessment]) -> str:
    return ", ".join(context.title(group) for a in assessments for group in a.groups)


def _format_dates(context: SiteContext, assessment: Assessment) -> str:
    translate = context.translate
    rated_on = translate("card.rated", day=format_date(assessment.date, translate))
    if assessment.evidence_up_to is None:
        return f"{rated_on}. {translate('evidence.none')}"
    day = context.evidence_date(assessment.evidence_up_to, assessment.evidence_undated)
    return f"{rated_on}. {translate('evidence.up-to')} {day}"


def _format_totals(context: SiteContext, rated: list[Recommendation]) -> tuple[str, ...]:
    if not rated:
        return ()
    latest = max((a.date for r in rated for a in r.assessments), key=lambda when: when.last)
    day = format_date(latest, context.translate)
    return (context.translate("card.totals", n=len(rated), day=day),)
