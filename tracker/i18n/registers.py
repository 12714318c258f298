"""The words of the registers: filters, orders, downloads."""

from collections.abc import Mapping

REGISTERS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "register.form": "Filter this register",
        "register.text": "With the words",
        "register.text.hint": "Accents and capitals do not matter.",
        "register.order": "Order within each group",
        "order.listed": "as listed",
        "order.title": "by title",
        "order.newest": "newest first",
        "order.oldest": "oldest first",
        "register.filters": "Filters",
        "register.shown": "{n} of {all} shown",
        "register.nothing": "Nothing fits these filters.",
        "register.clear": "Clear all filters",
        "register.chosen": "Chosen filters",
        "register.remove": "Remove the filter {facet}: {choice}",
        "register.save": "Download what is shown:",
        "register.save.means": "Each row carries its record’s id, title and address, the day, and "
        "the licence:",
        "register.csv": "CSV",
        "register.json": "JSON",
        "register.licence": "CC BY 4.0",
        "register.pages": "A page for each",
        "facet.status": "Status",
        "facet.right": "Right",
        "facet.group": "Group",
        "facet.authority": "Authority",
        "facet.body": "Asked by",
        "facet.age": "Review of evidence",
        "facet.proof": "Proof",
        "facet.kind": "Kind",
        "facet.role": "Tells of",
        "facet.source-type": "Type of source",
        "facet.access": "Access",
        "facet.identified": "Identified",
        "facet.link": "Address",
        "facet.status.means": "Where groups are rated differently, each of their "
        "statuses counts; with a group chosen, only that of the group.",
        "facet.age.means": "Of several ratings the one that is due first counts.",
        "facet.proof.means": "At least one citation stands so.",
    }
}
"""By key, as `say` takes it."""
