"""What calls announce to apps above them."""

from django.dispatch import Signal

# Sent in the transaction that writes the history, with `call` and `at`: what is shown of the call
# may be different from the instant `at` on, which can lie in the future.
dates_changed = Signal()
