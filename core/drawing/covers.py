"""Drawn covers: a map of an imaginary city quarter, for pages without a photograph.

The same seed gives the same picture. Exactly one block of the quarter is chalk yellow and shows the sign of the
cluster. It is complete in every crop that the portal makes. A cover contains shapes only, never letters.
"""

import hashlib
import io
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageColor, ImageDraw

from core.drawing.signs import BOX, MARK_BUILDING, MARK_DISC, SIGNS, Point, outline, polygons

Colour = tuple[int, int, int]
Size = Literal["cover", "thumb", "share"]

INK: Colour = (0x14, 0x23, 0x1F)
BOARD: Colour = (0x0F, 0x3A, 0x31)
CHALK: Colour = (0xFF, 0xD4, 0x3B)
WHITE: Colour = (0xFF, 0xFF, 0xFF)

# Lengths are pixels of the cover (960 × 720). The origin is the centre of the picture.
COVER_WIDTH, COVER_HEIGHT = 960, 720
_SIDE = math.hypot(COVER_WIDTH, COVER_HEIGHT) + 40
_LEVELS = 6
_UPPER_STREETS = (10, 10, 16, 26)
_LOWER_STREET = 8
_SMALLEST_BLOCKS = (64, 80, 100)

# The chalk block is completely inside this area: the square crop of a thumbnail (270 from the centre), above the band
# of a share card (204 from the centre).
_SAFE_X, _SAFE_Y = 262, 196

_OVERSAMPLING = 3


@dataclass(frozen=True, slots=True)
class _Format:
    width: int
    height: int
    scale: float
    band: int = 0


_FORMATS: dict[str, _Format] = {
    "cover": _Format(COVER_WIDTH, COVER_HEIGHT, 1),
    "thumb": _Format(480, 270, 1 / 2),
    "share": _Format(1200, 630, 1200 / COVER_WIDTH, band=120),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A block between streets, before the plan is rotated."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def short(self) -> float:
        return min(self.width, self.height)

    @property
    def long(self) -> float:
        return max(self.width, self.height)

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def corners(self) -> list[Point]:
        return [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]

    def inset(self, by: float) -> "Block":
        """Return the block without a margin on all sides."""
        return Block(self.left + by, self.top + by, self.right - by, self.bottom - by)


@dataclass(frozen=True, slots=True)
class Plan:
    """A quarter: its blocks, its rotation in radians, and the chalk block."""

    blocks: list[Block]
    angle: float
    chalk: Block


def draw_cover(seed: str, colour: str, sign: str | None = None, size: Size = "cover") -> bytes:
    """Return the drawn cover as the bytes of an image file.

    ``seed`` identifies the page (city code and practice key): the same seed gives the same plan. ``colour`` is the
    light colour of the first cluster as ``#RRGGBB``, or the board colour without a cluster. ``sign`` is a key of
    ``core.drawing.signs.SIGNS``; without one the chalk block is empty.

    ``size``: ``cover`` is WebP, 960 × 720; ``thumb`` is its centre as WebP, 480 × 270; ``share`` is the same plan
    above a band with the mark, as PNG, 1200 × 630.

    Raises ``ValueError`` for an unknown colour, and ``KeyError`` for an unknown sign or size.
    """
    form = _FORMATS[size]
    drawing = SIGNS[sign] if sign else ()
    numbers = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - a drawing, not a secret
    plan = lay_out(numbers)
    canvas = _Canvas(form, plan.angle, _mix(_rgb(colour), WHITE, 0.14))
    _paint_quarter(canvas, plan, _rgb(colour), numbers)
    canvas.fill([plan.chalk.corners], CHALK)
    canvas.fill(_placed(polygons(drawing), plan.chalk.centre, plan.chalk.short * 0.58), INK)
    if form.band:
        canvas.add_band()
    return canvas.encode(size)


def lay_out(numbers: random.Random) -> Plan:
    """Divide a quarter into blocks and choose the chalk block. Plans without a suitable block are discarded."""
    while True:
        smallest = numbers.choice(_SMALLEST_BLOCKS)
        half = _SIDE / 2
        blocks = list(_cut(Block(-half, -half, half, half), _LEVELS, smallest, numbers))
        angle = math.radians(numbers.uniform(6, 24)) * numbers.choice((-1, 1))
        fitting = [block for block in blocks if _can_be_chalk(block, angle)]
        if fitting:
            return Plan(blocks, angle, min(fitting, key=lambda block: math.hypot(*block.centre)))


def _cut(block: Block, levels: int, smallest: int, numbers: random.Random) -> Iterator[Block]:
    """Divide a block in two across its longer side, with a street between, and repeat with the halves."""
    lower = levels <= 2
    if levels == 0 or block.long < 1.9 * smallest or (lower and numbers.random() < 0.16):
        yield block
        return
    half_street = (_LOWER_STREET if lower else numbers.choice(_UPPER_STREETS)) / 2
    share = numbers.uniform(0.34, 0.66)
    if block.width >= block.height:
        middle = block.left + share * block.width
        halves = (
            Block(block.left, block.top, middle - half_street, block.bottom),
            Block(middle + half_street, block.top, block.right, block.bottom),
        )
    else:
        middle = block.top + share * block.height
        halves = (
            Block(block.left, block.top, block.right, middle - half_street),
            Block(block.left, middle + half_street, block.right, block.bottom),
        )
    for part in halves:
        yield from _cut(part, levels - 1, smallest, numbers)


def _can_be_chalk(block: Block, angle: float) -> bool:
    x, y = _turn(block.centre, angle)
    return (
        84 <= block.short <= 170
        and block.long < 240
        and abs(x) <= 0.16 * COVER_WIDTH
        and abs(y) <= 0.07 * COVER_HEIGHT
        and all(abs(x) <= _SAFE_X and abs(y) <= _SAFE_Y for x, y in (_turn(c, angle) for c in block.corners))
    )


def _paint_quarter(canvas: "_Canvas", plan: Plan, colour: Colour, numbers: random.Random) -> None:
    """Paint the blocks, courtyards and the river."""
    ground, pale = _mix(colour, WHITE, 0.14), _mix(colour, WHITE, 0.38)
    deep, water = _mix(INK, colour, 0.55), _mix(colour, WHITE, 0.05)
    for block in plan.blocks:
        (paint,) = numbers.choices((pale, colour, deep), (58, 30, 12))
        canvas.fill([block.corners], paint)
        if paint == pale and block.short > 60 and numbers.random() < 0.6:
            canvas.fill([block.inset(0.28 * block.short).corners], ground)
    if numbers.random() < 0.75:
        canvas.fill(_river(plan.chalk, numbers), water)


def _river(chalk: Block, numbers: random.Random) -> list[list[Point]]:
    """Return a sine band across the plan that avoids the chalk block; empty if 30 attempts find none."""
    for _ in range(30):
        width = numbers.choice((26, 40, 60))
        amplitude = numbers.uniform(30, 110)
        slope = numbers.uniform(-0.5, 0.5)
        length = numbers.uniform(700, 1300)
        phase = numbers.uniform(0, math.tau)
        offset = numbers.uniform(-0.25, 0.25) * COVER_HEIGHT
        course: list[Point] = [
            (x, offset + slope * x + amplitude * math.sin(math.tau * x / length + phase))
            for x in range(-round(_SIDE / 2), round(_SIDE / 2) + 1, 10)
        ]
        quay = chalk.inset(-width / 2 - _LOWER_STREET)
        if not any(quay.left < x < quay.right and quay.top < y < quay.bottom for x, y in course):
            return outline(course, width)
    return []


def _placed(shapes: list[list[Point]], centre: Point, side: float) -> list[list[Point]]:
    """Scale shapes from the box of the signs and move them to a place on the plan."""
    x, y = centre
    factor = side / BOX
    return [[(x + (px - BOX / 2) * factor, y + (py - BOX / 2) * factor) for px, py in shape] for shape in shapes]


def _turn(point: Point, angle: float) -> Point:
    x, y = point
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def _rgb(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def _mix(colour: Colour, other: Colour, share: float) -> Colour:
    """Mix two colours: ``share`` of the first, the rest of the second."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(colour, other, strict=True))
    return red, green, blue


class _Canvas:
    """The picture while it is painted, oversampled. Shapes are in the coordinates of the plan."""

    def __init__(self, form: _Format, angle: float, ground: Colour):
        self.form = form
        self.angle = angle
        size = (form.width * _OVERSAMPLING, form.height * _OVERSAMPLING)
        self.image = Image.new("RGB", size, ground)
        self.draw = ImageDraw.Draw(self.image)

    def fill(self, shapes: Iterable[list[Point]], colour: Colour) -> None:
        """Paint polygons, rotated with the plan."""
        scale = self.form.scale * _OVERSAMPLING
        middle_x = self.image.width / 2
        middle_y = (self.form.height - self.form.band) * _OVERSAMPLING / 2
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        for shape in shapes:
            points = [(middle_x + x * cos - y * sin, middle_y + x * sin + y * cos) for x, y in shape]
            self.draw.polygon(points, fill=colour)

    def add_band(self) -> None:
        """Paint the band with the mark over the bottom of the picture. The mark is not rotated."""
        top = (self.form.height - self.form.band) * _OVERSAMPLING
        self.draw.rectangle((0, top, self.image.width, self.image.height), fill=BOARD)
        side = 0.6 * self.form.band * _OVERSAMPLING
        centre = (48 * _OVERSAMPLING + side / 2, top + self.form.band * _OVERSAMPLING / 2)
        paint_mark(self.draw, centre, side)

    def encode(self, size: Size) -> bytes:
        """Scale the picture to its size and return it as the bytes of a file."""
        image = self.image.resize((self.form.width, self.form.height), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        if size == "share":
            # Not all programs that show previews of links support WebP.
            image.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        else:
            image.save(file, "WEBP", quality=62 if size == "cover" else 60, method=6)
        return file.getvalue()


def paint_mark(draw: ImageDraw.ImageDraw, centre: Point, side: float) -> None:
    """Paint the mark in its colours for the board: white building, chalk disc."""
    for drawing, colour in ((MARK_BUILDING, WHITE), (MARK_DISC, CHALK)):
        for shape in _placed(polygons(drawing), centre, side):
            draw.polygon(shape, fill=colour)
