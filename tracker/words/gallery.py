"""What the gallery of components says of each."""

from collections.abc import Mapping

GALLERY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "part.status": "Status",
        "part.status.means": "A word and a shape; colour comes third. Where groups differ, the "
        "headline says so and takes no side.",
        "part.rows": "Structure, process, outcome",
        "part.rows.means": "The three rows from which a status follows, in short. With several "
        "ratings in force the groups stand in place of the reason.",
        "part.age": "Age and review",
        "part.age.means": "A date never stands without its age, counted to the day the site was "
        "made.",
        "part.proof": "Proof",
        "part.proof.means": "How far a machine found what a citation states. States that no "
        "citation has are not shown.",
        "part.link": "Reach of a source",
        "part.link.means": "Whether a reader can get at it, how surely it is identified, and what "
        "its address answered.",
        "part.figure": "Figures and bounds",
        "part.figure.means": "As printed; a bound is said in words. Parts of a figure are one link "
        "away.",
        "part.chart": "Charts",
        "part.chart.means": "Never without a table beside it on the page of a record.",
        "part.voice": "Voices",
        "part.voice.means": "Each in a frame of its own, side by side where there is room, with "
        "its date and places; an empty one says so.",
        "part.citation": "Citations",
        "part.citation.means": "In a text: places by source, each with a mark for its proof.",
        "part.imported": "Row of a database",
        "part.imported.means": "Facts of a recommendation that was imported, and the hash of its "
        "wording.",
        "part.timeline": "Step in time",
        "part.timeline.means": "As precise as the source makes it; one without a date comes last.",
        "part.card": "Card, chips, finding, note",
        "part.card.means": "What lists are made of.",
        "part.sections": "What ends a page",
        "part.sections.means": "Sources with proof, link state and age; what does not fit; who "
        "names the record; how to cite and correct it; its neighbours.",
    }
}
