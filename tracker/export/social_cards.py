"""The picture that a messenger shows beside a shared address: facts → PNG."""

from dataclasses import dataclass

SIZE = (1200, 630)
"""Width and height in pixels: what messengers ask for."""


@dataclass(frozen=True, slots=True)
class CardRating:
    """A status and for whom it holds. `status` is its id, and chooses shape and colour."""

    status: str
    word: str
    groups: str


@dataclass(frozen=True, slots=True)
class SocialCard:
    """All that stands on a picture, from top to bottom, as plain text; any of it may be empty."""

    site: str
    title: str
    asked: str
    ratings: tuple[CardRating, ...] = ()
    dated: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The same in words, for those who do not see it."""
        ratings = (f"{rated.word}: {rated.groups}" for rated in self.ratings)
        texts = (self.site, self.title, self.asked, *ratings, *self.dated)
        return " ".join(text if text.endswith(".") else f"{text}." for text in texts if text)


def to_png(card: SocialCard) -> bytes:
    """The picture, alike for alike cards."""
    from tracker.export.card_drawing import (
        render_card,  # loads Pillow: only where a picture is made
    )

    return render_card(card)
