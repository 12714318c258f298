"""The preview image that messengers show with a shared link."""

from dataclasses import dataclass

SIZE = (1200, 630)
"""Width and height in pixels, as messengers recommend."""


@dataclass(frozen=True, slots=True)
class CardRating:
    """A status and the groups it applies to. `status` is its id, and selects icon and colour."""

    status: str
    word: str
    groups: str


@dataclass(frozen=True, slots=True)
class SocialCard:
    """The texts of an image from top to bottom, as plain text; any may be empty."""

    site: str
    title: str
    asked: str
    ratings: tuple[CardRating, ...] = ()
    dated: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The alternative text of the image."""
        ratings = (f"{rated.word}: {rated.groups}" for rated in self.ratings)
        texts = (self.site, self.title, self.asked, *ratings, *self.dated)
        return " ".join(text if text.endswith(".") else f"{text}." for text in texts if text)


def to_png(card: SocialCard) -> bytes:
    """Return the image; equal cards give the same bytes."""
    # Imports Pillow, which a site without images does not need.
    from tracker.export.card_drawing import render_card

    return render_card(card)
