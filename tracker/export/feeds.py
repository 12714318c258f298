"""Changes of status as an Atom feed, and due dates as an iCalendar file. Ids are stable."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "covenant-tracker")
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One change in a feed, or one due date in a calendar."""

    key: str
    """Made from ids, so that it never changes."""
    day: date
    title: str
    summary: str
    link: str
    """A URL, which may be relative."""
    last: date | None = None
    """The last day, if it may be any of several days or lasts for them."""


def to_atom(
    entries: Iterable[FeedEntry], *, key: str, title: str, author: str, page_url: str, feed_url: str
) -> bytes:
    """Return an Atom feed (RFC 4287), newest entry first. It is valid even without entries.

    Ids are URNs made from the keys, so they stay the same if the site moves.
    """

    def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> Any:
        element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    ElementTree.register_namespace("", ATOM)
    newest_first = sorted(entries, key=lambda entry: (entry.day, entry.key), reverse=True)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    add(feed, "id", _make_urn(key))
    add(feed, "title", title)
    newest = newest_first[0].day if newest_first else date(1970, 1, 1)
    add(feed, "updated", f"{newest}T00:00:00Z")
    add(add(feed, "author"), "name", author)
    add(feed, "link", rel="alternate", href=page_url)
    add(feed, "link", rel="self", href=feed_url)
    for entry in newest_first:
        item = add(feed, "entry")
        add(item, "id", _make_urn(entry.key))
        add(item, "title", entry.title)
        add(item, "updated", f"{entry.day}T00:00:00Z")
        add(item, "summary", entry.summary)
        add(item, "link", rel="alternate", href=entry.link)
    ElementTree.indent(feed)
    body: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _make_urn(key: str) -> str:
    return uuid.uuid5(_NAMESPACE, key).urn


# A calendar must have a component. This one has no date, and every calendar program knows it.
_UTC = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def to_calendar(entries: Iterable[FeedEntry], *, title: str, today: date) -> bytes:
    """Return an iCalendar file (RFC 5545) of whole days, soonest first.

    Its end is exclusive. An entry has an address only if that is absolute. Without entries the file
    is still valid, so that subscriptions keep working.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Covenant Tracker//EN",
        f"X-WR-CALNAME:{_escape(title)}",
        *_UTC,
    ]
    for entry in sorted(entries, key=lambda entry: (entry.day, entry.key)):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid.uuid5(_NAMESPACE, entry.key)}",
            f"DTSTAMP:{today:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{(entry.last or entry.day) + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escape(entry.title)}",
            f"DESCRIPTION:{_escape(entry.summary)}",
            *([f"URL:{entry.link}"] if "://" in entry.link else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold_line(line)}\r\n" for line in lines).encode()


def _escape(text: str) -> str:
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _fold_line(line: str) -> str:
    """Fold a line at 75 octets, never inside a character."""
    lines, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > (75 if len(lines) == 1 else 74):
            lines.append("")
            size = 0
        lines[-1] += character
        size += width
    return "\r\n ".join(lines)
