"""Calls on the pages of clusters: `{% open_calls_of cluster as calls %}`.

A template tag, because `clusters` is below `calls` in the import order and cannot import it.
"""

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from calls.models import open_calls_of_cluster, pages_of_calls
from calls.presentation import call_item
from clusters.models import Cluster

register = template.Library()


@register.simple_tag
def open_calls_of(cluster: Cluster) -> list[dict]:
    """Return the open calls of a cluster for components/call_item.html; the call that closes next is first."""
    reader = get_language()
    calls = open_calls_of_cluster(now=timezone.now(), cluster=cluster.pk)
    return [call_item(call, page, reader) for call, page in pages_of_calls(calls, reader)]
