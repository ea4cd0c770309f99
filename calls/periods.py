"""When pages about calls change besides at the dates themselves: for the page cache."""

from datetime import timedelta

from django.conf import settings

from core.page_cache.instants import register_periods

# How long past deadlines stay in the calendar of all. Calendar programs delete events that are no longer in it.
CALENDAR_KEEPS = timedelta(days=365)
# The time that is left is shown in hours and minutes from here on.
LAST_HOURS = timedelta(days=1)

_DEADLINES = ("calls.Call.first_deadline", "calls.Call.first_commission_deadline", "calls.DateChange.new")


def closing_soon() -> timedelta:
    """How long before its deadline a call closes soon."""
    return timedelta(days=settings.CALL_CLOSING_SOON_DAYS)


def register() -> None:
    """Tell the page cache; called once, when all models are loaded."""
    register_periods(_DEADLINES, lambda: -closing_soon(), lambda: -LAST_HOURS, lambda: CALENDAR_KEEPS)
