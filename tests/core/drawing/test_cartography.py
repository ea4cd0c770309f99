"""The map: projection, land, dots, locator."""

import itertools
import math
import random
import re
import time
from itertools import pairwise

import pytest

from core.drawing.cartography import (
    GLOBE_HEIGHT,
    MAP_HEIGHT,
    MAP_WIDTH,
    RADII,
    WORLD,
    Place,
    land_path,
    locator,
    merge_dots,
    project,
    section_around,
)

COLOGNE = Place("cologne", 6.96, 50.94)
BONN = Place("bonn", 7.1, 50.73)
LAGOS = Place("lagos", 3.39, 6.45)


def scattered(number, seed=7):
    """Return cities all over the world, many of them in one region."""
    numbers = random.Random(seed)
    wide = [(f"w{i}", numbers.uniform(-180, 180), numbers.uniform(-90, 90)) for i in range(number // 2)]
    dense = [(f"d{i}", numbers.gauss(10, 8), numbers.gauss(48, 5)) for i in range(number - number // 2)]
    return wide + dense


def rings(path):
    """Return the points of the rings of path data such as `M1 2l3 4-5 6z`."""
    result = []
    for ring in re.findall(r"M([^z]*)z", path):
        start, steps = ring.split("l")
        x, y = map(int, start.split())
        corners = [(x, y)]
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            corners.append((x, y))
        result.append(corners)
    return result


def is_land(path, x, y):
    """Whether a point is on land (even-odd rule over all rings: lakes are holes)."""
    inside = False
    for ring in rings(path):
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                inside = not inside
    return inside


# Projection


def test_the_centre_and_the_edges_of_the_globe_are_at_their_projected_positions():
    # Half width and half height of the Equal Earth globe are 2.70663 and 1.31736 radii (Šavrič, Patterson, Jenny 2018).
    assert pytest.approx(1000 * 1.31736 / 2.70663, abs=0.01) == GLOBE_HEIGHT
    assert project(11, 0) == pytest.approx((382, GLOBE_HEIGHT / 2))
    assert project(-169, 0) == pytest.approx((-118, GLOBE_HEIGHT / 2))
    assert project(190.999, 0) == pytest.approx((882, GLOBE_HEIGHT / 2), abs=0.01)


def test_the_poles_are_lines_0_59_as_long_as_the_equator():
    left, right = project(-169, 90), project(190.99999, 90)
    assert left[1] == right[1] == pytest.approx(0)
    assert (right[0] - left[0]) / 1000 == pytest.approx(0.5923, abs=0.001)


def test_equal_areas_stay_equal():
    def area(south, north):
        """Area of a sliver one degree wide, by its trapezoids."""
        steps = [south + (north - south) * i / 200 for i in range(201)]
        cuts = [(project(12, y)[0] - project(11, y)[0], project(11, y)[1]) for y in steps]
        return sum((w0 + w1) / 2 * (y0 - y1) for (w0, y0), (w1, y1) in pairwise(cuts))

    # Both zones are a quarter of the globe: the sine of the latitude grows by one half.
    assert area(0, 30) == pytest.approx(area(30, 90), rel=0.001)
    assert area(0, 30) != pytest.approx(area(60, 90), rel=0.1)


@pytest.mark.parametrize("place", [(180, 90), (-180, -90), (540, 100), (-169, 0), (191, -120), (0, 0)])
def test_every_place_can_be_projected(place):
    x, y = project(*place)
    assert -118 <= x <= 882
    assert -0.001 <= y <= GLOBE_HEIGHT + 0.001


def test_both_names_of_the_date_line_are_the_same_place():
    assert project(180, 20) == project(-180, 20)


# Land


def test_the_land_of_the_map_is_inside_its_view_box_in_integers():
    path = land_path(0, 0, MAP_WIDTH, MAP_HEIGHT)
    assert re.fullmatch(r"[Mlz\d -]+", path)
    corners = [corner for ring in rings(path) for corner in ring]
    assert len(corners) > 1000
    assert all(0 <= x <= MAP_WIDTH and 0 <= y <= MAP_HEIGHT for x, y in corners)


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "expected"),
    [
        ("Berlin", 13.4, 52.5, True),
        ("Kinshasa", 15.3, -4.3, True),
        ("Brasília", -47.9, -15.8, True),
        ("Denver", -105, 39.7, True),
        ("Anadyr, beyond the date line", -178, 66.3, True),
        ("Alice Springs", 133.9, -23.7, True),
        ("the Atlantic", -35, 20, False),
        ("the Caspian Sea", 51, 41.5, False),
        ("the Pacific at the date line", 180, 0, False),
        ("the sea north of Siberia", 165, 74, False),
        ("the Indian Ocean", 80, -20, False),
    ],
)
def test_land_and_sea_are_where_they_should_be(name, longitude, latitude, expected):
    assert is_land(land_path(0, 0, MAP_WIDTH, MAP_HEIGHT), *project(longitude, latitude)) is expected, name


def test_antarctica_is_left_out():
    x, y = project(0, -80)
    assert not is_land(land_path(-118, 0, 1000, 487), x, y)


# Dots


def test_a_single_city_is_a_small_dot_at_its_position():
    (dot,) = merge_dots([LAGOS])
    assert (dot.radius, dot.size, dot.codes) == (4.5, 1, ("lagos",))
    assert (dot.x, dot.y) == pytest.approx(project(3.39, 6.45), abs=0.06)


def test_nearby_cities_share_a_larger_dot_and_distant_cities_do_not():
    near, far = merge_dots([COLOGNE, LAGOS, BONN])
    assert (near.codes, near.radius, near.size) == (("bonn", "cologne"), 6.5, 2)
    assert far.codes == ("lagos",)


def test_a_merged_dot_is_nearer_to_the_larger_dot():
    crowd = [(f"c{i}", 10.0, 0.0) for i in range(3)]
    (dot,) = merge_dots([*crowd, ("alone", 13.0, 0.0)])
    heavy, light = project(10, 0)[0], project(13, 0)[0]
    assert dot.x == pytest.approx((3 * heavy + light) / 4, abs=0.06)


@pytest.mark.parametrize(
    ("cities", "radius", "size"),
    [(1, 4.5, 1), (2, 6.5, 2), (3, 6.5, 2), (4, 9.5, 3), (9, 9.5, 3), (10, 13, 4), (40, 13, 4)],
)
def test_the_number_of_cities_sets_the_radius(cities, radius, size):
    (dot,) = merge_dots([(f"c{i:02}", 20.0, 20.0) for i in range(cities)])
    assert (dot.radius, dot.size, len(dot.codes)) == (radius, size, cities)


@pytest.mark.parametrize("seed", range(5))
def test_no_two_dots_touch_and_every_city_is_counted_once(seed):
    places = scattered(400, seed)
    dots = merge_dots(places)
    assert sorted(code for dot in dots for code in dot.codes) == sorted(code for code, *_ in places)
    for i, dot in enumerate(dots):
        for other in dots[i + 1 :]:
            assert math.dist((dot.x, dot.y), (other.x, other.y)) > dot.radius + other.radius


def test_the_order_of_the_cities_makes_no_difference():
    places = scattered(300)
    shuffled = random.Random(1).sample(places, len(places))
    assert shuffled != places
    assert merge_dots(shuffled) == merge_dots(places)
    assert merge_dots(places[1:]) != merge_dots(places)


def test_dots_of_cities_outside_of_the_map_are_complete_at_its_edge():
    for place in (("honolulu", -157.86, 21.3), ("ushuaia", -68.3, -54.8), ("suva", 178.44, -18.14)):
        (dot,) = merge_dots([place])
        assert RADII[-1] <= dot.x <= MAP_WIDTH - RADII[-1]
        assert RADII[-1] <= dot.y <= MAP_HEIGHT - RADII[-1]


def test_no_cities_make_no_dots():
    assert merge_dots([]) == []


def test_500_cities_are_merged_in_seconds():
    places = scattered(500, seed=99)
    start = time.process_time()
    merge_dots(places)
    assert time.process_time() - start < 5  # comparing all dots after each merge would take longer


# Locator


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(9.79, 54.91), (178.44, -18.14), (-68.3, -54.8), (-169, 0), (191, 66), (0, 90), (180, -90)],
)
def test_the_locator_contains_its_city_anywhere_on_the_globe(longitude, latitude):
    found = locator(longitude, latitude)
    left, top, width, height = map(int, found.view_box.split())
    assert (width, height) == (400, 190)
    assert left <= found.x <= left + width
    assert top <= found.y <= top + height
    assert all(left <= x <= left + width and top <= y <= top + height for ring in rings(found.land) for x, y in ring)


def test_the_locator_shows_the_same_land_as_the_map():
    found = locator(121.47, 31.23)
    assert is_land(found.land, *project(113, 30))
    assert not is_land(found.land, *project(130, 28))
    assert len(found.land) < 6_000


def test_the_locator_lists_the_other_cities_inside_and_none_outside():
    found = locator(9.79, 54.91)
    spots = found.spots(project(*place[1:]) for place in (COLOGNE, BONN, COLOGNE, ("sydney", 151.2, -33.9)))
    assert spots == sorted(tuple(round(n, 1) for n in project(*place[1:])) for place in (COLOGNE, BONN))


def test_dots_keep_the_distance_that_is_asked_for():
    places = [(f"c{number:03}", number * 7.3 % 340 - 170, number * 3.7 % 120 - 55) for number in range(150)]
    for spacing in (20, 67):
        dots = merge_dots(places, spacing)
        assert sorted(code for dot in dots for code in dot.codes) == [code for code, _x, _y in places]
        near = [math.dist((one.x, one.y), (other.x, other.y)) for one, other in itertools.combinations(dots, 2)]
        assert min(near) >= spacing - 0.2, spacing


def test_a_section_shows_its_places_apart_with_land_around_them():
    assert len(merge_dots([COLOGNE, BONN], 20)) == 1
    section = section_around([COLOGNE, BONN, LAGOS])
    assert section == section_around([LAGOS, BONN, COLOGNE])
    assert 1 < section.scale < 5
    near = section_around([COLOGNE, BONN])
    assert near.scale > section.scale
    assert near.land.startswith("M")
    for place in (COLOGNE, BONN):
        x, y = near.position(place[1], place[2])
        assert 50 < x < 750
        assert 20 < y < 380


def test_a_section_without_places_or_around_the_world_is_the_whole_map():
    assert section_around([]) == WORLD
    assert section_around([("a", -120.0, 60.0), ("b", 170.0, -40.0)]) == WORLD
    assert WORLD.land == ""
