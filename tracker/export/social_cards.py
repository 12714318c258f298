"""The preview image that messaging apps show with a shared link."""

from dataclasses import dataclass

SIZE = (1200, 630)
"""Width and height in pixels, as messaging apps recommend."""


@dataclass(frozen=True, slots=True)
class CardRating:
    """A status and the groups that it applies to. The id in `status` selects icon and colour."""

    status: str
    label: str
    groups: str


@dataclass(frozen=True, slots=True)
class SocialCard:
    """The texts of an image from top to bottom. They are plain text and may be empty."""

    site: str
    title: str
    origin: str
    ratings: tuple[CardRating, ...] = ()
    dates: tuple[str, ...] = ()

    @property
    def alt_text(self) -> str:
        """The alternative text of the image."""
        ratings = (f"{rating.label}: {rating.groups}" for rating in self.ratings)
        texts = (self.site, self.title, self.origin, *ratings, *self.dates)
        return " ".join(text if text.endswith(".") else f"{text}." for text in texts if text)


def to_png(card: SocialCard) -> bytes:
    """Return the image. Equal cards give the same bytes."""
    # Imports Pillow, which a site without images does not need.
    from tracker.export.card_drawing import render_card

    return render_card(card)
