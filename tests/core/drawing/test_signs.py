"""The signs, and the static pictures that are drawn with them."""

import gzip
import importlib.util
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clusters.vocabularies import ClusterSign
from core.drawing.signs import BOX, ICONS, MARK_BUILDING, MARK_DISC, SIGNS, Shape, flatten, outline, polygons

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def script():
    """Import the script that draws the static pictures."""
    spec = importlib.util.spec_from_file_location("draw_sprite", ROOT / "scripts" / "draw_sprite.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sprite():
    return (ROOT / "static" / "img" / "sprite.svg").read_text()


def area(points):
    """Return the area of a polygon (shoelace formula)."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def contains(points, x, y):
    """Whether the polygon contains the point (even-odd rule)."""
    inside = False
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


@pytest.mark.parametrize("name", [*SIGNS, *ICONS])
def test_every_drawing_is_inside_its_box(name):
    points = [point for polygon in polygons({**SIGNS, **ICONS}[name]) for point in polygon]
    assert points
    assert all(-0.01 <= number <= BOX + 0.01 for point in points for number in point)


def test_the_sign_of_every_cluster_can_be_drawn():
    assert set(ClusterSign.values) == set(SIGNS)


def test_a_flattened_circle_has_the_area_of_a_circle():
    (disc,) = polygons(MARK_DISC)
    assert area(disc) == pytest.approx(math.pi * 5.5**2, rel=0.01)
    assert all(math.dist(point, (17, 7)) == pytest.approx(5.5) for point in disc)


def test_a_flattened_arc_bends_to_the_side_that_its_flag_names():
    ((upper, _),) = flatten("M0 5A5 5 0 0 1 10 5")
    ((lower, _),) = flatten("M0 5A5 5 0 0 0 10 5")
    assert min(y for _, y in upper) == pytest.approx(0, abs=0.01)
    assert max(y for _, y in lower) == pytest.approx(10, abs=0.01)


def test_a_long_arc_goes_the_long_way_round():
    ((points, _),) = flatten("M5 0A5 5 0 1 1 0 5")
    assert max(x for x, _ in points) == pytest.approx(10, abs=0.02)
    assert max(y for _, y in points) == pytest.approx(10, abs=0.02)


def test_a_flattened_cubic_passes_through_its_middle():
    ((points, closed),) = flatten("M0 0C0 8 8 8 8 0")
    assert not closed
    assert (4, 6) in [(round(x, 6), round(y, 6)) for x, y in points]


def test_an_unknown_path_command_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="'Q'"):
        flatten("M0 0Q1 1 2 2")


def test_the_corners_of_a_stroked_square_are_mitred():
    ring = outline([(4, 4), (20, 4), (20, 20), (4, 20)], 4, closed=True)
    corners = {(round(x, 6), round(y, 6)) for quadrilateral in ring for x, y in quadrilateral}
    assert corners == {(a, b) for a in (2, 22) for b in (2, 22)} | {(a, b) for a in (6, 18) for b in (6, 18)}


def test_the_ground_shows_through_the_midrib_of_the_leaf_and_not_beside_it():
    (leaf,) = polygons(SIGNS["leaf"])
    assert not contains(leaf, 12, 12)
    assert contains(leaf, 10, 10.5)
    assert contains(leaf, 13.5, 14)
    assert contains(leaf, 17, 7)


def test_the_open_court_of_the_mark_is_free():
    (building,) = polygons(MARK_BUILDING)
    assert area(building) == 8 * 24 + 16 * 8
    assert contains(building, 4, 4)
    assert not contains(building, 17, 7)


def test_a_stroked_shape_and_a_filled_one_cover_different_ground():
    circle = "M2 12A10 10 0 0 1 22 12A10 10 0 0 1 2 12Z"
    assert any(contains(part, 12, 12) for part in polygons((Shape(circle),)))
    assert not any(contains(part, 12, 12) for part in polygons((Shape(circle, stroke=2),)))


def test_the_sprite_has_a_symbol_for_every_sign_and_icon_and_the_land(sprite):
    root = ElementTree.fromstring(sprite)
    symbols = {symbol.get("id"): symbol for symbol in root.iter(f"{SVG}symbol")}
    assert set(symbols) == {*SIGNS, *ICONS, "land"}
    assert all(len(symbol) for symbol in symbols.values())
    assert symbols["land"].get("viewBox") == "0 0 800 400"
    assert "cross" in symbols
    assert "globe" not in symbols


def test_the_sprite_takes_its_colours_from_the_page_and_breaks_no_content_policy(sprite):
    root = ElementTree.fromstring(sprite)
    paints = {element.get(name) for element in root.iter() for name in ("fill", "stroke")}
    assert paints == {"currentColor", "none", None}
    assert not any("style" in element.attrib for element in root.iter())
    assert "<style" not in sprite
    assert "<script" not in sprite


def test_the_sprite_weighs_at_most_8_kb_compressed(sprite):
    assert len(gzip.compress(sprite.encode())) <= 8_000


@pytest.mark.parametrize("name", ["sprite", "plan", "favicon"])
def test_the_pictures_in_the_tree_are_those_that_the_script_draws(script, name):
    drawn = getattr(script, f"draw_{name}")()
    assert (ROOT / "static" / "img" / f"{name}.svg").read_text() == drawn, "Run: python scripts/draw_sprite.py"


def test_the_plan_strip_repeats_without_a_seam(script):
    root = ElementTree.fromstring(script.draw_plan())
    blocks = list(script.strip_blocks())
    assert root.get("height") == "48"
    end = max(x + width for x, _, width, _ in blocks)
    assert min(x for x, *_ in blocks) == 0
    assert int(root.get("width")) - end in {script.STREET, script.AVENUE}
    assert all(y >= 0 and y + height <= 48 for _, y, _, height in blocks)


def test_the_icon_and_the_share_card_show_the_mark_on_the_board(script):
    icon, card = script.paint_touch_icon().convert("RGB"), script.paint_share_card().convert("RGB")
    assert (icon.size, card.size) == ((180, 180), (1200, 630))
    for picture, middle in ((icon, (90, 90)), (card, (600, 267))):
        side = {icon.size: 120, card.size: 264}[picture.size]
        disc = (middle[0] + side * 5 // 24, middle[1] - side * 5 // 24)
        building = (middle[0] - side * 8 // 24, middle[1])
        assert picture.getpixel((2, 2)) == script.BOARD
        assert picture.getpixel(disc) == script.CHALK
        assert picture.getpixel(building) == script.WHITE
