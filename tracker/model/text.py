"""Normalize text, with tables of month names, number words and invisible characters.

`citations.matching.normalize` has a stricter normalization, for comparing claims with texts.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_TABLES = tomllib.loads(Path(__file__).with_name("text.toml").read_text("utf-8"))
LETTERS: Mapping[str, str] = _TABLES["letters"]
"""Letters that Unicode does not decompose, with their ASCII equivalents. Scripts in pages use this
table too, so that they fold text in the same way."""
NUMBER_WORDS: tuple[str, ...] = tuple(_TABLES["words"]["numbers"])
"""English words for 0 to 19."""
MONTH_NUMBERS: Mapping[str, int] = {
    name.replace("_", " "): number
    for number, names in enumerate(_TABLES["words"]["months"], 1)
    for name in names.split()
}
ENGLISH_MONTHS = tuple(names.partition(" ")[0] for names in _TABLES["words"]["months"])

# Arabic, Syriac, N'Ko, the scripts of South Asia, Myanmar, Khmer and Mongolian.
_JOINED = (
    "\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1780-\u17ff\u1807-\u18aa\ufb50-\ufdff\ufe70-\ufefc"
)
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u00ad\u115f\u1160\u180e\u2000-\u200b\u200e\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff\U000e0000-\U000e0fff]"
    f"|(?<![{_JOINED}])[\u200c\u200d]|\u200c(?![{_JOINED}])"
)
"""Characters that data files may not contain, because an editor does not show them.

Joiners within a word of some scripts are part of its spelling, as in Persian or Sinhala.
"""
ZERO_WIDTH = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Characters that are removed from the texts of sources. Unlike INVISIBLE, it has no spaces."""
_UNPRINTABLE = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")

_TABLE = str.maketrans(dict(LETTERS))
_CYRILLIC = str.maketrans(_TABLES["cyrillic"])
_LOOK_ALIKES = str.maketrans(_TABLES["look_alikes"]["letters"], _TABLES["look_alikes"]["latin"])
_THOUSANDS = re.compile(r",(?=[0-9]{3}(?![0-9]))")
_MAX_SLUG = 80  # two slugs and an ending make a file name, which may have 255 bytes


def is_unprintable(character: str) -> bool:
    """Return whether it is a control, format, unassigned or private character or line separator."""
    return unicodedata.category(character) in _UNPRINTABLE


def fold(text: str) -> str:
    """Return text in lower case without diacritics, for search: `ƏRİZƏ` becomes `erize`."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in bare if not unicodedata.category(c).startswith("M")).translate(_TABLE)


def transliterate(text: str) -> str:
    """Return text in lower-case Latin letters without diacritics: `Şəhər` becomes `seher`.

    Letters without a transliteration are kept.
    """
    words = re.split(r"([^\W\d_]+)", unicodedata.normalize("NFKC", text).lower())
    return fold("".join(_romanize(word) for word in words))


def _romanize(word: str) -> str:
    """Return a word with its Cyrillic letters replaced, as look-alikes if it has Latin letters."""
    if not any("\u0400" <= c <= "\u052f" for c in word):
        return word
    mixed = any("a" <= c <= "z" for c in word)
    return word.translate(_LOOK_ALIKES).translate(_CYRILLIC) if mixed else word.translate(_CYRILLIC)


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

    A text that is too long, or contains non-ASCII letters, gets the beginning of its hash.
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
