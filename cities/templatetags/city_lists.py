"""Cities for the templates of clusters, whose app cannot import this one.

`{% load city_lists %}{% cities_of cluster as cities %}{% coordinators_of cluster as coordinators %}`
"""

from functools import cache

from django import template
from django.db.models import F, IntegerField, OuterRef
from django.utils import timezone
from django.utils.translation import get_language, ngettext

from cities.models import City, CityName, ClusterCoordination
from cities.presentation import alphabetical, city_item, cluster_map, format_term
from clusters.models import Cluster
from core.i18n import dates
from core.i18n.names import name_expression, named
from core.querysets.prepared import NOW, Parameter, PreparedQuery

register = template.Library()


@cache
def _cities_query(language: str) -> PreparedQuery:
    cities = City.objects.public().of_cluster(Parameter("cluster", IntegerField()), NOW)
    return PreparedQuery(lambda: cities.with_name(language))


@register.simple_tag
def cities_of(cluster: Cluster) -> dict:
    """The cities of a cluster: {list, figures, map}.

    `list` is in alphabetical order, with the coordinators. `figures` says how many cities there are and what is
    counted. `map` is None if no city has coordinates.
    """
    reader = get_language()
    listed = alphabetical(named(_cities_query(reader)(now=timezone.now(), cluster=cluster.pk), reader), reader)
    figures = ngettext(
        "%(count)s city coordinates it or has a practice in it",
        "%(count)s cities coordinate it or have a practice in it",
        len(listed),
    )
    return {
        "list": [city_item(city, reader) for city in listed],
        "figures": figures % {"count": dates.number(len(listed))},
        "map": cluster_map(listed),
    }


@cache
def _terms_query(language: str) -> PreparedQuery:
    terms = ClusterCoordination.objects.filter(cluster__id=Parameter("cluster", IntegerField()))
    name = name_expression(CityName.objects.filter(city=OuterRef("city")), language, "city__own_name")
    of_cities = terms.filter(city__in=City.objects.public()).select_related("city").annotate(city_name=name)
    return PreparedQuery(lambda: of_cities.order_by(F("first_year").desc(nulls_last=True), "pk"))


@register.simple_tag
def coordinators_of(cluster: Cluster) -> list[dict]:
    """The cities that coordinate or coordinated a cluster, each with its term, the latest first."""
    reader = get_language()
    terms = _terms_query(reader)(cluster=cluster.pk)
    for term in terms:
        term.city.know_name(reader, term.city_name)
    return [city_item(term.city, reader, format_term(term.first_year, term.last_year)) for term in terms]
