"""Cities for the templates of clusters, whose app cannot import this one.

`{% load city_lists %}{% cities_of cluster as cities %}`
"""

from functools import cache

from django import template
from django.db.models import IntegerField
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from modelcluster.utils import sort_by_fields

from cities.models import City, ClusterCoordination
from cities.presentation import alphabetical, city_item, cluster_map, format_term
from clusters.models import Cluster
from core.i18n import dates
from core.i18n.names import named
from core.querysets.children import prefetch_children
from core.querysets.prepared import NOW, Parameter, PreparedQuery

register = template.Library()


@cache
def _cities_query(language: str) -> PreparedQuery:
    cities = City.objects.public().of_cluster(Parameter("cluster", IntegerField()), NOW)
    return PreparedQuery(lambda: cities.with_name(language))


@register.simple_tag
def cities_of(cluster: Cluster) -> dict:
    """The cities of a cluster: {list, coordinators, figures, map}.

    `list` is in alphabetical order. `coordinators` are the cities that coordinate or coordinated the
    cluster, each with its term, the latest first; they are in the list too. `figures` says how many cities
    there are and what is counted. `map` is None if no city has coordinates.
    """
    reader = get_language()
    cities = named(_cities_query(reader)(now=timezone.now(), cluster=cluster.pk), reader)
    prefetch_children(cities, "coordinations")
    listed = alphabetical(cities, reader)
    terms = [row for city in listed for row in city.coordinations.all() if row.cluster_id == cluster.pk]
    sort_by_fields(terms, ClusterCoordination._meta.ordering)
    figures = ngettext(
        "%(count)s city coordinates it or has a practice in it",
        "%(count)s cities coordinate it or have a practice in it",
        len(listed),
    )
    return {
        "coordinators": [city_item(row.city, reader, format_term(row.first_year, row.last_year)) for row in terms],
        "list": [city_item(city, reader) for city in listed],
        "figures": figures % {"count": dates.number(len(listed))},
        "map": cluster_map(listed),
    }
