"""Practices that are like the one that somebody is about to write, so that nobody writes twice."""

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language

from cities.models import City
from clusters.models import Cluster
from desk.models import WorkingCopy
from practices import cards
from practices.models import chosen_for_cards
from search import reading
from search_engines import folding
from search_engines.criteria import Criteria, parse_words

MOST = 6
MOST_OF_CITY = 10
# Shorter words are in every title: "in", "of", "для".
SHORTEST_WORD = 4
_WORDS = re.compile(r"[\u3400-\u9fff]{2}|[^\W\d_]+")


@dataclass(frozen=True)
class Alike:
    """What is found: working copies of the city, and cards of public practices, those of the city first."""

    drafts: list[WorkingCopy]
    own: list[dict]
    others: list[dict]

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.own or self.others)


def alike(title: str, language: str, city: City) -> Alike:
    """What is like a practice with this title, which a city wants to write in `language`."""
    words, phrases = parse_words(title)
    criteria = Criteria(
        language=language,
        instant=timezone.now(),
        words=" ".join([words, *phrases]),
        selections={"type": ("practice",)},
        per_page=2 * MOST,
    )
    hits = reading.answer(criteria).hits if criteria.words else ()
    keys = [int(hit.id.partition(":")[2]) for hit in hits if hit.type == "practice"]
    reader = get_language() or language
    found = chosen_for_cards(keys, reader)
    clusters = Cluster.objects.links(reader)
    own = [practice for practice in found if practice.city_id == city.pk][:MOST]
    others = [practice for practice in found if practice.city_id != city.pk][:MOST]
    return Alike(
        drafts=_drafts(title, city),
        own=cards.cards(own, reader, clusters),
        others=cards.cards(others, reader, clusters),
    )


def _drafts(title: str, city: City) -> list[WorkingCopy]:
    """The working copies of the city whose titles have a word in common with this one."""
    asked = _words(title)
    copies = [copy for copy in city.working_copies.all() if asked & _words(str(copy.answers.get("title", "")))]
    return copies[:MOST_OF_CITY]


def _words(text: str) -> set[str]:
    words = {folding.fold(word) for word in _WORDS.findall(text)}
    return {word for word in words if len(word) >= SHORTEST_WORD or "\u3400" <= word[0] <= "\u9fff"}
