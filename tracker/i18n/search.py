"""The words of the search."""

from collections.abc import Mapping

SEARCH: Mapping[str, Mapping[str, str]] = {
    "en": {
        "search": "Search",
        "search.close": "Close",
        "search.instead": "Registers",
        "search.hint": "A word, a symbol, a paragraph or a figure. Accents may be left out.",
        "search.loading": "Searching …",
        "search.found": "Found: {n}",
        "search.best": "The best {shown} of {n}; one more word narrows them",
        "search.none": "Nothing has all of these words",
        "search.failed": "The search could not be loaded. Load this page again.",
        "search.withdrawn": "Withdrawn",
        "search.kind.page": "Page",
        "search.kind.recommendations": "Recommendation",
        "search.kind.findings": "Finding",
        "search.kind.indicators": "Figure",
        "search.kind.events": "Event",
        "search.kind.cycles": "Review",
        "search.kind.sources": "Source",
        "search.kind.discrepancies": "Discrepancy",
        "search.kind.vocabulary": "Glossary",
        "search.kind.exceptions": "Exception",
    }
}
