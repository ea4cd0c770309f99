"""Practices for the templates of cities and clusters, whose apps cannot import this one.

`{% load practice_lists %}{% newest_practices_in cluster as practices %}`
"""

from collections import Counter, defaultdict
from functools import cache
from urllib.parse import urlencode

from django import template
from django.db.models import Count, IntegerField, Value
from django.utils import timezone
from django.utils.translation import get_language, ngettext

from cities.models import City, ClusterCoordination
from clusters.models import Cluster
from core.i18n import dates
from core.list_pages import list_url
from core.page_cache.kept_values import kept
from core.querysets.prepared import NOW, Parameter, PreparedQuery
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from practices import cards
from practices.models import PracticePage, chosen_for_cards
from practices.rows import practice_row

register = template.Library()

NEWEST = 6


@register.simple_tag
def practices_of(city: City, clusters: dict[int, dict]) -> list[dict]:
    """The practices of a city, newest first, as templates/components/hit.html takes them.

    clusters: from `Cluster.objects.links`.
    """
    reader = get_language()
    versions = _practices_of(reader)(now=timezone.now(), city=city.pk)
    cards.prefetch_card_rows(versions)
    return [practice_row(practice, reader, clusters) | {"place": ""} for practice in versions]


@cache
def _practices_of(reader: str) -> PreparedQuery:
    """The query for the practices of a city. It is prepared in the language of the reader, which is the active one."""
    practices = PracticePage.objects.filter(city__id=Parameter("city", IntegerField()))
    return PreparedQuery(lambda: best_versions(practices, reader, NOW).newest_first().for_rows())


@register.simple_tag
def newest_practices_in(cluster: Cluster) -> dict:
    """The newest practices of a cluster as cards, their total number, and the address of the list of all.

    The address is "" in a language without a public list of practices.
    """
    reader = get_language()
    newest, total = kept(
        f"newest-in.{cluster.pk}.{reader}", lambda: PracticePage.objects.newest_in(cluster, reader, NEWEST)
    )
    index_url = list_url("practices.PracticeIndexPage", reader)
    return {
        "cards": cards.cards(chosen_for_cards(newest, reader), reader, Cluster.objects.links(reader)),
        "total": total,
        "url": f"{index_url}?{urlencode({'cluster': cluster.code})}" if index_url else "",
    }


@register.simple_tag
def linked_practices(rows, clusters: dict[int, dict]) -> list[dict]:
    """The practices of child rows with a field `practice`, as cards in the order of the rows.

    clusters: from `Cluster.objects.links`.
    """
    reader = get_language()
    keys = dict(
        PracticePage.objects.filter(pk__in=[row.practice_id for row in rows]).values_list("pk", "translation_key")
    )
    if not keys:
        return []
    versions = PracticePage.objects.filter(translation_key__in=keys.values()).for_cards(reader)
    by_key = {version.translation_key: version for version in versions}
    chosen = [by_key[key] for row in rows if (key := keys.get(row.practice_id)) in by_key]
    return cards.cards(dict.fromkeys(chosen), reader, clusters)


@register.simple_tag
def with_counts(clusters: list[dict]) -> list[dict]:
    """Links to clusters with numbers as `meta`: "58 practices · from 40 cities · 3 coordinating cities".

    A practice counts once with all its language versions. A coordinating city coordinates the cluster now or did so
    before. A city counts once for each of the two.
    """
    numbers = kept("numbers-of-clusters", _numbers_of_clusters)
    return [link | {"meta": _meta(*numbers.get(link["code"], (0, 0, 0)), link.get("meta", ""))} for link in clusters]


def _numbers_of_clusters() -> dict[str, tuple[int, int, int]]:
    """The numbers of practices, of their cities and of coordinating cities by code of the cluster, in one query."""
    practising = public(PracticePage.objects.filter(practice_clusters__cluster__isnull=False)).order_by()
    practices = practising.values_list("practice_clusters__cluster__code", "city").annotate(
        Count("translation_key", distinct=True)
    )
    coordinations = ClusterCoordination.objects.order_by().values_list("cluster__code", "city", Value(0))
    origins: dict[str, set[int]] = defaultdict(set)
    coordinators: dict[str, set[int]] = defaultdict(set)
    total: Counter[str] = Counter()
    for code, city, number in practices.union(coordinations, all=True):
        (origins if number else coordinators)[code].add(city)
        total[code] += number
    return {code: (total[code], len(origins[code]), len(coordinators[code])) for code in total}


def _meta(practices: int, origins: int, coordinators: int, more: str) -> str:
    parts = [ngettext("%(count)s practice", "%(count)s practices", practices) % {"count": dates.number(practices)}]
    if origins:
        parts.append(
            ngettext("from %(count)s city", "from %(count)s cities", origins) % {"count": dates.number(origins)}
        )
    if coordinators:
        words = ngettext("%(count)s coordinating city", "%(count)s coordinating cities", coordinators)
        parts.append(words % {"count": dates.number(coordinators)})
    return " · ".join([*parts, more] if more else parts)
