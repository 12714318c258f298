"""The words of the page that sets sources and days side by side."""

from collections.abc import Mapping

COMPARE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "compare.form": "Only two sources",
        "compare.a": "One source",
        "compare.b": "Another source",
        "compare.any": "any",
        "compare.shown": "Comparisons shown: {n}",
        "compare.jump": "Parts of this page",
        "compare.series": "The same measure at different times",
        "compare.series.means": "Oldest first, each as printed. No difference, mean or percentage "
        "is made of them: a source may have changed how it counts.",
        "compare.topics": "Where sources disagree",
        "compare.topics.means": "The oldest source first, those without a date last. What each "
        "says is told in our own words, with its figure as printed.",
        "compare.no-right": "Touching no single right",
        "compare.requests": "What sources say of the same request",
        "compare.requests.means": "Only what a source says in its own voice; what one source "
        "reports of another is on the page of the request.",
        "compare.alone": "Nothing to compare with yet",
        "compare.alone.means": "One figure only is recorded of each of these, from one day.",
        "compare.no-series": "Figures that belong to no series: {n}. They are in the register of",
        "compare.nobody": "No source tells which is right.",
        "compare.age": "Age",
        "compare.where": "Source and place",
    }
}
"""By key, as `say` takes it."""
