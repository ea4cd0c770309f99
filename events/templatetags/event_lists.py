"""Events on the pages of cities, clusters and the home page: `{% next_events as events %}`.

Template tags, because `cities` and `clusters` are below `events` in the import order and cannot import it.
"""

from functools import cache

from django import template
from django.db.models import IntegerField
from django.utils import timezone
from django.utils.translation import get_language

from cities.models import City
from clusters.models import Cluster
from core.querysets.prepared import NOW, Parameter, PreparedQuery
from core.querysets.versions import best_versions
from events.models import EventPage, coming_events, coming_events_of_cluster
from events.presentation import coming, event_item

register = template.Library()

NEXT = 3


@register.simple_tag
def next_events(count: int = NEXT) -> list[dict]:
    """Return the next and current events for templates/components/event_item.html."""
    return _coming(EventPage.objects.current(coming_events, get_language()))[:count]


@register.simple_tag
def coming_events_in(cluster: Cluster) -> list[dict]:
    """Return the events of a cluster that are not over, earliest first."""
    return _coming(EventPage.objects.current(coming_events_of_cluster, get_language(), cluster=cluster.pk))


@register.simple_tag
def events_of(city: City) -> list[dict]:
    """Return the events that a city hosts or has hosted, newest first."""
    reader = get_language()
    events = _events_of(reader)(now=timezone.now(), city=city.pk)
    for event in events:
        event.host_city = city  # the page has already fetched its names
    return [event_item(event, reader) for event in events]


@cache
def _events_of(reader: str) -> PreparedQuery:
    events = EventPage.objects.filter(host_city__id=Parameter("city", IntegerField()))
    return PreparedQuery(lambda: best_versions(events, reader, NOW).newest_first())


def _coming(events: list[EventPage]) -> list[dict]:
    reader = get_language()
    return [event_item(event, reader) for event in coming(events)]
