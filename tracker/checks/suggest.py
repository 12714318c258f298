"""Suggest the id, or the place in a source, that a record means."""

import re
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from tracker.checks.registry import CheckContext
from tracker.model import Record, Source, Term
from tracker.model.base import suggest_id
from tracker.model.recommendation import SPEAKERS
from tracker.model.suggestions import closest_match, is_state
from tracker.model.text import fold_label, transliterate

_PLACES = (
    ("paragraphs", r"paragraphs|paras?\.?|§§|¶¶|pars\."),
    ("paragraph", r"paragraph|para\.?|par\.|§|¶|#|bənd|пункт|п\."),
    ("pages", r"pages|pp\.?|pgs\.?"),
    ("page", r"page|p\.?|pg\.?|səhifə|səh\.|страница|стр\.|с\."),
    ("articles", r"articles|arts\.?"),
    ("article", r"article|art\.?|maddə|статья|ст\."),
    ("section", r"section|sect?\.?"),
    ("part", r"part|pt\.?"),
    ("rule", r"rule|r\."),
    ("session", r"session|sess\.?"),
    ("meetings", r"meetings|mtgs\.?"),
    ("meeting", r"meeting|mtg\.?"),
)
_NUMBER = r"(?P<number>[0-9][\w.()]*(?:\s?[-–]\s?[0-9][\w.()]*)?|[A-Z]|[IVX]+)"
_FORMS = tuple(
    (kind, re.compile(rf"(?:{words})\s*{_NUMBER}", re.IGNORECASE)) for kind, words in _PLACES
)
_WHOLE = ("all", "entire", "full text", "whole document", "whole page", "entire document", "passim")


class IdSuggester:
    """Suggests known ids for the first 100 unknown ones.

    More than that have a common cause, and comparing each with thousands of ids takes too long.
    """

    def __init__(self, context: CheckContext) -> None:
        self._remaining = 100
        self._records = cache(partial(_list_records, context))

    def suggest(
        self,
        wrong: str,
        collection: str = "",
        kinds: tuple[str, ...] = (),
        *,
        any_kind: bool = False,
    ) -> dict[str, Any]:
        """Return message arguments with the id that is meant, if exactly one record fits.

        A record fits by its title, symbol, address or label, or by an id within two typing
        mistakes. With `any_kind`, fall back to all ids if there is none of these kinds.
        """
        self._remaining -= 1
        if self._remaining < 0:
            return {}
        records = self._records(collection, kinds)
        if not records and any_kind:
            records = self._records("", ())
        parts = [part for part in re.split(r"[\s,;]+", wrong.strip()) if part != "-"]
        if len(parts) > 1 and {*parts} <= {record.id for record in records}:
            return {"hint": "several", "items": [f"“- {part}”" for part in parts]}
        named = _find_named(wrong, records)
        if len(named) == 1:
            return {"suggest": named[0]}
        ids = [record.id for record in records]
        if suggest_id(wrong) in ids:
            return {"suggest": suggest_id(wrong)}
        if set(kinds) & set(SPEAKERS) and is_state(wrong):
            authorities = [r.id for r in records if isinstance(r, Term) and r.voice == "state"]
            return {"hint": "state", "authorities": authorities[:8]} if authorities else {}
        return {"suggest": closest_match(wrong, ids)}


def _list_records(context: CheckContext, collection: str, kinds: tuple[str, ...]) -> list[Record]:
    """Return the records of a collection and kinds that are not withdrawn; by default, all."""
    if collection:
        records: Sequence[Record] = context.data.collections.get(collection, ())
    else:
        records = [record for _, record in context.data.records()]
    return [
        record
        for record in records
        if not record.withdrawn
        and (not kinds or (isinstance(record, Term) and record.kind in kinds))
    ]


def _find_named(wrong: str, records: Sequence[Record]) -> list[str]:
    """Return the ids of the records with this title, symbol, address or label."""
    wanted = fold_label(wrong)
    if len(wanted) < 3:
        return []
    return [record.id for record in records if wanted in map(fold_label, _list_names(record))]


def _list_names(record: Record) -> list[str]:
    titles = [record.title] if isinstance(record.title, str) else [*record.title.values()]
    # “European Commission (EC)” is also known without its brackets, and by what they hold.
    short = [part for title in titles for part in re.findall(r"\(([^()]+)\)", title)]
    bare = [re.sub(r"\s*\([^()]*\)", "", title) for title in titles]
    names = [*titles, *short, *bare]
    if isinstance(record, Source):
        names += filter(None, (record.symbol, record.url))
    elif isinstance(record, Term):
        names += [*record.labels, record.index_label or ""]
    return names


def suggest_locator(text: str) -> str:
    """Return the usual form of a place, such as `paragraph 24` for `§ 24`, or an empty string."""
    bare = " ".join(text.split()).strip(" .,;:()").removeprefix("at ").removeprefix("the ")
    if bare.lower() in _WHOLE:
        return "whole"
    if bare.lower() in ("summary", "title", "contents", "whole"):
        return bare.lower()
    for kind, form in _FORMS:
        if match := form.fullmatch(bare):
            number = re.sub(r"\s?[-–]\s?", "-", match["number"])
            several = "-" in number and kind in ("paragraph", "page", "article", "meeting")
            single = kind.rstrip("s") if "-" not in number else kind
            return f"{kind + 's' if several else single} {number}"
    return closest_match(bare, ("summary", "title", "contents", "whole"))


def suggest_block(text: str, known: Sequence[str]) -> str:
    """Return the block of a map that a place names: its id in other letters, or `P24` for `24`."""
    wanted = text.strip(" .,;:()")
    latin = transliterate(f"x{wanted}")[1:]  # the letter before it makes it a Latin word
    same = [block for block in known if block.casefold() in (wanted.casefold(), latin)]
    if same:
        return same[0]
    place = suggest_locator(wanted)
    kind, _, number = place.partition(" ") if place else ("paragraph", "", wanted)
    if not number:
        return ""
    matches = [b for b in known if b == number or b == f"{kind[0].upper()}{number}"]
    return matches[0] if len(matches) == 1 else ""
