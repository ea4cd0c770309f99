"""The sizes of cities."""

import pytest

from cities.vocabularies import PopulationBand, population_band


@pytest.mark.parametrize(
    ("population", "band"),
    [
        (None, "unknown"),
        (0, "unknown"),
        (1, "under-50k"),
        (49_999, "under-50k"),
        (50_000, "50k-200k"),
        (499_999, "200k-500k"),
        (999_999, "500k-1m"),
        (1_600_000, "1m-2m"),
        (4_999_999, "2m-5m"),
        (5_000_000, "5m-10m"),
        (20_000_000, "over-10m"),
    ],
)
def test_a_population_has_one_band(population, band):
    assert population_band(population) == band


def test_every_band_can_occur_and_they_are_in_order():
    found = [population_band(number) for number in (None, *range(1, 12_000_000, 40_000))]
    assert list(dict.fromkeys(found[1:])) == list(PopulationBand)[:-1]
    assert found[0] == list(PopulationBand)[-1]
