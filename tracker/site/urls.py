"""Internal links. They are relative, so that the site works at any address."""

from functools import lru_cache


def record_url(collection: str, record_id: str) -> str:
    """Return the permanent URL of a record, from the root of the site."""
    return f"{collection}/{record_id}/"


def relative_url(target: str, *, base: str) -> str:
    """Return the link from the page at `base` to `target`, both URLs from the root of the site.

    `target` may end in `#anchor`. The URL of the home page is empty.
    """
    path, separator, anchor = target.partition("#")
    return _relative_path(path, base.rpartition("/")[0]) + separator + anchor


@lru_cache(maxsize=1 << 14)
def _relative_path(path: str, folder: str) -> str:
    # posixpath.relpath is slower: it reads the working directory on each call.
    *folders, name = path.split("/")
    base = folder.split("/") if folder else []
    shared = 0
    while shared < len(folders) and shared < len(base) and folders[shared] == base[shared]:
        shared += 1
    steps = [".."] * (len(base) - shared) + folders[shared:]
    return "/".join([*steps, name]) or "./"
