"""The words of overviews, feeds, the calendar and citations."""

from collections.abc import Mapping

PUBLISHING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "col.asked": "What was asked",
        "matrix.not-named": "not named",
        "matrix.citations": "citations: {n}",
        "authors": "{site} contributors",
        "feed.title": "Changes of status: {name}",
        "feed.link": "Changes as a feed",
        "calendar.title": "{site}: what is due",
        "calendar.review": "Review due: {title}",
        "calendar.link": "What is due, as a calendar",
        "card.rated": "As rated by this tracker on {day}",
        "card.totals": "Recommendations rated by this tracker: {n}. Latest rating: {day}",
        "cite.bibtex": "BibTeX",
        "cite.ris": "RIS",
        "cite.csl": "CSL-JSON",
        "record.json": "this record as JSON",
    }
}
