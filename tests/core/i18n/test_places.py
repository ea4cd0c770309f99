"""A place has one zone and one name in each language; both follow from its code."""

import csv
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import translation

from core.i18n.countries import country_names
from core.i18n.languages import LANGUAGE_CODES
from core.i18n.places import DEFAULT_PLACE, FILE, is_place, place_choices, place_from, place_name, places, zone_of


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        (DEFAULT_PLACE, "fr", "Hambourg"),
        (DEFAULT_PLACE, "zh-hans", "汉堡"),
        (DEFAULT_PLACE, "de", "Hamburg"),
        ("America/Bogota", "es", "Bogotá"),
        ("America/Bogota:medellin", "ar", "ميديلين"),
        ("Asia/Kathmandu", "ru", "Катманду"),
        ("UTC", "ar", "UTC"),
        # A zone that is in use, but not in the list.
        ("US/Pacific", "en", "Pacific"),
    ],
)
def test_the_name_is_that_of_the_place_in_the_readers_language(code, language, name):
    with translation.override(language):
        assert place_name(code) == name


def test_every_place_of_the_file_has_a_zone_a_country_and_a_name_in_every_language():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["zone"], row["code"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["zone"] in places(), row
        assert row["country"] in country_names("en"), row
        assert all(row[language].strip() for language in LANGUAGE_CODES), row
        # The zone is one of the country.
        assert places()[row["zone"]].country == row["country"], row


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_the_list_is_grouped_named_in_the_editors_language_and_says_the_utc_offset(language):
    with translation.override(language):
        groups = place_choices()
        listed = dict(choice for _group, choices in groups for choice in choices)
        assert len(groups) == 6
        assert place_name(DEFAULT_PLACE) in listed[DEFAULT_PLACE]
        assert country_names(language)["DE"] in listed[DEFAULT_PLACE]
    assert "UTC+1 / UTC+2" in listed[DEFAULT_PLACE]
    assert "UTC\u22125" in listed["America/Bogota"]
    assert "UTC+5:45" in listed["Asia/Kathmandu"]
    assert all(is_place(code) for code in listed)
    assert not [label for label in listed.values() if "/" in re.split("[–—，]", label)[0]]


def test_every_place_of_the_list_has_an_offset_at_any_time():
    for code in places():
        assert datetime(2026, 6, 1, tzinfo=UTC).astimezone(zone_of(code)).utcoffset() is not None


@pytest.mark.parametrize(
    ("zone", "label", "code"),
    [
        ("Europe/Berlin", "Hamburg", DEFAULT_PLACE),
        ("Europe/Berlin", "Гамбург", DEFAULT_PLACE),
        ("Europe/Berlin", "", "Europe/Berlin"),
        ("Europe/Berlin", "Bahari", "Europe/Berlin"),
        # The zone wins.
        ("America/Bogota", "Hamburg", "America/Bogota"),
        ("America/Bogota", "Medellín", "America/Bogota:medellin"),
        ("Asia/Calcutta", "New Delhi", "Asia/Kolkata:new-delhi"),
        ("UTC", "UTC", "UTC"),
        ("Etc/GMT+5", "x", "Etc/GMT+5"),
    ],
)
def test_a_free_label_of_before_becomes_a_place_of_its_zone(zone, label, code):
    found = place_from(zone, label)
    assert found == code
    at = datetime(2026, 6, 1, tzinfo=UTC)
    assert at.astimezone(zone_of(found)).utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("hostile", ["", "Nowhere/City", "../../etc/passwd", "Europe/Berlin:nowhere", "\0", "A" * 5000])
def test_anything_else_is_no_place(hostile):
    assert not is_place(hostile)


def test_every_zone_of_every_inhabited_country_is_in_the_list():
    assert {"Asia/Hebron", "Asia/Gaza", "Pacific/Chatham", "America/St_Johns", "Asia/Kathmandu"} <= places().keys()
    assert len(places()) > 400
    assert {place.zone for place in places().values()} <= available_timezones()
