"""Dates as templates show them."""

import re

import pytest
from django.utils.html import strip_tags

from core.templatetags.portal_components import readable_address
from core.templatetags.portal_dates import with_its_time


def wholes(text: str) -> list[str]:
    """The parts of a shown text in which no line breaks while they fit."""
    return re.findall(r'<span class="whole">(.*?)</span>', str(with_its_time(text)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("30 June 2026, 23:59", ["30 June 2026,\u00a023:59"]),
        ("4 de dezembro de 2026, 23:59 (Hamburgo)", ["4 de dezembro de 2026,\u00a023:59"]),
        ("2026年12月21日 23:59（汉堡）", ["2026年12月21日\u00a023:59"]),
        ("Tue 30 June, 23:00 – Wed 1 July, 01:00", ["Tue 30 June,\u00a023:00", "Wed 1 July,\u00a001:00"]),
    ],
)
def test_a_line_breaks_only_before_the_place_or_between_two_moments(text, parts):
    assert wholes(text) == parts
    assert strip_tags(str(with_its_time(text))).replace("\u00a0", " ") == text


def test_what_stands_around_a_date_is_escaped():
    assert "<i>" not in str(with_its_time("30 June 2026, 23:59 <i> (<i>Hamburg)"))


@pytest.mark.parametrize("text", ["2020, ongoing", "Secretariat (Hamburg)", "", 3, None])
def test_what_has_no_time_is_left_as_it_is(text):
    assert with_its_time(text) is text


def test_an_address_is_read_with_its_letters():
    assert readable_address("https://aecid.gob.es/comisi%C3%B3n?q=%D0%B3") == "https://aecid.gob.es/comisión?q=г"


@pytest.mark.parametrize("path", ["%E2%80%AEgpj", "%C3", "a%2Fb"])
def test_codes_that_are_no_visible_letters_stay(path):
    assert readable_address(f"https://example.org/{path}") == f"https://example.org/{path}"
