"""One recommendation of an export, in the same shape for every database, and notes about rows."""

from dataclasses import dataclass
from typing import NamedTuple

UNPLACED = (
    "no-text", "no-state", "no-body", "no-session", "no-kind", "personal-data", "column-count",
    "damaged-row", "not-an-object",
)  # fmt: skip
"""Codes of rows that become no record."""

LOST = ("damaged-json", "cut-off", "elsewhere")
"""Codes after which rows may be missing without a note."""

DOUBTFUL = (
    "mojibake", "lost-characters", "invisible-characters", "repeated-column", "missing-column",
    "before-heading", "repeated-heading", "unexpected-value", "unexpected-date", "unknown-response",
)  # fmt: skip
"""Codes of imported rows that may be incomplete, and of lines that are not rows."""

INCOMPLETE = frozenset({*LOST, "column-count", "damaged-row", "not-an-object"})
"""Codes after which a record without a row may not have vanished: its row may be unread."""


class ImportNote(NamedTuple):
    """Something that an editor should know about an import."""

    code: str
    row: int = 0
    """Number of the row, with the header as row 1, or of the JSON object. 0 for none."""
    column: str = ""
    """Name of the column or field, as in the export."""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A recommendation as a database has it. All texts are clean, and any may be empty."""

    number: int
    body: str
    text: str
    states: tuple[str, ...] = ()
    recommending: tuple[str, ...] = ()
    response: str = ""
    action: str = ""
    """UPR Info's category of the action that it asks for: 1 to 5."""
    cycle: str = ""
    session: str = ""
    symbol: str = ""
    paragraph: str = ""
    date: str = ""
    themes: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    key: str = ""
    """The row's own id in the database."""


ParsedItem = ExportRow | ImportNote


class NotAnExportError(Exception):
    """The file is not an export of a known kind.

    Arguments: `empty`, `binary`, `columns`, `fields` or `json`, and the content found instead.
    """


class OtherLanguageError(Exception):
    """An export of the index in a language other than English. The message is its name."""
