"""The words of proof, for the site and the command alike."""

from collections.abc import Mapping

PROOF: Mapping[str, Mapping[str, str]] = {
    "en": {
        "result.proved": "proved",
        "result.not-found": "not found",
        "result.wrong-place": "found in another place",
        "result.not-checkable": "not checkable",
        "result.no-statement": "nothing to look for",
        "result.suspect": "changed since it was proved",
        "result.none": "not sought yet",
        "result.proved.means": "A machine found every figure, date, symbol and name that the "
        "citation states, in the very place that it names, in the text of the source.",
        "result.not-found.means": "The text is at hand, and something stated does not stand there. "
        "It is an error to mend.",
        "result.wrong-place.means": "What is stated stands in the text, but not in the place that "
        "the citation names. It is an error to mend.",
        "result.not-checkable.means": "No machine could look: the text is not at hand, is lost, or "
        "cannot be read by one. It may be right all the same.",
        "result.no-statement.means": "The citation names a place and nothing in it that a machine "
        "could look for, such as a figure or a name.",
        "result.suspect.means": "The record or the text changed after the proof. It is to be "
        "proved again.",
        "result.none.means": "The citation is new, and nobody has looked yet.",
        "reason.no-text": "text not at hand",
        "reason.scanned": "a scan without text",
        "reason.unreadable": "the file cannot be read",
        "reason.lost": "source lost",
        "reason.login": "behind a login",
        "reason.not-citable": "not a citable page",
        "reason.no-place": "the text has no such divisions",
        "reason.by-hand": "counted by hand",
    }
}
