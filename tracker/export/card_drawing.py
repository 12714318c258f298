"""Draws a card. It begins large, and is set smaller, then shortened, until all of it has room."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from itertools import groupby, islice
from math import degrees

from PIL import Image, ImageColor, ImageDraw, ImageFont

from tracker.export.social_cards import SIZE, SocialCard

MARGIN = 64
LEADING = 1.24  # from line to line, in sizes of the letters
INDENT = 1.35  # of a status, to make room for its shape, in sizes of its letters

# The light colours of templates/css/base.css.
PAPER, INK, SOFT, UNKNOWN = "#ffffff", "#1d2733", "#55606e", "#4d5763"
COLOURS = {
    "implemented": "#0b6b3a",
    "partly-implemented": "#7a5200",
    "planned": "#1f5fa8",
    "not-implemented": "#a5281b",
    "regressed": "#a5281b",
}
MANY = 12  # lines: more than have room
# How large the letters are, and how many lines a text may have, until everything has room: with one
# line a text, the last has it for a status of each kind.
TRIES = (
    *((percent / 100, MANY) for percent in range(110, 59, -5)),
    *((0.6, lines) for lines in (4, 3, 2, 1)),
    *((0.5, 1), (0.45, 1)),
)


@dataclass(frozen=True, slots=True)
class CardText:
    """A text that is set in one way. Sizes are in pixels before anything is made smaller."""

    text: str
    size: int
    colour: str = SOFT
    face: str = "Regular"
    above: int = 0
    indent: float = 0
    shape: str = ""
    foot: bool = False


@dataclass(frozen=True, slots=True)
class FittedText:
    """A part as lines that fit into the width."""

    part: CardText
    lines: tuple[str, ...]
    scale: float

    @property
    def size(self) -> int:
        """Of its letters, in pixels."""
        return round(self.part.size * self.scale)

    @property
    def above(self) -> int:
        """Pixels left free before it."""
        return round(self.part.above * self.scale)

    @property
    def height(self) -> int:
        """Pixels that it takes, with those before it."""
        return self.above + len(self.lines) * round(self.size * LEADING)


def render_card(card: SocialCard) -> bytes:
    """The card as a PNG with few colours."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    blocks = _fit_texts(tuple(_iter_texts(card)))
    top = MARGIN
    for foot, group in groupby(blocks, key=lambda block: block.part.foot):
        found = list(group)
        if foot:
            top = SIZE[1] - MARGIN - sum(block.height for block in found)
        for block in found:
            _draw(draw, block, top=top)
            top += block.height
    draw.rectangle((0, 0, SIZE[0], 15), fill=INK)
    target = BytesIO()
    few = image.quantize(palette=_make_palette(), dither=Image.Dither.NONE)
    few.save(target, "PNG", optimize=True)
    return target.getvalue()


def _iter_texts(card: SocialCard) -> Iterator[CardText]:
    """What stands on the card, in order, without what is empty."""
    parts = [
        CardText(card.site, 34, face="Semibold"),
        CardText(card.title, 68, INK, "Bold", above=22),
        CardText(card.asked, 32, above=14),
    ]
    for rated in card.ratings:
        colour = COLOURS.get(rated.status, UNKNOWN)
        indent = 44 * INDENT
        parts.append(CardText(rated.word, 44, colour, "Bold", 30, indent, rated.status))
        parts.append(CardText(rated.groups, 30, INK, indent=indent))
    parts.append(CardText(" · ".join(card.dated), 30, above=30, foot=True))
    return (part for part in parts if part.text)


def _fit_texts(parts: tuple[CardText, ...]) -> list[FittedText]:
    """The parts as large as they may be, with some space left before the foot."""
    room = SIZE[1] - 2 * MARGIN
    for scale, most in TRIES:
        blocks = [_fit_text(part, scale, most) for part in parts]
        if sum(block.height for block in blocks) <= room:
            break
    return blocks


def _fit_text(part: CardText, scale: float, most: int) -> FittedText:
    width = SIZE[0] - 2 * MARGIN - part.indent * scale
    length = load_font(part.face, round(part.size * scale)).getlength
    lines = list(islice(_wrap_lines(part.text, width=width, length=length), most + 1))
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1], width=width, length=length)]
    return FittedText(part, tuple(lines), scale)


_LONGEST = 500
"""Characters of a text that are measured: far more than a card has room for."""


def _wrap_lines(text: str, *, width: float, length: Callable[[str], float]) -> Iterator[str]:
    """Lines of whole words; a word that is longer than a line is broken where the line ends."""
    line = ""
    for word in text[:_LONGEST].split():
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


def _cut(line: str, *, width: float, length: Callable[[str], float]) -> str:
    """A line that tells that more would follow."""
    while line and length(f"{line}…") > width:
        line = line.rpartition(" ")[0] or line[:-1]
    return f"{line}…"


def _draw(draw: ImageDraw.ImageDraw, block: FittedText, *, top: int) -> None:
    part, letters = block.part, load_font(block.part.face, block.size)
    left = MARGIN + round(part.indent * block.scale)
    top += block.above
    if part.shape:
        # As tall as a capital letter and a little more, and in the middle of one.
        side = round(block.size * 0.86)
        shape = draw_shape(part.shape, side)
        draw.bitmap((MARGIN, top + round(block.size * 0.24)), shape, fill=part.colour)
    for line in block.lines:
        draw.text((left, top), line, font=letters, fill=part.colour)
        top += round(block.size * LEADING)


@cache
def _make_palette() -> Image.Image:
    """Each colour, and its steps to the paper at the edges of letters. One that is computed from
    the picture would give a word with few letters the colour of another."""
    steps = 8
    paper = ImageColor.getrgb(PAPER)
    colours = [ImageColor.getrgb(c) for c in dict.fromkeys((INK, SOFT, UNKNOWN, *COLOURS.values()))]
    mixed = [
        round((part * step + white * (steps - step)) / steps)
        for colour in colours
        for step in range(1, steps + 1)
        for part, white in zip(colour, paper, strict=True)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*paper, *mixed])
    return palette


@cache
def load_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """One of Regular, Semibold, Bold; laid out alike whatever else the machine has for that."""
    found = files("font_source_sans_pro") / f"files/SourceSansPro-{face}.ttf"
    with as_file(found) as path:
        return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def draw_shape(status: str, side: int) -> Image.Image:
    """The shape of a status as `status_shape` in components.html has it, as a mask."""
    unit = 16  # Pillow leaves steps at edges: drawn large, then made smaller
    mask = Image.new("L", (16 * unit, 16 * unit))
    draw = ImageDraw.Draw(mask)

    def at(*numbers: float) -> tuple[float, ...]:
        return tuple(number * unit for number in numbers)

    line = 2 * unit
    ring = at(1, 1, 15, 15)  # Pillow draws the line of a circle inside of its box
    if status == "implemented":
        draw.ellipse(ring, fill=255)
    elif status == "partly-implemented":
        draw.ellipse(ring, outline=255, width=line)
        draw.pieslice(at(2, 2, 14, 14), 90, 270, fill=255)
    elif status == "planned":
        for dash in range(8):  # 3 long, with gaps of 2.3, on a circle of radius 6
            begin = degrees(dash * 5.3 / 6)
            draw.arc(ring, begin, min(begin + degrees(3 / 6), 360), fill=255, width=line)
    elif status == "not-implemented":
        draw.line(at(3, 3, 13, 13), fill=255, width=line)
        draw.line(at(13, 3, 3, 13), fill=255, width=line)
    elif status == "regressed":
        draw.polygon(at(2, 4, 14, 4, 8, 14), fill=255)
    else:
        draw.rectangle(at(1.5, 1.5, 14.5, 14.5), outline=255, width=line)
        draw.line(at(5, 8, 11, 8), fill=255, width=line)
    return mask.resize((side, side), Image.Resampling.BOX)
