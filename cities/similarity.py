"""Cities like this one, each with the reasons why."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cities.models import City

MOST = 3
FEWEST_REASONS = 2

# Lower bounds of the classes of urban areas by population in OECD, "Redefining 'Urban'" (2012):
# small, medium-sized, metropolitan and large metropolitan; below the first, towns.
POPULATION_BANDS = (0, 50_000, 200_000, 500_000, 1_500_000)

# What makes cities alike, the strongest first. The weights let more reasons outweigh fewer.
REASONS = {
    "cluster": (4, _("same cluster")),
    "size": (3, _("similar size")),
    "country": (2, _("same country")),
    "region": (1, _("same region")),
}


@dataclass(frozen=True)
class Likeness:
    """A city that is like another, and why: keys of REASONS, the strongest first."""

    city: City
    reasons: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The reasons in the active language."""
        return [str(REASONS[reason][1]) for reason in self.reasons]


def population_band(population: int | None) -> int | None:
    """The lower bound of the band that a population lies in; None where it is not known."""
    return max(bound for bound in POPULATION_BANDS if bound <= population) if population else None


def cities_like(city: City, others: Iterable[City]) -> list[Likeness]:
    """Those of `others`, three at most, that have two or more of these in common with `city`.

    They are: a cluster (`shares_cluster`, see `cities.queries.city_and_others`), a population band,
    and the country or at least the region. The weightiest come first, then the nearest in
    population, then by code, so the answer is the same every time.
    """
    alike = [Likeness(other, _reasons(city, other)) for other in others]
    alike = [like for like in alike if len(like.reasons) >= FEWEST_REASONS]
    return sorted(alike, key=lambda like: (-_weight(like), _distance(city, like.city), like.city.code))[:MOST]


def _reasons(city: City, other: City) -> tuple[str, ...]:
    band = population_band(city.population)
    same_country = bool(city.country) and city.country == other.country
    holds = {
        "cluster": other.shares_cluster,
        "size": band is not None and band == population_band(other.population),
        "country": same_country,
        "region": bool(city.region) and city.region == other.region and not same_country,
    }
    return tuple(reason for reason in REASONS if holds[reason])


def _weight(like: Likeness) -> int:
    return sum(REASONS[reason][0] for reason in like.reasons)


def _distance(city: City, other: City) -> float:
    """How far apart two populations are; those that cannot be compared come last."""
    if city.population and other.population:
        return abs(city.population - other.population)
    return float("inf")
