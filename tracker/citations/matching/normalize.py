"""Reduce text to letters and digits, so that line breaks, hyphens and quotes do not matter."""

import unicodedata
from functools import cache

HYPHENS = "-\u2010\u2011\u00ad"
"""Characters that divide a word. This and the two below are regular expression character sets."""
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
"""Characters between the ends of a range."""
SPACES = " \u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
"""Spaces within a line."""
_SIGN_WORDS = {
    "%": "percent", "‰": "permille", "$": "dollar", "€": "euro", "£": "pound", "₼": "manat",
    "₽": "rouble", "<": "less", ">": "more", "≤": "atmost", "≥": "atleast",
    "\uf001": "fi", "\uf002": "fl",
}  # fmt: skip
"""Words for signs with a meaning, and for ligatures in the private use area of PDF fonts."""


@cache
def _normalize_character(character: str) -> str:
    """Return a character in NFKC and lower case, with ı as i.

    Footnote marks (²) and everything else that is not a letter or decimal digit become "".
    """
    if character in _SIGN_WORDS:
        return _SIGN_WORDS[character]
    if unicodedata.category(character) in ("No", "Lm"):
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold().replace("ı", "i")
    return "".join(c for c in plain if unicodedata.category(c)[0] == "L" or c.isdecimal())


def normalize_text(text: str) -> str:
    """Return the form for comparison: `17may2013` for `17 May, 2013`, `percent` for `per cent`."""
    return "".join(map(_normalize_character, text))


def normalize_characters(text: str) -> tuple[str, list[int]]:
    """Return the form for comparison, and the offset in the text of each of its characters."""
    folded = [_normalize_character(character) for character in text]
    offsets = [offset for offset, letters in enumerate(folded) for _ in letters]
    return "".join(folded), offsets


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Return whether a span starts and ends at word boundaries, considering line-end hyphens."""
    before, after = text[max(0, start - 8) : start], text[end : end + 8]
    return not (
        _continues_word(before[::-1], backwards=True) or _continues_word(after, backwards=False)
    )


def _continues_word(side: str, *, backwards: bool) -> bool:
    """Return whether a word continues away from the span, directly or after a line-end hyphen."""
    if side[:1].isalnum() and unicodedata.category(side[0]) != "No":
        return True
    compound = side[:1] in ("-", "\u2010", "\u2011") and side[1:2].isalpha()
    if compound and (backwards or side[1].isupper()):
        return True  # Borland-Kesh is not Borland, but BMT-nin is BMT with a case ending
    rest = side.lstrip(HYPHENS + " \n\r\t")
    broken = side[: len(side) - len(rest)]
    soft = broken.strip("\u00ad") == "" != broken
    return rest[:1].isalpha() and (soft or ("\n" in broken and any(c in HYPHENS for c in broken)))
