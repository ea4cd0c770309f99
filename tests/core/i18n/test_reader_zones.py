"""Readers without JavaScript choose the time zone in which they see times."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from core.i18n.reader_zones import own_time, valid_zone, zone_menu


@pytest.mark.parametrize(
    "hostile",
    [
        "Nowhere/City",
        "../../etc/passwd",
        "/etc/localtime",
        "europe/berlin",
        "localtime",
        "Factory",
        "",
        "A" * 5000,
        "\0",
    ],
)
def test_an_invalid_time_zone_is_ignored(hostile):
    assert valid_zone(hostile) == ""


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_time_zone_of_the_database_is_accepted(name):
    assert valid_zone(name) == name


def test_the_menu_runs_from_west_to_east_and_keeps_the_choice():
    instant = datetime(2026, 6, 18, tzinfo=UTC)
    menu = zone_menu("Asia/Kathmandu", "/en/calls/x/", instant)
    labels = [zone["label"] for zone in menu["zones"]]
    assert labels[0] == "Honolulu (UTC−10)"
    assert "St John’s (UTC−2:30)" in labels
    assert [zone["label"] for zone in menu["zones"] if zone["selected"]] == ["Kathmandu (UTC+5:45)"]
    offsets = [
        datetime(2026, 6, 18, tzinfo=UTC).astimezone(ZoneInfo(zone["value"])).utcoffset() for zone in menu["zones"]
    ]
    assert all(west <= east for west, east in pairwise(offsets))


def test_the_readers_time_zone_is_added_to_the_menu():
    menu = zone_menu("Europe/Oslo", "/", datetime(2026, 6, 18, tzinfo=UTC))
    assert {"value": "Europe/Oslo", "label": "Oslo (UTC+2)", "selected": True} in menu["zones"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Madrid", "14:00–15:30"),
        ("America/Bogota", "07:00–08:30"),
        ("Pacific/Auckland", "Thu 25 June, 00:00–01:30"),
        ("Asia/Vladivostok", "22:00–23:30"),
        ("Asia/Magadan", "Wed 24 June, 23:00 – Thu 25 June, 00:30"),
    ],
)
def test_a_time_names_its_day_where_it_is_another_one(zone, expected):
    start, end = (datetime(2026, 6, 24, *at, tzinfo=ZoneInfo("Europe/Berlin")) for at in ((14, 0), (15, 30)))
    assert own_time(start, end, zone)["text"] == expected
    assert own_time(start, end)["text"] == ""
