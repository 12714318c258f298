"""The scripts and stylesheets of the site."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from tracker.site.context import SiteContext
from tracker.site.template_environment import TEMPLATES

_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def build_stylesheet() -> bytes:
    """Return the stylesheet of all pages: the rules of the theme first, then ours."""
    first = ("material", "base")
    files = sorted(
        (TEMPLATES / "css").glob("*.css"),
        key=lambda file: (file.stem not in first, file.stem != "material", file.stem),
    )
    return _COMMENT.sub("", "\n".join(file.read_text("utf-8") for file in files)).encode()


def iter_scripts() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the path and content function of each script. Pages are readable without them."""
    for name in ("tracker.js", "register.js", "compare.js"):
        yield f"assets/{name}", (TEMPLATES / name).read_bytes


def iter_form_files(context: SiteContext) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the script and the stylesheet of the forms, if the site has forms."""
    if context.edit_branch:
        yield "assets/form.js", partial(_concatenate, "forms/yaml.js", "forms/form.js")
        yield "assets/form.css", partial(_concatenate, "forms/form.css")


def _concatenate(*names: str) -> bytes:
    return b"".join((TEMPLATES / name).read_bytes() for name in names)
