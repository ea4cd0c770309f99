"""Maps of the world: projection, land and dots.

Coordinates are those of the map's view box, :data:`MAP_VIEW_BOX`. The whole globe is 1000 units wide, and the map
shows 800 of them. y increases downwards from the north pole, which is a line. Maps show no borders.
"""

import heapq
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

Point = tuple[float, float]
Ring = list[Point]

MAP_WIDTH = 800
MAP_HEIGHT = 400
MAP_VIEW_BOX = f"0 0 {MAP_WIDTH} {MAP_HEIGHT}"

CENTRAL_MERIDIAN = 11
GLOBE_WIDTH = 1000
CUT_OFF_LEFT = 118
"""The width that the map cuts off at the left edge of the globe: only ocean."""

# Coefficients of the Equal Earth projection: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection",
# International Journal of Geographical Information Science 33 (2019, online 2018), equations 7 and 8.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_SCALE = GLOBE_WIDTH / 2 / (math.pi / (_M * _A1))


def _northing(theta: float) -> float:
    return theta * (_A1 + _A2 * theta**2 + theta**6 * (_A3 + _A4 * theta**2))


_POLE = _northing(math.asin(_M)) * _SCALE
GLOBE_HEIGHT = 2 * _POLE


def project(longitude: float, latitude: float) -> Point:
    """Return the position of a place on the map, in the Equal Earth projection with central meridian 11° E.

    Arguments are degrees. Any longitude is normalised to one turn, and a latitude beyond a pole becomes the pole. The
    result can be outside of the view box: parts of the Pacific, and the far south.
    """
    return _project((float(longitude) - CENTRAL_MERIDIAN + 180) % 360 - 180, float(latitude))


def _project(from_meridian: float, latitude: float) -> Point:
    """Project a longitude counted from the central meridian, −180 to 180."""
    theta = math.asin(_M * math.sin(math.radians(max(-90.0, min(90.0, latitude)))))
    slope = _A1 + 3 * _A2 * theta**2 + theta**6 * (7 * _A3 + 9 * _A4 * theta**2)
    x = math.radians(from_meridian) * math.cos(theta) / (_M * slope)
    return GLOBE_WIDTH / 2 - CUT_OFF_LEFT + x * _SCALE, _POLE - _northing(theta) * _SCALE


# Land


@cache
def _land() -> tuple[Ring, ...]:
    """The land of the world on the map, cut at the edge of the globe (169° W)."""
    rings = []
    for flat in json.loads((Path(__file__).parents[1] / "data" / "land.json").read_text()):
        ring = _unwrap([(x - CENTRAL_MERIDIAN, y) for x, y in zip(flat[::2], flat[1::2], strict=True)])
        # Land that crosses one edge of the globe continues at the other.
        for turn in (-360, 0, 360):
            turned = [(x + turn, y) for x, y in ring]
            piece = _clip_half(_clip_half(turned, 0, -180, 1), 0, 180, -1)
            if piece:
                rings.append([_project(x, y) for x, y in piece])
    return tuple(rings)


def _unwrap(ring: Ring) -> Ring:
    """Continue longitudes beyond ±180 where a ring crosses the date line."""
    result = ring[:1]
    for x, y in ring[1:]:
        result.append((x - 360 * round((x - result[-1][0]) / 360), y))
    return result


def _clip_half(ring: Ring, axis: int, bound: float, side: int) -> Ring:
    """Keep the part of a ring on one side of a line: ``side`` 1 keeps greater coordinates, −1 smaller ones.

    One pass of I. Sutherland and G. Hodgman, "Reentrant polygon clipping", Communications of the ACM 17 (1974).
    """
    result = []
    for i, here in enumerate(ring):
        before = ring[i - 1]
        inside, was_inside = (here[axis] - bound) * side >= 0, (before[axis] - bound) * side >= 0
        if inside != was_inside:
            share = (bound - before[axis]) / (here[axis] - before[axis])
            across = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
            result.append((bound, across) if axis == 0 else (across, bound))
        if inside:
            result.append(here)
    return result


def land_path(left: float, top: float, width: float, height: float) -> str:
    """Return the land inside a rectangle of the map as SVG path data, clipped, in integers."""
    return _land_data(left, top, width, height, lambda point: point)


def _land_data(left: float, top: float, width: float, height: float, moved: Callable[[Point], Point]) -> str:
    """The land inside a rectangle of the map as path data, in integers. moved: applied to each of its points."""
    right, bottom = left + width, top + height
    parts = []
    for ring in _land():
        for axis, bound, side in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
            ring = _clip_half(ring, axis, bound, side)
        corners = _corners([(round(x), round(y)) for x, y in map(moved, ring)])
        if len(corners) > 2:
            parts.append(_ring_path(corners))
    return "".join(parts)


def _corners(ring: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Remove points that repeat the previous one or are on the line between their neighbours."""
    corners: list[tuple[int, int]] = []
    for point in ring:
        if corners and corners[-1] == point:
            continue
        while len(corners) > 1 and _is_straight(corners[-2], corners[-1], point):
            corners.pop()
        corners.append(point)
    while len(corners) > 2 and _is_straight(corners[-2], corners[-1], corners[0]):
        corners.pop()
    return corners


def _is_straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _ring_path(corners: list[tuple[int, int]]) -> str:
    (x, y), *others = corners
    path = [f"M{x} {y}l"]
    for next_x, next_y in others:
        dx, dy = next_x - x, next_y - y
        # A minus sign needs no space before it.
        path.append(f"{'' if dx < 0 or path[-1][-1] == 'l' else ' '}{dx}{'' if dy < 0 else ' '}{dy}")
        x, y = next_x, next_y
    return "".join(path) + "z"


# Dots


class Place(NamedTuple):
    """A city on the globe, in degrees. A tuple of the same three values is accepted, too."""

    code: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One or several cities on the map: position, radius, and the codes of the cities in alphabetical order."""

    x: float
    y: float
    radius: float
    codes: tuple[str, ...]

    @property
    def size(self) -> int:
        """The size class 1 to 4 by number of cities; the style sheet sets larger radii on phones."""
        return _size(len(self.codes))


RADII = (4.5, 6.5, 9.5, 13.0)
"""Radii of the four size classes, in units of the map."""

_GAP = 1
# A city outside of the map is drawn at its edge, so far inside that the largest dot and its ring are complete.
_MARGIN = RADII[-1] + 1.5


def _size(cities: int) -> int:
    return 1 + (cities > 1) + (cities > 3) + (cities > 9)


@dataclass(frozen=True, slots=True)
class Section:
    """A rectangle of the map that is drawn as large as the whole map, in the view box of the map."""

    left: float = 0
    top: float = 0
    scale: float = 1

    def position(self, longitude: float, latitude: float) -> Point:
        """The position of a place, in the view box."""
        return self.in_view_box(project(longitude, latitude))

    def in_view_box(self, point: Point) -> Point:
        """A point of the map, in the view box."""
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    @property
    def land(self) -> str:
        """Its land as path data, in the view box; "" for the whole map, whose land is a symbol of the sprite."""
        return "" if self == WORLD else _section_land(self)


WORLD = Section()
SMALLEST_SECTION = 60
"""The width of the smallest section, in units of the map; with a smaller one the land has visible corners."""
_SURROUNDINGS = 0.12
"""The part of a section's width and height that is left free around its places, on each side."""


@lru_cache(maxsize=64)
def _section_land(section: Section) -> str:
    width, height = MAP_WIDTH / section.scale, MAP_HEIGHT / section.scale
    return _land_data(section.left, section.top, width, height, section.in_view_box)


def section_around(places: Iterable[Place | tuple[str, float, float]]) -> Section:
    """Return the section of the map with all these places and some land around them; the whole map without places."""
    points = [project(longitude, latitude) for _code, longitude, latitude in places]
    if not points:
        return WORLD
    (west, north), (east, south) = map(min, zip(*points, strict=True)), map(max, zip(*points, strict=True))
    share = 1 - 2 * _SURROUNDINGS
    width = max((east - west) / share, (south - north) / share * MAP_WIDTH / MAP_HEIGHT, SMALLEST_SECTION)
    if width >= MAP_WIDTH:
        return WORLD
    height = width * MAP_HEIGHT / MAP_WIDTH
    left = max(-CUT_OFF_LEFT, min(GLOBE_WIDTH - CUT_OFF_LEFT - width, (west + east - width) / 2))
    top = max(0.0, min(GLOBE_HEIGHT - height, (north + south - height) / 2))
    return Section(round(left, 1), round(top, 1), MAP_WIDTH / width)


def merge_dots(
    places: Iterable[Place | tuple[str, float, float]], spacing: float = 0, section: Section = WORLD
) -> list[Dot]:
    """Return the dots of these cities. Dots that would touch are merged into one larger dot.

    Two dots merge if the distance of their centres is less than the sum of their radii + 1, or less than ``spacing``
    (units of the view box). The largest overlap is merged first, at the mean weighted by number of cities, until no
    two dots touch. The result does not depend on the order of ``places``. The largest dots come first, so that small
    ones are drawn above them. section: the part of the map that is shown.
    """
    return list(_merge(tuple(sorted({(code, float(x), float(y)) for code, x, y in places})), spacing, section))


@lru_cache(maxsize=64)
def _merge(places: tuple[tuple[str, float, float], ...], spacing: float, section: Section) -> tuple[Dot, ...]:
    merger = _DotMerger(spacing)
    for code, longitude, latitude in places:
        x, y = section.position(longitude, latitude)
        x = max(_MARGIN, min(MAP_WIDTH - _MARGIN, x))
        y = max(_MARGIN, min(MAP_HEIGHT - _MARGIN, y))
        merger.add(x, y, (code,))
    dots = [Dot(round(x, 1), round(y, 1), radius, tuple(sorted(codes))) for x, y, radius, codes in merger.merge()]
    return tuple(sorted(dots, key=lambda dot: (-dot.radius, dot.x, dot.codes)))


class _DotMerger:
    """Dots that are merged until none touch. A grid with cells of the largest distance finds the neighbours."""

    def __init__(self, spacing: float) -> None:
        self.spacing = spacing
        self.cell = max(2 * RADII[-1] + _GAP, spacing)
        self.dots: dict[int, tuple[float, float, float, tuple[str, ...]]] = {}
        self.cells: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        self.touching: list[tuple[float, int, int]] = []
        self.count = 0

    def add(self, x: float, y: float, codes: tuple[str, ...]) -> None:
        """Add a dot and record which others it touches."""
        radius = RADII[_size(len(codes)) - 1]
        number, self.count = self.count, self.count + 1
        for other in self._near(x, y):
            other_x, other_y, other_radius, _ = self.dots[other]
            distance = max(radius + other_radius + _GAP, self.spacing)
            overlap = distance - math.hypot(x - other_x, y - other_y)
            if overlap > 0:
                heapq.heappush(self.touching, (-overlap, other, number))
        self.dots[number] = (x, y, radius, codes)
        self.cells[self._cell(x, y)].add(number)

    def merge(self) -> Iterable[tuple[float, float, float, tuple[str, ...]]]:
        """Merge touching dots, the largest overlap first, and return the remaining ones."""
        while self.touching:
            _, one, other = heapq.heappop(self.touching)
            if one in self.dots and other in self.dots:
                (x1, y1, _, codes), (x2, y2, _, more) = self._take(one), self._take(other)
                total = len(codes) + len(more)
                x = (x1 * len(codes) + x2 * len(more)) / total
                y = (y1 * len(codes) + y2 * len(more)) / total
                self.add(x, y, codes + more)
        return self.dots.values()

    def _take(self, number: int) -> tuple[float, float, float, tuple[str, ...]]:
        dot = self.dots.pop(number)
        self.cells[self._cell(dot[0], dot[1])].discard(number)
        return dot

    def _near(self, x: float, y: float) -> Iterator[int]:
        column, row = self._cell(x, y)
        for i in (column - 1, column, column + 1):
            for j in (row - 1, row, row + 1):
                yield from self.cells.get((i, j), ())

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        return math.floor(x / self.cell), math.floor(y / self.cell)


# Locator


class Spot(NamedTuple):
    """A position on the map."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Locator:
    """A section of the map around one city: view box, land (path data) and city, in the coordinates of the map."""

    left: float
    top: float
    width: int
    height: int
    land: str
    x: float
    y: float

    @property
    def view_box(self) -> str:
        """The value of the ``viewBox`` attribute."""
        return f"{self.left} {self.top} {self.width} {self.height}"

    def spots(self, points: Iterable[Point]) -> list[Spot]:
        """Return the points of the map inside, rounded to a tenth, without duplicates, from west to east."""
        found = set()
        for x, y in points:
            if 0 <= x - self.left <= self.width and 0 <= y - self.top <= self.height:
                found.add(Spot(round(x, 1), round(y, 1)))
        return sorted(found)


@lru_cache(maxsize=512)
def locator(longitude: float, latitude: float, width: int = 400, height: int = 190) -> Locator:
    """Return the section of the map around a city. It does not cross the edge of the globe.

    So the city is not always in the middle. width, height: in units of the map.
    """
    x, y = project(longitude, latitude)
    left = round(max(-CUT_OFF_LEFT, min(GLOBE_WIDTH - CUT_OFF_LEFT - width, x - width / 2)))
    top = round(max(0.0, min(GLOBE_HEIGHT - height, y - height / 2)))
    land = land_path(left, top, width, height)
    return Locator(left, top, width, height, land, round(x, 1), round(y, 1))
