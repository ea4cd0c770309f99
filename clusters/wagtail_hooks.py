"""Registers the clusters in the admin."""

from wagtail.snippets.models import register_snippet

from clusters.viewsets import ClusterViewSet

register_snippet(ClusterViewSet)
