"""Signals of the search."""

from django.dispatch import Signal

# A search or a suggestion was not answered by the search engine.
fallback_used = Signal()
