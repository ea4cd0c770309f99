"""The maps on the page of cities: names, and dots that a finger can tell apart."""

import itertools
import math

import pytest

CENTRES = """() => [...document.querySelectorAll('.map a')]
    .filter((link) => link.querySelector('.map__dot').getBoundingClientRect().width)
    .map((link) => {
        const dot = link.querySelector('.map__dot').getBoundingClientRect();
        const reach = link.querySelector('.map__reach').getBoundingClientRect();
        return [dot.x + dot.width / 2, dot.y + dot.height / 2, reach.width];
    })"""


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280])
def test_dots_are_24_pixels_apart_and_as_wide_for_a_finger(open_page, width):
    page = open_page("/en/cities/", width=width)
    for region in ("", "?region=europe-north-america"):
        page.goto(page.url.partition("?")[0] + region)
        dots = page.evaluate(CENTRES)
        assert len(dots) >= 5
        apart = min(math.dist(one[:2], other[:2]) for one, other in itertools.combinations(dots, 2))
        assert apart >= 23.5, (region, apart)
        assert min(reach for _x, _y, reach in dots) >= 23.5


def test_a_name_shows_on_hover_and_focus_and_lies_inside_the_map(open_page):
    for width, kind in ((360, "narrow"), (1280, "wide")):
        page = open_page("/ar/cities/", width=width)
        links = page.locator(f".map--{kind} a")
        for number in (0, links.count() - 1):
            link = links.nth(number)
            name = link.locator(".map__name")
            assert not name.is_visible()
            link.locator(".map__reach").hover()
            assert name.is_visible()
            page.mouse.move(1, 1)
            link.focus()
            assert name.is_visible()
            drawn, ground = name.bounding_box(), page.locator(f".map--{kind}").bounding_box()
            assert drawn["x"] >= ground["x"] - 1
            assert drawn["x"] + drawn["width"] <= ground["x"] + ground["width"] + 1


def test_the_first_touch_names_a_dot_and_the_second_opens_it(open_page):
    page = open_page("/en/cities/", width=360, has_touch=True)
    address = page.url
    link = page.locator(".map--narrow a").first
    link.locator(".map__reach").tap()
    assert link.locator(".map__name").is_visible()
    assert page.url == address
    with page.expect_navigation():
        link.locator(".map__reach").tap()
    assert "near=" in page.url
    assert page.locator("#list h3").count() > 0


def test_a_dot_opens_without_script(open_page):
    page = open_page("/en/cities/", width=360, java_script_enabled=False)
    with page.expect_navigation():
        page.locator(".map--narrow a").first.locator(".map__reach").click()
    assert "near=" in page.url
