"""Old addresses of pages send the browser to the new ones."""

from pathlib import Path

from mkdocs.utils.yaml import yaml_load

from tests.conftest import ROOT
from tracker.site.redirects import iter_redirects

CONFIG_FILE = (ROOT / "mkdocs.yml").read_text("utf-8")
REDIRECTS: dict[str, str] = yaml_load(CONFIG_FILE)["extra"]["redirects"]
MOVED = ("components", "form", "import", "licences", "links", "reading", "scale")
"""Pages below contributing/ that were merged into others."""


def test_redirect_is_relative_and_escaped() -> None:
    """A redirect points to a file, so that it works without a server, and keeps the anchor."""
    targets = {"a/old/": "a/new/#part", "other/": ""}
    first, second = iter_redirects(targets, title="A & B", language="en")
    assert (first.path, second.path) == ("a/old/index.html", "other/index.html")
    page = first.get_content().decode()
    assert 'content="0; url=../new/index.html#part"' in page
    assert '<a href="../new/index.html#part">A &amp; B: ' in page
    assert 'content="0; url=../index.html"' in second.get_content().decode()


def test_moved_pages_redirect(site: Path) -> None:
    """The target of each redirect is an existing page and heading."""
    assert {f"contributing/{name}/" for name in MOVED} <= set(REDIRECTS)
    for old, target in REDIRECTS.items():
        assert 'http-equiv="refresh"' in (site / old / "index.html").read_text("utf-8")
        path, _, anchor = target.partition("#")
        page = (site / path / "index.html").read_text("utf-8")
        assert not anchor or f'id="{anchor}"' in page, target
