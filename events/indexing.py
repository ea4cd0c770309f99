"""The search documents of events."""

from datetime import datetime, time, timedelta

from django.utils.translation import override

from cities.indexing import city_keywords, city_names, place
from clusters.indexing import cluster_names
from core.i18n.editions import edition_forms
from core.i18n.places import zone_of
from core.i18n.text import passages, stream_text
from core.search_document import SearchDocument, page_kind
from events.vocabularies import EventSeries

SHORT_FOR_SERIES = {EventSeries.ICLC: ("icl",)}
EVENT = page_kind("event", facets={"cluster", "region", "country", "city"}, instants={"starts_at", "ends_at"})


def event_document(event, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument:
    """Return the document of one language version."""
    city = event.host_city
    # From `fetch_for_documents`: None for a cluster that is not public.
    clusters = [row.public_cluster for row in event.event_clusters.all() if row.public_cluster]
    outcomes = [outcome.title for outcome in event.outcomes.all()]
    sessions = [text for item in event.sessions.all() for text in (item.title, item.speakers)]
    starts_at, ends_at = event_instants(event)
    # The place is also in the text, because many languages inflect it: people search for a conference "в Пекине".
    place_name = city.name_in(event.language) if city else ""
    return event.common_document(
        shown_in,
        available,
        summary=event.lede,
        body=passages(
            [event.theme, _note(event), event.venue, stream_text(event.body), *outcomes, *sessions, place_name],
            event.language,
        ),
        names=(
            *(city_names(city) if city else ()),
            *(name for cluster in clusters for name in cluster_names(cluster)),
            *_codes(event),
        ),
        own_names=tuple(_codes(event)),
        keywords=(
            *_edition(event),
            *(city_keywords(city, event.language) if city else ()),
        ),
        facets={
            "cluster": tuple(cluster.code for cluster in clusters),
            "region": (city.region,) if city and city.region else (),
            "country": (city.country,) if city and city.country else (),
            "city": (city.code,) if city else (),
        },
        instants={"starts_at": starts_at, "ends_at": ends_at, "dated": starts_at},
        place=place(city) if city else None,
    )


def _note(event) -> str:
    """The note about the last change, if this version has it in its own language."""
    return event.change_note if event.note_is_about == event.noted_sequence else ""


def _codes(event) -> list[str]:
    """Return the codes of an edition as readers write them: "ICLC5", "ICLC2021"."""
    if not event.series:
        return []
    numbers = [number for number in (event.edition, *_years(event)) if number]
    return [f"{series}{number}" for series in _acronyms(event) for number in numbers]


def _edition(event) -> list[str]:
    """Return its kind, the acronyms of its series, its edition and years in its language."""
    with override(event.language):
        words = [event.get_kind_display(), *map(str, _years(event))]
        if event.series:
            words += _acronyms(event)
    return words + (list(edition_forms(event.edition, event.language)) if event.edition else [])


def _acronyms(event) -> tuple[str, ...]:
    """Return the code of its series, and what readers shorten it to."""
    return (event.series, *SHORT_FOR_SERIES.get(event.series, ()))


def _years(event) -> list[int]:
    """Return the years in which an event takes place, as its place counts them."""
    zone = zone_of(event.time_zone)
    first = event.starts_at.astimezone(zone).year if event.starts_at else event.first_day.year
    last = event.ends_at.astimezone(zone).year if event.starts_at else event.last_day.year
    return list(range(first, last + 1))


def event_instants(event) -> tuple[datetime, datetime]:
    """Return the first instant of an event and the first one after it; whole days in the event's time zone."""
    if event.starts_at:
        return event.starts_at, event.ends_at
    zone = zone_of(event.time_zone)
    return (
        datetime.combine(event.first_day, time(), zone),
        datetime.combine(event.last_day + timedelta(days=1), time(), zone),
    )
