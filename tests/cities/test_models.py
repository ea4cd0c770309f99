"""Validation of cities and of the terms of coordinators."""

import pytest
from django.core.exceptions import ValidationError

from cities.models import City, ClusterCoordination
from cities.presentation import format_term

CORK = {"code": "ie-cork", "own_name": "Cork", "country": "IE"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"country": ""}, "country"),
        ({"latitude": 51.9}, "longitude"),
        ({"population": 224_004, "population_year": 2016}, "population_source"),
        ({"population": 224_004, "population_year": 2016, "population_source": " "}, "population_source"),
        ({"population": 224_004, "population_source": "Census"}, "population_year"),
        ({"population": 0, "population_source": "Census"}, "population_year"),
        ({"population": 224_004, "population_source": "Census", "population_year": 1492}, "population_year"),
        ({"population": 224_004, "population_source": "Census", "population_year": 2999}, "population_year"),
        ({"population_year": 2016}, "population"),
        ({"population_source": "Census"}, "population"),
        ({"answers_in": "en"}, "answers_in"),
        ({"answers_in": 5}, "answers_in"),
        ({"answers_in": ["en", "klingon"]}, "answers_in"),
        ({"answers_in": [{"code": "en"}]}, "answers_in"),
    ],
)
def test_incomplete_or_invalid_data_is_refused_at_its_field(facts, field):
    with pytest.raises(ValidationError) as refusal:
        City(**CORK | facts).full_clean(validate_unique=False, validate_constraints=False)
    assert list(refusal.value.message_dict) == [field]


def test_an_example_city_needs_no_country():
    City(code="ex-bahari", own_name="Bahari", is_example=True).clean()


def test_the_region_is_that_of_the_country_unless_an_editor_chose_another():
    cork = City(**CORK)
    cork.clean()
    assert cork.region == "europe-north-america"
    chosen = City(**CORK, region="africa")
    chosen.clean()
    assert chosen.region == "africa"


def test_a_term_cannot_end_before_it_begins():
    with pytest.raises(ValidationError, match="before the beginning"):
        ClusterCoordination(first_year=2021, last_year=2019).clean()


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (2019, 2021, "2019–2021"),
        (2019, 2019, "2019"),
        (2019, None, "since 2019"),
        (None, 2021, "until 2021"),
        (None, None, ""),
    ],
)
def test_a_term_shows_the_years_that_are_known(first, last, text):
    assert format_term(first, last) == text
