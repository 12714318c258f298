"""`mkdocs build` of what other tools make as well: the pages of records, and nothing of the rest.

The same program, on a project with no prose but a home page, with what it publishes beside the
pages taken out: forms, exports, feeds, calendar, schemas, scripts, and the search with its words.
Left in are the record as JSON beside its page, the stylesheet, what is remembered for the next
build, and every check.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from unittest.mock import patch

from mkdocs.__main__ import cli

LEFT_OUT: Mapping[str, object] = {
    "tracker.site.published": (),
    "tracker.site.form_works": {},
    "tracker.search.entries": (),
    "tracker.search.Index.files": {},
}
"""What makes nothing, and the nothing that it makes."""


@contextmanager
def pages_only() -> Iterator[None]:
    """The program without the rest. AttributeError if one of its functions has another name."""
    with ExitStack() as stack:
        for name, nothing in LEFT_OUT.items():
            stack.enter_context(patch(name, partial(_made, nothing)))
        yield


def _made(nothing: object, *_: object, **__: object) -> object:
    return nothing


if __name__ == "__main__":
    with pages_only():
        cli(["build", "--strict"])
