"""Read a PDF from standard input and write the text of each page as a JSON list.

This runs in a separate process with a memory limit and a timeout, because a small malicious file
can take hours or exhaust memory. Arguments: the memory limit in bytes, and the maximum characters.
"""

import io
import json
import sys
from contextlib import suppress


def main(memory: int, limit: int) -> None:
    """Write the pages, but stop after `limit` characters."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    from pypdf import PdfReader

    pages, size = [], 0
    for page in PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > limit:
            break
    json.dump(pages, sys.stdout)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
