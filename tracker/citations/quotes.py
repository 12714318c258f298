"""Quotations: how many sentences they have, and whether they stop before a contrast."""

import re

from tracker.citations.source_text import SourceText

MAX_SENTENCES = 2
CONTRASTS = (
    *("but", "however", "except", "unless", "although", "though"),
    *("mais", "cependant", "toutefois", "sauf", "bien que"),
    *("pero", "sin embargo", "salvo", "excepto", "aunque"),
    *("но", "однако", "кроме", "хотя"),
)
CHINESE_CONTRASTS = ("但", "然而", "除非", "尽管")
"""Words that limit or contradict what comes before them, in languages of UN documents."""
_CONTRAST = re.compile(
    rf"[\W\d_]*(?:({'|'.join(CONTRASTS)})\b|({'|'.join(CHINESE_CONTRASTS)}))", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?:[.!?…]+[”’\"»)\]]*\s+[“‘\"«(\[]*|[。！？]+)(?=(\w))")


def count_sentences(text: str) -> int:
    """Return the number of sentences. An abbreviation before a number ends none."""
    followers = (match[1] for match in _SENTENCE_END.finditer(text))
    return 1 + sum(not (letter.islower() or letter.isdigit()) for letter in followers)


def find_contrast(text: SourceText, quote: str, offset: int) -> str:
    """Return the word directly after a quotation found at an offset, if it is a contrast."""
    ends = (end for start, end in text.searchable.find_printed(quote, offset) if start == offset)
    end = next(ends, None)
    match = _CONTRAST.match(text.text, end) if end is not None else None
    return (match[1] or match[2]) if match else ""
