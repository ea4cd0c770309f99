"""Cities that are similar to a city, with the reasons."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from cities.vocabularies import PopulationBand
from core.drawing.cartography import Point, project

MOST = 3
FEWEST_REASONS = 2

# Reason: its weight and its label, the strongest first. With these weights more reasons outweigh fewer.
REASONS = {
    "cluster": (4, _("same cluster")),
    "size": (3, _("similar size")),
    "country": (2, _("same country")),
    "region": (1, _("same region")),
}


class Compared(NamedTuple):
    """What is compared of a city. All pages of cities read this of all cities: a tuple takes the least time."""

    code: str
    country: str
    region: str
    population: int | None
    """Its known population."""
    size: PopulationBand
    clusters: frozenset[int]
    """The clusters that it coordinates or coordinated, or in which it has a public practice."""
    point: Point | None
    """Its position on the map."""
    is_offered: bool
    """Whether pages of other cities lead to it: a member and no example."""


@dataclass(frozen=True)
class SimilarCity:
    """The code of a city that is similar to another one, and the reasons: keys of REASONS, the strongest first."""

    code: str
    reasons: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        """The reasons in the active language."""
        return [str(REASONS[reason][1]) for reason in self.reasons]


class Neighbourhood(NamedTuple):
    """A city, those that are similar, and the positions of others, for `cities.presentation.city_context`."""

    city: Any
    similar: list[tuple[Any, SimilarCity]]
    points: list[Point]


def compared(cities: Iterable, clusters: Iterable[tuple[int, int]]) -> dict[str, Compared]:
    """What is compared of cities, by code. clusters: the primary keys of a city and of a cluster of it."""
    by_city = defaultdict(set)
    for city, cluster in clusters:
        by_city[city].add(cluster)
    return {
        city.code: Compared(
            code=city.code,
            country=city.country,
            region=city.region,
            population=city.known_population,
            size=city.size_band,
            clusters=frozenset(by_city[city.pk]),
            point=None if None in (city.longitude, city.latitude) else project(city.longitude, city.latitude),
            is_offered=city.is_member and not city.is_example,
        )
        for city in cities
    }


def similar_cities(city: Compared, others: Iterable[Compared]) -> list[SimilarCity]:
    """The cities of `others`, at most three, for which two or more REASONS hold; without any, those for which one does.

    The same country does not count as the same region too. The order is by weight, then by the difference in
    population, then by code, so that it is always the same.
    """
    matches = [(other, reasons) for other in others if (reasons := _reasons(city, other))]
    similar = [match for match in matches if len(match[1]) >= FEWEST_REASONS]
    nearest = nsmallest(
        MOST,
        similar or matches,
        key=lambda match: (-_weight(match[1]), _distance(city, match[0]), match[0].code),
    )
    return [SimilarCity(other.code, reasons) for other, reasons in nearest]


def _reasons(city: Compared, other: Compared) -> tuple[str, ...]:
    same_country = bool(city.country) and city.country == other.country
    holds = {
        "cluster": not city.clusters.isdisjoint(other.clusters),
        "size": city.size != PopulationBand.UNKNOWN and city.size == other.size,
        "country": same_country,
        "region": bool(city.region) and city.region == other.region and not same_country,
    }
    return tuple(reason for reason in REASONS if holds[reason])


def _weight(reasons: Iterable[str]) -> int:
    return sum(REASONS[reason][0] for reason in reasons)


def _distance(city: Compared, other: Compared) -> float:
    """The difference of two populations; infinite if one is not known."""
    if city.population and other.population:
        return abs(city.population - other.population)
    return float("inf")
