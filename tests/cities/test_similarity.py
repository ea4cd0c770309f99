"""Which cities are similar, and the reasons."""

from cities.models import City
from cities.similarity import Compared, compared, similar_cities

CLUSTER = 7


def city(code, shares_cluster=False, **facts) -> Compared:
    row = City(pk=1, code=code, **{"population_year": 2020, "population_source": "Census", **facts})
    return compared([row], [(1, CLUSTER if shares_cluster else CLUSTER + 1), (2, CLUSTER)])[code]


SONDERBORG = {"country": "DK", "region": "europe-north-america", "population": 27_766}


def reasons(*others: Compared, **facts) -> list[tuple[str, tuple[str, ...]]]:
    found = similar_cities(city("dk-sonderborg", shares_cluster=True, **SONDERBORG | facts), others)
    return [(match.code, match.reasons) for match in found]


def test_two_reasons_make_cities_similar_and_one_does_where_no_city_has_two():
    hamburg = city("de-hamburg", country="DE", region="europe-north-america", population=1_800_000)
    assert reasons(
        city("gr-larissa", country="GR", region="europe-north-america", population=30_000),
        city("kr-osan", country="KR", region="asia-pacific", population=20_000),
        hamburg,
    ) == [("gr-larissa", ("size", "region"))]
    assert reasons(hamburg) == [("de-hamburg", ("region",))]


def test_the_same_country_is_one_reason():
    aarhus = city("dk-aarhus", country="DK", region="europe-north-america", population=300_000)
    assert reasons(aarhus) == [("dk-aarhus", ("country",))]


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
    assert reasons(city("xx-a", shares_cluster=True, **nowhere), **nowhere) == [("xx-a", ("cluster",))]
    assert reasons(city("xx-a", **nowhere), **nowhere) == []


def test_a_population_without_year_or_source_is_no_reason():
    osan = {"country": "KR", "region": "asia-pacific", "population": 20_000}
    assert reasons(city("kr-osan", **osan)) == [("kr-osan", ("size",))]
    assert reasons(city("kr-osan", population_year=None, **osan)) == []
    assert reasons(city("kr-osan", population_source="", **osan)) == []
