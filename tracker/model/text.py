"""Text as somebody types it who has no such keys: what the search and the registers compare."""

import re
import unicodedata
from collections.abc import Mapping

LETTERS: Mapping[str, str] = {
    "ə": "e",
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "æ": "ae",
    "ß": "ss",
    "’": "'",
}
"""Letters that are no other letter with a mark, and what is typed for them. Scripts that compare
in the same way have this table too."""
_TABLE = str.maketrans(dict(LETTERS))
_THOUSANDS = re.compile(r",(?=[0-9]{3}(?![0-9]))")


def fold(text: str) -> str:
    """The text without case and marks: `ƏRİZƏ` and `erize` are one word."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in bare if not unicodedata.category(c).startswith("M")).translate(_TABLE)


def fold_figures(text: str) -> str:
    """The same, and without commas between thousands: `1,200` and `1200` are one figure."""
    return fold(_THOUSANDS.sub("", text))
