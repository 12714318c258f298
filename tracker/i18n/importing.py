"""Messages of the import, and the texts that it writes into records."""

from collections.abc import Mapping

IMPORTING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "h.imported": "In the database",
        "status.imported": "Insufficient information: imported, not assessed",
        "imported.not-assessed": "it was imported, and nobody has assessed it.",
        "imported.number": "Imported and not assessed: {n}.",
        "imported.wording": "Wording taken from",
        "imported.source": "Database",
        "imported.response.supported": "supported",
        "imported.response.noted": "noted",
        "import.progress": "{rows} recommendations read, {share}% of the file",
        "import.bad-since": "{got} is not a date",
        "import.bad-since.fix": "Write 2013, 2013-05 or 2013-05-17.",
        "import.no-room": "nothing was imported: {why}",
        "import.no-room.fix": "Rows are kept on disk until all are read. If the disk is full, free "
        "some space, or set TMPDIR to a folder on another disk.",
        "import.no-encoding": "unknown encoding: {got}",
        "import.no-encoding.fix": "Python's documentation lists the names: "
        "https://docs.python.org/3/library/codecs.html#standard-encodings",
        "import.other-encoding": "the file cannot be read as {got}",
        "import.other-encoding.fix": "Give another --encoding, or leave the option out.",
        "import.unknown-encoding": "the file is not UTF-8, and its encoding cannot be guessed: "
        "whole words are in a script other than Latin",
        "import.unknown-encoding.fix": "Name it with --encoding, such as cp1251 (Cyrillic), cp1253 "
        "(Greek), cp1256 (Arabic) or gb18030 (Chinese), or save the file as UTF-8.",
        "import.no-export.empty": "the file is empty",
        "import.no-export.binary": "the file is an archive, a workbook or a PDF",
        "import.no-export.fields": "the JSON has no objects of the Universal Human Rights Index; "
        "it has: {got}",
        "import.no-export.json": "the file is not valid JSON: {got}",
        "import.no-export.columns": "the file has no columns for State and text; it has: {got}",
        "import.no-export.fix": "Give an export of the Universal Human Rights Index (JSON: a list "
        "of objects) or of UPR Info (CSV with the columns To, Text, From, Response, Issue and "
        "Session, in any order; rename columns with other names). Unpack an archive first; save a "
        "workbook as CSV (UTF-8).",
        "import.done": "{file}: {database}, {encoding}. {read} recommendations read, "
        "{filtered_out} filtered out.",
        "import.done.records": "{new} new, {updated} updated, {unchanged} unchanged; {duplicate} "
        "duplicates, {own} already in the project's own data, {unplaced} not imported.",
        "import.done.unplaced": "Not imported: {notes}",
        "import.done.lost": "Some rows could not be read: {notes}. Download the file again.",
        "import.done.guessed": "The encoding {encoding} is a guess. If letters are wrong, name "
        "another with --encoding.",
        "import.done.unmatched": "No recommendation matches these filters: {names}. Check how the "
        "export spells them.",
        "import.done.doubtful": "Check these: {notes}",
        "import.done.vanished": "{n} records are no longer in the export; they were kept.",
        "import.done.edited": "{n} fields differ from the export because an editor changed them; "
        "they were kept.",
        "import.done.files": "{written} files written. All notes: {report}",
        "import.report.head": "Import of {file}: {database} ({encoding})\n"
        "{read} recommendations read: {placed} with a record, {duplicate} duplicates, {own} "
        "already in the project's own data, {filtered_out} filtered out, {unplaced} not imported.",
        "import.report.incomplete": "Parts of the export could not be read, so records that are no "
        "longer in it cannot be listed.",
        "import.kinds": "Not recommendations, so not imported: {kinds}",
        "import.report.labels": "Themes and groups that no term of the vocabulary has as a label "
        "(the records keep them as text): {labels}",
        "import.report.more": "  … and {n} more",
        "import.row": "row {n}",
        "import.column": "column {name}",
        "import.columns": "expected {expected} columns, got {got}",
        "import.unclosed": "unclosed quotation mark",
        "import.note.no-text": "no text",
        "import.note.no-state": "no State",
        "import.note.no-body": "no mechanism",
        "import.note.no-session": "no session number in its column",
        "import.note.no-kind": "no AnnotationType, so it may not be a recommendation",
        "import.note.personal-data": "text with personal data such as an email address or a phone "
        "number, which no record may contain; write the record by hand without it",
        "import.note.column-count": "wrong number of columns",
        "import.note.damaged-row": "damaged row",
        "import.note.not-an-object": "a value that is not an object",
        "import.note.damaged-json": "damaged JSON; nothing after it was read",
        "import.note.cut-off": "the file ends too early",
        "import.note.elsewhere": "objects in another part of the file; not read",
        "import.note.mojibake": "text decoded with a wrong encoding; repaired",
        "import.note.lost-characters": "lost characters; replaced by a question mark",
        "import.note.invisible-characters": "invisible characters; removed",
        "import.note.repeated-column": "repeated column; each row uses the first that is not empty",
        "import.note.missing-column": "missing column; if one of the unused columns listed here is "
        "it, rename that one and import again",
        "import.note.before-heading": "lines before the heading; not read",
        "import.note.repeated-heading": "the heading again; not read",
        "import.note.unexpected-value": "unexpected value; read as empty",
        "import.note.unexpected-date": "not a possible date; read as empty",
        "import.note.unknown-response": "a response that is neither supported nor noted",
        "import.note.duplicate": "duplicate rows; the record and the row that was used follow",
        "import.note.duplicate-differs": "duplicate rows with another response or theme; the "
        "record and the row that was used follow",
        "import.note.vanished": "records that are no longer in the export; kept",
        "import.note.edited": "fields that differ from the export because an editor changed them; "
        "kept",
        "import.database.uhri": "Universal Human Rights Index",
        "import.database.upr-info": "UPR Info",
        "import.database.source": "{name}: database of recommendations",
        "import.type.un-document": "UN document",
        "import.type.database": "Database",
        "import.word": "Name used by an imported database; not yet defined here.",
        "import.undated": "The export does not give a date.",
        "import.date.document": "The publication date of the document, according to the database.",
        "import.date.session": "The year of the session.",
        "import.date.none": "The database gives no date.",
        "import.asked": "Recommendation by {by} to {to}.",
        "import.asked.session": "Recommendation by {by} to {to}, session {session}.",
        "import.themes": "Themes in the database: {themes}.",
        "import.response.undated": "The database does not give the date of the response.",
        "import.response.supported": "The database says that the State supports it.",
        "import.response.noted": "The database says that the State took note of it.",
    }
}
"""By language and key."""
