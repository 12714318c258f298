"""Social cards: their texts, their layout, and the pages that refer to them."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
from jinja2 import Template
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

from tests.conftest import HARBOUR_URL, TITLE
from tracker.export.card_drawing import (
    COLOURS,
    INK,
    MARGIN,
    PAPER,
    SOFT,
    UNKNOWN,
    draw_status_icon,
    load_font,
)
from tracker.export.social_cards import SIZE, CardRating, SocialCard, to_png
from tracker.model import find_current_assessments
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.generated_files import make_cards
from tracker.site.template_environment import TEMPLATES

STATUSES = (*COLOURS, "insufficient-information")
DATED = "Our rating, 24 November 2026. Evidence up to 27 July 2020"
SHORT = SocialCard(
    "Tracker",
    "Homes",
    "Committee, paragraph 5",
    tuple(CardRating(s, s, "All") for s in STATUSES),
    ("x",),
)
LONG = " ".join(["Housing, health care and work for everybody who seeks protection"] * 12)
WORD = "Hüquqşünaslıq" * 20
CROWDED = {
    "title": replace(SHORT, title=LONG, ratings=SHORT.ratings[:2]),
    "word": replace(SHORT, title=WORD, ratings=SHORT.ratings[:1]),
    "everything": SocialCard(
        WORD, LONG, LONG, tuple(CardRating(s, WORD, LONG) for s in STATUSES), (DATED,) * 9
    ),
}


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The frozen records, with the URL of a published site."""
    return SiteContext(
        DatasetView(real.dataset, date(2026, 11, 25)), site_name="Tracker", site_url=HARBOUR_URL
    )


def draw(card: SocialCard) -> Image.Image:
    return Image.open(BytesIO(to_png(card)))


def test_each_rated_recommendation_has_a_card(context: SiteContext) -> None:
    """Only rated recommendations and the home page have a card."""
    rated = {f"recommendations/{r.id}/" for r in context.view.recommendations if r.assessments}
    assert rated
    assert set(make_cards(context, about="")) == rated | {""}


def test_card_shows_the_title_and_ratings(context: SiteContext) -> None:
    """The title, the origin, each status with its groups, and the dates of rating and evidence."""
    made = make_cards(context, about="")
    for r in context.view.recommendations:
        for rating in find_current_assessments(r):
            alt_text = made[f"recommendations/{r.id}/"].alt_text
            source = context.view.source(r.document)
            named = (r.id, r.made_by, rating.status, *rating.groups)
            wanted = {"Tracker", r.paragraph, source.symbol or context.title(source.id)}
            wanted |= {"Our rating, 24 November 2026", "Evidence up to 27 July 2020"}
            assert {
                text for text in wanted | set(map(context.title, named)) if text not in alt_text
            } == set()
            assert "%" not in alt_text


def test_card_of_undated_evidence(context: SiteContext) -> None:
    """No date is invented, and ratings of several days show all dates."""
    record = next(r for r in context.view.recommendations if len(find_current_assessments(r)) > 1)
    first, *others = record.assessments
    undated = first.model_copy(update={"evidence_up_to": None})
    changed = record.model_copy(update={"assessments": (undated, *others)})
    data = replace(
        context.view.data,
        collections={**context.view.data.collections, "recommendations": (changed,)},
    )
    card = make_cards(replace(context, view=replace(context.view, data=data)), about="")[
        f"recommendations/{record.id}/"
    ]
    assert [text.partition(". ")[2] for text in card.dates] == [
        "No dated evidence",
        "Evidence up to 27 July 2020",
    ]


def test_cards_are_small_and_reproducible(context: SiteContext) -> None:
    """A card has 1200 by 630 pixels, few colours, at most 40 kB, and reproducible bytes."""
    cards = make_cards(context, about="What was asked, and what was done.").values()
    for card in sorted(cards, key=lambda card: len(card.alt_text))[:: len(cards) // 2]:
        image = draw(card)
        assert (image.format, image.mode, image.size) == ("PNG", "P", SIZE)
        assert len(to_png(card)) <= 40_000
    assert to_png(card) == to_png(card)


@pytest.mark.slow
@pytest.mark.parametrize("name", CROWDED)
def test_texts_stay_within_the_margins(name: str) -> None:
    """Texts of any length stay within the margins."""
    image = draw(CROWDED[name]).convert("RGB")
    inside = ImageChops.difference(image, Image.new("RGB", SIZE, PAPER)).crop((0, 20, *SIZE))
    left, top, right, bottom = inside.getbbox() or (0, 0, 0, 0)
    assert MARGIN - 2 <= left < right <= SIZE[0] - MARGIN + 2
    assert MARGIN <= top + 20 < bottom + 20 <= SIZE[1] - MARGIN + 10


@pytest.mark.slow
def test_lines_do_not_overlap() -> None:
    """Texts are on separate lines, with space between them."""
    for card, lines in ((SHORT, 16), (CROWDED["everything"], 16)):
        image = draw(card).convert("RGB").crop((0, 20, *SIZE))
        inked = ImageChops.difference(image, Image.new("RGB", image.size, PAPER)).convert("L")
        rows = [
            inked.crop((0, y, SIZE[0], y + 1)).getbbox() is not None for y in range(inked.height)
        ]
        assert [full for full, _ in groupby(rows)].count(True) == lines


def test_fonts_contain_all_letters(context: SiteContext) -> None:
    """No letter of the real cards or of Azerbaijani is missing."""
    texts = "".join(card.alt_text for card in make_cards(context, about="").values())
    for face in ("Regular", "Semibold", "Bold"):
        letter_of = load_font(face, 40).getmask
        missing = bytes(letter_of("\uffff"))
        letters = {*texts, *"AaƏəĞğIıİiŞşÇçÖöÜü“”‘’–—…·№"} - {" "}
        assert {letter for letter in letters if bytes(letter_of(letter)) == missing} == set()


@pytest.mark.slow
def test_status_icons_match_the_pages(browser: Browser) -> None:
    """A status has the same icon on a card and, drawn by a browser, on a page."""
    source, end, _ = (TEMPLATES / "components.html").read_text("utf-8").partition("{% endmacro %}")
    shape = vars(Template(source + end).module)["status_icon"]
    page = browser.new_page(viewport={"width": 64, "height": 64})
    style = "body{margin:0}svg{width:64px;height:64px;display:block}.ct-line{fill:none;stroke:#000;"
    style += "stroke-width:2}.ct-dash{stroke-dasharray:3 2.3}"
    apart = {}
    for status in STATUSES:
        page.set_content(f"<style>{style}</style>{shape(status)}")
        seen = Image.open(BytesIO(page.screenshot())).convert("L")
        apart[status] = ImageStat.Stat(ImageChops.add(seen, draw_status_icon(status, 64))).mean[0]
    page.close()
    assert {status: mean for status, mean in apart.items() if mean < 252} == {}


def test_colours_match_the_pages() -> None:
    """The colours are those of the light scheme in the stylesheet."""
    css = (TEMPLATES / "css/base.css").read_text("utf-8")
    light = css.partition("[data-md-color-scheme")[0]
    assert {c for c in (INK, SOFT, UNKNOWN, *COLOURS.values()) if c not in light} == set()


class MetadataParser(HTMLParser):
    """The metadata of a page for link previews."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.metadata: dict[str, str] = {}
        self.feed(path.read_text("utf-8").partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        name = facts.get("property") or facts.get("name") or ""
        if tag == "meta" and name.startswith(("og:", "twitter:")):
            assert name not in self.metadata
            self.metadata[name] = facts["content"] or ""


def test_site_without_url_has_no_cards(site: Path) -> None:
    """A build without `site_url` has titles and descriptions, but no cards."""
    assert list(site.rglob("card.png")) == []
    for path in (site / "index.html", *site.glob("*/*/index.html")):
        if 'http-equiv="refresh"' in path.read_text("utf-8"):
            continue
        metadata = MetadataParser(path).metadata
        assert set(metadata) == {"og:title", "og:description", "og:type"}
        assert all(metadata.values())


@pytest.mark.slow
def test_pillow_is_imported_only_for_cards() -> None:
    """The plugin does not import Pillow."""
    code = "import sys, tracker.site.plugin; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_published_page_refers_to_its_card(harbour: Path) -> None:
    """The page has the absolute URL, size and alternative text of its card, escaped."""
    site = harbour / "site"
    metadata = MetadataParser(site / "recommendations/asked-1/index.html").metadata
    assert metadata["og:title"] == TITLE
    assert TITLE in metadata["og:image:alt"]
    assert metadata["og:image"] == f"{HARBOUR_URL}recommendations/asked-1/card.png"
    assert (metadata["og:image:width"], metadata["og:image:height"]) == ("1200", "630")
    assert metadata["twitter:card"] == "summary_large_image"
    assert (site / "recommendations/asked-1/card.png").read_bytes()[:4] == b"\x89PNG"
    home = MetadataParser(site / "index.html").metadata
    assert (home["og:title"], home["og:type"]) == ("Harbour Tracker", "website")
    assert home["og:image"] == f"{HARBOUR_URL}card.png"
    assert "og:image" not in MetadataParser(site / "recommendations/index.html").metadata
