"""Cities that are similar to a city, with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST = 3
FEWEST_REASONS = 2

# Lower bounds of the classes of urban areas by population in OECD, "Redefining 'Urban'" (2012):
# small, medium-sized, metropolitan and large metropolitan; below the first, towns.
POPULATION_BANDS = (0, 50_000, 200_000, 500_000, 1_500_000)

# Reason: its weight and its label, the strongest first. With these weights more reasons outweigh fewer.
REASONS = {
    "cluster": (4, _("same cluster")),
    "size": (3, _("similar size")),
    "country": (2, _("same country")),
    "region": (1, _("same region")),
}


@dataclass(frozen=True)
class SimilarCity:
    """A city that is similar to another one, and the reasons: keys of REASONS, the strongest first."""

    city: Any
    reasons: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        """The reasons in the active language."""
        return [str(REASONS[reason][1]) for reason in self.reasons]


def population_band(population: int | None) -> int | None:
    """The lower bound of the band of a population; None if the population is not known."""
    return max(bound for bound in POPULATION_BANDS if bound <= population) if population else None


def similar_cities(city, others: Iterable) -> list[SimilarCity]:
    """The cities of `others`, at most three, for which two or more REASONS hold.

    city, others: from `City.objects.get_with_other_members`. The same country does not count as the same
    region too. The order is by weight, then by the difference in population, then by code, so that it
    is always the same.
    """
    matches = [SimilarCity(other, _reasons(city, other)) for other in others]
    matches = [match for match in matches if len(match.reasons) >= FEWEST_REASONS]
    return sorted(matches, key=lambda match: (-_weight(match), _distance(city, match.city), match.city.code))[:MOST]


def _reasons(city, other) -> tuple[str, ...]:
    band = population_band(city.population)
    same_country = bool(city.country) and city.country == other.country
    holds = {
        "cluster": other.shares_cluster,
        "size": band is not None and band == population_band(other.population),
        "country": same_country,
        "region": bool(city.region) and city.region == other.region and not same_country,
    }
    return tuple(reason for reason in REASONS if holds[reason])


def _weight(match: SimilarCity) -> int:
    return sum(REASONS[reason][0] for reason in match.reasons)


def _distance(city, other) -> float:
    """The difference of two populations; infinite if one is not known."""
    if city.population and other.population:
        return abs(city.population - other.population)
    return float("inf")
