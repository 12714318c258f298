"""The page for people who need help, and the link to it on every page."""

import re
from pathlib import Path

PAGES = ("index.html", "recommendations/cescr-2013-9-health/index.html", "matrix/index.html")


def test_every_page_links_to_it(site: Path) -> None:
    """The footer of every page has the link."""
    for name in PAGES:
        html = (site / name).read_text("utf-8")
        up = "../" * name.count("/")
        assert f'<a href="{up}help/">If you need help</a>' in html[html.index("md-footer") :]


def test_links_reveal_nothing(site: Path) -> None:
    """Links lead to home pages, without a referrer or parameters."""
    html = (site / "help/index.html").read_text("utf-8")
    article = html[html.index("<article") : html.index("</article>")]
    outside = re.findall(r'<a [^>]*href="(https?://[^"]+)"[^>]*>', article)
    assert len(outside) == 2
    for url in outside:
        assert re.fullmatch(r"https://[a-z.]+/", url)
    assert article.count("noreferrer") == 2
    assert "<form" not in article
