"""Internal links, all made here: relative, so that the site works from any base path."""

from functools import lru_cache


def record_url(collection: str, record_id: str) -> str:
    """The permanent address of a record, from the root of the site."""
    return f"{collection}/{record_id}/"


def relative_url(target: str, *, here: str) -> str:
    """The link from the page at `here` to `target`, both from the root of the site.

    `target` may end in `#anchor`; pages end in `/`, the root is an empty text.
    """
    path, mark, anchor = target.partition("#")
    return _relative_path(path, here.rpartition("/")[0]) + mark + anchor


@lru_cache(maxsize=1 << 14)
def _relative_path(path: str, folder: str) -> str:
    # Not by posixpath.relpath, which asks for the working directory each time.
    *above, last = path.split("/")
    here = folder.split("/") if folder else []
    shared = 0
    while shared < len(above) and shared < len(here) and above[shared] == here[shared]:
        shared += 1
    steps = [".."] * (len(here) - shared) + above[shared:]
    return "/".join([*steps, last]) or "./"
