"""Cities that are similar to a city, with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cities.vocabularies import PopulationBand

MOST = 3
FEWEST_REASONS = 2

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


def similar_cities(city, others: Iterable) -> list[SimilarCity]:
    """The cities of `others`, at most three, for which two or more REASONS hold.

    city, others: from `City.objects.get_with_other_members`. The same country does not count as the same
    region too. The order is by weight, then by the difference in population, then by code, so that it
    is always the same.
    """
    matches = [SimilarCity(other, _reasons(city, other)) for other in others]
    matches = [match for match in matches if len(match.reasons) >= FEWEST_REASONS]
    return sorted(matches, key=lambda match: (-_weight(match), _distance(city, match.city), match.city.code))[:MOST]


def related_cities(city, others: Iterable) -> list[SimilarCity]:
    """Like `similar_cities`, of the cities for which one REASON holds: a page without similar cities leads there."""
    matches = [match for match in (SimilarCity(other, _reasons(city, other)) for other in others) if match.reasons]
    return sorted(matches, key=lambda match: (-_weight(match), _distance(city, match.city), match.city.code))[:MOST]


def _reasons(city, other) -> tuple[str, ...]:
    same_country = bool(city.country) and city.country == other.country
    holds = {
        "cluster": other.shares_cluster,
        "size": city.size_band != PopulationBand.UNKNOWN and city.size_band == other.size_band,
        "country": same_country,
        "region": bool(city.region) and city.region == other.region and not same_country,
    }
    return tuple(reason for reason in REASONS if holds[reason])


def _weight(match: SimilarCity) -> int:
    return sum(REASONS[reason][0] for reason in match.reasons)


def _distance(city, other) -> float:
    """The difference of two populations; infinite if one is not known."""
    if city.known_population and other.known_population:
        return abs(city.known_population - other.known_population)
    return float("inf")
