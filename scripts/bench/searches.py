"""The searches that are measured: the same in every run."""

import random
from dataclasses import replace
from itertools import cycle, islice

from django.utils import timezone

from cities.vocabularies import Region
from core.i18n.languages import LANGUAGE_CODES
from practices.vocabularies import Evidence, SustainableDevelopmentGoal, TargetGroup
from scripts.bench.network import SEED, cluster_codes
from scripts.bench.words import language
from search.forms import SearchUrls
from search_engines.criteria import Criteria

# Words of these ranks are so frequent that two of them have more than a page of hits in every network.
COMMON = slice(20, 120)


def mixed(count: int, draw: str = "searches") -> list[Criteria]:
    """Return searches for one to six words of running text; every second has one or two filters.

    draw: another value returns other searches of the same kind.
    """
    chance = random.Random(f"{SEED} {draw}")
    return [
        replace(_for_words(code, language(code).draw(chance, chance.randint(1, 6))), selections=_chosen(chance, number))
        for number, code in enumerate(_languages(count))
    ]


def browsing(count: int) -> list[Criteria]:
    """Return searches without words; every second has one or two filters."""
    chance = random.Random(f"{SEED} browsing")
    return [
        replace(_for_words(code, []), selections=_chosen(chance, number))
        for number, code in enumerate(_languages(count))
    ]


def full(count: int) -> list[Criteria]:
    """Return searches for two frequent words: their page shows twenty hits in a network of any size."""
    chance = random.Random(f"{SEED} full")
    return [_for_words(code, chance.sample(language(code).words[COMMON], k=2)) for code in _languages(count)]


def typed(count: int) -> list[tuple[str, str]]:
    """Return beginnings of words, each with the language of the reader."""
    chance = random.Random(f"{SEED} typed")
    return [(language(code).draw(chance, 1)[0][: chance.randint(2, 6)], code) for code in _languages(count)]


def address(criteria: Criteria) -> str:
    """Return the path of the search page for these criteria."""
    return SearchUrls(f"/{criteria.language}/search/").of(criteria)


def _languages(count: int):
    return islice(cycle(LANGUAGE_CODES), count)


def _for_words(code: str, words: list[str]) -> Criteria:
    return Criteria(language=code, instant=timezone.now(), words=language(code).separator.join(words))


def _chosen(chance: random.Random, number: int) -> dict[str, tuple[str, ...]]:
    values = {
        "cluster": cluster_codes(),
        "sdg": SustainableDevelopmentGoal.values,
        "region": Region.values,
        "audience": TargetGroup.values,
        "evidence": Evidence.values,
    }
    facets = chance.sample(sorted(values), k=chance.randint(1, 2)) if number % 2 else []
    return {facet: tuple(chance.sample(values[facet], k=chance.randint(1, 2))) for facet in facets}
