"""What the commands say that look something up, hand it out, or show it."""

from collections.abc import Mapping

LOOK: Mapping[str, Mapping[str, str]] = {
    "en": {
        "show.none": "there is no record {got}",
        "show.none.fix": "Look for words in it: tracker find WORDS",
        "show.several": "{got} may be one of {count}:",
        "show.unsound": "{got} is written, but cannot be read",
        "show.unsound.fix": "See what is wrong with it: tracker check",
        "show.rating": "Rating",
        "show.position": "Position",
        "show.part": "{kind} {id} of {title} ({record})",
        "show.record": "{kind} {id}",
        "show.place": "{file}:{line}",
        "show.status": "Status: {status}",
        "show.ratings": "Ratings in force",
        "show.positions": "Positions",
        "show.age": "Age of the evidence",
        "show.evidence": "evidence up to {day}, {age} old: {state}",
        "show.ageless": "undated, or of a kind that does not age",
        "show.named-by": "Named by",
        "show.named": "{kind}: {title} ({id})",
        "show.proof": "Proof",
        "show.proof.counted": "{count} {result}",
        "show.proof.none": "nothing is cited here",
        "show.citation": "{source}, {locator}: {result} since {since}",
        "show.citation.new": "{source}, {locator}: {result}",
        "show.citation.reason": "{source}, {locator}: {result} since {since} ({reason})",
        "show.address": "Address",
        "show.address.state": "{url}: {state} since {since}",
        "find.none": "no record has all of these words: {words}",
        "find.shown": "The best {shown} of {count}. All of them: --limit 0",
        "find.why": "{field}: {text}",
        "export.unsound": "the records have problems, and are not handed out",
        "schema.none": "there is no kind {got}",
        "schema.kinds": "Kinds are {kinds}.",
        "schema.written": "{files} schemas, of which {changed} changed",
        "serve.no-site": "{folder} has no mkdocs.yml: there is no site to show",
        "serve.taken": "port {port} is taken",
        "serve.taken.fix": "Name another: tracker serve --port {next}",
    }
}
"""By the command that says it."""
