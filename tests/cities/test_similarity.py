"""Which cities are similar, and the reasons."""

from cities.models import City
from cities.similarity import similar_cities


def city(code, shares_cluster=False, **facts) -> City:
    city = City(code=code, population_year=2020, population_source="Census", **facts)
    city.shares_cluster = shares_cluster
    return city


SONDERBORG = {"country": "DK", "region": "europe-north-america", "population": 27_766}


def reasons(*others: City, **facts) -> list[tuple[str, tuple[str, ...]]]:
    found = similar_cities(city("dk-sonderborg", **SONDERBORG | facts), others)
    return [(match.city.code, match.reasons) for match in found]


def test_two_reasons_make_cities_similar_and_one_does_not():
    assert reasons(
        city("gr-larissa", country="GR", region="europe-north-america", population=30_000),
        city("kr-osan", country="KR", region="asia-pacific", population=20_000),
        city("de-hamburg", country="DE", region="europe-north-america", population=1_800_000),
    ) == [("gr-larissa", ("size", "region"))]


def test_the_same_country_is_one_reason():
    assert reasons(city("dk-aarhus", country="DK", region="europe-north-america", population=300_000)) == []


def test_the_order_is_by_reasons_then_population_then_code():
    far = {"country": "KR", "region": "asia-pacific", "shares_cluster": True}
    assert [
        code
        for code, _reasons in reasons(
            city("kr-b", population=40_000, **far),
            city("kr-c", population=28_000, **far),
            city("kr-a", population=40_000, **far),
            city("dk-z", shares_cluster=True, country="DK", region="europe-north-america", population=900_000),
        )
    ] == ["kr-c", "kr-a", "kr-b"]
    assert reasons(
        city("kr-c", population=28_000, **far),
        city("dk-z", shares_cluster=True, country="DK", region="europe-north-america", population=45_000),
    )[0] == ("dk-z", ("cluster", "size", "country"))


def test_unknown_data_is_no_reason():
    nowhere = {"country": "", "region": "", "population": None}
    assert reasons(city("xx-a", shares_cluster=True, **nowhere), **nowhere) == []


def test_a_population_without_year_or_source_is_no_reason():
    osan = city("kr-osan", shares_cluster=True, country="KR", region="asia-pacific", population=20_000)
    osan.population_year = None
    assert reasons(osan) == []
    osan.population_year, osan.population_source = 2020, ""
    assert reasons(osan) == []
