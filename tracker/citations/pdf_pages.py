"""Read a PDF from standard input and write the text of each page as a JSON list.

This runs in a separate process with a memory limit and a timeout, because a small malicious file
can take hours or exhaust memory. Arguments: the memory limit in bytes, and the maximum characters.
"""

import io
import json
import sys
from contextlib import suppress
from typing import Any

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits as footnote marks: they are not part of a figure, and normalizing removes them."""
_MARK_SIZE = 0.8
"""A footnote mark is at most this large, compared with the text before it."""


def main(memory: int, limit: int) -> None:
    """Write the pages, but stop after `limit` characters."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    from pypdf import PdfReader

    pages, size = [], 0
    for page in PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages:
        pages.append(extract_text(page))
        size += len(pages[-1])
        if size > limit:
            break
    json.dump(pages, sys.stdout)


def extract_text(page: Any) -> str:
    """Return the text of a page with footnote marks as superscripts, apart from the figures."""
    pieces: list[tuple[str, float]] = []

    def collect(text: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        pieces.append((text, size * abs(matrix[3] or matrix[1])))

    whole = str(page.extract_text(visitor_text=collect))
    if "".join(text for text, _ in pieces) != whole:
        return whole  # a different order, as in rotated text
    parts: list[str] = []
    last = 0.0
    for text, size in pieces:
        is_mark = text.strip().isdecimal() and len(text.strip()) <= 3 and "\n" not in text
        if is_mark and parts and not parts[-1].endswith("\n") and 0 < size <= last * _MARK_SIZE:
            parts.append(text.translate(SUPERSCRIPTS))
        else:
            parts.append(text)
            last = size if text.strip() else last
    return "".join(parts)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
