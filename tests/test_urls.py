"""Internal links are relative, so that the site works below any path."""

import pytest

from tracker.site.urls import relative_url


@pytest.mark.parametrize(
    ("target", "base", "link"),
    [
        ("findings/a/", "recommendations/b/", "../../findings/a/"),
        ("recommendations/a/", "recommendations/b/", "../a/"),
        ("recommendations/b/#x", "recommendations/b/", "./#x"),
        ("recommendations/", "recommendations/b/", "../"),
        ("", "recommendations/b/", "../../"),
        ("findings/a/", "", "findings/a/"),
        ("data/tracker.json", "findings/a/", "../../data/tracker.json"),
        ("findings/", "404.html", "findings/"),
    ],
)
def test_relative(target: str, base: str, link: str) -> None:
    """A relative URL leads from the base to the target."""
    assert relative_url(target, base=base) == link
