"""Events on the pages of cities, clusters and the home page: `{% next_events as events %}`.

Template tags, because `cities` and `clusters` are below `events` in the import order and cannot import it.
"""

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from cities.models import City
from clusters.models import Cluster
from core.querysets.versions import best_versions
from events.models import EventPage, EventQuerySet
from events.presentation import coming, event_item, listed

register = template.Library()

NEXT = 3


@register.simple_tag
def next_events(count: int = NEXT) -> list[dict]:
    """Return the next and current events for templates/components/event_item.html."""
    return _coming(EventPage.objects.all())[:count]


@register.simple_tag
def coming_events_in(cluster: Cluster) -> list[dict]:
    """Return the events of a cluster that are not over, earliest first."""
    return _coming(EventPage.objects.filter(event_clusters__cluster=cluster))


@register.simple_tag
def events_of(city: City) -> list[dict]:
    """Return the events that a city hosts or has hosted, newest first."""
    reader = get_language()
    # The related manager sets this city on each event, and the page has already fetched its names.
    events = best_versions(city.events.all(), reader).newest_first()
    return [event_item(event, reader) for event in events]


def _coming(events: EventQuerySet) -> list[dict]:
    reader = get_language()
    return [event_item(event, reader) for event in coming(listed(events.recent(timezone.now()), reader))]
