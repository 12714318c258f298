"""The words of the import: what the command says, and what it writes into records."""

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
        "import.progress": "{rows} recommendations read, {share} % of the file",
        "import.bad-since": "{got} is not a date",
        "import.bad-since.fix": "Write 2013, 2013-05 or 2013-05-17.",
        "import.no-room": "nothing is imported: {why}",
        "import.no-room.fix": "Rows wait on the disk until all are read. If it is full, make room, "
        "or name a folder with room in TMPDIR.",
        "import.no-encoding": "nobody knows an encoding {got}",
        "import.other-encoding": "the file cannot be read as {got}",
        "import.other-encoding.fix": "Name another with --encoding, or none.",
        "import.unknown-encoding": "the file is no UTF-8, and its encoding cannot be guessed: "
        "whole words are in a script other than Latin",
        "import.unknown-encoding.fix": "Name it with --encoding, such as cp1251 (Cyrillic), cp1253 "
        "(Greek), cp1256 (Arabic), or gb18030 (Chinese), or save the file as UTF-8.",
        "import.no-export.empty": "the file is empty",
        "import.no-export.no-text": "the file is an archive, a workbook or a printed document",
        "import.no-export.fields": "the file is JSON, but no list of objects of the "
        "Index; it has: {got}",
        "import.no-export.columns": "the file has no columns for State and text; it has: {got}",
        "import.no-export.fix": "It reads the export of the Universal Human Rights Index (JSON: a "
        "list of objects), and that of UPR Info (CSV with the columns To, Text, From, Response, "
        "Issue, Session, in any order; rename those that are named otherwise). Unpack an archive "
        "and save a workbook as CSV (UTF-8) first.",
        "import.done": "{file}: export of {database}, {encoding}. {read} recommendations read, "
        "{left_out} left out by the filters.",
        "import.done.records": "{new} new records, {updated} updated, {same} as they were; "
        "{double} rows stand twice, {known} are in the project itself, {unplaced} have no place.",
        "import.done.unplaced": "Without a place: {told}",
        "import.done.lost": "Not there or not read: {told}. Get the file again.",
        "import.done.guessed": "The encoding is a guess: if letters are wrong, name another "
        "with --encoding.",
        "import.done.unmet": "No recommendation in the export has what the filters ask for as: "
        "{names}. It may be written otherwise there.",
        "import.done.mended": "Mended or doubtful: {told}",
        "import.done.vanished": "{n} records are no longer in the export; they stay.",
        "import.done.edited": "{n} fields say something else than the export, because somebody "
        "edited them; they stay.",
        "import.done.files": "{written} files written. All that there is to tell: {report}",
        "import.report.head": "Import of {file}, an export of {database} ({encoding})\n"
        "{read} recommendations read, {placed} with a record, {double} that stand twice, {known} "
        "that the project has itself, {left_out} left out by the filters, {unplaced} without a "
        "place.",
        "import.report.not-whole": "Parts of the export could not be read, so nobody can tell what "
        "has vanished from it.",
        "import.kinds": "No recommendations, and so left out: {kinds}",
        "import.report.labels": "Themes and persons that no word of the vocabulary lists among its "
        "labels; they stay in the records as they are: {labels}",
        "import.report.more": "  … and {n} more",
        "import.place": "line {line}",
        "import.place.column": "line {line}, column {column}",
        "import.told.no-text": "no text",
        "import.told.no-state": "no State",
        "import.told.no-body": "no mechanism",
        "import.told.no-session": "no number in the column of the session; the cell, and the text",
        "import.told.no-kind": "no AnnotationType, which would tell whether it is a recommendation",
        "import.told.personal": "a text with what may lead to a person, such as an e-mail address "
        "or the number of a phone, which no record may hold; write the record by hand, without it",
        "import.told.column-twice": "a column that is there twice: the first that holds something "
        "counts, in each row",
        "import.told.no-column": "columns that are not there, and those that are there and not "
        "read; if one is only named otherwise, rename it and import again",
        "import.told.before-heading": "rows before the heading; not read",
        "import.told.heading-again": "the heading again; not read",
        "import.told.odd-value": "a field that holds something else than it should; read as "
        "nothing",
        "import.told.odd-date": "a date that is none, or cannot be right; left out",
        "import.told.too-short": "a row that ends early",
        "import.told.too-long": "a row with too many cells",
        "import.told.too-large": "a row of more characters than any has; not read",
        "import.told.not-an-object": "a value in the list that is no object",
        "import.told.damaged": "an object that cannot be read",
        "import.told.cut-off": "the file ends inside the list",
        "import.told.mojibake": "letters of UTF-8 that had been read in another encoding; mended",
        "import.told.lost": "characters that were lost before; a question mark stands for them",
        "import.told.invisible": "characters that cannot be seen; removed",
        "import.told.quotes": "quotation marks inside a cell that were not doubled; mended",
        "import.told.open-quote": "a quotation mark that never ends; removed",
        "import.told.break": "a row broken over two lines; mended",
        "import.told.comma": "a comma too many or too few between objects",
        "import.told.not-a-number": "NaN or an infinite number, which is no JSON; read as nothing",
        "import.told.after": "something stands behind the end of the list; not read",
        "import.told.unknown-response": "an answer of the State that is neither of the two known",
        "import.told.double": "rows that stand twice, with the record and the line of the first",
        "import.told.double-differs": "rows that stand twice and differ in answer or theme; the "
        "first counts, whose record and line follow",
        "import.told.vanished": "records that are no longer in the export; they stay",
        "import.told.edited": "fields that say something else than the export, because somebody "
        "edited them; they stay",
        "import.database.uhri": "Universal Human Rights Index",
        "import.database.upr-info": "UPR Info",
        "import.database.source": "{name}: database of recommendations",
        "import.type.un-document": "UN document",
        "import.type.database": "Database",
        "import.word": "Named so by a database from which records were imported; not described "
        "here yet.",
        "import.undated": "The day is not known here.",
        "import.date.document": "The day on which the document was published, as the database has "
        "it.",
        "import.date.session": "The year of the session.",
        "import.date.none": "The database gives no date.",
        "import.asked": "{by} asked this of {to}.",
        "import.asked.session": "{by} asked this of {to} in session {session}.",
        "import.themes": "The database has it under: {themes}.",
        "import.response.undated": "The database does not say when the State answered.",
        "import.response.supported": "The State supports it, as the database records.",
        "import.response.noted": "The State has taken note of it, as the database records.",
    }
}
"""By key, as `say` takes it."""
