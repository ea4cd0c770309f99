"""Signals that moderation sends, within the transaction of the change."""

from django.dispatch import Signal

# A version of a practice has become public. Arguments: page (the original), revision.
practice_published = Signal()
