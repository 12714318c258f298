"""Draw social cards. Text is scaled down, then shortened, until all of it fits."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from itertools import groupby, islice
from math import degrees

from PIL import Image, ImageColor, ImageDraw, ImageFont

from tracker.export.social_cards import SIZE, SocialCard

MARGIN = 64
LEADING = 1.24  # line height, in font sizes
INDENT = 1.35  # of a status, in font sizes; leaves space for its icon

# The light colours of templates/css/base.css.
PAPER, INK, SOFT, UNKNOWN = "#ffffff", "#1d2733", "#55606e", "#4d5763"
COLOURS = {
    "implemented": "#0b6b3a",
    "partly-implemented": "#7a5200",
    "planned": "#1f5fa8",
    "not-implemented": "#a5281b",
    "regressed": "#a5281b",
}
NO_LIMIT = 12  # lines: more than fit on a card
# Scale and maximum lines per text, tried in order. The last fits a status of each kind.
SCALES = (
    *((percent / 100, NO_LIMIT) for percent in range(110, 59, -5)),
    *((0.6, lines) for lines in (4, 3, 2, 1)),
    *((0.5, 1), (0.45, 1)),
)


@dataclass(frozen=True, slots=True)
class CardText:
    """A text in one style. Sizes are in pixels."""

    text: str
    size: int
    colour: str = SOFT
    face: str = "Regular"
    space_above: int = 0
    indent: float = 0
    icon: str = ""
    at_bottom: bool = False
    lines: tuple[str, ...] = ()
    """The text in lines that fit the width, once it has been scaled."""

    @property
    def height(self) -> int:
        """The height with the space above."""
        return self.space_above + len(self.lines) * round(self.size * LEADING)


def render_card(card: SocialCard) -> bytes:
    """Return the card as a PNG with a small palette."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    blocks = _fit_texts(tuple(_iter_texts(card)))
    top = MARGIN
    for at_bottom, group in groupby(blocks, key=lambda block: block.at_bottom):
        texts = list(group)
        if at_bottom:
            top = SIZE[1] - MARGIN - sum(block.height for block in texts)
        for block in texts:
            _draw_text(draw, block, top=top)
            top += block.height
    draw.rectangle((0, 0, SIZE[0], 15), fill=INK)
    target = BytesIO()
    reduced = image.quantize(palette=_make_palette(), dither=Image.Dither.NONE)
    reduced.save(target, "PNG", optimize=True)
    return target.getvalue()


def _iter_texts(card: SocialCard) -> Iterator[CardText]:
    """Yield the texts of the card from top to bottom, without empty ones."""
    texts = [
        CardText(card.site, 34, face="Semibold"),
        CardText(card.title, 68, INK, "Bold", space_above=22),
        CardText(card.origin, 32, space_above=14),
    ]
    for rating in card.ratings:
        colour = COLOURS.get(rating.status, UNKNOWN)
        indent = 44 * INDENT
        texts.append(CardText(rating.label, 44, colour, "Bold", 30, indent, rating.status))
        texts.append(CardText(rating.groups, 30, INK, indent=indent))
    texts.append(CardText(" · ".join(card.dates), 30, space_above=30, at_bottom=True))
    return (text for text in texts if text.text)


def _fit_texts(texts: tuple[CardText, ...]) -> list[CardText]:
    """Return the texts at the largest scale at which all of them fit."""
    height = SIZE[1] - 2 * MARGIN
    for scale, max_lines in SCALES:
        blocks = [_fit_text(text, scale, max_lines) for text in texts]
        if sum(block.height for block in blocks) <= height:
            break
    return blocks


def _fit_text(text: CardText, scale: float, max_lines: int) -> CardText:
    size, space_above = round(text.size * scale), round(text.space_above * scale)
    indent = text.indent * scale
    width = SIZE[0] - 2 * MARGIN - indent
    length = load_font(text.face, size).getlength
    lines = list(islice(_wrap_lines(text.text, width=width, length=length), max_lines + 1))
    if len(lines) > max_lines:
        lines = [
            *lines[: max_lines - 1],
            _shorten_line(lines[max_lines - 1], width=width, length=length),
        ]
    return replace(text, size=size, space_above=space_above, indent=indent, lines=tuple(lines))


_MAX_CHARACTERS = 500
"""Characters of a text that are measured: far more than fit on a card."""


def _wrap_lines(text: str, *, width: float, length: Callable[[str], float]) -> Iterator[str]:
    """Yield lines of whole words. Only a word that is longer than a line is broken."""
    line = ""
    for word in text[:_MAX_CHARACTERS].split():
        longer = f"{line} {word}".lstrip()
        if length(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        while length(word) > width:
            fits = bisect_right(range(1, len(word)), width, key=lambda n: length(word[:n])) or 1
            yield word[:fits]
            word = word[fits:]
        line = word
    yield line


def _shorten_line(line: str, *, width: float, length: Callable[[str], float]) -> str:
    """Shorten a line so that it fits the width with an ellipsis at its end."""
    while line and length(f"{line}…") > width:
        line = line.rpartition(" ")[0] or line[:-1]
    return f"{line}…"


def _draw_text(draw: ImageDraw.ImageDraw, block: CardText, *, top: int) -> None:
    font = load_font(block.face, block.size)
    left = MARGIN + round(block.indent)
    top += block.space_above
    if block.icon:
        # Slightly taller than a capital letter, and centred on one.
        side = round(block.size * 0.86)
        icon = draw_status_icon(block.icon, side)
        draw.bitmap((MARGIN, top + round(block.size * 0.24)), icon, fill=block.colour)
    for line in block.lines:
        draw.text((left, top), line, font=font, fill=block.colour)
        top += round(block.size * LEADING)


@cache
def _make_palette() -> Image.Image:
    """Return a palette of each colour and its blends with the background, for antialiasing.

    A palette computed from the image could give a short word the colour of another.
    """
    steps = 8
    paper = ImageColor.getrgb(PAPER)
    colours = [ImageColor.getrgb(c) for c in dict.fromkeys((INK, SOFT, UNKNOWN, *COLOURS.values()))]
    mixed = [
        round((channel * step + white * (steps - step)) / steps)
        for colour in colours
        for step in range(1, steps + 1)
        for channel, white in zip(colour, paper, strict=True)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*paper, *mixed])
    return palette


@cache
def load_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """Load Regular, Semibold or Bold, with the layout engine that every system has."""
    resource = files("font_source_sans_pro") / f"files/SourceSansPro-{face}.ttf"
    with as_file(resource) as path:
        return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def draw_status_icon(status: str, side: int) -> Image.Image:
    """Return the icon of a status as a mask, drawn like `status_icon` in components.html."""
    unit = 16  # Pillow does not antialias: draw large, then scale down
    mask = Image.new("L", (16 * unit, 16 * unit))
    draw = ImageDraw.Draw(mask)

    def scale(*numbers: float) -> tuple[float, ...]:
        return tuple(number * unit for number in numbers)

    line = 2 * unit
    ring = scale(1, 1, 15, 15)  # Pillow draws the outline inside the box
    if status == "implemented":
        draw.ellipse(ring, fill=255)
    elif status == "partly-implemented":
        draw.ellipse(ring, outline=255, width=line)
        draw.pieslice(scale(2, 2, 14, 14), 90, 270, fill=255)
    elif status == "planned":
        for dash in range(8):  # 3 long, with gaps of 2.3, on a circle of radius 6
            begin = degrees(dash * 5.3 / 6)
            draw.arc(ring, begin, min(begin + degrees(3 / 6), 360), fill=255, width=line)
    elif status == "not-implemented":
        draw.line(scale(3, 3, 13, 13), fill=255, width=line)
        draw.line(scale(13, 3, 3, 13), fill=255, width=line)
    elif status == "regressed":
        draw.polygon(scale(2, 4, 14, 4, 8, 14), fill=255)
    else:
        draw.rectangle(scale(1.5, 1.5, 14.5, 14.5), outline=255, width=line)
        draw.line(scale(5, 8, 11, 8), fill=255, width=line)
    return mask.resize((side, side), Image.Resampling.BOX)
