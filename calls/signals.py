"""Signals of calls, for apps above them."""

from django.dispatch import Signal

# Sent with `call` and `at`, in the transaction that writes the history. From the instant `at` on, which
# can be in the future, the call may be shown with other dates.
dates_changed = Signal()
