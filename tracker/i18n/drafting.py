"""The words of `tracker new`."""

from collections.abc import Mapping

DRAFTING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "new.unknown": "unknown `{field}`, given with --set",
        "new.unknown.fix": "Fields: {allowed}",
        "new.not-set": "--set {given} is no field with a value",
        "new.not-set.fix": 'Type it as --set title="Newcomers Act" or '
        "--set citations.0.source=report",
        "new.no-owner": "there is no recommendation {got}",
        "new.no-owner.fix": "Name one with --in: {known}",
        "new.unreadable": "{file} holds no fields of one record",
        "new.unreadable.fix": "Write them as: title: Newcomers Act, a line each, without a hyphen.",
        "new.missing": "not given: {fields}",
        "new.missing.fix": "Give them with --set or --from, or call it in a terminal, which asks.",
        "new.unsound": "the project has problems already; nothing was written",
        "new.unsound.fix": "Type: tracker check. Mend them first.",
        "new.refused": "Nothing was written. Mend this, keep it in a file, and type: tracker new "
        "{kind} --from FILE",
        "new.written": "{id} written to {file}, line {line}",
        "new.next-unnamed": "Next: write the record that names {id}; the check refuses what "
        "no record names.",
        "new.next": "Next: tracker show {id}; make prove, which seeks its figures in the texts of "
        "the sources; make check.",
        "new.ask-owner": "The recommendation that it belongs to",
        "new.known": "{number}) {id} ({title})",
        "new.none": "there is no record yet that {field} could name",
        "new.none.fix": "Write that one first: tracker new {kind}",
        "new.no-such": "Nothing has that. Near: {near}",
        "new.long": "{count} to choose from. Type an id; or a symbol, the end of one, or words of "
        "the title, which may be cut short. Enter shows the first.",
        "new.cut": "These are {shown} of {count}. Type more of what you look for.",
        "new.each": "One after the other, or ids with commas between; Enter when done.",
        "new.taken": "So far: {ids}",
        "new.wrong": "That is not one. Examples: {examples}",
        "new.needed": "It is needed.",
        "new.many": "Several with commas between.",
        "new.again": "Another one?",
        "new.more": "More fields, one at a time ({fields}); Enter when done",
        "new.status": "What each status needs stands in docs/methodology.md.",
    }
}
