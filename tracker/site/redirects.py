"""Pages at old URLs that send the browser to the new ones."""

from collections.abc import Iterator, Mapping
from functools import partial

from tracker.site.csp import add_csp
from tracker.site.generated_files import GeneratedFile
from tracker.site.template_environment import make_environment
from tracker.site.urls import relative_url

_INDEX = "index.html"


def iter_redirects(
    targets: Mapping[str, str], *, title: str, language: str
) -> Iterator[GeneratedFile]:
    """Yield a page for each old URL. `targets` maps old URLs to new ones, which may have an anchor.

    URLs are relative to the root of the site: `contributing/old/`.
    """
    for old, target in targets.items():
        render = partial(_render_redirect, old, target, title=title, language=language)
        yield GeneratedFile(f"{old}{_INDEX}", render)


def _render_redirect(old: str, target: str, *, title: str, language: str) -> bytes:
    path, separator, anchor = target.partition("#")
    # The link names the file, so that it also works in a copy that is read without a server.
    url = relative_url(f"{path}{_INDEX}{separator}{anchor}", base=old)
    template = make_environment().get_template("redirect.html")
    return add_csp(template.render(url=url, title=title, target=target, language=language)).encode()
