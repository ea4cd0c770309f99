"""Calls on the pages of clusters, which lie below them and cannot import them.

Composed in the templates: `{% open_calls_of cluster as calls %}`.
"""

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from calls.models import Call
from calls.presentation import call_item
from clusters.models import Cluster

register = template.Library()


@register.simple_tag
def open_calls_of(cluster: Cluster) -> list[dict]:
    """The open calls of a cluster, the one that closes next first, as call_item.html takes them."""
    reader = get_language()
    now = timezone.now()
    calls = Call.objects.public().open(now).with_dates(now).filter(clusters=cluster).order_by("closes_at", "code")
    return [call_item(call, page, reader) for call, page in calls.with_pages(reader)]
