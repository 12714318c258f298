"""The words of the forms in which a record is written in a browser."""

from collections.abc import Mapping

EDITING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "edit.index": "Write a record in a form",
        "edit.index.means": "The forms ask for one field after the other, check what you type, and "
        "make the text that a data file needs. You send it yourself: nothing leaves your browser "
        "before you do.",
        "edit.kind.source": "a source",
        "edit.kind.position": "a position",
        "edit.kind.assessment": "an assessment",
        "edit.kind.finding": "a finding",
        "edit.kind.indicator": "a figure",
        "edit.kind.event": "an event",
        "edit.kind.recommendation": "a recommendation",
        "edit.kind.discrepancy": "a discrepancy",
        "edit.kind.cycle": "a review",
        "edit.kind.term": "a word of the vocabulary",
        "edit.title": "Write {kind}",
        "edit.correct": "To correct a record",
        "edit.correct.means": "The end of each record page leads to its form, with the record "
        "filled in.",
        "edit.others": "Other ways",
        "edit.others.issue": "Tell it in words, in public",
        "edit.others.name": "Contribute without your name",
        "edit.without": "This form needs JavaScript, which is off or did not load. There are other "
        "ways:",
        "edit.kept": "What you type stays on this page: it is neither sent nor kept, and is gone "
        "when you close it. Anything that you send later is public for ever.",
        "edit.required": "(required)",
        "edit.into": "Which recommendation it belongs to",
        "edit.other": "Another, by its id",
        "edit.other.id": "Id of the record",
        "edit.id": "If you leave it empty, one is proposed.",
        "edit.dates": "As 2013-05-17, 1992-12, 2020-H1 or 2013.",
        "edit.periods": "As 2013-05-17, 1992-12, 2020-H1, 2013, or two of these as 2008/2019.",
        "edit.bare": "Leave “{field}” empty if the source prints it just like the value.",
        "edit.meanings": "What each means",
        "edit.add": "Add: {field}",
        "edit.item": "{field} {n}",
        "edit.take-out": "Take out",
        "edit.remove": "Take out: {field}",
        "edit.make": "Make the text",
        "edit.problems": "To mend before there is a text: {n}",
        "edit.one": "exactly one of these is needed: {fields}",
        "edit.some": "at least one of these is needed: {fields}",
        "edit.all": "these belong together, all or none: {fields}",
        "edit.suggest": "Did you mean “{suggest}”?",
        "edit.taken": "the id {id} is taken",
        "edit.url.why": "its form is not that of an address",
        "edit.languages": "In several languages: to be changed in the file",
        "edit.not-read": "The record {id} could not be read here. Open this form on the published "
        "site, or change the file.",
        "edit.text": "The text for the data file",
        "edit.in-file": "As a new file, {file}:",
        "edit.in-place": "In {file}, in place of the entry with the id {id}, in lines "
        "{first}–{last}:",
        "edit.copy": "Copy",
        "edit.copied": "Copied.",
        "edit.not-copied": "It is selected: copy it with your browser.",
        "edit.save": "Save as a file",
        "edit.request": "New text: {kind} {id}",
        "edit.send": "How to send it",
        "edit.way.new": "Propose it as a file of its own",
        "edit.way.new.means": "The host shows the text and asks to propose it. It needs an "
        "account, whose name becomes public.",
        "edit.way.edit": "Open the data file",
        "edit.way.edit.means": "Copy the text first, and paste it in the place named above.",
        "edit.way.start": "Start a new file",
        "edit.way.start.means": "Copy the text first, give the file the name above, and paste it.",
        "edit.way.issue": "Open a public request with the text",
        "edit.way.issue.means": "Somebody else puts it into the file.",
        "edit.way.copy": "In a copy of the project, with the saved file:",
        "edit.way.person": "Give the saved file to somebody you trust who has an account.",
        "edit.command": "tracker new {kind} --from {name}",
        "edit.then": "The form looks at each field. Whether the record fits the others, such as a "
        "status its evidence, or a figure what is cited, is told by the check of your proposal, or "
        "in a copy by “tracker check”.",
        "edit.form": "in a form, filled in",
        "edit.more": "add {kind}",
        "edit.ways": "If you do not want to touch files:",
    }
}
"""By key, as `say` takes it."""
