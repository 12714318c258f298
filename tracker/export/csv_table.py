"""CSV files for spreadsheets and programs."""

import csv
import io
import re
from collections.abc import Iterable

# Spreadsheets would run such a text as a formula, some even after leading spaces.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")


def to_csv(
    header: Iterable[str], rows: Iterable[Iterable[object]], *, separator: str = ","
) -> bytes:
    """Return a table as CSV in UTF-8 with a byte order mark, which Excel needs.

    A text that looks like a formula gets an apostrophe in front. Numbers stay as they are, and None
    is an empty cell.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=separator, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(_escape_formulas(row) for row in rows)
    return table.getvalue().encode("utf-8-sig")


def _escape_formulas(row: Iterable[object]) -> list[object]:
    return [f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell for cell in row]
