"""Read the files of the search index, which are scripts with one function call."""

import json
from typing import Any


def read_search_file(script: bytes | str) -> Any:
    """Return the content of a file of the index."""
    text = script.decode() if isinstance(script, bytes) else script
    return json.loads(text[text.index(",") + 1 : -1])
