"""When pages about events change besides at the dates themselves: for the page cache."""

from datetime import timedelta

from core.page_cache.instants import register_periods

# How long past events stay in the feed. Calendar programs delete events that are no longer in it.
FEED_KEEPS = timedelta(days=365)


def register() -> None:
    """Tell the page cache; called once, when all models are loaded."""
    register_periods(["events.EventPage.ends_at"], lambda: FEED_KEEPS)
