"""Every file that is published beside the pages: its address and its bytes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from tracker.export.feeds import CalendarEntry, FeedEntry, to_atom, to_calendar
from tracker.export.json_export import to_json
from tracker.export.json_schema import get_schema_paths, make_schema_file
from tracker.export.social_cards import CardRating, SocialCard, to_png
from tracker.i18n import t
from tracker.model import Assessment, Cycle, Recommendation, find_current_assessments
from tracker.site import dates, search_index
from tracker.site.context import SiteContext
from tracker.site.render import build_stylesheet, iter_form_files, iter_scripts, render_badge

STYLESHEET = "assets/tracker.css"
SCRIPT = "assets/tracker.js"
"""That of every page."""
CHANGES = "feeds/changes.atom"
CALENDAR = "feeds/reviews.ics"


class GeneratedFile(NamedTuple):
    """A generated file and the function that produces its content."""

    path: str
    make: Callable[[], bytes]


def iter_generated_files(context: SiteContext) -> Iterator[GeneratedFile]:
    """Badge, schemas, export, feeds, calendar and scripts, in a fixed order."""
    yield GeneratedFile("assets/proof.svg", partial(render_badge, context))
    for path, kind in get_schema_paths().items():
        yield GeneratedFile(path, partial(make_schema_file, kind, context.view.data))
    yield GeneratedFile(
        "data/tracker.json", partial(to_json, context.view.verification, today=context.view.today)
    )
    yield from _iter_feeds(context)
    yield GeneratedFile(CALENDAR, partial(_make_calendar, context))
    yield GeneratedFile(STYLESHEET, build_stylesheet)
    for path, make in (*iter_scripts(), *iter_form_files(context), *search_index.iter_scripts()):
        yield GeneratedFile(path, make)


Cards = Mapping[str, SocialCard]
"""By the address of its page."""
RatingChange = tuple[Recommendation, Assessment | None, Assessment]


def _make_calendar(context: SiteContext) -> bytes:
    title = t("calendar.title", language=context.language, site=context.site_name)
    return to_calendar(iter_due_dates(context), title=title, today=context.view.today)


def _iter_feeds(context: SiteContext) -> Iterator[GeneratedFile]:
    """All changes; and those of each recommendation, and of each right and group named by one."""
    changes = context.view.rating_changes()
    yield _make_feed(context, CHANGES, changes)
    for recommendation in context.view.recommendations:
        if recommendation.assessments:
            own = tuple(c for c in changes if c[0] is recommendation)
            path = f"recommendations/{recommendation.id}/changes.atom"
            yield _make_feed(context, path, own, recommendation.id)
    for kind in ("right", "group"):
        for term in context.view.terms(kind):
            own = tuple(c for c in changes if term.id in (*c[0].rights, *c[2].groups))
            if own:
                path = f"vocabulary/{term.id}/changes.atom"
                yield _make_feed(context, path, own, term.id)


def _make_feed(
    context: SiteContext, path: str, changes: tuple[RatingChange, ...], key: str = ""
) -> GeneratedFile:
    return GeneratedFile(path, partial(_make_atom, context, path, changes, key))


def _make_atom(
    context: SiteContext, path: str, changes: tuple[RatingChange, ...], key: str
) -> bytes:
    """Without a published address, links lead from where the feed lies."""
    translate = partial(t, language=context.language)
    root = context.site_url or "../" * path.count("/")
    address = f"{context.view.data.collection_of(key)}/{key}/" if key else ""
    return to_atom(
        (_make_entry(context, change, root) for change in changes),
        key=f"changes {key}".strip(),
        title=translate("feed.title", name=context.title(key) if key else context.site_name),
        author=translate("authors", site=context.site_name),
        link=root + address,
        own=root + path,
    )


def _make_entry(context: SiteContext, change: RatingChange, root: str) -> FeedEntry:
    recommendation, before, assessment = change
    moved = f"{context.title(before.status)} → " if before else ""
    groups = ", ".join(context.title(group) for group in assessment.groups)
    return FeedEntry(
        key=assessment.id,
        day=assessment.date.first,
        title=f"{context.title(recommendation.id)}: {moved}{context.title(assessment.status)}",
        summary=f"{groups}: {context.localize(assessment.why)}",
        link=f"{root}recommendations/{recommendation.id}/",
    )


def make_cards(context: SiteContext, *, about: str) -> Cards:
    """By the address of its page: a card for each rated recommendation, and one for the site.

    `about` is what the site says of itself. Empty where the site has no published address: those
    who show a preview ask for its picture by its whole address.
    """
    if not context.site_url:
        return {}
    rated = [r for r in context.view.recommendations if r.assessments]
    made = {f"recommendations/{r.id}/": _make_card(context, r) for r in rated}
    return {
        "": SocialCard("", context.site_name, about, dated=_format_totals(context, rated)),
        **made,
    }


def iter_card_files(cards: Cards) -> Iterator[GeneratedFile]:
    """Each card as a picture beside its page."""
    for address, card in cards.items():
        yield GeneratedFile(card_path(address), partial(to_png, card))


def card_path(address: str) -> str:
    """Where the picture of a page is, from the root of the site."""
    return f"{address}card.png"


def _make_card(context: SiteContext, recommendation: Recommendation) -> SocialCard:
    """What stands on the page's head, shorter; each status once, with all groups it is for."""
    current = find_current_assessments(recommendation)
    groups: dict[str, list[str]] = {}
    for assessment in current:
        groups.setdefault(assessment.status, []).extend(map(context.title, assessment.groups))
    document = recommendation.document
    symbol = context.view.source(document).symbol or context.title(document)
    return SocialCard(
        site=context.site_name,
        title=context.title(recommendation.id),
        asked=", ".join((context.title(recommendation.made_by), symbol, recommendation.paragraph)),
        ratings=tuple(CardRating(s, context.title(s), ", ".join(g)) for s, g in groups.items()),
        dated=tuple(dict.fromkeys(_format_dates(context, assessment) for assessment in current)),
    )


def _format_dates(context: SiteContext, assessment: Assessment) -> str:
    translate = partial(t, language=context.language)
    rated = translate("card.rated", day=dates.format_date(assessment.date, translate))
    if assessment.evidence_up_to is None:
        return f"{rated}. {translate('evidence.none')}"
    day = dates.format_date(assessment.evidence_up_to, translate)
    return f"{rated}. {translate('evidence.up-to')} {day}"


def _format_totals(context: SiteContext, rated: list[Recommendation]) -> tuple[str, ...]:
    if not rated:
        return ()
    translate = partial(t, language=context.language)
    last = max((a.date for r in rated for a in r.assessments), key=lambda when: when.last)
    day = dates.format_date(last, translate)
    return (translate("card.totals", n=len(rated), day=day),)


def iter_due_dates(context: SiteContext) -> Iterator[CalendarEntry]:
    """When each rating is due for review, and what a review by a mechanism has due."""
    translate = partial(t, language=context.language)
    for recommendation in context.view.recommendations:
        days: dict[date, list[str]] = {}
        for assessment in find_current_assessments(recommendation):
            found = context.view.review_status(assessment, recommendation)
            if found:
                days.setdefault(found.due_on, []).extend(map(context.title, assessment.groups))
        for day, groups in days.items():
            yield CalendarEntry(
                key=f"review {recommendation.id} {day.isoformat()}",
                day=day,
                title=translate("calendar.review", title=context.title(recommendation.id)),
                summary=", ".join(dict.fromkeys(groups)),
                link=f"{context.site_url}recommendations/{recommendation.id}/",
            )
    for cycle in context.view.all(Cycle):
        for name, stage in cycle.stages():
            if stage.due and stage.due.precision == "day":
                yield CalendarEntry(
                    key=f"due {cycle.id} {name}",
                    day=stage.due.first,
                    title=f"{context.title(cycle.id)}: {translate(f'stage.{name}')}",
                    summary=context.localize(stage.detail),
                    link=f"{context.site_url}cycles/{cycle.id}/",
                )
