"""The search documents of events."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cities.indexing import city_names, place
from core.i18n.text import stream_text
from core.search_document import SearchDocument, page_kind

EVENT = page_kind("event", facets={"cluster", "region", "country", "city"}, instants={"starts_at", "ends_at"})


def event_document(event, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument:
    """Return the document of one language version."""
    city = event.host_city
    clusters = [row.cluster for row in event.event_clusters.select_related("cluster")]
    outcomes = [outcome.title for outcome in event.outcomes.all()]
    sessions = [text for item in event.sessions.all() for text in (item.title, item.speakers)]
    starts_at, ends_at = event_instants(event)
    # The place is also in the text, because many languages inflect it: people search for a conference "в Пекине".
    place_name = city.name_in(event.language) if city else ""
    return event.common_document(
        shown_in,
        available,
        summary=event.lede,
        body="\n".join(
            filter(None, [event.theme, event.venue, stream_text(event.body), *outcomes, *sessions, place_name])
        ),
        names=city_names(city) if city else (),
        facets={
            "cluster": tuple(cluster.code for cluster in clusters),
            "region": (city.region,) if city and city.region else (),
            "country": (city.country,) if city and city.country else (),
            "city": (city.code,) if city else (),
        },
        instants={"starts_at": starts_at, "ends_at": ends_at},
        place=place(city) if city else None,
    )


def event_instants(event) -> tuple[datetime, datetime]:
    """Return the first instant of an event and the first one after it; whole days in the event's time zone."""
    if event.starts_at:
        return event.starts_at, event.ends_at
    zone = ZoneInfo(event.time_zone)
    return (
        datetime.combine(event.first_day, time(), zone),
        datetime.combine(event.last_day + timedelta(days=1), time(), zone),
    )
