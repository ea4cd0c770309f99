"""The geometry of the cluster signs, the icons and the mark.

``scripts/draw_sprite.py`` writes the shapes as SVG. ``core.drawing.covers`` paints them with Pillow, which supports
polygons only. A drawing is a tuple of :class:`Shape`, each a path in SVG notation inside a box of 24 × 24 units.
"""

import math
import re
from dataclasses import dataclass

Point = tuple[float, float]

BOX = 24
"""Side of the square around every drawing."""

# Fine enough for a sign that is 400 px wide.
_STEPS_OF_A_CUBIC = 24
_STEP_OF_AN_ARC = math.radians(5)


@dataclass(frozen=True, slots=True)
class Shape:
    """One path. It is filled, or, with a ``stroke`` width, drawn as a line with butt ends and mitred corners.

    ``dash`` cuts the line into dashes: length drawn, length left out.
    """

    path: str
    stroke: float = 0
    dash: tuple[float, float] | None = None


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}L{x + width:g} {y:g}L{x + width:g} {y + height:g}L{x:g} {y + height:g}Z"


def _circle(x: float, y: float, radius: float) -> str:
    left, right = f"{x - radius:g} {y:g}", f"{x + radius:g} {y:g}"
    half = f"A{radius:g} {radius:g} 0 0 1"
    return f"M{left}{half} {right}{half} {left}Z"


def _lines(*points: Point) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _polygon(*points: Point) -> str:
    return _lines(*points) + "Z"


def _wave(y: float) -> str:
    return f"M2 {y:g}C5 {y - 3:g} 9 {y - 3:g} 12 {y:g}C15 {y + 3:g} 19 {y + 3:g} 22 {y:g}"


SIGNS: dict[str, tuple[Shape, ...]] = {
    # A lens between two arcs of radius 18. The midrib, 2 wide, is cut out of the outline, so that the background is
    # visible in any colour.
    "leaf": (Shape("M4.475 20.939A18 18 0 0 0 21 3A18 18 0 0 0 3.061 19.525L14.793 7.793L16.207 9.207Z"),),
    "rings": (Shape(_circle(8.4, 12, 5.8), stroke=3.2), Shape(_circle(15.6, 12, 5.8), stroke=3.2)),
    "bars": (
        Shape(_rectangle(2, 12, 5, 10)),
        Shape(_rectangle(9.5, 2, 5, 20)),
        Shape(_rectangle(17, 8, 5, 14)),
    ),
    "target": (Shape(_circle(12, 12, 9.3), stroke=3.4), Shape(_circle(12, 12, 4))),
    "spark": (
        Shape(_lines((12, 1.5), (12, 22.5)), stroke=3),
        Shape(_lines((1.5, 12), (22.5, 12)), stroke=3),
        Shape(_lines((4.6, 4.6), (19.4, 19.4)), stroke=3),
        Shape(_lines((19.4, 4.6), (4.6, 19.4)), stroke=3),
    ),
    # No cross: the red cross is a protected emblem.
    "heart": (Shape("M12 21.5C5 16.5 2 13 2 8.8A5.3 5.3 0 0 1 12 6.5A5.3 5.3 0 0 1 22 8.8C22 13 19 16.5 12 21.5Z"),),
    "book": (
        Shape(_polygon((1.5, 4), (10.8, 7.5), (10.8, 21), (1.5, 17.5))),
        Shape(_polygon((22.5, 4), (13.2, 7.5), (13.2, 21), (22.5, 17.5))),
    ),
    "wave": tuple(Shape(_wave(y), stroke=3) for y in (6, 12, 18)),
    "triangle": (Shape(_polygon((12, 3), (22, 21), (2, 21))),),
    "frame": (Shape(_rectangle(4, 4, 16, 16), stroke=4), Shape(_rectangle(9, 9, 6, 6))),
}
"""The signs that a network can choose for its clusters; the demonstration does not use the last three."""

MARK_BUILDING: tuple[Shape, ...] = (Shape(_polygon((0, 0), (8, 0), (8, 16), (24, 16), (24, 24), (0, 24))),)
MARK_DISC: tuple[Shape, ...] = (Shape(_circle(17, 7, 5.5)),)
MARK_RING: tuple[Shape, ...] = (Shape(_circle(17, 7, 5.1), stroke=0.8, dash=(1.6, 1.07)),)
"""Replaces the disc of the mark on error pages."""

ICONS: dict[str, tuple[Shape, ...]] = {
    "mark-building": MARK_BUILDING,
    "mark-disc": MARK_DISC,
    "mark-ring": MARK_RING,
    # Controls
    "chevron": (Shape(_lines((4, 8), (12, 16), (20, 8)), stroke=3),),
    "plus": (
        Shape(_lines((12, 3), (12, 21)), stroke=2.5),
        Shape(_lines((3, 12), (21, 12)), stroke=2.5),
    ),
    "minus": (Shape(_lines((3, 12), (21, 12)), stroke=2.5),),
    "check": (Shape(_lines((3, 12.5), (9.5, 19), (21, 5.5)), stroke=3.4),),
    "cross": (
        Shape(_lines((5, 5), (19, 19)), stroke=3.4),
        Shape(_lines((19, 5), (5, 19)), stroke=3.4),
    ),
    # Dial of a 24-hour clock, midnight at the top; the page adds the hand.
    "dial": (
        Shape(_circle(12, 12, 10.7), stroke=1.6),
        Shape("M12 1L12 4M12 20L12 23M1 12L4 12M20 12L23 12", stroke=1.4),
    ),
    # Shapes of the status tags
    "circle": (Shape(_circle(12, 12, 8.5), stroke=4),),
    "circle-full": (Shape(_circle(12, 12, 10.5)),),
    "square": (Shape(_rectangle(4, 4, 16, 16), stroke=4),),
    "square-full": (Shape(_rectangle(2, 2, 20, 20)),),
    "diamond": (Shape(_polygon((12, 3), (21, 12), (12, 21), (3, 12)), stroke=3.6),),
    "diamond-full": (Shape(_polygon((12, 0.5), (23.5, 12), (12, 23.5), (0.5, 12))),),
}


def svg_fragment(drawing: tuple[Shape, ...]) -> str:
    """Return the drawing as SVG elements in ``currentColor``, for a view box of ``0 0 24 24``."""
    elements = []
    for shape in drawing:
        if not shape.stroke:
            paint = 'fill="currentColor"'
        else:
            paint = f'fill="none" stroke="currentColor" stroke-width="{shape.stroke:g}"'
            if shape.dash:
                paint += f' stroke-dasharray="{shape.dash[0]:g} {shape.dash[1]:g}"'
        elements.append(f'<path {paint} d="{shape.path}"/>')
    return "".join(elements)


def polygons(drawing: tuple[Shape, ...]) -> list[list[Point]]:
    """Return the drawing as polygons to be filled, in units of the box. Lines become chains of quadrilaterals.

    Dashes are ignored: no painted drawing uses them.
    """
    result = []
    for shape in drawing:
        for points, closed in flatten(shape.path):
            result.extend(outline(points, shape.stroke, closed=closed) if shape.stroke else [points])
    return result


def outline(points: list[Point], width: float, *, closed: bool = False) -> list[list[Point]]:
    """Return a line of this width as quadrilaterals, one per segment, mitred where segments meet."""
    segments = list(zip(points, points[1:] + points[:1] if closed else points[1:], strict=False))
    normals = []
    for (x0, y0), (x1, y1) in segments:
        length = math.hypot(x1 - x0, y1 - y0)
        normals.append(((y0 - y1) / length, (x1 - x0) / length))
    if closed:
        pairs = [(normals[i - 1], normals[i]) for i in range(len(normals))]
    else:
        pairs = list(zip([normals[0], *normals], [*normals, normals[-1]], strict=True))
    left, right = [], []
    for (x, y), ((ax, ay), (bx, by)) in zip(points, pairs, strict=True):
        # The mitre runs along a + b; its length follows from a · (a + b) = 1 + a · b.
        reach = width / 2 / (1 + ax * bx + ay * by)
        dx, dy = (ax + bx) * reach, (ay + by) * reach
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    ends = [(i, (i + 1) % len(points)) for i in range(len(segments))]
    return [[left[i], left[j], right[j], right[i]] for i, j in ends]


def flatten(path: str) -> list[tuple[list[Point], bool]]:
    """Turn SVG path data into polylines.

    ``path`` uses the absolute commands M, L, C, A and Z. Returns one pair per subpath: its points, and whether it
    is closed (the first point is then not repeated at the end). Raises ``ValueError`` for other commands.
    """
    subpaths: list[tuple[list[Point], bool]] = []
    points: list[Point] = []
    for command, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        if command == "M":
            if points:
                subpaths.append((points, False))
            points = [(numbers[0], numbers[1])]
        elif command == "L":
            points.append((numbers[0], numbers[1]))
        elif command == "C":
            points.extend(_cubic(points[-1], *zip(numbers[::2], numbers[1::2], strict=True)))
        elif command == "A":
            points.extend(_arc(points[-1], *numbers))
        elif command == "Z":
            if math.dist(points[0], points[-1]) < 1e-6:
                points.pop()
            subpaths.append((points, True))
            points = []
        else:
            raise ValueError(f"Unknown path command {command!r} in {path!r}")
    if points:
        subpaths.append((points, False))
    return subpaths


def _cubic(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    result = []
    for step in range(1, _STEPS_OF_A_CUBIC + 1):
        t = step / _STEPS_OF_A_CUBIC
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        corners = (start, first, second, end)
        x, y = (sum(w * c[axis] for w, c in zip(weights, corners, strict=True)) for axis in (0, 1))
        result.append((x, y))
    return result


def _arc(start: Point, radius: float, _: float, __: float, large: float, sweep: float, *end: float) -> list[Point]:
    """Points of a circular arc, without its start.

    After SVG 2, appendix B.2.4, "Conversion from endpoint to center parameterization", for circles only.
    """
    (x0, y0), (x1, y1) = start, end
    chord = math.dist(start, end)
    radius = max(radius, chord / 2)
    # The centre lies on the perpendicular through the chord's middle, on the side that the two flags name.
    height = math.sqrt(max(0.0, radius**2 - chord**2 / 4)) * (-1 if large == sweep else 1)
    cx = (x0 + x1) / 2 + height * (y0 - y1) / chord
    cy = (y0 + y1) / 2 + height * (x1 - x0) / chord
    begin = math.atan2(y0 - cy, x0 - cx)
    turn = math.atan2(y1 - cy, x1 - cx) - begin
    if sweep and turn <= 0:
        turn += math.tau
    elif not sweep and turn >= 0:
        turn -= math.tau
    steps = max(2, math.ceil(abs(turn) / _STEP_OF_AN_ARC))
    inner = [begin + turn * step / steps for step in range(1, steps)]
    return [(cx + radius * math.cos(a), cy + radius * math.sin(a)) for a in inner] + [(x1, y1)]
