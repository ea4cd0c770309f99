"""Draw the pictures in static/img: sprite, plan strip, icons of the site, default share card.

    python scripts/draw_sprite.py

The shapes come from `core.drawing.signs`, the land from `core.drawing.cartography`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.drawing.cartography import MAP_HEIGHT, MAP_VIEW_BOX, MAP_WIDTH, land_path  # noqa: E402
from core.drawing.covers import BOARD, CHALK, WHITE, paint_mark  # noqa: E402
from core.drawing.signs import BOX, ICONS, MARK_BUILDING, MARK_DISC, SIGNS, svg_fragment  # noqa: E402

IMAGES = ROOT / "static" / "img"
BOARD_2 = (0x1B, 0x51, 0x45)
SVG = 'xmlns="http://www.w3.org/2000/svg"'
OVERSAMPLING = 4

# The plan strip, from left to right: kind of block, its width, width of the next street.
STRIP_HEIGHT, STREET, AVENUE = 48, 6, 14
STRIP = (
    ("rows", 130, STREET),
    ("court", 130, AVENUE),
    ("whole", 52, STREET),
    ("whole", 52, STREET),
    ("yards", 34, AVENUE),
    ("court", 96, STREET),
    ("whole", 112, STREET),
    ("rows", 76, STREET),
    ("whole", 40, AVENUE),
    ("yards", 52, STREET),
    ("court", 116, STREET),
    ("whole", 64, STREET),
    ("rows", 148, AVENUE),
    ("whole", 96, STREET),
    ("yards", 40, STREET),
    ("court", 82, AVENUE),
)


def draw_sprite() -> str:
    """Return the sprite: one symbol for each sign and icon, and the land of the world."""
    symbols = [
        f'<symbol id="{name}" viewBox="0 0 {BOX} {BOX}">{svg_fragment(drawing)}</symbol>'
        for name, drawing in {**SIGNS, **ICONS}.items()
    ]
    land = land_path(0, 0, MAP_WIDTH, MAP_HEIGHT)
    symbols.append(f'<symbol id="land" viewBox="{MAP_VIEW_BOX}"><path fill="currentColor" d="{land}"/></symbol>')
    return f"<svg {SVG}>\n" + "\n".join(symbols) + "\n</svg>\n"


def strip_blocks() -> Iterator[tuple[int, int, int, int]]:
    """Yield the blocks of the plan strip as x, y, width, height. A court is four blocks around an opening."""
    x = 0
    for kind, width, street in STRIP:
        if kind == "whole":
            yield x, 0, width, STRIP_HEIGHT
        elif kind == "rows":
            yield x, 0, width, 16
            yield x, 16 + STREET, width, STRIP_HEIGHT - 16 - STREET
        elif kind == "yards":
            left = (width - STREET) // 2
            yield x, 0, width, 30
            yield x, 36, left, 12
            yield x + left + STREET, 36, width - left - STREET, 12
        else:
            yield x, 0, width, 14
            yield x, 14, 14, 20
            yield x + width - 14, 14, 14, 20
            yield x, 34, width, 14
        x += width + street


def draw_plan() -> str:
    """Return the plan strip, which repeats seamlessly.

    Streets and courts are transparent, so that a page can use it as a mask with its own colours.
    """
    total = sum(width + street for _, width, street in STRIP)
    path = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in strip_blocks())
    # Crisp edges: no gaps between the parts of a court, at any zoom.
    return (
        f'<svg {SVG} width="{total}" height="{STRIP_HEIGHT}" viewBox="0 0 {total} {STRIP_HEIGHT}" '
        f'shape-rendering="crispEdges"><path fill="{_hex(BOARD_2)}" d="{path}"/></svg>\n'
    )


def draw_favicon() -> str:
    """Return the mark on the board. A margin of four units puts all edges on whole pixels at 16 and 32 px."""
    (building,), (disc,) = MARK_BUILDING, MARK_DISC
    return (
        f'<svg {SVG} viewBox="-4 -4 32 32"><path fill="{_hex(BOARD)}" d="M-4-4h32v32h-32z"/>'
        f'<path fill="{_hex(WHITE)}" d="{building.path}"/><path fill="{_hex(CHALK)}" d="{disc.path}"/></svg>\n'
    )


def paint_touch_icon() -> Image.Image:
    """Return the icon for home screens: the mark on the board, with its clear space."""
    return _paint_board(180, 180, mark=120)


def paint_share_card() -> Image.Image:
    """Return the share card of pages without a picture: the mark on the board above the plan strip."""
    return _paint_board(1200, 630, mark=264, strip=2)


def _paint_board(width: int, height: int, mark: int, strip: int = 0) -> Image.Image:
    """Paint the mark on a board. mark: its width in pixels; strip: the scale of a plan strip below, 0 for none."""
    image = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), BOARD)
    draw = ImageDraw.Draw(image)
    foot = strip * STRIP_HEIGHT
    scale = strip * OVERSAMPLING
    top = (height - foot) * OVERSAMPLING
    for x, y, block_width, block_height in strip_blocks() if strip else ():
        corner = (x * scale, top + y * scale)
        # Pillow includes the last pixel.
        opposite = (corner[0] + block_width * scale - 1, corner[1] + block_height * scale - 1)
        draw.rectangle((corner, opposite), fill=BOARD_2)
    paint_mark(draw, (image.width / 2, top / 2), mark * OVERSAMPLING)
    image = image.resize((width, height), Image.Resampling.LANCZOS)
    return image.quantize(64, dither=Image.Dither.NONE)


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02X}{:02X}{:02X}".format(*colour)


def main() -> None:
    """Write all pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, text in (("sprite", draw_sprite()), ("plan", draw_plan()), ("favicon", draw_favicon())):
        (IMAGES / f"{name}.svg").write_text(text)
    paint_touch_icon().save(IMAGES / "apple-touch-icon.png", optimize=True)
    paint_share_card().save(IMAGES / "share.png", optimize=True)


if __name__ == "__main__":
    main()
