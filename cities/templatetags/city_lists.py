"""Cities on the pages of clusters, which lie below them and cannot import them.

Composed in the templates: `{% cities_of cluster as cities %}`.
"""

from django import template
from django.utils.translation import get_language, ngettext
from modelcluster.utils import sort_by_fields

from cities.models import City, ClusterCoordination
from cities.presentation import alphabetical, city_item, cluster_map, term
from clusters.models import Cluster
from core.i18n import dates
from core.querysets.children import prefetch_children

register = template.Library()


@register.simple_tag
def cities_of(cluster: Cluster) -> dict:
    """The cities of a cluster, in the order of their names: a `list`, in `figures`, and on a `map`.

    `coordinators` are those that coordinate or coordinated it, the latest term first, each with
    its term; they are in the list as well. `map` is None where no city has a place.
    """
    reader = get_language()
    cities = list(City.objects.public().of_cluster(cluster))
    prefetch_children(cities, "names", "coordinations")
    listed = alphabetical(cities, reader)
    terms = [row for city in listed for row in city.coordinations.all() if row.cluster_id == cluster.pk]
    sort_by_fields(terms, ClusterCoordination._meta.ordering)
    figures = ngettext("%(count)s city", "%(count)s cities", len(listed))
    return {
        "coordinators": [city_item(row.city, reader, term(row.first_year, row.last_year)) for row in terms],
        "list": [city_item(city, reader) for city in listed],
        "figures": figures % {"count": dates.number(len(listed))},
        "map": cluster_map(listed),
    }
