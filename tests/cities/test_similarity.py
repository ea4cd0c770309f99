"""Which cities are like another, and why."""

import pytest

from cities.models import City
from cities.similarity import population_band, similar_cities


def place(code, shares_cluster=False, **facts) -> City:
    city = City(code=code, **facts)
    city.shares_cluster = shares_cluster
    return city


SONDERBORG = {"country": "DK", "region": "europe-north-america", "population": 27_766}


def reasons(*others: City, **facts) -> list[tuple[str, tuple[str, ...]]]:
    found = similar_cities(place("dk-sonderborg", **SONDERBORG | facts), others)
    return [(match.city.code, match.reasons) for match in found]


def test_two_things_in_common_make_a_city_alike_and_one_does_not():
    assert reasons(
        place("gr-larissa", country="GR", region="europe-north-america", population=30_000),
        place("kr-osan", country="KR", region="asia-pacific", population=20_000),
        place("de-hamburg", country="DE", region="europe-north-america", population=1_800_000),
    ) == [("gr-larissa", ("size", "region"))]


def test_the_same_country_is_one_reason_not_two():
    assert reasons(place("dk-aarhus", country="DK", region="europe-north-america", population=300_000)) == []


def test_more_reasons_come_first_then_the_nearest_in_population_then_the_code():
    far = {"country": "KR", "region": "asia-pacific", "shares_cluster": True}
    assert [
        code
        for code, _reasons in reasons(
            place("kr-b", population=40_000, **far),
            place("kr-c", population=28_000, **far),
            place("kr-a", population=40_000, **far),
            place("dk-z", shares_cluster=True, country="DK", region="europe-north-america", population=900_000),
        )
    ] == ["kr-c", "kr-a", "kr-b"]
    assert reasons(
        place("kr-c", population=28_000, **far),
        place("dk-z", shares_cluster=True, country="DK", region="europe-north-america", population=45_000),
    )[0] == ("dk-z", ("cluster", "size", "country"))


def test_what_is_not_known_is_nothing_in_common():
    nowhere = {"country": "", "region": "", "population": None}
    assert reasons(place("xx-a", shares_cluster=True, **nowhere), **nowhere) == []


@pytest.mark.parametrize(
    ("population", "band"),
    [(1, 0), (49_999, 0), (50_000, 50_000), (1_499_999, 500_000), (20_000_000, 1_500_000), (None, None)],
)
def test_a_population_lies_in_one_band(population, band):
    assert population_band(population) == band
