"""Template contexts of events. Times are always shown in the event's time zone, with its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby

from django.db.models import OuterRef, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cities.models import CityName
from cities.presentation import alphabetical, city_item, city_node, city_url, government_node
from core.drawing.cover_files import share_image
from core.i18n import dates
from core.i18n.addresses import absolute
from core.i18n.editions import edition_ordinal
from core.i18n.languages import html_code, language_names
from core.i18n.names import name_expression
from core.i18n.places import UTC_PLACE, place_name, zone_of
from core.i18n.reader_zones import chosen_zone, own_time, zone_menu
from core.i18n.text import comma_list, detail_list, sentence_start
from core.local_times.words import moment_of_preview
from core.media.documents import file_row, public_documents
from core.querysets.children import prefetch_children
from core.querysets.prepared import Parameter
from core.querysets.versions import best_versions
from core.shown_instant import is_preview_of_instant, shown_instant
from core.structured_data import ORGANIZATION, Node, example_note, iso, reference
from events.indexing import event_instants
from events.notes import Note, note_of
from events.past_facts import earlier_facts
from events.vocabularies import WILL_NOT, EventKind, EventMode, EventSeries, EventState

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class EventTiming:
    """When an event takes place, in its time zone, and its phase at the instant `now`."""

    start: datetime
    end: datetime  # the first instant after the event
    has_times: bool
    now: datetime

    @cached_property
    def first_day(self) -> date:
        return self.start.date()

    @cached_property
    def last_day(self) -> date:
        return (self.end - MOMENT).date()

    @property
    def phase(self) -> str:
        """ "upcoming", "under-way" or "past"."""
        if self.now < self.start:
            return "upcoming"
        return "under-way" if self.now < self.end else "past"


def event_timing(event, now: datetime) -> EventTiming:
    """Return the timing of `event` at the instant `now`. Whole days start and end at midnight in its time zone."""
    zone = zone_of(event.time_zone)
    start, end = event_instants(event)
    return EventTiming(start.astimezone(zone), end.astimezone(zone), bool(event.starts_at), now)


# --- Lists ----------------------------------------------------------------------------------------


def listed(events: QuerySet, reader: str, at: datetime | Parameter | None = None) -> QuerySet:
    """Return the public versions of `events` for readers of the language `reader`, for `with_names`."""
    names = CityName.objects.filter(city=OuterRef("host_city"))
    city_name = name_expression(names, reader, "host_city__own_name")
    return best_versions(events, reader, at).select_related("host_city").annotate(city_name=city_name)


def with_names(events: Iterable, reader: str) -> list:
    """Return events from `listed`; their host cities know their names in the language `reader`."""
    events = list(events)
    for event in events:
        if event.host_city:
            event.host_city.know_name(reader, event.city_name)
    return events


def event_item(event, reader: str, *, in_month: bool = False) -> dict:
    """Return an event for templates/components/event_item.html.

    reader: the reader's language. in_month: show weekdays instead of the month, for a list below the
    name of the month.
    """
    timing = event_timing(event, timezone.now())
    first, last = timing.first_day, timing.last_day
    parts = dates.day_parts(first, last)
    item = {
        "title": event.title,
        "url": event.url,
        "language": event.language if event.language != reader else "",
        "day": parts.number,
        "is_range": first != last,
        "under": dates.weekday_range(first, last) if in_month else parts.rest,
        "under_first": parts.rest_first and not in_month,
        "date": first.isoformat(),
        "status": item_status(event, timing),
        "kind_and_place": "\u00a0· ".join(_kind_and_place(event)),
    }
    if (first.year, first.month) != (last.year, last.month):
        item["days"] = dates.day_range(first, last)
    if timing.has_times:
        is_one_day = first == last
        moments = (dates.weekday_moment(instant) for instant in (timing.start, timing.end))
        item |= {
            "time": dates.time_range(timing.start, timing.end) if is_one_day else dates.moment_range(*moments),
            "on_day": item["date"] if is_one_day else "",
            "zone": zone_text(event),
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
        }
    return item


def item_status(event, timing: EventTiming) -> str:
    """Return the kind of the status tag in lists; "" for upcoming and past events without changes."""
    if event.state in WILL_NOT:
        return event.state
    if timing.phase == "past":
        return ""
    if event.state == EventState.MOVED:
        return "moved"
    return "under-way" if timing.phase == "under-way" else ""


def state_in_words(event, timing: EventTiming | None) -> str:
    """Return the state of an event for editors: what was planned has taken place when it is over.

    timing: None for a draft without dates.
    """
    if timing is not None and timing.phase == "past" and event.state not in WILL_NOT:
        return _("Took place")
    return event.get_state_display()


def _kind_and_place(event) -> list[str]:
    place = event.host_city.name if event.host_city else event.venue
    if event.mode == EventMode.ONLINE:
        # Everybody knows that a webinar is online.
        place = "" if event.kind == EventKind.WEBINAR else str(EventMode.ONLINE.label)
    elif event.mode == EventMode.HYBRID:
        place = _("%(place)s and online") % {"place": place} if place else str(EventMode.HYBRID.label)
    return [
        str(event.get_kind_display()),
        *([place] if place else []),
        *([_("example")] if event.is_example else []),
    ]


def zone_text(event) -> str:
    """Return whose time the times of an event are: "Hamburg time"."""
    place = place_name(event.time_zone)
    return place if event.time_zone == UTC_PLACE else _("%(place)s time") % {"place": place}


def zone_and_offset(event, instant: datetime) -> str:
    """Return whose time the times of an event are, with the UTC offset at an instant: "Hamburg time (UTC+2)"."""
    if event.time_zone == UTC_PLACE:
        return zone_text(event)
    # Translators: whose time it is, and its UTC offset, as in “Hamburg time (UTC+2)”.
    return _("%(place)s time (%(offset)s)") % {
        "place": place_name(event.time_zone),
        "offset": dates.utc_offset(instant),
    }


def all_times(event, instant: datetime) -> str:
    """Return the line that says whose time all times of a day are."""
    if event.time_zone == UTC_PLACE:
        return _("All times are in UTC.")
    return _("All times are %(place)s time (%(offset)s).") % {
        "place": place_name(event.time_zone),
        "offset": dates.utc_offset(instant),
    }


def sorted_by_start(events: Iterable) -> list:
    """Return events in the order of their start."""
    return sorted(events, key=lambda event: (_start(event), event.pk))


def coming(events: Iterable) -> list:
    """Return the events that are not over, in the order of their start."""
    now = timezone.now()
    return sorted_by_start(event for event in events if event_timing(event, now).phase != "past")


def by_month(events: Iterable, reader: str) -> list[dict]:
    """Return events grouped by the month in which they start, earliest first. reader: the reader's language."""
    months = groupby(sorted_by_start(events), key=lambda event: (_start(event).year, _start(event).month))
    return [
        {
            "name": sentence_start(dates.month(date(*month, 1))),
            "events": [event_item(event, reader, in_month=True) for event in group],
        }
        for month, group in months
    ]


def by_year(events: Iterable, reader: str) -> list[dict]:
    """Return events grouped by the year in which they started, latest first. reader: the reader's language."""
    return [
        {
            "name": dates.year(date(year, 1, 1)),
            "events": [event_item(event, reader) for event in group],
        }
        for year, group in groupby(reversed(sorted_by_start(events)), key=lambda event: _start(event).year)
    ]


def _start(event) -> datetime:
    """Return the start in the event's time zone."""
    return event_timing(event, timezone.now()).start


def editions(events: Iterable, reader: str) -> list[dict]:
    """Return each series with its editions for templates/events/edition_item.html, newest first.

    events: with their outcomes prefetched.
    """
    now = timezone.now()
    rows = sorted(events, key=lambda event: (event.series, -event.edition, event.pk))
    return [
        {"name": EventSeries(series).label, "editions": [_edition(event, reader, now) for event in group]}
        for series, group in groupby(rows, key=lambda event: event.series)
    ]


def _edition(event, reader: str, now: datetime) -> dict:
    timing = event_timing(event, now)
    return {
        **_edition_link(event, reader),
        "days": dates.day_range(timing.first_day, timing.last_day),
        "date": timing.first_day.isoformat(),
        "status": item_status(event, timing),
        "theme": event.theme,
        "outcomes": event.outcomes.all(),
    }


def _edition_link(event, reader: str) -> dict:
    """A link to an edition of a series, with its place and its year."""
    timing = event_timing(event, timezone.now())
    place = _city_and_country(event.host_city) if event.host_city else event.title
    return {
        "edition": _("Edition %(ordinal)s") % {"ordinal": edition_ordinal(event.edition)},
        "place": place,
        "label": detail_list([place, dates.year(timing.first_day)]),
        "url": event.url,
        "language": event.language if event.language != reader else "",
        "is_title": event.host_city is None,
    }


def place_in_words(event) -> str:
    """Return the host city of an event with its country, else its venue, else how people take part."""
    if event.host_city:
        return _city_and_country(event.host_city)
    return event.venue or str(event.get_mode_display())


def _city_and_country(city) -> str:
    if not city.country_name:
        return city.name
    return _("%(city)s, %(country)s") % {"city": city.name, "country": city.country_name}


# --- An event's page ------------------------------------------------------------------------------


def event_context(
    page, clusters: dict[int, dict], series: Iterable, awarded: Iterable, change, earlier_starts: list[str], request
) -> dict:
    """Return the context of templates/events/event_page.html besides the page itself.

    clusters: from `Cluster.objects.links`. series: the public editions of the page's series, this one included.
    awarded: the cities that received the award of this event. change: its last `EventChange`, or None.
    earlier_starts: see `event_node`.
    """
    now = shown_instant(request)
    timing = event_timing(page, now)
    reader_zone = chosen_zone(request)
    takes_place = page.state not in WILL_NOT
    note = note_of(page)
    is_ahead = takes_place and timing.phase != "past"
    prefetch_children([page], "sessions", "documents", "outcomes", "event_clusters", "event_practices")
    if page.host_city:
        prefetch_related_objects([page.host_city], "names")
    outcome, documents = _documents(page)
    days = programme(page, reader_zone)
    return {
        "tags": status_tags(page, timing),
        "notice": _notice(page, timing, note, change),
        "preview_of": moment_of_preview(now, page.place_of_times) if is_preview_of_instant(request) else None,
        "facts": event_facts(page, timing, reader_zone),
        "zone_menu": zone_menu(reader_zone, request.path, timing.start) if timing.has_times or days else None,
        "register_url": page.registration_url if is_ahead else "",
        "calendar_url": _calendar_url(page) if is_ahead else "",
        "picture": page.picture_or_cover("event", page.code),
        "days": days,
        "outcome": outcome,
        "outcomes": page.outcomes.all(),
        "awarded": [city_item(city, page.language) for city in alphabetical(awarded, page.language)],
        "neighbours": neighbouring_editions(page, series),
        "documents": documents,
        "clusters": [clusters[row.cluster_id] for row in page.event_clusters.all() if row.cluster_id in clusters],
        "cluster_links": clusters,
        "share_image": share_image("event", page.code),
        "structured_data": {"mainEntity": event_node(page, timing, earlier_starts, note, change)},
    }


_STATUS: dict[str, str] = {
    EventState.PLANNED: "EventScheduled",
    EventState.MOVED: "EventRescheduled",
    EventState.POSTPONED: "EventPostponed",
    EventState.CANCELLED: "EventCancelled",
}
_ATTENDANCE: dict[str, str] = {
    EventMode.PLACE: "OfflineEventAttendanceMode",
    EventMode.ONLINE: "OnlineEventAttendanceMode",
    EventMode.HYBRID: "MixedEventAttendanceMode",
}


def event_node(event, timing: EventTiming, earlier_starts: list[str], note: Note | None = None, change=None) -> Node:
    """An event in the structured data of its page.

    Starts and ends have the offset of the event's time zone; whole days are dates. The organiser is the host city. An
    event without one is the network's own, unless an outside source reports it: then nobody is named.
    earlier_starts: the starts that were public before the event was moved, the latest first (ISO 8601). note: what
    readers are told of its last change, `change`; schema.org has no property for it, so the description begins with it.
    """
    told = note.in_words(event.language) if note else ""
    starts, ends = (
        (iso(timing.start), iso(timing.end))
        if timing.has_times
        else (timing.first_day.isoformat(), timing.last_day.isoformat())
    )
    organizer: Node = {}
    if event.host_city:
        organizer = government_node(event.host_city, event.language)
    elif not event.source and not event.source_url:
        organizer = reference(ORGANIZATION)
    mode = _ATTENDANCE.get(event.mode)
    return {
        "@type": "Event",
        "@id": f"{absolute(event.address)}#event",
        "name": event.title,
        "description": " ".join(filter(None, [told, event.description])),
        "url": absolute(event.address),
        "image": share_image("event", event.code),
        "startDate": starts,
        "endDate": ends,
        "previousStartDate": earlier_starts,
        "eventStatus": _event_status(event, earlier_starts, change),
        "eventAttendanceMode": f"https://schema.org/{mode}" if mode else "",
        "location": _locations(event),
        "organizer": organizer,
        "inLanguage": [html_code(code) for code in event.languages],
        "superEvent": {"@type": "EventSeries", "name": EventSeries(event.series).label} if event.series else {},
        "disambiguatingDescription": example_note(event.is_example),
    }


def _event_status(event, earlier_starts: list[str], change) -> str:
    """The EventStatusType: an event that moved from a place to the network, with the same dates, is "moved online"."""
    status = _STATUS[event.state]
    if event.state == EventState.MOVED and change is not None and not earlier_starts:
        went_online = event.mode == EventMode.ONLINE != change.before["mode"]
        status = "EventMovedOnline" if went_online else status
    return f"https://schema.org/{status}"


def _locations(event) -> list[Node]:
    """Where an event takes place: in a place, online, or both."""
    places: list[Node] = []
    city = event.host_city
    if event.mode != EventMode.ONLINE and (city or event.venue):
        address = {
            "@type": "PostalAddress",
            "addressLocality": city.name_in(event.language) if city else "",
            "addressCountry": city.country if city and not city.is_example else "",
        }
        inside = city_node(city, event.language) if city else {}
        # The position of a city is that of no venue in it.
        inside.pop("geo", None)
        places.append(
            {
                "@type": "Place",
                "name": event.venue or inside.get("name", ""),
                "address": address if city else event.venue,
                "containedInPlace": inside,
            }
        )
    if event.mode in {EventMode.ONLINE, EventMode.HYBRID}:
        places.append({"@type": "VirtualLocation", "url": event.registration_url or absolute(event.address)})
    return places


def neighbouring_editions(page, series: Iterable) -> dict[str, dict]:
    """Return links to the `previous` and the `next` edition among `series`, as far as there are any."""
    before = [event for event in series if event.edition < page.edition]
    after = [event for event in series if event.edition > page.edition]
    found = {
        "previous": max(before, key=lambda event: event.edition, default=None),
        "next": min(after, key=lambda event: event.edition, default=None),
    }
    return {name: _edition_link(event, page.language) for name, event in found.items() if event}


def _calendar_url(page) -> str:
    return f"{reverse('event_calendar', kwargs={'code': page.code})}?{urlencode({'lang': page.language})}"


def status_tags(event, timing: EventTiming) -> list[dict]:
    """Return at most three tags: a changed state, the phase, and whether the event is an example."""
    tags = []
    if event.state != EventState.PLANNED:
        tags.append({"kind": event.state})
    if event.state not in WILL_NOT:
        tags.append({"kind": timing.phase})
    if event.is_example:
        tags.append({"kind": "plain", "text": _("Example")})
    return tags


def _notice(event, timing: EventTiming, note: Note | None, change) -> dict | None:
    """What has changed, for templates/events/change_notice.html: {text, note, earlier, changed_on}; None if nothing.

    earlier: what was announced before, in words. A change of an event that is over is shown if it did not take place.
    """
    is_over = timing.phase == "past"
    if event.state == EventState.CANCELLED:
        text = _("This event has been cancelled.")
    elif event.state == EventState.POSTPONED:
        text = _("This event has been postponed. The new date is not set yet.")
    elif event.state == EventState.MOVED and not is_over:
        text = _("This event has been moved. The date and the place on this page are valid.")
    elif note is not None and not is_over:
        text = _("This event takes place as announced.")
    else:
        return None
    return {
        "text": text,
        "note": note,
        "earlier": earlier_facts(change) if change is not None else "",
        "changed_on": change.recorded_at if change is not None else None,
    }


def event_facts(event, timing: EventTiming, reader_zone: str = "") -> list[dict]:
    """Return when, where and in which languages an event takes place, for templates/components/facts.html."""
    facts = _when(event, timing, reader_zone)
    if where := _where(event):
        facts.append(where)
    if event.languages:
        names = comma_list(language_names(event.languages))
        facts.append({"label": _("Languages"), "value": sentence_start(names)})
    return facts


def _when(event, timing: EventTiming, reader_zone: str) -> list[dict]:
    first, last = timing.first_day, timing.last_day
    if event.state == EventState.POSTPONED:
        return [{"label": _("Was planned for"), "value": dates.day_range(first, last)}]
    if not timing.has_times and first == last:
        return [{"label": _("Day"), "value": sentence_start(dates.weekday_date(first))}]
    ends = dates.weekday_in_full(last) if last.year == first.year else dates.weekday_date(last)
    if not timing.has_times:
        return [
            {"label": _("Begins"), "value": sentence_start(dates.weekday_date(first))},
            {"label": _("Ends"), "value": sentence_start(ends)},
        ]
    return [
        _moment(_("Begins"), dates.weekday_date(first), timing.start, event, reader_zone),
        _moment(_("Ends"), ends, timing.end, event, reader_zone),
    ]


def _moment(label: str, day: str, instant: datetime, event, reader_zone: str) -> dict:
    return {
        "label": label,
        "value": sentence_start(f"{day}{dates.comma()}{dates.clock_time(instant)}"),
        "note": zone_and_offset(event, instant),
        "own": own_time(instant, None, reader_zone),
    }


def _where(event) -> dict | None:
    mode = str(event.get_mode_display())
    city = event.host_city
    if city:
        details = [event.venue] if event.venue else []
        if event.mode != EventMode.PLACE:
            details.append(mode)
        return {
            "label": _("Where"),
            "value": _city_and_country(city),
            "url": city_url(city.code, event.language),
            "note": "\u00a0· ".join(details),
        }
    if event.venue:
        return {"label": _("Where"), "value": event.venue, "note": mode if event.mode != EventMode.PLACE else ""}
    return {"label": _("Where"), "value": mode} if mode else None


def programme(event, reader_zone: str = "") -> list[dict]:
    """Return the programme grouped by days in the event's time zone. Parallel sessions are sorted by stream.

    Each day says whose time its `times` are, because the UTC offset can change within an event, and has its hours in
    the reader's time.
    """
    zone = zone_of(event.time_zone)
    rows = sorted(
        ((row.starts_at.astimezone(zone), row.stream, row.sort_order or 0, row) for row in event.sessions.all()),
        key=lambda row: row[:3],
    )
    days = []
    for day, group in groupby(rows, key=lambda row: row[0].date()):
        items = [(starts, row.ends_at.astimezone(zone), row) for starts, _stream, _order, row in group]
        first, last = items[0][0], max(ends for _starts, ends, _row in items)
        days.append(
            {
                "name": sentence_start(dates.weekday_in_full(day)),
                "times": all_times(event, first),
                "own": own_time(first, last, reader_zone),
                "sessions": [_session(row, starts, ends, reader_zone) for starts, ends, row in items],
            }
        )
    return days


def _session(row, starts: datetime, ends: datetime, reader_zone: str) -> dict:
    """Return a programme item for templates/components/sessions.html."""
    line = [_("Stream %(stream)s") % {"stream": row.stream}] if row.stream else []
    line += [row.room] if row.room else []
    line += [sentence_start(comma_list(language_names(row.languages)))]
    return {
        "starts": starts.isoformat(timespec="minutes"),
        "ends": ends.isoformat(timespec="minutes"),
        "time": dates.time_range(starts, ends),
        "title": row.title,
        "speakers": row.speakers,
        "line": "\u00a0· ".join(filter(None, line)),
        "own": own_time(starts, ends, reader_zone),
    }


def _documents(page) -> tuple[list[dict], list[dict]]:
    """Return the outcome document and the other documents in public collections, for components/files.html."""
    rows = [(row.title, row.document_id) for row in page.documents.all()]
    files = public_documents([page.outcome_document_id, *(key for _title, key in rows)])
    outcome = files.get(page.outcome_document_id)
    return (
        [file_row(outcome, outcome.title)] if outcome else [],
        [file_row(files[key], title) for title, key in rows if key in files],
    )
