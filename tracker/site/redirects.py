"""Pages at old addresses that send the browser to the new one."""

from collections.abc import Iterator, Mapping
from functools import partial
from html import escape

from tracker.site.csp import add_csp
from tracker.site.generated_files import GeneratedFile
from tracker.site.urls import relative_url

_INDEX = "index.html"
# A host of static files sends no HTTP redirect, and the site works without scripts.
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={url}">
<title>{title}</title>
</head>
<body><p><a href="{url}">{title}: {target}</a></p></body>
</html>
"""


def iter_redirects(
    targets: Mapping[str, str], *, title: str, language: str
) -> Iterator[GeneratedFile]:
    """Yield a page for each old URL. `targets` maps old URLs to new ones, which may have an anchor.

    URLs are relative to the root of the site: `contributing/old/`.
    """
    for old, target in targets.items():
        make = partial(_make_page, old, target, title=title, language=language)
        yield GeneratedFile(f"{old}{_INDEX}", make)


def _make_page(old: str, target: str, *, title: str, language: str) -> bytes:
    path, separator, anchor = target.partition("#")
    # The name of the file, so that it also works in a copy that is read without a server.
    url = relative_url(f"{path}{_INDEX}{separator}{anchor}", base=old)
    values = {"url": url, "title": title, "target": target, "language": language}
    page = _PAGE.format_map({name: escape(value) for name, value in values.items()})
    return add_csp(page).encode()
