"""Letters and digits only: a text in which line breaks, hyphens and quotes no longer matter."""

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, cached_property

from tracker.citations.matching.characters import HYPHENS

_SIGN_WORDS = {
    "%": "percent", "$": "dollar", "€": "euro", "£": "pound", "₼": "manat", "₽": "rouble",
    "<": "less", ">": "more", "≤": "atmost", "≥": "atleast", "\uf001": "fi", "\uf002": "fl",
}  # fmt: skip
"""Signs that carry meaning are words. In \uf001 fonts keep ligatures that PDFs give no letters."""


@cache
def _normalize_character(character: str) -> str:
    """A character as it is compared: compatible form, lower case, no mark, one letter i.

    Footnote marks (²) and everything else that is neither letter nor decimal digit vanish.
    """
    if character in _SIGN_WORDS:
        return _SIGN_WORDS[character]
    if unicodedata.category(character) in ("No", "Lm"):
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold().replace("ı", "i")
    return "".join(c for c in plain if unicodedata.category(c)[0] == "L" or c.isdecimal())


def normalize_text(text: str) -> str:
    """A text squeezed to what is compared: `17 May, 2013` → `17may2013`, `per cent` → `percent`."""
    return "".join(map(_normalize_character, text))


@dataclass(frozen=True)
class NormalizedText:
    """A text beside its squeezed form, with the way back from one to the other."""

    text: str

    @cached_property
    def _parts(self) -> tuple[str, list[int]]:
        letters: list[str] = []
        at: list[int] = []
        for offset, character in enumerate(self.text):
            folded = _normalize_character(character)
            letters.append(folded)
            at.extend([offset] * len(folded))
        return "".join(letters), at

    def find(self, needle: str, lo: int, hi: int) -> list[tuple[int, int]]:
        """Where a folded needle stands between two offsets of the text, as offsets of the text."""
        letters, at = self._parts
        found = []
        begin, end = bisect_left(at, lo), bisect_left(at, hi)
        position = letters.find(needle, begin, end) if needle else -1
        while position >= 0:
            found.append((at[position], at[position + len(needle) - 1] + 1))
            position = letters.find(needle, position + 1, end)
        return found


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Whether a span of a text begins and ends where words do, line-end hyphens considered."""
    before, after = text[max(0, start - 8) : start], text[end : end + 8]
    return not (
        _continues_word(before[::-1], backwards=True) or _continues_word(after, backwards=False)
    )


def _continues_word(side: str, *, backwards: bool) -> bool:
    """Whether a word goes on, read away from the span: at once, or over a line-end hyphen."""
    if side[:1].isalnum() and unicodedata.category(side[0]) != "No":
        return True
    compound = side[:1] in ("-", "\u2010", "\u2011") and side[1:2].isalpha()
    if compound and (backwards or side[1].isupper()):
        return True  # Borland-Kesh is not Borland; BMT-nin, a case ending, is BMT
    rest = side.lstrip(HYPHENS + " \n\r\t")
    broken = side[: len(side) - len(rest)]
    soft = broken.strip("\u00ad") == "" != broken
    return rest[:1].isalpha() and (soft or ("\n" in broken and any(c in HYPHENS for c in broken)))
