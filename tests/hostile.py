"""Hostile text: what a stranger may put into a record, and the characters that grow when folded."""

import re
import sys
import unicodedata

from tracker.load.yaml_text import INVISIBLE


def _grows(character: str) -> bool:
    folded = (unicodedata.normalize(form, character) for form in ("NFKC", "NFKD"))
    return any(len(text) != 1 for text in (*folded, character.lower(), character.casefold()))


EXPANDING = [
    character
    for character in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(character) not in ("Cn", "Cs", "Co", "Cc")
    and not INVISIBLE.match(character)
    and not "\uac00" <= character <= "\ud7a3"  # 11,172 syllables, which all decompose alike
    and _grows(character)
]
"""Every assigned character that some way of folding makes longer, if the loader lets it through."""

_LATEX = {
    r"{\textbackslash}": "\\",
    r"{\textasciitilde}": "~",
    r"{\textasciicircum}": "^",
    r"{\textbraceleft}": "{",
    r"{\textbraceright}": "}",
}


def plain_latex(text: str) -> str:
    """Return what LaTeX prints for a BibTeX value as we write it."""
    known = "|".join(map(re.escape, _LATEX))
    text = re.sub(r"^\{(.*)\}$", r"\1", text)
    return re.sub(rf"{known}|\\([%$&#_])", lambda m: _LATEX.get(m[0], m[1]), text)
