"""Read a PDF from standard input, and write the text of each page as a JSON list.

A program of its own: a small file can be made to take hours or all memory, and only a process can
be stopped from outside. It takes two arguments: bytes of memory, and characters that are enough.
"""

import io
import json
import sys
from contextlib import suppress


def main(memory: int, enough: int) -> None:
    """Write the pages up to the one with which there are enough characters."""
    with suppress(ImportError, ValueError, OSError):  # there is no such limit on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    from pypdf import PdfReader

    pages, size = [], 0
    for page in PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > enough:
            break
    json.dump(pages, sys.stdout)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
