"""Signals of events."""

from django.dispatch import Signal

# Sent in the transaction of a change that readers are told of, with `event`: the original.
event_changed = Signal()
