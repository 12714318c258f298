"""Shared text tables and folding: month names, number words, invisible characters, comparison.

`citations.matching.normalize` has a stricter folding of its own, for comparing claims with texts.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

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
"""Letters that Unicode does not decompose, with their ASCII equivalents. Scripts in pages, which
fold text in the same way, get this table too."""

MONTHS = (
    "january jan yanvar yan января январь январе янв janvier janv enero ene januar",
    "february feb fevral fev февраля февраль феврале февр février févr febrero februar",
    "march mar mart марта март марте мар mars marzo",
    "april apr aprel апреля апрель апреле апр avril avr abril abr",
    "may мая май мае mai mayo",
    "june jun iyun iyn июня июнь июне июн juin junio juni",
    "july jul iyul iyl июля июль июле июл juillet juil julio juli",
    "august aug avqust avq августа август августе авг août agosto ago",
    "september sept sep sentyabr sen сентября сентябрь сентябре сент septembre septiembre",
    "october oct oktyabr okt октября октябрь октябре окт octobre octubre oktober",
    "november nov noyabr noy ноября ноябрь ноябре нояб novembre noviembre",
    "december dec dekabr dek декабря декабрь декабре дек décembre déc diciembre dic desember des",
)
"""Full and short names of each month in en (the full name first), az, ru (also in the locative),
fr, es and nb, as Babel has them; looking them up in Babel made checks a tenth slower."""
MONTH_NUMBERS: Mapping[str, int] = {
    name: number for number, names in enumerate(MONTHS, 1) for name in names.split()
}
ENGLISH_MONTHS = tuple(names.partition(" ")[0] for names in MONTHS)

NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
"""English words for 0 to 19."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u00ad\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff\U000e0000-\U000e0fff]"
)
"""Characters that data files may not contain, because an editor does not show them."""
ZERO_WIDTH = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Characters that are removed from the texts of sources. Unlike INVISIBLE, it has no spaces."""
_UNPRINTABLE = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")

_TABLE = str.maketrans(dict(LETTERS))
_THOUSANDS = re.compile(r",(?=[0-9]{3}(?![0-9]))")
_MAX_SLUG = 80  # two slugs and an ending make a file name, which may have 255 bytes


def is_unprintable(character: str) -> bool:
    """Return True for control, format, unassigned and private characters and line separators."""
    return unicodedata.category(character) in _UNPRINTABLE


def fold(text: str) -> str:
    """Return text in lower case without diacritics, for search: `ƏRİZƏ` becomes `erize`."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in bare if not unicodedata.category(c).startswith("M")).translate(_TABLE)


def fold_figures(text: str) -> str:
    """Fold text and remove the commas between thousands: `1,200` becomes `1200`."""
    return fold(_THOUSANDS.sub("", text))


@lru_cache(maxsize=1 << 14)
def fold_label(label: str) -> str:
    """Return the letters and digits of a label, without case and diacritics."""
    plain = unicodedata.normalize("NFKD", label).casefold()
    return "".join(c for c in plain if c.isalnum())


@lru_cache(maxsize=1 << 10)
def fold_name(name: str) -> str:
    """Return the letters of a field or column name in lower case."""
    return "".join(c for c in name.casefold() if c.isalpha())


@lru_cache(maxsize=1 << 14)
def slugify(text: str) -> str:
    """Return text as part of an id or file name: ASCII letters and digits with hyphens.

    A text that loses letters, or is too long, gets the beginning of its hash.
    """
    marked = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in marked if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in letters)
    plain = "-".join(words.encode("ascii", "ignore").decode().split())
    if words.isascii() and 0 < len(plain) <= _MAX_SLUG:
        return plain
    short_hash = hashlib.sha256(words.encode()).hexdigest()[:6]
    return f"{plain[:_MAX_SLUG].rstrip('-')}-{short_hash}".lstrip("-")


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text's letters and digits, 64 hexadecimal digits.

    Ids of imported records begin with it, so the algorithm must never change.
    """
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    return hashlib.sha256(letters.encode()).hexdigest()
