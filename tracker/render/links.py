"""Internal links, all made here: relative, so that the site works from any base path."""

import posixpath


def address(collection: str, record_id: str) -> str:
    """The permanent address of a record, from the root of the site."""
    return f"{collection}/{record_id}/"


def relative(target: str, *, here: str) -> str:
    """The link from the page at `here` to `target`, both from the root of the site.

    `target` may end in `#anchor`; pages end in `/`, the root is an empty text.
    """
    path, mark, anchor = target.partition("#")
    start = here if here.endswith("/") or not here else posixpath.dirname(here)
    link = posixpath.relpath(path or ".", start or ".")
    if not path or path.endswith("/"):
        link += "/"
    return link + mark + anchor
